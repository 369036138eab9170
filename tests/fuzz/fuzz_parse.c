/* SPDX-License-Identifier: MIT */
/*
 * fuzz_parse.c - any bytes through scanner, grammar and repair.
 */
#include "fuzz.h"

#include "parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz;
    struct intern intern;
    struct ast_file file;
    fuzz_init(&fuzz);
    intern_init(&intern, &fuzz.arena);
    struct source *source = sources_add(&fuzz.sources, "fuzz.actor", (const char *)data, size);
    if (!parse(source, &fuzz.arena, &intern, &fuzz.diags, &file) && fuzz.diags.errors == 0) {
        abort();
    }
    struct buf shown = { 0 };
    diags_render(&fuzz.diags, false, &shown);
    buf_fini(&shown);
    ast_file_fini(&file);
    intern_fini(&intern);
    fuzz_fini(&fuzz);
    return 0;
}
