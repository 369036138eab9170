/* SPDX-License-Identifier: MIT */
/* options.h - the command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum wish { WISH_SERVE, WISH_HELP, WISH_VERSION };

struct options {
    enum wish wish;
    const char *host;
    uint16_t port; /* 0: the kernel picks one */
    bool allow_crash;
};

/* Reads the command line; what is wrong with it is said on stderr, and gives false. */
bool options_read(int argc, char **argv, struct options *ret_options);

void options_help(FILE *out);

#endif
