/* SPDX-License-Identifier: MIT */
/* progress.h - how far the selling is, on stderr: a bar that moves on a terminal, a line now and
 * then elsewhere. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "orders.h"

#include <actorc/actor.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool terminal;
    actor_duration began;
    uint64_t next_line; /* elsewhere: when to write one, in tenths of the input or in orders */
};

void progress_init(struct progress *progress);

/* Shows it, if there is something new to show. */
void progress_show(struct progress *progress, const struct orders_progress *now);

/* Makes room for other text on the terminal. */
void progress_end(struct progress *progress);

#endif
