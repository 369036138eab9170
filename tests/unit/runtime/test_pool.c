/* SPDX-License-Identifier: MIT */
/* Unit tests of pool.c. */
#include "pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 3000 };

struct pools {
    struct depot depot;
    struct pool a;
    struct pool b;
};

static struct pools pools;
static void *blocks[BLOCKS];

static int setup(void **state)
{
    (void)state;
    depot_init(&pools.depot);
    pool_init(&pools.a, &pools.depot);
    pool_init(&pools.b, &pools.depot);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    depot_fini(&pools.depot);
    return 0;
}

static void test_a_class_is_the_smallest_that_fits(void **state)
{
    (void)state;
    uint8_t expected = 0;
    for (size_t bytes = 1; bytes <= POOL_MAX_BYTES; bytes++) {
        if (bytes > pool_class_bytes[expected]) {
            expected++;
        }
        assert_int_equal(expected, pool_class(bytes));
    }
    assert_int_equal(POOL_CLASSES - 1, expected);
    assert_int_equal(POOL_LARGE, pool_class(POOL_MAX_BYTES + 1));
    assert_int_equal(POOL_LARGE, pool_class(SIZE_MAX / 2));
}

static void test_blocks_are_aligned_and_do_not_overlap(void **state)
{
    (void)state;
    for (size_t bytes = 1; bytes <= POOL_MAX_BYTES; bytes = bytes * 3 / 2 + 1) {
        for (int i = 0; i < 200; i++) {
            blocks[i] = pool_alloc(&pools.a, bytes);
            assert_non_null(blocks[i]);
            assert_int_equal(0, (uintptr_t)blocks[i] % 16);
            memset(blocks[i], i, bytes);
        }
        for (int i = 0; i < 200; i++) {
            const unsigned char *block = blocks[i];
            assert_int_equal(i, block[0]);
            assert_int_equal(i, block[bytes - 1]);
            pool_free(&pools.a, blocks[i], bytes);
        }
    }
}

static void test_a_block_that_was_given_is_taken_again(void **state)
{
    (void)state;
    void *block = pool_alloc(&pools.a, 100);
    pool_free(&pools.a, block, 100);
    assert_ptr_equal(block, pool_alloc(&pools.a, 120)); /* the same class */
    pool_free(&pools.a, block, 120);
    assert_ptr_not_equal(block, pool_alloc(&pools.a, 40));
}

static void test_zeroed_blocks_are_zero_when_used_again(void **state)
{
    (void)state;
    static const char zeros[512];
    char *block = pool_alloc(&pools.a, sizeof zeros);
    memset(block, 0xff, sizeof zeros);
    pool_free(&pools.a, block, sizeof zeros);
    char *again = pool_alloc_zero(&pools.a, sizeof zeros);
    assert_ptr_equal(block, again);
    assert_memory_equal(zeros, again, sizeof zeros);
    pool_free(&pools.a, again, sizeof zeros);
}

static void test_a_large_block_is_taken_and_given_too(void **state)
{
    (void)state;
    enum { LARGE = 1000000 };
    char *block = pool_alloc(&pools.a, LARGE);
    assert_non_null(block);
    memset(block, 1, LARGE);
    pool_free(&pools.b, block, LARGE);
    assert_null(pools.depot.slabs);
}

static void test_freeing_null_does_nothing(void **state)
{
    (void)state;
    pool_free(&pools.a, NULL, 10);
    pool_free(&pools.a, NULL, 100000);
}

/* One thread only makes, another only frees: the memory must find its way back. */
static void test_a_producer_and_a_consumer_use_bounded_memory(void **state)
{
    (void)state;
    struct slab *after_first_round = NULL;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = pool_alloc(&pools.a, 64);
            assert_non_null(blocks[i]);
        }
        for (int i = 0; i < BLOCKS; i++) {
            pool_free(&pools.b, blocks[i], 64);
        }
        if (round == 1) {
            after_first_round = pools.depot.slabs;
        }
    }
    assert_ptr_equal(after_first_round, pools.depot.slabs);
}

/* At the border of a chunk each call could need the depot; the spare chunk prevents that. */
static void test_a_thread_at_a_chunks_border_does_not_trade_each_time(void **state)
{
    (void)state;
    uint8_t class = pool_class(8000);
    struct magazine *m = &pools.a.magazines[class];
    blocks[0] = pool_alloc(&pools.a, 8000);
    blocks[1] = pool_alloc(&pools.a, 8000);
    assert_null(m->free);
    blocks[2] = pool_alloc(&pools.a, 8000); /* the first of another chunk */
    pool_free(&pools.a, blocks[0], 8000);
    pool_free(&pools.a, blocks[1], 8000);
    pool_free(&pools.a, blocks[2], 8000);
    for (int i = 0; i < 100; i++) {
        blocks[0] = pool_alloc(&pools.a, 8000);
        blocks[1] = pool_alloc(&pools.a, 8000);
        blocks[2] = pool_alloc(&pools.a, 8000);
        assert_null(pools.depot.classes[class].chunks);
        pool_free(&pools.a, blocks[2], 8000);
        pool_free(&pools.a, blocks[1], 8000);
        pool_free(&pools.a, blocks[0], 8000);
    }
    assert_null(pools.depot.classes[class].chunks);
}

/* ---- Threads: means most under ThreadSanitizer --------------------------------------------- */

enum { THREADS = 4, ROUNDS = 300, BATCH = 400 };

struct trader {
    struct pool pool;
    struct thread thread;
    uint32_t id;
    uint32_t damaged;
};

/* Takes, marks, checks and gives back, now and then through another pool's chunks. */
static void trade(void *arg)
{
    struct trader *t = arg;
    uint32_t *mine[BATCH];
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BATCH; i++) {
            mine[i] = pool_alloc(&t->pool, 48);
            *mine[i] = t->id;
        }
        for (int i = 0; i < BATCH; i++) {
            t->damaged += *mine[i] != t->id;
            pool_free(&t->pool, mine[i], 48);
        }
    }
}

static void test_threads_that_trade_never_share_a_block(void **state)
{
    (void)state;
    static struct trader traders[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        traders[i].id = i + 1;
        pool_init(&traders[i].pool, &pools.depot);
        assert_true(thread_start(&traders[i].thread, trade, &traders[i]));
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        thread_join(&traders[i].thread);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        assert_int_equal(0, traders[i].damaged);
    }
}

#define POOL_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* ---- Back to the system ------------------------------------------------------------------- */

enum { BURST = 400000, BURST_BYTES = 64 };

static void *burst[BURST];

static void take_burst(void)
{
    for (size_t i = 0; i < BURST; i++) {
        burst[i] = pool_alloc(&pools.a, BURST_BYTES);
        assert_non_null(burst[i]);
        memset(burst[i], (int)(i % 251), BURST_BYTES);
    }
}

/* Each has what was written into it: no two of them share a byte. */
static void give_burst(size_t step)
{
    for (size_t begin = 0; begin < step; begin++) {
        for (size_t i = begin; i < BURST; i += step) {
            const unsigned char *bytes = burst[i];
            assert_int_equal(bytes[0], i % 251);
            assert_int_equal(bytes[BURST_BYTES - 1], i % 251);
            pool_free(&pools.b, burst[i], BURST_BYTES);
        }
    }
}

static void test_memory_goes_back_after_a_burst(void **state)
{
    (void)state;
    assert_int_equal(depot_trim(&pools.depot), 0);
    take_burst();
    assert_int_equal(depot_trim(&pools.depot), 0); /* all is in use */
    give_burst(1);
    size_t given = depot_trim(&pools.depot);
    assert_true(given >= (size_t)BURST * BURST_BYTES * 8 / 10);
    assert_int_equal(depot_trim(&pools.depot), 0);
}

/* What goes round is counted in and out of the depot, so there is never too much of it. */
static void test_what_goes_round_stays(void **state)
{
    (void)state;
    for (int round = 0; round < 30; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            blocks[i] = pool_alloc(&pools.a, BURST_BYTES);
            assert_non_null(blocks[i]);
        }
        for (int i = 0; i < BLOCKS; i++) {
            pool_free(&pools.b, blocks[i], BURST_BYTES);
        }
    }
    assert_int_equal(0, depot_trim(&pools.depot));
    assert_non_null(pool_alloc(&pools.a, BURST_BYTES));
}

static void test_what_went_back_can_be_taken_again(void **state)
{
    (void)state;
    for (size_t round = 1; round <= 3; round++) {
        take_burst();
        give_burst(round * 7); /* in no order that it was taken in */
        assert_true(depot_trim(&pools.depot) > 0);
    }
    /* From what is there, and no slab more. */
    struct slab *slabs = pools.depot.slabs;
    take_burst();
    assert_ptr_equal(pools.depot.slabs, slabs);
    give_burst(1);
}

static void test_scattered_blocks_are_not_lost(void **state)
{
    (void)state;
    take_burst();
    /* Every other one stays: no page is free as a whole. */
    for (size_t i = 0; i < BURST; i += 2) {
        pool_free(&pools.b, burst[i], BURST_BYTES);
    }
    assert_int_equal(depot_trim(&pools.depot), 0);
    struct slab *slabs = pools.depot.slabs;
    for (size_t i = 0; i < BURST; i += 2) {
        burst[i] = pool_alloc(&pools.a, BURST_BYTES);
        memset(burst[i], (int)(i % 251), BURST_BYTES);
    }
    assert_ptr_equal(pools.depot.slabs, slabs);
    give_burst(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        POOL_TEST(test_a_class_is_the_smallest_that_fits),
        POOL_TEST(test_blocks_are_aligned_and_do_not_overlap),
        POOL_TEST(test_a_block_that_was_given_is_taken_again),
        POOL_TEST(test_zeroed_blocks_are_zero_when_used_again),
        POOL_TEST(test_a_large_block_is_taken_and_given_too),
        POOL_TEST(test_freeing_null_does_nothing),
        POOL_TEST(test_a_producer_and_a_consumer_use_bounded_memory),
        POOL_TEST(test_a_thread_at_a_chunks_border_does_not_trade_each_time),
        POOL_TEST(test_threads_that_trade_never_share_a_block),
        POOL_TEST(test_memory_goes_back_after_a_burst),
        POOL_TEST(test_what_goes_round_stays),
        POOL_TEST(test_what_went_back_can_be_taken_again),
        POOL_TEST(test_scattered_blocks_are_not_lost),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
