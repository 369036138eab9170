/* SPDX-License-Identifier: MIT */
/*
 * main.c - the shop: an example of actors that own what others must not touch.
 *
 * Start reading at shop.actor, then purchase.c and inventory.c; sell.c opens the shop and
 * customers.c is who comes.
 */
#include "compare.h"
#include "options.h"
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2 };

/* Says the last word: whether the books balance. */
static bool conclude(const struct books *books)
{
    if (books->mismatches > 0) {
        (void)printf("books do not balance: %" PRIu64 " mismatches\n", books->mismatches);
        return false;
    }
    (void)puts("books balance");
    return true;
}

static bool run_sell(const struct sell_config *config)
{
    struct sale sale;
    bool sold = sell(config, &sale);
    bool balanced = false;
    if (sold || sale.input.orders > 0) {
        report_write(stdout, &sale);
    }
    /* After a failure the last word is the failure, unless the books are wrong as well. */
    if (sold || sale.books.mismatches > 0) {
        balanced = conclude(&sale.books);
    }
    sale_fini(&sale);
    return sold && balanced;
}

static bool read_journal(const char *path, struct told **ret_told, size_t *ret_count)
{
    size_t line;
    if (path == NULL) {
        *ret_told = NULL;
        *ret_count = 0;
        return true;
    }
    switch (journal_read(path, ret_told, ret_count, &line)) {
    case JOURNAL_READ: return true;
    case JOURNAL_MALFORMED:
        (void)fprintf(stderr, "shop: %s:%zu: not a line of a journal\n", path, line);
        return false;
    case JOURNAL_ERROR: break;
    }
    (void)fprintf(stderr, "shop: cannot read the journal '%s': %s\n", path, strerror(errno));
    return false;
}

static bool run_check(const struct sell_config *config)
{
    struct told *told;
    size_t told_count;
    struct store_why why;
    struct books books;
    if (!read_journal(config->journal, &told, &told_count)) {
        return false;
    }
    struct store *store = store_open(config->database, STORE_MUST_EXIST, &why);
    bool checked = store != NULL && books_check(store, told, told_count, stdout, &books, &why);
    store_close(store);
    free(told);
    if (!checked) {
        (void)fprintf(stderr, "shop: %s\n", why.text);
        return false;
    }
    (void)printf("%" PRIu64 " products, %" PRIu64 " units left, %" PRIu64 " orders answered\n",
            books.products, books.units_left, books.orders);
    return conclude(&books);
}

int main(int argc, char **argv)
{
    struct options options;
    bool done = true;
    if (!options_read(argc, argv, &options)) {
        (void)fputs("Try 'shop --help'.\n", stderr);
        return EXIT_USAGE;
    }
    switch (options.command) {
    case COMMAND_SELL: done = run_sell(&options.sell); break;
    case COMMAND_CHECK: done = run_check(&options.sell); break;
    case COMMAND_COMPARE: done = compare_commits(&options.sell); break;
    case COMMAND_HELP: options_help(stdout); break;
    case COMMAND_VERSION: (void)printf("shop (actorc) %s\n", actor_version()); break;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)fprintf(stderr, "shop: cannot write to standard output: %s\n", strerror(errno));
        done = false;
    }
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
