/* SPDX-License-Identifier: MIT */
/*
 * options.h - the options of all commands: getopt_long(), and a word to who mistypes one.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <getopt.h>

/* Returns what getopt_long() returns. Of an option that there is not it says which is nearest, on stderr. */
int options_next(int argc, char **argv, const char *brief, const struct option *options);

#endif
