/* SPDX-License-Identifier: MIT */
/* fds.h - descriptors that actors watch, in a simulation. */
#ifndef RT_SIM_FDS_H
#define RT_SIM_FDS_H

#include "sim.h"

/* Looks at all watched descriptors; true if one was ready, and its actor has been told. */
bool sim_look_at_fds(void);

#endif
