/* SPDX-License-Identifier: MIT */
/*
 * emit_skeleton.c - the C file that an application begins with: the state of each actor and all
 * functions that the header declares, with bodies that compile and do the least they may.
 */
#include "emit.h"

#include "cname.h"
#include "out.h"

#include <ctype.h>
#include <string.h>

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

/* ---- Functions --------------------------------------------------------------------------- */

/* Returns the name that ends the declaration of a parameter. */
static const char *name_of(const char *parameter)
{
    const char *name = parameter + strlen(parameter);
    while (name > parameter && (isalnum((unsigned char)name[-1]) || name[-1] == '_')) {
        name--;
    }
    return name;
}

/* Parameters of a body that does nothing; `used` ones are left out. */
static void put_unused(
        struct emit *emit, const char *const *parameters, const char *const *used_names)
{
    for (const char *const *p = parameters; *p == NULL || **p != '\0'; p++) {
        bool is_used = *p == NULL;
        for (const char *const *used = used_names; !is_used && *used != NULL; used++) {
            is_used = strcmp(name_of(*p), *used) == 0;
        }
        if (!is_used) {
            buf_printf(emit->out, "    (void)%s;\n", name_of(*p));
        }
    }
}

static void put_switch(struct emit *emit, const struct message *request)
{
    buf_puts(emit->out, "    switch (reply->kind) {\n");
    for (const struct answer *a = request->answers; a != NULL; a = a->next) {
        buf_printf(emit->out,
                "    case %s_REPLY_%s:\n        /* reply->%s */\n        break;\n",
                request->name.macro, a->message->name.upper, a->member);
    }
    buf_printf(emit->out, "    case %s_REPLY_ERROR:\n", request->name.macro);
    buf_puts(emit->out, "        /* reply->error says why there is no answer */\n"
                        "        break;\n    }\n");
}

/* What the asker gets until the function is written. */
static void put_failure(struct emit *emit, const struct message *request)
{
    const char *c = request->name.c;
    buf_puts(emit->out, "    /* In the end one of these is called:\n");
    for (const struct answer *a = request->answers; a != NULL; a = a->next) {
        buf_printf(emit->out, "     *     %s_answer_%s(call, ...)\n", c, a->message->name.stem);
    }
    buf_printf(emit->out, "     */\n    %s_fail(call, ACTOR_ERR_UNHANDLED);\n", c);
}

static void emit_function(struct emit *emit, const struct emit_written *written)
{
    bool has_result = strncmp(written->head, "void ", 5) != 0;
    const char *used[] = { written->call == NULL ? "" : "call",
        written->reply == NULL ? "" : "reply", NULL };
    buf_puts(emit->out, "\n");
    emit_doc(emit, written->doc, "");
    emit_signature(emit, written->head, written->parameters, ")\n{\n");
    put_unused(emit, written->parameters, used);
    if (written->reply != NULL) {
        put_switch(emit, written->reply);
    }
    if (written->call != NULL) {
        put_failure(emit, written->call);
    }
    buf_puts(emit->out, has_result ? "    return ACTOR_CONTINUE;\n}\n" : "}\n");
}

/* ---- Actors ------------------------------------------------------------------------------ */

/* References are what most actors keep of their arguments. Texts end with the start hook. */
static void emit_own_state(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    bool is_empty = true;
    if (actor->state != NULL) {
        buf_printf(emit->out, "ACTOR_STATE(%s);\n", c);
        return;
    }
    buf_printf(emit->out, "struct %s {\n", c);
    for (const struct field *arg = actor->args.first; arg != NULL; arg = arg->next) {
        if (arg->type.kind == TYPE_REF) {
            buf_printf(emit->out, "    %s;\n", emit_declaration(emit, &arg->type, arg->c));
            is_empty = false;
        }
    }
    if (is_empty) {
        buf_puts(emit->out, "    char nothing_yet; /* C wants a member */\n");
    }
    buf_printf(emit->out, "};\nACTOR_STATE(%s);\n", c);
}

static void emit_start(struct emit *emit, const struct emit_written *written)
{
    bool has_refs = false;
    buf_puts(emit->out, "\n");
    emit_doc(emit, written->doc, "");
    emit_signature(emit, written->head, written->parameters, ")\n{\n");
    for (const struct field *arg = written->args->first; arg != NULL; arg = arg->next) {
        if (arg->type.kind == TYPE_REF && !written->has_state) {
            buf_printf(emit->out, "    self->%s = args->%s;\n", arg->c, arg->c);
            has_refs = true;
        }
    }
    put_unused(emit, written->parameters,
            has_refs ? (const char *const[]){ "self", "args", NULL }
                     : (const char *const[]){ NULL });
    buf_puts(emit->out, "    return ACTOR_CONTINUE;\n}\n");
}

static void emit_either(struct emit *emit, const struct emit_written *written)
{
    if (written->opens != NULL) {
        buf_printf(emit->out, "\n/* In mode %s: */\n", written->opens->schema);
    }
    if (written->args != NULL) {
        emit_start(emit, written);
    } else {
        emit_function(emit, written);
    }
}

static void emit_one(struct emit *emit, const struct actor *actor)
{
    buf_puts(emit->out, "\n");
    emit_section(emit, actor->name.schema);
    emit_doc(emit, actor->doc, "");
    emit_own_state(emit, actor);
    emit_each_written(emit, actor, emit_either);
}

/* ---- The program ------------------------------------------------------------------------- */

/* Nobody in the schema starts it. Where each actor is started by one, the first is a root. */
static bool is_root(const struct model *model, const struct actor *actor)
{
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        if (!a->started) {
            return !actor->started;
        }
    }
    return actor == model->actors;
}

/* Says whether all zeros are no value of the type: a union without a member. */
static bool needs_kind(const struct type *type)
{
    if (type->kind == TYPE_UNION) {
        return true;
    }
    if (type->kind == TYPE_ARRAY) {
        return needs_kind(type->item);
    }
    if (type->kind == TYPE_MESSAGE) {
        for (const struct field *f = type->message->fields.first; f != NULL; f = f->next) {
            if (needs_kind(&f->type)) {
                return true;
            }
        }
    }
    return false;
}

/* Gives the first of its members to each union at `path` that is not optional. */
static void put_kinds(
        struct emit *emit, const struct type *type, const char *path, unsigned depth)
{
    if (!needs_kind(type)) {
        return;
    }
    int indent = 8 + 4 * (int)depth;
    if (type->kind == TYPE_ARRAY) {
        buf_printf(emit->out, "%*sfor (size_t i%u = 0; i%u < %u; i%u++) {\n", indent, "", depth,
                depth, (unsigned)type->bound, depth);
        put_kinds(emit, type->item, PRINT("%s[i%u]", path, depth), depth + 1);
        buf_printf(emit->out, "%*s}\n", indent, "");
    } else if (type->kind == TYPE_UNION) {
        const struct field *first = type->union_type->members.first;
        buf_printf(emit->out, "%*s%s.kind = %s_%s;\n", indent, "", path,
                type->union_type->name.macro, cname_upper(emit->arena, first->schema));
        put_kinds(emit, &first->type, PRINT("%s.%s", path, first->c), depth);
    } else {
        const struct field *f = type->message->fields.first;
        for (; f != NULL; f = f->next) {
            put_kinds(emit, &f->type, PRINT("%s.%s", path, f->c), depth);
        }
    }
}

static void emit_root(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    bool has_args = actor->args.first != NULL;
    buf_puts(emit->out, "    if (err == ACTOR_OK) {\n");
    if (has_args) {
        buf_printf(emit->out, "        %s_args args = %s_ARGS_INIT;\n", c, actor->name.macro);
    }
    for (const struct field *arg = actor->args.first; arg != NULL; arg = arg->next) {
        put_kinds(emit, &arg->type, PRINT("args.%s", arg->c), 0);
    }
    buf_printf(emit->out, "        %s_ref ref;\n", c);
    emit_signature(emit, PRINT("        err = %s_start(", c),
            EMIT_PARAMETERS("system", has_args ? "&args" : NULL, "&ref"), ");\n    }\n");
}

static void emit_main(struct emit *emit)
{
    buf_puts(emit->out, "\n");
    emit_section(emit, "The program");
    buf_puts(emit->out, "int main(void)\n"
                        "{\n"
                        "    actor_system *system = actor_system_new(&(actor_config){ 0 });\n"
                        "    if (system == NULL) {\n"
                        "        fputs(\"no memory\\n\", stderr);\n"
                        "        return EXIT_FAILURE;\n"
                        "    }\n"
                        "    actor_err err = ACTOR_OK;\n");
    for (const struct actor *a = emit->model->actors; a != NULL; a = a->next) {
        if (is_root(emit->model, a)) {
            emit_root(emit, a);
        }
    }
    buf_puts(emit->out, "    if (err != ACTOR_OK) {\n"
                        "        fprintf(stderr, \"cannot start: %s\\n\", "
                        "actor_err_text(err));\n"
                        "    }\n"
                        "    actor_system_stop(system, actor_seconds(10));\n"
                        "    actor_system_free(system);\n"
                        "    return err == ACTOR_OK ? EXIT_SUCCESS : EXIT_FAILURE;\n"
                        "}\n");
}

void emit_skeleton(struct emit *emit, bool has_main)
{
    out_emit(emit->out, VARS({ "file", emit->file }),
            "/*\n"
            " * The state and the functions of the actors of $file$. This was written by "
            "\"actorc "
            "skeleton\"\n"
            " * and is yours now; $file$.h says what each actor may do.\n"
            " */\n"
            "#include \"$file$.h\"\n");
    if (has_main) {
        buf_puts(emit->out, "\n#include <stdio.h>\n#include <stdlib.h>\n");
    }
    for (const struct actor *a = emit->model->actors; a != NULL; a = a->next) {
        if (actor_acts(a)) {
            emit_one(emit, a);
        }
        arena_clear(emit->arena);
    }
    if (has_main) {
        emit_main(emit);
    }
}
