/* SPDX-License-Identifier: MIT */
/*
 * check_state.c - see check_state.h.
 *
 * Each message and union is looked at once, and what it contains before it; so those that turn out
 * well come out in an order in which their structs can be written.
 */
#include "check_state.h"

#include "kept.h"
#include "map.h"

#include <string.h>

enum {
    STATE_MAX = 1 << 20, /* bytes; a state is copied before each of its actor's handlers */
    PATH_MAX_STEPS = 64, /* messages in one another; printing ends at 100, lists included */
};

/* What is kept of a message or union in a state. */
struct extent {
    uint64_t size;
    uint64_t align;
    size_t height; /* messages and unions in one another */
};

/* Why a type cannot be kept. */
enum fault { FAULT_NONE, FAULT_STRING, FAULT_BYTES, FAULT_LIST, FAULT_ITSELF, FAULT_DEEP };

struct search {
    struct model *model;
    struct arena *arena;
    struct map extents; /* by the fields of what is well: struct extent */
    struct map faults;  /* fields that have been reported; one mistake is one error */
    const struct field *path[PATH_MAX_STEPS + 1];
    const struct fields *open[PATH_MAX_STEPS + 1]; /* whose fields those are */
    size_t depth;
    size_t capacity; /* of model->kept */
};

static uint64_t round_up(uint64_t size, uint64_t align)
{
    return (size + align - 1) / align * align;
}

/* What is larger than any limit stays so and does not overflow. */
static uint64_t times(uint64_t size, uint64_t count)
{
    return size > STATE_MAX ? size : size * count;
}

static enum fault visit_type(struct search *search, const struct type *type, struct extent *e);

static void append(struct extent *e, const struct extent *inner)
{
    e->align = inner->align > e->align ? inner->align : e->align;
    e->size = round_up(e->size, inner->align) + inner->size;
}

/* Adds a message or union to those that need a struct of their own. */
static void keep(struct search *search, const struct type *type)
{
    struct model *model = search->model;
    if (model->kept_count == search->capacity) {
        search->capacity = search->capacity == 0 ? 16 : 2 * search->capacity;
        struct block *more = arena_alloc(search->arena, search->capacity * sizeof *more);
        if (model->kept_count > 0) {
            memcpy(more, model->kept, model->kept_count * sizeof *more);
        }
        model->kept = more;
    }
    model->kept[model->kept_count++] = (struct block){
        .message = type->kind == TYPE_MESSAGE ? type->message : NULL,
        .union_type = type->kind == TYPE_UNION ? type->union_type : NULL,
    };
}

/* Computes what the fields take, those of a union one instead of another. */
static enum fault visit_fields(
        struct search *search, struct fields *fields, bool is_union, struct extent *e)
{
    struct extent all = { is_union ? 4 : 0, is_union ? 4 : 1, 0 };
    struct extent most = { 0, 1, 0 };
    bool is_roomy = false;
    search->open[search->depth++] = fields;
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        struct extent inner = { 0, 1, 0 };
        search->path[search->depth] = f;
        enum fault fault = visit_type(search, &f->type, &inner);
        if (fault != FAULT_NONE) {
            return fault; /* the path is left for the report */
        }
        is_roomy = is_roomy || kept_needs_room(&f->type);
        all.size += f->has != NULL ? 1 : 0;
        most.size = inner.size > most.size ? inner.size : most.size;
        most.align = inner.align > most.align ? inner.align : most.align;
        all.height = inner.height > all.height ? inner.height : all.height;
        if (!is_union) {
            append(&all, &inner);
        }
    }
    if (is_union) {
        append(&all, &most);
    }
    search->depth--;
    fields->measures.roomy = is_roomy;
    *e = (struct extent){ round_up(all.size == 0 ? 1 : all.size, all.align), all.align,
        all.height + 1 };
    return FAULT_NONE;
}

static enum fault visit_struct(
        struct search *search, const struct type *type, struct extent *ret_extent)
{
    struct fields *fields = type_fields(type);
    const struct extent *known = map_get(&search->extents, map_key(fields));
    if (known != NULL) {
        *ret_extent = *known;
        return search->depth + known->height > PATH_MAX_STEPS ? FAULT_DEEP : FAULT_NONE;
    }
    for (size_t i = 0; i < search->depth; i++) {
        if (search->open[i] == fields) {
            return FAULT_ITSELF;
        }
    }
    if (search->depth == PATH_MAX_STEPS) {
        return FAULT_DEEP;
    }
    enum fault fault = visit_fields(search, fields, type->kind == TYPE_UNION, ret_extent);
    if (fault == FAULT_NONE) {
        struct extent *extent = ARENA_NEW(search->arena, struct extent);
        *extent = *ret_extent;
        map_add(&search->extents, map_key(fields), extent);
        if (fields->measures.variable) {
            keep(search, type);
        }
    }
    return fault;
}

/* Computes what the state has for the type; a bool beside it is not part of that. */
static enum fault visit_type(struct search *search, const struct type *type, struct extent *e)
{
    enum fault fault;
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
        *e = (struct extent){ round_up((uint64_t)type->bound + 5, 4), 4, 0 };
        return type->bound != TYPE_NO_BOUND ? FAULT_NONE
               : type->kind == TYPE_STRING  ? FAULT_STRING
                                            : FAULT_BYTES;
    case TYPE_MESSAGE:
    case TYPE_UNION: return visit_struct(search, type, e);
    case TYPE_LIST:
        fault = visit_type(search, type->item, e);
        e->align = e->align < 4 ? 4 : e->align;
        e->size = round_up(e->align + times(e->size, type->bound), e->align);
        return fault == FAULT_NONE && type->bound == TYPE_NO_BOUND ? FAULT_LIST : fault;
    case TYPE_ARRAY:
        fault = visit_type(search, type->item, e);
        e->size = times(e->size, type->bound);
        return fault;
    case TYPE_OPTIONAL:
        fault = visit_type(search, type->item, e);
        e->size += type_is_pointer(type) ? e->align : 0;
        return fault;
    case TYPE_BOOL:
    case TYPE_U8:
    case TYPE_I8: *e = (struct extent){ 1, 1, 0 }; return FAULT_NONE;
    case TYPE_U16:
    case TYPE_I16: *e = (struct extent){ 2, 2, 0 }; return FAULT_NONE;
    case TYPE_U32:
    case TYPE_I32:
    case TYPE_F32:
    case TYPE_ENUM: *e = (struct extent){ 4, 4, 0 }; return FAULT_NONE;
    default: *e = (struct extent){ 8, 8, 0 }; return FAULT_NONE;
    }
}

/* ---- Reports ---------------------------------------------------------------------------- */

/* "order.lines.note" */
static const char *path_text(const struct search *search)
{
    const char *text = search->path[0]->schema;
    for (size_t i = 1; i <= search->depth; i++) {
        text = arena_printf(search->arena, "%s.%s", text, search->path[i]->schema);
    }
    return text;
}

static void report(const struct search *search, struct diags *diags, enum fault fault)
{
    static const char *const whats[] = {
        [FAULT_STRING] = ", a string without a bound",
        [FAULT_BYTES] = ", bytes without a bound",
        [FAULT_LIST] = ", a list without a bound",
        [FAULT_ITSELF] = ": it would contain itself",
        [FAULT_DEEP] = ", with messages more than 64 deep in one another",
    };
    static const char *const hints[] = {
        [FAULT_STRING] = "write string<64> there, or as many bytes as it needs",
        [FAULT_BYTES] = "write bytes<64> there, or as many as it needs",
        [FAULT_LIST] = "write [..8] there, or as many items as it needs",
        [FAULT_ITSELF] = "a state has no pointers: keep a number, and look the other one up",
        [FAULT_DEEP] = "keep only what is needed of it, in a message of its own",
    };
    const struct field *root = search->path[0];
    const struct field *last = search->path[search->depth];
    struct diag *diag =
            diags_add(diags, DIAG_PLACE, root->span, "the state of an actor cannot hold '%s'%s",
                    fault == FAULT_DEEP ? root->schema : path_text(search), whats[fault]);
    diag_note(diags, diag, last->span, "'%s' is declared here", last->schema);
    diag_hint(diags, diag, "%s", hints[fault]);
}

static void check_one(struct search *search, const struct fields *state, struct diags *diags)
{
    uint64_t bytes = 0;
    for (const struct field *f = state->first; f != NULL; f = f->next) {
        struct extent e = { 0, 1, 0 };
        search->depth = 0;
        search->path[0] = f;
        enum fault fault = visit_type(search, &f->type, &e);
        if (fault != FAULT_NONE) {
            /* What is written in the state itself has been reported. */
            const struct field *last = search->path[search->depth];
            if (search->depth > 0 && map_add(&search->faults, map_key(last), search) == NULL) {
                report(search, diags, fault);
            }
            continue;
        }
        uint64_t before = bytes;
        bytes = round_up(bytes + (f->has != NULL ? 1 : 0), e.align) + e.size;
        if (before <= STATE_MAX && bytes > STATE_MAX) {
            struct diag *diag = diags_add(diags, DIAG_TOO_MANY, f->span,
                    "with this field the state is larger than %d bytes", STATE_MAX);
            diag_hint(diags, diag,
                    "states are copied before each handler; the program can declare a large "
                    "one");
        }
    }
}

void check_state(struct model *model, struct arena *arena, struct diags *diags)
{
    struct search search = { .model = model, .arena = arena };
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        if (a->state != NULL) {
            check_one(&search, a->state, diags);
        }
    }
    map_fini(&search.extents);
    map_fini(&search.faults);
}
