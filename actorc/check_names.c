/* SPDX-License-Identifier: MIT */
/*
 * check_names.c - see check_names.h.
 *
 * Names with two '_' in a row are not compared: what stands before these is a name that is, and
 * no name in a schema has them.
 */
#include "check_names.h"

#include "cname.h"
#include "kept.h"
#include "map.h"
#include "print.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct owner {
    struct span span;
    const char *what; /* "the handler of 'BuyProduct'" */
};

struct names {
    struct arena *arena; /* of this check alone */
    struct intern *intern;
    struct diags *diags;
    struct map owners; /* by name in C */
    struct owner owner;
};

/* All names that are claimed until the next call belong to this. */
static void own(struct names *names, struct span span, const char *what, const char *name)
{
    names->owner.span = span;
    names->owner.what = arena_printf(names->arena, what, name);
}

/* Returns false if another thing has the name, which is reported. */
static bool claim(struct names *names, const char *format, ...) BASE_PRINTF(2, 3);

static bool claim(struct names *names, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    int len = print_va(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof text) {
        base_bug("a name of %d bytes", len);
    }
    struct owner *owner = ARENA_NEW(names->arena, struct owner);
    *owner = names->owner;
    const char *key = intern_put(names->intern, text, (size_t)len);
    const struct owner *before = map_add(&names->owners, map_key(key), owner);
    if (before == NULL) {
        return true;
    }
    struct diag *diag = diags_add(names->diags, DIAG_CLASH, owner->span,
            "%s would have the name '%s' in C, which %s has", owner->what, text, before->what);
    diag_note(names->diags, diag, before->span, "%s is here", before->what);
    if (strstr(text, "_ask_") != NULL) {
        diag_hint(names->diags, diag, "give the ask another name: ask ACTOR.MESSAGE as NAME");
    } else {
        diag_hint(names->diags, diag, "rename one of them");
    }
    return false;
}

static void claim_enum(struct names *names, const struct enumeration *e)
{
    own(names, e->span, "enum '%s'", e->name.schema);
    if (!claim(names, "%s", e->name.c)) {
        return;
    }
    claim(names, "%s_name", e->name.c);
    claim(names, "%s_parse", e->name.c);
    for (const struct member *m = e->members; m != NULL; m = m->next) {
        own(names, m->span, "member '%s'", m->schema);
        claim(names, "%s", m->c);
    }
}

static void claim_union(struct names *names, const struct union_type *u)
{
    own(names, u->span, "union '%s'", u->name.schema);
    if (!claim(names, "%s", u->name.c)) {
        return;
    }
    claim(names, "%s_kind", u->name.c);
    for (const struct field *f = u->members.first; f != NULL; f = f->next) {
        own(names, f->span, "member '%s'", f->schema);
        claim(names, "%s_%s", u->name.macro, cname_upper(names->arena, f->schema));
    }
}

static void claim_value(struct names *names, const struct message *m)
{
    const char *c = m->name.c;
    claim(names, "%s_equal", c);
    claim(names, "%s_print", c);
    if (m->fields.measures.variable) {
        claim(names, "%s_copy", c);
        claim(names, "%s_free", c);
    }
    if (m->fields.measures.tail_max != MEASURES_UNBOUNDED) {
        claim(names, "%s_MAX_SIZE", m->name.macro);
    }
}

static void claim_message(struct names *names, const struct message *m)
{
    const char *c = m->name.c;
    own(names, m->span, "message '%s'", m->name.schema);
    /* If the name itself is taken, so are those made of it; one error is enough. */
    if (!claim(names, "%s", c) || !claim(names, "%s_INIT", m->name.macro)) {
        return;
    }
    claim_value(names, m);
    if (m->answers == NULL) {
        return;
    }
    claim(names, "%s_reply", c);
    claim(names, "%s_reply_kind", c);
    claim(names, "%s_REPLY_ERROR", m->name.macro);
    claim(names, "%s_call", c);
    claim(names, "%s_fail", c);
    claim(names, "%s_keep", c);
    claim(names, "%s_await", c);
    claim(names, "%s_then", c);
    for (const struct answer *a = m->answers; a != NULL; a = a->next) {
        own(names, a->span, "answer '%s'", a->message->name.schema);
        (void)(claim(names, "%s_answer_%s", c, a->message->name.stem) &&
                claim(names, "%s_REPLY_%s", m->name.macro, a->message->name.upper));
    }
}

static void claim_sends(struct names *names, const struct actor *actor)
{
    const char *c = actor->name.c;
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        own(names, a->span, "the ask '%s'", a->name);
        (void)(claim(names, "%s_ask_%s", c, a->name) && claim(names, "%s_got_%s", c, a->name));
    }
    for (const struct tell *t = actor->tells; t != NULL; t = t->next) {
        if (!t->repeated) {
            own(names, t->span, "the tell of '%s'", t->handler->message->name.schema);
            claim(names, "%s_tell_%s_%s", c, t->target->name.stem,
                    t->handler->message->name.stem);
        }
    }
    for (const struct delegate *d = actor->delegates; d != NULL; d = d->next) {
        if (!d->repeated) {
            own(names, d->span, "the delegate of '%s'", d->handler->message->name.schema);
            claim(names, "%s_delegate_%s_%s", c, d->target->name.stem,
                    d->handler->message->name.stem);
        }
    }
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        if (!w->repeated) {
            const char *stem = w->actor->name.stem;
            own(names, w->span, "the watch of '%s'", w->actor->name.schema);
            (void)(claim(names, "%s_watch_%s", c, stem) &&
                    claim(names, "%s_unwatch_%s", c, stem) &&
                    claim(names, "%s_saw_%s_stop", c, stem));
        }
    }
    for (const struct spawn *s = actor->spawns; s != NULL; s = s->next) {
        if (!s->repeated) {
            own(names, s->span, "the spawn of '%s'", s->actor->name.schema);
            claim(names, "%s_spawn_%s", c, s->actor->name.stem);
        }
    }
}

static void claim_state(struct names *names, const struct actor *actor)
{
    if (actor->state == NULL) {
        return;
    }
    own(names, actor->state_span, "the state of '%s'", actor->name.schema);
    claim(names, "%s_equal", actor->name.c);
    claim(names, "%s_print", actor->name.c);
    for (const struct field *f = actor->state->first; f != NULL; f = f->next) {
        unsigned functions = kept_functions(&f->type);
        bool is_good = true;
        own(names, f->span, "the field '%s'", f->schema);
        for (unsigned i = 0; i < KEPT_FUNCTIONS && is_good; i++) {
            if ((functions & 1u << i) != 0) {
                is_good = claim(names, "%s_%s_%s", actor->name.c,
                        kept_function_name((enum kept_function)(1 << i)), f->schema);
            }
        }
    }
}

/* The structs of messages and unions for being in states. */
static void claim_kept(struct names *names, const struct model *model)
{
    for (size_t i = 0; i < model->kept_count; i++) {
        const struct message *m = model->kept[i].message;
        const struct union_type *u = model->kept[i].union_type;
        const char *name = m != NULL ? kept_name(names->arena, model, &m->name, m->home)
                                     : kept_name(names->arena, model, &u->name, u->home);
        own(names, m != NULL ? m->span : u->span, "'%s' in a state",
                m != NULL ? m->name.schema : u->name.schema);
        (void)(claim(names, "%s_state", name) && claim(names, "%s_view", name));
    }
}

static void claim_mode(struct names *names, const struct actor *actor, const struct mode *mode)
{
    own(names, mode->span, "the mode '%s'", mode->schema);
    /* If that is taken by a mode spelt alike, so are its handlers; one error is enough. */
    if (!claim(names, "%s_become_%s", actor->name.c, mode->stem)) {
        return;
    }
    for (const struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        if (!e->stash) {
            own(names, e->span, "the handler of '%s'", e->message->name.schema);
            claim(names, "%s_%s_on_%s", actor->name.c, mode->stem, e->message->name.stem);
        }
    }
}

static void claim_actor(struct names *names, const struct actor *actor)
{
    const char *c = actor->name.c;
    own(names, actor->span, "actor '%s'", actor->name.schema);
    if (!claim(names, "%s", c)) {
        return;
    }
    claim(names, "%s_ref", c);
    claim(names, "%s_args", c);
    claim(names, "%s_ARGS_INIT", actor->name.macro);
    claim(names, "%s_at_start", c);
    claim(names, "%s_at_stop", c);
    claim(names, "%s_self", c);
    claim(names, "%s_start", c);
    claim(names, "%s_stop", c);
    claim(names, "%s_kill", c);
    claim(names, "%s_find", c);
    claim(names, "%s_register", c);
    claim(names, "%s_unregister", c);
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        own(names, h->span, "the handler of '%s'", h->message->name.schema);
        const char *stem = h->message->name.stem;
        /* Of two messages that flatten alike all names clash; one error is enough. */
        (void)((!h->in_all_modes || claim(names, "%s_on_%s", c, stem)) &&
                claim(names, "%s_tell_%s", c, stem) &&
                (h->message->answers == NULL ||
                        (claim(names, "%s_ask_%s", c, stem) &&
                                claim(names, "%s_ask_%s_async", c, stem))));
    }
    claim_sends(names, actor);
    claim_state(names, actor);
    for (const struct timer *t = actor->timers; t != NULL; t = t->next) {
        own(names, t->span, "the timer of '%s'", t->handler->message->name.schema);
        (void)(claim(names, "%s_start_%s", c, t->handler->message->name.stem) &&
                claim(names, "%s_cancel_%s", c, t->handler->message->name.stem));
    }
    if (actor->fd != NULL) {
        own(names, actor->fd_span, "the watch of '%s'", actor->fd->message->name.schema);
        (void)(claim(names, "%s_watch_%s", c, actor->fd->message->name.stem) &&
                claim(names, "%s_unwatch_%s", c, actor->fd->message->name.stem));
    }
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        claim_mode(names, actor, m);
    }
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        own(names, child->span, "child '%s'", child->schema);
        (void)(claim(names, "%s_%s", c, child->stem) &&
                claim(names, "%s_child_%s", c, child->stem));
    }
}

static void claim_all(struct names *names, const struct model *model)
{
    own(names, model->schema_span, "schema '%s'", model->schema);
    claim(names, "%s_ACTOR_H", model->macro_prefix);
    for (const struct enumeration *e = model->enumerations; e != NULL; e = e->next) {
        claim_enum(names, e);
    }
    for (const struct constant *c = model->constants; c != NULL; c = c->next) {
        own(names, c->span, "constant '%s'", c->name.schema);
        claim(names, "%s", c->name.macro);
    }
    for (const struct union_type *u = model->unions; u != NULL; u = u->next) {
        claim_union(names, u);
    }
    for (const struct message *m = model->messages; m != NULL; m = m->next) {
        claim_message(names, m);
    }
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        claim_actor(names, a);
    }
    claim_kept(names, model);
}

/* What is imported, by whatever way, has its names first: they were without a clash before. */
static void claim_imports(struct names *names, const struct model *model, struct map *seen)
{
    for (const struct import *i = model->imports; i != NULL; i = i->next) {
        if (map_add(seen, map_key(i->model), seen) == NULL) {
            claim_imports(names, i->model, seen);
            claim_all(names, i->model);
        }
    }
}

void check_names(const struct model *model, struct arena *arena, struct intern *intern,
        struct diags *diags)
{
    struct names names = { .arena = arena, .intern = intern, .diags = diags };
    struct map seen = { 0 };
    claim_imports(&names, model, &seen);
    claim_all(&names, model);
    map_fini(&seen);
    map_fini(&names.owners);
}
