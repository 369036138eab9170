/* SPDX-License-Identifier: MIT */
/* test_room.c - the chat's room, alone: sessions are probes. */
#include "kit.h"

#include "chat.actor.h"

enum { SESSIONS = 3 };

struct room {
    actor_test *test;
    actor_system *system;
    chat_room_ref ref;
    actor_probe *sessions[SESSIONS];
};

static chat_session_ref session(struct room *r, int i)
{
    return ACTOR_PROBE_REF(r->sessions[i], chat_session);
}

/* A reply of the wanted kind, to be freed; the room answers within a second of virtual time. */
#define ASK(r, message, function, wanted, ...)                                                 \
    do {                                                                                       \
        message##_reply *reply_ = NULL;                                                        \
        assert_int_equal(function((r)->system, (r)->ref, &(message){ __VA_ARGS__ },            \
                                 actor_seconds(1), &reply_),                                   \
                ACTOR_OK);                                                                     \
        assert_int_equal(reply_->kind, wanted);                                                \
        actor_reply_free(reply_);                                                              \
    } while (0)

static void expect_line(struct room *r, int i, const char *text)
{
    const chat_line *line = ACTOR_EXPECT(r->sessions[i], chat_line);
    assert_string_equal(line->text.data, text);
}

static void join(struct room *r, int i)
{
    ASK(r, chat_join, chat_room_ask_join, CHAT_JOIN_REPLY_JOINED, .who = session(r, i));
}

static struct room open_room(void)
{
    struct room r = { .test = kit_new() };
    r.system = actor_test_system(r.test);
    assert_int_equal(chat_room_start(r.system, &r.ref), ACTOR_OK);
    for (int i = 0; i < SESSIONS; i++) {
        r.sessions[i] = actor_probe_new(r.test, &chat_session__info);
        assert_non_null(r.sessions[i]);
    }
    return r;
}

static void test_who_joins_is_seen_by_the_others_only(void **state)
{
    struct room r = open_room();
    (void)state;
    join(&r, 0);
    ACTOR_EXPECT_NOTHING(r.sessions[0], actor_seconds(1));
    join(&r, 1);
    expect_line(&r, 0, "* guest-2 joined");
    ACTOR_EXPECT_NOTHING(r.sessions[1], actor_seconds(1));
    actor_test_free(r.test);
}

static void test_a_line_reaches_all_with_the_name(void **state)
{
    struct room r = open_room();
    (void)state;
    join(&r, 0);
    join(&r, 1);
    expect_line(&r, 0, "* guest-2 joined");
    ASK(&r, chat_rename, chat_room_ask_rename, CHAT_RENAME_REPLY_RENAMED, .who = session(&r, 1),
            .name = ACTOR_STRING("Bob"));
    ASK(&r, chat_say, chat_room_ask_say, CHAT_SAY_REPLY_SAID, .who = session(&r, 1),
            .text = ACTOR_STRING("hello"));
    for (int i = 0; i < 2; i++) {
        expect_line(&r, i, "* guest-2 is now Bob");
        expect_line(&r, i, "Bob: hello");
    }
    ASK(&r, chat_rename, chat_room_ask_rename, CHAT_RENAME_REPLY_NAME_TAKEN,
            .who = session(&r, 0), .name = ACTOR_STRING("Bob"));
    actor_test_free(r.test);
}

static void test_a_stranger_says_nothing(void **state)
{
    struct room r = open_room();
    (void)state;
    join(&r, 0);
    ASK(&r, chat_say, chat_room_ask_say, CHAT_SAY_REPLY_SAID, .who = session(&r, 2),
            .text = ACTOR_STRING("hello"));
    ACTOR_EXPECT_NOTHING(r.sessions[0], actor_seconds(1));
    actor_test_free(r.test);
}

static void test_a_session_that_ends_is_missed(void **state)
{
    struct room r = open_room();
    (void)state;
    for (int i = 0; i < SESSIONS; i++) {
        join(&r, i);
    }
    expect_line(&r, 0, "* guest-2 joined");
    expect_line(&r, 0, "* guest-3 joined");
    actor_probe_stop(r.sessions[1]);
    expect_line(&r, 0, "* guest-2 left");
    actor_probe_stop(r.sessions[2]);
    expect_line(&r, 0, "* guest-3 left");
    actor_test_free(r.test);
}

static void test_a_room_that_closes_says_good_bye(void **state)
{
    struct room r = open_room();
    (void)state;
    join(&r, 0);
    ASK(&r, chat_close, chat_room_ask_close, CHAT_CLOSE_REPLY_CLOSED, 0);
    expect_line(&r, 0, "* the chat closes, good-bye");
    join(&r, 1);
    expect_line(&r, 1, "* the chat closes, good-bye");
    ACTOR_EXPECT_NOTHING(r.sessions[0], actor_seconds(1));
    actor_test_free(r.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_joins_is_seen_by_the_others_only),
        cmocka_unit_test(test_a_line_reaches_all_with_the_name),
        cmocka_unit_test(test_a_stranger_says_nothing),
        cmocka_unit_test(test_a_session_that_ends_is_missed),
        cmocka_unit_test(test_a_room_that_closes_says_good_bye),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
