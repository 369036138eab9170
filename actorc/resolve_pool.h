/* SPDX-License-Identifier: MIT */
/*
 * resolve_pool.h - "* 8 by hash(field)": how many a child is, and which of them gets a message.
 */
#ifndef RESOLVE_POOL_H
#define RESOLVE_POOL_H

#include "scope.h"

/* The pool of `members`, all of whose handlers are known. */
struct pool *resolve_pool(
        struct scope *scope, const struct ast_pool *written, const struct actor *members);

#endif
