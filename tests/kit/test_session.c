/* SPDX-License-Identifier: MIT */
/* test_session.c - a session of the chat, alone: its room is a probe, its client the other end of a socket. */
#define _DEFAULT_SOURCE
#include "kit.h"

#include "arrivals.h"
#include "chat.actor.h"

#include <sys/socket.h>
#include <unistd.h>

struct client {
    actor_test *test;
    actor_probe *room;
    chat_session_ref session;
    int socket;
    struct arrivals *arrivals;
};

static struct client connect_client(void)
{
    struct client c = { .test = kit_new() };
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    c.socket = ends[0];
    c.room = actor_probe_new(c.test, &chat_room__info);
    assert_non_null(c.room);
    c.arrivals = arrivals_new();
    chat_session_args args = { .arrival = arrivals_add(c.arrivals, ends[1]),
        .room = ACTOR_PROBE_REF(c.room, chat_room) };
    assert_int_equal(
            chat_session_start(actor_test_system(c.test), &args, &c.session), ACTOR_OK);
    return c;
}

static void disconnect(struct client *c)
{
    (void)close(c->socket);
    actor_test_free(c->test);
    arrivals_free(c->arrivals);
}

static void type(struct client *c, const char *text)
{
    assert_int_equal(write(c->socket, text, strlen(text)), strlen(text));
}

/* What the session has written by now. */
static void assert_shown(struct client *c, const char *text)
{
    char got[1024] = "";
    (void)actor_test_settle(c->test);
    ssize_t n = recv(c->socket, got, sizeof got - 1, MSG_DONTWAIT);
    assert_true(n >= 0);
    got[n] = '\0';
    assert_non_null(strstr(got, text));
}

static void join(struct client *c)
{
    (void)ACTOR_EXPECT(c->room, chat_join);
    ACTOR_ANSWER(c->room, chat_joined, .name = ACTOR_STRING("guest-1"), .others = 2);
    assert_shown(c, "guest-1");
}

static void test_a_line_is_said_in_the_room(void **state)
{
    struct client c = connect_client();
    (void)state;
    join(&c);
    type(&c, "hello\n");
    const chat_say *said = ACTOR_EXPECT(c.room, chat_say);
    assert_string_equal(said->text.data, "hello");
    ACTOR_ANSWER(c.room, chat_said, 0);
    disconnect(&c);
}

static void test_the_next_line_waits_until_the_room_has_passed_on_the_first(void **state)
{
    struct client c = connect_client();
    (void)state;
    join(&c);
    type(&c, "one\ntwo\n");
    assert_string_equal(ACTOR_EXPECT(c.room, chat_say)->text.data, "one");
    ACTOR_EXPECT_NOTHING(c.room, actor_seconds(1));
    ACTOR_ANSWER(c.room, chat_said, 0);
    assert_string_equal(ACTOR_EXPECT(c.room, chat_say)->text.data, "two");
    ACTOR_ANSWER(c.room, chat_said, 0);
    disconnect(&c);
}

static void test_a_line_of_the_room_is_written(void **state)
{
    struct client c = connect_client();
    (void)state;
    join(&c);
    assert_int_equal(chat_session_tell_line(actor_test_system(c.test), c.session,
                             &(chat_line){ .text = ACTOR_STRING("Bob: hi") }),
            ACTOR_OK);
    assert_shown(&c, "Bob: hi\n");
    disconnect(&c);
}

static void test_a_client_that_goes_ends_its_session(void **state)
{
    struct client c = connect_client();
    (void)state;
    join(&c);
    uint64_t before = actor_system_actors(actor_test_system(c.test));
    assert_int_equal(shutdown(c.socket, SHUT_RDWR), 0);
    actor_test_advance(c.test, actor_seconds(10));
    assert_int_equal(actor_system_actors(actor_test_system(c.test)), before - 1);
    disconnect(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_line_is_said_in_the_room),
        cmocka_unit_test(test_the_next_line_waits_until_the_room_has_passed_on_the_first),
        cmocka_unit_test(test_a_line_of_the_room_is_written),
        cmocka_unit_test(test_a_client_that_goes_ends_its_session),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
