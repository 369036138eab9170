/* SPDX-License-Identifier: MIT */
/*
 * main.c - the program: finds the command and lets it run.
 */
#include "command.h"
#include "response.h"
#include "suggest.h"

#include <actorc/actor.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct command cmd_help;

static const struct command *const commands[] = {
    &cmd_build,
    &cmd_fmt,
    &cmd_skeleton,
    &cmd_diff,
    &cmd_doc,
    &cmd_graph,
    &cmd_model,
    &cmd_explain,
    &cmd_help,
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
    puts("\n'actorc help COMMAND' tells more of each; 'actorc --version' prints the version.");
    return BASE_EXIT_OK;
}

/* Returns the command whose name is nearest to the word, or NULL. */
static const char *nearest_command(const char *word)
{
    struct suggest suggest;
    suggest_init(&suggest, word);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        suggest_offer(&suggest, commands[i]->name);
    }
    return suggest.best;
}

static int unknown_command(const char *word)
{
    const char *meant = nearest_command(word);
    fprintf(stderr, "actorc: error: there is no command '%s'%s%s%s\nTry 'actorc --help'.\n",
            word, meant == NULL ? "" : "; did you mean '", meant == NULL ? "" : meant,
            meant == NULL ? "" : "'?");
    return BASE_EXIT_USAGE;
}

static int help(int argc, char **argv)
{
    if (argc == 1) {
        return print_help();
    }
    if (strcmp(argv[1], "--help") == 0) {
        return command_help(&cmd_help);
    }
    if (argc > 2) {
        return command_misused(&cmd_help, "only one command at a time");
    }
    const struct command *command = find_command(argv[1]);
    return command == NULL ? unknown_command(argv[1]) : command_help(command);
}

/* It stands here because it needs the list. */
static const struct command cmd_help = {
    .name = "help",
    .summary = "print this, or the help of a command",
    .help = "Usage: actorc help [COMMAND]\n"
            "Prints the list of commands, or how to use one of them.\n"
            "\n"
            "Exit status: 0 done, 2 wrong usage.\n",
    .run = help,
};

/* A word that is no command is a file or an option of build; unless it looks like neither. */
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
    if (command == NULL && strpbrk(word, "./-@") == NULL && nearest_command(word) != NULL) {
        return unknown_command(word);
    }
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
    struct arena arena = { 0 };
    struct response_args args;
    const char *wrong = response_expand(&arena, argc, argv, &args);
    int status = BASE_EXIT_IO;
    if (wrong == NULL) {
        status = run(args.argc, args.argv);
    } else {
        fprintf(stderr, "actorc: error: %s\n", wrong);
    }
    arena_fini(&arena);
    /* fclose() does not remember what failed before. */
    bool is_printed = ferror(stdout) == 0;
    is_printed = fclose(stdout) == 0 && is_printed;
    if (!is_printed && status < BASE_EXIT_IO) {
        fputs("actorc: error: cannot write to the output\n", stderr);
        status = BASE_EXIT_IO;
    }
    return status;
}
