/* SPDX-License-Identifier: MIT */
/* catalogue.c - see catalogue.h. */
#include "catalogue.h"

#include "csv.h"
#include "number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct product {
    uint32_t id;
    uint32_t stock;
    const char *name;
};

static bool is_header(const struct csv_record *record)
{
    return record->field_count == 3 && strcmp(record->fields[0].text, "id") == 0 &&
           strcmp(record->fields[1].text, "name") == 0 &&
           strcmp(record->fields[2].text, "stock") == 0;
}

/* Makes a product of a record; returns what is wrong with it, or NULL. */
static const char *product_of(const struct csv_record *record, struct product *ret_product)
{
    uint64_t id;
    uint64_t stock;
    if (record->field_count != 3) {
        return "a product has 3 fields: id,name,stock";
    }
    if (number_read(record->fields[0].text, UINT32_MAX, &id) != NUMBER_OK) {
        return "id is not a number up to 4294967295";
    }
    if (record->fields[1].len == 0 || record->fields[1].len > CATALOGUE_NAME_MAX) {
        return "the name is empty or longer than 200 bytes";
    }
    if (number_read(record->fields[2].text, UINT32_MAX, &stock) != NUMBER_OK) {
        return "stock is not a number up to 4294967295";
    }
    *ret_product = (struct product){ (uint32_t)id, (uint32_t)stock, record->fields[1].text };
    return NULL;
}

static void note_malformed(struct catalogue_result *result, const char *path,
        const struct csv_record *record, const char *problem)
{
    if (result->malformed++ == 0) {
        (void)snprintf(result->problem, sizeof result->problem, "%s:%zu:%zu: %s", path,
                record->line, record->column, problem);
    }
}

static bool load(
        struct csv *csv, const char *path, struct store *store, struct catalogue_result *result)
{
    struct csv_record record;
    for (bool first = true;; first = false) {
        struct product product;
        const char *problem = NULL;
        switch (csv_next(csv, &record)) {
        case CSV_END: return true;
        case CSV_ERROR:
            (void)snprintf(result->problem, sizeof result->problem,
                    "cannot read the catalogue '%s': %s", path, strerror(errno));
            return false;
        case CSV_MALFORMED: note_malformed(result, path, &record, record.problem); continue;
        case CSV_RECORD: break;
        }
        if (first && is_header(&record)) {
            continue;
        }
        record.column = 1;
        problem = product_of(&record, &product);
        if (problem != NULL) {
            note_malformed(result, path, &record, problem);
            continue;
        }
        result->products++;
        if (!store_add_product(store, product.id, product.name, product.stock)) {
            (void)snprintf(result->problem, sizeof result->problem, "%s", store_why(store));
            return false;
        }
    }
}

bool catalogue_load(const char *path, struct store *store, struct catalogue_result *ret_result)
{
    *ret_result = (struct catalogue_result){ 0 };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct csv *csv = fd < 0 ? NULL : csv_new(fd);
    if (csv == NULL) {
        (void)snprintf(ret_result->problem, sizeof ret_result->problem,
                "cannot read the catalogue '%s': %s", path, strerror(errno));
    }
    bool loaded = csv != NULL && load(csv, path, store, ret_result);
    csv_free(csv);
    if (fd >= 0) {
        (void)close(fd); /* it was only read */
    }
    return loaded;
}
