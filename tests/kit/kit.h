/* SPDX-License-Identifier: MIT */
/* kit.h - the test kit of actors under cmocka: what is not as expected fails the test. */
#ifndef KIT_H
#define KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <actorc/test.h>

static inline void kit_fail(const char *file, int line, const char *text)
{
    print_error("%s\n", text);
    _fail(file, line);
}

static inline actor_test *kit_new(void)
{
    actor_test *test = actor_test_new(&(actor_test_config){ .fail = kit_fail });
    assert_non_null(test);
    return test;
}

#endif
