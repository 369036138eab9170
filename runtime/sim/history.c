/* SPDX-License-Identifier: MIT */
/* history.c - see history.h. */
#include "history.h"

#include "state.h"

#include "../ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENDERS = 1 << 14, TEXT_MAX = 200, STEPS_SHOWN = 10000 };

/* Who has sent the message that lies at an address; the newest one there. */
struct sender {
    const struct msg *msg;
    char label[LABEL_MAX];
};

static struct {
    bool keeps;
    struct step *current; /* of the handler that runs; NULL = it is not kept */
    struct step *steps;
    size_t count;
    size_t room;
    struct sender *senders; /* by hash of the address; a collision forgets the older */
} history;

void history_begin(bool keeps)
{
    for (size_t i = 0; i < history.count; i++) {
        free(history.steps[i].text);
    }
    history.count = 0;
    history.current = NULL;
    history.keeps = keeps;
    if (keeps && history.senders == NULL) {
        history.senders = calloc(SENDERS, sizeof *history.senders);
        RT_ASSERT(history.senders != NULL);
    }
}

const struct step *history_steps(size_t *ret_count)
{
    *ret_count = history.count;
    return history.steps;
}

/* ---- The hash --------------------------------------------------------------------------------- */

/* The layout and place of what an event carries; NULL if that is nothing. */
static inline const actor_layout *body_of(
        const actor_info *info, const actor_event *event, const void **ret_body)
{
    *ret_body = event->body;
    if (event->body == NULL) {
        return NULL;
    }
    if (event->kind < ACTOR_EVENT_START) {
        return info->classes[event->kind].message;
    }
    if (event->kind == ACTOR_EVENT_START) {
        return info->args;
    }
    if (event->kind >= ACTOR_EVENT_REPLY && event->kind < ACTOR_EVENT_ENDED) {
        const actor_ask *ask = &info->asks[event->kind - ACTOR_EVENT_REPLY];
        const actor_request *request = ask->target->classes[ask->target_class].request;
        const actor_reply *reply = event->body;
        *ret_body = (const char *)event->body + request->answer_offset;
        return reply->kind == 0 ? NULL : request->answers[reply->kind - 1];
    }
    return NULL;
}

static uint64_t hash_event(const actor_info *info, const actor_event *event, uint64_t hash)
{
    const void *body;
    const actor_layout *layout = body_of(info, event, &body);
    hash = fold(hash, event->kind);
    if (layout != NULL && layout->size > 0) {
        hash = hash_value(layout, body, hash);
    } else if (event->kind >= ACTOR_EVENT_ENDED) {
        const actor_ended *ended = event->body;
        hash = fold(fold(hash, ended->ref), ended->why);
    } else if (event->kind >= ACTOR_EVENT_REPLY) {
        hash = fold(hash, ((const actor_reply *)event->body)->error);
    }
    return hash;
}

/* ---- Steps ------------------------------------------------------------------------------------ */

static const char *short_name(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot == NULL ? name : dot + 1;
}

static void put_label(char *label, struct cell *c)
{
    const char *name = load_rlx(&cell_annex(c)->name);
    if (name != NULL) {
        (void)snprintf(label, LABEL_MAX, "%s", name);
    } else {
        (void)snprintf(label, LABEL_MAX, "%s#%u", short_name(c->type->info->name), c->slot);
    }
}

static struct sender *sender_at(const struct msg *m)
{
    return &history.senders[fold(0, (uintptr_t)m) % SENDERS];
}

void history_sent(struct local *l, const struct msg *m)
{
    if (!history.keeps || m->kind > MSG_REPLY) {
        return;
    }
    struct sender *s = sender_at(m);
    s->msg = m;
    (void)snprintf(s->label, LABEL_MAX, "outside");
    if (l->tx.cell != NULL) {
        put_label(s->label, l->tx.cell);
    }
}

/* An answer goes by other ways than a message; the record of its ask tells from whom it is. */
static void put_sender_of_reply(char *label, struct local *l, const struct msg *m)
{
    struct cell *c = cells_find(&l->shared->cells, load_rlx(&msg_ask(m)->callee));
    (void)snprintf(label, LABEL_MAX, "nobody");
    if (c != NULL && c->type != NULL) {
        put_label(label, c);
    }
}

static void take_label(char *label, const struct msg *m)
{
    struct sender *sender = sender_at(m);
    if (sender->msg == m) {
        memcpy(label, sender->label, LABEL_MAX);
        sender->msg = NULL; /* the next message there is another */
    }
}

static void put_sender(struct step *s, struct local *l, const actor_event *event)
{
    const struct msg *m = l->hand;
    if (event->kind == ACTOR_EVENT_START || event->kind == ACTOR_EVENT_STOP || m == NULL) {
        return;
    }
    if (m->kind == MSG_REPLY) {
        s->is_reply = true;
        put_sender_of_reply(s->from, l, m);
    } else if (m->kind == MSG_ALARM) {
        s->is_timer = true;
        memcpy(s->from, s->to, sizeof s->from);
    } else {
        take_label(s->from, m);
    }
}

static void put_text(char *text, const actor_info *info, const actor_event *event)
{
    const void *body;
    const actor_layout *layout = body_of(info, event, &body);
    if (layout != NULL && layout->size > 0) {
        (void)actor__print(layout, text, TEXT_MAX, body);
    } else if (event->kind == ACTOR_EVENT_START || event->kind == ACTOR_EVENT_STOP) {
        (void)snprintf(text, TEXT_MAX, event->kind == ACTOR_EVENT_START ? "starts" : "stops");
    } else if (layout != NULL) {
        (void)snprintf(text, TEXT_MAX, "%s", short_name(layout->name));
    } else if (event->kind < ACTOR_EVENT_START) {
        (void)snprintf(
                text, TEXT_MAX, "%s", short_name(info->classes[event->kind].message->name));
    } else if (event->kind >= ACTOR_EVENT_ENDED) {
        const actor_ended *ended = event->body;
        (void)snprintf(text, TEXT_MAX, "an actor has ended: %s", actor_err_text(ended->why));
    } else {
        const actor_reply *reply = event->body;
        (void)snprintf(text, TEXT_MAX, "%s: %s",
                info->asks[event->kind - ACTOR_EVENT_REPLY].name, actor_err_text(reply->error));
    }
}

static RT_COLD void keep(struct local *l, struct cell *c, const actor_event *event)
{
    history.current = NULL;
    if (!history.keeps || history.count == STEPS_SHOWN) {
        return;
    }
    if (history.count == history.room) {
        history.room = history.room == 0 ? 64 : 2 * history.room;
        history.steps = realloc(history.steps, history.room * sizeof *history.steps);
        RT_ASSERT(history.steps != NULL);
    }
    struct step *s = history.current = &history.steps[history.count++];
    *s = (struct step){ .at = actor_sim_elapsed(), .text = calloc(1, TEXT_MAX) };
    RT_ASSERT(s->text != NULL);
    put_label(s->to, c);
    put_sender(s, l, event);
    if (event->kind == ACTOR_EVENT_START) {
        (void)snprintf(s->text, TEXT_MAX, "starts");
    } else {
        put_text(s->text, c->type->info, event);
    }
}

void history_step(struct local *l, struct cell *c, const actor_event *event)
{
    uint64_t hash = hash_event(c->type->info, event, cell_ref(c));
    run.hash = fold(run.hash, hash);
    if (RT_UNLIKELY(seam_is_watched)) {
        state_handled(c, hash);
        keep(l, c, event);
    }
}

RT_COLD void history_note_result(actor_result result, bool injected)
{
    if (history.current != NULL) {
        history.current->result = result;
        history.current->injected = injected;
    }
}
