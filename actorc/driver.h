/* SPDX-License-Identifier: MIT */
/*
 * driver.h - one run of the compiler: the options become files, or errors.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include "diag.h"

#include <stdio.h>

struct driver_options {
    const char *folder;  /* of the outputs; NULL = the current one */
    const char *depfile; /* NULL = none */
    bool depfiles;       /* one beside each pair of outputs */
    bool print_outputs;  /* list them and do nothing else */
    bool warnings_are_errors;
    bool colour;
    const char *const *warnings; /* after -W, in order */
    size_t warning_count;
    const char *const *inputs;
    size_t input_count;
};

/* Says whether there is a warning that `name` turns on or off. */
bool driver_knows_warning(const char *name);

/*
 * Compiles all inputs, and writes the outputs of all of them if none has an error.
 *
 * Errors go to `errors`, lists to `output`. Returns the status with which the program ends.
 */
int driver_run(const struct driver_options *options, FILE *output, FILE *errors);

#endif
