/* SPDX-License-Identifier: MIT */
/*
 * cmd_diff.c - "actorc diff": what breaks between two versions of a schema.
 */
#include "command.h"
#include "diff.h"
#include "diff_print.h"
#include "git.h"
#include "options.h"
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_GIT = 256, OPTION_FORMAT, OPTION_HELP };

static const struct option long_options[] = {
    { "verbose", no_argument, NULL, 'v' },
    { "git", required_argument, NULL, OPTION_GIT },
    { "format", required_argument, NULL, OPTION_FORMAT },
    SESSION_LONG_OPTIONS,
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

struct options {
    const char *revision; /* the old version is there; NULL = it is a file */
    bool verbose;
    bool json;
    const char *old;
    const char *new;
};

/* A revision of git, from which texts are read. */
struct history {
    struct arena *arena;
    const char *revision;
    const char *prefix; /* before the paths that errors show: "v1:" */
};

/* Reads "v1:shop.actor", or what a schema of that revision imports. */
static const char *read_revision(void *context, const char *path, struct buf *out)
{
    const struct history *history = context;
    size_t len = strlen(history->prefix);
    bool has_prefix = strncmp(path, history->prefix, len) == 0;
    return git_show(history->arena, history->revision, has_prefix ? path + len : path, out);
}

static const struct model *check_revision(
        struct session *session, const struct options *options)
{
    struct history history = { .arena = &session->arena,
        .revision = options->revision,
        .prefix = arena_printf(&session->arena, "%s:", options->revision) };
    const struct sources_reader reader = { read_revision, &history };
    session->sources.reader = &reader;
    const char *path = arena_printf(
            &session->arena, "%s%s", history.prefix, session_name(session, options->new));
    const struct model *model = session_check(session, path);
    session->sources.reader = NULL;
    return model;
}

static int print(
        struct session *session, const struct options *options, const struct diff *diff)
{
    const struct diff_print how = { .sources = &session->sources,
        .verbose = options->verbose,
        .colour = session->colour && isatty(STDOUT_FILENO) };
    struct buf out = { 0 };
    if (options->json) {
        diff_print_json(diff, &how, &out);
    } else {
        diff_print_text(diff, &how, &out);
    }
    if (out.len > 0) {
        fwrite(out.data, 1, out.len, stdout);
    }
    buf_fini(&out);
    return diff->breaking > 0 ? BASE_EXIT_INPUT : BASE_EXIT_OK;
}

static int compare(struct session *session, const struct options *options)
{
    const struct model *old = options->revision != NULL ? check_revision(session, options)
                                                        : session_check(session, options->old);
    const struct model *new = session_check(session, options->new);
    int status = session_report(session);
    if (status != BASE_EXIT_OK || old == NULL || new == NULL) {
        return status;
    }
    struct diff diff = { .arena = &session->arena };
    diff_models(&diff, old, new);
    status = print(session, options, &diff);
    diff_fini(&diff);
    return status;
}

static bool read_option(
        struct session *session, struct options *options, int option, const char *value)
{
    switch (option) {
    case 'v': options->verbose = true; return true;
    case OPTION_GIT: options->revision = value; return true;
    case OPTION_FORMAT:
        options->json = strcmp(value, "json") == 0;
        if (!options->json && strcmp(value, "text") != 0) {
            fprintf(stderr, "actorc: error: the format is text or json, not '%s'\n", value);
            return false;
        }
        return true;
    case '?': return false; /* getopt has said why */
    default: return session_option(session, option, value);
    }
}

static int run_in(struct session *session, int argc, char **argv)
{
    struct options options = { .revision = NULL };
    int option;
    while ((option = options_next(argc, argv, "v" SESSION_OPTIONS, long_options)) != -1) {
        if (option == OPTION_HELP) {
            return command_help(&cmd_diff);
        }
        if (!read_option(session, &options, option, optarg)) {
            return command_try_help(&cmd_diff);
        }
    }
    int wanted = options.revision == NULL ? 2 : 1;
    if (argc - optind != wanted) {
        return command_misused(&cmd_diff,
                options.revision == NULL ? "two schemas are needed, the old and the new one"
                                         : "one schema is needed with --git");
    }
    if (options.revision != NULL && strcmp(argv[optind], "-") == 0 && session->name == NULL) {
        return command_misused(&cmd_diff, "'-' needs --name FILE with --git");
    }
    if (argc - optind == 2 && strcmp(argv[optind], "-") == 0 &&
            strcmp(argv[optind + 1], "-") == 0) {
        return command_misused(&cmd_diff, "only one schema can be the standard input");
    }
    const char *wrong = session_misuse(session, argv + optind, (size_t)(argc - optind));
    if (wrong != NULL) {
        return command_misused(&cmd_diff, "%s", wrong);
    }
    options.old = argv[optind];
    options.new = argv[argc - 1];
    return compare(session, &options);
}

static int run(int argc, char **argv)
{
    struct session session;
    session_init(&session);
    int status = run_in(&session, argc, argv);
    session_fini(&session);
    return status;
}

const struct command cmd_diff = {
    .name = "diff",
    .summary = "say what breaks between two versions of a schema",
    .help = "Usage: actorc diff [OPTION]... OLD NEW\n"
            "       actorc diff [OPTION]... --git REV FILE\n"
            "Compares two versions of a schema and names each change that breaks something: "
            "the\n"
            "wire format, source written against the old version, or the protocol of the "
            "actors.\n"
            "\n"
            "  -v, --verbose                 also list what is compatible\n"
            "      --git REV                 compare FILE with what it was in this revision\n"
            "      --format text|json        how to print it; json is an object on a line for "
            "each change\n"
            "  -I DIR                        look for imports there, too; may be given again\n"
            "      --name FILE               what to call the standard input, '-'\n"
            "      --diagnostics text|json   how to show errors; json is an object on a line "
            "for each\n"
            "  -W[no-]NAME                   as of actorc build\n"
            "  -Werror                       make errors of warnings\n"
            "      --help                    print this\n"
            "\n"
            "Exit status: 0 nothing breaks, 1 something does, or there are errors in a "
            "schema,\n"
            "2 wrong usage, 3 could not read or write.\n",
    .run = run,
};
