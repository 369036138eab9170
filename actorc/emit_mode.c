/* SPDX-License-Identifier: MIT */
/*
 * emit_mode.c - the tables that tell the runtime what an actor does with each message in each of
 * its modes, and which modes its handlers may become.
 */
#include "emit.h"

#include <inttypes.h>

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

static uint64_t bits(const struct become *becomes)
{
    uint64_t set = 0;
    for (const struct become *b = becomes; b != NULL; b = b->next) {
        set |= UINT64_C(1) << b->mode->index;
    }
    return set;
}

static const struct mode_entry *entry_of(const struct mode *mode, const struct handler *h)
{
    const struct mode_entry *e = mode->entries;
    while (e != NULL && e->handler != h) {
        e = e->next;
    }
    return e;
}

static const char *bits_text(struct emit *emit, uint64_t set)
{
    return set == 0 ? "0" : PRINT("0x%" PRIx64, set);
}

static void emit_reactions(
        struct emit *emit, const struct actor *actor, const struct mode *mode)
{
    buf_printf(emit->out, "static const actor_reaction %s__%s__reactions[] = {\n",
            actor->name.c, mode->stem);
    for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
        const struct mode_entry *e = entry_of(mode, h);
        const char *action = "ACTOR_UNHANDLED";
        uint64_t becomes = 0;
        if (e != NULL && e->stash) {
            action = "ACTOR_STASHED";
        } else if (e != NULL || h->in_all_modes) {
            action = "ACTOR_HANDLED";
            becomes = bits(e != NULL ? e->becomes : h->becomes);
        }
        buf_printf(emit->out, "    { %s, %s }, /* %s */\n", action, bits_text(emit, becomes),
                h->message->name.schema);
    }
    buf_puts(emit->out, "};\n\n");
}

/* What may be become where the result of an effect arrives: what the handler may in whose block the
 * effect is, or, outside of blocks, what any handler may. */
static uint64_t bits_after(
        const struct actor *actor, const struct handler *from, const struct mode *mode)
{
    if (from != NULL) {
        const struct mode_entry *e = mode == NULL ? NULL : entry_of(mode, from);
        return bits(e != NULL ? e->becomes : from->becomes);
    }
    uint64_t set = 0;
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        set |= m->named ? UINT64_C(1) << m->index : 0;
    }
    return set;
}

static void emit_ask_becomes(struct emit *emit, const struct actor *actor)
{
    buf_printf(emit->out, "static const uint64_t %s__ask_becomes[] = {\n", actor->name.c);
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        buf_printf(
                emit->out, "    %s,\n", bits_text(emit, bits_after(actor, a->from, a->mode)));
    }
    buf_puts(emit->out, "};\n\n");
}

/* Who is watched in several blocks is seen to end in one function. */
static void emit_watch_becomes(struct emit *emit, const struct actor *actor)
{
    buf_printf(emit->out, "static const uint64_t %s__watch_becomes[] = {\n", actor->name.c);
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        if (w->repeated) {
            continue;
        }
        uint64_t set = 0;
        for (const struct watch *also = w; also != NULL; also = also->next) {
            set |= also->index == w->index ? bits_after(actor, also->from, also->mode) : 0;
        }
        buf_printf(emit->out, "    %s,\n", bits_text(emit, set));
    }
    buf_puts(emit->out, "};\n\n");
}

void emit_modes(struct emit *emit, const struct actor *actor)
{
    const char *c = actor->name.c;
    if (actor->modes == NULL) {
        return;
    }
    for (const struct mode *m = actor->modes; m != NULL && actor->handlers != NULL;
            m = m->next) {
        emit_reactions(emit, actor, m);
    }
    buf_printf(emit->out, "static const actor_mode %s__modes[] = {\n", c);
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        emit_signature(emit, "    { ",
                EMIT_PARAMETERS(PRINT("\"%s\"", m->schema),
                        actor->handlers == NULL ? "NULL"
                                                : PRINT("%s__%s__reactions", c, m->stem)),
                " },\n");
    }
    buf_puts(emit->out, "};\n\n");
    if (actor->asks != NULL) {
        emit_ask_becomes(emit, actor);
    }
    if (actor->watches != NULL) {
        emit_watch_becomes(emit, actor);
    }
}
