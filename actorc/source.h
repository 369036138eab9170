/* SPDX-License-Identifier: MIT */
/*
 * source.h - the texts that are compiled, and where in them something stands.
 *
 * All sources of a run share one range of offsets, so that a span of two numbers says both which
 * file and where. Lines are counted only when somebody asks, which is when there is an error.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Offsets of the first byte and behind the last. */
struct span {
    uint32_t lo;
    uint32_t hi;
};

/* Files larger than this are refused. */
enum { SOURCE_SIZE_MAX = 16 * 1024 * 1024 };

struct source {
    const char *path;
    char *text;     /* `size` bytes and two NULs */
    uint32_t size;  /* bytes */
    uint32_t base;  /* offset of the first byte in the common range */
    uint32_t start; /* bytes of a byte order mark, to be skipped */
    uint32_t *
            lines; /* offsets in `text` of the beginnings of lines, or NULL if not counted yet */
    uint32_t line_count;
    uint32_t counted_to; /* an offset in `text` */
    uint32_t counted;    /* its column; 0 if no column was counted yet */
};

/* Where texts come from, if not from files: history, for one. Appends the text of `path`; returns
 * NULL, or why there is none. */
struct sources_reader {
    const char *(*read)(void *context, const char *path, struct buf *out);
    void *context;
};

/* A text that takes the place of a file. */
struct sources_text {
    struct sources_text *next;
    const char *path;
    char *text;
    size_t size;
};

/* All zero is empty. */
struct sources {
    struct source **items;
    size_t count;
    const struct sources_reader *reader; /* of sources_load(); NULL = files */
    const struct sources_text *instead;  /* of files, likewise */
};

void sources_fini(struct sources *sources);

/* Adds a text; both are copied. */
struct source *sources_add(
        struct sources *sources, const char *path, const char *text, size_t size);

/*
 * Reads a file and adds it. If that fails an empty source is added all the same, so that errors
 * have a place, and `*ret_why` says what went wrong; NULL means that all is well.
 */
struct source *sources_load(struct sources *sources, const char *path, const char **ret_why);

/* The same for an open file, which is called `path` in errors. */
struct source *sources_read(
        struct sources *sources, int file, const char *path, const char **ret_why);

/* Where an offset is. Lines and columns count from 1, columns in characters. */
struct place {
    struct source *source;
    uint32_t line;
    uint32_t column;
    uint32_t line_lo; /* offsets in the source's text of the line, without its end */
    uint32_t line_hi;
};

struct place sources_place(const struct sources *sources, uint32_t offset);

/* Returns the text of a span; it lies within one source. */
const char *sources_text(const struct sources *sources, struct span span);

/* Says whether white space is all that stands before the offset on its line. */
bool source_starts_line(const struct source *source, uint32_t offset);

/* Returns where the character before the offset `at` in the text begins, not before `limit`, which
 * is before `at`. A stray byte counts as a character. */
uint32_t source_before(const struct source *source, uint32_t at, uint32_t limit);

/* Returns the number of bytes of the UTF-8 character at `text`, or 0 if it is not one. */
size_t source_utf8(const char *text, size_t len);

#endif
