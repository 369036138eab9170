/* SPDX-License-Identifier: MIT */
/*
 * scope.h - the names that a schema declares, and what is reported when one is not found. What
 * all parts of the resolver share.
 */
#ifndef SCOPE_H
#define SCOPE_H

#include "ast.h"
#include "diag.h"
#include "importer.h"
#include "intern.h"
#include "map.h"
#include "model.h"

enum symbol_kind { SYMBOL_ENUM, SYMBOL_MESSAGE, SYMBOL_UNION, SYMBOL_ACTOR, SYMBOL_CONST };

struct symbol {
    struct symbol *next; /* in the order of the schema */
    enum symbol_kind kind;
    struct ast_ident name;
    const struct ast_decl *decl;     /* NULL if it is imported */
    struct enumeration *enumeration; /* of the five the one it is */
    struct message *message;
    struct union_type *union_type;
    struct actor *actor;
    struct constant *constant;
};

/* What an imported schema declares. */
struct scope_import {
    struct scope_import *next;
    const struct model *model;
    struct span span;
    struct map by_name;
    struct symbol *first;
};

struct scope {
    struct arena *arena;
    struct intern *intern;
    struct diags *diags;
    const struct ast_file *file;
    struct model *model;
    struct importer *importer; /* NULL = nothing can be imported */
    struct scope_import *imports;
    struct symbol *first;
    struct symbol *last;
    struct map by_name;
    struct map unknown;  /* names that were reported; once is enough */
    unsigned lost_kinds; /* bits of enum symbol_kind: of some the name is not known */
    bool lost_imports;   /* some import is broken: any name may be one of its */
};

/* Adds a declaration; reports a second one of the same name and then returns NULL. */
struct symbol *scope_declare(
        struct scope *scope, enum symbol_kind kind, const struct ast_decl *decl);

/* Adds what an import declares, or notes that it cannot be used. */
void scope_import(struct scope *scope, const struct ast_decl *decl);
void scope_fini(struct scope *scope);

/* Says whether something is declared in this schema, and not imported. */
bool scope_is_ours(const struct scope *scope, const struct model *home);

/*
 * Return what `path` names. What is unknown or something else is reported, with the nearest name
 * that would do; then, and for what this version does not support, they return NULL.
 */
struct message *scope_message(struct scope *scope, const struct ast_path *path);
/* The same of a message that was looked up before: nothing is reported again. */
struct message *scope_message_again(struct scope *scope, const struct ast_path *path);
struct actor *scope_actor(struct scope *scope, const struct ast_path *path);
/* An enum, message or union. */
const struct symbol *scope_type(struct scope *scope, const struct ast_path *path);
/* A constant by the name that the literal is. What is unknown is not reported: `*ret_missing`. */
const struct constant *scope_constant(
        struct scope *scope, const struct ast_literal *literal, bool *ret_missing);

/* Returns the constant whose name is nearest, or NULL, and how near it is. */
const struct constant *scope_nearest_constant(
        const struct scope *scope, const char *name, struct suggest *ret_suggest);

/* Says whether it is no news that nothing of this name and kind is known: the declaration is broken,
 * or it was reported. What is asked for counts as reported. */
bool scope_excuses(struct scope *scope, const char *name, enum symbol_kind wanted);

#endif
