/* SPDX-License-Identifier: MIT */
/* campaign.h - many seeds, in several processes, and what came of them. */
#ifndef RT_SIM_CAMPAIGN_H
#define RT_SIM_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

struct campaign {
    uint64_t first, last; /* seeds */
    uint32_t jobs;
    bool for_mermaid;
    char *const *program; /* as it was called: its name and its own arguments, and NULL */
    const char *faults;   /* as they were given; NULL = none */
    const char *steps;    /* likewise */
};

/* Processes that can run at once. */
uint32_t campaign_cores(void);
/* Runs all of them and prints a summary. Returns what main is to return. */
int campaign_run(const struct campaign *c);

/* Runs all schedules, each state once. Likewise. */
int campaign_explore(const struct campaign *c);

#endif
