/* SPDX-License-Identifier: MIT */
/* look.c - what invariants may look at. */
#include "../system.h"
#include "sim.h"

const void *actor_sim_state(actor_system *system, uint64_t ref)
{
    struct cell *c = cells_alive(&system->shared.cells, ref);
    bool started = c != NULL && (c->flags & CELL_HOOKED) != 0 &&
                   (cell_status(c) == CELL_RUNNING || cell_status(c) == CELL_DRAINING);
    return started ? c->state : NULL;
}
