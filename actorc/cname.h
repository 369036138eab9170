/* SPDX-License-Identifier: MIT */
/*
 * cname.h - names in C: how schema names are spelt there, and which are taken by C itself.
 */
#ifndef CNAME_H
#define CNAME_H

#include "arena.h"
#include "model.h"

#include <stdbool.h>

/* "BuyProduct" becomes "buy_product", "HTTPGet" becomes "http_get". */
const char *cname_snake(struct arena *arena, const char *name);

/* "BuyProduct" becomes "BUY_PRODUCT"; what has no lower case letter stays as it is. */
const char *cname_upper(struct arena *arena, const char *name);

/* Says whether the name is a keyword of C or C++, or belongs to a standard header. */
bool cname_is_reserved(const char *name);

/* Returns the name, with '_' behind it if it is reserved. */
const char *cname_safe(struct arena *arena, const char *name);

/* Makes all the names of a declaration. */
struct cname cname_make(struct arena *arena, const char *prefix, const char *schema_name);

#endif
