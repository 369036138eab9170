/* SPDX-License-Identifier: MIT */
/*
 * check_layout.c - see check_layout.h.
 *
 * A struct contains another one if that lies in it: directly, in an array, or beside a bool. What
 * is behind a pointer, in lists and in optional messages, may be the struct itself again; but not
 * in a list of arrays, as C knows no pointer to an array of what is not complete.
 */
#include "check_layout.h"

#include "graph.h"
#include "map.h"

#include <inttypes.h>

enum {
    HEIGHT_MAX = 64,      /* structs in one another; the runtime ends at 100, lists included */
    STRUCT_MAX = 1 << 20, /* bytes; users have them on their stacks */
    TAIL_DEPTH_MAX = 64,  /* a chain of pointers that is longer counts as unbounded */
};

/* ---- What contains itself ---------------------------------------------------------------- */

static bool is_list_of_arrays(const struct type *type)
{
    return type->kind == TYPE_LIST && type->item->kind == TYPE_ARRAY;
}

/* Returns the message or union that must be complete before a field of this type, or NULL. */
static const struct type *contained(const struct type *type)
{
    while (type->kind == TYPE_ARRAY || type_has_flag(type) || is_list_of_arrays(type)) {
        type = type->item;
    }
    return type_fields(type) != NULL ? type : NULL;
}

/* Where a field stands, and in what. */
struct site {
    const char *owner;
    const struct field *field;
};

struct containment {
    struct arena *arena;
    struct graph graph;
    struct map nodes; /* of fields of messages and unions: 1 + the number of the node */
};

static void add_node(struct containment *c, const struct fields *fields)
{
    c->graph.node_count++;
    map_add(&c->nodes, map_key(fields), (void *)(uintptr_t)c->graph.node_count);
}

static void add_edges(struct containment *c, const struct fields *fields, const char *owner)
{
    size_t from = (uintptr_t)map_get(&c->nodes, map_key(fields)) - 1;
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        const struct type *inner = contained(&f->type);
        uintptr_t to =
                inner == NULL ? 0 : (uintptr_t)map_get(&c->nodes, map_key(type_fields(inner)));
        if (to > 0) {
            struct site *site = ARENA_NEW(c->arena, struct site);
            *site = (struct site){ owner, f };
            graph_add(&c->graph, from, to - 1, site);
        }
    }
}

static void report_cycle(void *context, const struct graph_edge *const *cycle, size_t len)
{
    struct diags *diags = context;
    const struct site *first = cycle[0]->what;
    bool has_arrays = false; /* in lists */
    struct diag *diag = diags_add(diags, DIAG_CONTAINS, first->field->span,
            "'%s' would contain itself", first->owner);
    for (size_t i = 0; i < len; i++) {
        const struct site *site = cycle[i]->what;
        const struct site *next = cycle[(i + 1) % len]->what;
        diag_note(
                diags, diag, site->field->span, "'%s' contains '%s'", site->owner, next->owner);
        const struct type *type = &site->field->type;
        has_arrays = has_arrays || is_list_of_arrays(type_has_flag(type) ? type->item : type);
    }
    diag_hint(diags, diag,
            has_arrays ? "put the array into a message, and make this a list of that message"
                       : "make one of the fields optional with '?', or a list with '[]'");
}

static void check_cycles(const struct model *model, struct arena *arena, struct diags *diags)
{
    struct containment c = { .arena = arena };
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        add_node(&c, &m->fields);
    }
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        add_node(&c, &u->members);
    }
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        add_edges(&c, &m->fields, m->name.schema);
    }
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        add_edges(&c, &u->members, u->name.schema);
    }
    graph_cycles(&c.graph, report_cycle, diags);
    graph_fini(&c.graph);
    map_fini(&c.nodes);
}

/* ---- Order and size ----------------------------------------------------------------------- */

struct layout {
    struct model *model;
    struct diags *diags;
    struct map placed; /* fields of messages and unions whose block is there */
    size_t count;
    bool has_cycles; /* sizes and depths mean nothing then */
};

static uint64_t round_up(uint64_t size, uint64_t align)
{
    return (size + align - 1) / align * align;
}

static uint64_t scalar_size(enum type_kind kind)
{
    switch (kind) {
    case TYPE_BOOL:
    case TYPE_U8:
    case TYPE_I8: return 1;
    case TYPE_U16:
    case TYPE_I16: return 2;
    case TYPE_U32:
    case TYPE_I32:
    case TYPE_F32:
    case TYPE_ENUM: return 4;
    default: return 8;
    }
}

/* What lies in the struct itself; the structs in it are measured. */
static struct measures type_measures(const struct type *type)
{
    struct measures m = { .plain = true, .size = 16, .align = 8 };
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
        m.plain = false;
        m.variable = true;
        return m;
    case TYPE_LIST:
        m.plain = false;
        m.variable = true;
        m.height = is_list_of_arrays(type) ? type_measures(type->item).height : 0;
        return m;
    case TYPE_MESSAGE:
    case TYPE_UNION:
        m = type_fields(type)->measures;
        m.size = m.align == 0 ? 0 : m.size; /* contains itself, and reported */
        m.align = m.align == 0 ? 1 : m.align;
        return m;
    case TYPE_ARRAY:
        m = type_measures(type->item);
        m.size = m.size > STRUCT_MAX ? m.size : m.size * type->bound;
        return m;
    case TYPE_OPTIONAL:
        if (!type_is_pointer(type)) {
            return type_measures(type->item);
        }
        m.plain = false;
        m.variable = true;
        m.size = 8;
        return m;
    default:
        m.plain = type->kind != TYPE_ENUM || type_is_wide(type->enumeration->width);
        m.size = scalar_size(type->kind);
        m.align = m.size;
        return m;
    }
}

static void add_field(struct measures *m, const struct field *f, bool is_union)
{
    struct measures inner = type_measures(&f->type);
    m->plain = m->plain && inner.plain;
    m->variable = m->variable || inner.variable;
    m->align = inner.align > m->align ? inner.align : m->align;
    m->height = inner.height > m->height ? inner.height : m->height;
    if (is_union) {
        m->size = inner.size > m->size ? inner.size : m->size;
        return;
    }
    m->size += f->has != NULL ? 1 : 0;
    m->size = round_up(m->size, inner.align) + inner.size;
}

static void measure(struct layout *l, struct fields *fields, const char *name, struct span span,
        bool is_union)
{
    struct measures m = { .plain = true, .align = is_union ? 4 : 1 };
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        add_field(&m, f, is_union);
    }
    if (is_union) {
        m.plain = false; /* its kind is looked at */
        m.size += round_up(4, m.align);
    }
    m.size = fields->first == NULL ? 1 : round_up(m.size, m.align);
    m.height++;
    if (l->has_cycles) {
        m.size = m.align;
        m.height = 0;
    } else if (m.size > STRUCT_MAX) {
        struct diag *diag = diags_add(l->diags, DIAG_TOO_MANY, span,
                "'%s' would be a struct of more than %d bytes", name, STRUCT_MAX);
        diag_hint(l->diags, diag, "a list, 'T[..N]', is behind a pointer");
        m.size = m.align;
    } else if (m.height > HEIGHT_MAX) {
        struct diag *diag = diags_add(l->diags, DIAG_DEPTH, span,
                "'%s' has messages within messages, more than %d deep", name, HEIGHT_MAX);
        diag_hint(l->diags, diag, "an optional message, 'T?', is behind a pointer");
        m.height = 0;
    }
    fields->measures = m;
}

static void place_union(struct layout *l, struct union_type *u, int depth);

/* Places a message behind all that it contains. The depth is bounded: what is deeper is refused
 * when the rest is measured, from below. */
static void place_message(struct layout *l, struct message *m, int depth);

static void place_contained(struct layout *l, const struct fields *fields, int depth)
{
    for (const struct field *f = fields->first; f != NULL && depth < HEIGHT_MAX; f = f->next) {
        const struct type *inner = contained(&f->type);
        if (inner == NULL) {
            continue;
        }
        if (inner->kind == TYPE_MESSAGE) {
            place_message(l, inner->message, depth + 1);
        } else {
            place_union(l, inner->union_type, depth + 1);
        }
    }
}

/* Says whether it is to be placed now: it is of this schema, and not there yet. */
static bool is_next(struct layout *l, const struct model *home, struct fields *fields)
{
    return (home == NULL || home == l->model) &&
           map_add(&l->placed, map_key(fields), fields) == NULL;
}

static void place_union(struct layout *l, struct union_type *u, int depth)
{
    if (is_next(l, u->home, &u->members)) {
        place_contained(l, &u->members, depth);
        measure(l, &u->members, u->name.schema, u->span, true);
        l->model->blocks[l->count++] = (struct block){ .union_type = u };
    }
}

static void place_message(struct layout *l, struct message *m, int depth)
{
    if (is_next(l, m->home, &m->fields)) {
        place_contained(l, &m->fields, depth);
        measure(l, &m->fields, m->name.schema, m->span, false);
        l->model->blocks[l->count++] = (struct block){ .message = m };
    }
}

/* Each reply comes right behind its message, and behind the structs of all its answers. */
static void place_all(struct layout *l, struct arena *arena)
{
    size_t count = 0;
    for (const struct message *m = l->model->messages; m != NULL; m = m->next) {
        count += m->answers == NULL ? 1 : 2;
    }
    for (const struct union_type *u = l->model->unions; u != NULL; u = u->next) {
        count++;
    }
    l->model->blocks = arena_alloc(arena, count * sizeof *l->model->blocks);
    for (struct message *m = l->model->messages; m != NULL; m = m->next) {
        for (const struct answer *a = m->answers; a != NULL; a = a->next) {
            place_message(l, a->message, 0);
        }
        place_message(l, m, 0);
        if (m->answers != NULL) {
            l->model->blocks[l->count++] = (struct block){ .message = m, .is_reply = true };
        }
    }
    for (struct union_type *u = l->model->unions; u != NULL; u = u->next) {
        place_union(l, u, 0);
    }
    l->model->block_count = l->count;
}

/* ---- Behind pointers ---------------------------------------------------------------------- */

static uint64_t times(uint64_t count, uint64_t size)
{
    bool fits = size != MEASURES_UNBOUNDED && (size == 0 || count <= UINT32_MAX / size);
    return fits ? count * size : MEASURES_UNBOUNDED;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    bool fits = a <= UINT32_MAX && b <= UINT32_MAX - a;
    return fits ? a + b : MEASURES_UNBOUNDED;
}

static uint64_t fields_tail(struct fields *fields, bool is_union, int depth);

static uint64_t type_tail(const struct type *type, int depth)
{
    enum { ALIGNMENT = 7 }; /* what is lost before it, at most */
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
        return type->bound == TYPE_NO_BOUND ? MEASURES_UNBOUNDED : plus(type->bound, 1);
    case TYPE_MESSAGE: return fields_tail(&type->message->fields, false, depth);
    case TYPE_UNION: return fields_tail(&type->union_type->members, true, depth);
    case TYPE_ARRAY: return times(type->bound, type_tail(type->item, depth));
    case TYPE_LIST: {
        uint64_t item = plus(type_measures(type->item).size, type_tail(type->item, depth));
        return type->bound == TYPE_NO_BOUND ? MEASURES_UNBOUNDED
                                            : plus(times(type->bound, item), ALIGNMENT);
    }
    case TYPE_OPTIONAL: {
        uint64_t tail = type_tail(type->item, depth);
        return type_is_pointer(type)
                       ? plus(plus(tail, type_measures(type->item).size), ALIGNMENT)
                       : tail;
    }
    default: return 0;
    }
}

/* What is met while it is being asked for leads to itself, and has no bound. */
static uint64_t fields_tail(struct fields *fields, bool is_union, int depth)
{
    struct measures *m = &fields->measures;
    if (m->tail_known || m->tail_asked || depth == TAIL_DEPTH_MAX) {
        return m->tail_known ? m->tail_max : MEASURES_UNBOUNDED;
    }
    m->tail_asked = true;
    uint64_t tail = 0;
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        uint64_t inner = type_tail(&f->type, depth + 1);
        tail = !is_union ? plus(tail, inner) : inner > tail ? inner : tail;
    }
    m->tail_max = tail;
    m->tail_known = true;
    return tail;
}

void check_layout(struct model *model, struct arena *arena, struct diags *diags)
{
    size_t errors = diags->errors;
    check_cycles(model, arena, diags);
    struct layout l = { .model = model, .diags = diags, .has_cycles = diags->errors > errors };
    place_all(&l, arena);
    for (struct actor *a = model->actors; a != NULL; a = a->next) {
        measure(&l, &a->args, a->name.schema, a->span, false);
    }
    if (diags->errors == errors) {
        for (struct message *m = model->messages; m != NULL; m = m->next) {
            fields_tail(&m->fields, false, 0);
        }
    }
    map_fini(&l.placed);
}
