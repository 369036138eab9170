/* SPDX-License-Identifier: MIT */
/*
 * command.h - what the program knows of each of its commands. Each stands in its own cmd_NAME.c;
 * main has the list.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "base.h"

struct command {
    const char *name; /* "fmt" */
    const char
            *summary; /* one line for the list of commands, lower case, without a full stop */
    const char *help; /* all that --help prints; begins with "Usage: " */

    /*
     * Does it. `argv[0]` is the program's name, as getopt wants it; results go to stdout, errors to stderr.
     * Returns the status with which the program ends.
     */
    int (*run)(int argc, char **argv);
};

extern const struct command cmd_build;
extern const struct command cmd_fmt;
extern const struct command cmd_skeleton;
extern const struct command cmd_diff;
extern const struct command cmd_doc;
extern const struct command cmd_graph;
extern const struct command cmd_model;
extern const struct command cmd_explain;

/* Says on stderr how the command was used wrongly. Returns BASE_EXIT_USAGE. */
int command_misused(const struct command *command, const char *format, ...) BASE_PRINTF(2, 3);

/* Says where to read more, after getopt has said what is wrong. Returns BASE_EXIT_USAGE. */
int command_try_help(const struct command *command);

/* Prints the command's help. Returns BASE_EXIT_OK. */
int command_help(const struct command *command);

#endif
