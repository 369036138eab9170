/* SPDX-License-Identifier: MIT */
/*
 * orders.h - the orders of a CSV file: `customer,product_id,count`, with or without that line
 * as its first.
 *
 * Any number of threads may take orders from one reader. What is malformed is counted and left
 * out; the first of it are kept to be shown.
 */
#ifndef ORDERS_H
#define ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ORDERS_CUSTOMER_MAX = 64, /* bytes, as in shop.actor */
    ORDERS_PROBLEMS_SHOWN = 5,
    ORDERS_PROBLEM_SIZE = 200
};

struct order {
    uint64_t id; /* the first well-formed order has the number given to orders_open() */
    uint32_t product_id;
    uint32_t count;
    char customer[ORDERS_CUSTOMER_MAX + 1];
};

struct orders; /* a reader */

/* Opens the file `path`, "-" being the standard input; at most `limit` orders will be read.
 * Returns NULL on failure: errno. */
struct orders *orders_open(const char *path, uint64_t limit);
void orders_close(struct orders *orders);

/* The number of the first order. Before any is read. */
void orders_number_from(struct orders *orders, uint64_t first);

/* Takes the next order; false at the end and after a read error. */
bool orders_next(struct orders *orders, struct order *ret_order);

/* Lets nobody have another order: for a shop that has closed. */
void orders_stop(struct orders *orders);

struct orders_progress {
    uint64_t orders;
    uint64_t malformed;
    uint64_t bytes;
    uint64_t bytes_total; /* 0 if not known, as of a pipe */
};
struct orders_progress orders_progress(struct orders *orders);

/* After the last orders_next(): what went wrong while reading, 0 if nothing. */
int orders_errno(const struct orders *orders);
/* After the last orders_next(): problem `i` of those kept, such as "orders.csv:12:3: …", or NULL. */
const char *orders_problem(const struct orders *orders, size_t i);

#endif
