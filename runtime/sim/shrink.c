/* SPDX-License-Identifier: MIT */
/*
 * shrink.c - see shrink.h. The list of choices is what is edited, whatever they were about: blocks are taken
 * out, then made zero, then numbers are made smaller; each edit stays if the run still fails in the
 * same way. The idea is that of Hypothesis (MacIver, Donaldson: Test-Case Reduction via Test-Case Generation,
 * 2020).
 */
#include "shrink.h"

#include <ctype.h>
#include <string.h>

enum { RUNS_MAX = 4000 };

struct shrinker {
    struct attempt *trial;
    uint32_t *best;
    uint32_t count;
    uint32_t runs;
    const char *text; /* how it fails */
};

/* Numbers in it may differ. */
static bool is_same_failure(const char *a, const char *b)
{
    for (;;) {
        while (isdigit((unsigned char)*a)) {
            a++;
        }
        while (isdigit((unsigned char)*b)) {
            b++;
        }
        if (*a != *b || *a == '\0') {
            return *a == *b;
        }
        a++;
        b++;
    }
}

/* Tries what is in the trial's list; keeps it if it fails as well. */
static bool try_it(struct shrinker *s)
{
    if (s->runs >= RUNS_MAX) {
        return false;
    }
    s->runs++;
    if (!attempt_fork(s->trial) || !s->trial->failed ||
            !is_same_failure(s->trial->text, s->text)) {
        return false;
    }
    s->count = s->trial->list_count;
    while (s->count > 0 && s->trial->list[s->count - 1] == 0) {
        s->count--; /* after the last one all are 0 anyway */
    }
    memcpy(s->best, s->trial->list, s->count * sizeof *s->best);
    return true;
}

static void restore(struct shrinker *s)
{
    s->trial->list_count = s->count;
    memcpy(s->trial->list, s->best, s->count * sizeof *s->best);
}

static bool cut(struct shrinker *s, uint32_t at, uint32_t len)
{
    restore(s);
    uint32_t *list = s->trial->list;
    memmove(list + at, list + at + len, (s->count - at - len) * sizeof *list);
    s->trial->list_count -= len;
    return try_it(s);
}

static bool clear(struct shrinker *s, uint32_t at, uint32_t len)
{
    restore(s);
    uint32_t *list = s->trial->list;
    bool changed = false;
    for (uint32_t i = at; i < at + len; i++) {
        changed = changed || list[i] != 0;
        list[i] = 0;
    }
    return changed && try_it(s);
}

/* From the end to the beginning, since what comes late depends on what came before. */
static bool edit_blocks(struct shrinker *s, uint32_t len,
        bool (*edit)(struct shrinker *s, uint32_t at, uint32_t len))
{
    bool changed = false;
    for (uint32_t at = s->count; at >= len && len > 0;) {
        at -= len;
        if (at + len <= s->count && edit(s, at, len)) {
            changed = true;
        }
        if (at < len) {
            break;
        }
    }
    return changed;
}

static bool lower(struct shrinker *s, uint32_t at)
{
    bool changed = false;
    uint32_t low = 0; /* is known, or assumed, not to fail */
    while (at < s->count && s->best[at] > low + 1) {
        uint32_t middle = low + (s->best[at] - low) / 2;
        restore(s);
        s->trial->list[at] = middle;
        if (try_it(s)) {
            changed = true;
        } else {
            low = middle;
        }
    }
    return changed;
}

static bool pass(struct shrinker *s)
{
    bool changed = false;
    for (uint32_t len = s->count; len > 0; len /= 2) {
        changed = edit_blocks(s, len, cut) || changed;
        changed = edit_blocks(s, len, clear) || changed;
    }
    for (uint32_t at = 0; at < s->count; at++) {
        changed = lower(s, at) || changed;
    }
    return changed;
}

uint32_t shrink(struct attempt *a)
{
    static uint32_t best[CHOICES_MAX];
    char text[sizeof a->text];
    memcpy(text, a->text, sizeof text);
    struct shrinker s = { .trial = a, .best = best, .count = a->list_count, .text = text };
    memcpy(best, a->list, a->list_count * sizeof *best);
    while (s.runs < RUNS_MAX && pass(&s)) {
    }
    restore(&s);
    memcpy(a->text, text, sizeof text);
    a->failed = true;
    return s.runs;
}
