/* SPDX-License-Identifier: MIT */
/* test_listener.c - the chat's listener, alone: its room is a probe, its clients connect over loopback. */
#define _DEFAULT_SOURCE
#include "kit.h"

#include "chat.actor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 3 };

static void test_each_connection_gets_a_session_that_joins(void **state)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;
    actor_test *test = kit_new();
    actor_probe *room = actor_probe_new(test, &chat_room__info);
    chat_listener_ref listener;
    int clients[CLIENTS];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)state;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, CLIENTS), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    chat_listener_args args = { .fd = fd, .room = ACTOR_PROBE_REF(room, chat_room) };
    assert_int_equal(chat_listener_start(actor_test_system(test), &args, &listener), ACTOR_OK);
    ACTOR_EXPECT_NOTHING(room, actor_seconds(1));
    uint64_t before = actor_system_actors(actor_test_system(test));
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(clients[i], (struct sockaddr *)&address, size), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        (void)ACTOR_EXPECT(room, chat_join);
    }
    ACTOR_EXPECT_NOTHING(room, actor_seconds(1));
    assert_int_equal(actor_system_actors(actor_test_system(test)), before + CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
        (void)close(clients[i]);
    }
    actor_test_free(test);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_connection_gets_a_session_that_joins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
