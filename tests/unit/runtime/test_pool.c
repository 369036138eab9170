/* SPDX-License-Identifier: MIT */
/* Unit tests of pool.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pool.h"

static void test_every_size_gets_a_block_that_holds_it(void **state)
{
    (void)state;
    struct depot depot;
    struct pool pool;
    depot_init(&depot);
    pool_init(&pool, &depot);
    for (size_t bytes = 1; bytes < 20000; bytes += 13) {
        uint8_t class = pool_class(bytes);
        assert_true(class == POOL_LARGE || pool_class_bytes[class] >= bytes);
        assert_true(class == POOL_LARGE || class == 0 || pool_class_bytes[class - 1] < bytes);
        unsigned char *block = pool_alloc(&pool, bytes);
        assert_non_null(block);
        assert_int_equal(0, (uintptr_t)block % 16);
        memset(block, 0xa5, bytes);
        pool_free(&pool, block, bytes);
    }
    pool_free(&pool, NULL, 10);
    depot_fini(&depot);
}

static void test_blocks_in_use_do_not_overlap(void **state)
{
    (void)state;
    enum { BLOCKS = 5000 };
    static uint32_t *blocks[BLOCKS];
    struct depot depot;
    struct pool pool;
    depot_init(&depot);
    pool_init(&pool, &depot);
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < BLOCKS; i++) {
            blocks[i] = pool_alloc(&pool, 40);
            blocks[i][0] = blocks[i][9] = i;
        }
        for (uint32_t i = 0; i < BLOCKS; i++) {
            assert_int_equal(i, blocks[i][0]);
            assert_int_equal(i, blocks[i][9]);
            pool_free(&pool, blocks[i], 40);
        }
    }
    depot_fini(&depot);
}

/* A producer's blocks come back to it from its consumer through the depot. */
static void test_memory_goes_round_between_two_pools(void **state)
{
    (void)state;
    struct depot depot;
    struct pool producer;
    struct pool consumer;
    depot_init(&depot);
    pool_init(&producer, &depot);
    pool_init(&consumer, &depot);
    for (int i = 0; i < 200000; i++) {
        void *block = pool_alloc(&producer, 64);
        assert_non_null(block);
        pool_free(&consumer, block, 64);
    }
    /* 200,000 blocks of 64 bytes would have needed 12 MiB. */
    assert_true(depot.next_slab_bytes <= 256 * 1024);
    depot_fini(&depot);
}

static void test_zeroed_blocks_are_zero(void **state)
{
    (void)state;
    struct depot depot;
    struct pool pool;
    depot_init(&depot);
    pool_init(&pool, &depot);
    memset(pool_alloc(&pool, 100), 0xff, 100);
    unsigned char *block = pool_alloc_zero(&pool, 100);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(0, block[i]);
    }
    depot_fini(&depot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_size_gets_a_block_that_holds_it),
        cmocka_unit_test(test_blocks_in_use_do_not_overlap),
        cmocka_unit_test(test_memory_goes_round_between_two_pools),
        cmocka_unit_test(test_zeroed_blocks_are_zero),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
