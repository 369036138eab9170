/* SPDX-License-Identifier: MIT */
/*
 * cmd_doc.c - "actorc doc": a page for each schema.
 */
#include "command.h"
#include "doc.h"
#include "doc_part.h"
#include "options.h"
#include "session.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_HELP = 256 };

static const struct option long_options[] = {
    { "output", required_argument, NULL, 'o' },
    SESSION_LONG_OPTIONS,
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

struct pages {
    struct session *session;
    const char *folder; /* NULL = the current one */
    const struct model **models;
    size_t count;
};

static const char *path_of(const struct pages *pages, const struct model *model)
{
    struct arena *arena = &pages->session->arena;
    const char *file = doc_file(arena, model);
    const char *folder = pages->folder;
    if (folder == NULL) {
        return file;
    }
    bool has_slash = folder[0] != '\0' && folder[strlen(folder) - 1] == '/';
    return arena_printf(arena, "%s%s%s", folder, has_slash ? "" : "/", file);
}

/* Two schemas must not have the same page. */
static bool check_paths(const struct pages *pages)
{
    for (size_t i = 0; i < pages->count; i++) {
        for (size_t k = 0; k < i; k++) {
            const char *path = path_of(pages, pages->models[i]);
            if (strcmp(path, path_of(pages, pages->models[k])) == 0) {
                fprintf(stderr, "actorc: error: '%s' and '%s' would both be written to '%s'\n",
                        pages->models[k]->source->path, pages->models[i]->source->path, path);
                return false;
            }
        }
    }
    return true;
}

static bool write_page(const struct pages *pages, const struct model *model,
        struct store *store, struct store_error *error)
{
    struct buf out = { 0 };
    struct arena scratch = { 0 };
    doc_page(model, pages->models, pages->count, &scratch, &out);
    bool written = store_put(store, path_of(pages, model), out.data, out.len, error);
    buf_fini(&out);
    arena_fini(&scratch);
    return written;
}

static bool write_all(const struct pages *pages, struct store *store, struct store_error *error)
{
    if (pages->folder != NULL && !store_make_folder(store, pages->folder, error)) {
        return false;
    }
    for (size_t i = 0; i < pages->count; i++) {
        if (!write_page(pages, pages->models[i], store, error)) {
            return false;
        }
    }
    return store_commit(store, error);
}

static int write_pages(const struct pages *pages)
{
    if (!check_paths(pages)) {
        return BASE_EXIT_USAGE;
    }
    struct store store = { 0 };
    struct store_error error;
    bool written = write_all(pages, &store, &error);
    store_fini(&store);
    if (!written) {
        fprintf(stderr, "actorc: error: %s\n", error.text);
    }
    return written ? BASE_EXIT_OK : BASE_EXIT_IO;
}

static int check_all(struct pages *pages, char **paths, size_t count)
{
    pages->count = session_check_all(pages->session, paths, count, pages->models);
    int status = session_report(pages->session);
    return status == BASE_EXIT_OK ? write_pages(pages) : status;
}

static int run_in(struct session *session, int argc, char **argv)
{
    struct pages pages = { .session = session };
    int option;
    while ((option = options_next(argc, argv, "o:" SESSION_OPTIONS, long_options)) != -1) {
        switch (option) {
        case 'o': pages.folder = optarg; break;
        case OPTION_HELP: return command_help(&cmd_doc);
        case '?': return command_try_help(&cmd_doc);
        default:
            if (!session_option(session, option, optarg)) {
                return command_try_help(&cmd_doc);
            }
        }
    }
    if (optind == argc) {
        return command_misused(&cmd_doc, "no schema given");
    }
    if (pages.folder != NULL && *pages.folder == '\0') {
        return command_misused(&cmd_doc, "-o needs a folder");
    }
    for (int i = optind; i < argc; i++) {
        if (strcmp(argv[i], "-") == 0 && session->name == NULL) {
            return command_misused(
                    &cmd_doc, "'-' needs --name FILE, after which the page is called");
        }
    }
    const char *wrong = session_misuse(session, argv + optind, (size_t)(argc - optind));
    if (wrong != NULL) {
        return command_misused(&cmd_doc, "%s", wrong);
    }
    size_t count = (size_t)(argc - optind);
    pages.models = base_alloc(count * sizeof *pages.models);
    int status = check_all(&pages, argv + optind, count);
    free(pages.models);
    return status;
}

static int run(int argc, char **argv)
{
    struct session session;
    session_init(&session);
    int status = run_in(&session, argc, argv);
    session_fini(&session);
    return status;
}

const struct command cmd_doc = {
    .name = "doc",
    .summary = "write a page about each schema, to read in a browser",
    .help = "Usage: actorc doc [OPTION]... FILE...\n"
            "Writes x.html for each x.actor: every message and actor with its comments, who "
            "sends what\n"
            "to whom, the modes, and the functions of C. A page needs no other file and no "
            "network.\n"
            "\n"
            "  -o, --output DIR              write there, not into the current folder; made if "
            "missing\n"
            "  -I DIR                        look for imports there, too; may be given again\n"
            "      --name FILE               what to call the standard input, '-'\n"
            "      --diagnostics text|json   how to show errors; json is an object on a line "
            "for each\n"
            "  -W[no-]NAME                   as of actorc build\n"
            "      --help                    print this\n"
            "\n"
            "Exit status: 0 done, 1 errors in a schema, 2 wrong usage, 3 could not read or "
            "write.\n"
            "Either all pages are written or none; those that did not change are not "
            "touched.\n",
    .run = run,
};
