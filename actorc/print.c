/* SPDX-License-Identifier: MIT */
/*
 * print.c - see print.h.
 */
#include "print.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct target {
    char *to;
    size_t room; /* of which one byte is for the NUL */
    size_t len;  /* of all that was printed, also of what did not fit */
};

static void put(struct target *t, const char *text, size_t len)
{
    if (t->len < t->room) {
        size_t fits = t->room - t->len - 1;
        memcpy(t->to + t->len, text, len < fits ? len : fits);
    }
    t->len += len;
}

static void put_decimal(struct target *t, uint64_t number, bool negative)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    if (negative) {
        digits[--at] = '-';
    }
    put(t, digits + at, sizeof digits - at);
}

static void put_signed(struct target *t, int64_t number)
{
    put_decimal(t, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, number < 0);
}

/* Prints one conversion, "%s" or the like, and returns what is behind it; NULL if it is not one of ours. */
static const char *put_one(struct target *t, const char *at, va_list *args)
{
    at++;
    bool is_long = *at == 'l' || *at == 'z';
    at += is_long ? 1 : 0;
    switch (*at) {
    case 's':
        if (!is_long) {
            const char *text = va_arg(*args, const char *);
            put(t, text, strlen(text));
            return at + 1;
        }
        return NULL;
    case 'c':
        if (!is_long) {
            char c = (char)va_arg(*args, int);
            put(t, &c, 1);
            return at + 1;
        }
        return NULL;
    case 'u':
        put_decimal(t, is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned), false);
        return at + 1;
    case 'd': put_signed(t, is_long ? va_arg(*args, long) : va_arg(*args, int)); return at + 1;
    default: return NULL;
    }
}

/* Says whether all of the format was ours. */
static bool print(struct target *t, const char *format, va_list *args)
{
    for (;;) {
        size_t literal = 0; /* mostly short: a loop is quicker than a call */
        while (format[literal] != '%' && format[literal] != '\0') {
            literal++;
        }
        put(t, format, literal);
        format += literal;
        if (*format == '\0') {
            return true;
        }
        format = put_one(t, format, args);
        if (format == NULL) {
            return false;
        }
    }
}

static_assert(sizeof(size_t) == sizeof(unsigned long), "'z' and 'l' are read alike");

int print_va(char *to, size_t room, const char *format, va_list args)
{
    struct target t = { .to = to, .room = room };
    va_list ours;
    va_copy(ours, args);
    bool is_done = print(&t, format, &ours);
    va_end(ours);
    if (!is_done || t.len > INT32_MAX) {
        return vsnprintf(to, room, format, args);
    }
    if (room > 0) {
        to[t.len < room ? t.len : room - 1] = '\0';
    }
    return (int)t.len;
}

int print_to(char *to, size_t room, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = print_va(to, room, format, args);
    va_end(args);
    return len;
}
