/* SPDX-License-Identifier: MIT */
/* pages.h - memory from the system, a piece at a time, for those that keep it long. Any thread. Floor 0. */
#ifndef RT_PAGES_H
#define RT_PAGES_H

#include <stddef.h>

/* Maps so many bytes, whose content means nothing; NULL when memory is out. */
void *pages_map(size_t bytes);
/* Gives them back, all of them. */
void pages_unmap(void *at, size_t bytes);

#endif
