/* SPDX-License-Identifier: MIT */
/* number.c - see number.h. */
#include "number.h"

#include <stdbool.h>

enum number_result number_read(const char *text, uint64_t max, uint64_t *ret_number)
{
    uint64_t number = 0;
    bool too_large = false;
    if (*text == '\0') {
        return NUMBER_NOT_ONE;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return NUMBER_NOT_ONE;
        }
        uint64_t digit = (uint64_t)(*text - '0');
        too_large = too_large || digit > max || number > (max - digit) / 10;
        number = too_large ? 0 : number * 10 + digit;
    }
    if (too_large) {
        return NUMBER_TOO_LARGE;
    }
    *ret_number = number;
    return NUMBER_OK;
}
