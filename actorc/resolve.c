/* SPDX-License-Identifier: MIT */
/*
 * resolve.c - see resolve.h. Declarations come first, so that the order in a schema is free.
 */
#include "resolve.h"

#include "cname.h"
#include "resolve_actor.h"
#include "resolve_fields.h"
#include "values.h"

#include <string.h>

/* ---- The file --------------------------------------------------------------------------- */

static void resolve_header(struct scope *scope, const struct ast_decl *decl)
{
    struct model *model = scope->model;
    const struct ast_ident *prefix = decl->prefix.text != NULL ? &decl->prefix : &decl->name;
    char *dotless = arena_strndup(scope->arena, prefix->text, strlen(prefix->text));
    for (char *c = dotless; *c != '\0'; c++) {
        *c = *c == '.' ? '_' : *c;
    }
    model->schema = decl->name.text;
    model->source = scope->file->source;
    model->schema_span = prefix->span;
    model->prefix = cname_snake(scope->arena, dotless);
    model->macro_prefix = cname_upper(scope->arena, model->prefix);
    model->doc = ast_file_doc(scope->file, scope->arena, decl->span);
    if (strcmp(model->prefix, "actor") == 0 || strncmp(model->prefix, "actor_", 6) == 0) {
        struct diag *diag = diags_add(scope->diags, DIAG_PREFIX, prefix->span,
                "names in C that begin with 'actor_' belong to the runtime");
        diag_hint(scope->diags, diag, "write 'schema %s prefix NAME;' with another name",
                decl->name.text);
    }
}

/* Reports a schema line that is missing, repeated or not the first. */
static void check_header(struct scope *scope)
{
    const struct ast_decl *first = NULL;
    for (const struct ast_decl *d = scope->file->first; d != NULL; d = d->next) {
        if (d->kind != AST_SCHEMA) {
            continue;
        }
        if (first != NULL) {
            struct diag *diag = diags_add(scope->diags, DIAG_ORDER, d->word,
                    "a file is one schema, and this is a second");
            diag_note(scope->diags, diag, first->word, "the first is here");
        } else if (d != scope->file->first) {
            diags_add(scope->diags, DIAG_ORDER, d->word, "'schema' comes first in a file");
        }
        first = first == NULL ? d : first;
    }
    if (first != NULL) {
        resolve_header(scope, first);
    } else if (!scope->file->broken && scope->file->first != NULL) {
        struct diag *diag = diags_add(scope->diags, DIAG_ORDER, scope->file->first->word,
                "a file begins with 'schema NAME;'");
        diag_hint(scope->diags, diag, "the name becomes the prefix of all names in C");
    } else if (!scope->file->broken) {
        struct diag *diag = diags_add_file(scope->diags, DIAG_EMPTY, scope->file->source->base,
                "the file declares nothing");
        diag_hint(scope->diags, diag, "a schema begins with 'schema NAME;'");
    }
}

/* ---- Declarations ----------------------------------------------------------------------- */

/* Adds to the end of a list of the model. */
#define LINK(place, item)                                                                      \
    do {                                                                                       \
        *(place) = (item);                                                                     \
        (place) = &(item)->next;                                                               \
    } while (0)

struct ends {
    struct enumeration **enumeration;
    struct message **message;
    struct union_type **union_type;
    struct constant **constant;
    struct actor **actor;
    uint32_t actors;
};

static void declare(struct scope *scope, const struct ast_decl *decl, struct ends *ends)
{
    static const enum symbol_kind kinds[] = {
        [AST_CONST] = SYMBOL_CONST,
        [AST_ENUM] = SYMBOL_ENUM,
        [AST_MESSAGE] = SYMBOL_MESSAGE,
        [AST_UNION] = SYMBOL_UNION,
        [AST_ACTOR] = SYMBOL_ACTOR,
    };
    struct symbol *symbol = scope_declare(scope, kinds[decl->kind], decl);
    if (symbol == NULL) {
        return;
    }
    struct cname name = cname_make(scope->arena, scope->model->prefix, decl->name.text);
    const char *doc = ast_file_doc(scope->file, scope->arena, decl->span);
    struct span span = decl->name.span;
    const struct model *home = scope->model;
    if (symbol->kind == SYMBOL_ENUM) {
        symbol->enumeration = ARENA_NEW(scope->arena, struct enumeration);
        *symbol->enumeration =
                (struct enumeration){ .home = home, .name = name, .doc = doc, .span = span };
        LINK(ends->enumeration, symbol->enumeration);
    } else if (symbol->kind == SYMBOL_MESSAGE) {
        symbol->message = ARENA_NEW(scope->arena, struct message);
        *symbol->message =
                (struct message){ .home = home, .name = name, .doc = doc, .span = span };
        LINK(ends->message, symbol->message);
    } else if (symbol->kind == SYMBOL_UNION) {
        symbol->union_type = ARENA_NEW(scope->arena, struct union_type);
        *symbol->union_type =
                (struct union_type){ .home = home, .name = name, .doc = doc, .span = span };
        LINK(ends->union_type, symbol->union_type);
    } else if (symbol->kind == SYMBOL_CONST) {
        symbol->constant = ARENA_NEW(scope->arena, struct constant);
        *symbol->constant =
                (struct constant){ .home = home, .name = name, .doc = doc, .span = span };
        symbol->constant->name.macro = arena_printf(scope->arena, "%s_%s",
                scope->model->macro_prefix, cname_upper(scope->arena, decl->name.text));
        LINK(ends->constant, symbol->constant);
    } else {
        symbol->actor = ARENA_NEW(scope->arena, struct actor);
        *symbol->actor = (struct actor){ .home = home, .name = name, .doc = doc, .span = span };
        symbol->actor->index = ends->actors++;
        LINK(ends->actor, symbol->actor);
    }
}

static void declare_all(struct scope *scope)
{
    struct model *model = scope->model;
    struct ends ends = { &model->enumerations, &model->messages, &model->unions,
        &model->constants, &model->actors, 0 };
    for (const struct ast_decl *d = scope->file->first; d != NULL; d = d->next) {
        switch (d->kind) {
        case AST_SCHEMA: break;
        case AST_IMPORT: scope_import(scope, d); break;
        case AST_CONST:
        case AST_ENUM:
        case AST_MESSAGE:
        case AST_UNION:
        case AST_ACTOR: break;
        }
        if (d->kind >= AST_CONST) {
            declare(scope, d, &ends);
        }
    }
}

/* ---- Enums and messages ----------------------------------------------------------------- */

/* C11 has no enum constants but ints. */
static bool check_member(
        struct scope *scope, const struct enumeration *e, const struct ast_member *written)
{
    const struct ast_literal *value = &written->value;
    bool negative = value->integer.negative && value->integer.magnitude > 0;
    if (value->kind == AST_POISON) {
        return false;
    }
    if (!values_fits(e->width, value->integer.magnitude, negative)) {
        const struct type width = { .kind = e->width };
        diags_add(scope->diags, DIAG_RANGE, value->span,
                "a member of '%s', which is %s, is a number from %s", e->name.schema,
                values_described(scope->arena, &width), values_range(scope->arena, e->width));
        return false;
    }
    if (!values_fits(TYPE_I32, value->integer.magnitude, negative)) {
        diags_add(scope->diags, DIAG_RANGE, value->span,
                "a member of an enum must fit into an int of C: a number from %s",
                values_range(scope->arena, TYPE_I32));
        return false;
    }
    return true;
}

static struct member *resolve_member(
        struct scope *scope, const struct enumeration *e, const struct ast_member *written)
{
    struct member *member = ARENA_NEW(scope->arena, struct member);
    *member = (struct member){ .schema = written->name.text,
        .span = written->name.span,
        .value_span = written->value.span };
    member->c = arena_printf(scope->arena, "%s_%s", e->name.macro,
            cname_upper(scope->arena, written->name.text));
    member->doc = ast_file_doc(scope->file, scope->arena, written->span);
    if (check_member(scope, e, written)) {
        int64_t magnitude = (int64_t)written->value.integer.magnitude;
        member->value = written->value.integer.negative ? -magnitude : magnitude;
    } else {
        member->value_span = (struct span){ 0 };
    }
    return member;
}

static void resolve_enum(
        struct scope *scope, const struct ast_decl *decl, struct enumeration *enumeration)
{
    enumeration->open = decl->enumeration.open;
    enumeration->width = TYPE_I32;
    if (decl->enumeration.width != NULL) {
        enumeration->width = (enum type_kind)decl->enumeration.width->kind;
        if (enumeration->width < TYPE_U8 || enumeration->width > TYPE_I64) {
            diags_add(scope->diags, DIAG_TYPE, decl->enumeration.width->span,
                    "the width of an enum is an integer type: u8 to u64 or i8 to i64");
            enumeration->width = TYPE_I32;
        }
    }
    struct member **end = &enumeration->members;
    for (const struct ast_member *m = decl->enumeration.members.first; m != NULL; m = m->next) {
        struct member *member = resolve_member(scope, enumeration, m);
        LINK(end, member);
        enumeration->member_count++;
    }
    if (enumeration->members == NULL && !decl->enumeration.members.broken) {
        diags_add(scope->diags, DIAG_EMPTY_ENUM, decl->name.span,
                "an enum has at least one member");
    }
}

static void resolve_answers(
        struct scope *scope, const struct ast_decl *decl, struct message *message)
{
    struct answer **end = &message->answers;
    message->broken = decl->message.broken;
    for (const struct ast_path_node *n = decl->message.answers.first; n != NULL; n = n->next) {
        struct message *found = scope_message(scope, &n->path);
        if (found != NULL) {
            struct answer *answer = ARENA_NEW(scope->arena, struct answer);
            *answer = (struct answer){ .message = found,
                .span = n->path.span,
                .member = cname_safe(scope->arena, found->name.stem) };
            LINK(end, answer);
            message->answer_count++;
        } else {
            message->broken = true;
        }
    }
}

/* Its value is a literal: a constant does not name another one. */
static void resolve_constant(
        struct scope *scope, const struct ast_decl *decl, struct constant *constant)
{
    const struct ast_type *written = decl->constant.type;
    const struct ast_literal *literal = &decl->constant.value;
    constant->value.kind = VALUE_POISON;
    constant->type.kind = TYPE_POISON;
    if (written->kind > AST_TYPE_BYTES) {
        struct diag *diag = diags_add(scope->diags, DIAG_PLACE, written->span,
                "a constant is a number, a bool, a duration, a timestamp or a text");
        diag_hint(scope->diags, diag, "numbers with names are the members of an enum");
        return;
    }
    constant->type = values_type(scope, written, VALUES_IN_MESSAGE);
    if (literal->kind == AST_NAME) {
        diags_add(scope->diags, DIAG_TYPE, literal->span,
                "the value of a constant is written out, not named");
        return;
    }
    constant->value = values_literal(scope, literal, &constant->type);
}

static void resolve_decl(struct scope *scope, const struct symbol *symbol)
{
    const struct ast_decl *decl = symbol->decl;
    switch (symbol->kind) {
    case SYMBOL_ENUM: resolve_enum(scope, decl, symbol->enumeration); break;
    case SYMBOL_MESSAGE:
        resolve_fields(
                scope, &decl->message.fields, VALUES_IN_MESSAGE, &symbol->message->fields);
        resolve_answers(scope, decl, symbol->message);
        break;
    case SYMBOL_ACTOR:
        resolve_fields(scope, &decl->actor.args, VALUES_IN_ARGUMENTS, &symbol->actor->args);
        break;
    case SYMBOL_UNION:
        resolve_fields(scope, &decl->members, VALUES_IN_UNION, &symbol->union_type->members);
        break;
    case SYMBOL_CONST: resolve_constant(scope, decl, symbol->constant); break;
    }
}

void resolve(const struct ast_file *file, struct importer *importer, struct arena *arena,
        struct intern *intern, struct diags *diags, struct model *model)
{
    struct scope scope = { .arena = arena,
        .intern = intern,
        .diags = diags,
        .file = file,
        .model = model,
        .importer = importer };
    *model = (struct model){ .schema = "", .prefix = "", .macro_prefix = "" };
    check_header(&scope);
    declare_all(&scope);
    /* Enums and constants first: defaults and bounds of fields are looked up among them. */
    for (const struct symbol *s = scope.first; s != NULL; s = s->next) {
        if (s->kind == SYMBOL_ENUM || s->kind == SYMBOL_CONST) {
            resolve_decl(&scope, s);
        }
    }
    for (const struct symbol *s = scope.first; s != NULL; s = s->next) {
        if (s->kind != SYMBOL_ENUM && s->kind != SYMBOL_CONST) {
            resolve_decl(&scope, s);
        }
    }
    resolve_actors(&scope);
    scope_fini(&scope);
}
