/* SPDX-License-Identifier: MIT */
/* check.c - see check.h. */
#include "check.h"

#include "sim.h"

#include <stdio.h>
#include <stdlib.h>

enum { INVARIANTS_MAX = 64 };

struct invariant {
    const char *name;
    bool (*holds)(void *context);
    void *context;
};

static struct {
    struct invariant invariants[INVARIANTS_MAX];
    uint32_t count;
    uint64_t *reached;
    void (*failed)(const char *text);
} check;

/* The linker makes these, if the program has any label. */
extern const actor_sim_label *const __start_actor_labels[] __attribute__((weak));
extern const actor_sim_label *const __stop_actor_labels[] __attribute__((weak));

void check_begin(uint64_t *reached, void (*failed)(const char *text))
{
    check.count = 0;
    check.reached = reached;
    check.failed = failed;
}

bool actor_sim_invariant(const char *name, bool (*holds)(void *context), void *context)
{
    if (check.count == INVARIANTS_MAX) {
        return false;
    }
    check.invariants[check.count++] = (struct invariant){ name, holds, context };
    return true;
}

void check_invariants(void)
{
    for (uint32_t i = 0; i < check.count; i++) {
        const struct invariant *v = &check.invariants[i];
        if (!v->holds(v->context)) {
            check_failed("invariant: %s", v->name);
        }
    }
}

static _Noreturn void fail(const char *format, va_list args)
{
    char text[512];
    (void)vsnprintf(text, sizeof text, format, args);
    if (check.failed != NULL) {
        check.failed(text);
    }
    (void)fprintf(stderr, "actorc: %s\n", text);
    abort();
}

void check_failed(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(format, args);
}

void actor_sim_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail(format, args);
}

/* ---- Labels ------------------------------------------------------------------------------------ */

uint32_t check_labels(void)
{
    ptrdiff_t count = __stop_actor_labels - __start_actor_labels;
    return count > LABELS_MAX ? LABELS_MAX : (uint32_t)count;
}

const char *check_label(uint32_t index, const char **ret_file, int *ret_line)
{
    const actor_sim_label *label = __start_actor_labels[index];
    *ret_file = label->file;
    *ret_line = label->line;
    return label->text;
}

void actor_sim_reached(const actor_sim_label *label)
{
    for (uint32_t i = 0; i < check_labels() && check.reached != NULL; i++) {
        if (__start_actor_labels[i] == label) {
            check.reached[i]++;
            return;
        }
    }
}

/* ---- What scenarios ask ------------------------------------------------------------------------ */

uint32_t actor_sim_choose(uint32_t of)
{
    return choose(CHOICE_USER, of);
}

actor_duration actor_sim_elapsed(void)
{
    return run.now - run.begun;
}

uint64_t actor_sim_steps(void)
{
    return run.steps;
}
