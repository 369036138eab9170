/* SPDX-License-Identifier: MIT */
/* utf8.h - is this UTF-8? */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Says whether `len` bytes at `text` are well-formed UTF-8 (RFC 3629: no overlong forms, no
 * surrogates, nothing past U+10FFFF) without NUL. */
bool utf8_valid(const char *text, size_t len);

#endif
