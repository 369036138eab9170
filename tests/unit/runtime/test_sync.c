/* SPDX-License-Identifier: MIT */
/* Unit tests of sync.c: parkers above all, since a lost wake-up is a hung program. */
#include "sync.h"

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { TURNS = 20000, WAKERS = 3 };

static void test_a_wake_that_comes_first_is_kept(void **state)
{
    (void)state;
    struct parker p;
    parker_init(&p);
    parker_wake(&p);
    assert_true(parker_wait_until(&p, INT64_MAX));
    assert_false(parker_poll(&p));
}

static void test_several_wakes_count_as_one(void **state)
{
    (void)state;
    struct parker p;
    parker_init(&p);
    parker_wake(&p);
    parker_wake(&p);
    assert_true(parker_poll(&p));
    assert_false(parker_poll(&p));
}

static void test_a_wait_without_a_wake_ends_at_its_deadline(void **state)
{
    (void)state;
    struct parker p;
    parker_init(&p);
    assert_false(parker_wait_until(&p, 0));
    assert_false(parker_wait_until(&p, -5));
    int64_t deadline = clock_now() + 2000000;
    assert_false(parker_wait_until(&p, deadline));
    assert_true(clock_now() >= deadline);
    /* A wake is taken even past the deadline. */
    parker_wake(&p);
    assert_true(parker_wait_until(&p, 0));
}

/* Two threads that hand one turn to and fro. */
struct table {
    struct parker here, there;
    int ball; /* handed over with the wakes: not atomic on purpose */
};

static void play(void *arg)
{
    struct table *t = arg;
    for (int i = 0; i < TURNS; i++) {
        (void)parker_wait_until(&t->there, INT64_MAX);
        t->ball++;
        parker_wake(&t->here);
    }
}

static void test_a_wake_hands_over_what_was_written_before_it(void **state)
{
    (void)state;
    struct table t = { .ball = 0 };
    struct thread other;
    parker_init(&t.here);
    parker_init(&t.there);
    assert_true(thread_start(&other, play, &t));
    for (int i = 0; i < TURNS; i++) {
        t.ball++;
        parker_wake(&t.there);
        assert_true(parker_wait_until(&t.here, INT64_MAX));
    }
    thread_join(&other);
    assert_int_equal(2 * TURNS, t.ball);
}

/* Several wakers, one sleeper: it never sleeps on with work to do. */
struct work {
    struct parker parker;
    _Atomic uint32_t todo;
};

static void bring_work(void *arg)
{
    struct work *w = arg;
    for (int i = 0; i < TURNS; i++) {
        add_rlx(&w->todo, 1); /* relaxed: published by the wake */
        parker_wake(&w->parker);
    }
}

static void test_no_wake_of_several_wakers_is_lost(void **state)
{
    (void)state;
    struct work w = { .todo = 0 };
    struct thread wakers[WAKERS];
    parker_init(&w.parker);
    for (int i = 0; i < WAKERS; i++) {
        assert_true(thread_start(&wakers[i], bring_work, &w));
    }
    uint32_t done = 0;
    while (done < WAKERS * TURNS) {
        assert_true(parker_wait_until(&w.parker, INT64_MAX));
        done += xchg_acq_rel(&w.todo, 0);
    }
    for (int i = 0; i < WAKERS; i++) {
        thread_join(&wakers[i]);
    }
    assert_int_equal(WAKERS * TURNS, done);
}

static void test_a_condition_waits_for_its_deadline_or_a_signal(void **state)
{
    (void)state;
    struct mutex m;
    struct cond c;
    mutex_init(&m);
    cond_init(&c);
    mutex_lock(&m);
    int64_t deadline = clock_now() + 2000000;
    while (cond_wait_until(&c, &m, deadline)) {
    }
    assert_true(clock_now() >= deadline);
    assert_false(cond_wait_until(&c, &m, -1));
    mutex_unlock(&m);
    cond_fini(&c);
    mutex_fini(&m);
}

struct gate {
    struct mutex m;
    struct cond c;
    bool open;
};

static void pass(void *arg)
{
    struct gate *g = arg;
    mutex_lock(&g->m);
    while (!g->open) {
        (void)cond_wait_until(&g->c, &g->m, INT64_MAX);
    }
    mutex_unlock(&g->m);
}

static void test_a_broadcast_wakes_all(void **state)
{
    (void)state;
    struct gate g = { .open = false };
    struct thread threads[WAKERS];
    mutex_init(&g.m);
    cond_init(&g.c);
    for (int i = 0; i < WAKERS; i++) {
        assert_true(thread_start(&threads[i], pass, &g));
    }
    mutex_lock(&g.m);
    g.open = true;
    cond_broadcast(&g.c);
    mutex_unlock(&g.m);
    for (int i = 0; i < WAKERS; i++) {
        thread_join(&threads[i]);
    }
    cond_fini(&g.c);
    mutex_fini(&g.m);
}

static void test_there_is_a_core(void **state)
{
    (void)state;
    assert_true(sync_cores() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wake_that_comes_first_is_kept),
        cmocka_unit_test(test_several_wakes_count_as_one),
        cmocka_unit_test(test_a_wait_without_a_wake_ends_at_its_deadline),
        cmocka_unit_test(test_a_wake_hands_over_what_was_written_before_it),
        cmocka_unit_test(test_no_wake_of_several_wakers_is_lost),
        cmocka_unit_test(test_a_condition_waits_for_its_deadline_or_a_signal),
        cmocka_unit_test(test_a_broadcast_wakes_all),
        cmocka_unit_test(test_there_is_a_core),
    };
    return cmocka_run_group_tests_name("sync", tests, NULL, NULL);
}
