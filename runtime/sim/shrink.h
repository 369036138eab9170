/* SPDX-License-Identifier: MIT */
/* shrink.h - from a run that fails to a shorter one that fails for the same reason. */
#ifndef RT_SIM_SHRINK_H
#define RT_SIM_SHRINK_H

#include "attempt.h"

/* `a` is a list of choices that fails. Makes it shorter and its numbers smaller. Returns how many runs that
 * took. */
uint32_t shrink(struct attempt *a);

#endif
