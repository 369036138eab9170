/* SPDX-License-Identifier: MIT */
/*
 * fuzz_fmt.c - what the formatter makes of any text it makes of its own output, too; and it makes
 * something of exactly the texts that parse.
 */
#include "fuzz.h"

#include "format.h"

/* Says whether the text could be laid out. */
static bool lay_out(struct fuzz *fuzz, const char *text, size_t size, struct buf *out)
{
    struct source *source = sources_add(&fuzz->sources, "fuzz.actor", text, size);
    return format(source, &fuzz->arena, &fuzz->diags, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz;
    struct buf once = { 0 };
    struct buf twice = { 0 };
    fuzz_init(&fuzz);
    if (lay_out(&fuzz, (const char *)data, size, &once)) {
        if (!lay_out(&fuzz, once.data, once.len, &twice) || once.len != twice.len ||
                memcmp(once.data, twice.data, once.len) != 0) {
            abort();
        }
    } else if (fuzz.diags.errors == 0) {
        abort();
    }
    buf_fini(&once);
    buf_fini(&twice);
    fuzz_fini(&fuzz);
    return 0;
}
