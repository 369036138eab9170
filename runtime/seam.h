/* SPDX-License-Identifier: MIT */
/*
 * seam.h - where a simulation looks on at what the linker cannot put it before, as it is inline or is called in its
 * own file: see runtime/sim/shim.c. Elsewhere nothing at all. Floor 0.
 */
#ifndef RT_SEAM_H
#define RT_SEAM_H

struct local;
struct mailbox;
struct msg;

#ifdef RT_SIM
/* A message is about to be delivered. */
void seam_sends(struct local *l, const struct msg *m);
/* A message gets into the lane of a mailbox that is simple, without mailbox_put(). */
void seam_arrives(struct mailbox *mb, struct msg *m);
#else
static inline void seam_sends(struct local *l, const struct msg *m)
{
    (void)l, (void)m;
}

static inline void seam_arrives(struct mailbox *mb, struct msg *m)
{
    (void)mb, (void)m;
}
#endif

#endif
