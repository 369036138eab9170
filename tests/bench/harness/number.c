/* SPDX-License-Identifier: MIT */
/*
 * number.c - see number.h.
 */
#include "number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct number number_of_count(uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    struct number number = { "" };
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            number.text[at++] = ',';
        }
        number.text[at++] = digits[i];
    }
    return number;
}

struct number number_of(double value)
{
    /* What is rounded up to the next digit must not get a digit more: 9.996 is 10.0, not 10.00. */
    if (value >= 99.95 && value < 1e18) {
        return number_of_count((uint64_t)llround(value));
    }
    struct number number;
    int decimals = value >= 9.995 ? 1 : value >= 0.9995 ? 2 : 3;
    (void)snprintf(number.text, sizeof number.text, "%.*f", decimals, value);
    return number;
}

struct number number_of_tick(double value)
{
    static const struct {
        double size;
        const char *name;
    } steps[] = { { 1e9, " G" }, { 1e6, " M" }, { 1e4, " k" } };
    struct number number;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (value >= steps[i].size * 0.999) {
            double size = steps[i].size == 1e4 ? 1e3 : steps[i].size;
            (void)snprintf(
                    number.text, sizeof number.text, "%g%s", value / size, steps[i].name);
            return number;
        }
    }
    if (value >= 999.5) {
        return number_of_count((uint64_t)llround(value));
    }
    (void)snprintf(number.text, sizeof number.text, "%g", value);
    return number;
}
