/* SPDX-License-Identifier: MIT */
/* attempt.c - see attempt.h. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "attempt.h"

#include "diagram.h"
#include "history.h"
#include "shim.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* The program's own, which the linker has renamed; not so in tests of one actor. */
int __real_main(int argc, char **argv) __attribute__((weak));

static struct {
    int argc;
    char **argv;
    char **lent; /* a copy, for main */
    struct attempt *now;
} program;

void attempt_program(int argc, char **argv)
{
    program.argc = argc;
    program.argv = argv;
    program.lent = calloc((size_t)argc + 1, sizeof *argv);
    RT_ASSERT(program.lent != NULL);
}

struct attempt *attempt_new(void)
{
    void *p = mmap(NULL, sizeof(struct attempt), PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static void tell(struct attempt *a)
{
    a->hash = run.hash;
    a->steps = run.steps;
    a->crashes = run.crashes;
    a->refusals = run.refusals;
    a->elapsed = run.now - run.begun;
    (void)choice_log(&a->made);
}

static void show(const struct attempt *a)
{
    (void)fflush(stdout);
    if (a->for_mermaid) {
        diagram_mermaid(stderr);
    } else {
        diagram_text(stderr);
    }
}

/* The run has found a fault. Nothing of it can be used any more, nor can the process. */
static void found(const char *text)
{
    struct attempt *a = program.now;
    a->failed = true;
    (void)snprintf(a->text, sizeof a->text, "%s", text);
    tell(a);
    if (a->shows) {
        show(a);
    }
    (void)fprintf(stderr, "actorc: %s\n", a->text);
    _exit(EXIT_FOUND);
}

/* Outside of steps it is main that asks, and may be told so by other means. */
static bool is_out_of_memory(void)
{
    return local_current != NULL && choose(CHOICE_ALLOC, 2) == 1;
}

/* The same arguments each time, whatever main did to those it had. */
static int call_main(void)
{
    memcpy(program.lent, program.argv, ((size_t)program.argc + 1) * sizeof *program.argv);
    return __real_main(program.argc, program.lent);
}

void attempt_run(struct attempt *a)
{
    program.now = a;
    a->failed = false;
    sim_begin();
    shim_begin(a->shows || choice_explores());
    history_begin(a->shows);
    check_begin(a->reached, found);
    choice_log_into(a->log);
    actor__fault = choice_is_possible(CHOICE_ALLOC) ? is_out_of_memory : NULL;
    if (a->is_list) {
        choice_begin_list(a->list, a->list_count);
    } else {
        choice_begin_seed(a->seed);
    }
    int code = call_main();
    if (code != 0) {
        check_failed("main returned %d", code);
    }
    tell(a);
    if (a->shows) {
        show(a);
    }
}

void attempt_be_silent(void)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, STDOUT_FILENO);
        (void)dup2(null, STDERR_FILENO);
        (void)close(null);
    }
}

void attempt_note_end(struct attempt *a, int status)
{
    if (WIFSIGNALED(status)) {
        a->failed = true;
        (void)snprintf(a->text, sizeof a->text, "the program was ended by a signal: %s",
                strsignal(WTERMSIG(status)));
    } else if (WEXITSTATUS(status) != 0 && !a->failed) {
        a->failed = true;
        (void)snprintf(
                a->text, sizeof a->text, "the program called exit(%d)", WEXITSTATUS(status));
    }
}

bool attempt_fork(struct attempt *a)
{
    a->failed = false;
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (!a->shows) {
            attempt_be_silent();
        }
        attempt_run(a);
        (void)fflush(NULL);
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        return false;
    }
    attempt_note_end(a, status);
    return true;
}
