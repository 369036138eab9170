/* SPDX-License-Identifier: MIT */
/*
 * A system that is shown and stopped by signals. Its actors are those of listing.actor, and its guard
 * waits in its handler until the test lets it go.
 */
#include "listing.actor.h"

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static actor_system *sys;
static listing_office_ref office;
static listing_clerk_ref clerk;
static listing_guard_ref guard;
static sem_t arrived;
static sem_t gate;
static sem_t told; /* posted when the log says that a signal stops the system */
static _Atomic int pings;

/* ---- Actors ------------------------------------------------------------------------------- */

struct listing_clerk {
    int unused;
};
ACTOR_STATE(listing_clerk);

static void await(sem_t *sem)
{
    while (sem_wait(sem) != 0) {
    }
}

actor_result listing_clerk_on_fail(listing_clerk *self, const listing_fail *msg)
{
    (void)msg;
    return actor_fail(self, "told to");
}

actor_result listing_clerk_on_ping(
        listing_clerk *self, const listing_ping *msg, listing_ping_call call)
{
    (void)self;
    (void)msg;
    pings++;
    listing_ping_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

static void wait_at_gate(listing_wait_call call)
{
    sem_post(&arrived);
    await(&gate);
    listing_wait_answer_done(call, NULL);
}

actor_result listing_clerk_on_wait(
        listing_clerk *self, const listing_wait *msg, listing_wait_call call)
{
    (void)self;
    (void)msg;
    wait_at_gate(call);
    return ACTOR_CONTINUE;
}

actor_result listing_clerk_day_on_turn(listing_clerk *self, const listing_turn *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result listing_clerk_night_on_turn(listing_clerk *self, const listing_turn *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

struct listing_guard {
    int unused;
};
ACTOR_STATE(listing_guard);

actor_result listing_guard_on_wait(
        listing_guard *self, const listing_wait *msg, listing_wait_call call)
{
    (void)self;
    (void)msg;
    wait_at_gate(call);
    return ACTOR_CONTINUE;
}

actor_result listing_guard_on_ping(
        listing_guard *self, const listing_ping *msg, listing_ping_call call)
{
    (void)self;
    (void)msg;
    pings++;
    listing_ping_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

/* ---- The system --------------------------------------------------------------------------- */

static void on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    if (strstr(line, "SIGTERM: the system stops") != NULL) {
        sem_post(&told);
    }
}

static int begin(void)
{
    pings = 0;
    sem_init(&arrived, 0, 0);
    sem_init(&gate, 0, 0);
    sem_init(&told, 0, 0);
    sys = actor_system_new(&(actor_config){ .workers = 2, .log = on_log });
    if (sys == NULL || listing_office_start(sys, &office) != ACTOR_OK ||
            listing_office_clerk(sys, office, &clerk) != ACTOR_OK) {
        return -1;
    }
    return listing_office_guard(sys, office, &guard) == ACTOR_OK ? 0 : -1;
}

static int setup(void **state)
{
    (void)state;
    return begin();
}

static int teardown(void **state)
{
    (void)state;
    actor_system_free(sys);
    sem_destroy(&arrived);
    sem_destroy(&gate);
    sem_destroy(&told);
    return 0;
}

static void send_signal(int number)
{
    assert_int_equal(0, kill(getpid(), number));
}

/* What is handled by default, before and after. */
static void check_defaults(void)
{
    const int numbers[] = { SIGTERM, SIGINT, SIGUSR1 };
    for (size_t i = 0; i < 3; i++) {
        struct sigaction now;
        assert_int_equal(0, sigaction(numbers[i], NULL, &now));
        assert_true(now.sa_handler == SIG_DFL);
    }
}

/* ---- Dumps -------------------------------------------------------------------------------- */

static char text[65536];

/* Reads from a pipe until `end` has come. */
static void read_until(int fd, const char *end)
{
    size_t used = 0;
    text[0] = '\0';
    while (strstr(text, end) == NULL) {
        ssize_t n = read(fd, text + used, sizeof text - 1 - used);
        assert_true(n > 0);
        used += (size_t)n;
        text[used] = '\0';
    }
}

static void test_a_dump_has_all_there_is(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(0, pipe(ends));
    assert_int_equal(ACTOR_OK, listing_guard_tell_wait(sys, guard, NULL));
    await(&arrived);
    assert_int_equal(ACTOR_OK, listing_guard_tell_ping(sys, guard, NULL));
    assert_int_equal(ACTOR_OK, actor_dump(sys, ends[1]));
    close(ends[1]);
    read_until(ends[0], "listing.Ping to listing.Guard\n");
    close(ends[0]);
    assert_non_null(strstr(text, "5 actors\n"));
    assert_non_null(strstr(text, " listing.Clerk clerk, in Day\n"));
    assert_non_null(strstr(text, " listing.Guard guard, handles listing.Wait\n"));
    assert_non_null(strstr(text, " listing.Office\n"));
    assert_non_null(strstr(text, " listing.Wait to listing.Guard\n"));
    sem_post(&gate);
}

/* More than goes through a pipe at once, and as much as there is. */
static void *read_all(void *end)
{
    static char all[1 << 20];
    size_t used = 0;
    ssize_t n;
    while ((n = read(*(int *)end, all + used, sizeof all - 1 - used)) > 0) {
        used += (size_t)n;
    }
    all[used] = '\0';
    return all;
}

static unsigned count_of(const char *all, const char *wanted)
{
    unsigned n = 0;
    for (const char *at = all; (at = strstr(at, wanted)) != NULL; at++) {
        n++;
    }
    return n;
}

static void test_a_large_dump_is_whole(void **state)
{
    (void)state;
    enum { OFFICES = 400 };
    int ends[2];
    pthread_t reader;
    void *all = NULL;
    listing_office_ref more;
    for (int i = 1; i < OFFICES; i++) {
        assert_int_equal(ACTOR_OK, listing_office_start(sys, &more));
    }
    assert_int_equal(0, pipe(ends));
    assert_int_equal(0, pthread_create(&reader, NULL, read_all, &ends[0]));
    assert_int_equal(ACTOR_OK, actor_dump(sys, ends[1]));
    close(ends[1]);
    assert_int_equal(0, pthread_join(reader, &all));
    close(ends[0]);
    assert_non_null(strstr(all, "2000 actors\n"));
    assert_int_equal(OFFICES, count_of(all, " listing.Clerk clerk, in Day\n"));
    assert_int_equal(OFFICES, count_of(all, " listing.Guard guard\n"));
}

static void test_a_dump_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(0, pipe(ends));
    assert_int_equal(ACTOR_ERR_OS, actor_dump(sys, ends[0]));
    close(ends[0]);
    close(ends[1]);
}

static void test_a_signal_dumps(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(0, pipe(ends));
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), ends[1]));
    for (int i = 0; i < 3; i++) {
        send_signal(SIGUSR1);
        read_until(ends[0], "listing.Turn to listing.Clerk\n");
        assert_non_null(strstr(text, "listing.Clerk clerk"));
    }
    actor_system_free(sys);
    sys = NULL;
    check_defaults();
    close(ends[0]);
    close(ends[1]);
}

/* ---- Stops -------------------------------------------------------------------------------- */

/* What was queued is handled, and the program learns of it where it waits. */
static void test_a_signal_stops_in_order(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), -1));
    assert_int_equal(ACTOR_OK, listing_guard_tell_wait(sys, guard, NULL));
    await(&arrived);
    assert_int_equal(ACTOR_OK, listing_guard_tell_ping(sys, guard, NULL));
    send_signal(SIGTERM);
    assert_int_equal(ACTOR_OK, actor_system_wait(sys, INT64_MAX));
    await(&told);
    check_defaults();
    sem_post(&gate);
    actor_stop_report report = actor_system_stop(sys, 0);
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(0, report.dead_letters);
    assert_int_equal(1, pings);
}

static void test_one_system_has_the_signals(void **state)
{
    (void)state;
    actor_system *other = actor_system_new(&(actor_config){ .workers = 1 });
    assert_non_null(other);
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), -1));
    assert_int_equal(ACTOR_ERR_LIMIT, actor_system_signals(other, actor_seconds(60), -1));
    actor_system_free(sys);
    sys = NULL;
    assert_int_equal(ACTOR_OK, actor_system_signals(other, actor_seconds(60), -1));
    send_signal(SIGINT);
    assert_int_equal(ACTOR_OK, actor_system_wait(other, INT64_MAX));
    actor_system_free(other);
    check_defaults();
}

static sem_t heard;

static void on_mine(int number)
{
    if (number == SIGTERM) {
        sem_post(&heard);
    }
}

static void test_a_handler_of_the_program_is_called_too(void **state)
{
    (void)state;
    struct sigaction mine = { .sa_handler = on_mine };
    struct sigaction before;
    struct sigaction after;
    assert_int_equal(0, sem_init(&heard, 0, 0));
    assert_int_equal(0, sigaction(SIGTERM, &mine, &before));
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), -1));
    send_signal(SIGTERM);
    await(&heard);
    assert_int_equal(ACTOR_OK, actor_system_wait(sys, INT64_MAX));
    await(&told);
    assert_int_equal(0, sigaction(SIGTERM, &before, &after));
    assert_ptr_equal(on_mine, after.sa_handler);
    sem_destroy(&heard);
}

static void on_mine_with_info(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (number == SIGTERM && info->si_pid == getpid()) {
        sem_post(&heard);
    }
}

static void test_a_handler_that_wants_to_know_more_is_told(void **state)
{
    (void)state;
    struct sigaction mine = { .sa_sigaction = on_mine_with_info, .sa_flags = SA_SIGINFO };
    struct sigaction before;
    struct sigaction after;
    assert_int_equal(0, sem_init(&heard, 0, 0));
    assert_int_equal(0, sigaction(SIGTERM, &mine, &before));
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), -1));
    send_signal(SIGTERM);
    await(&heard);
    assert_int_equal(ACTOR_OK, actor_system_wait(sys, INT64_MAX));
    await(&told);
    assert_int_equal(0, sigaction(SIGTERM, &before, &after));
    assert_ptr_equal(on_mine_with_info, after.sa_sigaction);
    sem_destroy(&heard);
}

/* Whoever takes a signal after us keeps it, and we no longer hear of it. */
static void test_a_handler_that_came_later_stays(void **state)
{
    (void)state;
    struct sigaction plain = { .sa_handler = on_mine };
    struct sigaction knowing = { .sa_sigaction = on_mine_with_info, .sa_flags = SA_SIGINFO };
    struct sigaction initial = { .sa_handler = SIG_DFL };
    struct sigaction after;
    assert_int_equal(0, sem_init(&heard, 0, 0));
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), -1));
    assert_int_equal(0, sigaction(SIGTERM, &plain, NULL));
    assert_int_equal(0, sigaction(SIGINT, &knowing, NULL));
    send_signal(SIGTERM);
    await(&heard);
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_system_wait(sys, 0));
    actor_system_free(sys);
    sys = NULL;
    assert_int_equal(0, sigaction(SIGTERM, &initial, &after));
    assert_ptr_equal(on_mine, after.sa_handler);
    assert_int_equal(0, sigaction(SIGINT, &initial, &after));
    assert_ptr_equal(on_mine_with_info, after.sa_sigaction);
    check_defaults();
    sem_destroy(&heard);
}

/* Both have come before the first has had its effect, since a dump takes its time. */
static void test_only_the_first_of_two_signals_stops(void **state)
{
    (void)state;
    int ends[2];
    char filler[1 << 16] = "";
    assert_int_equal(0, pipe(ends));
    assert_int_equal(0, fcntl(ends[1], F_SETFL, O_NONBLOCK));
    while (write(ends[1], filler, sizeof filler) > 0) {
    }
    assert_int_equal(0, fcntl(ends[1], F_SETFL, 0));
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), ends[1]));
    send_signal(SIGUSR1);
    send_signal(SIGTERM);
    send_signal(SIGINT);
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_system_wait(sys, 0));
    while (read(ends[0], filler, sizeof filler) == (ssize_t)sizeof filler) {
    }
    assert_int_equal(ACTOR_OK, actor_system_wait(sys, INT64_MAX));
    await(&told);
    actor_system_free(sys);
    sys = NULL;
    check_defaults();
    close(ends[0]);
    close(ends[1]);
}

static void test_signals_that_are_ignored_stay_so(void **state)
{
    (void)state;
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    struct sigaction after;
    assert_int_equal(0, sigaction(SIGINT, &ignore, &before));
    assert_int_equal(ACTOR_OK, actor_system_signals(sys, actor_seconds(60), -1));
    send_signal(SIGINT);
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_system_wait(sys, 0));
    assert_int_equal(0, sigaction(SIGINT, &before, &after));
    assert_true(after.sa_handler == SIG_IGN);
}

/* Somebody who cannot wait sends a second one, while the first waits for a handler. */
static void die_twice(void)
{
    if (begin() != 0 || actor_system_signals(sys, actor_seconds(3600), -1) != ACTOR_OK ||
            listing_guard_tell_wait(sys, guard, NULL) != ACTOR_OK) {
        _exit(1);
    }
    await(&arrived);
    kill(getpid(), SIGTERM);
    await(&told);
    kill(getpid(), SIGTERM);
    await(&gate); /* which nobody opens */
    _exit(2);
}

static void test_a_second_signal_ends_the_process(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        die_twice();
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(SIGTERM, WTERMSIG(status));
}

#define SIGNALS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_second_signal_ends_the_process),
        SIGNALS(test_a_dump_has_all_there_is),
        SIGNALS(test_a_large_dump_is_whole),
        SIGNALS(test_a_dump_that_cannot_be_written_is_an_error),
        SIGNALS(test_a_signal_dumps),
        SIGNALS(test_a_signal_stops_in_order),
        SIGNALS(test_one_system_has_the_signals),
        SIGNALS(test_a_handler_of_the_program_is_called_too),
        SIGNALS(test_a_handler_that_wants_to_know_more_is_told),
        SIGNALS(test_a_handler_that_came_later_stays),
        SIGNALS(test_only_the_first_of_two_signals_stops),
        SIGNALS(test_signals_that_are_ignored_stay_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
