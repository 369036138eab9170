/* SPDX-License-Identifier: MIT */
/* customers.c - see customers.h. */
#include "customers.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_S = 5, PROGRESS_MS = 100 };

/* How many customers have not gone home, and who waits for that. */
struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t gone;
    unsigned present; /* guarded by `lock` */
};

struct customer {
    const struct customers_config *config;
    struct crowd *crowd;
    shop_purchase_ref desk;
    pthread_t thread;
    int err;
    size_t told_cap;
    struct tally tally;
};

/* ---- One customer --------------------------------------------------------------------- */

static int note_told(struct customer *customer, const struct told *told)
{
    struct tally *tally = &customer->tally;
    if (tally->told_count == customer->told_cap) {
        size_t cap = customer->told_cap == 0 ? 256 : customer->told_cap * 2;
        struct told *larger = realloc(tally->told, cap * sizeof *larger);
        if (larger == NULL) {
            return ENOMEM;
        }
        tally->told = larger;
        customer->told_cap = cap;
    }
    tally->told[tally->told_count++] = *told;
    tally->answered[told->answer.outcome]++;
    const struct journal *journal = customer->config->journal;
    return journal == NULL ? 0 : journal_write(customer->config->journal, told);
}

/* Orders, and waits for the answer. */
static actor_err buy(
        const struct customer *customer, const struct order *order, struct answer *ret_answer)
{
    shop_request_purchase request = {
        .order_id = order->id,
        .product_id = order->product_id,
        .count = order->count,
        .customer = actor_string_of(order->customer),
    };
    shop_request_purchase_reply *reply;
    actor_err err = shop_purchase_ask_request_purchase(customer->config->system, customer->desk,
            &request, actor_seconds(PATIENCE_S), &reply);
    if (err != ACTOR_OK) {
        return err;
    }
    switch (reply->kind) {
    case SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_SUCCESSFUL:
        *ret_answer = (struct answer){ OUTCOME_SOLD, reply->purchase_successful.left };
        break;
    case SHOP_REQUEST_PURCHASE_REPLY_PURCHASE_FAILED:
        *ret_answer = (struct answer){ (enum outcome)reply->purchase_failed.why,
            reply->purchase_failed.in_stock };
        break;
    case SHOP_REQUEST_PURCHASE_REPLY_ERROR: err = reply->error; break;
    }
    actor_reply_free(reply);
    return err;
}

/* Makes one order; false when there is no use in making another. */
static bool serve(struct customer *customer, const struct order *order)
{
    struct told told = { .order_id = order->id };
    actor_duration asked = actor_now();
    actor_err err = buy(customer, order, &told.answer);
    if (err != ACTOR_OK) {
        customer->tally.failed[err]++;
        /* Others, such as a failure of the inventory, pass: it is started again. */
        return err != ACTOR_ERR_STOPPED && err != ACTOR_ERR_SHUTDOWN;
    }
    histogram_add(&customer->tally.latency, actor_now() - asked);
    if (told.answer.outcome == OUTCOME_SOLD) {
        customer->tally.units_sold += order->count;
    }
    customer->err = note_told(customer, &told);
    return customer->err == 0;
}

static void *live(void *argument)
{
    struct customer *customer = argument;
    struct order order;
    while (orders_next(customer->config->orders, &order)) {
        if (!serve(customer, &order)) {
            orders_stop(customer->config->orders);
        }
    }
    struct crowd *crowd = customer->crowd;
    (void)pthread_mutex_lock(&crowd->lock);
    if (--crowd->present == 0) {
        (void)pthread_cond_signal(&crowd->gone);
    }
    (void)pthread_mutex_unlock(&crowd->lock);
    return NULL;
}

/* ---- The crowd ------------------------------------------------------------------------ */

static int crowd_init(struct crowd *crowd, unsigned present)
{
    pthread_condattr_t monotonic;
    crowd->present = present;
    int err = pthread_mutex_init(&crowd->lock, NULL);
    if (err != 0) {
        return err;
    }
    err = pthread_condattr_init(&monotonic);
    if (err == 0) {
        err = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        err = err != 0 ? err : pthread_cond_init(&crowd->gone, &monotonic);
        (void)pthread_condattr_destroy(&monotonic);
    }
    if (err != 0) {
        (void)pthread_mutex_destroy(&crowd->lock);
    }
    return err;
}

static void crowd_fini(struct crowd *crowd)
{
    (void)pthread_cond_destroy(&crowd->gone);
    (void)pthread_mutex_destroy(&crowd->lock);
}

/* Waits until all have gone home, for PROGRESS_MS at most; true if they have. */
static bool crowd_wait(struct crowd *crowd)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PROGRESS_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&crowd->lock);
    int err = 0;
    while (crowd->present > 0 && err == 0) {
        err = pthread_cond_timedwait(&crowd->gone, &crowd->lock, &until);
    }
    bool gone = crowd->present == 0;
    (void)pthread_mutex_unlock(&crowd->lock);
    return gone;
}

/* Starts all of them; what could not be started is not present. */
static int start_all(struct customer *customers, struct crowd *crowd,
        const struct customers_config *config, unsigned *ret_started)
{
    for (unsigned i = 0; i < config->count; i++) {
        customers[i].config = config;
        customers[i].crowd = crowd;
        customers[i].desk = config->desks[i % config->desk_count];
        int err = pthread_create(&customers[i].thread, NULL, live, &customers[i]);
        if (err != 0) {
            *ret_started = i;
            orders_stop(config->orders);
            (void)pthread_mutex_lock(&crowd->lock);
            crowd->present -= config->count - i;
            (void)pthread_mutex_unlock(&crowd->lock);
            return err;
        }
    }
    *ret_started = config->count;
    return 0;
}

/* Adds what one customer was told; releases it. */
static int merge(struct tally *all, struct tally *one)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        all->answered[i] += one->answered[i];
    }
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        all->failed[i] += one->failed[i];
    }
    all->units_sold += one->units_sold;
    histogram_merge(&all->latency, &one->latency);
    int err = 0;
    if (one->told_count > 0) {
        size_t count = all->told_count + one->told_count;
        struct told *larger = realloc(all->told, count * sizeof *larger);
        if (larger == NULL) {
            err = ENOMEM;
        } else {
            all->told = larger;
            memcpy(all->told + all->told_count, one->told, one->told_count * sizeof *larger);
            all->told_count = count;
        }
    }
    tally_fini(one);
    return err;
}

int customers_serve(const struct customers_config *config, struct tally *ret_tally)
{
    *ret_tally = (struct tally){ 0 };
    struct customer *customers = calloc(config->count, sizeof *customers);
    if (customers == NULL) {
        return ENOMEM;
    }
    struct crowd crowd;
    int err = crowd_init(&crowd, config->count);
    if (err != 0) {
        free(customers);
        return err;
    }
    actor_duration began = actor_now();
    unsigned started;
    err = start_all(customers, &crowd, config, &started);
    while (!crowd_wait(&crowd)) {
        config->progress(config->context);
    }
    ret_tally->elapsed = actor_now() - began;
    for (unsigned i = 0; i < started; i++) {
        (void)pthread_join(customers[i].thread, NULL);
        int merge_err = merge(ret_tally, &customers[i].tally);
        err = err != 0 ? err : customers[i].err != 0 ? customers[i].err : merge_err;
    }
    crowd_fini(&crowd);
    free(customers);
    return err;
}

void tally_fini(struct tally *tally)
{
    free(tally->told);
    tally->told = NULL;
    tally->told_count = 0;
}

uint64_t tally_answered(const struct tally *tally)
{
    uint64_t sum = 0;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        sum += tally->answered[i];
    }
    return sum;
}

uint64_t tally_failed(const struct tally *tally)
{
    uint64_t sum = 0;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        sum += tally->failed[i];
    }
    return sum;
}
