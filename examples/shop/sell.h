/* SPDX-License-Identifier: MIT */
/* sell.h - opens the shop, serves the customers, closes the shop, and checks the books. */
#ifndef SELL_H
#define SELL_H

#include "books.h"
#include "customers.h"

#include <stdbool.h>
#include <stdint.h>

struct sell_config {
    const char *orders; /* a path; "-" is the standard input */
    const char *catalogue;
    const char *database;
    const char *journal; /* NULL: none */
    const char *log;     /* of the audit; NULL: none */
    uint64_t limit;      /* most orders */
    uint32_t group;      /* most sales in a commit */
    unsigned customers;
    unsigned workers;   /* 0: one for each core */
    bool show_progress; /* on stderr */
};

struct sale {
    struct tally tally;
    struct orders_progress input;
    char problems[ORDERS_PROBLEMS_SHOWN][ORDERS_PROBLEM_SIZE]; /* malformed orders, the first */
    size_t problem_count;
    uint64_t logged;     /* sales that the audit handled */
    uint64_t not_logged; /* sales that its mailbox dropped */
    struct books books;
};

/*
 * Sells. What goes wrong is said on stderr, mismatches in the books on stdout.
 *
 * Returns: whether all orders were answered and the books were checked; whether they balance is
 * in `ret_sale->books`. `ret_sale` is to be released with sale_fini() in either case.
 */
bool sell(const struct sell_config *config, struct sale *ret_sale);

void sale_fini(struct sale *sale);

#endif
