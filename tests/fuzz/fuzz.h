/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what the fuzz targets share: one text through the whole compiler, without files.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "check.h"
#include "emit.h"

#include <stdlib.h>
#include <string.h>

/* What libFuzzer calls. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One run over texts. */
struct fuzz {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct intern intern;
};

static inline void fuzz_init(struct fuzz *fuzz)
{
    memset(fuzz, 0, sizeof *fuzz);
    diags_init(&fuzz->diags, &fuzz->arena, &fuzz->sources);
    intern_init(&fuzz->intern, &fuzz->arena);
}

static inline void fuzz_fini(struct fuzz *fuzz)
{
    intern_fini(&fuzz->intern);
    sources_fini(&fuzz->sources);
    arena_fini(&fuzz->arena);
}

/* Says whether the text is a good schema. A text that is none is told so, or the program aborts. */
static inline bool fuzz_check(
        struct fuzz *fuzz, const char *text, size_t size, struct model *model)
{
    size_t errors = fuzz->diags.errors;
    memset(model, 0, sizeof *model);
    struct source *source = sources_add(&fuzz->sources, "fuzz.actor", text, size);
    bool is_good = check(source, NULL, &fuzz->arena, &fuzz->intern, &fuzz->diags, model);
    if (is_good != (fuzz->diags.errors == errors)) {
        abort();
    }
    struct buf shown = { 0 };
    diags_render(&fuzz->diags, true, &shown);
    if (!is_good && shown.len == 0) {
        abort();
    }
    buf_fini(&shown);
    return is_good;
}

#endif
