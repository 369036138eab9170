/* SPDX-License-Identifier: MIT */
/* base.c - see base.h. */
#include "base.h"

#include <stdio.h>
#include <stdlib.h>

void rt_broken(const char *what, const char *file, int line)
{
    fprintf(stderr, "actorc runtime: broken invariant: %s (%s:%d)\n", what, file, line);
    abort();
}
