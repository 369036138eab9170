/* SPDX-License-Identifier: MIT */
/* clock.c - time that passes only when nothing else can happen, or when a choice says so. */
#include "../clock.h"

#include "sim.h"

int64_t clock_now(void)
{
    return run.now;
}
