/* SPDX-License-Identifier: MIT */
/*
 * buf.c - see buf.h.
 */
#include "buf.h"

#include "print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void buf_fini(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){ 0 };
}

/* Makes room for `len` more bytes and a NUL. */
static void reserve(struct buf *buf, size_t len)
{
    size_t wanted = buf->len + len + 1;
    if (wanted > buf->cap) {
        size_t cap = buf->cap < 256 ? 256 : buf->cap;
        while (cap < wanted) {
            cap += cap / 2;
        }
        buf->data = base_realloc(buf->data, cap);
        buf->cap = cap;
    }
}

void buf_put(struct buf *buf, const char *text, size_t len)
{
    reserve(buf, len);
    if (len > 0) {
        memcpy(buf->data + buf->len, text, len);
    }
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *text)
{
    buf_put(buf, text, strlen(text));
}

void buf_fill(struct buf *buf, char c, size_t count)
{
    reserve(buf, count);
    memset(buf->data + buf->len, c, count);
    buf->len += count;
    buf->data[buf->len] = '\0';
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    /* Into the room there is; if that is too little, once more. */
    reserve(buf, 128);
    size_t room = buf->cap - buf->len;
    va_list args;
    va_start(args, format);
    int len = print_va(buf->data + buf->len, room, format, args);
    va_end(args);
    if (len < 0) {
        base_bug("bad format '%s'", format);
    }
    if ((size_t)len >= room) {
        reserve(buf, (size_t)len);
        va_start(args, format);
        print_va(buf->data + buf->len, (size_t)len + 1, format, args);
        va_end(args);
    }
    buf->len += (size_t)len;
}
