/* SPDX-License-Identifier: MIT */
/* shim.h - see shim.c. */
#ifndef RT_SIM_SHIM_H
#define RT_SIM_SHIM_H

/* Forgets the crashes that were planned for the run before. */
void shim_begin(void);

#endif
