/* SPDX-License-Identifier: MIT */
/* slot.h - free cells: where a thread gets one, and where it goes when it is done with. Floor 9. */
#ifndef RT_SLOT_H
#define RT_SLOT_H

#include "local.h"

/* Takes a free cell that is at home here, and made if there is none; NULL when memory is out. */
struct cell *slot_take(struct local *l);
/* Gives back a cell that nothing refers to any more, wherever its home is. */
void slot_put(struct local *l, struct cell *c);

#endif
