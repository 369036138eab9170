/* SPDX-License-Identifier: MIT */
/* sell.c - see sell.h. */
#include "sell.h"

#include "progress.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DESKS = 4, STOP_PATIENCE_S = 30, FIRST_ORDER_PATIENCE_S = 10 };

/* The shop while it is open. */
struct open_shop {
    actor_system *system;
    shop_shop_ref shop;
    shop_purchase_ref desks[DESKS];
};

struct watched {
    struct orders *orders;
    struct progress progress;
    bool show;
};

static void show_progress(void *context)
{
    struct watched *watched = context;
    if (watched->show) {
        struct orders_progress now = orders_progress(watched->orders);
        progress_show(&watched->progress, &now);
    }
}

/* A line of the actors' log must not be appended to a progress bar. */
static void log_line(void *context, actor_log_level level, const char *line)
{
    const char *clear = context;
    (void)level;
    (void)fprintf(stderr, "%s%s\n", clear, line);
}

/* ---- Opening and closing -------------------------------------------------------------- */

static bool find_desks(struct open_shop *open)
{
    actor_system *system = open->system;
    return shop_shop_desk_1(system, open->shop, &open->desks[0]) == ACTOR_OK &&
           shop_shop_desk_2(system, open->shop, &open->desks[1]) == ACTOR_OK &&
           shop_shop_desk_3(system, open->shop, &open->desks[2]) == ACTOR_OK &&
           shop_shop_desk_4(system, open->shop, &open->desks[3]) == ACTOR_OK;
}

/* Says why the shop is closed: what its supervisor gave up on, or else `err`. */
static void say_closed(actor_system *system, const char *what, actor_err err)
{
    const char *failure = actor_system_failure(system);
    (void)fprintf(
            stderr, "shop: %s: %s\n", what, failure != NULL ? failure : actor_err_text(err));
}

/* Starts the actors. On failure says why, and leaves the system to the caller. */
static bool open_shop(
        struct open_shop *open, const struct sell_config *config, uint64_t *ret_first_order)
{
    shop_inventory_ref inventory;
    shop_first_free_order_reply *reply;
    actor_err err = shop_shop_start(open->system,
            &(shop_shop_args){
                    .database = actor_string_of(config->database),
                    .catalogue = actor_string_of(config->catalogue),
                    .group = config->group,
                    .log = actor_string_of(config->log),
            },
            &open->shop);
    if (err == ACTOR_OK) {
        err = shop_shop_inventory(open->system, open->shop, &inventory);
    }
    if (err == ACTOR_OK) {
        err = shop_inventory_ask_first_free_order(open->system, inventory,
                &(shop_first_free_order)SHOP_FIRST_FREE_ORDER_INIT,
                actor_seconds(FIRST_ORDER_PATIENCE_S), &reply);
    }
    if (err == ACTOR_OK) {
        err = reply->error;
        *ret_first_order = reply->order_number.order_id;
        actor_reply_free(reply);
    }
    if (err != ACTOR_OK || !find_desks(open)) {
        say_closed(open->system, "cannot open", err != ACTOR_OK ? err : ACTOR_ERR_STOPPED);
        return false;
    }
    return true;
}

static void count_logged(void *context, const actor_ledger_entry *entry)
{
    struct sale *sale = context;
    if (strcmp(entry->actor, "shop.Audit") == 0 && strcmp(entry->message, "shop.Sold") == 0) {
        sale->logged += entry->handled;
        sale->not_logged += entry->sent - entry->handled;
    }
}

/* Stops the actors; false if some of them did not come to an end. */
static bool close_shop(struct open_shop *open, struct sale *sale)
{
    actor_stop_report report = actor_system_stop(open->system, actor_seconds(STOP_PATIENCE_S));
    if (report.err != ACTOR_OK) {
        (void)fprintf(stderr, "shop: closing: %s; %" PRIu32 " actors abandoned\n",
                actor_err_text(report.err), report.abandoned);
    }
    actor_system_ledger(open->system, count_logged, sale);
    return report.err == ACTOR_OK;
}

/* ---- A day ---------------------------------------------------------------------------- */

static bool serve(struct open_shop *open, const struct sell_config *config,
        struct orders *orders, struct journal *journal, struct sale *sale)
{
    struct watched watched = { .orders = orders, .show = config->show_progress };
    progress_init(&watched.progress);
    int err = customers_serve(
            &(struct customers_config){
                    .system = open->system,
                    .desks = open->desks,
                    .desk_count = DESKS,
                    .count = config->customers,
                    .orders = orders,
                    .journal = journal,
                    .progress = show_progress,
                    .context = &watched,
            },
            &sale->tally);
    if (config->show_progress) {
        show_progress(&watched);
        progress_end(&watched.progress);
    }
    if (err != 0) {
        (void)fprintf(stderr, "shop: cannot serve all customers: %s\n", strerror(err));
        return false;
    }
    if (actor_system_failure(open->system) != NULL) {
        say_closed(open->system, "closed early", ACTOR_ERR_STOPPED);
        return false;
    }
    return true;
}

/* Sells with the shop open. */
static bool sell_open(const struct sell_config *config, struct orders *orders,
        struct journal *journal, struct sale *sale)
{
    char clear[] = "\r\033[K";
    struct open_shop open = {
        .system = actor_system_new(&(actor_config){
                .workers = config->workers,
                .log = log_line,
                .hook_context = isatty(STDERR_FILENO) == 1 ? clear : clear + sizeof clear - 1,
        }),
    };
    if (open.system == NULL) {
        (void)fprintf(stderr, "shop: cannot start the actors: %s\n", strerror(errno));
        return false;
    }
    uint64_t first_order = 0;
    bool sold = open_shop(&open, config, &first_order);
    if (sold) {
        orders_number_from(orders, first_order);
        sold = serve(&open, config, orders, journal, sale);
    }
    bool closed = close_shop(&open, sale);
    actor_system_free(open.system);
    return sold && closed;
}

static bool check_books(const struct sell_config *config, struct sale *sale)
{
    struct store_why why;
    struct store *store = store_open(config->database, STORE_MUST_EXIST, &why);
    bool checked = store != NULL && books_check(store, sale->tally.told, sale->tally.told_count,
                                            stdout, &sale->books, &why);
    store_close(store);
    if (!checked) {
        (void)fprintf(stderr, "shop: %s\n", why.text);
    }
    return checked;
}

static void take_input(struct orders *orders, struct sale *sale)
{
    const char *problem;
    sale->input = orders_progress(orders);
    while ((problem = orders_problem(orders, sale->problem_count)) != NULL) {
        (void)snprintf(
                sale->problems[sale->problem_count++], ORDERS_PROBLEM_SIZE, "%s", problem);
    }
}

bool sell(const struct sell_config *config, struct sale *ret_sale)
{
    *ret_sale = (struct sale){ 0 };
    struct orders *orders = orders_open(config->orders, config->limit);
    if (orders == NULL) {
        (void)fprintf(stderr, "shop: cannot read the orders '%s': %s\n", config->orders,
                strerror(errno));
        return false;
    }
    struct journal *journal = config->journal == NULL ? NULL : journal_open(config->journal);
    bool sold = config->journal == NULL || journal != NULL;
    int journal_err = sold ? 0 : errno;
    if (sold) {
        sold = sell_open(config, orders, journal, ret_sale);
        journal_err = journal_close(journal);
    }
    if (journal_err != 0) {
        (void)fprintf(stderr, "shop: cannot write the journal '%s': %s\n", config->journal,
                strerror(journal_err));
    }
    take_input(orders, ret_sale);
    int read_err = orders_errno(orders);
    if (read_err != 0) {
        (void)fprintf(stderr, "shop: cannot read the orders '%s' to their end: %s\n",
                config->orders, strerror(read_err));
    }
    orders_close(orders);
    uint64_t failed = tally_failed(&ret_sale->tally);
    if (failed > 0) {
        (void)fprintf(stderr, "shop: %" PRIu64 " orders were not answered\n", failed);
    }
    sold = sold && journal_err == 0 && read_err == 0 && failed == 0;
    /* Whatever happened, what was answered is to be in the books; without an answer there may
     * be none yet. */
    bool check = sold || ret_sale->tally.told_count > 0;
    return check && check_books(config, ret_sale) && sold;
}

void sale_fini(struct sale *sale)
{
    tally_fini(&sale->tally);
}
