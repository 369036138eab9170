/* SPDX-License-Identifier: MIT */
/* Unit tests of arena.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arena.h"

static void test_memory_is_zero_and_aligned(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    for (size_t size = 1; size < 300; size++) {
        unsigned char *memory = arena_alloc(&arena, size);
        assert_int_equal(0, (uintptr_t)memory % sizeof(uint64_t));
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(0, memory[i]);
            memory[i] = 0xff;
        }
    }
    arena_fini(&arena);
}

static void test_allocations_do_not_overlap(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    struct arena arena = { 0 };
    uint64_t **all = calloc(COUNT, sizeof(uint64_t *));
    assert_non_null(all);
    for (uint64_t i = 0; i < COUNT; i++) {
        all[i] = arena_alloc(&arena, sizeof(uint64_t) * (1 + i % 5));
        *all[i] = i;
    }
    for (uint64_t i = 0; i < COUNT; i++) {
        assert_int_equal(i, *all[i]);
    }
    free(all);
    arena_fini(&arena);
}

static void test_a_large_allocation_leaves_the_current_chunk_in_use(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    char *before = arena_alloc(&arena, 8);
    char *large = arena_alloc(&arena, 10 * 1024 * 1024);
    char *after = arena_alloc(&arena, 8);
    memset(large, 1, 10 * 1024 * 1024);
    assert_ptr_equal(before + 8, after);
    arena_fini(&arena);
}

static void test_strndup_cuts_and_terminates(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    assert_string_equal("abc", arena_strndup(&arena, "abcdef", 3));
    assert_string_equal("", arena_strndup(&arena, NULL, 0));
    arena_fini(&arena);
}

static void test_printf_of_short_and_long_texts(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    char wanted[1001];
    memset(wanted, 'x', 1000);
    wanted[1000] = '\0';
    assert_string_equal("a-7", arena_printf(&arena, "%s-%d", "a", 7));
    assert_string_equal(wanted, arena_printf(&arena, "%s", wanted));
    /* At the border of what is printed at once. */
    wanted[255] = '\0';
    assert_string_equal(wanted, arena_printf(&arena, "%s", wanted));
    wanted[256] = '\0';
    wanted[255] = 'y';
    assert_string_equal(wanted, arena_printf(&arena, "%s", wanted));
    arena_fini(&arena);
}

static void test_take_moves_all(void **state)
{
    (void)state;
    struct arena to = { 0 };
    struct arena from = { 0 };
    char *ours = arena_strndup(&to, "ours", 4);
    char *theirs = arena_strndup(&from, "theirs", 6);
    arena_take(&to, &from);
    arena_fini(&from);
    assert_string_equal("ours", ours);
    assert_string_equal("theirs", theirs);
    assert_string_equal("more", arena_strndup(&to, "more", 4));
    arena_fini(&to);
}

static void test_an_arena_can_be_used_again_after_fini(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    arena_fini(&arena);
    assert_non_null(arena_alloc(&arena, 0));
    arena_fini(&arena);
    arena_fini(&arena);
    assert_null(arena.chunks);
}

static void test_after_clear_the_memory_is_used_again(void **state)
{
    (void)state;
    struct arena arena = { 0 };
    arena_clear(&arena);
    char *first = arena_alloc(&arena, 100);
    memset(first, 1, 100);
    for (int i = 0; i < 10000; i++) {
        memset(arena_alloc(&arena, 64), 1, 64);
    }
    memset(arena_alloc(&arena, 1000000), 1, 1000000);
    arena_clear(&arena);
    char *again = arena_alloc(&arena, 100);
    assert_int_equal(0, again[0]);
    assert_int_equal(0, again[99]);
    arena_clear(&arena);
    assert_ptr_equal(again, arena_alloc(&arena, 8));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zero_and_aligned),
        cmocka_unit_test(test_allocations_do_not_overlap),
        cmocka_unit_test(test_a_large_allocation_leaves_the_current_chunk_in_use),
        cmocka_unit_test(test_strndup_cuts_and_terminates),
        cmocka_unit_test(test_printf_of_short_and_long_texts),
        cmocka_unit_test(test_after_clear_the_memory_is_used_again),
        cmocka_unit_test(test_take_moves_all),
        cmocka_unit_test(test_an_arena_can_be_used_again_after_fini),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
