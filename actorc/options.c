/* SPDX-License-Identifier: MIT */
/*
 * options.c - see options.h.
 */
#include "options.h"

#include "suggest.h"

#include <stdio.h>
#include <string.h>

static void suggest_option(const char *given, const struct option *options)
{
    char name[64];
    size_t len = strcspn(given, "=");
    if (len >= sizeof name) {
        return;
    }
    memcpy(name, given, len);
    name[len] = '\0';
    struct suggest suggest;
    suggest_init(&suggest, name);
    for (; options->name != NULL; options++) {
        suggest_offer(&suggest, options->name);
    }
    if (suggest.best != NULL) {
        (void)fprintf(stderr, "actorc: did you mean '--%s'?\n", suggest.best);
    }
}

int options_next(int argc, char **argv, const char *brief, const struct option *options)
{
    int option = getopt_long(argc, argv, brief, options, NULL);
    /* A long one that is not known; getopt has said so. */
    if (option == '?' && optopt == 0 && strncmp(argv[optind - 1], "--", 2) == 0) {
        suggest_option(argv[optind - 1] + 2, options);
    }
    return option;
}
