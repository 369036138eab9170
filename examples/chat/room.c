/* SPDX-License-Identifier: MIT */
/*
 * room.c - the room: it has everybody's names, and passes on what they say.
 *
 * Who has asked to be in it is watched, so that each end of a session, be it a crash, is noticed
 * and told to the others. No lock guards the members: one message is handled at a time.
 */
#include "members.h"

#include <stdio.h>
#include <stdlib.h>

/* Bytes of a line: what is said, by whom, and what the room adds. */
enum { ROOM_LINE_MAX = CHAT_LINE_MAX + 2 * CHAT_NAME_MAX + 64 };

struct chat_room {
    struct members *members;
    bool is_closing;
};
ACTOR_STATE(chat_room);

actor_result chat_room_at_start(chat_room *self)
{
    struct members *members = members_new();
    if (members == NULL || actor_own(self, members, members_free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    self->members = members;
    return ACTOR_CONTINUE;
}

/* Sends a line to everybody but `not_to`, which may be NULL. Who cannot be sent it, though the
 * room waits for whoever has many lines in the mailbox, has to leave: nobody may miss a line. */
static void tell_all(chat_room *self, const struct member *not_to, const char *format, ...)
        ACTOR_PRINTF(3, 4);

static void tell_all(chat_room *self, const struct member *not_to, const char *format, ...)
{
    char text[ROOM_LINE_MAX];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const chat_line line = { .text = { text, (size_t)len } };
    for (size_t i = 0; i < members_count(self->members); i++) {
        const struct member *member = members_at(self->members, i);
        if (member == not_to) {
            continue;
        }
        actor_err err = chat_room_tell_session_line(self, member->session, &line);
        if (err != ACTOR_OK) {
            actor_log(self, ACTOR_LOG_WARNING, "%s has to leave: %s", member->name,
                    actor_err_text(err));
            (void)chat_session_kill(NULL, member->session);
        }
    }
}

/* ---- Coming and going ------------------------------------------------------------------- */

static void say_good_bye(chat_room *self, const struct member *member)
{
    chat_room_tell_session_line(self, member->session,
            &(chat_line){ .text = ACTOR_STRING("* the chat closes, good-bye") });
}

actor_result chat_room_on_join(chat_room *self, const chat_join *msg, chat_join_call call)
{
    const struct member *member = NULL;
    if (members_count(self->members) < CHAT_MEMBERS_MAX &&
            chat_room_watch_session(self, msg->who) == ACTOR_OK) {
        member = members_add(self->members, msg->who);
    }
    if (member == NULL) {
        (void)chat_room_unwatch_session(self, msg->who);
        chat_join_answer_full(call, NULL);
        return ACTOR_CONTINUE;
    }
    chat_join_answer_joined(call, &(chat_joined){
                                          .name = { member->name, member->name_len },
                                          .others = (uint32_t)members_count(self->members) - 1,
                                  });
    if (self->is_closing) {
        say_good_bye(self, member);
    } else {
        tell_all(self, member, "* %s joined", member->name);
    }
    return ACTOR_CONTINUE;
}

actor_result chat_room_saw_session_stop(chat_room *self, chat_session_ref ref, actor_err why)
{
    const struct member *member = members_find(self->members, ref);
    if (member == NULL) {
        return ACTOR_CONTINUE;
    }
    const struct member gone = *member;
    members_remove(self->members, member);
    if (!self->is_closing) {
        tell_all(self, NULL, "* %s %s", gone.name,
                why == ACTOR_ERR_FAILED ? "is gone: the session failed" : "left");
    }
    return ACTOR_CONTINUE;
}

actor_result chat_room_on_close(chat_room *self, const chat_close *msg, chat_close_call call)
{
    (void)msg;
    self->is_closing = true;
    for (size_t i = 0; i < members_count(self->members); i++) {
        say_good_bye(self, members_at(self->members, i));
    }
    chat_close_answer_closed(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result chat_room_on_crash(chat_room *self, const chat_crash *msg)
{
    (void)self;
    (void)msg;
    abort(); /* all sessions end, and the room and the listener start again */
}

/* ---- Talking ---------------------------------------------------------------------------- */

actor_result chat_room_on_say(chat_room *self, const chat_say *msg, chat_say_call call)
{
    const struct member *member = members_find(self->members, msg->who);
    if (member != NULL) {
        tell_all(self, NULL, "%s: %s", member->name, msg->text.data);
    }
    chat_say_answer_said(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result chat_room_on_rename(chat_room *self, const chat_rename *msg, chat_rename_call call)
{
    const struct member *member = members_find(self->members, msg->who);
    if (member == NULL) {
        chat_rename_fail(call, ACTOR_ERR_GONE);
        return ACTOR_CONTINUE;
    }
    const struct member before = *member;
    if (!members_rename(self->members, member, msg->name)) {
        chat_rename_answer_name_taken(call, NULL);
        return ACTOR_CONTINUE;
    }
    tell_all(self, NULL, "* %s is now %s", before.name, member->name);
    chat_rename_answer_renamed(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result chat_room_on_who(chat_room *self, const chat_who *msg, chat_who_call call)
{
    actor_string names[CHAT_NAMES_SHOWN];
    size_t count = members_count(self->members);
    size_t shown = count < CHAT_NAMES_SHOWN ? count : CHAT_NAMES_SHOWN;
    (void)msg;
    for (size_t i = 0; i < shown; i++) {
        const struct member *member = members_at(self->members, i);
        names[i] = (actor_string){ member->name, member->name_len };
    }
    chat_who_answer_names(call, &(chat_names){
                                        .names = { names, shown },
                                        .count = (uint32_t)count,
                                });
    return ACTOR_CONTINUE;
}
