/* SPDX-License-Identifier: MIT */
/*
 * seam.h - where a simulation looks on: see runtime/sim/shim.c. Elsewhere nothing at all. Floor 0.
 */
#ifndef RT_SEAM_H
#define RT_SEAM_H

#include <stdint.h>

struct local;
struct mailbox;
struct msg;

#ifdef RT_SIM
/* A message is about to be delivered. */
void seam_sends(struct local *l, const struct msg *m);
/* A message gets into its lane. */
void seam_arrives(struct mailbox *mb, struct msg *m);
/* A timer is set. */
void seam_sets_timer(int64_t deadline_ns);
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
