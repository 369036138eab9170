/* SPDX-License-Identifier: MIT */
/*
 * machine.h - the machine that is measured on.
 */
#ifndef MACHINE_H
#define MACHINE_H

/* Its processor, how many of its cores we may use, and its kernel. The caller frees it. */
char *machine_describe(void);

/* The memory that could be used without swapping, in bytes. */
double machine_free_ram(void);

/* How many threads wanted to run in the last minute, on average. */
double machine_load(void);

#endif
