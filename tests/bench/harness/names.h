/* SPDX-License-Identifier: MIT */
/*
 * names.h - a list of names as it stands on a command line: "erlang go", "erlang,go".
 */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
    char **items;
    size_t count;
};

void names_init(struct names *names, const char *text);
void names_fini(struct names *names);

bool names_have(const struct names *names, const char *name);

#endif
