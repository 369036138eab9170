/* SPDX-License-Identifier: MIT */
/* sites.c - see sites.h. */
#include "sites.h"

#include "threads.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { CALLS_MAX = 1 << 13 };

struct site sites[SITES_MAX];
uint32_t site_count;

/* Where a call returns to; a hash, open. */
struct call {
    const void *pc;
    struct site *site;
};

static struct call calls[CALLS_MAX];
static const struct mutant *mutant;
static uint64_t test_bit;

static struct call *slot_of(const void *pc)
{
    uint32_t i = (uint32_t)(((uintptr_t)pc * UINT64_C(0x9e3779b97f4a7c15)) >> 51);
    while (calls[i].pc != NULL && calls[i].pc != pc) {
        i = (i + 1) % CALLS_MAX;
    }
    return &calls[i];
}

struct site *site_of(const void *pc)
{
    return slot_of(pc)->site;
}

static struct site *site_named(const char *name, const char *file, bool is_subject)
{
    for (uint32_t i = 0; i < site_count; i++) {
        if (strcmp(sites[i].name, name) == 0) {
            return &sites[i];
        }
    }
    if (site_count == SITES_MAX) {
        return NULL;
    }
    struct site *s = &sites[site_count++];
    *s = (struct site){ .is_subject = is_subject, .order = -1, .failure = -1 };
    (void)snprintf(s->name, sizeof s->name, "%s", name);
    (void)snprintf(s->file, sizeof s->file, "%s", file);
    return s;
}

/* A line: address in hex, 1 if its order is tested, place, and the rest is the name. */
bool sites_read(const char *path)
{
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        return false;
    }
    char line[512];
    bool well = true;
    while (well && fgets(line, sizeof line, f) != NULL) {
        uintptr_t pc;
        int subject;
        char file[NAME_MAX_BYTES];
        char name[NAME_MAX_BYTES];
        well = sscanf(line, "%" SCNxPTR " %d %159s %159[^\n]", &pc, &subject, file, name) == 4;
        struct site *s = well ? site_named(name, file, subject != 0) : NULL;
        struct call *c = slot_of((const void *)pc);
        *c = (struct call){ (const void *)pc, s };
        well = s != NULL;
    }
    (void)fclose(f);
    return well && site_count > 0;
}

void sites_orders(const void *pc, int *order, int *failure)
{
    struct site *s = threads_checked() ? site_of(pc) : NULL;
    if (s == NULL) {
        return;
    }
    s->order = *order;
    s->failure = *failure;
    s->tests |= test_bit;
    if (mutant != NULL && mutant->site == s) {
        *order = mutant->order < 0 ? *order : mutant->order;
        *failure = mutant->failure < 0 ? *failure : mutant->failure;
    }
}

/* ---- Mutants ------------------------------------------------------------------------------------- */

static const char *const names[] = { [memory_order_relaxed] = "relaxed",
    [memory_order_consume] = "consume",
    [memory_order_acquire] = "acquire",
    [memory_order_release] = "release",
    [memory_order_acq_rel] = "acq_rel",
    [memory_order_seq_cst] = "seq_cst" };

static struct mutant weaker(struct site *s, int order)
{
    struct mutant m = { .site = s, .order = order, .failure = -1 };
    (void)snprintf(m.name, sizeof m.name, "%s->%s", names[s->order], names[order]);
    return m;
}

uint32_t mutants_of(struct site *s, struct mutant ret_mutants[3])
{
    uint32_t n = 0;
    switch (s->order) {
    case memory_order_seq_cst: ret_mutants[n++] = weaker(s, memory_order_acq_rel); break;
    case memory_order_acq_rel:
        ret_mutants[n++] = weaker(s, memory_order_acquire);
        ret_mutants[n++] = weaker(s, memory_order_release);
        break;
    case memory_order_acquire:
    case memory_order_release: ret_mutants[n++] = weaker(s, memory_order_relaxed); break;
    default: break;
    }
    /* Of other operations it is the order. */
    if (s->failure == memory_order_acquire && s->order == memory_order_acq_rel) {
        ret_mutants[n++] = (struct mutant){ .site = s,
            .order = -1,
            .failure = memory_order_relaxed,
            .name = "failure acquire->relaxed" };
    }
    return n;
}

void sites_mutate(const struct mutant *m)
{
    mutant = m;
}

void sites_note(uint32_t test)
{
    test_bit = test < 64 ? UINT64_C(1) << test : 0;
}
