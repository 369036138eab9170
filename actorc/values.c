/* SPDX-License-Identifier: MIT */
/*
 * values.c - see values.h.
 */
#include "values.h"

#include "cname.h"
#include "spell.h"
#include "suggest.h"

#include <float.h>
#include <inttypes.h>
#include <string.h>

const char *values_described(struct arena *arena, const struct type *type)
{
    const char *text = spell_type(arena, type);
    bool is_float = type->kind == TYPE_F32 || type->kind == TYPE_F64;
    bool is_vowel = strchr("aeioAEIO", text[0]) != NULL;
    return arena_printf(arena, "%s %s", is_float || is_vowel ? "an" : "a", text);
}

/* ---- Numbers ---------------------------------------------------------------------------- */

static const struct range {
    uint64_t negative; /* magnitude of the least */
    uint64_t positive;
} ranges[] = {
    [TYPE_U8] = { 0, UINT8_MAX },
    [TYPE_U16] = { 0, UINT16_MAX },
    [TYPE_U32] = { 0, UINT32_MAX },
    [TYPE_U64] = { 0, UINT64_MAX },
    [TYPE_I8] = { 128, INT8_MAX },
    [TYPE_I16] = { 32768, INT16_MAX },
    [TYPE_I32] = { UINT64_C(1) << 31, INT32_MAX },
    [TYPE_I64] = { UINT64_C(1) << 63, INT64_MAX },
    /* Nanoseconds. */
    [TYPE_DURATION] = { UINT64_C(1) << 63, INT64_MAX },
    [TYPE_TIMESTAMP] = { UINT64_C(1) << 63, INT64_MAX },
};

bool values_fits(enum type_kind kind, uint64_t magnitude, bool negative)
{
    return magnitude <= (negative ? ranges[kind].negative : ranges[kind].positive);
}

const char *values_range(struct arena *arena, enum type_kind kind)
{
    const struct range *range = &ranges[kind];
    return arena_printf(arena, "%s%" PRIu64 " to %" PRIu64, range->negative > 0 ? "-" : "",
            range->negative, range->positive);
}

/* ---- Counts --------------------------------------------------------------- */

static void report_unknown(struct scope *scope, const struct ast_literal *literal)
{
    if (scope_excuses(scope, literal->name, SYMBOL_CONST)) {
        return;
    }
    struct diag *diag = diags_add(
            scope->diags, DIAG_UNKNOWN, literal->span, "unknown constant '%s'", literal->name);
    if (diags_shows(scope->diags, diag)) {
        struct suggest suggest;
        (void)scope_nearest_constant(scope, literal->name, &suggest);
        diag_meant(scope->diags, diag, literal->span, &suggest);
    }
}

/* Returns the constant that is named, or NULL; then it was reported. */
static const struct constant *find_constant(
        struct scope *scope, const struct ast_literal *literal)
{
    bool is_missing;
    const struct constant *constant = scope_constant(scope, literal, &is_missing);
    if (is_missing) {
        report_unknown(scope, literal);
    }
    return constant;
}

static void report_constant(
        struct scope *scope, const struct ast_literal *literal, const struct constant *constant)
{
    struct diag *diag = diags_add(scope->diags, DIAG_TYPE, literal->span,
            "the constant '%s' is %s, not a number", literal->name,
            values_described(scope->arena, &constant->type));
    diag_note(scope->diags, diag, constant->span, "it is declared here");
}

uint32_t values_count(
        struct scope *scope, const struct ast_literal *literal, const char *what, uint32_t max)
{
    if (literal->kind == AST_POISON) {
        return 1;
    }
    uint64_t magnitude = 0;
    bool negative = false;
    if (literal->kind != AST_NAME) {
        magnitude = literal->integer.magnitude;
        negative = literal->integer.negative && magnitude > 0;
    } else {
        const struct constant *constant = find_constant(scope, literal);
        if (constant == NULL || constant->value.kind == VALUE_POISON) {
            return 1;
        }
        if (constant->type.kind < TYPE_U8 || constant->type.kind > TYPE_I64) {
            report_constant(scope, literal, constant);
            return 1;
        }
        magnitude = constant->value.integer.magnitude;
        negative = constant->value.integer.negative;
    }
    if (magnitude == 0) {
        struct diag *diag = diags_add(
                scope->diags, DIAG_ZERO, literal->span, "%s of 0 lets nothing through", what);
        diag_hint(scope->diags, diag, "leave it out for none, or write a number from 1");
        return 1;
    }
    if (negative || magnitude > max) {
        diags_add(scope->diags, DIAG_RANGE, literal->span, "%s is a number from 1 to %" PRIu32,
                what, max);
        return 1;
    }
    return (uint32_t)magnitude;
}

int64_t values_duration(
        struct scope *scope, const struct ast_literal *literal, const char *what)
{
    if (literal->kind == AST_POISON) {
        return 1;
    }
    if (literal->duration_ns <= 0) {
        diags_add(scope->diags, DIAG_ZERO, literal->span, "%s must be longer than 0", what);
        return 1;
    }
    return literal->duration_ns;
}

/* ---- Types ------------------------------------------------------------------------------ */

static const struct type poison = { .kind = TYPE_POISON };

static struct type text_type(struct scope *scope, const struct ast_type *written)
{
    struct type type = { .kind = (enum type_kind)written->kind, .bound = TYPE_NO_BOUND };
    if (written->bound != NULL) {
        type.bound = values_count(scope, written->bound, "a bound", UINT32_MAX - 1);
    }
    return type;
}

/* Only what needs no other header may be pointed to. */
static bool is_c_type(const char *text)
{
    static const char *const tags[] = { "struct ", "union " };
    if (strcmp(text, "void") == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        size_t len = strlen(tags[i]);
        const char *name = text + len;
        if (strncmp(text, tags[i], len) == 0 && (name[0] < '0' || name[0] > '9')) {
            return name[0] != '\0' && !cname_is_reserved(name) &&
                   strspn(name,
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
                           strlen(name);
        }
    }
    return false;
}

static struct type opaque_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    const char *text = written->opaque.string.data;
    if (place != VALUES_IN_ARGUMENTS && place != VALUES_IN_STATE) {
        struct diag *diag = diags_add(scope->diags, DIAG_PLACE, written->span,
                "a message cannot hold an opaque pointer");
        diag_hint(scope->diags, diag, "only arguments of actors and their state can");
        return poison;
    }
    if (written->opaque.kind != AST_STRING) {
        return poison; /* reported by the scanner */
    }
    if (strlen(text) != written->opaque.string.len || !is_c_type(text)) {
        diags_add(scope->diags, DIAG_TYPE, written->opaque.span,
                "an opaque type is written \"struct NAME\", \"union NAME\" or \"void\"");
        return poison;
    }
    return (struct type){ .kind = TYPE_OPAQUE, .opaque = text };
}

/* Reports that a type is not possible here; what to write instead is the hint. */
static struct type misplaced(
        struct scope *scope, const struct ast_type *written, const char *what, const char *hint)
{
    struct diag *diag = diags_add(scope->diags, DIAG_PLACE, written->span, "%s", what);
    diag_hint(scope->diags, diag, "%s", hint);
    return poison;
}

static struct type named_type(struct scope *scope, const struct ast_type *written)
{
    const struct symbol *symbol = scope_type(scope, &written->path);
    if (symbol == NULL) {
        return poison;
    }
    switch (symbol->kind) {
    case SYMBOL_ENUM:
        return (struct type){ .kind = TYPE_ENUM, .enumeration = symbol->enumeration };
    case SYMBOL_MESSAGE:
        return (struct type){ .kind = TYPE_MESSAGE, .message = symbol->message };
    default: return (struct type){ .kind = TYPE_UNION, .union_type = symbol->union_type };
    }
}

static bool is_composite(const struct ast_type *written)
{
    return written->kind >= AST_TYPE_LIST;
}

/* How many "[]", "[N]" and "?" may follow one another; nobody could read more. */
enum { SUFFIXES_MAX = 8 };

static bool is_too_deep(const struct ast_type *written)
{
    int depth = 0;
    for (; is_composite(written) && depth <= SUFFIXES_MAX; written = written->item) {
        depth++;
    }
    return depth > SUFFIXES_MAX;
}

/* Resolves what a list, array or optional holds; NULL if that is wrong and reported. */
static const struct type *item_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    struct type *item = ARENA_NEW(scope->arena, struct type);
    *item = values_type(scope, written->item, place);
    if (item->kind == TYPE_OPAQUE) {
        *item = misplaced(scope, written, "an opaque pointer stands alone",
                "NULL says that there is none; several are several arguments");
    } else if (item->kind == TYPE_CALL) {
        *item = misplaced(
                scope, written, "a call stands alone", "an empty call says that there is none");
    }
    return item->kind == TYPE_POISON ? NULL : item;
}

static bool is_struct(const struct type *type)
{
    return type->kind == TYPE_MESSAGE || type->kind == TYPE_UNION;
}

static struct type list_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    struct type type = { .kind = TYPE_LIST, .bound = TYPE_NO_BOUND };
    type.item = item_type(scope, written, place);
    if (written->bound != NULL) {
        type.bound = values_count(scope, written->bound, "a bound", UINT32_MAX - 1);
    }
    if (type.item == NULL) {
        return poison;
    }
    if (place == VALUES_IN_UNION) {
        return misplaced(scope, written, "a member of a union cannot be a list",
                "put the list into a message, and the message here");
    }
    const struct type *inner = type.item;
    while (inner->kind == TYPE_ARRAY) {
        inner = inner->item;
    }
    if (inner->kind == TYPE_LIST) {
        return misplaced(scope, written, "a list cannot hold lists",
                "put the inner list into a message, and make this a list of that message");
    }
    return type;
}

static struct type array_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    enum { ITEMS_MAX = 1 << 20 };
    struct type type = { .kind = TYPE_ARRAY };
    type.item = item_type(scope, written, place);
    type.bound = values_count(scope, written->bound, "a length", ITEMS_MAX);
    return type.item == NULL ? poison : type;
}

static struct type optional_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    struct type type = { .kind = TYPE_OPTIONAL, .bound = 0 };
    type.item = item_type(scope, written, place);
    if (type.item == NULL) {
        return poison;
    }
    if (type.item->kind == TYPE_OPTIONAL) {
        return misplaced(scope, written, "it is optional already", "one '?' is enough");
    }
    if (place == VALUES_IN_UNION) {
        return misplaced(scope, written, "a member of a union cannot be optional",
                "make the union itself optional where it is used");
    }
    return type;
}

/* Of what a list or array holds only structs can be absent: they have a pointer for it. */
static struct type composite_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    struct type type = written->kind == AST_TYPE_OPTIONAL ? optional_type(scope, written, place)
                       : written->kind == AST_TYPE_ARRAY  ? array_type(scope, written, place)
                                                          : list_type(scope, written, place);
    if ((type.kind == TYPE_LIST || type.kind == TYPE_ARRAY) &&
            type.item->kind == TYPE_OPTIONAL && !is_struct(type.item->item)) {
        return misplaced(scope, written,
                "only messages and unions can be absent in a list or array",
                "put the value into a message, or leave absent ones out");
    }
    return type;
}

/* A call is a promise of the actor that has it, so only an actor can keep one. */
static struct type call_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    struct message *message = scope_message(scope, &written->path);
    if (message == NULL) {
        return poison;
    }
    if (place != VALUES_IN_STATE) {
        return misplaced(scope, written, "only the state of an actor can hold a call",
                "answer it, pass it on with an ask, or keep it in 'state { }'");
    }
    if (message->answers == NULL && !message->broken) {
        struct diag *diag = diags_add(scope->diags, DIAG_NO_ANSWERS, written->span,
                "'%s' has no answers, so there are no calls of it", message->name.schema);
        diag_note(scope->diags, diag, message->span, "it is declared here");
        return poison;
    }
    return (struct type){ .kind = TYPE_CALL, .message = message };
}

struct type values_type(
        struct scope *scope, const struct ast_type *written, enum values_place place)
{
    struct type type = { .kind = TYPE_POISON, .bound = TYPE_NO_BOUND };
    switch (written->kind) {
    case AST_TYPE_STRING:
    case AST_TYPE_BYTES: return text_type(scope, written);
    case AST_TYPE_NAMED: return named_type(scope, written);
    case AST_TYPE_REF:
        type.actor = scope_actor(scope, &written->path);
        type.kind = type.actor == NULL ? TYPE_POISON : TYPE_REF;
        return type;
    case AST_TYPE_OPAQUE: return opaque_type(scope, written, place);
    case AST_TYPE_CALL: return call_type(scope, written, place);
    case AST_TYPE_LIST:
    case AST_TYPE_AT_MOST:
    case AST_TYPE_ARRAY:
    case AST_TYPE_OPTIONAL:
        if (is_too_deep(written)) {
            diags_add(scope->diags, DIAG_DEPTH, written->span,
                    "a type has at most %d of '[]', '[N]' and '?'", SUFFIXES_MAX);
            return type;
        }
        return composite_type(scope, written, place);
    default: type.kind = (enum type_kind)written->kind; return type;
    }
}

/* ---- Literals --------------------------------------------------------------------------- */

static const char *const literal_texts[] = {
    [AST_POISON] = "an error",
    [AST_INTEGER] = "a number",
    [AST_FLOAT] = "a number with a fraction",
    [AST_STRING] = "a string",
    [AST_BOOL] = "true or false",
    [AST_DURATION] = "a duration",
    [AST_NAME] = "a name",
};

static struct value mismatch(
        struct scope *scope, const struct ast_literal *literal, const struct type *type)
{
    struct diag *diag = diags_add(scope->diags, DIAG_TYPE, literal->span, "%s is not %s",
            literal->kind == AST_NAME ? arena_printf(scope->arena, "'%s'", literal->name)
                                      : literal_texts[literal->kind],
            values_described(scope->arena, type));
    if (type->kind == TYPE_DURATION) {
        diag_hint(scope->diags, diag, "durations have units: 10us, 5ms, 2s, 1m, 1h");
    } else if (type->kind == TYPE_REF || type->kind >= TYPE_OPAQUE) {
        diag_hint(scope->diags, diag, "there is no value of this type to write down");
    }
    return (struct value){ .kind = VALUE_POISON };
}

static struct value integer_value(
        struct scope *scope, const struct ast_literal *literal, const struct type *type)
{
    uint64_t magnitude = literal->integer.magnitude;
    bool negative = literal->integer.negative && magnitude > 0;
    if (!values_fits(type->kind, magnitude, negative)) {
        diags_add(scope->diags, DIAG_RANGE, literal->span, "%s is a number from %s",
                values_described(scope->arena, type), values_range(scope->arena, type->kind));
        return (struct value){ .kind = VALUE_POISON };
    }
    return (struct value){ .kind = VALUE_INTEGER, .integer = { magnitude, negative } };
}

static struct value float_value(
        struct scope *scope, const struct ast_literal *literal, const struct type *type)
{
    double number = literal->number;
    if (literal->kind == AST_INTEGER) {
        number = (double)literal->integer.magnitude;
        number = literal->integer.negative ? -number : number;
    } else if (literal->kind != AST_FLOAT) {
        return mismatch(scope, literal, type);
    }
    if (type->kind == TYPE_F32 && (number > (double)FLT_MAX || number < -(double)FLT_MAX)) {
        diags_add(scope->diags, DIAG_RANGE, literal->span,
                "the number is too large for an f32, which ends at 3.4e38");
        return (struct value){ .kind = VALUE_POISON };
    }
    return (struct value){ .kind = VALUE_FLOAT, .number = number };
}

/* C compilers must take string literals of this length, and warn about longer ones. */
enum { TEXT_MAX_BYTES = 4095 };

static struct value text_value(
        struct scope *scope, const struct ast_literal *literal, const struct type *type)
{
    const char *data = literal->string.data;
    size_t len = literal->string.len;
    struct value bad = { .kind = VALUE_POISON };
    if (len > type->bound) {
        diags_add(scope->diags, DIAG_RANGE, literal->span,
                "the string has %zu bytes, but %s holds %u", len,
                values_described(scope->arena, type), (unsigned)type->bound);
        return bad;
    }
    if (len > TEXT_MAX_BYTES) {
        diags_add(scope->diags, DIAG_RANGE, literal->span,
                "the string has %zu bytes; a default has at most %d", len, TEXT_MAX_BYTES);
        return bad;
    }
    for (size_t i = 0; type->kind == TYPE_STRING && i < len;) {
        size_t size = source_utf8(data + i, len - i);
        if (size == 0) {
            diags_add(scope->diags, DIAG_TYPE, literal->span,
                    "byte 0x%02X of the string is not UTF-8", (unsigned char)data[i]);
            return bad;
        }
        i += size;
    }
    return (struct value){ .kind = VALUE_TEXT, .text = { data, len } };
}

static void report_no_member(
        struct scope *scope, const struct ast_literal *literal, const struct enumeration *e)
{
    struct diag *diag = diags_add(scope->diags, DIAG_UNKNOWN, literal->span,
            "enum '%s' has no member '%s'", e->name.schema, literal->name);
    if (!diags_shows(scope->diags, diag)) {
        return;
    }
    struct suggest suggest;
    suggest_init(&suggest, literal->name);
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        suggest_offer(&suggest, m->schema);
    }
    diag_meant(scope->diags, diag, literal->span, &suggest);
    diag_note(scope->diags, diag, e->span, "it is declared here");
}

static struct value member_value(
        struct scope *scope, const struct ast_literal *literal, const struct type *type)
{
    const struct enumeration *e = type->enumeration;
    if (literal->kind != AST_NAME) {
        return mismatch(scope, literal, type);
    }
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        if (m->schema == literal->name) {
            return (struct value){ .kind = VALUE_MEMBER, .member = m };
        }
    }
    report_no_member(scope, literal, e);
    return (struct value){ .kind = VALUE_POISON };
}

/* No constant has the name; that one was meant is sure only where a schema is named or one is near. */
static struct value unknown_value(
        struct scope *scope, const struct ast_literal *literal, const struct type *type)
{
    struct suggest suggest;
    (void)scope_nearest_constant(scope, literal->name, &suggest);
    bool is_near = suggest.best != NULL && type->kind != TYPE_BOOL; /* TRUE is no constant */
    if (literal->qualifier == NULL && !is_near) {
        return mismatch(scope, literal, type);
    }
    report_unknown(scope, literal);
    return (struct value){ .kind = VALUE_POISON };
}

static struct value constant_value(struct scope *scope, const struct ast_literal *literal,
        const struct constant *constant, const struct type *type)
{
    const struct value *value = &constant->value;
    bool is_integer = type->kind >= TYPE_U8 && type->kind <= TYPE_I64;
    bool is_fraction = type->kind == TYPE_F32 || type->kind == TYPE_F64;
    struct ast_literal meant = { .span = literal->span };
    switch (value->kind) {
    case VALUE_INTEGER:
        meant.kind = AST_INTEGER;
        meant.integer.magnitude = value->integer.magnitude;
        meant.integer.negative = value->integer.negative;
        if (is_integer || is_fraction) {
            bool is_number = constant->type.kind <= TYPE_I64;
            return is_number ? values_literal(scope, &meant, type)
                             : mismatch(scope, literal, type);
        }
        return type->kind == constant->type.kind ? *value : mismatch(scope, literal, type);
    case VALUE_FLOAT:
        meant.kind = AST_FLOAT;
        meant.number = value->number;
        return is_fraction ? float_value(scope, &meant, type) : mismatch(scope, literal, type);
    case VALUE_BOOL: return type->kind == TYPE_BOOL ? *value : mismatch(scope, literal, type);
    case VALUE_TEXT:
        meant.kind = AST_STRING;
        meant.string.data = value->text.data;
        meant.string.len = value->text.len;
        return type->kind == TYPE_STRING || type->kind == TYPE_BYTES
                       ? text_value(scope, &meant, type)
                       : mismatch(scope, literal, type);
    default: return (struct value){ .kind = VALUE_POISON };
    }
}

struct value values_literal(
        struct scope *scope, const struct ast_literal *literal, const struct type *type)
{
    if (literal->kind == AST_POISON || type->kind == TYPE_POISON) {
        return (struct value){ .kind = VALUE_POISON };
    }
    if (literal->kind == AST_NAME && type->kind < TYPE_ENUM) {
        bool is_missing;
        const struct constant *constant = scope_constant(scope, literal, &is_missing);
        if (constant != NULL) {
            return constant_value(scope, literal, constant, type);
        }
        return is_missing ? unknown_value(scope, literal, type)
                          : (struct value){ .kind = VALUE_POISON };
    }
    switch (type->kind) {
    case TYPE_BOOL:
        if (literal->kind == AST_BOOL) {
            return (struct value){ .kind = VALUE_BOOL, .truth = literal->truth };
        }
        break;
    case TYPE_F32:
    case TYPE_F64: return float_value(scope, literal, type);
    case TYPE_DURATION:
        if (literal->kind == AST_DURATION) {
            bool negative = literal->duration_ns < 0;
            uint64_t ns = (uint64_t)literal->duration_ns;
            return (struct value){ .kind = VALUE_INTEGER,
                .integer = { negative ? 0 - ns : ns, negative } };
        }
        break;
    case TYPE_STRING:
    case TYPE_BYTES:
        if (literal->kind == AST_STRING) {
            return text_value(scope, literal, type);
        }
        break;
    case TYPE_ENUM: return member_value(scope, literal, type);
    case TYPE_OPTIONAL: return values_literal(scope, literal, type->item);
    case TYPE_REF:
    case TYPE_OPAQUE:
    case TYPE_MESSAGE:
    case TYPE_UNION:
    case TYPE_CALL:
    case TYPE_LIST:
    case TYPE_ARRAY: break;
    default:
        if (literal->kind == AST_INTEGER) {
            return integer_value(scope, literal, type);
        }
    }
    return mismatch(scope, literal, type);
}
