/* SPDX-License-Identifier: MIT */
/*
 * main.c - the program: arguments to options.
 */
#include "driver.h"

#include <actorc/actor.h>

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
        "Usage: actorc [build] [OPTION]... FILE...\n"
        "Compiles schemas of actors to C: each x.actor to x.actor.h and x.actor.c.\n"
        "\n"
        "  -o, --output DIR      write there, not into the current folder; made if missing\n"
        "  -MD                   write x.actor.d, for make, beside the outputs\n"
        "      --depfile FILE    write one such file for all\n"
        "  -W[no-]NAME           turn a warning on or off: tell-loop, closed\n"
        "  -Werror               make errors of warnings\n"
        "      --print-outputs   list the files that would be written, and write none\n"
        "      --version         print the version\n"
        "      --help            print this\n"
        "\n"
        "Exit status: 0 done, 1 errors in a schema, 2 wrong usage, 3 could not read or write.\n"
        "Either all outputs are written or none; those that did not change are not touched.\n";

enum { OPTION_DEPFILE = 256, OPTION_PRINT_OUTPUTS, OPTION_VERSION, OPTION_HELP };

static const struct option long_options[] = {
    { "output", required_argument, NULL, 'o' },
    { "depfile", required_argument, NULL, OPTION_DEPFILE },
    { "print-outputs", no_argument, NULL, OPTION_PRINT_OUTPUTS },
    { "version", no_argument, NULL, OPTION_VERSION },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

struct arguments {
    struct driver_options options;
    const char **warnings;
    const char *print; /* instead of a run; NULL = a run */
};

static bool read_warning(struct arguments *arguments, const char *name)
{
    if (strcmp(name, "error") == 0) {
        arguments->options.warnings_are_errors = true;
        return true;
    }
    if (!driver_knows_warning(name)) {
        fprintf(stderr, "actorc: error: there is no warning '%s'\n", name);
        return false;
    }
    arguments->warnings[arguments->options.warning_count++] = name;
    return true;
}

static bool read_option(struct arguments *arguments, int option)
{
    struct driver_options *options = &arguments->options;
    switch (option) {
    case 'o': options->folder = optarg; return true;
    case 'W': return read_warning(arguments, optarg);
    case 'M':
        options->depfiles = strcmp(optarg, "D") == 0;
        if (!options->depfiles) {
            fprintf(stderr, "actorc: error: there is no option -M%s\n", optarg);
        }
        return options->depfiles;
    case OPTION_DEPFILE: options->depfile = optarg; return true;
    case OPTION_PRINT_OUTPUTS: options->print_outputs = true; return true;
    case OPTION_VERSION: arguments->print = "actorc " ACTOR_VERSION "\n"; return true;
    case OPTION_HELP: arguments->print = help; return true;
    default: return false; /* getopt has said why */
    }
}

/* The commands of the language's tools; a word that is none of them is a file. */
static bool read_command(int count, char **words, int *ret_first)
{
    static const char *const later[] = { "fmt", "graph", "diff", "skeleton", "doc", "model",
        "explain", "help" };
    *ret_first = 0;
    if (count == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        if (strcmp(words[0], later[i]) == 0) {
            fprintf(stderr, "actorc: error: this version has no command '%s' yet\n", words[0]);
            return false;
        }
    }
    *ret_first = strcmp(words[0], "build") == 0;
    return true;
}

static bool read_arguments(struct arguments *arguments, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "o:W:M:", long_options, NULL)) != -1) {
        if (!read_option(arguments, option)) {
            return false;
        }
    }
    if (arguments->print != NULL) {
        return true;
    }
    int first = 0;
    if (!read_command(argc - optind, argv + optind, &first)) {
        return false;
    }
    first += optind;
    if (first == argc) {
        fputs("actorc: error: no schema given\n", stderr);
        return false;
    }
    const char *folder = arguments->options.folder;
    if (folder != NULL && *folder == '\0') {
        fputs("actorc: error: -o needs a folder\n", stderr);
        return false;
    }
    arguments->options.inputs = (const char *const *)(argv + first);
    arguments->options.input_count = (size_t)(argc - first);
    return true;
}

static bool wants_colour(void)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && (none == NULL || *none == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

int main(int argc, char **argv)
{
    /* A limit on the size of files is to be an error like a full disk, not the end. */
    signal(SIGXFSZ, SIG_IGN);
    struct arguments arguments = { .print = NULL };
    arguments.warnings = base_alloc((size_t)argc * sizeof(const char *));
    arguments.options.warnings = arguments.warnings;
    arguments.options.colour = wants_colour();
    int status = BASE_EXIT_USAGE;
    if (!read_arguments(&arguments, argc, argv)) {
        fputs("Try 'actorc --help'.\n", stderr);
    } else if (arguments.print != NULL) {
        fputs(arguments.print, stdout);
        status = BASE_EXIT_OK;
    } else {
        status = driver_run(&arguments.options, stdout, stderr);
    }
    free(arguments.warnings);
    if (fclose(stdout) != 0 && status == BASE_EXIT_OK) {
        fputs("actorc: error: cannot write to the output\n", stderr);
        status = BASE_EXIT_IO;
    }
    return status;
}
