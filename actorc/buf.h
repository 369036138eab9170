/* SPDX-License-Identifier: MIT */
/*
 * buf.h - text that grows.
 */
#ifndef BUF_H
#define BUF_H

#include "base.h"

/* All zero is empty. `data` is NULL until something was put; then it ends with a NUL that
 * `len` does not count. */
struct buf {
    char *data;
    size_t len;
    size_t cap;
};

/* Releases the text; the buffer is empty then. */
void buf_fini(struct buf *buf);

/* Append. */
void buf_put(struct buf *buf, const char *text, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_fill(struct buf *buf, char c, size_t count);
void buf_printf(struct buf *buf, const char *format, ...) BASE_PRINTF(2, 3);

#endif
