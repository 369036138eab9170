/* SPDX-License-Identifier: MIT */
/*
 * literal.c - see literal.h.
 */
#include "literal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Numbers ---------------------------------------------------------------------------- */

/* What may stick to an integer. A size has no kind of its own: it is a number. */
static const struct suffix {
    const char *text;
    enum ast_literal_kind kind;
    uint64_t factor;
} suffixes[] = {
    { "", AST_INTEGER, 1 },
    { "KiB", AST_INTEGER, UINT64_C(1) << 10 },
    { "MiB", AST_INTEGER, UINT64_C(1) << 20 },
    { "GiB", AST_INTEGER, UINT64_C(1) << 30 },
    { "ns", AST_DURATION, 1 },
    { "us", AST_DURATION, 1000 },
    { "ms", AST_DURATION, 1000000 },
    { "s", AST_DURATION, 1000000000 },
    { "m", AST_DURATION, UINT64_C(60) * 1000000000 },
    { "h", AST_DURATION, UINT64_C(3600) * 1000000000 },
};

enum { SUFFIX_COUNT = sizeof suffixes / sizeof suffixes[0] };

static unsigned digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return (unsigned)(c - 'a') + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return (unsigned)(c - 'A') + 10;
    }
    return 99;
}

static const char too_large[] = "the number does not fit into 64 bits";
static const char malformed[] = "malformed number";

/* Reads digits with '_' between them, up to something else. */
static const char *read_digits(
        const char **text, const char *end, unsigned base, uint64_t *ret_number)
{
    const char *at = *text;
    uint64_t number = 0;
    if (at == end || digit_of(*at) >= base) {
        return malformed;
    }
    for (; at < end && (digit_of(*at) < base || *at == '_'); at++) {
        if (*at == '_') {
            if (at + 1 == end || digit_of(at[1]) >= base) {
                return "'_' stands only between digits";
            }
            continue;
        }
        unsigned digit = digit_of(*at);
        if (number > (UINT64_MAX - digit) / base) {
            return too_large;
        }
        number = number * base + digit;
    }
    *text = at;
    *ret_number = number;
    return NULL;
}

static const char *read_suffix(const char *text, size_t len, struct ast_literal *literal)
{
    for (size_t i = 0; i < SUFFIX_COUNT; i++) {
        const struct suffix *suffix = &suffixes[i];
        if (strlen(suffix->text) != len || memcmp(suffix->text, text, len) != 0) {
            continue;
        }
        uint64_t number = literal->integer.magnitude;
        bool negative = literal->integer.negative;
        if (number > UINT64_MAX / suffix->factor) {
            return too_large;
        }
        number *= suffix->factor;
        if (suffix->kind == AST_DURATION) {
            if (number > INT64_MAX) {
                return "the duration does not fit into 64 bits of nanoseconds";
            }
            *literal = (struct ast_literal){ .kind = AST_DURATION,
                .duration_ns = negative ? -(int64_t)number : (int64_t)number };
        } else {
            literal->integer.magnitude = number;
        }
        return NULL;
    }
    return "unknown suffix of a number; there are KiB, MiB, GiB, ns, us, ms, s, m and h";
}

static const char *read_float(const char *text, size_t len, struct ast_literal *literal)
{
    char copy[64];
    if (len >= sizeof copy) {
        return "a number with a fraction has at most 63 characters";
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    size_t digits = strspn(copy, "-0123456789.eE+");
    char *end = NULL;
    errno = 0;
    double number = strtod(copy, &end);
    if (digits != len || *end != '\0' || copy[len - 1] == '.') {
        return malformed;
    }
    if (isinf(number)) {
        return "the number is too large for an f64";
    }
    *literal = (struct ast_literal){ .kind = AST_FLOAT, .number = number };
    return NULL;
}

/* Says whether a decimal number is followed by a fraction or an exponent. */
static bool goes_on_as_float(const char *at, const char *end)
{
    if (at == end) {
        return false;
    }
    bool exponent = *at == 'e' || *at == 'E';
    return *at == '.' ||
           (exponent && at + 1 < end && (at[1] == '-' || at[1] == '+' || digit_of(at[1]) < 10));
}

const char *literal_number(const char *text, size_t len, struct ast_literal *ret_literal)
{
    const char *end = text + len;
    const char *at = text;
    struct ast_literal literal = { .kind = AST_INTEGER };
    if (*at == '-') {
        literal.integer.negative = true;
        at++;
    }
    unsigned base = 10;
    if (end - at > 1 && at[0] == '0' && (at[1] == 'x' || at[1] == 'b')) {
        base = at[1] == 'x' ? 16 : 2;
        at += 2;
    } else if (end - at > 1 && at[0] == '0' && digit_of(at[1]) < 10) {
        return "a number does not begin with 0; octal numbers do not exist here";
    }
    const char *wrong = read_digits(&at, end, base, &literal.integer.magnitude);
    if (base == 10 && goes_on_as_float(at, end)) {
        wrong = read_float(text, len, &literal);
    } else if (wrong == NULL) {
        wrong = read_suffix(at, (size_t)(end - at), &literal);
    }
    if (wrong == NULL && literal.kind == AST_INTEGER && literal.integer.negative &&
            literal.integer.magnitude > (uint64_t)INT64_MAX + 1) {
        wrong = too_large;
    }
    if (wrong == NULL) {
        *ret_literal = literal;
    }
    return wrong;
}

/* ---- Escapes ---------------------------------------------------------------------------- */

static bool put_code_point(struct buf *string, uint32_t code)
{
    char utf8[4];
    size_t len = 0;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        return false;
    }
    if (code < 0x80) {
        utf8[len++] = (char)code;
    } else {
        int shift = code < 0x800 ? 6 : code < 0x10000 ? 12 : 18;
        unsigned mark = code < 0x800 ? 0xc0 : code < 0x10000 ? 0xe0 : 0xf0;
        utf8[len++] = (char)(mark | code >> shift);
        while (shift > 0) {
            shift -= 6;
            utf8[len++] = (char)(0x80 | (code >> shift & 0x3f));
        }
    }
    buf_put(string, utf8, len);
    return true;
}

/* Reads up to `max` digits. */
static size_t read_code(
        const char *text, size_t len, unsigned base, size_t max, uint32_t *ret_code)
{
    size_t n = 0;
    *ret_code = 0;
    while (n < len && n < max && digit_of(text[n]) < base) {
        *ret_code = *ret_code * base + digit_of(text[n]);
        n++;
    }
    return n;
}

size_t literal_escape(const char *text, size_t len, struct buf *string)
{
    static const char letters[] = "abfnrtv\\\"'?";
    static const char meanings[] = "\a\b\f\n\r\t\v\\\"'?";
    if (len < 2) {
        return 0;
    }
    const char *letter = text[1] == '\0' ? NULL : strchr(letters, text[1]);
    if (letter != NULL) {
        buf_put(string, &meanings[letter - letters], 1);
        return 2;
    }
    uint32_t code = 0;
    size_t digits = read_code(text + 1, len - 1, 8, 3, &code);
    size_t read = 1 + digits;
    if (digits == 0 && text[1] == 'x') {
        digits = read_code(text + 2, len - 2, 16, 2, &code);
        read = 2 + digits;
    } else if (digits == 0 && (text[1] == 'u' || text[1] == 'U')) {
        size_t wanted = text[1] == 'u' ? 4 : 8;
        digits = read_code(text + 2, len - 2, 16, wanted, &code);
        return digits == wanted && put_code_point(string, code) ? 2 + digits : 0;
    }
    if (digits == 0 || code > 0xff) {
        return 0;
    }
    buf_put(string, &(char){ (char)code }, 1);
    return read;
}
