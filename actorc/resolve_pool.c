/* SPDX-License-Identifier: MIT */
/*
 * resolve_pool.c - see resolve_pool.h.
 */
#include "resolve_pool.h"

#include "values.h"

enum { POOL_MAX = 65535 };

/* What hashes alike: a number is the same whatever its width. */
enum key_kind { KEY_NONE, KEY_NUMBER, KEY_TEXT, KEY_REF };

static enum key_kind key_kind(const struct type *type)
{
    switch (type->kind) {
    case TYPE_BOOL:
    case TYPE_U8:
    case TYPE_U16:
    case TYPE_U32:
    case TYPE_U64:
    case TYPE_I8:
    case TYPE_I16:
    case TYPE_I32:
    case TYPE_I64:
    case TYPE_DURATION:
    case TYPE_TIMESTAMP:
    case TYPE_ENUM: return KEY_NUMBER;
    case TYPE_STRING:
    case TYPE_BYTES: return KEY_TEXT;
    case TYPE_REF: return KEY_REF;
    default: return KEY_NONE;
    }
}

static const struct field *find_field(
        const struct message *message, const char *name, uint32_t *ret_index)
{
    uint32_t index = 0;
    for (const struct field *f = message->fields.first; f != NULL; f = f->next) {
        if (f->schema == name) {
            *ret_index = index;
            return f;
        }
        index++;
    }
    return NULL;
}

static void report_missing(struct scope *scope, const struct ast_pool *written,
        const struct handler *handler, const struct actor *members)
{
    const char *field = written->field.text;
    struct diag *diag = diags_add(scope->diags, DIAG_POOL_KEY, written->field.span,
            "'%s' handles '%s', which has no field '%s'", members->name.schema,
            handler->message->name.schema, field);
    diag_note(scope->diags, diag, handler->message->span, "'%s' is declared here",
            handler->message->name.schema);
    diag_note(scope->diags, diag, handler->span, "'%s' handles it here", members->name.schema);
    diag_hint(scope->diags, diag,
            "give '%s' a field '%s', or choose the member 'by round_robin'",
            handler->message->name.schema, field);
}

/* Says whether `field` can be hashed, and like the `first` of the others. */
static bool check_type(struct scope *scope, const struct ast_pool *written,
        const struct field *field, const struct field *first)
{
    enum key_kind kind = key_kind(&field->type);
    if (field->type.kind == TYPE_POISON || (kind != KEY_NONE && first == NULL)) {
        return true;
    }
    struct diag *diag;
    if (kind == KEY_NONE) {
        diag = diags_add(scope->diags, DIAG_POOL_KEY, written->field.span,
                "'%s' is %s, which cannot be hashed", field->schema,
                values_described(scope->arena, &field->type));
    } else if (first->type.kind != TYPE_POISON && key_kind(&first->type) != kind) {
        diag = diags_add(scope->diags, DIAG_POOL_KEY, written->field.span,
                "'%s' is %s in one message and %s in another", field->schema,
                values_described(scope->arena, &first->type),
                values_described(scope->arena, &field->type));
        diag_note(scope->diags, diag, first->span, "the first is here");
    } else {
        return true;
    }
    diag_note(scope->diags, diag, field->span, "it is declared here");
    diag_hint(
            scope->diags, diag, "hash by numbers, by texts, or by references, the same in all");
    return false;
}

static void resolve_keys(struct scope *scope, const struct ast_pool *written,
        const struct actor *members, struct pool *pool)
{
    const struct field *first = NULL;
    pool->field = written->field.text;
    pool->keys = arena_alloc(scope->arena, (members->handler_count + 1) * sizeof *pool->keys);
    for (const struct handler *h = members->handlers; h != NULL; h = h->next) {
        const struct field *field = find_field(h->message, pool->field, &pool->keys[h->index]);
        if (field == NULL) {
            if (!h->message->fields.broken) {
                report_missing(scope, written, h, members);
            }
            continue;
        }
        if (!check_type(scope, written, field, first)) {
            return; /* the same mistake in the others is not another one */
        }
        first = first == NULL ? field : first;
    }
}

struct pool *resolve_pool(
        struct scope *scope, const struct ast_pool *written, const struct actor *members)
{
    static const enum route routes[] = { [AST_ROUND_ROBIN] = ROUTE_ROUND_ROBIN,
        [AST_LEAST_LOADED] = ROUTE_LEAST_LOADED,
        [AST_HASH] = ROUTE_HASH };
    struct pool *pool = ARENA_NEW(scope->arena, struct pool);
    *pool = (struct pool){ .route = routes[written->route], .span = written->span };
    pool->size = values_count(scope, &written->size, "a pool", POOL_MAX);
    if (pool->route == ROUTE_HASH) {
        resolve_keys(scope, written, members, pool);
    }
    return pool;
}
