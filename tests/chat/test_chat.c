/* SPDX-License-Identifier: MIT */
/* test_chat.c - the chat as its users see it, a few at a time; test_crowd.c has many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitizers.h"
#include "server.h"

#define LINE_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LINE_512 LINE_64 LINE_64 LINE_64 LINE_64 LINE_64 LINE_64 LINE_64 LINE_64

enum { FEW_DESCRIPTORS = 24, TOO_MANY_CLIENTS = 60 };

/* A chat with Ann and Bob in it, who have seen each other come. */
struct talk {
    struct server server;
    struct client ann;
    struct client bob;
};

static struct talk *begin(const char *option)
{
    struct talk *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->server = server_start(option, 0);
    client_join(&t->ann, &t->server, "guest-1");
    client_join(&t->bob, &t->server, "guest-2");
    client_expect(&t->ann, "* guest-2 joined");
    client_say(&t->ann, "/nick Ann\n");
    client_expect(&t->ann, "* guest-1 is now Ann");
    client_expect(&t->bob, "* guest-1 is now Ann");
    client_say(&t->bob, "/nick Bob\n");
    client_expect(&t->ann, "* guest-2 is now Bob");
    client_expect(&t->bob, "* guest-2 is now Bob");
    return t;
}

static int setup(void **state)
{
    *state = begin(NULL);
    return 0;
}

static int setup_crash(void **state)
{
    *state = begin("--allow-crash");
    return 0;
}

static int teardown(void **state)
{
    struct talk *t = *state;
    client_close(&t->ann);
    client_close(&t->bob);
    server_signal(&t->server, SIGTERM);
    server_wait(&t->server);
    assert_int_equal(0, server_complaints(&t->server, "error: "));
    free(t);
    return 0;
}

static int teardown_crash(void **state)
{
    struct talk *t = *state;
    client_close(&t->ann);
    client_close(&t->bob);
    server_signal(&t->server, SIGTERM);
    server_wait(&t->server);
    assert_int_equal(
            CONTAINS_CRASHES, server_complaints(&t->server, " failed: crashed: abort()"));
    free(t);
    return 0;
}

static void expect_both(struct talk *t, const char *line)
{
    client_expect(&t->ann, line);
    client_expect(&t->bob, line);
}

/* ---- Talking ----------------------------------------------------------------------------- */

static void test_what_one_says_everybody_reads_in_order(void **state)
{
    struct talk *t = *state;
    client_say(&t->ann, "one\ntwo\r\n\nthree\n");
    expect_both(t, "Ann: one");
    expect_both(t, "Ann: two");
    expect_both(t, "Ann: three");
    client_say(&t->bob, "a line that is ");
    client_say(&t->bob, "sent in parts: \xC3");
    client_say(&t->bob, "\xBC\n");
    expect_both(t, "Bob: a line that is sent in parts: \xC3\xBC");
}

static void test_names_are_asked_for(void **state)
{
    struct talk *t = *state;
    client_say(&t->ann, "/who\n");
    client_expect(&t->ann, "* 2 here:");
    client_expect(&t->ann, "*   Ann");
    client_expect(&t->ann, "*   Bob");
}

static void test_a_name_has_one_owner(void **state)
{
    struct talk *t = *state;
    client_say(&t->ann, "/nick Bob\n/nick Ann\n/nick Eve\n");
    client_expect(&t->ann, "! somebody else has that name");
    expect_both(t, "* Ann is now Ann");
    expect_both(t, "* Ann is now Eve");
    client_say(&t->bob, "/nick Ann\n");
    expect_both(t, "* Bob is now Ann");
}

static void test_guests_get_names_that_are_free(void **state)
{
    struct talk *t = *state;
    struct client third;
    client_say(&t->ann, "/nick guest-3\n");
    expect_both(t, "* Ann is now guest-3");
    client_join(&third, &t->server, "guest-4");
    client_close(&third);
}

/* ---- Bad input ----------------------------------------------------------------------------- */

static void test_a_bad_line_gets_an_error_and_harms_no_other_line(void **state)
{
    static const char NUL[] = "before\n\0\nafter\n";
    struct talk *t = *state;
    client_send(&t->ann, NUL, sizeof NUL - 1);
    expect_both(t, "Ann: before");
    client_expect(&t->ann, "! a line has no NUL byte");
    expect_both(t, "Ann: after");
    client_say(&t->ann,
            "\xC3(\n\x1B[2J\n/nick a b\n/nick\n/nonsense\n/crash\n/crash room\nafter\n");
    client_expect(&t->ann, "! a line is UTF-8");
    client_expect(&t->ann, "! a line has no control characters");
    client_expect(&t->ann, "! a name has no spaces and no colon");
    client_expect(&t->ann, "! write /nick and a name");
    client_expect(&t->ann, "! there are /nick NAME, /who and /quit");
    client_expect(&t->ann, "! only with --allow-crash");
    client_expect(&t->ann, "! only with --allow-crash");
    expect_both(t, "Ann: after");
}

static void test_a_line_may_be_long_but_not_longer(void **state)
{
    struct talk *t = *state;
    client_say(&t->ann, LINE_512 "\n" LINE_512 "\r\n" LINE_512 "x\nafter\n");
    expect_both(t, "Ann: " LINE_512);
    expect_both(t, "Ann: " LINE_512);
    client_expect(&t->ann, "! a line has at most 512 bytes");
    expect_both(t, "Ann: after");
    for (int i = 0; i < 20; i++) {
        client_say(&t->ann, LINE_512);
    }
    client_say(&t->ann, "\nafter\n");
    client_expect(&t->ann, "! a line has at most 512 bytes");
    expect_both(t, "Ann: after");
}

/* ---- Leaving ------------------------------------------------------------------------------- */

static void test_who_quits_is_told_good_bye_and_missed(void **state)
{
    struct talk *t = *state;
    client_say(&t->bob, "that is all\n/quit\nnot said\n");
    expect_both(t, "Bob: that is all");
    client_expect(&t->bob, "* good-bye");
    client_expect(&t->bob, NULL);
    client_expect(&t->ann, "* Bob left");
    client_say(&t->ann, "gone\n");
    client_expect(&t->ann, "Ann: gone");
}

static void test_the_last_words_of_who_ends_the_connection_are_said(void **state)
{
    struct talk *t = *state;
    client_say(&t->bob, "one\ntwo\nlast");
    assert_int_equal(0, shutdown(t->bob.fd, SHUT_WR));
    expect_both(t, "Bob: one");
    expect_both(t, "Bob: two");
    expect_both(t, "Bob: last");
    client_expect(&t->bob, NULL);
    client_expect(&t->ann, "* Bob left");
}

static void test_lines_of_a_connection_that_is_gone_are_said(void **state)
{
    struct talk *t = *state;
    struct client third;
    client_join(&third, &t->server, "guest-3");
    expect_both(t, "* guest-3 joined");
    client_say(&third, "one\ntwo\nthree\n");
    client_close(&third);
    expect_both(t, "guest-3: one");
    expect_both(t, "guest-3: two");
    expect_both(t, "guest-3: three");
    expect_both(t, "* guest-3 left");
}

static void test_a_crash_hurts_one_connection(void **state)
{
    struct talk *t = *state;
    struct client third;
    if (!CONTAINS_CRASHES) {
        skip();
    }
    client_join(&third, &t->server, "guest-3");
    expect_both(t, "* guest-3 joined");
    client_say(&third, "now\n/crash\n");
    client_expect(&third, "guest-3: now");
    client_expect(&third, NULL);
    client_close(&third);
    expect_both(t, "guest-3: now");
    expect_both(t, "* guest-3 is gone: the session failed");
    client_say(&t->bob, "what was that?\n");
    expect_both(t, "Bob: what was that?");
    client_join(&third, &t->server, "guest-4");
    client_close(&third);
}

static void test_after_a_crash_of_the_room_all_can_come_again(void **state)
{
    struct talk *t = *state;
    if (!CONTAINS_CRASHES) {
        skip();
    }
    client_say(&t->ann, "now\n/crash room\n");
    expect_both(t, "Ann: now");
    expect_both(t, NULL);
    client_close(&t->ann);
    client_close(&t->bob);
    client_join(&t->ann, &t->server, "guest-1");
    client_join(&t->bob, &t->server, "guest-2");
    client_expect(&t->ann, "* guest-2 joined");
    client_say(&t->ann, "again\n");
    expect_both(t, "guest-1: again");
}

/* ---- The whole ------------------------------------------------------------------------------- */

static void stop_by(int signal)
{
    struct talk *t = begin(NULL);
    client_say(&t->ann, "until the end\n");
    expect_both(t, "Ann: until the end");
    server_signal(&t->server, signal);
    expect_both(t, "* the chat closes, good-bye");
    expect_both(t, NULL);
    client_close(&t->ann);
    client_close(&t->bob);
    server_wait(&t->server);
    assert_int_equal(0, server_complaints(&t->server, "error: "));
    free(t);
}

static void test_a_stop_tells_everybody_good_bye(void **state)
{
    (void)state;
    stop_by(SIGTERM);
    stop_by(SIGINT);
}

/* As many as there are descriptors for are welcomed, and each that leaves makes room for another. */
static void test_without_descriptors_clients_wait(void **state)
{
    struct server server = server_start(NULL, FEW_DESCRIPTORS);
    struct client *clients = calloc(TOO_MANY_CLIENTS, sizeof *clients);
    char name[32];
    (void)state;
    assert_non_null(clients);
    for (int i = 0; i < TOO_MANY_CLIENTS; i++) {
        client_connect(&clients[i], &server, false);
    }
    for (int i = 0; i < TOO_MANY_CLIENTS; i++) {
        const char *line = client_line(&clients[i]);
        assert_non_null(line);
        assert_int_equal(1, sscanf(line, "* welcome, %31[^;]", name));
        client_close(&clients[i]);
    }
    server_signal(&server, SIGTERM);
    server_wait(&server);
    assert_int_equal(1, server_complaints(&server, "new connections have to wait: "));
    free(clients);
}

#define TALK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TALK(test_what_one_says_everybody_reads_in_order),
        TALK(test_names_are_asked_for),
        TALK(test_a_name_has_one_owner),
        TALK(test_guests_get_names_that_are_free),
        TALK(test_a_bad_line_gets_an_error_and_harms_no_other_line),
        TALK(test_a_line_may_be_long_but_not_longer),
        TALK(test_who_quits_is_told_good_bye_and_missed),
        TALK(test_the_last_words_of_who_ends_the_connection_are_said),
        TALK(test_lines_of_a_connection_that_is_gone_are_said),
        cmocka_unit_test_setup_teardown(
                test_a_crash_hurts_one_connection, setup_crash, teardown_crash),
        cmocka_unit_test_setup_teardown(
                test_after_a_crash_of_the_room_all_can_come_again, setup_crash, teardown_crash),
        cmocka_unit_test(test_a_stop_tells_everybody_good_bye),
        cmocka_unit_test(test_without_descriptors_clients_wait),
    };
    (void)argc;
    server_find(argv[0]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
