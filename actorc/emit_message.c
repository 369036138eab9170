/* SPDX-License-Identifier: MIT */
/*
 * emit_message.c - messages in the header: structs, initialisers, replies, and how to answer.
 */
#include "emit.h"

#include "cname.h"
#include "out.h"

#include <inttypes.h>
#include <string.h>

static void emit_max_size(struct emit *emit, const struct message *m)
{
    uint64_t tail = m->fields.measures.tail_max;
    if (tail == MEASURES_UNBOUNDED) {
        return;
    }
    emit->out->len--; /* it stands right below the initialiser */
    buf_printf(emit->out,
            tail == 0 ? "#define %s_MAX_SIZE sizeof(%s)\n\n"
                      : "#define %s_MAX_SIZE (sizeof(%s) + %" PRIu64 "%s)\n\n",
            m->name.macro, m->name.c, tail, tail > INT32_MAX ? "u" : "");
}

static void emit_message_struct(struct emit *emit, const struct message *m)
{
    emit_doc(emit, m->doc, "");
    emit_struct(emit, m->name.c, &m->fields);
    emit_init(emit, arena_printf(emit->arena, "%s_INIT", m->name.macro), &m->fields);
    emit_max_size(emit, m);
    emit_extern(emit, "actor_layout", m->name.c, "layout");
    const char *c = m->name.c;
    buf_printf(emit->out, "ACTOR_VALUE(%s); /* %s_equal(), %s_print() */\n", c, c, c);
    if (m->fields.measures.variable) {
        buf_printf(emit->out, "ACTOR_VALUE_COPY(%s); /* %s_copy(), %s_free() */\n", c, c, c);
    }
    buf_puts(emit->out, "\n");
}

static void emit_union(struct emit *emit, const struct union_type *u)
{
    struct buf *out = emit->out;
    const char *c = u->name.c;
    buf_printf(out, "/* Which member a %s has; 0 is none, and cannot be sent. */\n",
            u->name.schema);
    buf_printf(out, "typedef enum %s_kind {\n", c);
    for (const struct field *f = u->members.first; f != NULL; f = f->next) {
        buf_printf(out, "    %s_%s = %" PRIu32 "%s\n", u->name.macro,
                cname_upper(emit->arena, f->schema), f->number, f->next == NULL ? "" : ",");
    }
    buf_printf(out, "} %s_kind;\n\n", c);
    emit_doc(emit, u->doc, "");
    buf_printf(out, "typedef struct %s {\n    %s_kind kind;\n    union {\n", c, c);
    for (const struct field *f = u->members.first; f != NULL; f = f->next) {
        emit_member(emit, f, "        ");
    }
    buf_printf(out, "    };\n} %s;\n\n", c);
    emit_extern(emit, "actor_union", c, "union");
    buf_puts(out, "\n");
}

static void emit_reply(struct emit *emit, const struct message *m)
{
    struct buf *out = emit->out;
    const char *c = m->name.c;
    buf_printf(out, "/* What a %s is answered with. */\n", m->name.schema);
    buf_printf(
            out, "typedef enum %s_reply_kind {\n    %s_REPLY_ERROR = 0,\n", c, m->name.macro);
    unsigned kind = 1;
    for (const struct answer *a = m->answers; a != NULL; a = a->next, kind++) {
        buf_printf(out, "    %s_REPLY_%s = %u%s\n", m->name.macro, a->message->name.upper, kind,
                a->next == NULL ? "" : ",");
    }
    buf_printf(out, "} %s_reply_kind;\n\n", c);
    buf_printf(out, "typedef struct %s_reply {\n    %s_reply_kind kind;\n", c, c);
    buf_puts(out, "    actor_err error; /* why there is no answer */\n    union {\n");
    for (const struct answer *a = m->answers; a != NULL; a = a->next) {
        buf_printf(out, "        %s %s;\n", a->message->name.c, a->member);
    }
    buf_printf(out, "    };\n} %s_reply;\n\n", c);
}

static void emit_answer(struct emit *emit, const struct message *m, const struct answer *a)
{
    const char *c = m->name.c;
    emit_signature(emit,
            arena_printf(emit->arena, "static inline actor_err %s_answer_%s(", c,
                    a->message->name.stem),
            EMIT_PARAMETERS(arena_printf(emit->arena, "%s_call call", c),
                    arena_printf(emit->arena, "const %s *msg", a->message->name.c)),
            ")\n{\n");
    const char *call = arena_printf(emit->arena, "&%s__request", c);
    const char *kind =
            arena_printf(emit->arena, "%s_REPLY_%s", m->name.macro, a->message->name.upper);
    emit_signature(emit, "    return actor__answer(",
            EMIT_PARAMETERS("call.bits", call, kind, "msg"), ");\n}\n\n");
}

static void emit_call(struct emit *emit, const struct message *m)
{
    const struct out_var *vars = VARS({ "c", m->name.c }, { "name", m->name.schema });
    out_emit(emit->out, vars,
            "/* The duty to answer one $name$. */\n"
            "typedef struct $c$_call {\n"
            "    uint64_t bits;\n"
            "} $c$_call;\n"
            "\n");
    emit_extern(emit, "actor_request", m->name.c, "request");
    buf_puts(emit->out, "\n");
    for (const struct answer *a = m->answers; a != NULL; a = a->next) {
        emit_answer(emit, m, a);
    }
    out_emit(emit->out, vars,
            "static inline actor_err $c$_fail($c$_call call, actor_err err)\n"
            "{\n"
            "    return actor__fail_call(call.bits, err);\n"
            "}\n"
            "\n"
            "static inline actor_err $c$_keep($c$_call call)\n"
            "{\n"
            "    return actor__keep_call(call.bits);\n"
            "}\n"
            "\n"
            "/* $c$_await(future, &reply) and $c$_then(future, callback, context). */\n"
            "ACTOR_FUTURE($c$);\n"
            "\n");
}

void emit_constants(struct emit *emit)
{
    if (emit->model->constants == NULL) {
        return;
    }
    emit_section(emit, "Constants");
    for (const struct constant *k = emit->model->constants; k != NULL; k = k->next) {
        emit_doc(emit, k->doc, "");
        const struct value *value = &k->value;
        const char *text = value->kind == VALUE_TEXT
                                   ? emit_quoted(emit, value->text.data, value->text.len)
                                   : emit_initialiser(emit, &k->type, value);
        bool is_bare = strpbrk(text, " -") == NULL || text[0] == '"';
        buf_printf(emit->out, is_bare ? "#define %s %s\n" : "#define %s (%s)\n", k->name.macro,
                text);
    }
    buf_puts(emit->out, "\n");
}

void emit_messages(struct emit *emit)
{
    for (size_t i = 0; i < emit->model->block_count; i++) {
        const struct block *block = &emit->model->blocks[i];
        if (block->union_type != NULL) {
            emit_union(emit, block->union_type);
        } else if (block->is_reply) {
            emit_reply(emit, block->message);
            emit_call(emit, block->message);
        } else {
            emit_message_struct(emit, block->message);
        }
        arena_clear(emit->arena);
    }
}
