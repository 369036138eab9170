/* SPDX-License-Identifier: MIT */
/* check.h - what must hold in every run, and what must be reached in one of them. */
#ifndef RT_SIM_CHECK_H
#define RT_SIM_CHECK_H

#include "../base.h"

enum { LABELS_MAX = 256 };

/* Begins a run: forgets the invariants of the one before. What is reached is counted in `reached`, by the
 * index of its label; a failure is handed to `failed`, which does not return. */
void check_begin(uint64_t *reached, void (*failed)(const char *text));
/* Calls each invariant. */
void check_invariants(void);
/* Ends the run as one that has found a fault. */
_Noreturn void check_failed(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The labels of the program: how many, and the text and place of each. */
uint32_t check_labels(void);
const char *check_label(uint32_t index, const char **ret_file, int *ret_line);

#endif
