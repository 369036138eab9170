/* SPDX-License-Identifier: MIT */
/*
 * main.c - the program: finds the command and lets it run.
 */
#include "command.h"

#include <actorc/actor.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct command *const commands[] = {
    &cmd_build,
    &cmd_fmt,
    &cmd_skeleton,
    &cmd_diff,
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static int print_help(void)
{
    puts("Usage: actorc [COMMAND] [OPTION]... [FILE]...\n"
         "Compiles schemas of actors to C, and has the tools around them.\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    }
    puts("\n'actorc COMMAND --help' tells more of each; 'actorc --version' prints the "
         "version.");
    return BASE_EXIT_OK;
}

/* A word that is no command is a file, or an option of build. */
static int run(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--version") == 0) {
        puts("actorc " ACTOR_VERSION);
        return BASE_EXIT_OK;
    }
    if (strcmp(word, "--help") == 0) {
        return print_help();
    }
    const struct command *command = find_command(word);
    if (command == NULL) {
        return cmd_build.run(argc, argv);
    }
    /* What getopt reports begins with the name of the program. */
    argv[1] = argv[0];
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    /* A limit on the size of files is to be an error like a full disk, not the end. */
    signal(SIGXFSZ, SIG_IGN);
    int status = run(argc, argv);
    if (fclose(stdout) != 0 && status == BASE_EXIT_OK) {
        fputs("actorc: error: cannot write to the output\n", stderr);
        status = BASE_EXIT_IO;
    }
    return status;
}
