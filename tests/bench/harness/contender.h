/* SPDX-License-Identifier: MIT */
/*
 * contender.h - the systems that are compared: ours, and the peers.
 *
 * A peer is a folder with a run.sh. It was built if there is a folder of the same name among those that
 * `make bench-peers` makes, and no NAME.failed, which says why it could not be.
 */
#ifndef CONTENDER_H
#define CONTENDER_H

#include "names.h"

#include <stdbool.h>
#include <stddef.h>

enum { CONTENDER_MAX = 40 };

struct contender {
    char *name;
    char *program; /* what is run: run.sh of a peer; of ours, the folder of the programs */
    char *built;   /* the folder that run.sh is told; NULL for ours */
    char *missing; /* why it cannot be run, NULL if it can */
};

struct contenders {
    struct contender items[CONTENDER_MAX]; /* ours is the first, then the peers by name */
    size_t count;
};

/* `ours`: the folder with our programs; `recipes`: with a folder for each peer; `built`: with what they
 * built; `wanted`: the peers to take, all when it is NULL. Gives up when one is wanted that is not. */
void contenders_find(struct contenders *contenders, const char *ours, const char *recipes,
        const char *built, const struct names *wanted);
void contenders_fini(struct contenders *contenders);

/* The program of ours for a workload; the caller frees it. */
char *contender_program(const struct contender *contender, const char *workload);

bool contender_is_ours(const struct contender *contender);

#endif
