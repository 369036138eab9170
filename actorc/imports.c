/* SPDX-License-Identifier: MIT */
/*
 * imports.c - see imports.h.
 *
 * An import is looked for beside the file that has it, then in the folders after -I. It may not
 * leave the folder in which the looking began: of a schema that the user gave that is its own folder,
 * and what it imports from there stays in it, too. So a schema from elsewhere cannot make the
 * compiler read, or show, other files of the user's.
 */
#define _XOPEN_SOURCE 700 /* realpath() */
#include "imports.h"

#include "check.h"
#include "check_closed.h"
#include "suggest.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files may import each other that deep; checking nests as they do. */
enum { DEPTH_MAX = 100 };

enum unit_state { UNIT_OPEN, UNIT_GOOD, UNIT_BAD };

struct unit {
    struct unit *next;
    struct unit *outer; /* that imports it, while both are open */
    enum unit_state state;
    const char *key;   /* the path without links; in history, the path */
    const char *path;  /* as it is shown */
    const char *root;  /* the folder that imports may not leave */
    bool is_ours;      /* given, or below the folder of one that was */
    struct span asked; /* the import by which it was opened */
    struct source *source;
    struct model model;
};

/* ---- Paths ------------------------------------------------------------------------------ */

/* Returns the folder of a path, with its slash; "" if that is the current one. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "" : arena_strndup(arena, path, (size_t)(slash - path) + 1);
}

/* Returns the path without links, "." and ".."; NULL if there is nothing. */
static const char *real_path(struct arena *arena, const char *path)
{
    char *real = realpath(*path == '\0' ? "." : path, NULL);
    if (real == NULL) {
        return NULL;
    }
    const char *copy = arena_strndup(arena, real, strlen(real));
    free(real);
    return copy;
}

static bool is_inside(const char *folder, const char *path)
{
    size_t len = strlen(folder);
    bool ends_well = len > 0 && folder[len - 1] == '/';
    return strncmp(folder, path, len) == 0 && (ends_well || path[len] == '/');
}

/* Counts the folders of a path from `depth` on; -1 if it goes out at the top. */
static int walk(const char *path, int depth)
{
    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        bool is_folder = path[len] == '/';
        if (len == 2 && path[0] == '.' && path[1] == '.') {
            depth--;
        } else if (is_folder && len > 0 && !(len == 1 && path[0] == '.')) {
            depth++;
        }
        if (depth < 0) {
            return -1;
        }
        path += len + is_folder;
    }
    return depth;
}

/* Says whether a path in `from` leaves its root by the way it is written. */
static bool leaves(const struct unit *from, const char *path)
{
    const char *below = from->path;
    size_t len = strlen(from->root);
    if (strncmp(below, from->root, len) == 0) {
        below += len;
    }
    int depth = walk(below, 0);
    return *path == '/' || walk(path, depth < 0 ? 0 : depth) < 0;
}

/* ---- Looking ---------------------------------------------------------------------------- */

static struct unit *find_unit(const struct imports *imports, const char *key)
{
    struct unit *unit = imports->units;
    while (unit != NULL && strcmp(unit->key, key) != 0) {
        unit = unit->next;
    }
    return unit;
}

static struct unit *add_unit(
        struct imports *imports, const char *key, const char *path, const char *root)
{
    struct unit *unit = ARENA_NEW(imports->arena, struct unit);
    unit->next = imports->units;
    unit->key = key;
    unit->path = path;
    unit->root = root;
    imports->units = unit;
    return unit;
}

static void report_outside(struct imports *imports, const char *path, struct span span)
{
    struct diag *diag = diags_add(imports->diags, DIAG_IMPORT_OUTSIDE, span,
            "'%s' leaves the folder that imports are looked for in", path);
    diag_hint(imports->diags, diag,
            "give the folder it is in with -I, and write the path from there");
}

/* Offers the schemas in a folder as what may have been meant. */
static void offer_files(struct suggest *suggest, struct arena *arena, const char *folder)
{
    DIR *entries = opendir(*folder == '\0' ? "." : folder);
    struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (len > 6 && strcmp(entry->d_name + len - 6, ".actor") == 0) {
            suggest_offer(suggest, arena_strndup(arena, entry->d_name, len));
        }
    }
    if (entries != NULL) {
        (void)closedir(entries);
    }
}

static void report_missing(
        struct imports *imports, const struct unit *from, const char *path, struct span span)
{
    struct arena *arena = imports->arena;
    struct suggest suggest;
    const char *file = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
    const char *folder = folder_of(arena, from->path);
    struct diag *diag =
            diags_add(imports->diags, DIAG_IMPORT_MISSING, span, "there is no file '%s'", path);
    if (!diags_shows(imports->diags, diag)) {
        return;
    }
    suggest_init(&suggest, file);
    offer_files(&suggest, arena, arena_printf(arena, "%s%s", folder, folder_of(arena, path)));
    diag_hint(imports->diags, diag, "looked in '%s'", *folder == '\0' ? "." : folder);
    for (size_t i = 0; i < imports->folder_count; i++) {
        diag_hint(imports->diags, diag, "looked in '%s'", imports->folders[i]);
        offer_files(&suggest, arena,
                arena_printf(arena, "%s/%s", imports->folders[i], folder_of(arena, path)));
    }
    if (suggest.best != NULL) {
        diag_hint(imports->diags, diag, "did you mean '%s%s'?", folder_of(arena, path),
                suggest.best);
    }
}

static bool is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

/* Returns the unit of the file in `folder`, new or known; NULL if there is none. */
static struct unit *look(struct imports *imports, const char *folder, const char *root,
        const char *path, bool *ret_outside)
{
    const char *candidate = arena_printf(imports->arena, "%s%s", folder, path);
    if (imports->sources->reader != NULL) {
        struct unit *known = find_unit(imports, candidate);
        return known != NULL ? known : add_unit(imports, candidate, candidate, root);
    }
    if (!is_file(candidate)) {
        return NULL;
    }
    const char *real = real_path(imports->arena, candidate);
    const char *real_root = real_path(imports->arena, root);
    if (real == NULL || real_root == NULL || !is_inside(real_root, real)) {
        *ret_outside = true;
        return NULL;
    }
    struct unit *known = find_unit(imports, real);
    return known != NULL ? known : add_unit(imports, real, candidate, root);
}

/* Finds what is imported; NULL if that was reported. */
static struct unit *locate(
        struct imports *imports, const struct unit *from, const char *path, struct span span)
{
    size_t len = strlen(path);
    if (len == 0 || path[len - 1] == '/') {
        diags_add(imports->diags, DIAG_IMPORT_MISSING, span, "'%s' is no name of a file", path);
        return NULL;
    }
    bool is_outside = leaves(from, path);
    struct unit *unit = NULL;
    if (!is_outside) {
        unit = look(
                imports, folder_of(imports->arena, from->path), from->root, path, &is_outside);
        if (unit != NULL) {
            unit->is_ours |= from->is_ours;
        }
    }
    for (size_t i = 0; i < imports->folder_count && unit == NULL && !is_outside; i++) {
        const char *folder = arena_printf(imports->arena, "%s/", imports->folders[i]);
        is_outside = walk(path, 0) < 0;
        if (!is_outside) {
            unit = look(imports, folder, folder, path, &is_outside);
        }
    }
    if (unit == NULL && is_outside) {
        report_outside(imports, path, span);
    } else if (unit == NULL) {
        report_missing(imports, from, path, span);
    }
    return unit;
}

/* ---- Checking --------------------------------------------------------------------------- */

/* Checks a unit that has been read; `why` says that it could not be, or is NULL. */
static void check_unit(struct imports *imports, struct unit *unit, const char *why)
{
    bool is_good = false;
    unit->state = UNIT_OPEN;
    unit->outer = imports->open;
    imports->open = unit;
    imports->depth++;
    if (why != NULL) {
        imports->unreadable = true;
        diags_add_file(imports->diags, DIAG_UNREADABLE, unit->source->base,
                "cannot read the file: %s", why);
    } else {
        is_good = check(unit->source, &imports->importer, imports->arena, imports->intern,
                imports->diags, &unit->model);
    }
    imports->depth--;
    imports->open = unit->outer;
    unit->state = is_good ? UNIT_GOOD : UNIT_BAD;
}

static void open_unit(struct imports *imports, struct unit *unit)
{
    const char *why = NULL;
    unit->source = sources_load(imports->sources, unit->path, &why);
    check_unit(imports, unit, why);
}

static void report_cycle(struct imports *imports, const struct unit *unit, struct span span)
{
    struct diag *diag = diags_add(imports->diags, DIAG_IMPORT_CYCLE, span,
            "'%s' would be imported by itself", unit->path);
    for (const struct unit *u = imports->open; u != unit; u = u->outer) {
        diag_note(imports->diags, diag, u->asked, "'%s' is imported here", u->path);
    }
}

static struct model *import(struct importer *importer, const struct source *from,
        const char *path, struct span span)
{
    struct imports *imports = (struct imports *)importer;
    (void)from; /* it is the innermost that is open */
    struct unit *unit = locate(imports, imports->open, path, span);
    if (unit == NULL) {
        return NULL;
    }
    if (unit->source != NULL && unit->state == UNIT_OPEN) {
        report_cycle(imports, unit, span);
        return NULL;
    }
    if (unit->source == NULL) {
        if (imports->depth == DEPTH_MAX) {
            diags_add(imports->diags, DIAG_DEPTH, span,
                    "imports are nested too deeply; at most %d may be", DEPTH_MAX);
            return NULL;
        }
        unit->asked = span;
        open_unit(imports, unit);
    }
    return unit->state == UNIT_GOOD ? &unit->model : NULL;
}

/* Returns the unit of a schema that the user gave. */
static struct unit *unit_of(struct imports *imports, const char *path)
{
    bool is_elsewhere = imports->sources->reader != NULL;
    const char *key = is_elsewhere ? path : real_path(imports->arena, path);
    key = key == NULL ? path : key;
    struct unit *unit = find_unit(imports, key);
    if (unit == NULL) {
        unit = add_unit(imports, key, path, folder_of(imports->arena, path));
    }
    unit->is_ours = true;
    return unit;
}

static const struct model *model_of(const struct unit *unit)
{
    return unit->state == UNIT_GOOD ? &unit->model : NULL;
}

const struct model *imports_check(struct imports *imports, const char *path)
{
    struct unit *unit = unit_of(imports, path);
    if (unit->source == NULL) {
        open_unit(imports, unit);
    }
    return model_of(unit);
}

const struct model *imports_check_stdin(struct imports *imports, const char *name)
{
    /* Its key is no path of a file, so that both it and the file of its name can be compared. */
    struct unit *unit = find_unit(imports, "-");
    if (unit == NULL) {
        const char *why = NULL;
        unit = add_unit(imports, "-", name, folder_of(imports->arena, name));
        unit->source = sources_read(imports->sources, STDIN_FILENO, name, &why);
        check_unit(imports, unit, why);
    }
    return model_of(unit);
}

bool imports_owns(const struct imports *imports, const struct source *source)
{
    const struct unit *unit = imports->units;
    while (unit != NULL && unit->source != source) {
        unit = unit->next;
    }
    return unit != NULL && unit->is_ours;
}

const struct model *imports_check_text(
        struct imports *imports, const char *path, const char *text, size_t size)
{
    struct unit *unit = unit_of(imports, path);
    if (unit->source == NULL) {
        unit->source = sources_add(imports->sources, path, text, size);
        check_unit(imports, unit, NULL);
    }
    return model_of(unit);
}

void imports_check_closed(struct imports *imports)
{
    struct diags *diags = imports->diags;
    if (!diags->enabled[DIAG_CLOSED] || diags->errors > 0) {
        return;
    }
    size_t count = 0;
    for (const struct unit *u = imports->units; u != NULL; u = u->next) {
        count++;
    }
    const struct model **models = base_alloc(count * sizeof *models);
    count = 0;
    for (const struct unit *u = imports->units; u != NULL; u = u->next) {
        if (u->state == UNIT_GOOD) {
            models[count++] = &u->model;
        }
    }
    check_closed(models, count, diags);
    free((void *)models);
}

/* ---- A run ------------------------------------------------------------------------------ */

void imports_init(struct imports *imports, struct arena *arena, struct intern *intern,
        struct sources *sources, struct diags *diags)
{
    *imports = (struct imports){ .importer = { import },
        .arena = arena,
        .intern = intern,
        .sources = sources,
        .diags = diags };
}

void imports_fini(struct imports *imports)
{
    free(imports->folders);
}

void imports_add_folder(struct imports *imports, const char *folder)
{
    size_t size = (imports->folder_count + 1) * sizeof *imports->folders;
    imports->folders = base_realloc(imports->folders, size);
    imports->folders[imports->folder_count++] = folder;
}
