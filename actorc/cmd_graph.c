/* SPDX-License-Identifier: MIT */
/*
 * cmd_graph.c - "actorc graph": who may send what to whom.
 */
#include "command.h"
#include "flow_print.h"
#include "options.h"
#include "session.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_FORMAT = 256, OPTION_HELP };

static const struct option long_options[] = {
    { "output", required_argument, NULL, 'o' },
    { "format", required_argument, NULL, OPTION_FORMAT },
    SESSION_LONG_OPTIONS,
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

typedef void printer(const struct flow *flow, const char *title, struct buf *out);

static const struct {
    const char *name;
    printer *print;
} formats[] = {
    { "dot", flow_print_dot },
    { "mermaid", flow_print_mermaid },
    { "json", flow_print_json },
};

struct options {
    const char *output; /* NULL = standard output */
    printer *print;
};

static int write_text(const char *path, const struct buf *text)
{
    if (path == NULL) {
        fwrite(text->data, 1, text->len, stdout);
        return BASE_EXIT_OK;
    }
    struct store store = { 0 };
    struct store_error error;
    bool written = store_put(&store, path, text->data, text->len, &error) &&
                   store_commit(&store, &error);
    store_fini(&store);
    if (!written) {
        fprintf(stderr, "actorc: error: %s\n", error.text);
    }
    return written ? BASE_EXIT_OK : BASE_EXIT_IO;
}

static int print_all(struct session *session, const struct options *options,
        const struct model *const *models, size_t count)
{
    const char *title = models[0]->schema;
    for (size_t i = 1; i < count; i++) {
        title = arena_printf(&session->arena, "%s, %s", title, models[i]->schema);
    }
    struct flow flow;
    flow_init(&flow, &session->arena, models, count);
    struct buf out = { 0 };
    options->print(&flow, title, &out);
    int status = write_text(options->output, &out);
    buf_fini(&out);
    flow_fini(&flow);
    return status;
}

/* Their names are what tells the actors of several schemas apart. */
static bool have_names(const struct model *const *models, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(models[k]->schema, models[i]->schema) == 0) {
                fprintf(stderr, "actorc: error: '%s' and '%s' are both called '%s'\n",
                        models[k]->source->path, models[i]->source->path, models[i]->schema);
                return false;
            }
        }
    }
    return true;
}

static int check_all(
        struct session *session, const struct options *options, char **paths, size_t count)
{
    const struct model **models = base_alloc(count * sizeof *models);
    count = session_check_all(session, paths, count, models);
    int status = session_report(session);
    if (status == BASE_EXIT_OK) {
        status = have_names(models, count) ? print_all(session, options, models, count)
                                           : BASE_EXIT_USAGE;
    }
    free(models);
    return status;
}

static bool read_format(struct options *options, const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            options->print = formats[i].print;
            return true;
        }
    }
    return false;
}

static int run_in(struct session *session, int argc, char **argv)
{
    struct options options = { .print = flow_print_dot };
    int option;
    while ((option = options_next(argc, argv, "o:" SESSION_OPTIONS, long_options)) != -1) {
        switch (option) {
        case 'o': options.output = optarg; break;
        case OPTION_FORMAT:
            if (!read_format(&options, optarg)) {
                return command_misused(
                        &cmd_graph, "the format is dot, mermaid or json, not '%s'", optarg);
            }
            break;
        case OPTION_HELP: return command_help(&cmd_graph);
        case '?': return command_try_help(&cmd_graph);
        default:
            if (!session_option(session, option, optarg)) {
                return command_try_help(&cmd_graph);
            }
        }
    }
    if (optind == argc) {
        return command_misused(&cmd_graph, "no schema given");
    }
    const char *wrong = session_misuse(session, argv + optind, (size_t)(argc - optind));
    if (wrong != NULL) {
        return command_misused(&cmd_graph, "%s", wrong);
    }
    return check_all(session, &options, argv + optind, (size_t)(argc - optind));
}

static int run(int argc, char **argv)
{
    struct session session;
    session_init(&session);
    int status = run_in(&session, argc, argv);
    session_fini(&session);
    return status;
}

const struct command cmd_graph = {
    .name = "graph",
    .summary = "draw who may send what to whom",
    .help = "Usage: actorc graph [OPTION]... FILE...\n"
            "Prints the actors of the schemas as one graph: who may ask, tell, answer, start "
            "and watch\n"
            "whom, with which messages. What no actor sends comes from outside.\n"
            "\n"
            "      --format dot|mermaid|json  for Graphviz, the default; or another tool\n"
            "  -o, --output FILE             write there, not to standard output\n"
            "  -I DIR                        look for imports there, too; may be given again\n"
            "      --name FILE               what to call the standard input, '-'\n"
            "      --diagnostics text|json   how to show errors; json is an object on a line "
            "for each\n"
            "  -W[no-]NAME                   as of actorc build\n"
            "      --help                    print this\n"
            "\n"
            "Exit status: 0 done, 1 errors in a schema, 2 wrong usage, 3 could not read or "
            "write.\n"
            "A picture: actorc graph shop.actor | dot -Tsvg > shop.svg\n",
    .run = run,
};
