/* SPDX-License-Identifier: MIT */
/*
 * csv.c - see csv.h.
 *
 * Design: `window` holds the input from the record in hand to what was last read. A record
 * is taken apart without consuming anything, its fields unescaped into `text`; only then does
 * `start` move: past the record, or past its first line if it is malformed.
 */
#include "csv.h"

#include "utf8.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As much as a record may have, and as much again to read ahead. */
enum { WINDOW_SIZE = 2 * CSV_RECORD_MAX };

enum { INPUT_END = -1, INPUT_LIMIT = -2, INPUT_ERROR = -3 };

struct csv {
    int fd;
    int read_errno; /* what read() said; nothing is read after an error */
    bool ended;
    size_t start; /* the record in hand, in `window` */
    size_t end;
    size_t line;     /* of `start` */
    uint64_t offset; /* of `start`, in the input */
    char window[WINDOW_SIZE];
    char text[CSV_RECORD_MAX + CSV_FIELDS_MAX]; /* fields, each with its NUL */
};

/* A record being taken apart. Positions are relative to csv->start. */
struct scan {
    struct csv *csv;
    struct csv_record *record;
    size_t at;
    size_t text_len;
    size_t field_start; /* in csv->text */
    const char *problem;
    size_t problem_at;
};

struct csv *csv_new(int fd)
{
    struct csv *csv = calloc(1, sizeof *csv);
    if (csv != NULL) {
        csv->fd = fd;
        csv->line = 1;
    }
    return csv;
}

void csv_free(struct csv *csv)
{
    free(csv);
}

uint64_t csv_offset(const struct csv *csv)
{
    return csv->offset;
}

/* Reads more behind `end`; false at the end of the input and on errors. */
static bool refill(struct csv *csv)
{
    if (csv->ended) {
        return false;
    }
    if (csv->end == WINDOW_SIZE) {
        memmove(csv->window, csv->window + csv->start, csv->end - csv->start);
        csv->end -= csv->start;
        csv->start = 0;
    }
    ssize_t n;
    do {
        n = read(csv->fd, csv->window + csv->end, WINDOW_SIZE - csv->end);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        csv->ended = true;
        csv->read_errno = n < 0 ? errno : 0;
        return false;
    }
    csv->end += (size_t)n;
    return true;
}

/* Returns byte `at` of the record, or one of INPUT_*. */
static int peek(struct csv *csv, size_t at)
{
    while (at < CSV_RECORD_MAX) {
        if (csv->start + at < csv->end) {
            return (unsigned char)csv->window[csv->start + at];
        }
        if (!refill(csv)) {
            return csv->read_errno != 0 ? INPUT_ERROR : INPUT_END;
        }
    }
    return INPUT_LIMIT;
}

/* Moves `start` on by `count` bytes of the window. */
static void consume(struct csv *csv, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        csv->line += csv->window[csv->start + i] == '\n';
    }
    csv->start += count;
    csv->offset += count;
}

/* Moves `start` behind the next line end, however far that is. */
static void consume_line(struct csv *csv)
{
    for (;;) {
        size_t have = csv->end - csv->start;
        char *newline = memchr(csv->window + csv->start, '\n', have);
        if (newline != NULL) {
            consume(csv, (size_t)(newline - (csv->window + csv->start)) + 1);
            return;
        }
        consume(csv, have);
        if (!refill(csv)) {
            return;
        }
    }
}

static bool malformed(struct scan *scan, size_t at, const char *problem)
{
    scan->problem = problem;
    scan->problem_at = at;
    return false;
}

static void put(struct scan *scan, int byte)
{
    assert(scan->text_len < sizeof scan->csv->text);
    scan->csv->text[scan->text_len++] = (char)byte;
}

/* Returns the length of the line end at `at`: 0 if there is none there. */
static size_t line_end(struct scan *scan, size_t at)
{
    int byte = peek(scan->csv, at);
    if (byte == '\n') {
        return 1;
    }
    return byte == '\r' && peek(scan->csv, at + 1) == '\n' ? 2 : 0;
}

static bool quoted_field(struct scan *scan)
{
    size_t open = scan->at++;
    for (;;) {
        int byte = peek(scan->csv, scan->at);
        if (byte == INPUT_LIMIT || byte == INPUT_END) {
            return malformed(scan, open, "this quote is never closed");
        }
        if (byte < 0) {
            return false;
        }
        scan->at++;
        if (byte == '"') {
            if (peek(scan->csv, scan->at) != '"') {
                return true;
            }
            scan->at++;
        }
        put(scan, byte);
    }
}

static bool plain_field(struct scan *scan)
{
    for (;;) {
        int byte = peek(scan->csv, scan->at);
        if (byte == INPUT_LIMIT) {
            return malformed(scan, scan->at, "the record is longer than 64 KiB");
        }
        if (byte == INPUT_END || byte == ',' || line_end(scan, scan->at) != 0) {
            return true;
        }
        if (byte < 0) {
            return false;
        }
        if (byte == '"') {
            return malformed(scan, scan->at, "a quote inside a field that is not quoted");
        }
        if (byte == '\r') {
            return malformed(scan, scan->at, "a carriage return without a line feed");
        }
        put(scan, byte);
        scan->at++;
    }
}

/* Notes the field that has been put into `text`. */
static bool end_field(struct scan *scan, size_t began)
{
    struct csv_record *record = scan->record;
    const char *text = scan->csv->text + scan->field_start;
    size_t len = scan->text_len - scan->field_start;
    if (!utf8_valid(text, len)) {
        return malformed(scan, began,
                memchr(text, '\0', len) != NULL ? "a NUL byte in this field"
                                                : "this field is not UTF-8");
    }
    if (record->field_count++ < CSV_FIELDS_MAX) {
        record->fields[record->field_count - 1] = (struct csv_field){ text, len };
        put(scan, '\0');
    } else {
        scan->text_len = scan->field_start;
    }
    scan->field_start = scan->text_len;
    return true;
}

/* Takes a record apart; false if it is malformed or cannot be read. */
static bool scan_record(struct scan *scan)
{
    for (;;) {
        size_t began = scan->at;
        bool quoted = peek(scan->csv, began) == '"';
        if (!(quoted ? quoted_field(scan) : plain_field(scan)) || !end_field(scan, began)) {
            return false;
        }
        int byte = peek(scan->csv, scan->at);
        if (byte == ',') {
            scan->at++;
            continue;
        }
        size_t ending = line_end(scan, scan->at);
        scan->at += ending;
        if (ending != 0 || byte == INPUT_END) {
            return true;
        }
        if (byte == INPUT_LIMIT) {
            return malformed(scan, scan->at, "the record is longer than 64 KiB");
        }
        return byte < 0 ? false : malformed(scan, scan->at, "text behind the closing quote");
    }
}

static void skip_byte_order_mark(struct csv *csv)
{
    if (csv->offset == 0 && peek(csv, 0) == 0xEF && peek(csv, 1) == 0xBB &&
            peek(csv, 2) == 0xBF) {
        consume(csv, 3);
    }
}

static void skip_empty_lines(struct scan *scan)
{
    for (size_t ending; (ending = line_end(scan, 0)) != 0;) {
        consume(scan->csv, ending);
    }
}

enum csv_result csv_next(struct csv *csv, struct csv_record *ret_record)
{
    struct scan scan = { .csv = csv, .record = ret_record };
    skip_byte_order_mark(csv);
    skip_empty_lines(&scan);
    *ret_record = (struct csv_record){ .line = csv->line };
    if (peek(csv, 0) == INPUT_END) {
        return CSV_END;
    }
    if (scan_record(&scan)) {
        consume(csv, scan.at);
        return CSV_RECORD;
    }
    if (scan.problem == NULL) {
        errno = csv->read_errno;
        return CSV_ERROR;
    }
    ret_record->problem = scan.problem;
    const char *before = csv->window + csv->start;
    const char *line_start = before;
    for (size_t i = 0; i < scan.problem_at; i++) {
        if (before[i] == '\n') {
            ret_record->line++;
            line_start = before + i + 1;
        }
    }
    ret_record->column = (size_t)(before + scan.problem_at - line_start) + 1;
    consume_line(csv);
    return CSV_MALFORMED;
}
