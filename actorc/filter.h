/* SPDX-License-Identifier: MIT */
/*
 * filter.h - what stands between the scanner and the grammar. It knows in which block each
 * statement begins, and so finds three mistakes that a grammar alone can report only as a long
 * list of consequences:
 *
 * - A statement begins with an unknown word near a keyword: that is the keyword, mistyped.
 * - A statement begins with a keyword that only an outer block knows, or the file ends: the '}'
 *   of the inner one is missing. The filter puts it in.
 * - A statement is broken: what is left of it, with all its braces, is taken out.
 *
 * What the grammar finds to be a missing ';' or '{' or a mistyped keyword is put right by the
 * filter in another pass over the text. The grammar itself cannot: when it sees the mistake it has
 * not finished what stands before.
 */
#ifndef FILTER_H
#define FILTER_H

#include "syntax.h"

/*
 * Parses the source of `syntax` into its file, as often as it takes. Reports what is wrong; each
 * pass takes back what the one before it reported.
 *
 * Returns: whether something was put right, so that the file is not what was written.
 */
bool filter_parse(const struct syntax *syntax);

#endif
