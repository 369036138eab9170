/* SPDX-License-Identifier: MIT */
/*
 * check_modes.c - see check_modes.h. The modes of an actor fit into a set of bits; which modes may
 * follow which, directly or not, is the closure of what their handlers name.
 *
 * The continuation of an ask, and the news of an end, may enter what the handler may in whose block
 * they stand, but later: in any mode that follows. Outside of blocks they may enter whatever is
 * named somewhere, at any time.
 */
#include "check_modes.h"

/* Of each mode the modes that may follow it. */
struct ways {
    uint64_t next[MODES_MAX]; /* at once */
    uint64_t all[MODES_MAX];  /* ever */
};

static uint64_t bit_of(const struct mode *mode)
{
    return UINT64_C(1) << mode->index;
}

static const struct mode_entry *entry_of(const struct mode *mode, const struct handler *handler)
{
    const struct mode_entry *e = mode->entries;
    while (e != NULL && e->handler != handler) {
        e = e->next;
    }
    return e;
}

static uint64_t named_by(const struct become *becomes)
{
    uint64_t modes = 0;
    for (const struct become *b = becomes; b != NULL; b = b->next) {
        modes |= bit_of(b->mode);
    }
    return modes;
}

/* ---- What may follow what ----------------------------------------------------------------- */

static void close_ways(const struct actor *actor, struct ways *ways)
{
    for (uint32_t i = 0; i < actor->mode_count; i++) {
        ways->all[i] = ways->next[i];
    }
    for (uint32_t via = 0; via < actor->mode_count; via++) {
        for (uint32_t from = 0; from < actor->mode_count; from++) {
            if ((ways->all[from] >> via & 1) != 0) {
                ways->all[from] |= ways->all[via];
            }
        }
    }
}

static void add_handlers(const struct actor *actor, struct ways *ways)
{
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        ways->next[m->index] = 0;
        for (const struct mode_entry *e = m->entries; e != NULL; e = e->next) {
            ways->next[m->index] |= named_by(e->becomes);
        }
        for (const struct handler *h = actor->handlers; h != NULL; h = h->next) {
            if (h->becomes != NULL && entry_of(m, h) == NULL) {
                ways->next[m->index] |= named_by(h->becomes);
            }
        }
    }
}

/* Adds what may happen in all modes. */
static void add_free(const struct actor *actor, struct ways *ways)
{
    bool is_free = false;
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        is_free |= a->from == NULL;
    }
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        is_free |= w->from == NULL;
    }
    for (const struct mode *m = actor->modes; m != NULL && is_free; m = m->next) {
        for (uint32_t i = 0; i < actor->mode_count; i++) {
            ways->next[i] |= m->named ? bit_of(m) : 0;
        }
    }
}

/* Adds what comes of an effect in the block of a handler, `mode` being its mode or NULL. No new mode
 * follows the one it begins in, so it makes no difference in which order effects are added. */
static void add_late(const struct actor *actor, const struct handler *from,
        const struct mode *mode, struct ways *ways)
{
    const struct mode_entry *entry = mode == NULL ? NULL : entry_of(mode, from);
    uint64_t named = named_by(entry != NULL ? entry->becomes : from->becomes);
    uint64_t later = 0;
    for (const struct mode *m = actor->modes; m != NULL && named != 0; m = m->next) {
        if (mode == NULL ? entry_of(m, from) == NULL : m == mode) {
            later |= ways->all[m->index];
        }
    }
    for (uint32_t i = 0; i < actor->mode_count; i++) {
        ways->next[i] |= (later >> i & 1) != 0 ? named : 0;
    }
}

static void find_ways(const struct actor *actor, struct ways *ways)
{
    add_handlers(actor, ways);
    add_free(actor, ways);
    close_ways(actor, ways);
    for (const struct ask *a = actor->asks; a != NULL; a = a->next) {
        if (a->from != NULL) {
            add_late(actor, a->from, a->mode, ways);
        }
    }
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        if (w->from != NULL) {
            add_late(actor, w->from, w->mode, ways);
        }
    }
    close_ways(actor, ways);
}

/* ---- What is kept for ever ---------------------------------------------------------------- */

/* Returns the modes that handle the message, in their own way or in that of all. */
static uint64_t handling(const struct actor *actor, const struct handler *handler)
{
    uint64_t modes = 0;
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        const struct mode_entry *e = entry_of(m, handler);
        if (e != NULL ? !e->stash : handler->in_all_modes) {
            modes |= bit_of(m);
        }
    }
    return modes;
}

static void report(const struct actor *actor, const struct mode *mode,
        const struct mode_entry *entry, uint64_t handled, struct diags *diags)
{
    const char *message = entry->message->name.schema;
    struct diag *diag = diags_add(diags, DIAG_STASH, entry->span,
            entry->message->answers != NULL
                    ? "'%s' is never answered: it is kept in '%s', and no mode that may follow "
                      "handles it"
                    : "'%s' is kept in '%s' for ever: no mode that may follow handles it",
            message, mode->schema);
    const struct mode *m = actor->modes;
    while (m != NULL && (handled & bit_of(m)) == 0) {
        m = m->next;
    }
    if (m != NULL) {
        diag_note(diags, diag, m->span, "'%s' handles it, and cannot follow", m->schema);
        diag_hint(diags, diag,
                "write '=> %s' behind a handler of '%s', or leave out the 'stash'", m->schema,
                mode->schema);
    } else {
        diag_hint(diags, diag, "write 'on %s;' in a mode that may follow '%s'", message,
                mode->schema);
    }
}

/* Messages that the same modes handle are kept for ever by one mistake. What no mode handles at all
 * has been reported. */
static void check_mode(const struct actor *actor, const struct mode *mode, uint64_t followers,
        struct diags *diags)
{
    uint64_t reported = UINT64_MAX;
    for (const struct mode_entry *e = mode->entries; e != NULL; e = e->next) {
        if (!e->stash || e->handler == NULL) {
            continue;
        }
        uint64_t handled = handling(actor, e->handler);
        if ((handled & followers) == 0 && handled != reported) {
            report(actor, mode, e, handled, diags);
            reported = handled;
        }
    }
}

/* ---- Actors ------------------------------------------------------------------------------- */

/* What a mode handles that nobody can enter may be what others keep, so that is asked later. */
static bool check_entered(const struct actor *actor, uint64_t entered, struct diags *diags)
{
    bool is_good = true;
    for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
        if ((entered & bit_of(m)) == 0) {
            struct diag *diag = diags_add(diags, DIAG_MODE, m->span,
                    "nobody can enter the mode '%s' of '%s'", m->schema, actor->name.schema);
            diag_hint(diags, diag,
                    "write '=> %s' behind a handler of a mode that can be entered", m->schema);
            is_good = false;
        }
    }
    return is_good;
}

static void check_actor(const struct actor *actor, struct diags *diags)
{
    struct ways ways;
    find_ways(actor, &ways);
    if (check_entered(actor, ways.all[0] | 1, diags)) {
        for (const struct mode *m = actor->modes; m != NULL; m = m->next) {
            check_mode(actor, m, ways.all[m->index], diags);
        }
    }
}

void check_modes(const struct model *model, struct diags *diags)
{
    for (const struct actor *a = model->actors; a != NULL; a = a->next) {
        if (a->modes != NULL && a->mode_count <= MODES_MAX && !a->broken && !a->lost_mode) {
            check_actor(a, diags);
        }
    }
}
