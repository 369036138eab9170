/* SPDX-License-Identifier: MIT */
/* test_listener.c - the chat's listener, alone: its room is a probe, its clients connect over loopback. */
#define _DEFAULT_SOURCE
#include "kit.h"

#include "chat.actor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 3 };

struct place {
    actor_test *test;
    actor_probe *room;
    chat_listener_ref listener;
    struct sockaddr_in address;
    int fd;
};

static struct place open_place(void)
{
    struct place p = { .test = kit_new(), .address.sin_family = AF_INET };
    socklen_t size = sizeof p.address;
    p.room = actor_probe_new(p.test, &chat_room__info);
    p.fd = socket(AF_INET, SOCK_STREAM, 0);
    p.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(p.fd >= 0);
    assert_int_equal(bind(p.fd, (struct sockaddr *)&p.address, size), 0);
    assert_int_equal(listen(p.fd, CLIENTS), 0);
    assert_int_equal(getsockname(p.fd, (struct sockaddr *)&p.address, &size), 0);
    assert_int_equal(fcntl(p.fd, F_SETFL, O_NONBLOCK), 0);
    chat_listener_args args = { .fd = p.fd, .room = ACTOR_PROBE_REF(p.room, chat_room) };
    assert_int_equal(
            chat_listener_start(actor_test_system(p.test), &args, &p.listener), ACTOR_OK);
    ACTOR_EXPECT_NOTHING(p.room, actor_seconds(1));
    return p;
}

static void close_place(struct place *p)
{
    actor_test_free(p->test);
    (void)close(p->fd);
}

static int connect_to(const struct place *p)
{
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(
            connect(client, (const struct sockaddr *)&p->address, sizeof p->address), 0);
    return client;
}

static void test_each_connection_gets_a_session_that_joins(void **state)
{
    struct place p = open_place();
    int clients[CLIENTS];
    (void)state;
    uint64_t before = actor_system_actors(actor_test_system(p.test));
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = connect_to(&p);
    }
    for (int i = 0; i < CLIENTS; i++) {
        (void)ACTOR_EXPECT(p.room, chat_join);
    }
    ACTOR_EXPECT_NOTHING(p.room, actor_seconds(1));
    assert_int_equal(actor_system_actors(actor_test_system(p.test)), before + CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
        (void)close(clients[i]);
    }
    close_place(&p);
}

extern bool (*actor__fault)(void);

static int allocations; /* until one fails; once */

static bool fails(void)
{
    return allocations-- == 1;
}

/* A client comes, and the given allocation after that fails. False if there were not so many. */
static bool run_without(int allocation)
{
    char text[256];
    struct place p = open_place();
    actor_system *system = actor_test_system(p.test);
    uint64_t before = actor_system_actors(system);
    int client = connect_to(&p);
    allocations = allocation;
    actor__fault = fails;
    (void)actor_test_settle(p.test);
    actor__fault = NULL;
    bool has_session = actor_system_actors(system) > before;
    ssize_t n;
    do { /* it may have been told why */
        n = recv(client, text, sizeof text, MSG_DONTWAIT);
    } while (n > 0);
    assert_true(has_session ? n < 0 && errno == EAGAIN : n == 0);
    (void)close(client);
    close_place(&p);
    return allocations <= 0;
}

static void test_a_client_has_a_session_or_is_told_that_it_has_none(void **state)
{
    int allocation = 1;
    (void)state;
    while (run_without(allocation)) {
        allocation++;
    }
    assert_true(allocation > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_connection_gets_a_session_that_joins),
        cmocka_unit_test(test_a_client_has_a_session_or_is_told_that_it_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
