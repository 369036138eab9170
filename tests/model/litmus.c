/* SPDX-License-Identifier: MIT */
/*
 * litmus.c - tests of the checker itself: the classic small programs, and which outcomes C11 allows. All
 * runs of each are made, and the outcomes must be these and no others.
 */
#include "program.h"

/* gcc warns that ThreadSanitizer does not see fences; this checker does. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

static _Atomic uint32_t x, y, z;
static uint32_t got[PROGRAM_THREADS];

static void begin(void)
{
    /* relaxed, all: there is one thread yet. */
    store_rlx(&x, 0);
    store_rlx(&y, 0);
    store_rlx(&z, 0);
    got[0] = got[1] = got[2] = got[3] = 0;
}

/* ---- Two threads that store and then look at the other's ------------------------------------------ */

static void store_x_load_y(void *arg)
{
    (void)arg;
    store_rel(&x, 1);
    got[0] = load_acq(&y);
}

static void store_y_load_x(void *arg)
{
    (void)arg;
    store_rel(&y, 1);
    got[1] = load_acq(&x);
}

static void store_buffering(void)
{
    begin();
    TOGETHER(store_x_load_y, store_y_load_x);
    model_outcome(got[0] * 2 + got[1]);
}

static void store_x_fence_load_y(void *arg)
{
    (void)arg;
    store_rlx(&x, 1);
    atomic_thread_fence(memory_order_seq_cst);
    got[0] = load_rlx(&y);
}

static void store_y_fence_load_x(void *arg)
{
    (void)arg;
    store_rlx(&y, 1);
    atomic_thread_fence(memory_order_seq_cst);
    got[1] = load_rlx(&x);
}

static void store_buffering_with_fences(void)
{
    begin();
    TOGETHER(store_x_fence_load_y, store_y_fence_load_x);
    model_outcome(got[0] * 2 + got[1]);
}

/* ---- A message and the flag that says it is there ---------------------------------------------------- */

static void send_relaxed(void *arg)
{
    (void)arg;
    store_rlx(&x, 1);
    store_rlx(&y, 1);
}

static void send_released(void *arg)
{
    (void)arg;
    store_rlx(&x, 1);
    store_rel(&y, 1);
}

static void send_fenced(void *arg)
{
    (void)arg;
    store_rlx(&x, 1);
    atomic_thread_fence(memory_order_release);
    store_rlx(&y, 1);
}

static void receive_acquired(void *arg)
{
    (void)arg;
    got[0] = load_acq(&y);
    got[1] = load_rlx(&x);
}

static void receive_fenced(void *arg)
{
    (void)arg;
    got[0] = load_rlx(&y);
    atomic_thread_fence(memory_order_acquire);
    got[1] = load_rlx(&x);
}

/* 0 = no flag, 1 = a flag without its message, 2 = both. */
static void received(void)
{
    model_outcome(got[0] == 0 ? 0 : 1 + got[1]);
}

static void message_relaxed(void)
{
    begin();
    TOGETHER(send_relaxed, receive_acquired);
    received();
}

static void message_released(void)
{
    begin();
    TOGETHER(send_released, receive_acquired);
    received();
}

static void message_fenced(void)
{
    begin();
    TOGETHER(send_fenced, receive_fenced);
    received();
}

/* ---- One location -------------------------------------------------------------------------------------- */

static void store_twice(void *arg)
{
    (void)arg;
    store_rlx(&x, 1);
    store_rlx(&x, 2);
}

static void load_twice(void *arg)
{
    (void)arg;
    got[0] = load_rlx(&x);
    got[1] = load_rlx(&x);
}

static void loads_of_one_location(void)
{
    begin();
    TOGETHER(store_twice, load_twice);
    model_outcome(got[0] * 3 + got[1]);
}

static void add_one(void *arg)
{
    (void)arg;
    add_rlx(&x, 1);
}

static void updates_of_one_location(void)
{
    begin();
    TOGETHER(add_one, add_one, add_one);
    model_outcome(load_rlx(&x));
}

static void exchange_one(void *arg)
{
    (void)arg;
    uint32_t expected = 0;
    (void)cas_acq_rel(&x, &expected, 1);
}

static void exchange_two(void *arg)
{
    (void)arg;
    uint32_t expected = 0;
    got[0] = cas_acq_rel(&x, &expected, 2) ? 3 : expected;
}

/* The one that is second finds what the first has stored, never 0. */
static void exchanges_of_one_location(void)
{
    begin();
    TOGETHER(exchange_one, exchange_two);
    model_outcome(got[0]);
}

/* A store behind which the update is that read an older one. */
static void store_five(void *arg)
{
    (void)arg;
    store_rlx(&x, 5);
}

static void update_before_a_store(void)
{
    begin();
    TOGETHER(add_one, store_five);
    model_outcome(load_rlx(&x));
}

/* ---- Two locations, stored to in opposite orders ---------------------------------------------------- */

static void store_x1_y2(void *arg)
{
    (void)arg;
    store_rel(&x, 1);
    store_rel(&y, 2);
}

static void store_y1_x2(void *arg)
{
    (void)arg;
    store_rel(&y, 1);
    store_rel(&x, 2);
}

static void stores_crosswise(void)
{
    begin();
    TOGETHER(store_x1_y2, store_y1_x2);
    model_outcome((load_rlx(&x) - 1) * 2 + load_rlx(&y) - 1);
}

/* ---- Three and four threads --------------------------------------------------------------------------- */

static void store_x(void *arg)
{
    (void)arg;
    store_rlx(&x, 1);
}

static void store_y(void *arg)
{
    (void)arg;
    store_rlx(&y, 1);
}

static void load_x_y(void *arg)
{
    (void)arg;
    got[0] = load_acq(&x);
    got[1] = load_acq(&y);
}

static void load_y_x(void *arg)
{
    (void)arg;
    got[2] = load_acq(&y);
    got[3] = load_acq(&x);
}

/* 1 = two threads have seen two stores in opposite orders. */
static void independent_stores(void)
{
    begin();
    TOGETHER(store_x, store_y, load_x_y, load_y_x);
    model_outcome(got[0] == 1 && got[1] == 0 && got[2] == 1 && got[3] == 0);
}

static void pass_on(void *arg)
{
    (void)arg;
    got[2] = load_rlx(&x);
    store_rel(&y, got[2]);
}

/* What one has seen before it releases is seen by whoever acquires that, however it was stored. */
static void causes_come_first(void)
{
    begin();
    TOGETHER(store_x, pass_on, receive_acquired);
    received();
}

static void load_y_store_x(void *arg)
{
    (void)arg;
    got[0] = load_rlx(&y);
    store_rlx(&x, 1);
}

static void load_x_store_y(void *arg)
{
    (void)arg;
    got[1] = load_rlx(&x);
    store_rlx(&y, 1);
}

static void load_buffering(void)
{
    begin();
    TOGETHER(load_y_store_x, load_x_store_y);
    model_outcome(got[0] * 2 + got[1]);
}

/* ---- Release sequences --------------------------------------------------------------------------------- */

static void add_to_flag(void *arg)
{
    (void)arg;
    uint32_t expected = 1;
    (void)atomic_compare_exchange_strong_explicit(
            &y, &expected, 2, memory_order_relaxed, memory_order_relaxed);
}

static void store_over_flag(void *arg)
{
    (void)arg;
    if (load_rlx(&y) == 1) {
        store_rlx(&y, 2);
    }
}

static void receive_two(void *arg)
{
    (void)arg;
    got[0] = load_acq(&y) == 2 ? 1 : 0;
    got[1] = load_rlx(&x);
}

static void an_update_goes_on_with_a_release(void)
{
    begin();
    TOGETHER(send_released, add_to_flag, receive_two);
    received();
}

static void a_store_does_not(void)
{
    begin();
    TOGETHER(send_released, store_over_flag, receive_two);
    received();
}

#define OUTCOMES(test, set)                                                                    \
    {                                                                                          \
        .name = "litmus_" #test, .body = test, .kind = MODEL_LITMUS, .expect = set             \
    }

const struct model_test model_litmus[] = {
    OUTCOMES(store_buffering, 0xf),
    OUTCOMES(store_buffering_with_fences, 0xe),
    OUTCOMES(message_relaxed, 0x7),
    OUTCOMES(message_released, 0x5),
    OUTCOMES(message_fenced, 0x5),
    OUTCOMES(loads_of_one_location, 0x137),
    OUTCOMES(updates_of_one_location, 1 << 3),
    OUTCOMES(exchanges_of_one_location, 1 << 1 | 1 << 3),
    OUTCOMES(update_before_a_store, 1 << 5 | 1 << 6),
    OUTCOMES(stores_crosswise, 0xf),
    OUTCOMES(independent_stores, 0x3),
    OUTCOMES(causes_come_first, 0x5),
    OUTCOMES(load_buffering, 0x7), /* C11 has 0xf: the limit of the checker */
    OUTCOMES(an_update_goes_on_with_a_release, 0x5),
    OUTCOMES(a_store_does_not, 0x7),
    { .name = NULL },
};
