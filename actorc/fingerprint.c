/* SPDX-License-Identifier: MIT */
/*
 * fingerprint.c - see fingerprint.h. The text goes straight into the hash: FNV-1a, then mixed so
 * that each bit of the input reaches all of the output.
 */
#include "fingerprint.h"

#include "print.h"

#include <actorc/actor.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void put(uint64_t *hash, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        *hash = (*hash ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
    }
}

static void put_text(uint64_t *hash, const char *text)
{
    put(hash, text, strlen(text));
    put(hash, " ", 1);
}

static void put_number(uint64_t *hash, uint64_t number)
{
    char text[24];
    int len = print_to(text, sizeof text, "%" PRIu64 " ", number);
    put(hash, text, (size_t)len);
}

static void put_value(uint64_t *hash, const struct value *value)
{
    char text[32];
    put_number(hash, value->kind);
    switch (value->kind) {
    case VALUE_NONE:
    case VALUE_POISON: break;
    case VALUE_INTEGER:
        put_number(hash, value->integer.negative);
        put_number(hash, value->integer.magnitude);
        break;
    case VALUE_FLOAT:
        snprintf(text, sizeof text, "%.17g ", value->number);
        put(hash, text, strlen(text));
        break;
    case VALUE_BOOL: put_number(hash, value->truth); break;
    case VALUE_TEXT:
        put_number(hash, value->text.len);
        put(hash, value->text.data, value->text.len);
        break;
    case VALUE_MEMBER: put_text(hash, value->member->schema); break;
    case VALUE_ARG: put_text(hash, value->arg->schema); break;
    case VALUE_CHILD: put_text(hash, value->child->schema); break;
    }
}

static void put_type(uint64_t *hash, const struct type *type)
{
    put_number(hash, type->kind);
    switch (type->kind) {
    case TYPE_STRING:
    case TYPE_BYTES: put_number(hash, type->bound); break;
    case TYPE_ENUM: put_text(hash, type->enumeration->name.schema); break;
    case TYPE_REF: put_text(hash, type->actor->name.schema); break;
    case TYPE_OPAQUE: put_text(hash, type->opaque); break;
    case TYPE_MESSAGE:
    case TYPE_CALL: put_text(hash, type->message->name.schema); break;
    case TYPE_UNION: put_text(hash, type->union_type->name.schema); break;
    case TYPE_LIST:
    case TYPE_ARRAY:
    case TYPE_OPTIONAL:
        put_number(hash, type->bound);
        put_type(hash, type->item);
        break;
    default: break;
    }
}

static void put_fields(uint64_t *hash, const struct fields *fields)
{
    put_number(hash, fields->count);
    for (const struct field *f = fields->first; f != NULL; f = f->next) {
        put_number(hash, f->number);
        put_type(hash, &f->type);
        put_text(hash, f->schema);
        put_value(hash, &f->value);
        put_number(hash, f->deprecated);
    }
    for (const struct reserved *r = fields->reserved; r != NULL; r = r->next) {
        put_text(hash, r->name == NULL ? "" : r->name);
        put_number(hash, r->from);
        put_number(hash, r->to);
    }
}

static void put_enum(uint64_t *hash, const struct enumeration *e)
{
    put_text(hash, "enum");
    put_text(hash, e->name.schema);
    put_number(hash, e->width);
    put_number(hash, e->open);
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        put_text(hash, m->schema);
        put_number(hash, (uint64_t)m->value);
    }
}

static void put_message(uint64_t *hash, const struct message *m)
{
    put_text(hash, "message");
    put_text(hash, m->name.schema);
    put_fields(hash, &m->fields);
    for (const struct answer *a = m->answers; a != NULL; a = a->next) {
        put_text(hash, a->message->name.schema);
    }
}

static void put_handlers(uint64_t *hash, const struct actor *actor)
{
    put_number(hash, actor->handler_count);
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        put_text(hash, h->message->name.schema);
        put_number(hash, h->urgent);
        put_number(hash, h->limit);
        put_number(hash, h->overflow);
        if (h->reserve > 0) {
            put_text(hash, "reserve");
            put_number(hash, h->reserve);
        }
    }
}

static void put_becomes(uint64_t *hash, const struct become *becomes)
{
    for (const struct become *b = becomes; b != NULL; b = b->next) {
        put_text(hash, "=>");
        put_text(hash, b->mode->schema);
    }
}

static void put_modes(uint64_t *hash, const struct actor *actor)
{
    if (actor->modes == NULL) {
        return;
    }
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        put_number(hash, h->in_all_modes);
        put_becomes(hash, h->becomes);
    }
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        put_text(hash, "mode");
        put_text(hash, m->schema);
        for (const struct mode_entry *e = m->entries; e != NULL; e = e->next) {
            put_text(hash, e->message->name.schema);
            put_number(hash, e->stash);
            put_becomes(hash, e->becomes);
        }
    }
}

static void put_timers(uint64_t *hash, const struct actor *actor)
{
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        put_text(hash, "timer");
        put_text(hash, t->handler->message->name.schema);
        put_number(hash, (uint64_t)t->period_ns);
    }
}

static void put_fd(uint64_t *hash, const struct actor *actor)
{
    if (actor->fd != NULL) {
        put_text(hash, "fd");
        put_text(hash, actor->fd->message->name.schema);
    }
}

static void put_effects(uint64_t *hash, const struct actor *actor)
{
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        put_text(hash, "tell");
        put_text(hash, t->target->name.schema);
        put_text(hash, t->handler->message->name.schema);
        put_text(hash, t->from == NULL ? "" : t->from->message->name.schema);
    }
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        put_text(hash, "ask");
        put_text(hash, a->target->name.schema);
        put_text(hash, a->handler->message->name.schema);
        put_text(hash, a->from == NULL ? "" : a->from->message->name.schema);
        put_text(hash, a->name);
        put_number(hash, (uint64_t)a->within_ns);
        put_number(hash, a->exclusive);
        put_text(hash, a->with == NULL ? "" : a->with->name.schema);
    }
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        put_text(hash, "delegate");
        put_text(hash, d->target->name.schema);
        put_text(hash, d->handler->message->name.schema);
    }
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        put_text(hash, "watch");
        put_text(hash, w->actor->name.schema);
    }
    for (const struct spawn *s = actor->spawns; s != NULL; s = s->next) {
        put_text(hash, "spawn");
        put_text(hash, s->actor->name.schema);
    }
}

static void put_actor(uint64_t *hash, const struct actor *actor)
{
    put_text(hash, "actor");
    put_text(hash, actor->name.schema);
    put_fields(hash, &actor->args);
    if (actor->state != NULL) {
        put_text(hash, "state");
        put_fields(hash, actor->state);
    }
    put_number(hash, actor->on_start);
    put_number(hash, actor->on_stop);
    put_number(hash, actor->dedicated);
    put_number(hash, actor->mailbox);
    put_number(hash, actor->overflow);
    put_handlers(hash, actor);
    put_modes(hash, actor);
    put_timers(hash, actor);
    put_fd(hash, actor);
    put_effects(hash, actor);
    for (const struct child *c = actor->children; c != NULL; c = c->next) {
        put_text(hash, c->schema);
        put_text(hash, c->actor->name.schema);
        for (const struct argument *a = c->arguments; a != NULL; a = a->next) {
            put_value(hash, &a->value);
        }
        if (c->pool != NULL) {
            put_text(hash, "pool");
            put_number(hash, c->pool->size);
            put_number(hash, c->pool->route);
            put_text(hash, c->pool->field == NULL ? "" : c->pool->field);
        }
    }
    put_number(hash, actor->supervision.strategy);
    put_number(hash, actor->supervision.restarts);
    put_number(hash, (uint64_t)actor->supervision.window_ns);
    put_number(hash, (uint64_t)actor->supervision.backoff_min_ns);
    put_number(hash, (uint64_t)actor->supervision.backoff_max_ns);
}

/* The last step of MurmurHash3. */
static uint64_t mix(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

uint64_t fingerprint(const struct model *model)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    put_number(&hash, ACTOR_ABI);
    put_text(&hash, model->schema);
    put_text(&hash, model->prefix);
    for (const struct import *i = model->imports; i != NULL; i = i->next) {
        put_text(&hash, i->model->schema);
        put_number(&hash, i->model->fingerprint);
    }
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        put_enum(&hash, e);
    }
    for (const struct constant *c = model->constants; c != NULL; c = c->next) {
        put_text(&hash, "const");
        put_text(&hash, c->name.schema);
        put_type(&hash, &c->type);
        put_value(&hash, &c->value);
    }
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        put_text(&hash, "union");
        put_text(&hash, u->name.schema);
        put_fields(&hash, &u->members);
    }
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        put_message(&hash, m);
    }
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        put_actor(&hash, a);
    }
    return mix(hash);
}
