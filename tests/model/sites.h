/* SPDX-License-Identifier: MIT */
/*
 * sites.h - the atomic operations in the runtime's source, by function, operation and variable, and
 * what becomes of a test when the order of one is weaker.
 *
 * Which they are is found in the program itself: sites.sh lists the calls of __tsan_atomic* with the line of
 * source that each is from. So one that is inlined in many places is one site.
 */
#ifndef MODEL_SITES_H
#define MODEL_SITES_H

#include <stdbool.h>
#include <stdint.h>

enum { SITES_MAX = 1024, NAME_MAX_BYTES = 160 };

struct site {
    char name[NAME_MAX_BYTES]; /* function, operation and variable */
    char file[NAME_MAX_BYTES]; /* and line, to be shown */
    bool is_subject;           /* in the files whose orders are tested */
    int order, failure;        /* as in the program, -1 = not seen yet */
    uint64_t tests;            /* those that came here, bit by bit */
};

extern struct site sites[SITES_MAX];
extern uint32_t site_count;

/* Reads what sites.sh has written. */
bool sites_read(const char *path);
/* The site that a call belongs to, NULL for code that is none of the runtime's. */
struct site *site_of(const void *pc);

/* The order that holds at this call: the one given unless a mutant has another. */
void sites_orders(const void *pc, int *order, int *failure);

/* Weakenings of a site. Each has a name such as "acq_rel->acquire". */
struct mutant {
    struct site *site;
    int order, failure; /* -1 = as in the program */
    char name[40];
};

/* Makes the list of all mutants; their number. */
uint32_t mutants_of(struct site *s, struct mutant ret_mutants[3]);
/* The one that holds from now on; NULL = none. */
void sites_mutate(const struct mutant *m);
/* Notes from now on that this test was here; 64 = none. */
void sites_note(uint32_t test);

#endif
