/* SPDX-License-Identifier: MIT */
/*
 * source.c - see source.h.
 */
#include "source.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void sources_fini(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        free(sources->items[i]->lines);
        free(sources->items[i]->text);
        free(sources->items[i]);
    }
    free(sources->items);
    *sources = (struct sources){ 0 };
}

/* Adds a source that takes `text`, which has two NULs behind its `size` bytes. */
static struct source *add(struct sources *sources, const char *path, char *text, uint32_t size)
{
    struct source *source = base_alloc(sizeof *source);
    *source = (struct source){ .path = path, .text = text, .size = size };
    if (sources->count > 0) {
        const struct source *last = sources->items[sources->count - 1];
        source->base = last->base + last->size + 1;
    }
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        source->start = 3;
    }
    size_t items_size = (sources->count + 1) * sizeof(struct source *);
    sources->items = base_realloc(sources->items, items_size);
    sources->items[sources->count++] = source;
    return source;
}

struct source *sources_add(
        struct sources *sources, const char *path, const char *text, size_t size)
{
    assert(size <= SOURCE_SIZE_MAX);
    char *copy = base_alloc(size + 2);
    if (size > 0) {
        memcpy(copy, text, size); /* of nothing, `text` may be NULL */
    }
    memset(copy + size, 0, 2);
    return add(sources, path, copy, (uint32_t)size);
}

static const char too_large[] = "the file is larger than 16 MiB";

/* Reads all of `file`. Returns NULL on success. */
static const char *read_all(int file, char **ret_text, uint32_t *ret_size)
{
    size_t cap = 64 * 1024;
    size_t size = 0;
    char *text = base_alloc(cap + 2);
    for (;;) {
        ssize_t got = read(file, text + size, cap - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 || size + (size_t)got > SOURCE_SIZE_MAX) {
            free(text);
            return got < 0 ? strerror(errno) : too_large;
        }
        /* With a NUL it is no text, and there may be no end of it. */
        const char *nul = got == 0 ? NULL : memchr(text + size, '\0', (size_t)got);
        size += (size_t)got;
        if (got == 0 || nul != NULL) {
            break;
        }
        if (size == cap) {
            cap *= 2;
            text = base_realloc(text, cap + 2);
        }
    }
    memset(text + size, 0, 2);
    *ret_text = text;
    *ret_size = (uint32_t)size;
    return NULL;
}

/* The common range of offsets has 32 bits. Returns NULL if there is room for a text. */
static const char *check_room(const struct sources *sources)
{
    if (sources->count > 0) {
        const struct source *last = sources->items[sources->count - 1];
        if (last->base > UINT32_MAX - 2u * SOURCE_SIZE_MAX - 2) {
            return "the files of this run have more than 4 GiB";
        }
    }
    return NULL;
}

static const char *read_file(
        const struct sources *sources, int file, char **ret_text, uint32_t *ret_size)
{
    const char *why = check_room(sources);
    if (why != NULL) {
        return why;
    }
    struct stat status;
    if (fstat(file, &status) != 0) {
        return strerror(errno);
    }
    if (S_ISREG(status.st_mode) && status.st_size > SOURCE_SIZE_MAX) {
        return too_large;
    }
    return S_ISDIR(status.st_mode) ? "it is a directory" : read_all(file, ret_text, ret_size);
}

struct source *sources_read(
        struct sources *sources, int file, const char *path, const char **ret_why)
{
    char *text = NULL;
    uint32_t size = 0;
    *ret_why = read_file(sources, file, &text, &size);
    if (*ret_why != NULL) {
        return sources_add(sources, path, "", 0);
    }
    return add(sources, path, text, size);
}

static struct source *read_elsewhere(
        struct sources *sources, const char *path, const char **ret_why)
{
    struct buf text = { 0 };
    *ret_why = check_room(sources);
    if (*ret_why == NULL) {
        *ret_why = sources->reader->read(sources->reader->context, path, &text);
    }
    if (*ret_why == NULL && text.len > SOURCE_SIZE_MAX) {
        *ret_why = too_large;
    }
    bool has_text = *ret_why == NULL && text.len > 0;
    struct source *source =
            sources_add(sources, path, has_text ? text.data : "", has_text ? text.len : 0);
    buf_fini(&text);
    return source;
}

/*
 * Opens a file that has an end and whose end is near enough; a FIFO that nobody writes to would make
 * the run wait, and a device fill the memory before the limit is seen. Returns NULL on success.
 */
static const char *open_file(const char *path, int *ret_file)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0 || fstat(file, &status) != 0) {
        const char *why = strerror(errno);
        if (file >= 0) {
            close(file);
        }
        return why;
    }
    const char *why = NULL;
    if (S_ISDIR(status.st_mode)) {
        why = "it is a directory";
    } else if (S_ISFIFO(status.st_mode)) {
        /* Without somebody who writes it is at its end at once; else it is read to its end. */
        why = fcntl(file, F_SETFL, 0) == 0 ? NULL : strerror(errno);
    } else if (!S_ISREG(status.st_mode)) {
        why = "it is not a regular file";
    } else if (status.st_size > SOURCE_SIZE_MAX) {
        why = too_large;
    }
    if (why != NULL) {
        close(file);
        return why;
    }
    *ret_file = file;
    return NULL;
}

struct source *sources_load(struct sources *sources, const char *path, const char **ret_why)
{
    if (sources->reader != NULL) {
        return read_elsewhere(sources, path, ret_why);
    }
    for (const struct sources_text *t = sources->instead; t != NULL; t = t->next) {
        if (strcmp(t->path, path) == 0) {
            *ret_why = check_room(sources);
            return sources_add(sources, path, t->text, *ret_why == NULL ? t->size : 0);
        }
    }
    int file = -1;
    *ret_why = open_file(path, &file);
    if (*ret_why != NULL) {
        return sources_add(sources, path, "", 0);
    }
    struct source *source = sources_read(sources, file, path, ret_why);
    close(file);
    return source;
}

static void count_lines(struct source *source)
{
    uint32_t count = 1;
    for (uint32_t i = 0; i < source->size; i++) {
        count += source->text[i] == '\n';
    }
    source->lines = base_alloc(count * sizeof *source->lines);
    source->lines[0] = source->start;
    source->line_count = 1;
    for (uint32_t i = 0; i < source->size; i++) {
        if (source->text[i] == '\n') {
            source->lines[source->line_count++] = i + 1;
        }
    }
}

static struct source *source_of(const struct sources *sources, uint32_t offset)
{
    assert(sources->count > 0);
    size_t low = 0;
    size_t high = sources->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (sources->items[middle]->base <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return sources->items[low];
}

/* Returns the column of an offset in the line that begins at `line_lo`. Places are mostly asked for
 * in order, and lines may be long: it goes on where it was the last time. */
static uint32_t column_of(struct source *source, uint32_t line_lo, uint32_t at)
{
    bool goes_on =
            source->counted > 0 && source->counted_to >= line_lo && source->counted_to <= at;
    uint32_t i = goes_on ? source->counted_to : line_lo;
    uint32_t column = goes_on ? source->counted : 1;
    for (; i < at; i++) {
        column += ((unsigned char)source->text[i] & 0xc0) != 0x80;
    }
    source->counted_to = at;
    source->counted = column;
    return column;
}

struct place sources_place(const struct sources *sources, uint32_t offset)
{
    struct source *source = source_of(sources, offset);
    if (source->lines == NULL) {
        count_lines(source);
    }
    uint32_t at = offset - source->base;
    assert(at <= source->size);
    uint32_t low = 0;
    uint32_t high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    struct place place = { .source = source, .line = low + 1 };
    place.line_lo = source->lines[low];
    place.line_hi = high < source->line_count ? source->lines[high] - 1 : source->size;
    if (place.line_hi > place.line_lo && source->text[place.line_hi - 1] == '\r') {
        place.line_hi--;
    }
    place.column = column_of(source, place.line_lo, at);
    return place;
}

const char *sources_text(const struct sources *sources, struct span span)
{
    const struct source *source = source_of(sources, span.lo);
    return source->text + (span.lo - source->base);
}

bool source_starts_line(const struct source *source, uint32_t offset)
{
    uint32_t at = offset - source->base;
    while (at > source->start &&
            (source->text[at - 1] == ' ' || source->text[at - 1] == '\t')) {
        at--;
    }
    return at <= source->start || source->text[at - 1] == '\n';
}

uint32_t source_before(const struct source *source, uint32_t at, uint32_t limit)
{
    for (uint32_t size = 2; size <= 4 && size <= at - limit; size++) {
        if (source_utf8(source->text + at - size, size) == size) {
            return at - size;
        }
    }
    return at - 1;
}

/* The smallest code point of a character of each length; less is written too long. */
static const uint32_t utf8_min[] = { 0, 0, 0x80, 0x800, 0x10000 };

size_t source_utf8(const char *text, size_t len)
{
    unsigned char first = (unsigned char)text[0];
    if (len == 0 || first < 0x80) {
        return len > 0;
    }
    size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || size > len) {
        return 0;
    }
    uint32_t code = first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (next & 0x3f);
    }
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < utf8_min[size] || code > 0x10ffff || surrogate ? 0 : size;
}
