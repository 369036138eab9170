/* SPDX-License-Identifier: MIT */
/* options.h - the command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "sell.h"

enum command { COMMAND_SELL, COMMAND_CHECK, COMMAND_COMPARE, COMMAND_HELP, COMMAND_VERSION };

struct options {
    enum command command;
    struct sell_config sell;
};

/* Reads the command line; what is wrong with it is said on stderr, and gives false. */
bool options_read(int argc, char **argv, struct options *ret_options);

void options_help(FILE *out);

#endif
