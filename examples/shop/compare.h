/* SPDX-License-Identifier: MIT */
/* compare.h - what committing in groups gains. */
#ifndef COMPARE_H
#define COMPARE_H

#include "sell.h"

/* Sells the same orders twice on new databases beside `config->database`, with one commit for
 * each sale and with `config->group` sales in a commit, equally durable. Prints both rates and
 * their ratio. Returns whether both sold everything and their books balance. */
bool compare_commits(const struct sell_config *config);

#endif
