/* SPDX-License-Identifier: MIT */
/*
 * Handlers that hold a worker for too long: they are reported once, with actor, message and place, and
 * fail when there is a limit. Handlers wait for what the log says, so that no clock is read here.
 */
#include "watchdog.actor.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Only where crashes are contained can a handler be made to fail. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { CAN_FAIL = 0 };
#elif defined(__has_feature) /* clang */
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
enum { CAN_FAIL = 0 };
#else
enum { CAN_FAIL = 1 };
#endif
#else
enum { CAN_FAIL = 1 };
#endif

static actor_system *sys;
static watchdog_keeper_ref keeper;
static watchdog_sloth_ref sloth;
static sem_t gate;         /* where Wait waits */
static sem_t reported;     /* posted at each report that has `wanted` in it */
static _Atomic int spins;  /* Spin goes on as long as this is 1 */
static _Atomic int starts; /* of the sloth */
static _Atomic bool slow_hooks;

/* ---- Actors ------------------------------------------------------------------------------- */

struct watchdog_sloth {
    int unused;
};
ACTOR_STATE(watchdog_sloth);

static void await(sem_t *sem)
{
    while (sem_wait(sem) != 0) {
    }
}

actor_result watchdog_sloth_at_start(watchdog_sloth *self)
{
    (void)self;
    atomic_fetch_add(&starts, 1);
    if (slow_hooks) {
        await(&gate);
    }
    return ACTOR_CONTINUE;
}

void watchdog_sloth_at_stop(watchdog_sloth *self)
{
    (void)self;
    if (slow_hooks) {
        await(&gate);
    }
}

actor_result watchdog_sloth_on_wait(
        watchdog_sloth *self, const watchdog_wait *msg, watchdog_wait_call call)
{
    (void)self;
    (void)msg;
    await(&gate);
    watchdog_wait_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

/* A frame of its own, whatever is inlined. */
static __attribute__((noinline)) void spin(void)
{
    while (spins == 1) {
    }
}

actor_result watchdog_sloth_on_spin(
        watchdog_sloth *self, const watchdog_spin *msg, watchdog_spin_call call)
{
    (void)self;
    (void)msg;
    spin();
    watchdog_spin_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result watchdog_sloth_on_ping(
        watchdog_sloth *self, const watchdog_ping *msg, watchdog_ping_call call)
{
    (void)self;
    (void)msg;
    watchdog_ping_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

struct watchdog_hermit {
    int unused;
};
ACTOR_STATE(watchdog_hermit);

actor_result watchdog_hermit_on_wait(
        watchdog_hermit *self, const watchdog_wait *msg, watchdog_wait_call call)
{
    (void)self;
    (void)msg;
    await(&gate);
    watchdog_wait_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result watchdog_hermit_on_ping(
        watchdog_hermit *self, const watchdog_ping *msg, watchdog_ping_call call)
{
    (void)self;
    (void)msg;
    watchdog_ping_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

struct watchdog_idler {
    watchdog_place place;
    watchdog_hermit_ref hermit;
};
ACTOR_STATE(watchdog_idler);

/* Waits for the test, here, if this is the place. */
static actor_result idle_at(const watchdog_idler *self, watchdog_place place)
{
    if (self->place == place) {
        await(&gate);
    }
    return ACTOR_CONTINUE;
}

/* With the signal of the watchdog held back meanwhile. */
static void idle_deaf_at(const watchdog_idler *self, watchdog_place place)
{
    sigset_t urgent_only;
    sigset_t before;
    (void)sigemptyset(&urgent_only);
    (void)sigaddset(&urgent_only, SIGURG);
    (void)pthread_sigmask(SIG_BLOCK, &urgent_only, &before);
    (void)idle_at(self, place);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void destroy_slowly(void *resource)
{
    await(resource);
}

actor_result watchdog_idler_at_start(watchdog_idler *self, const watchdog_idler_args *args)
{
    self->place = args->place;
    self->hermit = args->hermit;
    (void)watchdog_idler_watch_hermit(self, self->hermit);
    if (self->place == WATCHDOG_PLACE_DESTROYER) {
        (void)actor_own(self, &gate, destroy_slowly);
    }
    idle_deaf_at(self, WATCHDOG_PLACE_START_DEAF);
    return idle_at(self, WATCHDOG_PLACE_START);
}

actor_result watchdog_idler_on_poke(watchdog_idler *self, const watchdog_poke *msg)
{
    (void)msg;
    watchdog_idler_ask_poke(self, self->hermit, NULL);
    idle_deaf_at(self, WATCHDOG_PLACE_MESSAGE_DEAF);
    return ACTOR_CONTINUE;
}

actor_result watchdog_idler_got_poke(watchdog_idler *self, const watchdog_ping_reply *reply)
{
    (void)reply;
    return idle_at(self, WATCHDOG_PLACE_REPLY);
}

actor_result watchdog_idler_saw_hermit_stop(
        watchdog_idler *self, watchdog_hermit_ref ref, actor_err why)
{
    (void)ref;
    (void)why;
    return idle_at(self, WATCHDOG_PLACE_END);
}

struct watchdog_pusher {
    int unused;
};
ACTOR_STATE(watchdog_pusher);

enum { LIMIT_MS = 600, OWN_MS = 350 };

actor_result watchdog_pusher_on_push(
        watchdog_pusher *self, const watchdog_push *msg, watchdog_push_call call)
{
    watchdog_sloth_ref child;
    (void)msg;
    if (watchdog_pusher_spawn_sloth(self, &child) != ACTOR_OK) {
        return actor_fail(self, "no sloth");
    }
    (void)watchdog_pusher_tell_sloth_spin(self, child, NULL);
    actor_flush(self);
    actor_duration until = actor_now() + actor_milliseconds(OWN_MS);
    while (actor_now() < until) {
        for (volatile int i = 0; i < 1000000; i++) {
        }
    }
    watchdog_push_answer_done(call, NULL);
    return ACTOR_CONTINUE;
}

/* ---- The log ------------------------------------------------------------------------------ */

static const char *wanted; /* set before the system starts */
static _Atomic int reports;
static _Atomic int reports_of_hermit;
static char report[4096]; /* the last one that was wanted; read once `reported` was taken */

static void on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    if (strstr(line, "watchdog.Hermit") != NULL) {
        reports_of_hermit++;
    }
    if (wanted != NULL && strstr(line, wanted) != NULL) {
        assert_true(level == ACTOR_LOG_WARNING || strstr(line, "failed") != NULL);
        (void)snprintf(report, sizeof report, "%s", line);
        reports++;
        sem_post(&reported);
    }
}

static void begin(const char *report_wanted, actor_config config)
{
    wanted = report_wanted;
    reports = reports_of_hermit = starts = 0;
    spins = 1;
    slow_hooks = false;
    assert_int_equal(0, sem_init(&gate, 0, 0));
    assert_int_equal(0, sem_init(&reported, 0, 0));
    config.workers = 2;
    config.log = on_log;
    sys = actor_system_new(&config);
    assert_non_null(sys);
}

static void begin_with_sloth(const char *report_wanted, actor_config config)
{
    begin(report_wanted, config);
    assert_int_equal(ACTOR_OK, watchdog_keeper_start(sys, &keeper));
    assert_int_equal(ACTOR_OK, watchdog_keeper_sloth(sys, keeper, &sloth));
}

static void end(void)
{
    assert_int_equal(ACTOR_OK, actor_system_stop(sys, actor_seconds(60)).err);
    actor_system_free(sys);
    sem_destroy(&gate);
    sem_destroy(&reported);
}

static void ping(void)
{
    watchdog_ping_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, watchdog_sloth_ask_ping(sys, sloth, NULL, actor_seconds(60), &reply));
    actor_reply_free(reply);
}

/* ---- Tests -------------------------------------------------------------------------------- */

static const actor_config quick = { .slow_handler = ACTOR_MILLISECOND };

static void test_a_slow_handler_is_reported_once(void **state)
{
    (void)state;
    begin_with_sloth("watchdog.Sloth, which handles watchdog.Wait,", quick);
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_wait(sys, sloth, NULL));
    await(&reported);
    assert_non_null(strstr(report, "has held a worker for more than "));
    sem_post(&gate);
    ping();
    assert_int_equal(1, reports);
    /* The next one is another. */
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_wait(sys, sloth, NULL));
    await(&reported);
    sem_post(&gate);
    end();
    assert_int_equal(2, reports);
}

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CLANG_SANITIZER
#endif
#endif

/* glibc can tell where a thread is; the program itself is in the way from there to the handler. */
static void test_a_report_has_a_backtrace(void **state)
{
    (void)state;
    begin_with_sloth("which handles watchdog.Spin,", quick);
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_spin(sys, sloth, NULL));
    await(&reported);
    const char *at = strstr(report, " ms, at ");
    assert_non_null(at);
#ifdef __GLIBC__
    assert_non_null(strstr(at, "test_watchdog("));
#ifndef CLANG_SANITIZER /* its own backtrace() ends where a signal came */
    assert_non_null(strstr(at, " < "));
#endif
#endif
    spins = 0;
    end();
    assert_int_equal(1, reports);
}

static void test_slow_hooks_are_reported_too(void **state)
{
    (void)state;
    watchdog_sloth_ref alone;
    begin("watchdog.Sloth, which handles its stop hook,", quick);
    assert_int_equal(ACTOR_OK, watchdog_sloth_start(sys, &alone));
    slow_hooks = true;
    assert_int_equal(ACTOR_OK, watchdog_sloth_stop(sys, alone));
    await(&reported);
    sem_post(&gate);
    end();
    assert_int_equal(1, reports);
}

/* Starts an idler, from a thread of its own, as its start hook may be what is slow. */
static void *start_idler(void *args)
{
    watchdog_idler_ref idler;
    if (watchdog_idler_start(sys, args, &idler) == ACTOR_OK) {
        (void)watchdog_idler_tell_poke(sys, idler, NULL);
        if (((watchdog_idler_args *)args)->place == WATCHDOG_PLACE_DESTROYER) {
            (void)watchdog_idler_stop(sys, idler);
        }
    }
    return NULL;
}

/* An idler that is slow in this place is reported with these words. */
static void expect_report(watchdog_place place, const char *text)
{
    pthread_t starter;
    watchdog_idler_args args = { .place = place };
    begin(text, quick);
    assert_int_equal(ACTOR_OK, watchdog_hermit_start(sys, &args.hermit));
    assert_int_equal(0, pthread_create(&starter, NULL, start_idler, &args));
    if (place == WATCHDOG_PLACE_END) {
        assert_int_equal(0, pthread_join(starter, NULL));
        assert_int_equal(ACTOR_OK, watchdog_hermit_stop(sys, args.hermit));
    }
    await(&reported);
    sem_post(&gate);
    if (place != WATCHDOG_PLACE_END) {
        assert_int_equal(0, pthread_join(starter, NULL));
    }
    end();
}

static void test_a_report_says_what_the_actor_has_in_hand(void **state)
{
    (void)state;
    expect_report(
            WATCHDOG_PLACE_START, "watchdog.Idler, which handles its start hook, has held");
    expect_report(WATCHDOG_PLACE_REPLY,
            "watchdog.Idler, which handles the reply to its ask poke, has held");
    expect_report(WATCHDOG_PLACE_END,
            "watchdog.Idler, which handles the end of an actor that it watches, has held");
    expect_report(
            WATCHDOG_PLACE_DESTROYER, "an actor, which destroys a resource, has held a worker");
}

/* Who does not answer is reported by what is known of it from outside, and without a place. */
static void test_a_worker_that_does_not_hear_is_reported_too(void **state)
{
    (void)state;
    expect_report(WATCHDOG_PLACE_MESSAGE_DEAF,
            "watchdog.Idler, which handles watchdog.Poke, has held a worker");
    assert_null(strstr(report, " ms, at "));
    expect_report(WATCHDOG_PLACE_START_DEAF, "an actor has held a worker");
    assert_null(strstr(report, " ms, at "));
}

/* While one worker is held and reported, the hermit has been in its handler for longer. */
static void test_a_dedicated_actor_may_block(void **state)
{
    (void)state;
    watchdog_hermit_ref hermit;
    begin_with_sloth("watchdog.Sloth, which handles watchdog.Spin,", quick);
    assert_int_equal(ACTOR_OK, watchdog_hermit_start(sys, &hermit));
    assert_int_equal(ACTOR_OK, watchdog_hermit_tell_wait(sys, hermit, NULL));
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_spin(sys, sloth, NULL));
    await(&reported);
    sem_post(&gate);
    spins = 0;
    end();
    assert_int_equal(0, reports_of_hermit);
}

/* With the watchdog off there is no report however long it takes: the second handler of another
 * system, which has one, is seen while the first has been at it for longer. */
static void test_it_can_be_turned_off(void **state)
{
    (void)state;
    begin_with_sloth("watchdog.Wait", (actor_config){ .slow_handler = -1 });
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_wait(sys, sloth, NULL));
    actor_system *off = sys;
    sem_t *shared_gate = &gate;
    int before = reports;
    watchdog_sloth_ref alone;
    actor_config config = quick;
    config.log = on_log;
    sys = actor_system_new(&config);
    assert_int_equal(ACTOR_OK, watchdog_sloth_start(sys, &alone));
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_wait(sys, alone, NULL));
    await(&reported);
    sem_post(shared_gate);
    sem_post(shared_gate);
    assert_int_equal(ACTOR_OK, actor_system_stop(off, actor_seconds(60)).err);
    actor_system_free(off);
    end();
    assert_int_equal(before + 1, reports);
}

static void test_past_the_limit_a_handler_fails(void **state)
{
    (void)state;
    if (!CAN_FAIL) {
        skip();
    }
    begin_with_sloth("watchdog.Sloth failed: it ran past handler_limit",
            (actor_config){ .slow_handler = -1, .handler_limit = 20 * ACTOR_MILLISECOND });
    watchdog_spin_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_FAILED,
            watchdog_sloth_ask_spin(sys, sloth, NULL, actor_seconds(60), &reply));
    await(&reported);
    ping();
    assert_int_equal(2, starts);
    assert_int_equal(1, reports);
    end();
}

/* What one takes that ran in the middle of another is not the other's fault. */
static void test_each_of_those_that_run_in_each_other_has_its_own_time(void **state)
{
    (void)state;
    if (!CAN_FAIL) {
        skip();
    }
    begin("watchdog.Sloth failed: it ran past handler_limit",
            (actor_config){ .slow_handler = -1,
                    .handler_limit = actor_milliseconds(LIMIT_MS),
                    .survive_root_failure = true });
    watchdog_pusher_ref pusher;
    watchdog_push_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, watchdog_pusher_start(sys, &pusher));
    assert_int_equal(
            ACTOR_OK, watchdog_pusher_ask_push(sys, pusher, NULL, actor_seconds(60), &reply));
    actor_reply_free(reply);
    assert_int_equal(1, reports);
    end();
}

/* Where a lock of somebody else may be held a handler is not left. */
static void test_past_the_limit_what_cannot_fail_is_reported(void **state)
{
    (void)state;
    begin_with_sloth("cannot be made to fail where it is",
            (actor_config){ .slow_handler = -1, .handler_limit = ACTOR_MILLISECOND });
    watchdog_wait_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_wait(sys, sloth, NULL));
    await(&reported);
    assert_non_null(strstr(report, "watchdog.Sloth, which handles watchdog.Wait,"));
    sem_post(&gate);
    sem_post(&gate);
    assert_int_equal(
            ACTOR_OK, watchdog_sloth_ask_wait(sys, sloth, NULL, actor_seconds(60), &reply));
    actor_reply_free(reply);
    assert_int_equal(1, starts);
    end();
}

static _Atomic int urgent;
static sem_t heard;

static void on_urgent(int number)
{
    urgent += number == SIGURG ? 1 : 0;
    sem_post(&heard);
}

static void test_other_uses_of_the_signal_go_on(void **state)
{
    (void)state;
    struct sigaction mine = { .sa_handler = on_urgent };
    struct sigaction before;
    struct sigaction after;
    urgent = 0;
    assert_int_equal(0, sem_init(&heard, 0, 0));
    assert_int_equal(0, sigaction(SIGURG, &mine, &before));
    begin_with_sloth("watchdog.Wait", quick);
    assert_int_equal(ACTOR_OK, watchdog_sloth_tell_wait(sys, sloth, NULL));
    await(&reported);
    assert_int_equal(0, urgent); /* the report's own is not seen */
    assert_int_equal(0, raise(SIGURG));
    await(&heard);
    assert_int_equal(1, urgent);
    sem_post(&gate);
    end();
    assert_int_equal(0, sigaction(SIGURG, &before, &after));
    assert_ptr_equal(on_urgent, after.sa_handler);
    sem_destroy(&heard);
}

static void on_urgent_with_info(int number, siginfo_t *info, void *context)
{
    (void)context;
    urgent += number == SIGURG && info->si_pid == getpid() ? 1 : 0;
    sem_post(&heard);
}

static void test_a_handler_that_wants_to_know_more_is_told(void **state)
{
    (void)state;
    struct sigaction mine = { .sa_sigaction = on_urgent_with_info, .sa_flags = SA_SIGINFO };
    struct sigaction before;
    urgent = 0;
    assert_int_equal(0, sem_init(&heard, 0, 0));
    assert_int_equal(0, sigaction(SIGURG, &mine, &before));
    begin_with_sloth("watchdog.Wait", quick);
    assert_int_equal(0, kill(getpid(), SIGURG));
    await(&heard);
    assert_int_equal(1, urgent);
    end();
    assert_int_equal(0, sigaction(SIGURG, &before, NULL));
    sem_destroy(&heard);
}

/* Whoever takes the signal after us keeps it. */
static void test_a_handler_that_came_later_stays(void **state)
{
    (void)state;
    struct sigaction plain = { .sa_handler = on_urgent };
    struct sigaction knowing = { .sa_sigaction = on_urgent_with_info, .sa_flags = SA_SIGINFO };
    struct sigaction before;
    struct sigaction after;
    assert_int_equal(0, sigaction(SIGURG, NULL, &before));
    begin_with_sloth("watchdog.Wait", quick);
    assert_int_equal(0, sigaction(SIGURG, &plain, NULL));
    end();
    assert_int_equal(0, sigaction(SIGURG, &before, &after));
    assert_ptr_equal(on_urgent, after.sa_handler);
    begin_with_sloth("watchdog.Wait", quick);
    assert_int_equal(0, sigaction(SIGURG, &knowing, NULL));
    end();
    assert_int_equal(0, sigaction(SIGURG, &before, &after));
    assert_ptr_equal(on_urgent_with_info, after.sa_sigaction);
}

/* Nobody else has a use for it: it is as if it had not come. */
static void test_the_signal_of_others_is_dropped(void **state)
{
    (void)state;
    begin_with_sloth("watchdog.Wait", quick);
    assert_int_equal(0, raise(SIGURG));
    ping();
    end();
    assert_int_equal(0, reports);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slow_handler_is_reported_once),
        cmocka_unit_test(test_a_report_has_a_backtrace),
        cmocka_unit_test(test_slow_hooks_are_reported_too),
        cmocka_unit_test(test_a_report_says_what_the_actor_has_in_hand),
        cmocka_unit_test(test_a_worker_that_does_not_hear_is_reported_too),
        cmocka_unit_test(test_a_dedicated_actor_may_block),
        cmocka_unit_test(test_it_can_be_turned_off),
        cmocka_unit_test(test_past_the_limit_a_handler_fails),
        cmocka_unit_test(test_each_of_those_that_run_in_each_other_has_its_own_time),
        cmocka_unit_test(test_past_the_limit_what_cannot_fail_is_reported),
        cmocka_unit_test(test_other_uses_of_the_signal_go_on),
        cmocka_unit_test(test_a_handler_that_wants_to_know_more_is_told),
        cmocka_unit_test(test_a_handler_that_came_later_stays),
        cmocka_unit_test(test_the_signal_of_others_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
