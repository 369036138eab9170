/* SPDX-License-Identifier: MIT */
/*
 * wrap.c - abort(), exit(), a failing assert() and a smashed stack, when the application's code
 * comes to them inside a handler: failures of that actor, and not the end of the process.
 *
 * The program is linked with --wrap for each of these (the flags are in pkg-config's Libs). libc's
 * own uses of them, in malloc for example, do not come here. Floor 10.
 */
#include "contain.h"

#include <stdio.h>
#include <stdlib.h>

/* The linker makes these: __real_x is x, where the program is linked so. */
void __real_abort(void) __attribute__((weak));
void __real_exit(int status) __attribute__((weak));
void __real___stack_chk_fail(void) __attribute__((weak));
void __real___assert_fail(const char *text, const char *file, unsigned line,
        const char *function) __attribute__((weak));

void __wrap_abort(void);
void __wrap_exit(int status);
void __wrap___stack_chk_fail(void);
void __wrap___assert_fail(
        const char *text, const char *file, unsigned line, const char *function);

void __wrap_abort(void)
{
    contain_death("abort()", __builtin_return_address(0));
    if (__real_abort != NULL) {
        __real_abort();
    }
    abort();
}

void __wrap_exit(int status)
{
    contain_death("exit()", __builtin_return_address(0));
    if (__real_exit != NULL) {
        __real_exit(status);
    }
    exit(status);
}

void __wrap___stack_chk_fail(void)
{
    contain_death("its stack is smashed", __builtin_return_address(0));
    if (__real___stack_chk_fail != NULL) {
        __real___stack_chk_fail();
    }
    abort();
}

void __wrap___assert_fail(
        const char *text, const char *file, unsigned line, const char *function)
{
    char said[200];
    snprintf(said, sizeof said, "assertion '%s' failed (%s:%u)", text, file, line);
    contain_death(said, __builtin_return_address(0));
    if (__real___assert_fail != NULL) {
        __real___assert_fail(text, file, line, function);
    }
    abort();
}
