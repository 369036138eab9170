/* SPDX-License-Identifier: MIT */
/* history.h - what happened in a run: as a hash always, and as a list of steps when one is to be shown. */
#ifndef RT_SIM_HISTORY_H
#define RT_SIM_HISTORY_H

#include "sim.h"

#include "../seam.h"

enum { LABEL_MAX = 48 };

/* One event that an actor handled. */
struct step {
    char from[LABEL_MAX]; /* whose message it was; "" = nobody's: a hook */
    char to[LABEL_MAX];
    char *text; /* what it was; owned */
    actor_result result;
    bool injected; /* it failed because the simulation chose so */
    bool is_reply;
    bool is_timer;
    int64_t at; /* ns since the run began */
};

/* Begins anew; `keeps` says that steps are kept to be shown. */
void history_begin(bool keeps);
/* The steps that were kept; lent. */
const struct step *history_steps(size_t *ret_count);

/* A handler or hook of `c` is about to run. */
void history_step(struct local *l, struct cell *c, const actor_event *event);
/* For history_result(): notes with the step what its handler has returned. `injected`: it was made to fail. */
void history_note_result(actor_result result, bool injected);
/* A handler has returned. */
static inline void history_result(actor_result result, bool injected)
{
    run.hash = fold(run.hash, result);
    if (RT_UNLIKELY(seam_is_watched)) {
        history_note_result(result, injected);
    }
}
/* A message leaves for its target. */
void history_sent(struct local *l, const struct msg *m);

#endif
