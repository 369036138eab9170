/* SPDX-License-Identifier: MIT */
/*
 * emit_state.c - the state of an actor that its schema declares: a struct without pointers of its
 * own, functions that set what is in it within its bounds, what it begins as, and its description.
 */
#include "emit.h"

#include "kept.h"
#include "out.h"

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

static bool is_text(const struct type *type)
{
    return type->kind == TYPE_STRING || type->kind == TYPE_BYTES;
}

static const char *text_type(const struct type *type)
{
    return type->kind == TYPE_STRING ? "actor_string" : "actor_bytes";
}

/* Says whether the field needs its description; a text of the actor itself is simpler than that. */
static bool is_described(const struct field *f)
{
    return kept_functions(&f->type) != 0 && !is_text(&f->type);
}

/* ---- Functions -------------------------------------------------------------------------- */

/* A field of a state, whose functions are written. */
struct keeping {
    struct emit *emit;
    const struct actor *actor;
    const struct field *field;
    const char *kept; /* "&shop_desk__kept[2]" */
    const char *self; /* "shop_desk *self" */
};

/* Begins a function of the field. */
static void open_function(const struct keeping *k, const char *returns,
        enum kept_function function, const char *const *parameters)
{
    struct emit *emit = k->emit;
    emit_signature(emit,
            PRINT("static inline %s%s_%s_%s(", returns, k->actor->name.c,
                    kept_function_name(function), k->field->schema),
            parameters, ")\n{\n");
}

/* A value that a function takes: how it is declared, and how it is passed to the runtime. */
struct taken {
    const char *first;
    const char *second; /* NULL if there is one parameter */
    const char *before; /* a line of C, or "" */
    const char *passed;
};

static struct taken taken_of(struct emit *emit, const struct type *type, const char *name)
{
    switch (type->kind) {
    case TYPE_LIST:
        return (struct taken){ emit_items(emit, type->item), "size_t count",
            "    actor_list list = { items, count };\n", "&list" };
    case TYPE_ARRAY: {
        /* Pointers to constants are not constants themselves, so that all arrays of them may be passed. */
        const struct type *item = type->item;
        for (; item->kind == TYPE_ARRAY; item = item->item) {
        }
        return (struct taken){ PRINT("%s%s", type_is_pointer(item) ? "" : "const ",
                                       emit_declaration(emit, type, name)),
            NULL, "", name };
    }
    case TYPE_MESSAGE:
    case TYPE_UNION:
        return (struct taken){
            PRINT("const %s", emit_declaration(emit, type, PRINT("*%s", name))), NULL, "", name
        };
    case TYPE_OPTIONAL:
        return (struct taken){ PRINT("const %s",
                                       emit_declaration(emit, type->item, PRINT("*%s", name))),
            NULL, "", PRINT("&%s", name) };
    default:
        return (struct taken){ emit_declaration(emit, type, name), NULL, "",
            PRINT("&%s", name) };
    }
}

/* A function that does no more than to call the runtime's `what`. */
static void emit_change(const struct keeping *k, enum kept_function function, const char *what,
        bool has_index, const struct taken *taken)
{
    struct emit *emit = k->emit;
    open_function(k, "actor_err ", function,
            EMIT_PARAMETERS(
                    k->self, has_index ? "size_t index" : NULL, taken->first, taken->second));
    buf_puts(emit->out, taken->before);
    emit_signature(emit, PRINT("    return actor__%s(", what),
            EMIT_PARAMETERS(k->kept, "self", has_index ? "index" : NULL, taken->passed),
            ");\n}\n\n");
}

static void emit_get(const struct keeping *k, const struct type *type, bool has_index)
{
    struct emit *emit = k->emit;
    const struct type *value = kept_value(type);
    const char *self = PRINT("const %s *self", k->actor->name.c);
    const char *index = has_index ? "size_t index" : NULL;
    const char *call = PRINT("actor__kept%s(", has_index ? "_item" : "");
    if (is_text(value)) {
        open_function(
                k, PRINT("%s ", text_type(value)), KEPT_GET, EMIT_PARAMETERS(self, index));
        buf_printf(emit->out, "    %s value = { NULL, 0 };\n", text_type(value));
        emit_signature(emit, PRINT("    (void)%s", call),
                EMIT_PARAMETERS(k->kept, "self", has_index ? "index" : NULL, "&value", "NULL"),
                ");\n    return value;\n}\n\n");
        return;
    }
    bool is_message = value->kind == TYPE_MESSAGE;
    const struct cname *name = is_message ? &value->message->name : &value->union_type->name;
    const struct model *home = is_message ? value->message->home : value->union_type->home;
    bool is_viewed = kept_differs(value);
    bool has_room = kept_needs_room(value);
    open_function(k, PRINT("const %s *", name->c), KEPT_GET,
            EMIT_PARAMETERS(self, index,
                    is_viewed ? PRINT("%s_view *view",
                                        kept_name(emit->arena, emit->model, name, home))
                              : NULL));
    emit_signature(emit, PRINT("    return (const %s *)%s", name->c, call),
            EMIT_PARAMETERS(k->kept, "self", has_index ? "index" : NULL,
                    is_viewed ? "&view->value" : "NULL", has_room ? "&view->room" : "NULL"),
            ");\n}\n\n");
}

static void emit_functions(const struct keeping *k)
{
    struct emit *emit = k->emit;
    const struct type *value = kept_value(&k->field->type);
    unsigned functions = kept_functions(&k->field->type);
    bool has_items = value->kind == TYPE_LIST || value->kind == TYPE_ARRAY;
    if ((functions & KEPT_SET) != 0) {
        struct taken whole = taken_of(emit, value, has_items ? "items" : "value");
        emit_change(k, KEPT_SET, "keep", false, &whole);
    }
    if ((functions & KEPT_CLEAR) != 0) {
        open_function(k, "void ", KEPT_CLEAR, EMIT_PARAMETERS(k->self));
        buf_printf(emit->out, "    (void)actor__keep(%s, self, NULL);\n}\n\n", k->kept);
    }
    if ((functions & KEPT_PUT) != 0) {
        struct taken item =
                taken_of(emit, value->item, value->item->kind == TYPE_LIST ? "items" : "item");
        emit_change(k, KEPT_PUT, "keep_item", true, &item);
        if ((functions & KEPT_APPEND) != 0) {
            emit_change(k, KEPT_APPEND, "keep_more", false, &item);
        }
        if ((functions & KEPT_REMOVE) != 0) {
            emit_change(k, KEPT_REMOVE, "keep_less", true, &(struct taken){ .before = "" });
        }
    }
    if ((functions & KEPT_GET) != 0) {
        emit_get(k, has_items ? value->item : &k->field->type, has_items);
    }
}

static void emit_text_functions(
        struct emit *emit, const struct actor *actor, const struct field *f)
{
    const char *type = text_type(&f->type);
    emit_signature(emit, PRINT("static inline actor_err %s_set_%s(", actor->name.c, f->schema),
            EMIT_PARAMETERS(PRINT("%s *self", actor->name.c), PRINT("%s value", type)),
            ")\n{\n");
    emit_signature(emit, "    return actor__set_text(",
            EMIT_PARAMETERS(PRINT("self->%s.data", f->c), PRINT("&self->%s.len", f->c),
                    PRINT("%u", (unsigned)f->type.bound), "value.data", "value.len"),
            ");\n}\n\n");
    emit_signature(emit, PRINT("static inline %s %s_get_%s(", type, actor->name.c, f->schema),
            EMIT_PARAMETERS(PRINT("const %s *self", actor->name.c)), ")\n{\n");
    out_emit(emit->out, VARS({ "type", type }, { "c", f->c }),
            "    $type$ value = { self->$c$.data, self->$c$.len };\n"
            "    return value;\n"
            "}\n"
            "\n");
}

static bool has_descriptions(const struct actor *actor)
{
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        if (is_described(f)) {
            return true;
        }
    }
    return false;
}

static void emit_externs(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    emit_extern(emit, "actor_layout", c, "layout");
    buf_printf(emit->out, "ACTOR_VALUE(%s); /* %s_equal(), %s_print() */\n", c, c, c);
    if (has_descriptions(actor)) {
        buf_printf(emit->out,
                "extern const actor_kept %s__kept[]\n"
                "        ACTOR_SYMBOL(\"%s__kept_%s\");\n",
                c, c, emit->fingerprint);
    }
    buf_puts(emit->out, "\n");
}

void emit_state(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    buf_printf(emit->out, "/* Its state; put back to what it was when a handler fails. */\n");
    buf_printf(emit->out, "typedef struct %s {\n", c);
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        emit_kept_member(emit, f, "    ");
    }
    if (actor->state->first == NULL) {
        buf_puts(emit->out, "    uint8_t empty_; /* C has no empty structs */\n");
    }
    buf_printf(emit->out, "} %s;\n\n", c);
    emit_externs(emit, actor);
    unsigned described = 0;
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        if (is_text(&f->type)) {
            emit_text_functions(emit, actor, f);
        } else if (is_described(f)) {
            emit_functions(&(struct keeping){ .emit = emit,
                    .actor = actor,
                    .field = f,
                    .kept = PRINT("&%s__kept[%u]", c, described),
                    .self = PRINT("%s *self", c) });
            described++;
        }
    }
}

/* ---- What it begins as ------------------------------------------------------------------- */

static const char *default_text(
        struct emit *emit, const struct type *type, const struct value *value);

/* Returns the defaults of a message's fields; NULL if there are none. */
static const char *defaults_text(struct emit *emit, const struct fields *fields)
{
    const char *text = NULL;
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        const char *inner = default_text(emit, &f->type, &f->value);
        if (inner != NULL) {
            text = PRINT("%s%s%s.%s = %s", text == NULL ? "{ " : text, text == NULL ? "" : ", ",
                    f->has == NULL ? "" : PRINT(".%s = true, ", f->has), f->c, inner);
        }
    }
    return text == NULL ? NULL : PRINT("%s }", text);
}

/* Returns what the value begins as in a state; NULL if that is all zero. */
static const char *default_text(
        struct emit *emit, const struct type *type, const struct value *value)
{
    if (value->kind == VALUE_TEXT) {
        return PRINT("{ %zu, %s }", value->text.len,
                emit_quoted(emit, value->text.data, value->text.len));
    }
    if (value->kind != VALUE_NONE) {
        return emit_initialiser(emit, type, value);
    }
    if (type->kind != TYPE_MESSAGE) {
        return NULL;
    }
    const char *text = defaults_text(emit, &type->message->fields);
    return text == NULL || kept_differs(type) ? text
                                              : PRINT("%s_INIT", type->message->name.macro);
}

static void emit_beginning(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    bool is_first = true;
    buf_printf(emit->out, "static const %s %s__state = {", c, c);
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        const char *text = default_text(emit, &f->type, &f->value);
        if (text != NULL) {
            buf_puts(emit->out, is_first ? "\n" : "");
            if (f->has != NULL) {
                buf_printf(emit->out, "    .%s = true,\n", f->has);
            }
            buf_printf(emit->out, "    .%s = %s,\n", f->c, text);
            is_first = false;
        }
    }
    buf_puts(emit->out, is_first ? " 0 };\n\n" : "};\n\n");
}

/* ---- Tables ----------------------------------------------------------------------------- */

/* Each field that has functions of the runtime, and the same as messages have it. */
static void emit_forms(struct emit *emit, const struct actor *actor)
{
    static const char *const nameless[] = { "NULL", "0", NULL };
    const char *c = actor->name.c;
    unsigned number = 0;
    buf_printf(emit->out, "const actor_kept %s__kept[] = {\n", c);
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        if (is_described(f)) {
            buf_printf(emit->out, "    { &%s__fields[%u], %s },\n", c, number,
                    emit_field_text(emit, kept_value(&f->type), nameless, 4));
        }
        number++;
    }
    buf_puts(emit->out, "};\n\n");
}

void emit_state_tables(struct emit *emit, const struct actor *actor)
{
    if (actor->state == NULL) {
        return;
    }
    emit_kept_layout(emit, actor->name.schema, actor->name.c, actor->state, "");
    if (has_descriptions(actor)) {
        emit_forms(emit, actor);
    }
    emit_beginning(emit, actor);
}
