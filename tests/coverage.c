/* SPDX-License-Identifier: MIT */
/*
 * coverage.c - linked into each program of MODE=coverage, see coverage.sh: what is counted is written
 * down at exit(), and by these also when a process ends by _exit(), as children of fork() do, or by a
 * signal. The linker puts them before those of libc.
 */
#define _XOPEN_SOURCE 700 /* sigaltstack() */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

void __gcov_dump(void);
void __gcov_reset(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
int __real_sigaction(int number, const struct sigaction *action, struct sigaction *ret_before);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *ret_before);
int __real_raise(int number);
int __wrap_raise(int number);

/* Counting goes on from 0 then, and is added to what is in the files. */
static void write_down(void)
{
    __gcov_dump();
    __gcov_reset();
}

void __wrap__exit(int status)
{
    write_down();
    __real__exit(status);
}

/* Says whether a signal is being handled; those of the runtime are, on a stack of their own. */
static bool is_in_signal(void)
{
    stack_t stack;
    return sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_ONSTACK) != 0;
}

/* Whoever gives a crash back to the system dies of it. */
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *ret_before)
{
    if (action != NULL && action->sa_handler == SIG_DFL && is_in_signal()) {
        write_down();
    }
    return __real_sigaction(number, action, ret_before);
}

int __wrap_raise(int number)
{
    write_down();
    return __real_raise(number);
}
