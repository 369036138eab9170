/* SPDX-License-Identifier: MIT */
/*
 * cmd_build.c - "actorc build", which is also what happens without a command.
 */
#include "command.h"
#include "driver.h"
#include "options.h"

#include <stdio.h>
#include <string.h>

enum { OPTION_DEPFILE = 256, OPTION_PRINT_OUTPUTS, OPTION_FIX, OPTION_HELP };

static const struct option long_options[] = {
    { "output", required_argument, NULL, 'o' },
    { "depfile", required_argument, NULL, OPTION_DEPFILE },
    { "print-outputs", no_argument, NULL, OPTION_PRINT_OUTPUTS },
    { "fix", no_argument, NULL, OPTION_FIX },
    SESSION_LONG_OPTIONS,
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static bool read_option(
        struct session *session, struct driver_options *options, int option, const char *value)
{
    switch (option) {
    case 'o': options->folder = value; return true;
    case 'M':
        options->depfiles = strcmp(value, "D") == 0;
        if (!options->depfiles) {
            fprintf(stderr, "actorc: error: there is no option -M%s\n", value);
        }
        return options->depfiles;
    case OPTION_DEPFILE: options->depfile = value; return true;
    case OPTION_PRINT_OUTPUTS: options->print_outputs = true; return true;
    case OPTION_FIX: options->fix = true; return true;
    case '?': return false; /* getopt has said why */
    default: return session_option(session, option, value);
    }
}

/* Says what is wrong with "-" among the inputs; NULL if nothing is. */
static const char *wrong_input(
        const struct session *session, const struct driver_options *options)
{
    for (size_t i = 0; i < options->input_count; i++) {
        if (strcmp(options->inputs[i], "-") == 0) {
            return session->name == NULL
                           ? "'-' needs --name FILE, after which the outputs are called"
                   : options->fix ? "--fix cannot write back to the standard input"
                                  : NULL;
        }
    }
    return NULL;
}

static int run_in(struct session *session, int argc, char **argv)
{
    struct driver_options options = { .folder = NULL };
    int option;
    while ((option = options_next(argc, argv, "o:M:" SESSION_OPTIONS, long_options)) != -1) {
        if (option == OPTION_HELP) {
            return command_help(&cmd_build);
        }
        if (!read_option(session, &options, option, optarg)) {
            return command_try_help(&cmd_build);
        }
    }
    if (optind == argc) {
        return command_misused(&cmd_build, "no schema given");
    }
    if (options.folder != NULL && *options.folder == '\0') {
        return command_misused(&cmd_build, "-o needs a folder");
    }
    options.inputs = (const char *const *)(argv + optind);
    options.input_count = (size_t)(argc - optind);
    const char *wrong = session_misuse(session, argv + optind, options.input_count);
    if (wrong == NULL) {
        wrong = wrong_input(session, &options);
    }
    return wrong != NULL ? command_misused(&cmd_build, "%s", wrong)
                         : driver_run(session, &options);
}

static int build(int argc, char **argv)
{
    struct session session;
    session_init(&session);
    int status = run_in(&session, argc, argv);
    session_fini(&session);
    return status;
}

const struct command cmd_build = {
    .name = "build",
    .summary = "compile schemas to C; the command if none is given",
    .help = "Usage: actorc [build] [OPTION]... FILE...\n"
            "Compiles schemas of actors to C: each x.actor to x.actor.h and x.actor.c.\n"
            "\n"
            "  -o, --output DIR              write there, not into the current folder; made if "
            "missing\n"
            "  -MD                           write x.actor.d, for make, beside the outputs\n"
            "      --depfile FILE            write one such file for all\n"
            "  -I DIR                        look for imports there, too; may be given again\n"
            "      --name FILE               what to call the standard input, '-'; imports are "
            "looked for from there\n"
            "      --diagnostics text|json   how to show errors; json is an object on a line "
            "for each\n"
            "      --fix                     change the schemas where only one thing can be "
            "meant; see actorc(1)\n"
            "  -W[no-]NAME                   turn a warning on or off: tell-loop, closed, "
            "every, style\n"
            "  -Werror                       make errors of warnings\n"
            "      --print-outputs           list the files that would be written, and write "
            "none\n"
            "      --help                    print this\n"
            "\n"
            "Exit status: 0 done, 1 errors in a schema, 2 wrong usage, 3 could not read or "
            "write.\n"
            "Either all outputs are written or none; those that did not change are not "
            "touched.\n",
    .run = build,
};
