/* SPDX-License-Identifier: MIT */
/*
 * emit_state.c - the state of an actor that its schema declares: a struct without pointers of its
 * own, functions that set its texts within their bounds, and what it begins as.
 */
#include "emit.h"

#include "out.h"

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

static bool is_text(const struct field *f)
{
    return f->type.kind == TYPE_STRING || f->type.kind == TYPE_BYTES;
}

static void emit_field(struct emit *emit, const struct field *f)
{
    if (is_text(f)) {
        emit_doc(emit, f->doc, "    ");
        out_emit(emit->out,
                VARS({ "c", f->c },
                        { "byte", f->type.kind == TYPE_STRING ? "char" : "uint8_t" },
                        { "bound", PRINT("%u", (unsigned)f->type.bound) }),
                "    struct {\n"
                "        uint32_t len; /* at most $bound$ */\n"
                "        $byte$ data[$bound$ + 1];\n"
                "    } $c$;\n");
    } else if (f->type.kind == TYPE_CALL) {
        emit_doc(emit, f->doc, "    ");
        buf_printf(emit->out, "    %s_call %s;\n", f->type.message->name.c, f->c);
    } else {
        emit_member(emit, f, "    ");
    }
}

static void emit_accessors(struct emit *emit, const struct actor *actor, const struct field *f)
{
    const struct out_var *vars = VARS({ "a", actor->name.c }, { "c", f->c },
            { "name", f->schema }, { "bound", PRINT("%u", (unsigned)f->type.bound) },
            { "type", f->type.kind == TYPE_STRING ? "actor_string" : "actor_bytes" });
    emit_signature(emit, PRINT("static inline actor_err %s_set_%s(", actor->name.c, f->schema),
            EMIT_PARAMETERS(PRINT("%s *self", actor->name.c),
                    f->type.kind == TYPE_STRING ? "actor_string value" : "actor_bytes value"),
            ")\n{\n");
    emit_signature(emit, "    return actor__set_text(",
            EMIT_PARAMETERS(PRINT("self->%s.data", f->c), PRINT("&self->%s.len", f->c),
                    PRINT("%u", (unsigned)f->type.bound), "value.data", "value.len"),
            ");\n}\n\n");
    emit_signature(emit,
            PRINT("static inline %s %s_get_%s(",
                    f->type.kind == TYPE_STRING ? "actor_string" : "actor_bytes", actor->name.c,
                    f->schema),
            EMIT_PARAMETERS(PRINT("const %s *self", actor->name.c)), ")\n{\n");
    out_emit(emit->out, vars,
            "    $type$ value = { self->$c$.data, self->$c$.len };\n"
            "    return value;\n"
            "}\n"
            "\n");
}

void emit_state(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    buf_printf(emit->out, "/* Its state; put back to what it was when a handler fails. */\n");
    buf_printf(emit->out, "typedef struct %s {\n", c);
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        emit_field(emit, f);
    }
    if (actor->state->first == NULL) {
        buf_puts(emit->out, "    uint8_t empty_; /* C has no empty structs */\n");
    }
    buf_printf(emit->out, "} %s;\n\n", c);
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        if (is_text(f)) {
            emit_accessors(emit, actor, f);
        }
    }
}

static void emit_default(struct emit *emit, const struct field *f)
{
    if (f->has != NULL) {
        buf_printf(emit->out, "    .%s = true,\n", f->has);
    }
    if (is_text(f)) {
        const char *quoted = emit_quoted(emit, f->value.text.data, f->value.text.len);
        buf_printf(emit->out, "    .%s = { %zu, %s },\n", f->c, f->value.text.len, quoted);
    } else {
        buf_printf(emit->out, "    .%s = %s,\n", f->c,
                emit_initialiser(emit, &f->type, &f->value));
    }
}

void emit_state_init(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    bool has_defaults = false;
    if (actor->state == NULL) {
        return;
    }
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        has_defaults = has_defaults || f->value.kind != VALUE_NONE;
    }
    buf_printf(emit->out, "static const %s %s__state = {%s", c, c, has_defaults ? "\n" : " 0 ");
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        if (f->value.kind != VALUE_NONE) {
            emit_default(emit, f);
        }
    }
    buf_puts(emit->out, "};\n\n");
}
