/* SPDX-License-Identifier: MIT */
/*
 * doc.h - a schema as one page of HTML that needs nothing else: no other file, no network.
 */
#ifndef DOC_H
#define DOC_H

#include "arena.h"
#include "buf.h"
#include "model.h"

/* Appends the page of `model`. `models` are all whose pages are made in this run; links to these may
 * be made. The page of path/x.actor is called x.html. */
void doc_page(const struct model *model, const struct model *const *models, size_t model_count,
        struct arena *arena, struct buf *out);

#endif
