/* SPDX-License-Identifier: MIT */
/*
 * cmd_model.c - "actorc model": the checked schema, for other programs.
 */
#include "command.h"
#include "model_json.h"
#include "options.h"
#include "session.h"

#include <stdio.h>

enum { OPTION_HELP = 256 };

static const struct option long_options[] = {
    SESSION_LONG_OPTIONS,
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static int print(struct session *session, const char *path)
{
    const struct model *model = session_check(session, path);
    int status = session_report(session);
    if (status != BASE_EXIT_OK) {
        return status;
    }
    struct buf out = { 0 };
    model_json(model, &session->sources, &session->arena, &out);
    fwrite(out.data, 1, out.len, stdout);
    buf_fini(&out);
    return status;
}

static int run_in(struct session *session, int argc, char **argv)
{
    int option;
    while ((option = options_next(argc, argv, SESSION_OPTIONS, long_options)) != -1) {
        switch (option) {
        case OPTION_HELP: return command_help(&cmd_model);
        case '?': return command_try_help(&cmd_model);
        default:
            if (!session_option(session, option, optarg)) {
                return command_try_help(&cmd_model);
            }
        }
    }
    if (optind + 1 != argc) {
        return command_misused(
                &cmd_model, optind == argc ? "no schema given" : "only one schema at a time");
    }
    const char *wrong = session_misuse(session, argv + optind, (size_t)(argc - optind));
    if (wrong != NULL) {
        return command_misused(&cmd_model, "%s", wrong);
    }
    return print(session, argv[optind]);
}

static int run(int argc, char **argv)
{
    struct session session;
    session_init(&session);
    int status = run_in(&session, argc, argv);
    session_fini(&session);
    return status;
}

const struct command cmd_model = {
    .name = "model",
    .summary = "print the checked schema as JSON, for other programs",
    .help = "Usage: actorc model [OPTION]... FILE\n"
            "Prints all that the schema says, names resolved, numbers and defaults computed, "
            "with the\n"
            "names that things have in C. The keys are explained in actorc(1).\n"
            "\n"
            "  -I DIR                        look for imports there, too; may be given again\n"
            "      --name FILE               what to call the standard input, '-'\n"
            "      --diagnostics text|json   how to show errors; json is an object on a line "
            "for each\n"
            "  -W[no-]NAME                   as of actorc build\n"
            "      --help                    print this\n"
            "\n"
            "Exit status: 0 done, 1 errors in the schema, 2 wrong usage, 3 could not read or "
            "write.\n",
    .run = run,
};
