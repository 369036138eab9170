/* SPDX-License-Identifier: MIT */
/*
 * books.h - checks by SQL that nothing was lost, invented or sold twice:
 * - of each product, what came in is what is left and what was sold;
 * - no stock is negative, and nothing was sold that the shop never had;
 * - each order that a customer was answered has one answer, and it is the one in the database;
 * - the database itself is whole.
 */
#ifndef BOOKS_H
#define BOOKS_H

#include "journal.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct books {
    uint64_t mismatches;
    uint64_t products;
    uint64_t units_left;
    uint64_t orders; /* answered since the database was made */
};

/*
 * Checks the store against itself and against `told`, and names each mismatch in a line on
 * `out`, up to 20 of them.
 *
 * Returns: false when the database cannot be read, with the reason in `ret_why`.
 */
bool books_check(struct store *store, const struct told *told, size_t told_count, FILE *out,
        struct books *ret_books, struct store_why *ret_why);

#endif
