/* SPDX-License-Identifier: MIT */
/*
 * fuzz_diff.c - a text, or two with a NUL between them: a schema does not differ from itself, and
 * whatever two schemas differ in can be shown.
 */
#include "diff.h"
#include "diff_print.h"
#include "fuzz.h"

static void show(const struct fuzz *fuzz, const struct diff *diff)
{
    const struct diff_print print = { .sources = &fuzz->sources, .verbose = true };
    struct buf out = { 0 };
    diff_print_text(diff, &print, &out);
    diff_print_json(diff, &print, &out);
    buf_fini(&out);
}

static size_t compare(struct fuzz *fuzz, const struct model *old, const struct model *new)
{
    struct diff diff = { .arena = &fuzz->arena };
    diff_models(&diff, old, new);
    size_t changes = diff.breaking + diff.compatible;
    show(fuzz, &diff);
    diff_fini(&diff);
    return changes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *cut = size == 0 ? NULL : memchr(text, '\0', size);
    size_t first = cut == NULL ? size : (size_t)(cut - text);
    struct fuzz fuzz;
    struct model old, again, new;
    fuzz_init(&fuzz);
    if (fuzz_check(&fuzz, text, first, &old) && fuzz_check(&fuzz, text, first, &again)) {
        if (compare(&fuzz, &old, &again) != 0) {
            abort();
        }
        if (cut != NULL && fuzz_check(&fuzz, cut + 1, size - first - 1, &new)) {
            bool forth = compare(&fuzz, &old, &new) != 0;
            bool back = compare(&fuzz, &new, &old) != 0;
            if (forth != back) {
                abort();
            }
        }
    }
    fuzz_fini(&fuzz);
    return 0;
}
