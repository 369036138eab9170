/* SPDX-License-Identifier: MIT */
/*
 * planted.c - bugs that the checker must find; if it does not it is the checker that is broken. And the same
 * programs done right, in which it must find nothing.
 */
#include "program.h"

#include <stdlib.h>

/* gcc warns that ThreadSanitizer does not see fences; this checker does. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

/* ---- The canary ------------------------------------------------------------------------------------------ */

static uint32_t plain;

static void add_plainly(void *arg)
{
    (void)arg;
    plain++;
}

static void a_counter_of_two_threads(void)
{
    plain = 0;
    TOGETHER(add_plainly, add_plainly);
}

static struct mutex lock, other_lock;

static void add_locked(void *arg)
{
    (void)arg;
    mutex_lock(&lock);
    plain++;
    mutex_unlock(&lock);
}

static void a_counter_with_a_lock(void)
{
    plain = 0;
    mutex_init(&lock);
    TOGETHER(add_locked, add_locked);
    MODEL_CHECK(plain == 2);
}

/* ---- Going idle ------------------------------------------------------------------------------------------- */

/*
 * A producer adds to `work` and wakes the consumer if that is idle. The consumer has found nothing, says that it
 * is idle, looks once more and sleeps. It must not sleep while there is work.
 */
enum { BUSY, IDLE };

static _Atomic uint32_t work, idle;
static struct parker parker;

static void produce(void *arg)
{
    (void)arg;
    (void)atomic_fetch_add_explicit(&work, 1, memory_order_acq_rel);
    if (xchg_acq_rel(&idle, BUSY) == IDLE) {
        parker_wake(&parker);
    }
}

static void sleep_unless_work(void)
{
    if (load_acq(&work) == 0) {
        (void)parker_wait_until(&parker, INT64_MAX);
    }
}

/* What most would write first, and what a fence is thought to mend. */
static void consume_with_a_fence(void *arg)
{
    (void)arg;
    store_rel(&idle, IDLE);
    atomic_thread_fence(memory_order_seq_cst);
    sleep_unless_work();
}

static void consume_with_a_store(void *arg)
{
    (void)arg;
    store_rel(&idle, IDLE);
    sleep_unless_work();
}

static void consume_with_an_exchange(void *arg)
{
    (void)arg;
    (void)xchg_acq_rel(&idle, IDLE);
    sleep_unless_work();
}

static void begin_idling(void)
{
    store_rlx(&work, 0);
    store_rlx(&idle, BUSY);
    parker_init(&parker);
}

static void idle_by_store_and_fence(void)
{
    begin_idling();
    TOGETHER(produce, consume_with_a_fence);
}

static void idle_by_store(void)
{
    begin_idling();
    TOGETHER(produce, consume_with_a_store);
}

static void idle_by_exchange(void)
{
    begin_idling();
    TOGETHER(produce, consume_with_an_exchange);
}

/* ---- Other things that go wrong ----------------------------------------------------------------------------- */

static void lock_both(void *arg)
{
    (void)arg;
    mutex_lock(&lock);
    mutex_lock(&other_lock);
    mutex_unlock(&other_lock);
    mutex_unlock(&lock);
}

static void lock_both_the_other_way(void *arg)
{
    (void)arg;
    mutex_lock(&other_lock);
    mutex_lock(&lock);
    mutex_unlock(&lock);
    mutex_unlock(&other_lock);
}

static void locks_crosswise(void)
{
    mutex_init(&lock);
    mutex_init(&other_lock);
    TOGETHER(lock_both, lock_both_the_other_way);
}

static _Atomic(uint32_t *) shared;

static void publish_without_release(void *arg)
{
    (void)arg;
    uint32_t *made = malloc(sizeof *made);
    *made = 1;
    store_rlx(&shared, made);
}

static void look_at_what_is_published(void *arg)
{
    (void)arg;
    uint32_t *seen = load_acq(&shared);
    if (seen != NULL) {
        MODEL_CHECK(*seen == 1);
    }
}

static void published_without_release(void)
{
    store_rlx(&shared, NULL);
    TOGETHER(publish_without_release, look_at_what_is_published);
}

static void free_what_is_published(void *arg)
{
    (void)arg;
    free(xchg_acq_rel(&shared, NULL));
}

static void use_after_free(void)
{
    uint32_t *made = malloc(sizeof *made);
    *made = 1;
    store_rel(&shared, made);
    TOGETHER(free_what_is_published, look_at_what_is_published);
}

static void take_if_free(void *arg)
{
    (void)arg;
    if (load_acq(&idle) == IDLE) { /* looks and takes in two steps */
        store_rel(&idle, BUSY);
        add_rlx(&work, 1);
    }
}

static void taken_twice(void)
{
    begin_idling();
    store_rlx(&idle, IDLE);
    TOGETHER(take_if_free, take_if_free);
    MODEL_CHECK(load_rlx(&work) == 1);
}

#define BROKEN(test)                                                                           \
    {                                                                                          \
        .name = "planted_" #test, .body = test, .kind = MODEL_BROKEN                           \
    }
#define HOLDS(test)                                                                            \
    {                                                                                          \
        .name = "right_" #test, .body = test, .kind = MODEL_HOLDS, .bound = 3                  \
    }

const struct model_test model_planted[] = {
    BROKEN(a_counter_of_two_threads), /* the canary */
    BROKEN(idle_by_store_and_fence),
    BROKEN(idle_by_store),
    BROKEN(locks_crosswise),
    BROKEN(published_without_release),
    BROKEN(use_after_free),
    BROKEN(taken_twice),
    HOLDS(a_counter_with_a_lock),
    HOLDS(idle_by_exchange),
    { .name = NULL },
};
