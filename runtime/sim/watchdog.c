/* SPDX-License-Identifier: MIT */
/* watchdog.c - no handler is slow where time does not pass in it. */
#include "../watchdog.h"

bool watchdog_start(struct shared *s)
{
    (void)s;
    return true;
}

void watchdog_stop(struct shared *s)
{
    (void)s;
}
