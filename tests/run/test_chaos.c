/* SPDX-License-Identifier: MIT */
/*
 * Trees of actors that are started, asked, made to fail, restarted, given up and stopped, by
 * several threads at once and at random. Every ask ends, nobody is left, and the ledger adds up.
 */
#include "trial.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 100, DEEDS = 30 };

struct player {
    uint32_t seed;
    trial_recorder_ref recorder;
    uint64_t asked;
    uint64_t ended[ACTOR_ERR_COUNT];
};

/* What one round plays with. */
struct toys {
    trial_one_for_one_ref one;
    trial_all_for_one_ref all;
    trial_leaf_ref leaves[3];
    trial_worker_ref worker;
    trial_blocker_ref blocker;
    trial_desk_ref desk;
};

static uint32_t below(struct player *p, uint32_t n)
{
    p->seed = p->seed * 1103515245 + 12345;
    return p->seed / 65536 % n;
}

/* Refusals to start are part of the game: a tree may have been given up by then. */
static void take_toys(struct player *p, struct toys *t)
{
    *t = (struct toys){ .one = { 0 } };
    if (below(p, 2) == 0) {
        (void)trial_one_for_one_start(
                trial_system, &(trial_one_for_one_args){ .recorder = p->recorder }, &t->one);
        (void)trial_one_for_one_first(trial_system, t->one, &t->leaves[0]);
        (void)trial_one_for_one_second(trial_system, t->one, &t->leaves[1]);
        (void)trial_one_for_one_third(trial_system, t->one, &t->leaves[2]);
    } else {
        (void)trial_all_for_one_start(
                trial_system, &(trial_all_for_one_args){ .recorder = p->recorder }, &t->all);
        (void)trial_all_for_one_first(trial_system, t->all, &t->leaves[0]);
        (void)trial_all_for_one_second(trial_system, t->all, &t->leaves[1]);
        (void)trial_all_for_one_third(trial_system, t->all, &t->leaves[2]);
    }
    (void)trial_worker_start(
            trial_system, &(trial_worker_args){ .recorder = p->recorder }, &t->worker);
    if (below(p, 4) == 0) {
        (void)trial_blocker_start(
                trial_system, &(trial_blocker_args){ .recorder = p->recorder }, &t->blocker);
    }
    (void)trial_desk_start(trial_system,
            &(trial_desk_args){ .worker = t->worker, .blocker = t->blocker }, &t->desk);
}

/* Some are left for the system's own stop. */
static void leave_toys(struct player *p, struct toys *t)
{
    if (below(p, 2) == 0) {
        (void)trial_one_for_one_stop(trial_system, t->one);
        (void)trial_all_for_one_stop(trial_system, t->all);
    }
    if (below(p, 3) > 0) {
        (void)trial_worker_stop(trial_system, t->worker);
    }
    (void)trial_desk_stop(trial_system, t->desk);
    (void)trial_blocker_stop(trial_system, t->blocker);
}

static void count(struct player *p, actor_err err, trial_order_reply *reply)
{
    p->asked++;
    p->ended[err]++;
    actor_reply_free(reply);
}

static trial_deed deed_of(struct player *p)
{
    static const trial_deed deeds[] = { TRIAL_DEED_FAIL, TRIAL_DEED_STOP, TRIAL_DEED_SILENCE,
        TRIAL_DEED_KEEP, TRIAL_DEED_SPAWN, TRIAL_DEED_ACT_THEN_FAIL, TRIAL_DEED_FLUSH_THEN_FAIL,
        TRIAL_DEED_ANSWER_TWICE };
    return below(p, 3) > 0 ? TRIAL_DEED_ANSWER
                           : deeds[below(p, sizeof deeds / sizeof deeds[0])];
}

static void play(struct player *p, struct toys *t)
{
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = deed_of(p), .value = 1 };
    trial_leaf_ref leaf = t->leaves[below(p, 3)];
    /* Some asks give up at once; a call that is kept is answered by nobody. */
    bool brief = order.deed == TRIAL_DEED_KEEP || below(p, 20) == 0;
    actor_duration timeout = brief ? ACTOR_MICROSECOND : actor_seconds(20);
    actor_err err;
    switch (below(p, 6)) {
    case 0:
        err = trial_leaf_ask_order(trial_system, leaf, &order, timeout, &reply);
        count(p, err, err == ACTOR_OK ? reply : NULL);
        break;
    case 1: (void)trial_leaf_tell_order(trial_system, leaf, &order); break;
    case 2:
        err = trial_worker_ask_order(trial_system, t->worker, &order, timeout, &reply);
        count(p, err, err == ACTOR_OK ? reply : NULL);
        break;
    case 3:
        order.text = below(p, 3) == 0 ? ACTOR_STRING("blocker") : ACTOR_STRING("");
        err = trial_desk_ask_order(trial_system, t->desk, &order, timeout, &reply);
        count(p, err, err == ACTOR_OK ? reply : NULL);
        break;
    case 4:
        err = trial_blocker_ask_order(trial_system, t->blocker, &order, timeout, &reply);
        count(p, err, err == ACTOR_OK ? reply : NULL);
        break;
    default: (void)trial_leaf_tell_note(trial_system, leaf, &(trial_note){ .sender = 5 });
    }
}

static void *run_player(void *arg)
{
    struct player *p = arg;
    for (int round = 0; round < ROUNDS; round++) {
        struct toys toys;
        take_toys(p, &toys);
        for (int i = 0; i < DEEDS; i++) {
            play(p, &toys);
        }
        leave_toys(p, &toys);
    }
    return NULL;
}

static void test_chaos_leaves_nothing_behind(void **state)
{
    (void)state;
    struct player players[THREADS];
    pthread_t threads[THREADS];
    trial_recorder_ref recorder = start_recorder();
    for (uint32_t i = 0; i < THREADS; i++) {
        players[i] = (struct player){ .seed = i + 1, .recorder = recorder };
        assert_int_equal(0, pthread_create(&threads[i], NULL, run_player, &players[i]));
    }
    uint64_t ended[ACTOR_ERR_COUNT] = { 0 };
    uint64_t asked = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        assert_int_equal(0, pthread_join(threads[i], NULL));
        asked += players[i].asked;
        for (int e = 0; e < ACTOR_ERR_COUNT; e++) {
            ended[e] += players[i].ended[e];
        }
    }
    /* All kinds of ends were reached; teardown looks at the rest. */
    assert_true(ended[ACTOR_OK] > 0);
    assert_true(ended[ACTOR_ERR_TIMEOUT] > 0);
    assert_true(ended[ACTOR_ERR_STOPPED] > 0);
    assert_true(ended[ACTOR_ERR_FAILED] > 0);
    assert_true(ended[ACTOR_ERR_NO_ANSWER] > 0);
    print_message("%" PRIu64 " asks, of them %" PRIu64 " answered\n", asked, ended[ACTOR_OK]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
                test_chaos_leaves_nothing_behind, trial_setup, trial_teardown),
    };
    return cmocka_run_group_tests_name("chaos", tests, NULL, NULL);
}
