/* SPDX-License-Identifier: MIT */
/*
 * driver.h - one run of the compiler: the options become files, or errors.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "session.h"

struct driver_options {
    const char *folder;  /* of the outputs; NULL = the current one */
    const char *depfile; /* NULL = none */
    bool depfiles;       /* one beside each pair of outputs */
    bool print_outputs;  /* list them and do nothing else */
    bool fix;            /* change the inputs where that is certain, before all else */
    const char *const *inputs;
    size_t input_count;
};

/*
 * Compiles all inputs, and writes the outputs of all of them if none has an error. Errors go to
 * stderr, lists to stdout.
 *
 * Returns: the status with which the program ends.
 */
int driver_run(struct session *session, const struct driver_options *options);

#endif
