/* SPDX-License-Identifier: MIT */
/*
 * options.c - see options.h.
 */
#include "options.h"

#include "base.h"
#include "results.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
        "usage: bench_harness --ours DIR --out DIR [OPTION...]\n"
        "  --ours DIR        our programs\n"
        "  --out DIR         for the results\n"
        "  --recipes DIR     a folder for each peer, with its run.sh (tests/bench/peers)\n"
        "  --built DIR       a folder for each peer that was built (OUT/peers)\n"
        "  --goals FILE      what we want to reach (tests/bench/goals.txt)\n"
        "  --series PROGRAM  prints lines 'series NAME X VALUE UNIT'\n"
        "  --rounds N        how often each program is run (5)\n"
        "  --peers LIST      only these peers, or 'none'\n"
        "  --workloads LIST  only these workloads, and no series\n"
        "  --workers LIST    how many workers (1 2)\n"
        "  --seconds N       how long a run of a peer is to take, about (2)\n"
        "  --limit SECONDS   who has not ended by then is killed (60)\n"
        "  --ram MB          who would take more does less (4000, or what there is)\n"
        "  --quick           one small round, to see that all works; no series\n";

long options_number(const char *text, const char *what, long most)
{
    char *end;
    long number = strtol(text, &end, 10);
    if (end == text || *end != '\0' || number < 1 || number > most) {
        base_give_up("%s: a number from 1 to %ld, not '%s'", what, most, text);
    }
    return number;
}

enum {
    OPTION_OURS,
    OPTION_OUT,
    OPTION_RECIPES,
    OPTION_BUILT,
    OPTION_GOALS,
    OPTION_SERIES,
    OPTION_ROUNDS,
    OPTION_PEERS,
    OPTION_WORKLOADS,
    OPTION_WORKERS,
    OPTION_SECONDS,
    OPTION_LIMIT,
    OPTION_RAM,
    OPTION_QUICK
};

static void take(struct options *options, int option, const char *value)
{
    switch (option) {
    case OPTION_OURS: options->ours = value; break;
    case OPTION_OUT: options->out = value; break;
    case OPTION_RECIPES: options->recipes = value; break;
    case OPTION_BUILT: options->built = base_copy(value); break;
    case OPTION_GOALS: options->goals = value; break;
    case OPTION_SERIES: options->series = value; break;
    case OPTION_ROUNDS: options->rounds = options_number(value, "rounds", ROUNDS_MAX); break;
    case OPTION_PEERS: options->peers = value; break;
    case OPTION_WORKLOADS: options->workloads = value; break;
    case OPTION_WORKERS: options->workers = value; break;
    case OPTION_SECONDS: options->seconds = options_number(value, "seconds", 1000); break;
    case OPTION_LIMIT: options->limit_s = options_number(value, "limit", 1000000); break;
    case OPTION_RAM: options->ram_mb = options_number(value, "ram", 1000000); break;
    case OPTION_QUICK: options->is_quick = true; break;
    default: (void)fputs(usage, stderr); exit(2);
    }
}

void options_parse(struct options *options, int argc, char **argv)
{
    static const struct option known[] = {
        { "ours", required_argument, NULL, OPTION_OURS },
        { "out", required_argument, NULL, OPTION_OUT },
        { "recipes", required_argument, NULL, OPTION_RECIPES },
        { "built", required_argument, NULL, OPTION_BUILT },
        { "goals", required_argument, NULL, OPTION_GOALS },
        { "series", required_argument, NULL, OPTION_SERIES },
        { "rounds", required_argument, NULL, OPTION_ROUNDS },
        { "peers", required_argument, NULL, OPTION_PEERS },
        { "workloads", required_argument, NULL, OPTION_WORKLOADS },
        { "workers", required_argument, NULL, OPTION_WORKERS },
        { "seconds", required_argument, NULL, OPTION_SECONDS },
        { "limit", required_argument, NULL, OPTION_LIMIT },
        { "ram", required_argument, NULL, OPTION_RAM },
        { "quick", no_argument, NULL, OPTION_QUICK },
        { 0 },
    };
    *options = (struct options){ .recipes = "tests/bench/peers",
        .goals = "tests/bench/goals.txt",
        .workers = "1 2",
        .seconds = 2,
        .limit_s = 60,
        .ram_mb = 4000 };
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        take(options, option, optarg);
    }
    if (optind < argc || options->ours == NULL || options->out == NULL) {
        take(options, '?', NULL);
    }
    if (options->built == NULL) {
        options->built = base_print("%s/peers", options->out);
    }
    if (options->rounds == 0) {
        options->rounds = options->is_quick ? 1 : 5;
    }
}

void options_fini(struct options *options)
{
    free(options->built);
}
