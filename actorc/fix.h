/* SPDX-License-Identifier: MIT */
/*
 * fix.h - changes schemas where something is wrong and only one thing can have been meant.
 */
#ifndef FIX_H
#define FIX_H

#include "session.h"

/*
 * Makes the certain fixes in the schemas that are given and in what they import from their own folders,
 * never in what was found after -I. As a fix may show what else is wrong, it looks again until there is
 * nothing to do. All files are written or none; one that changed meanwhile counts as not writable. What was
 * done is said on stderr. The session is as if new then.
 *
 * Returns: BASE_EXIT_OK, also if errors are left; BASE_EXIT_IO if a file could not be written.
 */
int fix_files(struct session *session, const char *const *paths, size_t count);

#endif
