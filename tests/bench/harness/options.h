/* SPDX-License-Identifier: MIT */
/*
 * options.h - how the harness is called. Run it without any to see what there is.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>

struct options {
    const char *ours;    /* the folder of our programs */
    const char *out;     /* the folder of the results */
    const char *recipes; /* the folder of the peers */
    char *built;         /* of what the peers have built */
    const char *goals;
    const char *series; /* a program; NULL: none */
    long rounds;
    const char *peers; /* a list of names; NULL: all, as of workloads */
    const char *workloads;
    const char *workers;
    long seconds; /* that a run of a peer is to take */
    long limit_s;
    long ram_mb;
    bool is_quick;
};

/* Fills in what was said, and what goes without saying. Ends the program with status 2 if it is wrong. */
void options_parse(struct options *options, int argc, char **argv);
void options_fini(struct options *options);

/* A number from 1 to `most`; gives up, with the name of `what` it is, on anything else. */
long options_number(const char *text, const char *what, long most);

#endif
