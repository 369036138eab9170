/* SPDX-License-Identifier: MIT */
/*
 * response.h - command lines that are too long for the system, or made by a program: "@FILE" stands
 * for the words in that file, as in the tools of GNU.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include "arena.h"

#include <stdbool.h>

/* So many files may be named by one command line, and so long may they be together; more is most
 * likely one that names itself, or no text. */
enum { RESPONSE_FILES_MAX = 2000, RESPONSE_BYTES_MAX = 1024 * 1024 };

struct response_args {
    int argc;
    char **argv; /* ends with NULL */
};

/*
 * Puts the words of "@FILE" in its place, and so on for what they name. They are separated by white
 * space; within '...' and "..." it is part of the word, and a backslash takes the next character as it
 * is, within them, too. A file that cannot be opened leaves the word as it was.
 *
 * Returns: NULL on success; else what is wrong. All is kept in `arena`.
 */
const char *response_expand(
        struct arena *arena, int argc, char **argv, struct response_args *ret_args);

#endif
