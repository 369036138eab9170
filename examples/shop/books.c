/* SPDX-License-Identifier: MIT */
/* books.c - see books.h. */
#include "books.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>

enum { MISMATCHES_SHOWN = 20 };

/* What customers say they were told, beside the tables that say what happened. */
static const char TOLD_TABLES[] =
        "PRAGMA temp_store = MEMORY;"
        "CREATE TEMP TABLE told (order_id INTEGER, outcome INTEGER, stock_left INTEGER);"
        "CREATE TEMP TABLE outcome (outcome INTEGER PRIMARY KEY, text TEXT);"
        "BEGIN;";

static const char ADD_TOLD[] = "INSERT INTO told VALUES (?1, ?2, ?3)";
static const char ADD_OUTCOME[] = "INSERT INTO outcome VALUES (?1, ?2)";

/* Each gives one row of text for each mismatch. */
static const char *const CHECKS[] = {
    "SELECT 'the database is damaged: ' || integrity_check FROM pragma_integrity_check"
    " WHERE integrity_check <> 'ok'",

    "SELECT printf('product %d (%s): %d units came in, but %d are left and %d were sold',"
    "   product_id, name, stocked, stock, coalesce(sold, 0))"
    " FROM product LEFT JOIN (SELECT product_id, sum(count) AS sold FROM answer"
    "   WHERE outcome = 0 GROUP BY product_id) USING (product_id)"
    " WHERE stocked <> stock + coalesce(sold, 0)",

    "SELECT printf('product %d (%s): the stock is %d', product_id, name, stock)"
    " FROM product WHERE stock < 0",

    "SELECT printf('order %d: product %d was sold, and is not in the catalogue', order_id,"
    "   product_id)"
    " FROM answer WHERE outcome = 0 AND product_id NOT IN (SELECT product_id FROM product)",

    "SELECT printf('order %d: answered %d times', order_id, count(*))"
    " FROM told GROUP BY order_id HAVING count(*) > 1",

    "SELECT printf('order %d: the customer was told \"%s\", the database has no answer',"
    "   told.order_id, text)"
    " FROM told JOIN outcome USING (outcome) LEFT JOIN answer USING (order_id)"
    " WHERE answer.order_id IS NULL",

    "SELECT printf('order %d: the customer was told \"%s\", %d left; the database says \"%s\", "
    "%d left',"
    "   told.order_id, t.text, told.stock_left, coalesce(a.text, answer.outcome), "
    "answer.stock_left)"
    " FROM told JOIN answer USING (order_id) JOIN outcome AS t ON t.outcome = told.outcome"
    " LEFT JOIN outcome AS a ON a.outcome = answer.outcome"
    " WHERE told.outcome <> answer.outcome OR told.stock_left <> answer.stock_left",
};

static const char TOTALS[] = "SELECT count(*), coalesce(sum(stock), 0),"
                             " (SELECT count(*) FROM answer) FROM product";

/* Runs a statement to its end; each row is handed to `row`, if there is one. */
static bool each_row(struct sqlite3_stmt *statement,
        void (*row)(struct sqlite3_stmt *statement, void *context), void *context)
{
    int code = sqlite3_step(statement);
    while (code == SQLITE_ROW) {
        if (row != NULL) {
            row(statement, context);
        }
        code = sqlite3_step(statement);
    }
    return sqlite3_reset(statement) == SQLITE_OK && code == SQLITE_DONE;
}

static bool query(struct sqlite3 *db, const char *sql,
        void (*row)(struct sqlite3_stmt *statement, void *context), void *context)
{
    struct sqlite3_stmt *statement;
    bool done = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
                each_row(statement, row, context);
    /* Keeps the error of the step for sqlite3_errmsg(). */
    (void)sqlite3_finalize(statement);
    return done;
}

/* ---- What customers were told --------------------------------------------------------- */

static bool add_outcomes(struct sqlite3 *db)
{
    struct sqlite3_stmt *statement;
    bool added = sqlite3_prepare_v2(db, ADD_OUTCOME, -1, &statement, NULL) == SQLITE_OK;
    for (int i = 0; i < OUTCOME_COUNT && added; i++) {
        added = sqlite3_bind_int(statement, 1, i) == SQLITE_OK &&
                sqlite3_bind_text(statement, 2, outcome_text((enum outcome)i), -1,
                        SQLITE_STATIC) == SQLITE_OK &&
                each_row(statement, NULL, NULL);
    }
    (void)sqlite3_finalize(statement);
    return added;
}

static bool add_told(struct sqlite3 *db, const struct told *told, size_t count)
{
    struct sqlite3_stmt *statement;
    bool added = sqlite3_prepare_v2(db, ADD_TOLD, -1, &statement, NULL) == SQLITE_OK;
    for (size_t i = 0; i < count && added; i++) {
        added = sqlite3_bind_int64(statement, 1, (sqlite3_int64)told[i].order_id) ==
                        SQLITE_OK &&
                sqlite3_bind_int(statement, 2, (int)told[i].answer.outcome) == SQLITE_OK &&
                sqlite3_bind_int64(statement, 3, told[i].answer.left) == SQLITE_OK &&
                each_row(statement, NULL, NULL);
    }
    (void)sqlite3_finalize(statement);
    return added;
}

/* ---- Checking ------------------------------------------------------------------------- */

struct naming {
    struct books *books;
    FILE *out;
};

static void name_mismatch(struct sqlite3_stmt *statement, void *context)
{
    struct naming *naming = context;
    const unsigned char *text = sqlite3_column_text(statement, 0);
    if (naming->books->mismatches++ < MISMATCHES_SHOWN) {
        (void)fprintf(naming->out, "%s\n", text != NULL ? (const char *)text : "out of memory");
    }
}

static void take_totals(struct sqlite3_stmt *statement, void *context)
{
    struct books *books = context;
    books->products = (uint64_t)sqlite3_column_int64(statement, 0);
    books->units_left = (uint64_t)sqlite3_column_int64(statement, 1);
    books->orders = (uint64_t)sqlite3_column_int64(statement, 2);
}

static bool check(
        struct sqlite3 *db, const struct told *told, size_t told_count, struct naming *naming)
{
    if (sqlite3_exec(db, TOLD_TABLES, NULL, NULL, NULL) != SQLITE_OK || !add_outcomes(db) ||
            !add_told(db, told, told_count)) {
        return false;
    }
    for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++) {
        if (!query(db, CHECKS[i], name_mismatch, naming)) {
            return false;
        }
    }
    return query(db, TOTALS, take_totals, naming->books) &&
           sqlite3_exec(db, "COMMIT; DROP TABLE told; DROP TABLE outcome", NULL, NULL, NULL) ==
                   SQLITE_OK;
}

bool books_check(struct store *store, const struct told *told, size_t told_count, FILE *out,
        struct books *ret_books, struct store_why *ret_why)
{
    struct sqlite3 *db = store_connection(store);
    struct naming naming = { ret_books, out };
    *ret_books = (struct books){ 0 };
    if (!check(db, told, told_count, &naming)) {
        (void)snprintf(ret_why->text, sizeof ret_why->text, "cannot check the books: %s",
                sqlite3_errmsg(db));
        return false;
    }
    if (ret_books->mismatches > MISMATCHES_SHOWN) {
        (void)fprintf(out, "… and %" PRIu64 " more mismatches\n",
                ret_books->mismatches - MISMATCHES_SHOWN);
    }
    return true;
}
