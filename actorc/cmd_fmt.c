/* SPDX-License-Identifier: MIT */
/*
 * cmd_fmt.c - "actorc fmt": schemas in the one layout.
 */
#define _XOPEN_SOURCE 700 /* realpath() */
#include "command.h"
#include "format.h"
#include "options.h"
#include "session.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_CHECK = 256, OPTION_HELP };

static const struct option long_options[] = {
    { "check", no_argument, NULL, OPTION_CHECK },
    { "write", no_argument, NULL, 'w' },
    SESSION_LONG_OPTIONS,
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

struct fmt {
    struct session session;
    struct store store;
    bool check;
    bool write;
    struct buf out; /* what goes to stdout */
    bool differs;
};

static struct source *load(struct fmt *fmt, const char *path, const char **ret_why)
{
    if (strcmp(path, "-") == 0) {
        return sources_read(&fmt->session.sources, STDIN_FILENO,
                session_name(&fmt->session, path), ret_why);
    }
    return sources_load(&fmt->session.sources, path, ret_why);
}

/* Puts the text in the place of the file, or of what it is a link to. */
static bool write_file(struct fmt *fmt, const char *path, const struct buf *text)
{
    struct store_error error;
    char *real = realpath(path, NULL);
    bool written =
            store_put(&fmt->store, real == NULL ? path : real, text->data, text->len, &error);
    free(real);
    if (!written) {
        fprintf(stderr, "actorc: error: %s\n", error.text);
    }
    return written;
}

static int format_file(struct fmt *fmt, const char *path)
{
    struct session *session = &fmt->session;
    const char *why = NULL;
    struct source *source = load(fmt, path, &why);
    if (why != NULL) {
        diags_add_file(&session->diags, DIAG_UNREADABLE, source->base,
                "cannot read the file: %s", why);
        return BASE_EXIT_IO;
    }
    struct buf text = { 0 };
    int status = BASE_EXIT_OK;
    if (!format(source, &session->arena, &session->diags, &text)) {
        status = BASE_EXIT_INPUT;
    } else if (fmt->check) {
        bool same = text.len == source->size && memcmp(text.data, source->text, text.len) == 0;
        if (!same) {
            buf_printf(&fmt->out, "%s\n", source->path);
            fmt->differs = true;
        }
    } else if (!fmt->write) {
        buf_put(&fmt->out, text.data, text.len);
    } else if (!write_file(fmt, path, &text)) {
        status = BASE_EXIT_IO;
    }
    buf_fini(&text);
    return status;
}

/* Either all files are rewritten or, if one of them has an error, none. */
static int format_files(struct fmt *fmt, int count, char **paths)
{
    int status = BASE_EXIT_OK;
    for (int i = 0; i < count; i++) {
        int file_status = format_file(fmt, paths[i]);
        status = file_status > status ? file_status : status;
    }
    session_report(&fmt->session);
    struct store_error error;
    if (status == BASE_EXIT_OK && !store_commit(&fmt->store, &error)) {
        fprintf(stderr, "actorc: error: %s\n", error.text);
        status = BASE_EXIT_IO;
    }
    if (fmt->out.len > 0 && (fmt->check || status == BASE_EXIT_OK)) {
        fwrite(fmt->out.data, 1, fmt->out.len, stdout);
    }
    return status == BASE_EXIT_OK && fmt->differs ? BASE_EXIT_INPUT : status;
}

static int run_in(struct fmt *fmt, int argc, char **argv)
{
    int option;
    while ((option = options_next(argc, argv, "w", long_options)) != -1) {
        switch (option) {
        case OPTION_CHECK: fmt->check = true; break;
        case 'w': fmt->write = true; break;
        case SESSION_NAME:
        case SESSION_DIAGNOSTICS:
            if (!session_option(&fmt->session, option, optarg)) {
                return command_try_help(&cmd_fmt);
            }
            break;
        case OPTION_HELP: return command_help(&cmd_fmt);
        default: return command_try_help(&cmd_fmt);
        }
    }
    if (optind == argc) {
        return command_misused(&cmd_fmt, "no schema given");
    }
    if (fmt->check && fmt->write) {
        return command_misused(&cmd_fmt, "--check changes nothing, -w does");
    }
    for (int i = optind; i < argc; i++) {
        if (fmt->write && strcmp(argv[i], "-") == 0) {
            return command_misused(&cmd_fmt, "-w cannot write back to stdin");
        }
    }
    const char *wrong = session_misuse(&fmt->session, argv + optind, (size_t)(argc - optind));
    if (wrong != NULL) {
        return command_misused(&cmd_fmt, "%s", wrong);
    }
    return format_files(fmt, argc - optind, argv + optind);
}

static int run(int argc, char **argv)
{
    struct fmt fmt = { .check = false };
    session_init(&fmt.session);
    int status = run_in(&fmt, argc, argv);
    buf_fini(&fmt.out);
    store_fini(&fmt.store);
    session_fini(&fmt.session);
    return status;
}

const struct command cmd_fmt = {
    .name = "fmt",
    .summary = "lay out schemas",
    .help = "Usage: actorc fmt [OPTION]... FILE...\n"
            "Prints schemas in the one layout. Every comment stays, and so does an empty line "
            "between\n"
            "two statements. '-' is the standard input.\n"
            "\n"
            "      --check                   only print the names of the files that would "
            "change; exit with 1 if any\n"
            "  -w, --write                   rewrite the files that change, and print nothing\n"
            "      --name FILE               what to call the standard input, '-'\n"
            "      --diagnostics text|json   how to show errors; json is an object on a line "
            "for each\n"
            "      --help                    print this\n"
            "\n"
            "Exit status: 0 done, 1 errors of syntax or --check found some, 2 wrong usage,\n"
            "3 could not read or write. With an error in one file none is rewritten.\n",
    .run = run,
};
