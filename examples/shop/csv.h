/* SPDX-License-Identifier: MIT */
/*
 * csv.h - reads RFC 4180 text from a file descriptor, one record at a time.
 *
 * Quoted fields may hold commas, quotes ("") and line ends; lines end in LF or CR LF; the
 * text is UTF-8, with or without a byte order mark. Nothing stops it: a record that is
 * malformed is reported with its place, and reading goes on with the line after the one where
 * that record began, so that a quote that somebody forgot to close costs one line.
 */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>
#include <stdint.h>

enum { CSV_FIELDS_MAX = 16, CSV_RECORD_MAX = 64 * 1024 };

struct csv; /* a reader */

/* NUL-terminated; `len` does not count that. Holds no other NUL and is valid UTF-8. */
struct csv_field {
    const char *text;
    size_t len;
};

struct csv_record {
    size_t line;         /* where it begins, from 1 */
    size_t column;       /* of `problem`, in bytes, from 1 */
    const char *problem; /* why it is malformed; static text */
    size_t field_count;  /* may exceed CSV_FIELDS_MAX, which is how many are kept */
    struct csv_field fields[CSV_FIELDS_MAX];
};

enum csv_result {
    CSV_RECORD,
    CSV_MALFORMED, /* `line`, `column` and `problem` say what is wrong */
    CSV_END,
    CSV_ERROR /* the file could not be read: errno */
};

/* Makes a reader of `fd`, which it lends. Returns NULL when memory is missing. */
struct csv *csv_new(int fd);
void csv_free(struct csv *csv);

/* Reads the next record that is not an empty line. What `ret_record` points to is lent until
 * the next call. Blocks as reading `fd` does. */
enum csv_result csv_next(struct csv *csv, struct csv_record *ret_record);

/* Returns how many bytes of the input lie behind the last record. */
uint64_t csv_offset(const struct csv *csv);

#endif
