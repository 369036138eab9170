/* SPDX-License-Identifier: MIT */
/* print.c prints what vsnprintf() prints, into whatever room there is. */
#include "print.h"

#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void compare(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void compare(const char *format, ...)
{
    char ours[256];
    char theirs[256];
    for (size_t room = 0; room <= sizeof ours; room++) {
        memset(ours, '#', sizeof ours);
        memset(theirs, '#', sizeof theirs);
        va_list args;
        va_start(args, format);
        int len = print_va(ours, room, format, args);
        va_end(args);
        va_start(args, format);
        int wanted = vsnprintf(theirs, room, format, args);
        va_end(args);
        assert_int_equal(wanted, len);
        assert_memory_equal(theirs, ours, sizeof ours);
    }
}

static void test_texts(void **state)
{
    (void)state;
    compare("%s", "");
    compare("plain");
    compare("%s_%s", "shop", "buy_product");
    compare("%s%s%s", "a", "", "b");
    compare("/* %s */%c", "two words", 'x');
    compare("%c%c%c", 'a', '\n', 'b');
}

static void test_numbers(void **state)
{
    (void)state;
    compare("%d %d %d", 0, INT_MAX, INT_MIN);
    compare("%u %u", 0u, UINT_MAX);
    compare("%ld %ld", LONG_MAX, LONG_MIN);
    compare("%lu %lu", 0ul, ULONG_MAX);
    compare("%zu", SIZE_MAX);
    compare("%" PRIu64 " %" PRId64, UINT64_MAX, INT64_MIN);
    compare("%" PRIu32 "u", UINT32_MAX);
}

/* What is not printed here is printed all the same, from the beginning. */
static void test_the_rest(void **state)
{
    (void)state;
    compare("%5u|%-5u|%05d", 12u, 12u, -12);
    compare("%s %.*s %s", "a", 3, "abcdef", "b");
    compare("%s is 100 %%", "it");
    compare("0x%016" PRIx64, UINT64_C(0x3bcf46e838f9e60b));
    compare("%d %02X %d", 1, 200u, 2);
    compare("%.17g", 0.1);
    compare("%lld %llu", LLONG_MIN, ULLONG_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_the_rest),
    };
    return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
