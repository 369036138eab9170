/* SPDX-License-Identifier: MIT */
/*
 * dice.h - what tests at random roll, and how they are told from which seed and how much of it. For the
 * one source file of a test program that includes it.
 */
#ifndef DICE_H
#define DICE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* splitmix64 */
static inline uint64_t roll(uint64_t *dice)
{
    uint64_t z = (*dice += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline bool one_in(uint64_t *dice, uint64_t n)
{
    return roll(dice) % n == 0;
}

/* A number from the environment. */
static inline uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

#endif
