/* SPDX-License-Identifier: MIT */
/*
 * check_types.c - see check_types.h.
 */
#include "check_types.h"

#include "map.h"

#include <inttypes.h>
#include <string.h>

/* The runtime counts fields, answers and the like in 16 bits. */
enum { COUNT_MAX = UINT16_MAX };

static void report_twice(struct diags *diags, enum diag_code code, struct span here,
        struct span before, const char *what, const char *name)
{
    struct diag *diag = diags_add(diags, code, here, "%s '%s' is declared twice", what, name);
    diag_note(diags, diag, before, "the first is here");
}

/* ---- Enums ------------------------------------------------------------------------------ */

static int64_t next_free_value(const struct enumeration *e)
{
    int64_t most = 0;
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        most = m->value > most ? m->value : most;
    }
    return most + 1;
}

static void check_enum(const struct enumeration *e, struct diags *diags, struct map *seen)
{
    map_clear(seen);
    for (struct member *m = e->members; m != NULL; m = m->next) {
        const struct member *before = map_add(seen, map_key(m->schema), m);
        if (before != NULL) {
            report_twice(diags, DIAG_DUPLICATE, m->span, before->span, "member", m->schema);
        }
    }
    map_clear(seen);
    for (struct member *m = e->members; m != NULL; m = m->next) {
        if (m->value_span.hi == 0) {
            continue;
        }
        const struct member *before = map_add(seen, (uint64_t)m->value, m);
        if (before != NULL && before->schema != m->schema) {
            struct diag *diag = diags_add(diags, DIAG_NUMBER, m->value_span,
                    "'%s' and '%s' have the same number %" PRId64, before->schema, m->schema,
                    m->value);
            diag_note(diags, diag, before->value_span, "it is used here");
            diag_hint(diags, diag, "the next free number is %" PRId64, next_free_value(e));
        }
    }
}

/* ---- Fields ----------------------------------------------------------------------------- */

/* Returns the entry that reserves the field's name or number, or NULL. */
static const struct reserved *reservation_of(
        const struct fields *fields, const struct field *field)
{
    for (const struct reserved *r = fields->reserved; r != NULL; r = r->next) {
        bool has_number =
                field->number > 0 && field->number >= r->from && field->number <= r->to;
        if (r->name != NULL ? r->name == field->schema : has_number) {
            return r;
        }
    }
    return NULL;
}

static uint32_t next_free_number(const struct fields *fields)
{
    uint32_t most = 0;
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        most = f->number > most ? f->number : most;
    }
    for (const struct reserved *r = fields->reserved; r != NULL; r = r->next) {
        most = r->to > most ? r->to : most;
    }
    most++;
    return most >= 19000 && most <= 19999 ? 20000 : most;
}

static void check_reserved(const struct fields *fields, struct diags *diags)
{
    for (const struct field *f = fields->first; f != NULL && fields->reserved != NULL;
            f = f->next) {
        const struct reserved *r = reservation_of(fields, f);
        if (r == NULL) {
            continue;
        }
        struct span span = r->name == NULL && f->number_span.hi > 0 ? f->number_span : f->span;
        struct diag *diag = r->name != NULL ? diags_add(diags, DIAG_RESERVED, span,
                                                      "the name '%s' is reserved", f->schema)
                                            : diags_add(diags, DIAG_RESERVED, span,
                                                      "field '%s' has the number %" PRIu32
                                                      ", which is reserved",
                                                      f->schema, f->number);
        diag_note(diags, diag, r->span, "it is reserved here");
        if (r->name == NULL) {
            diag_hint(
                    diags, diag, "the next free number is %" PRIu32, next_free_number(fields));
        }
    }
}

/* Fields without numbers get 1, 2, 3; either all have one or none. */
static void number_fields(struct fields *fields, struct diags *diags)
{
    const struct field *numbered = NULL;
    const struct field *bare = NULL;
    uint32_t number = 1;
    for (struct field *f = fields->first; f != NULL; f = f->next) {
        if (f->number_span.hi > 0) {
            numbered = numbered == NULL ? f : numbered;
        } else {
            bare = bare == NULL ? f : bare;
        }
    }
    if (numbered != NULL && bare != NULL) {
        struct diag *diag = diags_add(diags, DIAG_NUMBERED, bare->span,
                "field '%s' has no number, but others have", bare->schema);
        diag_note(diags, diag, numbered->number_span, "this one is numbered");
        diag_hint(diags, diag, "number all fields of a message or none");
        return;
    }
    for (struct field *f = fields->first; f != NULL && numbered == NULL; f = f->next) {
        f->number = number++;
    }
}

static void check_numbers(const struct fields *fields, struct diags *diags, struct map *seen)
{
    map_clear(seen);
    for (struct field *f = fields->first; f != NULL; f = f->next) {
        if (f->number == 0 || f->number_span.hi == 0) {
            continue;
        }
        const struct field *before = map_add(seen, f->number, f);
        if (before != NULL) {
            struct diag *diag = diags_add(diags, DIAG_NUMBER, f->number_span,
                    "fields '%s' and '%s' have the same number %" PRIu32, before->schema,
                    f->schema, f->number);
            diag_note(diags, diag, before->number_span, "it is used here");
            diag_hint(
                    diags, diag, "the next free number is %" PRIu32, next_free_number(fields));
        }
    }
}

/* An optional has a bool beside it, whose name is made of its own. */
static void check_flags(const struct fields *fields, struct diags *diags)
{
    for (struct field *f = fields->first; f != NULL; f = f->next) {
        if (strncmp(f->schema, "has_", 4) != 0) {
            continue;
        }
        for (const struct field *o = fields->first; o != NULL; o = o->next) {
            if (o->has != NULL && strcmp(o->has, f->c) == 0) {
                struct diag *diag = diags_add(diags, DIAG_CLASH, f->span,
                        "'%s' is what says in C whether the optional '%s' is there", f->schema,
                        o->schema);
                diag_note(diags, diag, o->span, "it is declared here");
                diag_hint(diags, diag, "rename one of them");
            }
        }
    }
}

static void check_fields(
        struct fields *fields, const char *what, struct diags *diags, struct map *seen)
{
    map_clear(seen);
    for (struct field *f = fields->first; f != NULL; f = f->next) {
        const struct field *before = map_add(seen, map_key(f->schema), f);
        if (before != NULL) {
            report_twice(diags, DIAG_DUPLICATE, f->span, before->span, what, f->schema);
        }
    }
    number_fields(fields, diags);
    check_numbers(fields, diags, seen);
    check_reserved(fields, diags);
    check_flags(fields, diags);
}

static void check_count(struct diags *diags, struct span span, const char *name, uint32_t count,
        const char *what)
{
    if (count > COUNT_MAX) {
        diags_add(diags, DIAG_TOO_MANY, span,
                "'%s' has %" PRIu32 " %s; at most %d are possible", name, count, what,
                COUNT_MAX);
    }
}

/* ---- Answers ---------------------------------------------------------------------------- */

/* A reply has members of its own beside the answers. */
static void check_answer_name(const struct answer *answer, struct diags *diags)
{
    const char *stem = answer->message->name.stem;
    if (strcmp(stem, "kind") == 0 || strcmp(stem, "error") == 0) {
        struct diag *diag = diags_add(diags, DIAG_ANSWER, answer->span,
                "an answer cannot be called '%s'", answer->message->name.schema);
        diag_hint(diags, diag, "a reply has a member '%s' of its own", stem);
    }
}

static void check_answers(const struct message *m, struct diags *diags, struct map *seen)
{
    map_clear(seen);
    for (struct answer *a = m->answers; a != NULL; a = a->next) {
        const struct answer *before = map_add(seen, map_key(a->message), a);
        if (before != NULL) {
            report_twice(diags, DIAG_DUPLICATE, a->span, before->span, "answer",
                    a->message->name.schema);
        }
        check_answer_name(a, diags);
    }
    check_count(diags, m->span, m->name.schema, m->answer_count, "answers");
}

/* ---- Unions ----------------------------------------------------------------------------- */

static void check_union(struct union_type *u, struct diags *diags, struct map *seen)
{
    check_fields(&u->members, "member", diags, seen);
    check_count(diags, u->span, u->name.schema, u->members.count, "members");
    if (u->members.first == NULL && !u->members.broken) {
        diags_add(diags, DIAG_EMPTY_ENUM, u->span, "a union has at least one member");
    }
    for (const struct field *f = u->members.first; f != NULL; f = f->next) {
        if (strcmp(f->c, "kind") == 0) {
            struct diag *diag = diags_add(
                    diags, DIAG_ANSWER, f->span, "a member of a union cannot be called 'kind'");
            diag_hint(diags, diag, "the struct of a union has a member 'kind' of its own");
        }
    }
}

void check_types(struct model *model, struct diags *diags)
{
    struct map seen = { 0 };
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        check_enum(e, diags, &seen);
    }
    for (struct message *m = model->messages; m != NULL; m = m->next) {
        check_fields(&m->fields, "field", diags, &seen);
        check_count(diags, m->span, m->name.schema, m->fields.count, "fields");
        check_answers(m, diags, &seen);
    }
    for (struct actor *a = model->actors; a != NULL; a = a->next) {
        check_fields(&a->args, "argument", diags, &seen);
        if (a->state != NULL) {
            check_fields(a->state, "field", diags, &seen);
        }
        check_count(diags, a->span, a->name.schema, a->args.count, "arguments");
        check_count(diags, a->span, a->name.schema, a->handler_count, "handlers");
        check_count(diags, a->span, a->name.schema, a->ask_count, "asks");
        check_count(diags, a->span, a->name.schema, a->child_count, "children");
    }
    for (struct union_type *u = model->unions; u != NULL; u = u->next) {
        check_union(u, diags, &seen);
    }
    map_fini(&seen);
}
