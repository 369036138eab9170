/* SPDX-License-Identifier: MIT */
/*
 * emit.h - the two outputs, and what their emitters share. Emitters see nothing but the constant
 * model; they look nothing up, check nothing and decide nothing about the language.
 */
#ifndef EMIT_H
#define EMIT_H

#include "arena.h"
#include "buf.h"
#include "model.h"

struct emit {
    struct buf *out;
    struct arena *arena; /* for texts that live until their message or actor is written */
    const struct model *model;
    const char *file;        /* "shop.actor", without folders */
    const char *fingerprint; /* 16 digits */
};

/* Append all of x.actor.h or x.actor.c. */
void emit_header(struct emit *emit);
void emit_source(struct emit *emit);

/* The tables of an actor's modes, for the source; see emit_mode.c. */
void emit_modes(struct emit *emit, const struct actor *actor);
/* Appends the C file that an application begins with. */
void emit_skeleton(struct emit *emit, bool has_main);

/* An actor's timers, in the header and in the source; see emit_timer.c. */
void emit_timer_stubs(struct emit *emit, const struct actor *actor);
void emit_timers(struct emit *emit, const struct actor *actor);
void emit_fd_stubs(struct emit *emit, const struct actor *actor);

/* What an actor watches: in the header its functions and the cases of its dispatch; see
 * emit_watch.c. */
void emit_watch_stubs(struct emit *emit, const struct actor *actor);
void emit_watch_cases(struct emit *emit, const struct actor *actor);

/* The pools of an actor's children: declared in the header, made in the source; see emit_pool.c. */
void emit_pool_externs(struct emit *emit, const struct actor *actor);
void emit_pools(struct emit *emit, const struct actor *actor);

/* A state that the schema declares: its struct and functions for the header, its tables and what it
 * begins as for the source; see emit_state.c. */
void emit_state(struct emit *emit, const struct actor *actor);
void emit_state_tables(struct emit *emit, const struct actor *actor);

/* What states keep in a form of their own: the structs of messages and unions for the header, their
 * tables for the source; a member of such a struct, and the description of one. `has` is the path of
 * the bool beside an optional, or NULL. See emit_kept.c. */
void emit_kept(struct emit *emit);
void emit_kept_tables(struct emit *emit);
void emit_kept_member(struct emit *emit, const struct field *field, const char *indent);
void emit_kept_layout(struct emit *emit, const char *name, const char *c,
        const struct fields *fields, const char *linkage);

/* The tables of layouts, for the source; see emit_layout.c. `linkage` is "static " or "". */
void emit_enum_table(struct emit *emit, const struct enumeration *e);
void emit_union_table(struct emit *emit, const struct union_type *u);
void emit_layout_table(struct emit *emit, const struct cname *name, const char *c,
        const struct fields *fields, const char *linkage);

/* Return an actor_field for a table, whose lines are indented by so much; the type's name as sizeof
 * wants it. The names are in C: its own, its offset, and the offset of its bool or NULL. */
const char *emit_field_text(
        struct emit *emit, const struct type *type, const char *const names[3], int indent);
const char *emit_type_text(struct emit *emit, const struct type *type);

/* The parts of the header; see emit_message.c and emit_actor.c. */
void emit_constants(struct emit *emit);
void emit_messages(struct emit *emit);
void emit_actor(struct emit *emit, const struct actor *actor);

/* Appends "/" "* ---- title ---- *" "/". */
void emit_section(struct emit *emit, const char *title);

/* Appends what the schema's comment says, as a comment of C; nothing if it is NULL. */
void emit_doc(struct emit *emit, const char *doc, const char *indent);

/* Appends a C struct of the fields, with its typedef; and a field alone. */
void emit_struct(struct emit *emit, const char *name, const struct fields *fields);
void emit_member(struct emit *emit, const struct field *field, const char *indent);
/* Likewise the field as declared by this text. */
void emit_member_as(struct emit *emit, const struct field *field, const char *declaration,
        const char *indent);

/* Appends the macro that initialises the struct with the defaults. */
void emit_init(struct emit *emit, const char *macro, const struct fields *fields);

/* Appends the declaration of a table that the .c defines, under a name of its own for linkers. */
void emit_extern(struct emit *emit, const char *type, const char *name, const char *suffix);

/* Returns the declaration of `inner`, such as a name, as of this type: "uint32_t count[4]". The bool
 * beside an optional is not part of it. */
const char *emit_declaration(struct emit *emit, const struct type *type, const char *inner);

/* Returns the declaration of a pointer to constant items, "const uint32_t *items". */
const char *emit_items(struct emit *emit, const struct type *item);

/* Return the value in C: in an initialiser, and as an expression. */
const char *emit_initialiser(
        struct emit *emit, const struct type *type, const struct value *value);
const char *emit_expression(
        struct emit *emit, const struct type *type, const struct value *value);

/* Returns the text in quotes, with escapes. */
const char *emit_quoted(struct emit *emit, const char *data, size_t len);

/* Returns a duration in C: "5 * ACTOR_SECOND". */
const char *emit_duration(struct emit *emit, int64_t ns);

/* Appends `head`, the parameters with commas between them, and `tail`. Those that are NULL are
 * left out; EMIT_PARAMETERS() makes the list. */
void emit_signature(
        struct emit *emit, const char *head, const char *const *parameters, const char *tail);

/* A function that the application writes. */
struct emit_written {
    const char *doc;               /* NULL = none */
    const char *head;              /* "actor_result shop_audit_on_sold(" */
    const char *const *parameters; /* for emit_signature() */
    const struct message *call;    /* the request whose `call` is a parameter, or NULL */
    const struct mode *opens;      /* the mode whose first handler it is, or NULL */
    const struct message *reply;   /* the request whose `reply` is a parameter, or NULL */
    const struct fields *args;     /* of a start hook that has `args`; else NULL */
    bool has_state;                /* likewise: the schema declares the actor's state */
};

typedef void emit_visitor(struct emit *emit, const struct emit_written *written);

/* Visits all functions that the application writes for an actor that acts. */
void emit_each_written(struct emit *emit, const struct actor *actor, emit_visitor *visit);

#define EMIT_PARAMETERS(...) ((const char *const[]){ __VA_ARGS__, "" })

#endif
