/* SPDX-License-Identifier: MIT */
/*
 * Watches: the end of an actor is seen once, whenever it was watched and however it ended; and not
 * by who does not want to know any more.
 *
 * That something never comes is shown by something later that has come.
 */
#include "sight.actor.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { SIGHTS_MAX = 4096, PATIENCE_S = 60, CROWD = 300 };

#define LONG actor_seconds(3600)

/* What watchers saw, in order. */
static struct {
    pthread_mutex_t lock;
    sem_t more;
    uint32_t count;
    struct {
        uint32_t watcher;
        uint64_t ref;
        actor_err why;
    } at[SIGHTS_MAX];
} sights = { .lock = PTHREAD_MUTEX_INITIALIZER };

static actor_system *watches;

static void see(uint32_t watcher, uint64_t ref, actor_err why)
{
    pthread_mutex_lock(&sights.lock);
    if (sights.count < SIGHTS_MAX) {
        sights.at[sights.count].watcher = watcher;
        sights.at[sights.count].ref = ref;
        sights.at[sights.count++].why = why;
    }
    pthread_mutex_unlock(&sights.lock);
    sem_post(&sights.more);
}

/* Waits for one more sight. */
static void await_sight(void)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    while (sem_timedwait(&sights.more, &until) != 0) {
        assert_int_equal(EINTR, errno);
    }
}

static void expect_sight(uint32_t watcher, sight_target_ref ref, actor_err why)
{
    await_sight();
    pthread_mutex_lock(&sights.lock);
    uint32_t last = sights.count - 1;
    pthread_mutex_unlock(&sights.lock);
    assert_int_equal(watcher, sights.at[last].watcher);
    assert_int_equal(ref.bits, sights.at[last].ref);
    assert_int_equal(why, sights.at[last].why);
}

/* ---- The actors -------------------------------------------------------------------------- */

struct sight_target {
    uint32_t orders;
};
ACTOR_STATE(sight_target);

actor_result sight_target_on_order(
        sight_target *self, const sight_order *msg, sight_order_call call)
{
    if (msg->deed == SIGHT_DEED_FAIL) {
        return actor_fail(self, "told to");
    }
    sight_order_answer_done(call, &(sight_done){ .value = ++self->orders });
    if (msg->deed == SIGHT_DEED_TELL_AND_STOP) {
        sight_target_tell_watcher_word(self, msg->listener, &(sight_word){ 7 });
    }
    bool stops = msg->deed == SIGHT_DEED_STOP || msg->deed == SIGHT_DEED_TELL_AND_STOP;
    return stops ? ACTOR_STOP : ACTOR_CONTINUE;
}

struct sight_watcher {
    uint32_t id;
    uint32_t words;
    uint32_t seen;
};
ACTOR_STATE(sight_watcher);

actor_result sight_watcher_at_start(sight_watcher *self, const sight_watcher_args *args)
{
    self->id = args->id;
    if (args->again) {
        sight_watcher_watch_target(self, args->target);
    }
    return ACTOR_CONTINUE;
}

void sight_watcher_at_stop(sight_watcher *self)
{
    if (sight_watcher_watch_watcher(self, sight_watcher_self(self)) != ACTOR_ERR_SHUTDOWN) {
        see(self->id, 0, ACTOR_ERR_MISUSE);
    }
}

static void spawn_and_watch(sight_watcher *self, sight_target_ref *ret_ref)
{
    if (sight_watcher_spawn_target(self, ret_ref) == ACTOR_OK) {
        sight_watcher_watch_target(self, *ret_ref);
    }
}

actor_result sight_watcher_on_order(
        sight_watcher *self, const sight_order *msg, sight_order_call call)
{
    sight_done done = { .value = self->seen, .target = msg->target };
    switch (msg->deed) {
    case SIGHT_DEED_WATCH_TWICE:
        sight_watcher_watch_target(self, msg->target);
        sight_watcher_watch_target(self, msg->target);
        break;
    case SIGHT_DEED_WATCH: sight_watcher_watch_target(self, msg->target); break;
    case SIGHT_DEED_UNWATCH: sight_watcher_unwatch_target(self, msg->target); break;
    case SIGHT_DEED_WATCH_AND_FAIL:
        sight_watcher_watch_target(self, msg->target);
        return actor_fail(self, "told to");
    case SIGHT_DEED_UNWATCH_AND_FAIL:
        sight_watcher_unwatch_target(self, msg->target);
        return actor_fail(self, "told to");
    case SIGHT_DEED_SPAWN_AND_WATCH: spawn_and_watch(self, &done.target); break;
    case SIGHT_DEED_WATCH_SELF:
        sight_watcher_watch_watcher(self, sight_watcher_self(self));
        break;
    case SIGHT_DEED_FAIL: return actor_fail(self, "told to");
    case SIGHT_DEED_NOTHING:
    case SIGHT_DEED_STOP:
    case SIGHT_DEED_TELL_AND_STOP:
    case SIGHT_DEED_MODE: break;
    }
    sight_order_answer_done(call, &done);
    return msg->deed == SIGHT_DEED_STOP ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result sight_watcher_on_word(sight_watcher *self, const sight_word *msg)
{
    self->words += msg->number;
    return ACTOR_CONTINUE;
}

/* The number of words heard by then is part of what is seen. */
actor_result sight_watcher_saw_target_stop(
        sight_watcher *self, sight_target_ref ref, actor_err why)
{
    self->seen++;
    see(self->id + self->words, ref.bits, why);
    return ACTOR_CONTINUE;
}

actor_result sight_watcher_saw_watcher_stop(
        sight_watcher *self, sight_watcher_ref ref, actor_err why)
{
    see(self->id + 1000, ref.bits, why);
    return ACTOR_CONTINUE;
}

struct sight_fickle {
    bool allowed;
};
ACTOR_STATE(sight_fickle);

actor_result sight_fickle_at_start(sight_fickle *self, const sight_fickle_args *args)
{
    sight_fickle_watch_target(self, args->target);
    return ACTOR_CONTINUE;
}

actor_result sight_fickle_saw_target_stop(
        sight_fickle *self, sight_target_ref ref, actor_err why)
{
    self->allowed = sight_fickle_become_alarmed(self) == ACTOR_OK;
    see(3, ref.bits, why);
    return ACTOR_CONTINUE;
}

actor_result sight_fickle_calm_on_order(
        sight_fickle *self, const sight_order *msg, sight_order_call call)
{
    (void)self;
    (void)msg;
    sight_order_answer_done(call, &(sight_done){ .value = 0 });
    return ACTOR_CONTINUE;
}

actor_result sight_fickle_alarmed_on_order(
        sight_fickle *self, const sight_order *msg, sight_order_call call)
{
    (void)msg;
    sight_order_answer_done(call, &(sight_done){ .value = self->allowed ? 1 : 2 });
    return ACTOR_CONTINUE;
}

/* ---- Orders ------------------------------------------------------------------------------ */

static sight_target_ref start_target(void)
{
    sight_target_ref ref = { 0 };
    assert_int_equal(ACTOR_OK, sight_target_start(watches, &ref));
    return ref;
}

static sight_watcher_ref start_watcher(uint32_t id)
{
    sight_watcher_ref ref = { 0 };
    assert_int_equal(
            ACTOR_OK, sight_watcher_start(watches, &(sight_watcher_args){ .id = id }, &ref));
    return ref;
}

static actor_err order_target(sight_target_ref target, sight_order order)
{
    sight_order_reply *reply = NULL;
    actor_err err = sight_target_ask_order(watches, target, &order, LONG, &reply);
    actor_reply_free(reply);
    return err;
}

static sight_done order(sight_watcher_ref watcher, sight_deed deed, sight_target_ref target)
{
    sight_order_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, sight_watcher_ask_order(watches, watcher,
                              &(sight_order){ .deed = deed, .target = target }, LONG, &reply));
    sight_done done = reply->done;
    actor_reply_free(reply);
    return done;
}

/* Orders what makes the watcher fail. */
static void order_in_vain(sight_watcher_ref watcher, sight_deed deed, sight_target_ref target)
{
    sight_order_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_FAILED,
            sight_watcher_ask_order(watches, watcher,
                    &(sight_order){ .deed = deed, .target = target }, LONG, &reply));
}

static void fail_target(sight_target_ref target)
{
    assert_int_equal(
            ACTOR_ERR_FAILED, order_target(target, (sight_order){ .deed = SIGHT_DEED_FAIL }));
}

static void stop_target(sight_target_ref target)
{
    assert_int_equal(ACTOR_OK, order_target(target, (sight_order){ .deed = SIGHT_DEED_STOP }));
}

/* ---- Tests ------------------------------------------------------------------------------- */

static void test_an_end_is_seen_once(void **state)
{
    (void)state;
    sight_watcher_ref watcher = start_watcher(1);
    sight_target_ref target = start_target();
    (void)order(watcher, SIGHT_DEED_WATCH_TWICE, target);
    (void)order(watcher, SIGHT_DEED_WATCH, target);
    stop_target(target);
    expect_sight(1, target, ACTOR_ERR_STOPPED);
    sight_target_ref second = start_target();
    (void)order(watcher, SIGHT_DEED_WATCH, second);
    sight_target_stop(watches, second);
    expect_sight(1, second, ACTOR_ERR_STOPPED);
    assert_int_equal(2, order(watcher, SIGHT_DEED_NOTHING, target).value);
}

static void test_who_has_ended_before_is_seen_at_once(void **state)
{
    (void)state;
    sight_watcher_ref watcher = start_watcher(1);
    sight_target_ref nobody = { 0 };
    (void)order(watcher, SIGHT_DEED_WATCH, nobody);
    expect_sight(1, nobody, ACTOR_ERR_GONE);
    sight_target_ref target = start_target();
    (void)order(watcher, SIGHT_DEED_WATCH, target);
    stop_target(target);
    expect_sight(1, target, ACTOR_ERR_STOPPED);
    (void)order(watcher, SIGHT_DEED_WATCH, target);
    expect_sight(1, target, ACTOR_ERR_GONE);
    assert_int_equal(3, order(watcher, SIGHT_DEED_NOTHING, target).value);
}

static void test_an_end_comes_after_the_last_words(void **state)
{
    (void)state;
    sight_watcher_ref watcher = start_watcher(1);
    sight_target_ref target = start_target();
    (void)order(watcher, SIGHT_DEED_WATCH, target);
    assert_int_equal(ACTOR_OK,
            order_target(target,
                    (sight_order){ .deed = SIGHT_DEED_TELL_AND_STOP, .listener = watcher }));
    expect_sight(1 + 7, target, ACTOR_ERR_STOPPED);
}

static void test_who_does_not_watch_any_more_sees_nothing(void **state)
{
    (void)state;
    sight_watcher_ref watcher = start_watcher(1);
    sight_watcher_ref other = start_watcher(2);
    sight_target_ref target = start_target();
    sight_target_ref later = start_target();
    (void)order(watcher, SIGHT_DEED_WATCH, target);
    (void)order(watcher, SIGHT_DEED_WATCH, later);
    (void)order(other, SIGHT_DEED_WATCH, target);
    (void)order(watcher, SIGHT_DEED_UNWATCH, target);
    (void)order(watcher, SIGHT_DEED_UNWATCH, target); /* nothing to take back */
    stop_target(target);
    expect_sight(2, target, ACTOR_ERR_STOPPED);
    stop_target(later);
    expect_sight(1, later, ACTOR_ERR_STOPPED);
    assert_int_equal(1, order(watcher, SIGHT_DEED_NOTHING, target).value);
}

/* Between the target's end and the news of it. */
static void test_a_late_change_of_mind_is_not_too_late(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++) {
        sight_watcher_ref watcher = start_watcher(1);
        sight_target_ref target = start_target();
        (void)order(watcher, SIGHT_DEED_WATCH, target);
        sight_target_stop(watches, target);
        uint32_t seen = order(watcher, SIGHT_DEED_UNWATCH, target).value;
        if (seen == 1) {
            expect_sight(1, target, ACTOR_ERR_STOPPED);
        }
        sight_target_ref later = start_target();
        (void)order(watcher, SIGHT_DEED_WATCH, later);
        stop_target(later);
        expect_sight(1, later, ACTOR_ERR_STOPPED);
        assert_int_equal(seen + 1, order(watcher, SIGHT_DEED_NOTHING, target).value);
        (void)order(watcher, SIGHT_DEED_STOP, target);
    }
}

static void test_what_a_failing_handler_did_to_watches_is_undone(void **state)
{
    (void)state;
    sight_family_ref family;
    assert_int_equal(ACTOR_OK, sight_family_start(watches, &family));
    sight_watcher_ref watcher;
    sight_family_watcher(watches, family, &watcher);
    sight_target_ref first = start_target();
    sight_target_ref second = start_target();
    order_in_vain(watcher, SIGHT_DEED_WATCH_AND_FAIL, first);
    (void)order(watcher, SIGHT_DEED_WATCH, second);
    stop_target(first);
    stop_target(second);
    expect_sight(1, second, ACTOR_ERR_STOPPED);
    assert_int_equal(1, order(watcher, SIGHT_DEED_NOTHING, first).value);
}

static void test_a_restart_of_the_watched_is_no_end(void **state)
{
    (void)state;
    sight_family_ref family;
    sight_target_ref target;
    assert_int_equal(ACTOR_OK, sight_family_start(watches, &family));
    sight_family_target(watches, family, &target);
    fail_target(target);
    assert_int_equal(
            ACTOR_OK, order_target(target, (sight_order){ .deed = SIGHT_DEED_NOTHING }));
    stop_target(target);
    expect_sight(2, target, ACTOR_ERR_STOPPED);
}

static void test_a_watcher_that_restarts_watches_nobody(void **state)
{
    (void)state;
    sight_family_ref family;
    sight_target_ref target;
    sight_watcher_ref watcher;
    sight_watcher_ref keen;
    assert_int_equal(ACTOR_OK, sight_family_start(watches, &family));
    sight_family_target(watches, family, &target);
    sight_family_watcher(watches, family, &watcher);
    sight_family_keen(watches, family, &keen);
    (void)order(watcher, SIGHT_DEED_WATCH, target);
    order_in_vain(watcher, SIGHT_DEED_FAIL, target);
    order_in_vain(keen, SIGHT_DEED_UNWATCH_AND_FAIL, target);
    assert_int_equal(0, order(keen, SIGHT_DEED_NOTHING, target).value);
    stop_target(target);
    expect_sight(2, target, ACTOR_ERR_STOPPED); /* its start hook watches again */
    sight_target_ref later = start_target();
    (void)order(watcher, SIGHT_DEED_WATCH, later);
    stop_target(later);
    expect_sight(1, later, ACTOR_ERR_STOPPED);
    assert_int_equal(1, order(watcher, SIGHT_DEED_NOTHING, target).value);
    assert_int_equal(1, order(keen, SIGHT_DEED_NOTHING, target).value);
}

static void test_a_failure_for_good_is_told_from_a_stop(void **state)
{
    (void)state;
    sight_careless_ref careless;
    sight_target_ref target;
    assert_int_equal(ACTOR_OK, sight_careless_start(watches, &careless));
    sight_careless_target(watches, careless, &target);
    fail_target(target);
    expect_sight(1, target, ACTOR_ERR_FAILED);
}

static void test_children_are_watched_like_others(void **state)
{
    (void)state;
    sight_watcher_ref watcher = start_watcher(1);
    sight_target_ref child =
            order(watcher, SIGHT_DEED_SPAWN_AND_WATCH, (sight_target_ref){ 0 }).target;
    assert_int_equal(
            ACTOR_OK, order_target(child, (sight_order){ .deed = SIGHT_DEED_NOTHING }));
    fail_target(child);
    expect_sight(1, child, ACTOR_ERR_FAILED);
}

/* Nobody is there to see it; what is left of the watch goes with the system. */
static void test_who_watches_itself_sees_nothing(void **state)
{
    (void)state;
    sight_watcher_ref watcher = start_watcher(1);
    sight_watcher_ref other = start_watcher(2);
    sight_target_ref target = start_target();
    (void)order(watcher, SIGHT_DEED_WATCH_SELF, target);
    (void)order(watcher, SIGHT_DEED_STOP, target);
    (void)order(other, SIGHT_DEED_WATCH, target);
    stop_target(target);
    expect_sight(2, target, ACTOR_ERR_STOPPED);
}

static void test_a_sight_may_change_the_mode(void **state)
{
    (void)state;
    sight_target_ref target = start_target();
    sight_fickle_ref fickle;
    assert_int_equal(ACTOR_OK,
            sight_fickle_start(watches, &(sight_fickle_args){ .target = target }, &fickle));
    stop_target(target);
    expect_sight(3, target, ACTOR_ERR_STOPPED);
    sight_order_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, sight_fickle_ask_order(watches, fickle,
                              &(sight_order){ .deed = SIGHT_DEED_MODE }, LONG, &reply));
    assert_int_equal(1, reply->done.value);
    actor_reply_free(reply);
}

/* Many watch many, and half of the watchers leave before. */
static void test_a_crowd(void **state)
{
    (void)state;
    static sight_target_ref targets[CROWD];
    sight_watcher_ref watchers[4];
    for (uint32_t w = 0; w < 4; w++) {
        watchers[w] = start_watcher(w);
    }
    for (uint32_t t = 0; t < CROWD; t++) {
        targets[t] = start_target();
        for (uint32_t w = 0; w < 4; w++) {
            (void)order(watchers[w], SIGHT_DEED_WATCH, targets[t]);
        }
    }
    for (uint32_t t = 0; t < CROWD; t += 3) {
        (void)order(watchers[1], SIGHT_DEED_UNWATCH, targets[t]);
    }
    (void)order(watchers[2], SIGHT_DEED_STOP, targets[0]);
    (void)order(watchers[3], SIGHT_DEED_STOP, targets[0]);
    for (uint32_t t = 0; t < CROWD; t++) {
        sight_target_stop(watches, targets[t]);
    }
    uint32_t expected = CROWD + CROWD - CROWD / 3;
    for (uint32_t i = 0; i < expected; i++) {
        await_sight();
    }
    assert_int_equal(CROWD, order(watchers[0], SIGHT_DEED_NOTHING, targets[0]).value);
    assert_int_equal(
            CROWD - CROWD / 3, order(watchers[1], SIGHT_DEED_NOTHING, targets[0]).value);
    assert_int_equal(expected, sights.count);
}

/* ---- Around each test -------------------------------------------------------------------- */

static void no_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup(void **state)
{
    (void)state;
    sights.count = 0;
    sem_init(&sights.more, 0, 0);
    watches = actor_system_new(
            &(actor_config){ .workers = 2, .survive_root_failure = true, .log = no_log });
    return watches == NULL ? -1 : 0;
}

static void check_balance(void *context, const actor_ledger_entry *e)
{
    uint64_t ends = e->handled + e->queued + e->stashed + e->in_hand + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ends += e->dropped[i];
    }
    *(bool *)context = *(bool *)context && e->sent == ends;
}

/* Nothing more is seen than the test has waited for, and every message is accounted for. */
static int teardown(void **state)
{
    (void)state;
    bool balanced = true;
    (void)actor_system_stop(watches, actor_seconds(60));
    actor_system_ledger(watches, check_balance, &balanced);
    actor_system_free(watches);
    return balanced ? 0 : -1;
}

#define WATCH_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCH_TEST(test_an_end_is_seen_once),
        WATCH_TEST(test_who_has_ended_before_is_seen_at_once),
        WATCH_TEST(test_an_end_comes_after_the_last_words),
        WATCH_TEST(test_who_does_not_watch_any_more_sees_nothing),
        WATCH_TEST(test_a_late_change_of_mind_is_not_too_late),
        WATCH_TEST(test_what_a_failing_handler_did_to_watches_is_undone),
        WATCH_TEST(test_a_restart_of_the_watched_is_no_end),
        WATCH_TEST(test_a_watcher_that_restarts_watches_nobody),
        WATCH_TEST(test_a_failure_for_good_is_told_from_a_stop),
        WATCH_TEST(test_children_are_watched_like_others),
        WATCH_TEST(test_who_watches_itself_sees_nothing),
        WATCH_TEST(test_a_sight_may_change_the_mode),
        WATCH_TEST(test_a_crowd),
    };
    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
