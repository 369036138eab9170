/* SPDX-License-Identifier: MIT */
/*
 * imports.h - the schemas of one run, given or imported. Each is read and checked once, whoever asks
 * for it, however its path is written.
 */
#ifndef IMPORTS_H
#define IMPORTS_H

#include "diag.h"
#include "importer.h"
#include "intern.h"

struct unit;

struct imports {
    struct importer importer; /* first: the one is found from the other */
    struct arena *arena;
    struct intern *intern;
    struct sources *sources;
    struct diags *diags;
    const char **folders; /* after -I, in order */
    size_t folder_count;
    struct unit *units;
    struct unit *open; /* those that are being checked, the innermost first */
    unsigned depth;    /* of them */
    bool unreadable;   /* some file could not be read */
};

void imports_init(struct imports *imports, struct arena *arena, struct intern *intern,
        struct sources *sources, struct diags *diags);
void imports_fini(struct imports *imports);

/* Adds a folder in which imports are looked for. The text is lent. */
void imports_add_folder(struct imports *imports, const char *folder);

/* Returns the model of a schema that the user gave; NULL if there are errors, which were reported. */
const struct model *imports_check(struct imports *imports, const char *path);

/* The same of the standard input, which is called `name`, and whose imports are looked for from there. */
const struct model *imports_check_stdin(struct imports *imports, const char *name);

/* Says whether the source was given, or imported from the folder of one that was; not so what was found
 * after -I. */
bool imports_owns(const struct imports *imports, const struct source *source);

/* The same of a text that is not in a file, or not yet; `path` is where it would be. */
const struct model *imports_check_text(
        struct imports *imports, const char *path, const char *text, size_t size);

/* Warns of what nobody in the schemas of the run uses, if that is wanted and there are no errors. */
void imports_check_closed(struct imports *imports);

#endif
