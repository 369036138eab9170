/* SPDX-License-Identifier: MIT */
/*
 * seam.h - where a simulation looks on: see runtime/sim/shim.c. Elsewhere nothing at all. Floor 1.
 */
#ifndef RT_SEAM_H
#define RT_SEAM_H

#include "base.h"

struct local;
struct mailbox;
struct msg;

#ifdef RT_SIM
/* True in a run of which more is to be known than how it ends. */
extern bool seam_is_watched;

void seam_note_send(struct local *l, const struct msg *m);
void seam_note_arrival(struct mailbox *mb, struct msg *m);
void seam_note_timer(int64_t deadline_ns);

/* A message is about to be delivered. */
static inline void seam_sends(struct local *l, const struct msg *m)
{
    if (RT_UNLIKELY(seam_is_watched)) {
        seam_note_send(l, m);
    }
}

/* A message gets into its lane. */
static inline void seam_arrives(struct mailbox *mb, struct msg *m)
{
    if (RT_UNLIKELY(seam_is_watched)) {
        seam_note_arrival(mb, m);
    }
}

/* A timer is set. */
static inline void seam_sets_timer(int64_t deadline_ns)
{
    if (RT_UNLIKELY(seam_is_watched)) {
        seam_note_timer(deadline_ns);
    }
}
#else
static inline void seam_sends(struct local *l, const struct msg *m)
{
    (void)l, (void)m;
}

static inline void seam_arrives(struct mailbox *mb, struct msg *m)
{
    (void)mb, (void)m;
}

static inline void seam_sets_timer(int64_t deadline_ns)
{
    (void)deadline_ns;
}
#endif

#endif
