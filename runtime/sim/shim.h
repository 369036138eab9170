/* SPDX-License-Identifier: MIT */
/* shim.h - see shim.c. */
#ifndef RT_SIM_SHIM_H
#define RT_SIM_SHIM_H

#include <stdbool.h>

/* Begins a run: forgets the crashes that were planned for the one before. `is_watched`: see seam.h. */
void shim_begin(bool is_watched);

#endif
