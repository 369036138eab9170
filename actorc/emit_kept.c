/* SPDX-License-Identifier: MIT */
/*
 * emit_kept.c - what states keep in a form of their own, without pointers: how it is declared, the
 * structs of messages and unions, and the tables that describe all of it.
 *
 * "Path" is what stands behind the '.' to get at a thing from the struct it is in: "lines.items[0]".
 */
#include "emit.h"

#include "cname.h"
#include "kept.h"
#include "out.h"

#include <string.h>

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

static const char *message_name(struct emit *emit, const struct message *m)
{
    return kept_name(emit->arena, emit->model, &m->name, m->home);
}

static const char *union_name(struct emit *emit, const struct union_type *u)
{
    return kept_name(emit->arena, emit->model, &u->name, u->home);
}

static const char *name_of(struct emit *emit, const struct type *type)
{
    return type->kind == TYPE_MESSAGE ? message_name(emit, type->message)
                                      : union_name(emit, type->union_type);
}

/* ---- Declarations ------------------------------------------------------------------------ */

static const char *declaration(
        struct emit *emit, const struct type *type, const char *inner, int indent);

/* A struct of two members. */
static const char *struct_text(
        struct emit *emit, const char *first, const char *second, const char *inner, int indent)
{
    return PRINT("struct {\n%*s%s\n%*s%s;\n%*s} %s", indent + 4, "", first, indent + 4, "",
            second, indent, "", inner);
}

static const char *count_text(struct emit *emit, const char *name, const struct type *type)
{
    return PRINT("uint32_t %s; /* at most %u */", name, (unsigned)type->bound);
}

static const char *declaration(
        struct emit *emit, const struct type *type, const char *inner, int indent)
{
    switch (type->kind) {
    case TYPE_CALL: return PRINT("%s_call %s", type->message->name.c, inner);
    case TYPE_STRING:
    case TYPE_BYTES:
        return struct_text(emit, count_text(emit, "len", type),
                PRINT("%s data[%u + 1]", type->kind == TYPE_STRING ? "char" : "uint8_t",
                        (unsigned)type->bound),
                inner, indent);
    case TYPE_LIST:
        return struct_text(emit, count_text(emit, "count", type),
                declaration(emit, type->item, PRINT("items[%u]", (unsigned)type->bound),
                        indent + 4),
                inner, indent);
    case TYPE_ARRAY:
        return declaration(
                emit, type->item, PRINT("%s[%u]", inner, (unsigned)type->bound), indent);
    case TYPE_OPTIONAL:
        return type_is_pointer(type)
                       ? struct_text(emit, "bool has;",
                                 declaration(emit, type->item, "value", indent + 4), inner,
                                 indent)
                       : declaration(emit, type->item, inner, indent);
    default:
        return kept_differs(type) ? PRINT("%s_state %s", name_of(emit, type), inner)
                                  : emit_declaration(emit, type, inner);
    }
}

void emit_kept_member(struct emit *emit, const struct field *field, const char *indent)
{
    const char *text = declaration(emit, &field->type, field->c, (int)strlen(indent));
    emit_member_as(emit, field, text, indent);
}

/* ---- Structs ---------------------------------------------------------------------------- */

/* Returns the bytes for what a message has behind pointers and a state has not; NULL for none. */
static const char *room_text(struct emit *emit, const struct type *type)
{
    const char *inner;
    if (!kept_needs_room(type)) {
        return NULL;
    }
    switch (type->kind) {
    case TYPE_MESSAGE:
    case TYPE_UNION:
        return PRINT("(sizeof(%s_view) - sizeof(%s))", name_of(emit, type),
                emit_type_text(emit, type));
    case TYPE_LIST:
        if (type_fields(type->item) != NULL) {
            return PRINT(
                    "%u * sizeof(%s_view)", (unsigned)type->bound, name_of(emit, type->item));
        }
        inner = room_text(emit, type->item);
        return inner == NULL ? PRINT("%u * sizeof(%s)", (unsigned)type->bound,
                                       emit_type_text(emit, type->item))
                             : PRINT("%u * (sizeof(%s) + %s)", (unsigned)type->bound,
                                       emit_type_text(emit, type->item), inner);
    case TYPE_ARRAY:
        return PRINT("%u * (%s)", (unsigned)type->bound, room_text(emit, type->item));
    default:
        return type_is_pointer(type) ? PRINT("sizeof(%s_view)", name_of(emit, type->item))
                                     : room_text(emit, type->item);
    }
}

static void emit_view(struct emit *emit, const char *name, const char *c,
        const struct fields *fields, bool is_union)
{
    struct buf *out = emit->out;
    buf_printf(out, "typedef struct %s_view {\n    %s value;\n", name, c);
    if (fields->measures.roomy) {
        buf_printf(out, "    %s {\n", is_union ? "union" : "struct");
        for (const struct field *f = fields->first; f != NULL; f = f->next) {
            const char *room = room_text(emit, &f->type);
            if (room != NULL) {
                buf_printf(out, "        uint64_t %s[(%s + 7) / 8];\n", f->c, room);
            }
        }
        buf_puts(out, "    } room;\n");
    }
    buf_printf(out, "} %s_view;\n\n", name);
}

static void emit_message(struct emit *emit, const struct message *m)
{
    const char *name = message_name(emit, m);
    buf_printf(emit->out, "/* %s in a state, and as messages have it. */\n", m->name.schema);
    buf_printf(emit->out, "typedef struct %s_state {\n", name);
    for (const struct field *f = m->fields.first; f != NULL; f = f->next) {
        emit_kept_member(emit, f, "    ");
    }
    buf_printf(emit->out, "} %s_state;\n\n", name);
    emit_view(emit, name, m->name.c, &m->fields, false);
}

static void emit_union(struct emit *emit, const struct union_type *u)
{
    const char *name = union_name(emit, u);
    buf_printf(emit->out, "/* %s in a state, and as messages have it. */\n", u->name.schema);
    buf_printf(emit->out, "typedef struct %s_state {\n    %s_kind kind;\n    union {\n", name,
            u->name.c);
    for (const struct field *f = u->members.first; f != NULL; f = f->next) {
        emit_kept_member(emit, f, "        ");
    }
    /* It has a name, since C++ knows no types in a union that has none. */
    buf_printf(emit->out, "    } of;\n} %s_state;\n\n", name);
    emit_view(emit, name, u->name.c, &u->members, true);
}

void emit_kept(struct emit *emit)
{
    if (emit->model->kept_count > 0) {
        emit_section(emit, "What states keep");
    }
    for (size_t i = 0; i < emit->model->kept_count; i++) {
        const struct block *block = &emit->model->kept[i];
        if (block->message != NULL) {
            emit_message(emit, block->message);
        } else {
            emit_union(emit, block->union_type);
        }
        arena_clear(emit->arena);
    }
}

/* ---- Tables ----------------------------------------------------------------------------- */

/* Where something lies in struct `c`: its path, and that of what its offset is counted from, or NULL
 * for the struct itself. */
struct spot {
    const char *c;
    const char *path;
    const char *base;
};

static const char *offset_text(struct emit *emit, struct spot at)
{
    if (at.base == NULL) {
        return PRINT("offsetof(%s, %s)", at.c, at.path);
    }
    size_t len = strlen(at.base);
    return at.path[len] == '\0'
                   ? "0"
                   : PRINT("ACTOR_WITHIN(%s, %s, %s)", at.c, at.base, at.path + len + 1);
}

static const char *described(struct emit *emit, const struct type *type, const char *name,
        struct spot at, const char *has, int indent);

/* What a list, array or optional holds, at `path`, described in place. */
static const char *item_text(
        struct emit *emit, const struct type *type, struct spot at, int indent)
{
    return PRINT("\n%*s&(const actor_item){ ACTOR_SIZEOF(%s, %s), %s,\n%*s%s }", indent, "",
            at.c, at.path, kept_differs(type) ? "false" : "true", indent + 8, "",
            described(emit, type, "NULL", at, NULL, indent + 8));
}

/* A record of its five parts, in two lines if it is too long for one. */
static const char *record(struct emit *emit, const char *const head[2], const char *kind,
        const char *bound, const char *detail, int indent)
{
    const char *last = PRINT("ACTOR_FIELD_%s, %s,", kind, bound);
    const char *behind = detail[0] == '\n' ? "" : detail;
    size_t len = strlen(head[0]) + strlen(head[1]) + strlen(last) + strlen(behind) + 14;
    return (size_t)indent + len > OUT_COLUMNS
                   ? PRINT("{ %s, %s,\n%*s%s%s%s }", head[0], head[1], indent + 4, "", last,
                             detail == behind ? " " : "", detail)
                   : PRINT("{ %s, %s, %s%s%s }", head[0], head[1], last,
                             detail == behind ? " " : "", detail);
}

static const char *described_optional(struct emit *emit, const struct type *type,
        const char *name, struct spot at, const char *has, int indent)
{
    struct spot value = at;
    struct spot flag = at;
    flag.path = has;
    if (type_is_pointer(type)) {
        value.path = PRINT("%s.value", at.path);
        flag.path = PRINT("%s.has", at.path);
    }
    struct spot item = { at.c, value.path, value.path };
    return record(emit, (const char *const[]){ name, offset_text(emit, value) }, "OPTIONAL",
            offset_text(emit, flag), item_text(emit, type->item, item, indent + 8), indent);
}

static const char *described(struct emit *emit, const struct type *type, const char *name,
        struct spot at, const char *has, int indent)
{
    const char *const head[] = { name, offset_text(emit, at), NULL };
    const char *bound = PRINT("%u", (unsigned)type->bound);
    struct spot item = { at.c, NULL, at.path };
    if (type->kind == TYPE_CALL) {
        return record(emit, head, "CALL", "0", "NULL", indent);
    }
    if (type->kind == TYPE_OPTIONAL && (has != NULL || type_is_pointer(type))) {
        return described_optional(emit, type, name, at, has, indent);
    }
    if (!kept_differs(type)) {
        return emit_field_text(emit, type, head, indent);
    }
    switch (type->kind) {
    case TYPE_STRING: return record(emit, head, "KEPT_STRING", bound, "NULL", indent);
    case TYPE_BYTES: return record(emit, head, "KEPT_BYTES", bound, "NULL", indent);
    case TYPE_LIST:
        item.path = PRINT("%s.items[0]", at.path);
        return record(emit, head, "KEPT_LIST", bound,
                item_text(emit, type->item, item, indent + 8), indent);
    case TYPE_ARRAY:
        item.path = PRINT("%s[0]", at.path);
        item.base = item.path;
        return record(emit, head, "ARRAY", bound, item_text(emit, type->item, item, indent + 8),
                indent);
    case TYPE_MESSAGE:
        return record(emit, head, "MESSAGE", "0",
                PRINT("&%s_state__layout", name_of(emit, type)), indent);
    default:
        return record(emit, head, "UNION", "0", PRINT("&%s_state__union", name_of(emit, type)),
                indent);
    }
}

/* The description of a field of the struct; `inside` is "of." in a union. */
static const char *field_text(
        struct emit *emit, const char *c, const struct field *f, const char *inside, int indent)
{
    struct spot at = { c, PRINT("%s%s", inside, f->c), NULL };
    const char *has = f->has == NULL ? NULL : PRINT("%s%s", inside, f->has);
    return described(emit, &f->type, PRINT("\"%s\"", f->schema), at, has, indent);
}

void emit_kept_layout(struct emit *emit, const char *name, const char *c,
        const struct fields *fields, const char *linkage)
{
    if (fields->first != NULL) {
        buf_printf(emit->out, "static const actor_field %s__fields[] = {\n", c);
        for (const struct field *f = fields->first; f != NULL; f = f->next) {
            buf_printf(emit->out, "    %s,\n", field_text(emit, c, f, "", 4));
        }
        buf_puts(emit->out, "};\n\n");
    }
    bool is_empty = fields->first == NULL;
    buf_printf(emit->out, "%sconst actor_layout %s__layout = {\n", linkage, c);
    emit_signature(emit, "    ",
            EMIT_PARAMETERS(PRINT("\"%s.%s\"", emit->model->schema, name),
                    is_empty ? "0" : PRINT("sizeof(%s)", c),
                    PRINT("%u", (unsigned)fields->count), "false",
                    is_empty ? "NULL" : PRINT("%s__fields", c)),
            "\n};\n\n");
}

static void emit_union_kept(struct emit *emit, const struct union_type *u)
{
    const char *c = PRINT("%s_state", union_name(emit, u));
    buf_printf(emit->out, "static const actor_union_member %s__members[] = {\n", c);
    for (const struct field *f = u->members.first; f != NULL; f = f->next) {
        buf_printf(emit->out, "    { %s_%s, false,\n        %s },\n", u->name.macro,
                cname_upper(emit->arena, f->schema), field_text(emit, c, f, "of.", 8));
    }
    buf_puts(emit->out, "};\n\n");
    buf_printf(emit->out, "static const actor_union %s__union = {\n", c);
    emit_signature(emit, "    ",
            EMIT_PARAMETERS(PRINT("\"%s.%s\"", emit->model->schema, u->name.schema),
                    PRINT("sizeof(%s)", c), PRINT("%u", (unsigned)u->members.count),
                    PRINT("%s__members", c)),
            "\n};\n\n");
}

void emit_kept_tables(struct emit *emit)
{
    for (size_t i = 0; i < emit->model->kept_count; i++) {
        const struct block *block = &emit->model->kept[i];
        if (block->message != NULL) {
            const struct message *m = block->message;
            const char *c = PRINT("%s_state", message_name(emit, m));
            emit_kept_layout(emit, m->name.schema, c, &m->fields, "static ");
        } else {
            emit_union_kept(emit, block->union_type);
        }
        arena_clear(emit->arena);
    }
}
