/* SPDX-License-Identifier: MIT */
/* clock.h - monotonic time. Floor 0. */
#ifndef RT_CLOCK_H
#define RT_CLOCK_H

#include <stdint.h>

/* Monotonic ns since some start. Costs about 20 ns: read it once a batch. */
int64_t clock_now(void);

#endif
