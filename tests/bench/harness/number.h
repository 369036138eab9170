/* SPDX-License-Identifier: MIT */
/*
 * number.h - numbers for people: three digits that count, and commas between thousands.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

struct number {
    char text[40];
};

/* Such as "0.348", "10.5", "165" and "152,997". */
struct number number_of(double value);

/* Without a fraction: "1,000,000". */
struct number number_of_count(uint64_t count);

/* Where an axis has it: short, without zeros that say nothing, "0.5", "20", "10 k", "2 M", "1 G". */
struct number number_of_tick(double value);

#endif
