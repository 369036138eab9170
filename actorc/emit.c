/* SPDX-License-Identifier: MIT */
/*
 * emit.c - see emit.h.
 */
#include "emit.h"

#include "out.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Comments --------------------------------------------------------------------------- */

void emit_section(struct emit *emit, const char *title)
{
    size_t start = emit->out->len;
    buf_printf(emit->out, "/* ---- %s ", title);
    size_t width = emit->out->len - start;
    buf_fill(emit->out, '-', width + 6 < OUT_COLUMNS ? OUT_COLUMNS - width - 3 : 3);
    buf_puts(emit->out, " */\n\n");
}

/* Left-to-right and right-to-left marks make text look like what it is not; compilers warn. */
static bool is_bidi(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    return c[0] == 0xe2 && ((c[1] == 0x80 && ((c[2] >= 0xaa && c[2] <= 0xae) || c[2] == 0x8e ||
                                                     c[2] == 0x8f)) ||
                                   (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
}

/* Appends a line of a comment, so that nothing in it ends the comment or upsets a compiler. */
static void put_comment_text(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool marks = (text[i] == '*' && text[i + 1] == '/') ||
                     (text[i] == '/' && text[i + 1] == '*') ||
                     (text[i] == '?' && text[i + 1] == '?');
        if (marks) {
            buf_put(out, &text[i], 1);
            buf_puts(out, " ");
        } else if (is_bidi(text + i)) {
            i += 2;
            buf_puts(out, "?");
        } else {
            char c = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i];
            buf_put(out, &c, 1);
        }
    }
}

void emit_doc(struct emit *emit, const char *doc, const char *indent)
{
    if (doc == NULL) {
        return;
    }
    buf_printf(emit->out, "%s/* ", indent);
    for (;;) {
        size_t len = strcspn(doc, "\n");
        put_comment_text(emit->out, doc, len);
        if (doc[len] == '\0') {
            break;
        }
        doc += len + 1;
        buf_printf(emit->out, "\n%s *%s", indent, *doc == '\n' || *doc == '\0' ? "" : " ");
    }
    buf_puts(emit->out, " */\n");
}

/* ---- Types and values -------------------------------------------------------------------- */

static const char *base_text(struct emit *emit, const struct type *type)
{
    static const char *const names[] = {
        [TYPE_BOOL] = "bool ",
        [TYPE_U8] = "uint8_t ",
        [TYPE_U16] = "uint16_t ",
        [TYPE_U32] = "uint32_t ",
        [TYPE_U64] = "uint64_t ",
        [TYPE_I8] = "int8_t ",
        [TYPE_I16] = "int16_t ",
        [TYPE_I32] = "int32_t ",
        [TYPE_I64] = "int64_t ",
        [TYPE_F32] = "float ",
        [TYPE_F64] = "double ",
        [TYPE_DURATION] = "actor_duration ",
        [TYPE_TIMESTAMP] = "actor_timestamp ",
        [TYPE_STRING] = "actor_string ",
        [TYPE_BYTES] = "actor_bytes ",
    };
    switch (type->kind) {
    case TYPE_ENUM: return arena_printf(emit->arena, "%s ", type->enumeration->name.c);
    case TYPE_REF: return arena_printf(emit->arena, "%s_ref ", type->actor->name.c);
    case TYPE_MESSAGE: return arena_printf(emit->arena, "%s ", type->message->name.c);
    case TYPE_UNION: return arena_printf(emit->arena, "%s ", type->union_type->name.c);
    case TYPE_OPAQUE: return arena_printf(emit->arena, "%s *", type->opaque);
    case TYPE_CALL:
    case TYPE_LIST:
    case TYPE_ARRAY:
    case TYPE_OPTIONAL:
    case TYPE_POISON: break;
    default: return names[type->kind];
    }
    base_bug("a type without a name reached the emitter");
}

/* The tag, since the struct may be declared further down. */
static const char *pointer_text(struct emit *emit, const struct type *to, const char *inner)
{
    const char *c = to->kind == TYPE_MESSAGE ? to->message->name.c : to->union_type->name.c;
    return arena_printf(emit->arena, "const struct %s *%s", c, inner);
}

const char *emit_items(struct emit *emit, const struct type *item)
{
    if (item->kind == TYPE_MESSAGE || item->kind == TYPE_UNION) {
        return pointer_text(emit, item, "items");
    }
    const char *name = item->kind == TYPE_ARRAY ? "(*items)" : "*items";
    const struct type *inner = item;
    for (; inner->kind == TYPE_ARRAY; inner = inner->item) {
        name = arena_printf(emit->arena, "%s[%u]", name, (unsigned)inner->bound);
    }
    return type_is_pointer(inner)
                   ? pointer_text(
                             emit, inner->item, arena_printf(emit->arena, "const %s", name))
                   : arena_printf(emit->arena, "const %s", emit_declaration(emit, inner, name));
}

static const char *list_text(struct emit *emit, const struct type *type, const char *inner)
{
    const char *items = emit_items(emit, type->item);
    return arena_printf(emit->arena, "struct {\n        %s;\n        size_t count;\n    } %s",
            items, inner);
}

const char *emit_declaration(struct emit *emit, const struct type *type, const char *inner)
{
    switch (type->kind) {
    case TYPE_LIST: return list_text(emit, type, inner);
    case TYPE_ARRAY:
        return emit_declaration(emit, type->item,
                arena_printf(emit->arena, "%s[%u]", inner, (unsigned)type->bound));
    case TYPE_OPTIONAL:
        return type_is_pointer(type) ? pointer_text(emit, type->item, inner)
                                     : emit_declaration(emit, type->item, inner);
    default: return arena_printf(emit->arena, "%s%s", base_text(emit, type), inner);
    }
}

const char *emit_quoted(struct emit *emit, const char *data, size_t len)
{
    struct buf text = { 0 };
    buf_puts(&text, "\"");
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '"' || c == '\\' || c == '?') {
            buf_printf(&text, "\\%c", c);
        } else if (c < 0x20 || c >= 0x7f) {
            /* Three digits, so that a digit behind is not taken for a part of it. */
            buf_printf(&text, "\\%03o", c);
        } else {
            buf_put(&text, &data[i], 1);
        }
    }
    buf_puts(&text, "\"");
    const char *quoted = arena_strndup(emit->arena, text.data, text.len);
    buf_fini(&text);
    return quoted;
}

const char *emit_duration(struct emit *emit, int64_t ns)
{
    static const struct {
        int64_t ns;
        const char *name;
    } units[] = {
        { INT64_C(1000000000), "ACTOR_SECOND" },
        { 1000000, "ACTOR_MILLISECOND" },
        { 1000, "ACTOR_MICROSECOND" },
    };
    for (size_t i = 0; ns != 0 && i < sizeof units / sizeof units[0]; i++) {
        if (ns % units[i].ns == 0) {
            return arena_printf(
                    emit->arena, "%" PRId64 " * %s", ns / units[i].ns, units[i].name);
        }
    }
    return arena_printf(emit->arena, "%" PRId64, ns);
}

static const char *integer_text(
        struct emit *emit, enum type_kind kind, uint64_t magnitude, bool negative)
{
    bool is_long = kind == TYPE_U64 || kind == TYPE_I64 || kind == TYPE_TIMESTAMP;
    if (negative && magnitude == UINT64_C(1) << 63) {
        return "INT64_MIN";
    }
    if (negative && magnitude == UINT64_C(1) << 31 && !is_long) {
        return "INT32_MIN";
    }
    if (magnitude <= INT32_MAX) {
        return arena_printf(emit->arena, "%s%" PRIu64, negative ? "-" : "", magnitude);
    }
    if (kind == TYPE_U32) {
        return arena_printf(emit->arena, "%" PRIu64 "u", magnitude);
    }
    return arena_printf(emit->arena, "%s%s(%" PRIu64 ")", negative ? "-" : "",
            kind == TYPE_U64 ? "UINT64_C" : "INT64_C", magnitude);
}

/* The shortest text that is read back as the same number. */
static const char *float_text(struct emit *emit, enum type_kind kind, double number)
{
    char text[64];
    bool is_float = kind == TYPE_F32;
    number = is_float ? (double)(float)number : number;
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        double again = strtod(text, NULL);
        if (is_float ? (double)(float)again == number : again == number) {
            break;
        }
    }
    const char *point = strpbrk(text, ".e") == NULL ? ".0" : "";
    return arena_printf(emit->arena, "%s%s%s", text, point, is_float ? "f" : "");
}

static const char *bare_zero(struct emit *emit, const struct type *type);

/* Returns the zeros of a message, without its defaults. */
static const char *zero_fields(struct emit *emit, const struct fields *fields)
{
    const char *text = fields->first == NULL ? "0" : "";
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        text = arena_printf(emit->arena, "%s%s%s%s", text, f == fields->first ? "" : ", ",
                f->has == NULL ? "" : "false, ", bare_zero(emit, &f->type));
    }
    return arena_printf(emit->arena, "{ %s }", text);
}

static const char *plain_zero(struct emit *emit, const struct type *type)
{
    switch (type->kind) {
    case TYPE_BOOL: return "false";
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_LIST: return "{ NULL, 0 }";
    case TYPE_ENUM: return arena_printf(emit->arena, "(%s)0", type->enumeration->name.c);
    case TYPE_REF: return "{ 0 }";
    case TYPE_OPAQUE: return "NULL";
    default: return "0";
    }
}

/* Returns zeros for all of a value. "{ 0 }" would be enough for C, but inside of another initialiser
 * compilers warn of the braces and fields that it leaves out, and C++ knows no such thing for enums. */
static const char *bare_zero(struct emit *emit, const struct type *type)
{
    switch (type->kind) {
    case TYPE_MESSAGE: return zero_fields(emit, &type->message->fields);
    case TYPE_ARRAY: return arena_printf(emit->arena, "{ %s }", bare_zero(emit, type->item));
    case TYPE_UNION: {
        const struct field *first = type->union_type->members.first;
        return arena_printf(emit->arena, "{ (%s_kind)0, { %s } }", type->union_type->name.c,
                first->has != NULL ? "false" : bare_zero(emit, &first->type));
    }
    case TYPE_OPTIONAL: return type_is_pointer(type) ? "NULL" : bare_zero(emit, type->item);
    default: return plain_zero(emit, type);
    }
}

static const char *zero_of(struct emit *emit, const struct type *type)
{
    return type->kind == TYPE_MESSAGE
                   ? arena_printf(emit->arena, "%s_INIT", type->message->name.macro)
                   : bare_zero(emit, type);
}

const char *emit_initialiser(
        struct emit *emit, const struct type *type, const struct value *value)
{
    if (type->kind == TYPE_OPTIONAL && value->kind != VALUE_NONE) {
        type = type->item;
    }
    switch (value->kind) {
    case VALUE_NONE: return zero_of(emit, type);
    case VALUE_INTEGER:
        if (type->kind == TYPE_DURATION && value->integer.magnitude <= INT64_MAX) {
            int64_t ns = (int64_t)value->integer.magnitude;
            return emit_duration(emit, value->integer.negative ? -ns : ns);
        }
        return integer_text(
                emit, type->kind, value->integer.magnitude, value->integer.negative);
    case VALUE_FLOAT: return float_text(emit, type->kind, value->number);
    case VALUE_BOOL: return value->truth ? "true" : "false";
    case VALUE_MEMBER: return value->member->c;
    case VALUE_TEXT: {
        const char *quoted = emit_quoted(emit, value->text.data, value->text.len);
        return type->kind == TYPE_STRING
                       ? arena_printf(emit->arena, "ACTOR_STRING_INIT(%s)", quoted)
                       : arena_printf(emit->arena, "{ (const uint8_t *)%s, %zu }", quoted,
                                 value->text.len);
    }
    case VALUE_ARG:
    case VALUE_CHILD:
    case VALUE_POISON: break;
    }
    base_bug("a value that is no initialiser reached the emitter");
}

const char *emit_expression(
        struct emit *emit, const struct type *type, const struct value *value)
{
    if (value->kind != VALUE_TEXT) {
        return emit_initialiser(emit, type, value);
    }
    type = type->kind == TYPE_OPTIONAL ? type->item : type;
    const char *quoted = emit_quoted(emit, value->text.data, value->text.len);
    return type->kind == TYPE_STRING
                   ? arena_printf(emit->arena, "ACTOR_STRING(%s)", quoted)
                   : arena_printf(emit->arena, "(actor_bytes){ (const uint8_t *)%s, %zu }",
                             quoted, value->text.len);
}

/* ---- Structs ---------------------------------------------------------------------------- */

void emit_member_as(struct emit *emit, const struct field *field, const char *declaration,
        const char *indent)
{
    const char *doc = field->doc;
    if (field->deprecated) {
        doc = doc == NULL ? "deprecated" : arena_printf(emit->arena, "deprecated\n%s", doc);
    }
    bool is_short = doc != NULL && strchr(doc, '\n') == NULL;
    const char *member = arena_printf(emit->arena, "%s%s;", indent, declaration);
    bool is_list = strchr(member, '\n') != NULL;
    if (field->has != NULL) {
        buf_printf(emit->out, "%sbool %s;\n", indent, field->has);
    }
    if (is_short && !is_list && strlen(member) + strlen(doc) + 8 <= OUT_COLUMNS) {
        buf_puts(emit->out, member);
        emit_doc(emit, doc, " ");
        return;
    }
    emit_doc(emit, doc, indent);
    buf_printf(emit->out, "%s\n", member);
}

void emit_member(struct emit *emit, const struct field *field, const char *indent)
{
    emit_member_as(emit, field, emit_declaration(emit, &field->type, field->c), indent);
}

void emit_struct(struct emit *emit, const char *name, const struct fields *fields)
{
    buf_printf(emit->out, "typedef struct %s {\n", name);
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        emit_member(emit, f, "    ");
    }
    if (fields->first == NULL) {
        buf_puts(emit->out, "    uint8_t empty_; /* C has no empty structs */\n");
    }
    buf_printf(emit->out, "} %s;\n\n", name);
}

static const char *field_initialiser(struct emit *emit, const struct field *field)
{
    const char *value = emit_initialiser(emit, &field->type, &field->value);
    if (field->has == NULL) {
        return value;
    }
    bool has_default = field->value.kind != VALUE_NONE;
    return arena_printf(emit->arena, "%s, %s", has_default ? "true" : "false", value);
}

/* Breaks the macro's text between items, each line continued at the right margin. */
static void emit_long_init(struct emit *emit, const char *macro, const struct fields *fields)
{
    struct buf line = { 0 };
    buf_printf(&line, "#define %s", macro);
    const char *before = "    { ";
    struct buf rest = { 0 };
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        const char *item = field_initialiser(emit, f);
        if (f == fields->first || line.len + strlen(item) + 4 > OUT_COLUMNS) {
            size_t pad = line.len + 1 < OUT_COLUMNS ? OUT_COLUMNS - 1 - line.len : 1;
            buf_put(&rest, line.data, line.len);
            buf_fill(&rest, ' ', pad);
            buf_puts(&rest, "\\\n");
            line.len = 0;
            buf_puts(&line, before);
            before = "            ";
        } else {
            buf_puts(&line, " ");
        }
        buf_printf(&line, "%s%s", item, f->next == NULL ? " }" : ",");
    }
    buf_printf(emit->out, "%s%s\n\n", rest.data, line.data);
    buf_fini(&rest);
    buf_fini(&line);
}

void emit_init(struct emit *emit, const char *macro, const struct fields *fields)
{
    size_t start = emit->out->len;
    buf_printf(emit->out, "#define %s { ", macro);
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        buf_puts(emit->out, field_initialiser(emit, f));
        buf_puts(emit->out, f->next == NULL ? "" : ", ");
    }
    buf_puts(emit->out, fields->first == NULL ? "0 }" : " }");
    if (emit->out->len - start > OUT_COLUMNS && fields->first != NULL) {
        emit->out->len = start;
        emit_long_init(emit, macro, fields);
        return;
    }
    buf_puts(emit->out, "\n\n");
}

void emit_extern(struct emit *emit, const char *type, const char *name, const char *suffix)
{
    size_t start = emit->out->len;
    buf_printf(emit->out, "extern const %s %s__%s", type, name, suffix);
    const char *symbol = arena_printf(
            emit->arena, "ACTOR_SYMBOL(\"%s__%s_%s\");\n", name, suffix, emit->fingerprint);
    bool fits = emit->out->len - start + strlen(symbol) <= OUT_COLUMNS;
    buf_printf(emit->out, "%s%s", fits ? " " : "\n        ", symbol);
}

void emit_signature(
        struct emit *emit, const char *head, const char *const *parameters, const char *tail)
{
    enum { PARAMETERS_MAX = 8 };
    const char *given[PARAMETERS_MAX];
    size_t count = 0;
    for (; *parameters == NULL || **parameters != '\0'; parameters++) {
        if (*parameters != NULL) {
            given[count++] = *parameters;
        }
    }
    out_list(emit->out, head, given, count, tail);
}
