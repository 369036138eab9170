/* SPDX-License-Identifier: MIT */
/*
 * scope.h - the names that a schema declares, and what is reported when one is not found. What
 * all parts of the resolver share.
 */
#ifndef SCOPE_H
#define SCOPE_H

#include "ast.h"
#include "diag.h"
#include "intern.h"
#include "map.h"
#include "model.h"

enum symbol_kind { SYMBOL_ENUM, SYMBOL_MESSAGE, SYMBOL_ACTOR, SYMBOL_UNSUPPORTED };

struct symbol {
    struct symbol *next; /* in the order of the schema */
    enum symbol_kind kind;
    const struct ast_decl *decl;
    struct enumeration *enumeration; /* of the three the one it is */
    struct message *message;
    struct actor *actor;
};

struct scope {
    struct arena *arena;
    struct intern *intern;
    struct diags *diags;
    const struct ast_file *file;
    struct model *model;
    struct symbol *first;
    struct symbol *last;
    struct map by_name;
    struct map unknown;  /* names that were reported; once is enough */
    unsigned lost_kinds; /* bits of enum symbol_kind: of some the name is not known */
    bool has_imports;    /* names with a qualifier may be theirs */
};

/* Adds a declaration; reports a second one of the same name and then returns NULL. */
struct symbol *scope_declare(
        struct scope *scope, enum symbol_kind kind, const struct ast_decl *decl);

/*
 * Return what `path` names. What is unknown or something else is reported, with the nearest name
 * that would do; then, and for what this version does not support, they return NULL.
 */
struct message *scope_message(struct scope *scope, const struct ast_path *path);
struct actor *scope_actor(struct scope *scope, const struct ast_path *path);
/* An enum; also reports declared names that are no types. */
struct enumeration *scope_enum(struct scope *scope, const struct ast_path *path);

/* Says whether it is no news that nothing of this name and kind is known: the declaration is broken,
 * or it was reported. What is asked for counts as reported. */
bool scope_excuses(struct scope *scope, const char *name, enum symbol_kind wanted);

/* Reports that a construct is understood but not compiled yet. */
void scope_unsupported(struct scope *scope, struct span span, const char *what);

#endif
