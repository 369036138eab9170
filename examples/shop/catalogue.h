/* SPDX-License-Identifier: MIT */
/* catalogue.h - the products of a CSV file, `id,name,stock`, with or without that line first. */
#ifndef CATALOGUE_H
#define CATALOGUE_H

#include "store.h"

#include <stddef.h>

enum { CATALOGUE_NAME_MAX = 200 /* bytes */ };

/* What became of reading one. */
struct catalogue_result {
    size_t products;  /* well-formed ones */
    size_t malformed; /* lines left out */
    /* What is wrong with the first malformed line, or why false was returned. */
    char problem[500];
};

/* Adds the products of the file `path` to the store, in the open transaction; those that the
 * store has already are left as they are. False when the file cannot be read or the store
 * fails. */
bool catalogue_load(const char *path, struct store *store, struct catalogue_result *ret_result);

#endif
