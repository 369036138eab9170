/* SPDX-License-Identifier: MIT */
/*
 * Unit tests of sharing.c: who gives work to whom, and when a worker that mostly talks to others gives itself up.
 */
#include "sharing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WORKERS = 3, MANY = 100000, MILLISECOND = 1000000 };

static struct shared *shared;
static struct cell *cells; /* at home with the second worker */

static int setup(void **state)
{
    (void)state;
    shared = calloc(1, sizeof *shared);
    struct local *workers = calloc(WORKERS, sizeof *workers);
    if (shared == NULL || workers == NULL || !cells_init(&shared->cells, 1000)) {
        return -1;
    }
    depot_init(&shared->depot);
    shared->workers = workers;
    shared->worker_count = WORKERS;
    for (uint32_t i = 0; i < WORKERS; i++) {
        local_init(&workers[i], shared, LOCAL_WORKER, i);
    }
    struct cell_chunk *chunk = cells_grow(&shared->cells, &workers[1]);
    if (chunk == NULL) {
        return -1;
    }
    cells = chunk->cells;
    for (int i = 0; i < 4; i++) {
        cell_set_status(&cells[i], CELL_RUNNING);
        local_schedule(&workers[1], &cells[i]);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < WORKERS; i++) {
        local_fini(&shared->workers[i]);
    }
    free(shared->workers);
    cells_fini(&shared->cells);
    depot_fini(&shared->depot);
    free(shared);
    return 0;
}

static uint32_t waiting(uint32_t worker)
{
    return run_queue_count(&shared->workers[worker].runnable);
}

/* As if so many messages had been handled since the last look, and others sent away, in so much time. */
static void work(uint32_t worker, uint32_t handled, uint32_t foreign, int64_t ns)
{
    struct local *l = &shared->workers[worker];
    store_rlx(&l->turns, load_rlx(&l->turns) + handled);
    l->foreign += foreign;
    l->now += ns;
    sharing_look(l);
}

/* Runs the jobs that came for a worker; returns how many there were. */
static int take_jobs(uint32_t worker)
{
    struct local *l = &shared->workers[worker];
    int jobs = 0;
    uintptr_t next;
    for (uintptr_t item = mail_take(l); item != MAIL_EMPTY; item = next) {
        next = mail_next(item);
        struct job *job = mail_job(item);
        assert_non_null(job);
        job->run(l, job);
        jobs++;
    }
    return jobs;
}

static void fall_asleep(uint32_t worker)
{
    assert_true(mail_fall_asleep(&shared->workers[worker]));
    or_acq_rel(&shared->idle, UINT64_C(1) << worker);
}

static void test_half_goes_to_a_worker_that_sleeps(void **state)
{
    (void)state;
    fall_asleep(2);
    sharing_give(&shared->workers[1]);
    assert_int_equal(2, waiting(1));
    assert_int_equal(2, waiting(2));
    assert_ptr_equal(&shared->workers[2], load_rlx(&cells[0].owner));
    assert_int_equal(0, load_rlx(&shared->idle));
    assert_true(parker_poll(&shared->workers[2].parker));
}

static void test_nothing_goes_to_who_is_awake(void **state)
{
    (void)state;
    sharing_give(&shared->workers[1]);
    or_acq_rel(&shared->idle, 4); /* it says so, and has mail by now */
    sharing_give(&shared->workers[1]);
    assert_int_equal(4, waiting(1));
}

static void test_a_talkative_worker_gives_itself_up(void **state)
{
    (void)state;
    work(1, MANY, MANY, MILLISECOND);
    assert_int_equal(0, waiting(1));
    assert_int_equal(0, waiting(0)); /* before it has looked at its mail */
    assert_int_equal(1, take_jobs(0));
    assert_int_equal(4, waiting(0));
    for (int i = 0; i < 4; i++) {
        assert_ptr_equal(&shared->workers[0], load_rlx(&cells[i].owner));
        assert_false(cells[i].calm);
    }
}

static void test_nothing_is_shared_for_a_while_then(void **state)
{
    (void)state;
    work(1, MANY, MANY, MILLISECOND);
    (void)take_jobs(0);
    fall_asleep(2);
    struct local *first = &shared->workers[0];
    first->now = load_rlx(&shared->share_after) - 1;
    sharing_give(first);
    assert_int_equal(4, waiting(0));
    first->now++;
    sharing_give(first);
    assert_int_equal(2, waiting(0));
}

/* Twice as long each time, up to a second; and anew when it went well for long enough. */
static void test_the_pause_grows(void **state)
{
    (void)state;
    int64_t last = 0;
    for (int i = 0; i < 20; i++) {
        work(1, MANY, MANY, MILLISECOND);
        (void)take_jobs(0);
        int64_t pause = load_rlx(&shared->share_pause);
        assert_true(pause == 2 * last || last == 0 || pause == ACTOR_SECOND);
        store_rlx(&shared->shared_since, shared->workers[1].now);
        last = pause;
    }
    assert_true(last == ACTOR_SECOND);
    shared->workers[1].now += ACTOR_SECOND;
    shared->workers[1].sharing.since = shared->workers[1].now;
    work(1, MANY, MANY, MILLISECOND);
    assert_true(load_rlx(&shared->share_pause) < ACTOR_SECOND);
}

static void test_who_has_a_reason_stays(void **state)
{
    (void)state;
    work(1, MANY, MANY / 10, MILLISECOND);            /* little of it is talk */
    work(1, MANY, MANY, MANY * (int64_t)MILLISECOND); /* its handlers take long */
    work(1, 10, 10, MILLISECOND);                     /* too early to say */
    assert_int_equal(4, waiting(1));
    work(0, MANY, MANY, MILLISECOND); /* the first one is where the others go to */
    assert_int_equal(0, load_rlx(&shared->share_after));
}

static void test_an_idle_actor_is_taken_over_from_a_sleeper(void **state)
{
    (void)state;
    struct cell *c = &cells[10];
    cell_set_status(c, CELL_RUNNING);
    assert_false(sharing_take_over(&shared->workers[0], &shared->workers[1], c)); /* awake */
    fall_asleep(1);
    assert_true(sharing_take_over(&shared->workers[0], &shared->workers[1], c));
    assert_ptr_equal(&shared->workers[0], load_rlx(&c->owner));
    assert_int_equal(1, waiting(0));
    assert_true((c->flags & CELL_NOTIFIED) != 0);
    /* One that waits for its turn there is left alone, and so is one that has ended. */
    assert_false(sharing_take_over(&shared->workers[0], &shared->workers[1], &cells[0]));
    assert_false(sharing_take_over(&shared->workers[0], &shared->workers[1], &cells[11]));
    assert_true(load_rlx(&shared->workers[1].mail) == MAIL_ASLEEP);
}

#define SHARING(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHARING(test_half_goes_to_a_worker_that_sleeps),
        SHARING(test_nothing_goes_to_who_is_awake),
        SHARING(test_a_talkative_worker_gives_itself_up),
        SHARING(test_nothing_is_shared_for_a_while_then),
        SHARING(test_the_pause_grows),
        SHARING(test_who_has_a_reason_stays),
        SHARING(test_an_idle_actor_is_taken_over_from_a_sleeper),
    };
    return cmocka_run_group_tests_name("sharing", tests, NULL, NULL);
}
