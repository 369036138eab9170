/* SPDX-License-Identifier: MIT */
/*
 * explain.h - the pages about the codes of errors and warnings. They are the texts in
 * actorc/explain/, of which make writes a C file.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stddef.h>

struct explain_page {
    const char *code;         /* "E0101" */
    const char *const *lines; /* ends with NULL */
};

extern const struct explain_page explain_pages[];
extern const size_t explain_page_count;

#endif
