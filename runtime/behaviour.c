/* SPDX-License-Identifier: MIT */
/* behaviour.c - see behaviour.h. */
#include "behaviour.h"

#include <string.h>

bool behaviour_begin(struct local *l, struct cell *c)
{
    if (c->type->info->modes == NULL) {
        return true;
    }
    struct mailbox_annex *x = mailbox_annex(&c->mb);
    if (x->stash == NULL) {
        x->stash = pool_alloc_zero(&l->pool, sizeof *x->stash);
        if (x->stash == NULL) {
            return false;
        }
    }
    behaviour_become(l, c, 0);
    return true;
}

void behaviour_end(struct local *l, struct cell *c)
{
    struct mailbox_annex *x = mailbox_annex(&c->mb);
    if (x->stash != NULL) {
        pool_free(&l->pool, x->stash, sizeof *x->stash);
        x->stash = NULL;
    }
}

void behaviour_unstash(struct local *l, struct cell *c)
{
    const struct stash *stash = mailbox_annex(&c->mb)->stash;
    if (RT_LIKELY(stash == NULL)) {
        return;
    }
    for (const struct msg *m = stash->kept.head; m != NULL; m = m->next) {
        struct counts *n = local_counts(l, m->type, m->index);
        tally(l, &n->unstashed);
        tally(l, &n->arrived);
    }
    mailbox_unstash(&c->mb);
}

void behaviour_become(struct local *l, struct cell *c, uint16_t mode)
{
    cell_set_mode(c, mode);
    behaviour_unstash(l, c);
}

void behaviour_keep(struct local *l, struct cell *c, struct msg *m)
{
    struct counts *n = local_counts(l, m->type, m->index);
    tally(l, &n->left);
    tally(l, &n->stashed);
    mailbox_stash(&c->mb, c->type->info, m);
}

void behaviour_keep_or_bury(struct local *l, struct cell *c, struct msg *m)
{
    if (behaviour_of(c, m->index) == ACTOR_STASHED) {
        behaviour_keep(l, c, m);
        return;
    }
    struct counts *n = local_counts(l, m->type, m->index);
    tally(l, &n->left);
    mailbox_release(&c->mb, m->index, ref_gen(cell_ref(c)), m->flags);
    send_dead(l, m, ACTOR_ERR_UNHANDLED);
}

bool behaviour_may_become(const struct local *l, uint16_t mode)
{
    const actor_info *info = l->tx.cell->type->info;
    const actor_event *event = l->tx.event;
    uint64_t set = 0;
    if (mode >= info->mode_count) {
        return false;
    }
    if (event->kind < info->class_count) {
        set = info->modes[event->mode].reactions[event->kind].becomes;
    } else if (event->kind >= ACTOR_EVENT_ENDED) {
        set = info->watch_becomes[event->kind - ACTOR_EVENT_ENDED];
    } else if (event->kind >= ACTOR_EVENT_REPLY) {
        set = info->ask_becomes[event->kind - ACTOR_EVENT_REPLY];
    }
    return (set >> mode & 1) != 0;
}
