/* SPDX-License-Identifier: MIT */
/*
 * git.h - files as they were: asks the program git, without a shell.
 */
#ifndef GIT_H
#define GIT_H

#include "arena.h"
#include "buf.h"

/*
 * Appends the bytes that the file at `path` had in `revision`, which is whatever git takes for
 * one: "main", "HEAD~3", "v1.0".
 *
 * Returns: NULL, or why that is not possible; that text lies in `arena`.
 */
const char *git_show(
        struct arena *arena, const char *revision, const char *path, struct buf *out);

#endif
