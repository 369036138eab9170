/* SPDX-License-Identifier: MIT */
/*
 * fuzz_compile.c - any bytes through the whole compiler: they are C, or an error.
 */
#include "fuzz.h"

static void emit_with(
        const struct model *model, const char *digits, void (*emitter)(struct emit *emit))
{
    struct buf out = { 0 };
    struct arena arena = { 0 };
    emitter(&(struct emit){ .out = &out,
            .arena = &arena,
            .model = model,
            .file = "fuzz.actor",
            .fingerprint = digits });
    if (out.len == 0) {
        abort();
    }
    buf_fini(&out);
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz;
    struct model model;
    fuzz_init(&fuzz);
    if (fuzz_check(&fuzz, (const char *)data, size, &model)) {
        emit_with(&model, "0123456789abcdef", emit_header);
        emit_with(&model, "0123456789abcdef", emit_source);
    }
    fuzz_fini(&fuzz);
    return 0;
}
