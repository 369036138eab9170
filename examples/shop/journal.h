/* SPDX-License-Identifier: MIT */
/*
 * journal.h - what customers were told: a line `order_id,outcome,left` for each answer, such as
 * `17,sold,94`. Each is written with one write() as soon as the answer has arrived, so that a
 * killed shop leaves the journal of all it had answered.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct told {
    uint64_t order_id;
    struct answer answer;
};

struct journal; /* a writer */

/* Opens `path` to append to it; a pipe will do. Returns NULL on failure: errno. */
struct journal *journal_open(const char *path);

/* Any thread. Returns 0 or an errno; after a failure nothing more is written. */
int journal_write(struct journal *journal, const struct told *told);

/* Returns 0 or an errno. NULL is a no-op. */
int journal_close(struct journal *journal);

enum journal_result { JOURNAL_READ, JOURNAL_MALFORMED, JOURNAL_ERROR };

/* Reads a journal; an end of line that is missing means that the last line is not whole, and it
 * is left out. Gives the array to the caller, who frees it. On failure `ret_line` is the malformed
 * line, or errno is set. */
enum journal_result journal_read(
        const char *path, struct told **ret_told, size_t *ret_count, size_t *ret_line);

#endif
