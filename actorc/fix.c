/* SPDX-License-Identifier: MIT */
/*
 * fix.c - see fix.h. The changed texts are kept in memory and take the place of their files while the
 * schemas are checked again; only at the end the files are written.
 */
#define _XOPEN_SOURCE 700 /* realpath() */
#include "fix.h"

#include "diag_json.h"
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each round makes at least one change; so many are enough for any text that people write. */
enum { ROUNDS_MAX = 100 };

/* A file that is changed. */
struct edit {
    struct edit *next;
    struct sources_text now; /* first in what the session reads; its text is allocated */
    struct buf before;       /* as it was read */
};

struct work {
    struct session *session;
    struct arena arena; /* holds the names, which outlive a round */
    struct edit *edits;
    struct buf report;
    bool changed; /* in this round */
};

static struct edit *edit_of(struct work *work, const struct source *source)
{
    struct edit *edit = work->edits;
    while (edit != NULL && strcmp(edit->now.path, source->path) != 0) {
        edit = edit->next;
    }
    if (edit == NULL) {
        edit = ARENA_NEW(&work->arena, struct edit);
        edit->now.path = arena_strndup(&work->arena, source->path, strlen(source->path));
        edit->next = work->edits;
        edit->now.next = work->edits == NULL ? NULL : &work->edits->now;
        work->edits = edit;
        buf_put(&edit->before, source->text, source->size);
    }
    return edit;
}

static void report(struct work *work, const struct diag *diag, const struct diag_fix *fix)
{
    const struct diags *diags = &work->session->diags;
    if (work->session->json) {
        diag_json_fixed(diags, diag, fix, &work->report);
        return;
    }
    struct place place = sources_place(diags->sources, fix->span.lo);
    buf_printf(&work->report, "%s:%u:%u: fixed: %s [%s]\n", place.source->path,
            (unsigned)place.line, (unsigned)place.column, diag->text,
            diag_entry(diag->code).code);
}

static const struct diag_fix *certain_fix(const struct diag *diag)
{
    const struct diag_fix *fix = diag->fixes;
    while (fix != NULL && !fix->certain) {
        fix = fix->next;
    }
    return fix;
}

/* Makes the certain fixes of one source. Of those that overlap the first is made; the others
 * are looked at again in the next round. */
static void change(struct work *work, const struct source *source,
        const struct diag *const *sorted, size_t count)
{
    struct buf text = { 0 };
    uint32_t at = source->base; /* what is before has been copied */
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        const struct diag_fix *fix = certain_fix(sorted[i]);
        bool is_here = fix != NULL && fix->span.lo >= source->base &&
                       fix->span.hi <= source->base + source->size;
        if (!is_here || (changed && fix->span.lo <= at) || fix->span.lo < at) {
            continue;
        }
        buf_put(&text, source->text + (at - source->base), fix->span.lo - at);
        buf_puts(&text, fix->text);
        at = fix->span.hi;
        changed = true;
        report(work, sorted[i], fix);
    }
    if (changed) {
        struct edit *edit = edit_of(work, source);
        buf_put(&text, source->text + (at - source->base), source->base + source->size - at);
        free(edit->now.text);
        edit->now.text = text.data;
        edit->now.size = text.len;
        work->changed = true;
    }
}

static void look(struct work *work, const char *const *paths, size_t count)
{
    struct session *session = work->session;
    work->changed = false;
    for (size_t i = 0; i < count; i++) {
        (void)session_check(session, paths[i]);
    }
    size_t found = 0;
    const struct diag **sorted = diags_sorted(&session->diags, &found);
    for (size_t i = 0; i < session->sources.count; i++) {
        const struct source *source = session->sources.items[i];
        if (imports_owns(&session->imports, source)) {
            change(work, source, sorted, found);
        }
    }
    free(sorted);
}

/* ---- Writing ---------------------------------------------------------------------------- */

/* Says whether the file is what was read and may be written. */
static bool is_ready(const struct edit *edit, const char *path)
{
    struct sources again = { 0 };
    const char *why = NULL;
    const struct source *source = sources_load(&again, path, &why);
    if (why == NULL && access(path, W_OK) != 0) {
        why = strerror(errno);
    } else if (why == NULL &&
               (source->size != edit->before.len ||
                       memcmp(source->text, edit->before.data, source->size) != 0)) {
        why = "it was changed meanwhile";
    }
    if (why != NULL) {
        fprintf(stderr, "actorc: error: cannot write '%s': %s\n", path, why);
    }
    sources_fini(&again);
    return why == NULL;
}

static bool put(struct store *store, const struct edit *edit)
{
    struct store_error error;
    /* What a link leads to is changed, not the link. */
    char *real = realpath(edit->now.path, NULL);
    const char *path = real == NULL ? edit->now.path : real;
    bool is_good = is_ready(edit, path);
    if (is_good && !store_put(store, path, edit->now.text, edit->now.size, &error)) {
        fprintf(stderr, "actorc: error: %s\n", error.text);
        is_good = false;
    }
    free(real);
    return is_good;
}

static bool write_all(const struct work *work)
{
    struct store store = { 0 };
    struct store_error error;
    bool is_good = true;
    for (const struct edit *e = work->edits; e != NULL && is_good; e = e->next) {
        is_good = put(&store, e);
    }
    if (is_good && !store_commit(&store, &error)) {
        fprintf(stderr, "actorc: error: %s\n", error.text);
        is_good = false;
    }
    store_fini(&store);
    return is_good;
}

int fix_files(struct session *session, const char *const *paths, size_t count)
{
    struct work work = { .session = session };
    look(&work, paths, count);
    for (int i = 1; i < ROUNDS_MAX && work.changed; i++) {
        session_restart(session, &work.edits->now);
        look(&work, paths, count);
    }
    bool written = write_all(&work);
    if (written && work.report.len > 0) {
        fwrite(work.report.data, 1, work.report.len, stderr);
    }
    session_restart(session, NULL);
    for (struct edit *e = work.edits; e != NULL; e = e->next) {
        free(e->now.text);
        buf_fini(&e->before);
    }
    buf_fini(&work.report);
    arena_fini(&work.arena);
    return written ? BASE_EXIT_OK : BASE_EXIT_IO;
}
