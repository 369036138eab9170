/* SPDX-License-Identifier: MIT */
/* command.h - what a line asks for. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

enum { COMMAND_NAME_MAX = 32 /* bytes */ };

enum command_kind {
    COMMAND_NOTHING, /* an empty line */
    COMMAND_SAY,     /* `text` */
    COMMAND_NICK,    /* `text` is a name that may be had */
    COMMAND_WHO,
    COMMAND_QUIT,
    COMMAND_CRASH,
    COMMAND_CRASH_ROOM,
    COMMAND_BAD /* `text` says why */
};

struct command {
    enum command_kind kind;
    const char *text; /* lent: static, or in the line */
    size_t len;
};

/* Reads a line of `len` bytes, without its end. */
struct command command_read(const char *line, size_t len);

#endif
