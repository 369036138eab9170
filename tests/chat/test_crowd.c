/* SPDX-License-Identifier: MIT */
/*
 * test_crowd.c - a thousand clients at once: everybody reads every line of everybody, in the order of
 * its speaker; sessions that crash, clients that do not read, and those who type too fast harm
 * nobody else.
 *
 * Where fewer descriptors are allowed, and under sanitizers, there are fewer clients.
 */
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sanitizers.h"
#include "server.h"

enum {
    CROWD = 1000,
    SANITIZED_CROWD = 400,
    SPARE_DESCRIPTORS = 32, /* of this test, and of the server */
    LINES_EACH = 3,
    CRASHES = 10,
    NAMES_SHOWN = 100, /* as in chat.actor */
    FLOOD = 20000,
    UNREAD_LINES = 255,
    SLOW_LINES_MAX =
            4000 /* after which a client that does not read must have been disconnected */
};

struct member {
    struct client client;
    unsigned number;      /* it is guest-NUMBER; 0: it has not been welcomed */
    unsigned heard_total; /* lines that somebody said */
    unsigned joins;
    unsigned crashes;
    unsigned names; /* that /who gave */
    unsigned more_names;
    bool was_told_good_bye;
    bool has_ended;
    unsigned char heard[CROWD + 1]; /* by the number of who said them */
};

struct crowd {
    struct server server;
    unsigned count;
    struct member *members;
    struct pollfd *polls;
};

/* ---- A crowd ------------------------------------------------------------------------------------ */

/* How many clients there can be: each has a descriptor here and one in the server. */
static unsigned crowd_size(void)
{
    struct rlimit limit;
    unsigned size = IS_SANITIZED ? SANITIZED_CROWD : CROWD;
    assert_int_equal(0, getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(0, setrlimit(RLIMIT_NOFILE, &limit));
    if (limit.rlim_max < size + SPARE_DESCRIPTORS) {
        assert_true(limit.rlim_max > 2 * SPARE_DESCRIPTORS);
        size = (unsigned)limit.rlim_max - SPARE_DESCRIPTORS;
    }
    return size;
}

static struct crowd *crowd_begin(const char *option)
{
    struct crowd *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->count = crowd_size();
    c->members = calloc(c->count, sizeof *c->members);
    c->polls = calloc(c->count, sizeof *c->polls);
    assert_non_null(c->members);
    assert_non_null(c->polls);
    c->server = server_start(option, 0);
    for (unsigned i = 0; i < c->count; i++) {
        client_connect(&c->members[i].client, &c->server, false);
    }
    print_message("%u clients\n", c->count);
    return c;
}

/* Notes a line of the room. */
static void hear_room(struct member *m, const char *line)
{
    unsigned number;
    int end = 0;
    if (sscanf(line, "* welcome, guest-%u; ", &number) == 1) {
        assert_int_equal(0, m->number);
        m->number = number;
    } else if (sscanf(line, "* guest-%u joined%n", &number, &end) == 1 && end > 0) {
        m->joins++;
    } else if (sscanf(line, "* guest-%u is gone: the session failed%n", &number, &end) == 1 &&
               end > 0) {
        m->crashes++;
    } else if (sscanf(line, "*   guest-%u%n", &number, &end) == 1 && end > 0) {
        assert_int_equal(++m->names, number);
    } else if (sscanf(line, "*   and %u more%n", &number, &end) == 1 && end > 0) {
        m->more_names = number;
    } else if (sscanf(line, "* %u here:%n", &number, &end) == 1 && end > 0) {
        assert_int_equal(0, m->names);
    } else {
        assert_string_equal("* the chat closes, good-bye", line);
        m->was_told_good_bye = true;
    }
}

/* Notes a line, which must be the next of whoever said it. */
static void hear(struct member *m, const char *line)
{
    unsigned number;
    unsigned seq;
    if (line[0] == '*') {
        hear_room(m, line);
        return;
    }
    assert_int_equal(2, sscanf(line, "guest-%u: line %u of them", &number, &seq));
    assert_in_range(number, 1, CROWD);
    assert_int_equal(m->heard[number], seq);
    m->heard[number]++;
    m->heard_total++;
}

/* Waits until somebody can read, and has them do so. */
static void crowd_listen(struct crowd *c)
{
    for (unsigned i = 0; i < c->count; i++) {
        struct member *m = &c->members[i];
        c->polls[i] =
                (struct pollfd){ .fd = m->has_ended ? -1 : m->client.fd, .events = POLLIN };
    }
    assert_true(poll(c->polls, c->count, -1) > 0);
    for (unsigned i = 0; i < c->count; i++) {
        struct member *m = &c->members[i];
        if (c->polls[i].revents == 0) {
            continue;
        }
        m->has_ended = client_read(&m->client, MSG_DONTWAIT) <= 0;
        for (char *line = client_take(&m->client); line != NULL;
                line = client_take(&m->client)) {
            hear(m, line);
        }
    }
}

/* Has them read until `is_done` holds for each. */
static void crowd_until(
        struct crowd *c, bool (*is_done)(const struct crowd *c, const struct member *m))
{
    for (unsigned i = 0; i < c->count;) {
        if (is_done(c, &c->members[i])) {
            i++;
        } else {
            crowd_listen(c);
        }
    }
}

static bool is_welcome(const struct crowd *c, const struct member *m)
{
    (void)c;
    return m->number != 0;
}

static bool has_heard_all(const struct crowd *c, const struct member *m)
{
    return m->heard_total == c->count * LINES_EACH;
}

static bool knows_names(const struct crowd *c, const struct member *m)
{
    return m->names + m->more_names == c->count || m != &c->members[0];
}

static bool has_seen_crashes(const struct crowd *c, const struct member *m)
{
    (void)c;
    return m->crashes == CRASHES || m->number <= CRASHES;
}

static bool is_at_end(const struct crowd *c, const struct member *m)
{
    (void)c;
    return m->has_ended;
}

/* Everybody says all lines; everybody must hear them. */
static void crowd_talk(struct crowd *c)
{
    crowd_until(c, is_welcome);
    for (unsigned i = 0; i < c->count; i++) {
        for (unsigned k = 0; k < LINES_EACH; k++) {
            char line[32];
            (void)snprintf(line, sizeof line, "line %u of them\n", k);
            client_say(&c->members[i].client, line);
        }
    }
    crowd_until(c, has_heard_all);
    for (unsigned i = 0; i < c->count; i++) {
        const struct member *m = &c->members[i];
        assert_int_equal(c->count - m->number, m->joins);
    }
}

/* Ends it in order, which all must be told whose session has not crashed. */
static void crowd_end(struct crowd *c, unsigned crashed)
{
    server_signal(&c->server, SIGTERM);
    crowd_until(c, is_at_end);
    for (unsigned i = 0; i < c->count; i++) {
        struct member *m = &c->members[i];
        assert_int_equal(m->number > crashed, m->was_told_good_bye);
        assert_true(m->number > crashed ? m->crashes == crashed : m->crashes < crashed);
        assert_int_equal(0, m->client.end - m->client.begin);
        client_close(&m->client);
    }
    server_wait(&c->server);
    assert_int_equal(crashed, server_complaints(&c->server, "error: "));
    free(c->members);
    free(c->polls);
    free(c);
}

static void test_everybody_hears_everybody(void **state)
{
    (void)state;
    struct crowd *c = crowd_begin(NULL);
    crowd_talk(c);
    client_say(&c->members[0].client, "/who\n");
    crowd_until(c, knows_names);
    assert_true(c->members[0].names <= NAMES_SHOWN);
    crowd_end(c, 0);
}

static void test_sessions_that_crash_take_nobody_with_them(void **state)
{
    (void)state;
    if (!CONTAINS_CRASHES) {
        skip();
    }
    struct crowd *c = crowd_begin("--allow-crash");
    crowd_until(c, is_welcome);
    for (unsigned i = 0; i < c->count; i++) {
        if (c->members[i].number <= CRASHES) {
            client_say(&c->members[i].client, "/crash\n");
        }
    }
    crowd_until(c, has_seen_crashes);
    crowd_end(c, CRASHES);
}

/* ---- Too slow, and too fast ------------------------------------------------------------------- */

static void test_who_does_not_read_is_disconnected_and_holds_up_nobody(void **state)
{
    static char line[512];
    static struct client ann;
    static struct client bob;
    static struct client slow;
    unsigned said = 0;
    unsigned read = 0;
    (void)state;
    struct server server = server_start(NULL, 0);
    client_join(&ann, &server, "guest-1");
    client_join(&bob, &server, "guest-2");
    client_expect(&ann, "* guest-2 joined");
    client_connect(&slow, &server, true);
    client_expect(&ann, "* guest-3 joined");
    client_expect(&bob, "* guest-3 joined");
    const char *heard = "";
    for (; strcmp(heard, "* guest-3 left") != 0; said++) {
        assert_true(said < SLOW_LINES_MAX);
        (void)snprintf(line, sizeof line, "%0500u\n", said);
        client_say(&ann, line);
        heard = client_line(&bob);
        assert_non_null(heard);
        (void)client_line(&ann);
    }
    print_message("disconnected after %u lines of 510 bytes\n", said);
    client_expect(&slow, "* welcome, guest-3; 2 others are here; /nick NAME, /who, /quit");
    for (heard = client_line(&slow); heard != NULL; heard = client_line(&slow)) {
        assert_int_equal(read, strtoul(heard + strlen("guest-1: "), NULL, 10));
        read++;
    }
    assert_true(read > 0 && read < said);
    client_close(&slow);
    client_close(&ann);
    client_close(&bob);
    server_signal(&server, SIGTERM);
    server_wait(&server);
    assert_int_equal(1, server_complaints(&server, "a client does not read: disconnected"));
}

/* Has Ann say so much that a client that does not read has more to come than the kernel takes, and
 * less than it would be disconnected for. */
static void begin_unread(struct server *server, struct client *ann, struct client *slow)
{
    char line[512];
    *server = server_start(NULL, 0);
    client_join(ann, server, "guest-1");
    client_connect(slow, server, true);
    client_expect(ann, "* guest-2 joined");
    for (unsigned i = 0; i < UNREAD_LINES; i++) {
        (void)snprintf(line, sizeof line, "%0500u\n", i);
        client_say(ann, line);
        assert_non_null(client_line(ann));
    }
}

/* Reads up to so many lines of these; returns how many there were before the end. */
static unsigned read_unread(struct client *slow, unsigned limit)
{
    unsigned read = 0;
    const char *heard = client_line(slow);
    assert_non_null(heard);
    assert_memory_equal("* welcome, ", heard, strlen("* welcome, "));
    while (read < limit && (heard = client_line(slow)) != NULL) {
        assert_int_equal(read, strtoul(heard + strlen("guest-1: "), NULL, 10));
        read++;
    }
    return read;
}

static void end_unread(struct server *server, struct client *ann, struct client *slow)
{
    client_close(slow);
    client_close(ann);
    server_signal(server, SIGTERM);
    server_wait(server);
    assert_int_equal(0, server_complaints(server, "error: "));
}

static void test_who_reads_late_reads_everything(void **state)
{
    static struct client ann;
    static struct client slow;
    struct server server;
    (void)state;
    begin_unread(&server, &ann, &slow);
    assert_int_equal(UNREAD_LINES, read_unread(&slow, UNREAD_LINES));
    client_say(&slow, "/quit\n");
    client_expect(&slow, "* good-bye");
    client_expect(&slow, NULL);
    end_unread(&server, &ann, &slow);
}

static void test_who_leaves_without_reading_is_not_waited_for_for_ever(void **state)
{
    static struct client ann;
    static struct client slow;
    struct server server;
    (void)state;
    begin_unread(&server, &ann, &slow);
    client_say(&slow, "/quit\n");
    client_expect(&ann, "* guest-2 left");
    print_message("%u of %u lines were read\n", read_unread(&slow, UINT_MAX), UNREAD_LINES);
    end_unread(&server, &ann, &slow);
}

/* Sends as much of the rest of `text` as there is room for. */
static void send_some(const struct client *client, const char *text, size_t len, size_t *sent)
{
    ssize_t n = send(client->fd, text + *sent, len - *sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    assert_true(n > 0);
    *sent += (size_t)n;
}

/* Reads what is there; each line must be the next that guest-1 said. */
static void read_some(struct client *client, unsigned *heard)
{
    assert_true(client_read(client, MSG_DONTWAIT) > 0);
    for (char *line = client_take(client); line != NULL; line = client_take(client)) {
        char expected[32];
        (void)snprintf(expected, sizeof expected, "guest-1: %06u", *heard);
        assert_string_equal(expected, line);
        ++*heard;
    }
}

static void test_who_types_too_fast_is_held_back_and_loses_nothing(void **state)
{
    static struct client clients[2];
    unsigned heard[2] = { 0, 0 };
    size_t len = FLOOD * strlen("000000\n");
    size_t sent = 0;
    char *text = malloc(len + 1);
    (void)state;
    assert_non_null(text);
    struct server server = server_start(NULL, 0);
    client_join(&clients[0], &server, "guest-1");
    client_join(&clients[1], &server, "guest-2");
    client_expect(&clients[0], "* guest-2 joined");
    for (unsigned i = 0; i < FLOOD; i++) {
        (void)sprintf(text + i * strlen("000000\n"), "%06u\n", i);
    }
    while (heard[0] < FLOOD || heard[1] < FLOOD) {
        struct pollfd polls[2] = {
            { .fd = clients[0].fd, .events = (short)(sent < len ? POLLIN | POLLOUT : POLLIN) },
            { .fd = clients[1].fd, .events = POLLIN },
        };
        assert_true(poll(polls, 2, -1) > 0);
        if ((polls[0].revents & POLLOUT) != 0) {
            send_some(&clients[0], text, len, &sent);
        }
        for (int i = 0; i < 2; i++) {
            if ((polls[i].revents & POLLIN) != 0) {
                read_some(&clients[i], &heard[i]);
            }
        }
    }
    free(text);
    client_close(&clients[0]);
    client_close(&clients[1]);
    server_signal(&server, SIGTERM);
    server_wait(&server);
    assert_int_equal(0, server_complaints(&server, "error: "));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everybody_hears_everybody),
        cmocka_unit_test(test_sessions_that_crash_take_nobody_with_them),
        cmocka_unit_test(test_who_does_not_read_is_disconnected_and_holds_up_nobody),
        cmocka_unit_test(test_who_reads_late_reads_everything),
        cmocka_unit_test(test_who_leaves_without_reading_is_not_waited_for_for_ever),
        cmocka_unit_test(test_who_types_too_fast_is_held_back_and_loses_nothing),
    };
    (void)argc;
    server_find(argv[0]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
