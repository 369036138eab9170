/* SPDX-License-Identifier: MIT */
/*
 * store.h - the stock and the answers given, in an SQLite database of which this process is the
 * only user while it is open.
 *
 * It is durable (write-ahead log, synchronous = FULL): what store_commit() said is done
 * survives a kill and a power cut. Each function that returns bool says false when the database
 * would not; store_why() then tells why, and the store is good for store_close() only.
 *
 * One thread at a time. Functions block while the disk works; store_open() for half a second
 * if somebody else has the database locked.
 */
#ifndef STORE_H
#define STORE_H

#include "orders.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct sqlite3;

/* Why the last function failed. */
struct store_why {
    char text[400];
};

/* How an order was answered. The numbers are in databases; those from 1 are the schema's. */
enum outcome {
    OUTCOME_SOLD = 0,
    OUTCOME_UNKNOWN_PRODUCT = 1,
    OUTCOME_INSUFFICIENT_STOCK = 2,
    OUTCOME_INVALID_COUNT = 3,
    OUTCOME_COUNT
};

/* Returns "sold", "unknown product" … */
const char *outcome_text(enum outcome outcome);

struct answer {
    enum outcome outcome;
    uint32_t left; /* of the product, after it */
};

enum store_mode { STORE_CREATE, STORE_MUST_EXIST };

/* Opens the database `path`; STORE_CREATE makes it and its tables if they are missing.
 * Returns NULL on failure, with the reason in `ret_why`. */
struct store *store_open(const char *path, enum store_mode mode, struct store_why *ret_why);

/* Closes it; what was not committed is undone. NULL is a no-op. */
void store_close(struct store *store);

const char *store_why(const struct store *store);

/* Begins and ends a transaction. */
bool store_begin(struct store *store);
bool store_commit(struct store *store);

/* Adds a product; one that is there already is left as it is. */
bool store_add_product(
        struct store *store, uint32_t product_id, const char *name, uint32_t stock);

/* Adds units of a product; false in `ret_known` if there is no such product, or if so many
 * units could not be counted. */
bool store_restock(struct store *store, uint32_t product_id, uint32_t count, bool *ret_known);

enum sell_result {
    SELL_ANSWERED,
    SELL_OTHER_ORDER, /* that order id was answered, but was for something else */
    SELL_ERROR        /* as false */
};

/* Sells or refuses, and records the answer; an order that was answered gets that again. */
enum sell_result store_sell(
        struct store *store, const struct order *order, struct answer *ret_answer);

/* Gives the smallest order id above all that were answered. */
bool store_first_free_order(struct store *store, uint64_t *ret_order_id);

/* The connection, for queries of one's own; lent. */
struct sqlite3 *store_connection(struct store *store);

#endif
