/* SPDX-License-Identifier: MIT */
/*
 * importer.h - who finds what a schema imports; a floor above does it for the resolver.
 */
#ifndef IMPORTER_H
#define IMPORTER_H

#include "source.h"

struct model;

struct importer {
    /*
     * Returns the model of the schema that `path`, written at `span` in `from`, stands for; it is
     * resolved and checked. NULL: it cannot be used; why was reported, there or in `from`.
     */
    struct model *(*import)(struct importer *importer, const struct source *from,
            const char *path, struct span span);
};

#endif
