/* SPDX-License-Identifier: MIT */
/*
 * inventory.c - the one actor that owns the stock.
 *
 * Sales are committed in groups, since what a commit costs is the disk's time, nearly the same
 * for one sale and for a hundred. Whoever is sold something, or refused, hears so only after
 * the commit: an answer is a promise that survives a power cut.
 *
 * Invariants
 * (1) While a group is open, a transaction is, and the calls of all its requests are kept.
 * (2) While a group is open and no handler runs, its CommitGroup message is queued, behind all
 *     that was waiting to join it: what waits may yet expire, and the group must end all the
 *     same.
 *
 * A handler that fails leaves transaction and calls as they are. The runtime then ends the
 * calls FAILED, and closing the store, which the actor owns, undoes the transaction.
 */
#include "catalogue.h"
#include "shop.actor.h"
#include "store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP_MAX = 4096 };

/* A request that is answered when its group has been committed. */
struct pending {
    shop_buy_product_call call;
    struct order order;
    struct answer answer;
};

struct shop_inventory {
    struct store *store;
    struct pending *pending; /* of the open group; room for `limit` */
    uint32_t pending_count;
    uint32_t limit;
    uint64_t group;        /* number of the open group, or of the next one */
    uint64_t marked_group; /* the group whose CommitGroup is queued */
    bool open;
    bool failed; /* the transaction is not whole: it must not be committed */
};
ACTOR_STATE(shop_inventory);

static void close_store(void *store)
{
    store_close(store);
}

/* Fails because the store did. */
static actor_result store_failed(shop_inventory *self)
{
    self->failed = true;
    return actor_fail(self, "%s", store_why(self->store));
}

/* ---- Groups --------------------------------------------------------------------------- */

static void answer(const struct pending *pending)
{
    const struct order *order = &pending->order;
    if (pending->answer.outcome == OUTCOME_SOLD) {
        shop_buy_product_answer_purchase_successful(
                pending->call, &(shop_purchase_successful){
                                       .order_id = order->id,
                                       .product_id = order->product_id,
                                       .count = order->count,
                                       .left = pending->answer.left,
                                       .customer = actor_string_of(order->customer),
                               });
    } else {
        /* The outcomes from 1 are the members of Refusal. */
        shop_buy_product_answer_purchase_failed(
                pending->call, &(shop_purchase_failed){
                                       .why = (shop_refusal)pending->answer.outcome,
                                       .in_stock = pending->answer.left,
                               });
    }
}

static_assert(
        (int)SHOP_REFUSAL_UNKNOWN_PRODUCT == (int)OUTCOME_UNKNOWN_PRODUCT, "see answer()");
static_assert((int)SHOP_REFUSAL_INSUFFICIENT_STOCK == (int)OUTCOME_INSUFFICIENT_STOCK,
        "see answer()");
static_assert((int)SHOP_REFUSAL_INVALID_COUNT == (int)OUTCOME_INVALID_COUNT, "see answer()");

static actor_result commit(shop_inventory *self)
{
    if (!store_commit(self->store)) {
        return store_failed(self);
    }
    for (uint32_t i = 0; i < self->pending_count; i++) {
        answer(&self->pending[i]);
    }
    self->pending_count = 0;
    self->open = false;
    self->group++;
    return ACTOR_CONTINUE;
}

/* Makes sure that a group is open: (1). */
static bool join_group(shop_inventory *self)
{
    self->open = self->open || store_begin(self->store);
    return self->open;
}

/* Commits the open group if it is full or nobody else waits to join it; else sees to (2). */
static actor_result settle(shop_inventory *self)
{
    if (self->pending_count == self->limit || actor_backlog(self) == 0) {
        return commit(self);
    }
    if (self->marked_group == self->group) {
        return ACTOR_CONTINUE;
    }
    self->marked_group = self->group;
    actor_err err = shop_inventory_tell_inventory_commit_group(
            self, shop_inventory_self(self), &(shop_commit_group){ .group = self->group });
    return err == ACTOR_OK ? ACTOR_CONTINUE : commit(self);
}

/* ---- Handlers ------------------------------------------------------------------------- */

static actor_result load_catalogue(shop_inventory *self, const char *path)
{
    struct catalogue_result result;
    if (!store_begin(self->store)) {
        return store_failed(self);
    }
    if (!catalogue_load(path, self->store, &result)) {
        self->failed = true;
        return actor_fail(self, "%s", result.problem);
    }
    if (result.malformed > 0) {
        actor_log(self, ACTOR_LOG_WARNING,
                "%zu malformed lines in the catalogue; the first: %s", result.malformed,
                result.problem);
    }
    return store_commit(self->store) ? ACTOR_CONTINUE : store_failed(self);
}

actor_result shop_inventory_at_start(shop_inventory *self, const shop_inventory_args *args)
{
    struct store_why why;
    self->group = 1;
    self->limit = args->group == 0 ? 1 : args->group > GROUP_MAX ? GROUP_MAX : args->group;
    self->pending = calloc(self->limit, sizeof *self->pending);
    if (self->pending == NULL || actor_own(self, self->pending, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    self->store = store_open(args->database.data, STORE_CREATE, &why);
    if (self->store == NULL) {
        return actor_fail(self, "%s", why.text);
    }
    if (actor_own(self, self->store, close_store) != ACTOR_OK) {
        self->store = NULL;
        return actor_fail(self, "out of memory");
    }
    return args->catalogue.len == 0 ? ACTOR_CONTINUE
                                    : load_catalogue(self, args->catalogue.data);
}

void shop_inventory_at_stop(shop_inventory *self)
{
    /* A stop that was cut short leaves CommitGroup unhandled. After a failure the open
     * transaction may hold half a sale. */
    if (self->open && !self->failed && commit(self) != ACTOR_CONTINUE) {
        actor_log(self, ACTOR_LOG_ERROR, "%s", store_why(self->store));
    }
}

actor_result shop_inventory_on_buy_product(
        shop_inventory *self, const shop_buy_product *msg, shop_buy_product_call call)
{
    struct pending *pending = &self->pending[self->pending_count];
    pending->call = call;
    pending->order = (struct order){
        .id = msg->order_id,
        .product_id = msg->product_id,
        .count = msg->count,
    };
    memcpy(pending->order.customer, msg->customer.data, msg->customer.len);
    if (!join_group(self)) {
        return store_failed(self);
    }
    switch (store_sell(self->store, &pending->order, &pending->answer)) {
    case SELL_ERROR: return store_failed(self);
    case SELL_OTHER_ORDER: shop_buy_product_fail(call, ACTOR_ERR_INVALID); break;
    case SELL_ANSWERED:
        /* A desk that cannot be kept waiting, as memory is out, hears NO_ANSWER, and its customer asks again. */
        shop_buy_product_keep(call);
        self->pending_count++;
        break;
    }
    return settle(self);
}

actor_result shop_inventory_on_restock(shop_inventory *self, const shop_restock *msg)
{
    bool known;
    if (!join_group(self) || !store_restock(self->store, msg->product_id, msg->count, &known)) {
        return store_failed(self);
    }
    if (!known) {
        actor_log(self, ACTOR_LOG_WARNING, "cannot add %lu units to product %lu",
                (unsigned long)msg->count, (unsigned long)msg->product_id);
    }
    return settle(self);
}

actor_result shop_inventory_on_first_free_order(
        shop_inventory *self, const shop_first_free_order *msg, shop_first_free_order_call call)
{
    uint64_t order_id;
    (void)msg;
    if (!store_first_free_order(self->store, &order_id)) {
        return store_failed(self);
    }
    shop_first_free_order_answer_order_number(
            call, &(shop_order_number){ .order_id = order_id });
    return ACTOR_CONTINUE;
}

actor_result shop_inventory_on_commit_group(shop_inventory *self, const shop_commit_group *msg)
{
    /* The group may have been full before its message came. Nothing is gained by waiting for
     * those that came since: while the disk works they make up the next group. */
    return self->open && msg->group == self->group ? commit(self) : ACTOR_CONTINUE;
}
