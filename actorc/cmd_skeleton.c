/* SPDX-License-Identifier: MIT */
/*
 * cmd_skeleton.c - "actorc skeleton": the C that an application begins with.
 */
#include "command.h"
#include "emit.h"
#include "options.h"
#include "session.h"

#include <stdio.h>
#include <string.h>

enum { OPTION_MAIN = 256, OPTION_HELP };

static const struct option long_options[] = {
    { "main", no_argument, NULL, OPTION_MAIN },
    SESSION_LONG_OPTIONS,
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static int print(struct session *session, const char *path, bool has_main)
{
    const struct model *model = session_check(session, path);
    int status = session_report(session);
    if (status != BASE_EXIT_OK) {
        return status;
    }
    path = session_name(session, path);
    const char *slash = strrchr(path, '/');
    struct buf out = { 0 };
    struct arena scratch = { 0 };
    struct emit emit = {
        .out = &out, .arena = &scratch, .model = model, .file = slash == NULL ? path : slash + 1
    };
    emit_skeleton(&emit, has_main);
    fwrite(out.data, 1, out.len, stdout);
    buf_fini(&out);
    arena_fini(&scratch);
    return status;
}

static int run_in(struct session *session, int argc, char **argv)
{
    bool has_main = false;
    int option;
    while ((option = options_next(argc, argv, SESSION_OPTIONS, long_options)) != -1) {
        switch (option) {
        case OPTION_MAIN: has_main = true; break;
        case OPTION_HELP: return command_help(&cmd_skeleton);
        case '?': return command_try_help(&cmd_skeleton);
        default:
            if (!session_option(session, option, optarg)) {
                return command_try_help(&cmd_skeleton);
            }
        }
    }
    if (optind + 1 != argc) {
        return command_misused(&cmd_skeleton,
                optind == argc ? "no schema given" : "only one schema at a time");
    }
    if (strcmp(argv[optind], "-") == 0 && session->name == NULL) {
        return command_misused(
                &cmd_skeleton, "'-' needs --name FILE, whose header is included");
    }
    const char *wrong = session_misuse(session, argv + optind, (size_t)(argc - optind));
    if (wrong != NULL) {
        return command_misused(&cmd_skeleton, "%s", wrong);
    }
    return print(session, argv[optind], has_main);
}

static int run(int argc, char **argv)
{
    struct session session;
    session_init(&session);
    int status = run_in(&session, argc, argv);
    session_fini(&session);
    return status;
}

const struct command cmd_skeleton = {
    .name = "skeleton",
    .summary = "print the handlers to fill in, compilable as they are",
    .help = "Usage: actorc skeleton [OPTION]... FILE\n"
            "Prints the C file that an application begins with: the state of each actor and "
            "every\n"
            "function that it has to write, with the comments of the schema. It compiles, "
            "links and\n"
            "runs as it is; what is asked is answered with an error.\n"
            "\n"
            "      --main                    with a main() that starts what nobody in the "
            "schema starts\n"
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
