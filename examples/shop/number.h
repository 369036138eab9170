/* SPDX-License-Identifier: MIT */
/* number.h - reads decimal numbers strictly: digits only, no sign, no spaces, no overflow. */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

enum number_result { NUMBER_OK, NUMBER_NOT_ONE, NUMBER_TOO_LARGE };

/* Writes the number that `text` is to `ret_number`, if it is one and not above `max`. */
enum number_result number_read(const char *text, uint64_t max, uint64_t *ret_number);

#endif
