/* SPDX-License-Identifier: MIT */
/*
 * names.c - see names.h.
 */
#include "names.h"

#include "base.h"

#include <stdlib.h>
#include <string.h>

static const char separators[] = ", \t\n";

void names_init(struct names *names, const char *text)
{
    /* Each name takes a character and, but for the last, a separator. */
    *names = (struct names){ .items = base_alloc(strlen(text) / 2 + 1, sizeof(char *)) };
    text += strspn(text, separators);
    while (*text != '\0') {
        size_t length = strcspn(text, separators);
        names->items[names->count++] = base_print("%.*s", (int)length, text);
        text += length;
        text += strspn(text, separators);
    }
}

void names_fini(struct names *names)
{
    for (size_t i = 0; names != NULL && i < names->count; i++) {
        free(names->items[i]);
    }
    if (names != NULL) {
        free(names->items);
    }
}

bool names_have(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], name) == 0) {
            return true;
        }
    }
    return false;
}
