/* SPDX-License-Identifier: MIT */
/*
 * store.h - writes files all or nothing. Each is first written whole to a temporary beside it; when
 * all are, they are renamed. What did not change is not touched, so that make does not build again.
 *
 * Between the first store_put() and store_fini() the signals that end a program at a user's wish
 * wait, so that no temporaries are left behind.
 */
#ifndef STORE_H
#define STORE_H

#include "base.h"

#include <signal.h>
#include <stdbool.h>

struct store_file;
struct store_folder;

/* All zero is empty. */
struct store {
    struct store_file *files;
    struct store_folder *folders; /* that were made, the innermost first */
    char *swept; /* the last folder that was looked through for what killed runs have left */
    bool committed;
    bool holds_signals;
    sigset_t signals; /* as they were before */
};

/* Why something failed: "cannot write 'x': no space left on device". */
struct store_error {
    char text[512];
};

/* Makes a folder and those it is in, where they are missing. */
bool store_make_folder(struct store *store, const char *path, struct store_error *ret_error);

/* Prepares a file, with the permissions of the one it replaces. Nobody sees it before
 * store_commit(). */
bool store_put(struct store *store, const char *path, const char *text, size_t len,
        struct store_error *ret_error);

/* Puts all files in place. */
bool store_commit(struct store *store, struct store_error *ret_error);

/* Ends the work. What was not committed is removed, and so are folders that were made for it. */
void store_fini(struct store *store);

#endif
