/* SPDX-License-Identifier: MIT */
/*
 * emit_layout.c - the tables that say how enums, messages, unions and arguments lie in memory.
 */
#include "emit.h"

#include "cname.h"
#include "out.h"

#include <string.h>

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

static const char *const field_kinds[] = {
    [TYPE_BOOL] = "ACTOR_FIELD_BOOL",
    [TYPE_U8] = "ACTOR_FIELD_U8",
    [TYPE_U16] = "ACTOR_FIELD_U16",
    [TYPE_U32] = "ACTOR_FIELD_U32",
    [TYPE_U64] = "ACTOR_FIELD_U64",
    [TYPE_I8] = "ACTOR_FIELD_I8",
    [TYPE_I16] = "ACTOR_FIELD_I16",
    [TYPE_I32] = "ACTOR_FIELD_I32",
    [TYPE_I64] = "ACTOR_FIELD_I64",
    [TYPE_F32] = "ACTOR_FIELD_F32",
    [TYPE_F64] = "ACTOR_FIELD_F64",
    [TYPE_DURATION] = "ACTOR_FIELD_DURATION",
    [TYPE_TIMESTAMP] = "ACTOR_FIELD_TIMESTAMP",
    [TYPE_STRING] = "ACTOR_FIELD_STRING",
    [TYPE_BYTES] = "ACTOR_FIELD_BYTES",
    [TYPE_ENUM] = "ACTOR_FIELD_ENUM",
    [TYPE_REF] = "ACTOR_FIELD_REF",
    [TYPE_OPAQUE] = "ACTOR_FIELD_OPAQUE",
    [TYPE_MESSAGE] = "ACTOR_FIELD_MESSAGE",
    [TYPE_UNION] = "ACTOR_FIELD_UNION",
    [TYPE_LIST] = "ACTOR_FIELD_LIST",
    [TYPE_ARRAY] = "ACTOR_FIELD_ARRAY",
    [TYPE_OPTIONAL] = "ACTOR_FIELD_OPTIONAL",
};

static const char *bool_text(bool truth)
{
    return truth ? "true" : "false";
}

void emit_enum_table(struct emit *emit, const struct enumeration *e)
{
    buf_printf(emit->out, "static const actor_enum_member %s__members[] = {\n", e->name.c);
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        buf_printf(emit->out, "    { \"%s\", %s },\n", m->schema, m->c);
    }
    buf_puts(emit->out, "};\n\n");
    buf_printf(emit->out, "const actor_enum %s__enum = {\n", e->name.c);
    emit_signature(emit, "    ",
            EMIT_PARAMETERS(PRINT("\"%s.%s\"", emit->model->schema, e->name.schema),
                    field_kinds[e->width], PRINT("%u", (unsigned)e->member_count),
                    PRINT("%s__members", e->name.c), bool_text(e->open)),
            "\n};\n\n");
}

static bool is_plain(const struct type *type)
{
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_LIST:
    case TYPE_UNION: return false;
    case TYPE_MESSAGE: return type->message->fields.measures.plain;
    case TYPE_ENUM: return type_is_wide(type->enumeration->width);
    case TYPE_OPTIONAL: return !type_is_pointer(type) && is_plain(type->item);
    case TYPE_ARRAY: return is_plain(type->item);
    default: return true;
    }
}

const char *emit_type_text(struct emit *emit, const struct type *type)
{
    if (type->kind == TYPE_LIST) {
        return "actor_list";
    }
    char *text = PRINT("%s", emit_declaration(emit, type, ""));
    char *dimensions = strchr(text, '[');
    if (dimensions != NULL && dimensions[-1] == ' ') {
        memmove(dimensions - 1, dimensions, strlen(dimensions) + 1);
    } else if (text[strlen(text) - 1] == ' ') {
        text[strlen(text) - 1] = '\0';
    }
    return text;
}

/* What a list, array or optional holds, described in place on lines of its own. */
static const char *item_text(struct emit *emit, const struct type *type, int indent)
{
    static const char *const nameless[] = { "NULL", "0", NULL };
    return PRINT("\n%*s&(const actor_item){ sizeof(%s), %s,\n%*s%s }", indent, "",
            emit_type_text(emit, type), bool_text(is_plain(type)), indent + 8, "",
            emit_field_text(emit, type, nameless, indent + 8));
}

static const char *bound_text(struct emit *emit, const struct type *type, const char *has)
{
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_LIST:
    case TYPE_ARRAY:
        return type->bound == TYPE_NO_BOUND ? "UINT32_MAX" : PRINT("%u", (unsigned)type->bound);
    case TYPE_OPTIONAL: return has == NULL ? "0" : has;
    default: return "0";
    }
}

static const char *detail_text(struct emit *emit, const struct type *type, int indent)
{
    switch (type->kind) {
    case TYPE_ENUM: return PRINT(" &%s__enum", type->enumeration->name.c);
    case TYPE_MESSAGE: return PRINT(" &%s__layout", type->message->name.c);
    case TYPE_UNION: return PRINT(" &%s__union", type->union_type->name.c);
    case TYPE_LIST:
    case TYPE_ARRAY:
    case TYPE_OPTIONAL: return item_text(emit, type->item, indent + 8);
    default: return " NULL";
    }
}

static const char *kind_text(const struct type *type)
{
    return type_is_pointer(type) ? "ACTOR_FIELD_POINTER" : field_kinds[type->kind];
}

const char *emit_field_text(
        struct emit *emit, const struct type *type, const char *const names[3], int indent)
{
    return PRINT("{ %s, %s, %s, %s,%s }", names[0], names[1], kind_text(type),
            bound_text(emit, type, names[2]), detail_text(emit, type, indent));
}

static void emit_field(struct emit *emit, const char *c, const struct field *field)
{
    const struct type *type = &field->type;
    const char *names[] = { PRINT("\"%s\"", field->schema),
        PRINT("offsetof(%s, %s)", c, field->c),
        field->has == NULL ? NULL : PRINT("offsetof(%s, %s)", c, field->has) };
    if (type->kind >= TYPE_LIST) {
        buf_printf(emit->out, "    %s,\n", emit_field_text(emit, type, names, 4));
        return;
    }
    emit_signature(emit, "    { ",
            EMIT_PARAMETERS(names[0], names[1], kind_text(type),
                    bound_text(emit, type, names[2]), detail_text(emit, type, 4) + 1),
            " },\n");
}

void emit_union_table(struct emit *emit, const struct union_type *u)
{
    const char *c = u->name.c;
    buf_printf(emit->out, "static const actor_union_member %s__members[] = {\n", c);
    for (const struct field *f = u->members.first; f != NULL; f = f->next) {
        buf_printf(emit->out, "    { %s_%s, %s,\n        %s },\n", u->name.macro,
                cname_upper(emit->arena, f->schema), bool_text(is_plain(&f->type)),
                emit_field_text(emit, &f->type,
                        (const char *const[]){ PRINT("\"%s\"", f->schema),
                                PRINT("offsetof(%s, %s)", c, f->c), NULL },
                        8));
    }
    buf_puts(emit->out, "};\n\n");
    buf_printf(emit->out, "const actor_union %s__union = {\n", c);
    emit_signature(emit, "    ",
            EMIT_PARAMETERS(PRINT("\"%s.%s\"", emit->model->schema, u->name.schema),
                    PRINT("sizeof(%s)", c), PRINT("%u", (unsigned)u->members.count),
                    PRINT("%s__members", c)),
            "\n};\n\n");
}

void emit_layout_table(struct emit *emit, const struct cname *name, const char *c,
        const struct fields *fields, const char *linkage)
{
    if (fields->first != NULL) {
        buf_printf(emit->out, "static const actor_field %s__fields[] = {\n", c);
        for (const struct field *f = fields->first; f != NULL; f = f->next) {
            emit_field(emit, c, f);
        }
        buf_puts(emit->out, "};\n\n");
    }
    bool is_empty = fields->first == NULL;
    buf_printf(emit->out, "%sconst actor_layout %s__layout = {\n", linkage, c);
    emit_signature(emit, "    ",
            EMIT_PARAMETERS(PRINT("\"%s.%s\"", emit->model->schema, name->schema),
                    is_empty ? "0" : PRINT("sizeof(%s)", c),
                    PRINT("%u", (unsigned)fields->count), bool_text(fields->measures.plain),
                    is_empty ? "NULL" : PRINT("%s__fields", c)),
            "\n};\n\n");
}
