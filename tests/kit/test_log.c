/* SPDX-License-Identifier: MIT */
/* test_log.c - at most 100 lines in a second go to stderr, and how many were left out is said: in virtual time. */
#include "kit.h"

#include "comparison.actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINES = 350, LIMIT = 100 };

struct comparison_worker {
    char none;
};
ACTOR_STATE(comparison_worker);

actor_result comparison_worker_on_work(comparison_worker *self, const comparison_work *msg)
{
    for (uint32_t i = 0; i < msg->number; i++) {
        actor_log(self, ACTOR_LOG_INFO, "line %u", (unsigned)i);
    }
    return ACTOR_CONTINUE;
}

actor_result comparison_worker_on_question(
        comparison_worker *self, const comparison_question *msg, comparison_question_call call)
{
    (void)self;
    (void)msg;
    return comparison_question_fail(call, ACTOR_ERR_INVALID) == ACTOR_OK ? ACTOR_CONTINUE
                                                                         : ACTOR_STOP;
}

struct lines {
    int ours;
    int left_out; /* as one of them says; -1 = none does */
};

/* Has `log` write to a file instead of stderr, and counts what is in it. */
static struct lines lines_of(void (*log)(void *context), void *context)
{
    struct lines lines = { .left_out = -1 };
    char text[256];
    FILE *file = tmpfile();
    assert_non_null(file);
    (void)fflush(stderr);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    log(context);
    (void)fflush(stderr);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    rewind(file);
    while (fgets(text, sizeof text, file) != NULL) {
        int left_out;
        lines.ours += strstr(text, "Worker: line ") != NULL ? 1 : 0;
        if (sscanf(text, "actorc: warning: %d lines were left out", &left_out) == 1) {
            lines.left_out = left_out;
        }
    }
    (void)fclose(file);
    return lines;
}

struct scene {
    actor_test *test;
    comparison_worker_ref worker;
    uint32_t lines;
};

static void log_lines(void *context)
{
    struct scene *s = context;
    assert_int_equal(comparison_worker_tell_work(actor_test_system(s->test), s->worker,
                             &(comparison_work){ .number = s->lines }),
            ACTOR_OK);
    (void)actor_test_settle(s->test);
}

static void test_a_flood_of_lines_is_cut_and_counted(void **state)
{
    struct scene s = { .test = kit_new(), .lines = LINES };
    (void)state;
    assert_int_equal(comparison_worker_start(actor_test_system(s.test), &s.worker), ACTOR_OK);
    actor_test_advance(s.test, ACTOR_SECOND); /* to a second of its own */
    struct lines first = lines_of(log_lines, &s);
    assert_int_equal(first.ours, LIMIT);
    assert_int_equal(first.left_out, -1);
    actor_test_advance(s.test, ACTOR_SECOND);
    s.lines = 1;
    struct lines next = lines_of(log_lines, &s);
    assert_int_equal(next.ours, 1);
    assert_int_equal(next.left_out, LINES - LIMIT);
    actor_test_free(s.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_flood_of_lines_is_cut_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
