/* SPDX-License-Identifier: MIT */
/*
 * driver.c - see driver.h. First all inputs are checked, and only if all are well something is
 * written.
 */
#include "driver.h"

#include "emit.h"
#include "fix.h"
#include "store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char suffix[] = ".actor";

/* One schema of the run. */
struct job {
    const char *input;
    const char *file; /* "shop.actor", without folders */
    const char *base; /* "out/shop.actor", of the outputs without their endings */
    const struct model *model;
};

struct run {
    const struct driver_options *options;
    struct session *session;
    struct arena arena; /* of names: fixing empties that of the session */
    struct job *jobs;
};

/* ---- Names of files --------------------------------------------------------------------- */

static const char *file_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Says why there can be no outputs for the input; NULL if there can. */
static const char *wrong_name(const char *file)
{
    size_t len = strlen(file);
    size_t end = sizeof suffix - 1;
    if (len <= end || strcmp(file + len - end, suffix) != 0) {
        return "the name of a schema ends with .actor";
    }
    for (const char *c = file; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f || strchr("\"\\?*<>", *c) != NULL) {
            return "the name of a schema must be one that #include can have";
        }
    }
    return NULL;
}

static bool name_job(struct run *run, struct job *job, const char *input)
{
    input = session_name(run->session, input);
    job->input = input;
    job->file = file_of(input);
    const char *wrong = wrong_name(job->file);
    if (wrong != NULL) {
        bool is_device = strncmp(input, "/dev/", 5) == 0 || strncmp(input, "/proc/", 6) == 0;
        fprintf(stderr, "actorc: error: '%s': %s%s\n", input, wrong,
                is_device ? "; for the standard input write '-' and --name FILE" : "");
        return false;
    }
    const char *folder = run->options->folder;
    bool has_slash = folder != NULL && folder[0] != '\0' && folder[strlen(folder) - 1] == '/';
    job->base = folder == NULL ? job->file
                               : arena_printf(&run->arena, "%s%s%s", folder,
                                         has_slash ? "" : "/", job->file);
    return true;
}

static int by_base(const void *a, const void *b)
{
    return strcmp((*(const struct job *const *)a)->base, (*(const struct job *const *)b)->base);
}

/* Two inputs must not have the same outputs. */
static bool check_bases(struct run *run, size_t count)
{
    const struct job **sorted = base_alloc(count * sizeof(struct job *));
    bool is_good = true;
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &run->jobs[i];
    }
    qsort(sorted, count, sizeof(struct job *), by_base);
    for (size_t i = 1; i < count && is_good; i++) {
        if (strcmp(sorted[i - 1]->base, sorted[i]->base) == 0) {
            fprintf(stderr, "actorc: error: '%s' and '%s' would both be written to '%s.h'\n",
                    sorted[i - 1]->input, sorted[i]->input, sorted[i]->base);
            is_good = false;
        }
    }
    free(sorted);
    return is_good;
}

static bool name_jobs(struct run *run)
{
    size_t count = run->options->input_count;
    run->jobs = base_alloc(count * sizeof *run->jobs);
    for (size_t i = 0; i < count; i++) {
        if (!name_job(run, &run->jobs[i], run->options->inputs[i])) {
            return false;
        }
    }
    return check_bases(run, count);
}

static void print_outputs(const struct run *run)
{
    for (size_t i = 0; i < run->options->input_count; i++) {
        const char *base = run->jobs[i].base;
        printf("%s.h\n%s.c\n", base, base);
        if (run->options->depfiles) {
            printf("%s.d\n", base);
        }
    }
    if (run->options->depfile != NULL) {
        printf("%s\n", run->options->depfile);
    }
}

/* ---- Checking --------------------------------------------------------------------------- */

static int check_jobs(struct run *run)
{
    for (size_t i = 0; i < run->options->input_count; i++) {
        run->jobs[i].model = session_check(run->session, run->options->inputs[i]);
    }
    return session_report(run->session);
}

/* ---- Writing ---------------------------------------------------------------------------- */

/* Appends a path as make reads it. */
static void put_make_path(struct buf *out, const char *path)
{
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == ' ' || *c == '#' || *c == '\t') {
            buf_puts(out, "\\");
        }
        buf_puts(out, *c == '$' ? "$" : "");
        buf_put(out, c, 1);
    }
}

/* The files that a model was made of, each once. */
struct reads {
    const struct model **items;
    size_t count;
};

static void add_reads(struct reads *reads, const struct model *model)
{
    for (size_t i = 0; i < reads->count; i++) {
        if (reads->items[i] == model) {
            return;
        }
    }
    reads->items = base_realloc(reads->items, (reads->count + 1) * sizeof *reads->items);
    reads->items[reads->count++] = model;
    for (const struct import *i = model->imports; i != NULL; i = i->next) {
        add_reads(reads, i->model);
    }
}

/* The rules without recipe let make go on when a schema is gone. */
static void put_rule(struct buf *out, const struct job *job)
{
    struct reads reads = { 0 };
    add_reads(&reads, job->model);
    put_make_path(out, job->base);
    buf_puts(out, ".h ");
    put_make_path(out, job->base);
    buf_puts(out, ".c:");
    for (size_t i = 0; i < reads.count; i++) {
        buf_puts(out, " ");
        put_make_path(out, i == 0 ? job->input : reads.items[i]->source->path);
    }
    buf_puts(out, "\n");
    for (size_t i = 0; i < reads.count; i++) {
        buf_puts(out, "\n");
        put_make_path(out, i == 0 ? job->input : reads.items[i]->source->path);
        buf_puts(out, ":\n");
    }
    free(reads.items);
}

static bool write_output(const struct job *job, struct store *store,
        void (*emitter)(struct emit *emit), const char *ending, struct store_error *error)
{
    char digits[17];
    snprintf(digits, sizeof digits, "%016" PRIx64, job->model->fingerprint);
    struct buf out = { 0 };
    struct arena arena = { 0 };
    struct emit emit = { .out = &out,
        .arena = &arena,
        .model = job->model,
        .file = job->file,
        .fingerprint = digits };
    emitter(&emit);
    const char *path = arena_printf(&arena, "%s.%s", job->base, ending);
    bool written = store_put(store, path, out.data, out.len, error);
    buf_fini(&out);
    arena_fini(&arena);
    return written;
}

static bool write_depfile(
        struct run *run, const struct job *job, struct store *store, struct store_error *error)
{
    struct buf out = { 0 };
    put_rule(&out, job);
    const char *path = arena_printf(&run->session->arena, "%s.d", job->base);
    bool written = store_put(store, path, out.data, out.len, error);
    buf_fini(&out);
    return written;
}

static bool write_common_depfile(
        struct run *run, struct store *store, struct store_error *error)
{
    struct buf out = { 0 };
    for (size_t i = 0; i < run->options->input_count; i++) {
        buf_puts(&out, i > 0 ? "\n" : "");
        put_rule(&out, &run->jobs[i]);
    }
    bool written = store_put(store, run->options->depfile, out.data, out.len, error);
    buf_fini(&out);
    return written;
}

static bool write_all(struct run *run, struct store *store, struct store_error *error)
{
    const struct driver_options *options = run->options;
    if (options->folder != NULL && !store_make_folder(store, options->folder, error)) {
        return false;
    }
    for (size_t i = 0; i < options->input_count; i++) {
        const struct job *job = &run->jobs[i];
        if (!write_output(job, store, emit_header, "h", error) ||
                !write_output(job, store, emit_source, "c", error) ||
                (options->depfiles && !write_depfile(run, job, store, error))) {
            return false;
        }
    }
    if (options->depfile != NULL && !write_common_depfile(run, store, error)) {
        return false;
    }
    return store_commit(store, error);
}

static int write_jobs(struct run *run)
{
    struct store store = { 0 };
    struct store_error error;
    bool written = write_all(run, &store, &error);
    store_fini(&store);
    if (!written) {
        fprintf(stderr, "actorc: error: %s\n", error.text);
    }
    return written ? BASE_EXIT_OK : BASE_EXIT_IO;
}

/* ---- The run ---------------------------------------------------------------------------- */

static int run_all(struct run *run)
{
    if (!name_jobs(run)) {
        return BASE_EXIT_USAGE;
    }
    if (run->options->print_outputs) {
        print_outputs(run);
        return BASE_EXIT_OK;
    }
    int status = BASE_EXIT_OK;
    if (run->options->fix) {
        status = fix_files(run->session, run->options->inputs, run->options->input_count);
    }
    if (status == BASE_EXIT_OK) {
        status = check_jobs(run);
    }
    return status == BASE_EXIT_OK ? write_jobs(run) : status;
}

int driver_run(struct session *session, const struct driver_options *options)
{
    struct run run = { .options = options, .session = session };
    int status = run_all(&run);
    free(run.jobs);
    arena_fini(&run.arena);
    return status;
}
