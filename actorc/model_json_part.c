/* SPDX-License-Identifier: MIT */
/*
 * model_json_part.c - see model_json_part.h.
 */
#include "model_json_part.h"

#include "spell.h"

void model_json_at(struct model_json *work, const char *key, struct span span)
{
    struct json *json = &work->json;
    if (span.hi == 0) {
        json_null(json, key);
        return;
    }
    struct place place = sources_place(work->sources, span.lo);
    json_raw(json, key,
            arena_printf(work->arena,
                    "{ \"line\": %u, \"column\": %u, \"offset\": %u, \"bytes\": %u }",
                    (unsigned)place.line, (unsigned)place.column,
                    (unsigned)(span.lo - place.source->base), (unsigned)(span.hi - span.lo)));
}

void model_json_head(
        struct model_json *work, const char *name, const char *doc, struct span span)
{
    json_text(&work->json, "name", name);
    json_text(&work->json, "doc", doc);
    model_json_at(work, "at", span);
}

void model_json_name(struct model_json *work, const char *key, const struct model *home,
        const struct cname *name)
{
    json_open(&work->json, key, '{');
    json_text(&work->json, "schema", (home == NULL ? work->model : home)->schema);
    json_text(&work->json, "name", name->schema);
    json_close(&work->json);
}

/* ---- Types ------------------------------------------------------------------------------ */

static const char *kind_name(enum type_kind kind)
{
    static const char *const names[] = {
        [TYPE_BOOL] = "bool",
        [TYPE_U8] = "u8",
        [TYPE_U16] = "u16",
        [TYPE_U32] = "u32",
        [TYPE_U64] = "u64",
        [TYPE_I8] = "i8",
        [TYPE_I16] = "i16",
        [TYPE_I32] = "i32",
        [TYPE_I64] = "i64",
        [TYPE_F32] = "f32",
        [TYPE_F64] = "f64",
        [TYPE_DURATION] = "duration",
        [TYPE_TIMESTAMP] = "timestamp",
        [TYPE_STRING] = "string",
        [TYPE_BYTES] = "bytes",
        [TYPE_ENUM] = "enum",
        [TYPE_REF] = "ref",
        [TYPE_OPAQUE] = "opaque",
        [TYPE_MESSAGE] = "message",
        [TYPE_UNION] = "union",
        [TYPE_CALL] = "call",
        [TYPE_LIST] = "list",
        [TYPE_ARRAY] = "array",
        [TYPE_OPTIONAL] = "optional",
    };
    return names[kind];
}

/* What the type names, or is made of. */
static void put_parts(struct model_json *work, const struct type *type)
{
    struct json *json = &work->json;
    switch (type->kind) {
    case TYPE_ENUM:
        model_json_name(work, "of", type->enumeration->home, &type->enumeration->name);
        break;
    case TYPE_REF: model_json_name(work, "of", type->actor->home, &type->actor->name); break;
    case TYPE_UNION:
        model_json_name(work, "of", type->union_type->home, &type->union_type->name);
        break;
    case TYPE_MESSAGE:
    case TYPE_CALL:
        model_json_name(work, "of", type->message->home, &type->message->name);
        break;
    case TYPE_OPAQUE: json_text(json, "c", type->opaque); break;
    case TYPE_LIST:
    case TYPE_ARRAY:
    case TYPE_OPTIONAL: model_json_type(work, "item", type->item); break;
    default: break;
    }
}

void model_json_type(struct model_json *work, const char *key, const struct type *type)
{
    struct json *json = &work->json;
    json_open(json, key, '{');
    json_text(json, "text", spell_type(work->arena, type));
    json_text(json, "kind", kind_name(type->kind));
    bool has_bound = type->kind == TYPE_STRING || type->kind == TYPE_BYTES ||
                     type->kind == TYPE_LIST || type->kind == TYPE_ARRAY;
    if (has_bound && type->bound != TYPE_NO_BOUND) {
        json_integer(json, "bound", type->bound);
    } else if (has_bound) {
        json_null(json, "bound");
    }
    put_parts(work, type);
    json_close(json);
}

/* ---- Values ----------------------------------------------------------------------------- */

/* Text is shown as far as it is UTF-8; its bytes are there for whoever needs them all. */
static void put_text(struct model_json *work, const struct value *value)
{
    struct buf hex = { 0 };
    buf_puts(&hex, "");
    for (size_t i = 0; i < value->text.len; i++) {
        buf_printf(&hex, "%02x", (unsigned char)value->text.data[i]);
    }
    json_bytes(&work->json, "value", value->text.data, value->text.len);
    json_text(&work->json, "hex", hex.data == NULL ? "" : hex.data);
    buf_fini(&hex);
}

static void put_value(
        struct model_json *work, const struct type *type, const struct value *value)
{
    struct json *json = &work->json;
    switch (value->kind) {
    case VALUE_INTEGER:
        json_text(json, "kind", "integer");
        json_magnitude(json, "value", value->integer.magnitude, value->integer.negative);
        break;
    case VALUE_FLOAT:
        json_text(json, "kind", "float");
        json_raw(json, "value", spell_value(work->arena, type, value));
        break;
    case VALUE_BOOL:
        json_text(json, "kind", "bool");
        json_bool(json, "value", value->truth);
        break;
    case VALUE_TEXT:
        json_text(json, "kind", "text");
        put_text(work, value);
        break;
    case VALUE_MEMBER:
        json_text(json, "kind", "member");
        json_text(json, "value", value->member->schema);
        break;
    case VALUE_ARG:
        json_text(json, "kind", "argument");
        json_text(json, "value", value->arg->schema);
        break;
    case VALUE_CHILD:
        json_text(json, "kind", "child");
        json_text(json, "value", value->child->schema);
        break;
    case VALUE_NONE:
    case VALUE_POISON: break;
    }
}

void model_json_value(struct model_json *work, const char *key, const struct type *type,
        const struct value *value)
{
    const char *text = spell_value(work->arena, type, value);
    if (text == NULL) {
        json_null(&work->json, key);
        return;
    }
    json_open(&work->json, key, '{');
    json_text(&work->json, "text", text);
    put_value(work, type, value);
    json_close(&work->json);
}

void model_json_fields(struct model_json *work, const char *key, const struct fields *fields,
        model_json_names *names, const void *owner)
{
    struct json *json = &work->json;
    json_open(json, key, '[');
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        json_open(json, NULL, '{');
        model_json_head(work, f->schema, f->doc, f->span);
        json_integer(json, "number", f->number);
        model_json_type(work, "type", &f->type);
        model_json_value(work, "default", &f->type, &f->value);
        json_bool(json, "deprecated", f->deprecated);
        json_open(json, "c", '{');
        json_text(json, "member", f->c);
        json_text(json, "has", f->has);
        if (names != NULL) {
            names(work, owner, f);
        }
        json_close(json);
        json_close(json);
    }
    json_close(json);
}
