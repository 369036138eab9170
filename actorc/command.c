/* SPDX-License-Identifier: MIT */
/*
 * command.c - see command.h.
 */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>

int command_misused(const struct command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("actorc: error: ", stderr);
    vfprintf(stderr, format, args);
    fputs("\n", stderr);
    va_end(args);
    return command_try_help(command);
}

int command_try_help(const struct command *command)
{
    fprintf(stderr, "Try 'actorc %s --help'.\n", command->name);
    return BASE_EXIT_USAGE;
}

int command_help(const struct command *command)
{
    fputs(command->help, stdout);
    return BASE_EXIT_OK;
}
