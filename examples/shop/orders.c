/* SPDX-License-Identifier: MIT */
/* orders.c - see orders.h. */
#include "orders.h"

#include "csv.h"
#include "number.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct orders {
    pthread_mutex_t lock; /* guards all below but `name` and `fd` */
    const char *name;
    int fd;
    struct csv *csv;
    uint64_t limit;
    uint64_t first;
    bool begun; /* the header, if there is one, has been passed */
    bool ended;
    int read_errno;
    struct orders_progress progress;
    size_t problem_count;
    char problems[ORDERS_PROBLEMS_SHOWN][ORDERS_PROBLEM_SIZE];
};

struct orders *orders_open(const char *path, uint64_t limit)
{
    struct orders *orders = calloc(1, sizeof *orders);
    if (orders == NULL) {
        return NULL;
    }
    bool standard_input = strcmp(path, "-") == 0;
    orders->name = standard_input ? "standard input" : path;
    orders->limit = limit;
    orders->fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (orders->fd < 0 || fstat(orders->fd, &status) != 0) {
        goto free_orders;
    }
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        goto free_orders;
    }
    orders->progress.bytes_total = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    orders->csv = csv_new(orders->fd);
    if (orders->csv == NULL) {
        goto free_orders;
    }
    int err = pthread_mutex_init(&orders->lock, NULL);
    if (err != 0) {
        errno = err;
        goto free_orders;
    }
    return orders;

free_orders:
    err = errno;
    csv_free(orders->csv);
    if (orders->fd > STDIN_FILENO) {
        (void)close(orders->fd);
    }
    free(orders);
    errno = err;
    return NULL;
}

void orders_close(struct orders *orders)
{
    if (orders == NULL) {
        return;
    }
    (void)pthread_mutex_destroy(&orders->lock);
    csv_free(orders->csv);
    if (orders->fd != STDIN_FILENO) {
        (void)close(orders->fd); /* it was only read */
    }
    free(orders);
}

void orders_number_from(struct orders *orders, uint64_t first)
{
    orders->first = first;
}

/* Reads a count or an id; on failure returns why it is not one. */
static const char *read_number(const struct csv_field *field, uint32_t *ret_number)
{
    uint64_t number;
    enum number_result result = field->len == strlen(field->text)
                                        ? number_read(field->text, UINT32_MAX, &number)
                                        : NUMBER_NOT_ONE;
    if (result == NUMBER_OK) {
        *ret_number = (uint32_t)number;
        return NULL;
    }
    return result == NUMBER_TOO_LARGE ? "is larger than 4294967295" : "is not a number";
}

static void complain(struct orders *orders, const struct csv_record *record, const char *field,
        const char *problem)
{
    orders->progress.malformed++;
    if (orders->problem_count == ORDERS_PROBLEMS_SHOWN) {
        return;
    }
    char *text = orders->problems[orders->problem_count++];
    (void)snprintf(text, ORDERS_PROBLEM_SIZE, "%s:%zu:%zu: %s%s%s", orders->name, record->line,
            record->column, field, *field != '\0' ? " " : "", problem);
}

/* Makes an order of a record; a malformed one is noted and gives false. */
static bool order_of(
        struct orders *orders, const struct csv_record *record, struct order *ret_order)
{
    if (record->field_count != 3) {
        complain(orders, record, "", "an order has 3 fields: customer,product_id,count");
        return false;
    }
    const struct csv_field *customer = &record->fields[0];
    if (customer->len == 0) {
        complain(orders, record, "", "the customer has no name");
        return false;
    }
    if (customer->len > ORDERS_CUSTOMER_MAX) {
        complain(orders, record, "customer", "is longer than 64 bytes");
        return false;
    }
    const char *problem = read_number(&record->fields[1], &ret_order->product_id);
    if (problem != NULL) {
        complain(orders, record, "product_id", problem);
        return false;
    }
    problem = read_number(&record->fields[2], &ret_order->count);
    if (problem != NULL) {
        complain(orders, record, "count", problem);
        return false;
    }
    memcpy(ret_order->customer, customer->text, customer->len + 1);
    return true;
}

static bool is_header(const struct csv_record *record)
{
    return record->field_count == 3 && strcmp(record->fields[0].text, "customer") == 0 &&
           strcmp(record->fields[1].text, "product_id") == 0 &&
           strcmp(record->fields[2].text, "count") == 0;
}

static bool next_locked(struct orders *orders, struct order *ret_order)
{
    while (!orders->ended && orders->progress.orders < orders->limit) {
        struct csv_record record;
        enum csv_result result = csv_next(orders->csv, &record);
        bool first = !orders->begun;
        orders->begun = true;
        switch (result) {
        case CSV_RECORD:
            record.column = 1;
            if ((first && is_header(&record)) || !order_of(orders, &record, ret_order)) {
                continue;
            }
            ret_order->id = orders->first + orders->progress.orders++;
            return true;
        case CSV_MALFORMED: complain(orders, &record, "", record.problem); continue;
        case CSV_ERROR: orders->read_errno = errno; break;
        case CSV_END: break;
        }
        orders->ended = true;
    }
    return false;
}

bool orders_next(struct orders *orders, struct order *ret_order)
{
    (void)pthread_mutex_lock(&orders->lock);
    bool got = next_locked(orders, ret_order);
    (void)pthread_mutex_unlock(&orders->lock);
    return got;
}

void orders_stop(struct orders *orders)
{
    (void)pthread_mutex_lock(&orders->lock);
    orders->ended = true;
    (void)pthread_mutex_unlock(&orders->lock);
}

struct orders_progress orders_progress(struct orders *orders)
{
    (void)pthread_mutex_lock(&orders->lock);
    struct orders_progress progress = orders->progress;
    progress.bytes = csv_offset(orders->csv);
    (void)pthread_mutex_unlock(&orders->lock);
    return progress;
}

int orders_errno(const struct orders *orders)
{
    return orders->read_errno;
}

const char *orders_problem(const struct orders *orders, size_t i)
{
    return i < orders->problem_count ? orders->problems[i] : NULL;
}
