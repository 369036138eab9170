/* SPDX-License-Identifier: MIT */
/*
 * session.c - one connection: its lines go to the room, and lines of the room to it.
 *
 * It never waits for its client. It asks the room one thing at a time, and reads on when that has
 * been answered. What it cannot write yet waits in the connection's buffer; when that is full the
 * client does not read, and is disconnected.
 */
#include "arrivals.h"
#include "chat.actor.h"
#include "command.h"
#include "connection.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(CHAT_LINE_MAX == CONNECTION_LINE_MAX, "what is read can be said");
_Static_assert(CHAT_NAME_MAX == COMMAND_NAME_MAX, "a name that is asked for can be had");

/* How long a client that leaves may take to read the rest. */
enum { LEAVE_PATIENCE_S = 5 };

struct chat_session {
    chat_room_ref room;
    struct connection *connection;
    uint32_t watched;  /* events */
    bool is_waiting;   /* for an answer of the room */
    bool is_leaving;   /* once all is written */
    bool is_too_slow;  /* the buffer was full */
    bool allows_crash; /* by command */
};
ACTOR_STATE(chat_session);

/* ---- Writing ---------------------------------------------------------------------------- */

static void put(chat_session *self, const char *text, size_t len)
{
    self->is_too_slow = self->is_too_slow || !connection_put_line(self->connection, text, len);
}

static void put_text(chat_session *self, const char *format, ...) ACTOR_PRINTF(2, 3);

static void put_text(chat_session *self, const char *format, ...)
{
    char text[160];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    put(self, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

static void leave(chat_session *self)
{
    self->is_leaving = true;
    chat_session_start_expire(self, actor_seconds(LEAVE_PATIENCE_S), NULL);
}

/* ---- Reading ---------------------------------------------------------------------------- */

static void crash(chat_session *self, enum command_kind what)
{
    if (!self->allows_crash) {
        put_text(self, "! only with --allow-crash");
    } else if (what == COMMAND_CRASH_ROOM) {
        chat_session_tell_room_crash(self, self->room, NULL);
    } else {
        abort(); /* fails this session, and nobody else */
    }
}

static void obey(chat_session *self, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_NOTHING: break;
    case COMMAND_BAD: put_text(self, "! %s", command->text); break;
    case COMMAND_SAY:
        self->is_waiting = true;
        chat_session_ask_say(self, self->room,
                &(chat_say){ .who = chat_session_self(self),
                        .text = { command->text, command->len } });
        break;
    case COMMAND_NICK:
        self->is_waiting = true;
        chat_session_ask_rename(self, self->room,
                &(chat_rename){ .who = chat_session_self(self),
                        .name = { command->text, command->len } });
        break;
    case COMMAND_WHO:
        self->is_waiting = true;
        chat_session_ask_who(self, self->room, NULL);
        break;
    case COMMAND_QUIT:
        put_text(self, "* good-bye");
        leave(self);
        break;
    case COMMAND_CRASH:
    case COMMAND_CRASH_ROOM: crash(self, command->kind); break;
    }
}

/* Does what the lines say that have been read, up to the next that the room has to answer. */
static void obey_lines(chat_session *self)
{
    enum connection_line line = CONNECTION_LINE;
    while (line != CONNECTION_NO_LINE && !self->is_waiting && !self->is_leaving) {
        const char *text = NULL;
        size_t len = 0;
        line = connection_take_line(self->connection, &text, &len);
        if (line == CONNECTION_LONG_LINE) {
            put_text(self, "! a line has at most %d bytes", CONNECTION_LINE_MAX);
        } else if (line == CONNECTION_LINE) {
            struct command command = command_read(text, len);
            obey(self, &command);
        }
    }
    if (line == CONNECTION_NO_LINE && connection_has_ended(self->connection)) {
        leave(self);
    }
}

/* ---- The end of every handler ------------------------------------------------------------- */

static void watch(chat_session *self)
{
    int fd = connection_fd(self->connection);
    uint32_t events = 0;
    if (!self->is_waiting && !self->is_leaving && !connection_has_ended(self->connection)) {
        events |= ACTOR_FD_READ;
    }
    if (connection_unwritten(self->connection) > 0) {
        events |= ACTOR_FD_WRITE;
    }
    if (events == self->watched) {
        return;
    }
    if (events == 0) {
        chat_session_unwatch_ready(self, fd);
    } else {
        chat_session_watch_ready(self, fd, events);
    }
    self->watched = events;
}

/* Writes, unless there is more to come, and says what to wait for, or that this is the end. */
static actor_result settle(chat_session *self)
{
    size_t unwritten = connection_unwritten(self->connection);
    if (actor_backlog(self) == 0 || unwritten > CONNECTION_OUTPUT_MAX / 2 || self->is_leaving) {
        connection_write(self->connection);
    }
    if (self->is_too_slow) {
        actor_log(self, ACTOR_LOG_INFO, "a client does not read: disconnected");
        return ACTOR_STOP;
    }
    if (self->is_leaving && connection_unwritten(self->connection) == 0) {
        return ACTOR_STOP;
    }
    watch(self);
    return ACTOR_CONTINUE;
}

/* Goes on after an answer of the room. */
static actor_result go_on(chat_session *self, actor_err err)
{
    if (err != ACTOR_OK) {
        put_text(self, "! the room did not answer: %s", actor_err_text(err));
    }
    self->is_waiting = false;
    obey_lines(self);
    return settle(self);
}

/* ---- Messages --------------------------------------------------------------------------- */

actor_result chat_session_at_start(chat_session *self, const chat_session_args *args)
{
    self->room = args->room;
    self->allows_crash = args->allow_crash;
    struct connection *connection = connection_new(arrival_take(args->arrival));
    if (connection == NULL || actor_own(self, connection, connection_free) != ACTOR_OK) {
        return actor_fail(self, "no memory for a connection");
    }
    self->connection = connection;
    self->is_waiting = true;
    chat_session_ask_join(self, self->room, &(chat_join){ .who = chat_session_self(self) });
    return ACTOR_CONTINUE;
}

void chat_session_at_stop(chat_session *self)
{
    connection_write(
            self->connection); /* its end writes no more than this, and waits for nobody */
}

actor_result chat_session_got_join(chat_session *self, const chat_join_reply *reply)
{
    switch (reply->kind) {
    case CHAT_JOIN_REPLY_JOINED:
        put_text(self, "* welcome, %s; %" PRIu32 " others are here; /nick NAME, /who, /quit",
                reply->joined.name.data, reply->joined.others);
        break;
    case CHAT_JOIN_REPLY_FULL:
        put_text(self, "! the room is full");
        leave(self);
        break;
    case CHAT_JOIN_REPLY_ERROR: leave(self); break;
    }
    return go_on(self, reply->error);
}

actor_result chat_session_got_say(chat_session *self, const chat_say_reply *reply)
{
    return go_on(self, reply->error);
}

actor_result chat_session_got_rename(chat_session *self, const chat_rename_reply *reply)
{
    if (reply->kind == CHAT_RENAME_REPLY_NAME_TAKEN) {
        put_text(self, "! somebody else has that name");
    }
    return go_on(self, reply->error);
}

actor_result chat_session_got_who(chat_session *self, const chat_who_reply *reply)
{
    if (reply->kind == CHAT_WHO_REPLY_NAMES) {
        const chat_names *names = &reply->names;
        put_text(self, "* %" PRIu32 " here:", names->count);
        for (size_t i = 0; i < names->names.count; i++) {
            put_text(self, "*   %s", names->names.items[i].data);
        }
        if (names->count > names->names.count) {
            put_text(self, "*   and %" PRIu32 " more",
                    names->count - (uint32_t)names->names.count);
        }
    }
    return go_on(self, reply->error);
}

actor_result chat_session_on_line(chat_session *self, const chat_line *msg)
{
    if (!self->is_leaving) {
        put(self, msg->text.data, msg->text.len);
    }
    return settle(self);
}

actor_result chat_session_on_ready(chat_session *self, const chat_ready *msg)
{
    if ((self->watched & ACTOR_FD_READ) != 0 &&
            (msg->events & (ACTOR_FD_READ | ACTOR_FD_ERROR)) != 0) {
        if (!connection_read(self->connection) && (msg->events & ACTOR_FD_ERROR) != 0) {
            return actor_fail(self, "the connection cannot be watched");
        }
        obey_lines(self);
    } else if ((msg->events & ACTOR_FD_ERROR) != 0) {
        connection_break(self->connection); /* what was read before is still obeyed */
    }
    return settle(self);
}

actor_result chat_session_on_expire(chat_session *self, const chat_expire *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_STOP;
}
