/* SPDX-License-Identifier: MIT */
/* store.c - see store.h. */
#include "store.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOCK_PATIENCE_MS = 500 };

/*
 * EXCLUSIVE keeps the file's lock from the first access to the close: order ids are handed
 * out from memory, so two shops on one database would both give out the same ones.
 */
static const char SETUP[] = "PRAGMA locking_mode = EXCLUSIVE;"
                            "PRAGMA journal_mode = WAL;"
                            "PRAGMA synchronous = FULL;";

/* `stocked` is how many units ever came in, so stocked = stock + sold. */
static const char TABLES[] = "CREATE TABLE IF NOT EXISTS product ("
                             "  product_id INTEGER PRIMARY KEY,"
                             "  name TEXT NOT NULL,"
                             "  stocked INTEGER NOT NULL,"
                             "  stock INTEGER NOT NULL CHECK (stock >= 0)"
                             ");"
                             "CREATE TABLE IF NOT EXISTS answer ("
                             "  order_id INTEGER PRIMARY KEY,"
                             "  customer TEXT NOT NULL,"
                             "  product_id INTEGER NOT NULL,"
                             "  count INTEGER NOT NULL,"
                             "  outcome INTEGER NOT NULL," /* enum outcome */
                             "  stock_left INTEGER NOT NULL"
                             ");";

/* The statements, prepared once. */
#define STATEMENT_MAP(X)                                                                       \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                \
    X(COMMIT, "COMMIT")                                                                        \
    X(ADD_PRODUCT, "INSERT OR IGNORE INTO product (product_id, name, stocked, stock)"          \
                   " VALUES (?1, ?2, ?3, ?3)")                                                 \
    X(RESTOCK, "UPDATE product SET stocked = stocked + ?2, stock = stock + ?2"                 \
               " WHERE product_id = ?1 AND stock + ?2 <= 4294967295")                          \
    X(STOCK, "SELECT stock FROM product WHERE product_id = ?1")                                \
    X(TAKE, "UPDATE product SET stock = stock - ?2 WHERE product_id = ?1")                     \
    X(RECORD, "INSERT OR IGNORE INTO answer (order_id, customer, product_id, count, outcome, " \
              "stock_left)"                                                                    \
              " VALUES (?1, ?2, ?3, ?4, ?5, ?6)")                                              \
    X(ANSWER, "SELECT outcome, stock_left FROM answer WHERE order_id = ?1"                     \
              " AND customer = ?2 AND product_id = ?3 AND count = ?4")                         \
    X(FIRST_FREE, "SELECT coalesce(max(order_id), 0) + 1 FROM answer")

enum statement {
#define STATEMENT_MEMBER(name, sql) name,
    STATEMENT_MAP(STATEMENT_MEMBER)
#undef STATEMENT_MEMBER
            STATEMENT_COUNT
};

static const char *const SQL[] = {
#define STATEMENT_SQL(name, sql) sql,
    STATEMENT_MAP(STATEMENT_SQL)
#undef STATEMENT_SQL
};

struct store {
    struct sqlite3 *connection;
    struct sqlite3_stmt *statements[STATEMENT_COUNT];
    const char *doing; /* what the function in hand is about, for store_why() */
    struct store_why why;
    char path[256];
};

const char *outcome_text(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_SOLD: return "sold";
    case OUTCOME_UNKNOWN_PRODUCT: return "unknown product";
    case OUTCOME_INSUFFICIENT_STOCK: return "insufficient stock";
    case OUTCOME_INVALID_COUNT: return "invalid count";
    case OUTCOME_COUNT: break;
    }
    return "no outcome";
}

const char *store_why(const struct store *store)
{
    return store->why.text;
}

struct sqlite3 *store_connection(struct store *store)
{
    return store->connection;
}

/* Notes why SQLite would not; returns false for the caller to return. */
static bool refused(struct store *store)
{
    int code = sqlite3_errcode(store->connection);
    int os = sqlite3_system_errno(store->connection);
    bool os_knows =
            os != 0 && (code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_FULL);
    (void)snprintf(store->why.text, sizeof store->why.text,
            "cannot %s the database '%s': %s%s%s%s", store->doing, store->path,
            sqlite3_errmsg(store->connection), os_knows ? " (" : "",
            os_knows ? strerror(os) : "", os_knows ? ")" : "");
    return false;
}

/* ---- Statements ----------------------------------------------------------------------- */

static void bind_number(
        struct store *store, enum statement which, int position, uint64_t number)
{
    int code = sqlite3_bind_int64(store->statements[which], position, (sqlite3_int64)number);
    assert(code == SQLITE_OK); /* fails only for a position that is not in the statement */
    (void)code;
}

/* Lends `text` to the statement until it has been run. */
static void bind_text(struct store *store, enum statement which, int position, const char *text)
{
    int code = sqlite3_bind_text(store->statements[which], position, text, -1, SQLITE_STATIC);
    assert(code == SQLITE_OK);
    (void)code;
}

enum found { FOUND, NOT_FOUND, FIND_ERROR };

/* Runs a statement that gives at most one row of at most two numbers. */
static enum found find(struct store *store, enum statement which, uint64_t ret_row[2])
{
    struct sqlite3_stmt *statement = store->statements[which];
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            ret_row[i] = (uint64_t)sqlite3_column_int64(statement, i);
        }
    }
    /* The error of a failed step is that of the reset too. */
    if (sqlite3_reset(statement) != SQLITE_OK) {
        (void)refused(store);
        return FIND_ERROR;
    }
    return code == SQLITE_ROW ? FOUND : NOT_FOUND;
}

/* Runs a statement that gives no row. */
static bool run(struct store *store, enum statement which)
{
    return find(store, which, NULL) != FIND_ERROR;
}

/* ---- Opening and closing -------------------------------------------------------------- */

/* Says whether the write-ahead log is in use: SQLite falls back in silence where it cannot be. */
static bool has_write_ahead_log(struct store *store)
{
    struct sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store->connection, "PRAGMA journal_mode", -1, &statement, NULL) !=
            SQLITE_OK) {
        return refused(store);
    }
    bool wal = sqlite3_step(statement) == SQLITE_ROW &&
               strcmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
    (void)sqlite3_finalize(statement);
    if (!wal) {
        (void)snprintf(store->why.text, sizeof store->why.text,
                "cannot open the database '%s': no write-ahead log can be kept there",
                store->path);
    }
    return wal;
}

static bool prepare(struct store *store)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        if (sqlite3_prepare_v3(store->connection, SQL[i], -1, SQLITE_PREPARE_PERSISTENT,
                    &store->statements[i], NULL) != SQLITE_OK) {
            return refused(store);
        }
    }
    return true;
}

/* Takes the lock for good, and makes the tables. */
static bool set_up(struct store *store, enum store_mode mode)
{
    struct sqlite3 *connection = store->connection;
    const char *tables = mode == STORE_CREATE ? TABLES : "";
    if (sqlite3_busy_timeout(connection, LOCK_PATIENCE_MS) != SQLITE_OK ||
            sqlite3_exec(connection, SETUP, NULL, NULL, NULL) != SQLITE_OK ||
            sqlite3_exec(connection, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
            sqlite3_exec(connection, tables, NULL, NULL, NULL) != SQLITE_OK ||
            sqlite3_exec(connection, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        return refused(store);
    }
    return has_write_ahead_log(store) && prepare(store);
}

struct store *store_open(const char *path, enum store_mode mode, struct store_why *ret_why)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        (void)snprintf(ret_why->text, sizeof ret_why->text, "out of memory");
        return NULL;
    }
    (void)snprintf(store->path, sizeof store->path, "%s", path);
    store->doing = "open";
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                (mode == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path, &store->connection, flags, NULL) != SQLITE_OK) {
        (void)refused(store);
    } else if (set_up(store, mode)) {
        return store;
    }
    *ret_why = store->why;
    store_close(store);
    return NULL;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        (void)sqlite3_finalize(store->statements[i]); /* repeats the error of its last run */
    }
    /* Rolls back an open transaction. Cannot be busy, as no statement is left. */
    int code = sqlite3_close(store->connection);
    assert(code == SQLITE_OK);
    (void)code;
    free(store);
}

/* ---- Use ------------------------------------------------------------------------------ */

bool store_begin(struct store *store)
{
    store->doing = "begin a transaction in";
    return run(store, BEGIN);
}

bool store_commit(struct store *store)
{
    store->doing = "commit to";
    return run(store, COMMIT);
}

bool store_add_product(
        struct store *store, uint32_t product_id, const char *name, uint32_t stock)
{
    store->doing = "add a product to";
    bind_number(store, ADD_PRODUCT, 1, product_id);
    bind_text(store, ADD_PRODUCT, 2, name);
    bind_number(store, ADD_PRODUCT, 3, stock);
    return run(store, ADD_PRODUCT);
}

bool store_restock(struct store *store, uint32_t product_id, uint32_t count, bool *ret_known)
{
    store->doing = "restock";
    bind_number(store, RESTOCK, 1, product_id);
    bind_number(store, RESTOCK, 2, count);
    if (!run(store, RESTOCK)) {
        return false;
    }
    *ret_known = sqlite3_changes(store->connection) != 0;
    return true;
}

bool store_first_free_order(struct store *store, uint64_t *ret_order_id)
{
    store->doing = "look into";
    uint64_t row[2];
    if (find(store, FIRST_FREE, row) != FOUND) {
        return false;
    }
    *ret_order_id = row[0];
    return true;
}

/* Says what the answer to an order is to be; changes nothing. */
static bool decide(struct store *store, const struct order *order, struct answer *ret_answer)
{
    uint64_t row[2];
    bind_number(store, STOCK, 1, order->product_id);
    enum found found = find(store, STOCK, row);
    if (found == FIND_ERROR) {
        return false;
    }
    if (found == NOT_FOUND) {
        *ret_answer = (struct answer){ OUTCOME_UNKNOWN_PRODUCT, 0 };
        return true;
    }
    uint32_t stock = (uint32_t)row[0];
    if (order->count == 0) {
        *ret_answer = (struct answer){ OUTCOME_INVALID_COUNT, stock };
    } else if (order->count > stock) {
        *ret_answer = (struct answer){ OUTCOME_INSUFFICIENT_STOCK, stock };
    } else {
        *ret_answer = (struct answer){ OUTCOME_SOLD, stock - order->count };
    }
    return true;
}

static void bind_order(struct store *store, enum statement which, const struct order *order)
{
    bind_number(store, which, 1, order->id);
    bind_text(store, which, 2, order->customer);
    bind_number(store, which, 3, order->product_id);
    bind_number(store, which, 4, order->count);
}

/* Gives the answer that was recorded for an order. */
static enum sell_result recorded(
        struct store *store, const struct order *order, struct answer *ret_answer)
{
    uint64_t row[2];
    bind_order(store, ANSWER, order);
    switch (find(store, ANSWER, row)) {
    case FIND_ERROR: return SELL_ERROR;
    case NOT_FOUND: return SELL_OTHER_ORDER;
    case FOUND: break;
    }
    *ret_answer = (struct answer){ (enum outcome)row[0], (uint32_t)row[1] };
    return SELL_ANSWERED;
}

enum sell_result store_sell(
        struct store *store, const struct order *order, struct answer *ret_answer)
{
    store->doing = "record a sale in";
    struct answer answer;
    if (!decide(store, order, &answer)) {
        return SELL_ERROR;
    }
    bind_order(store, RECORD, order);
    bind_number(store, RECORD, 5, (uint64_t)answer.outcome);
    bind_number(store, RECORD, 6, answer.left);
    if (!run(store, RECORD)) {
        return SELL_ERROR;
    }
    if (sqlite3_changes(store->connection) == 0) {
        return recorded(store, order, ret_answer);
    }
    if (answer.outcome == OUTCOME_SOLD) {
        bind_number(store, TAKE, 1, order->product_id);
        bind_number(store, TAKE, 2, order->count);
        if (!run(store, TAKE)) {
            return SELL_ERROR;
        }
    }
    *ret_answer = answer;
    return SELL_ANSWERED;
}
