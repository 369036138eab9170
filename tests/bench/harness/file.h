/* SPDX-License-Identifier: MIT */
/*
 * file.h - writes a file as a whole or not at all: under another name first, and when all of it is on
 * the disk it takes the place of the old one.
 */
#ifndef FILE_H
#define FILE_H

#include <stdio.h>

struct file {
    FILE *stream; /* to be written to */
    char *path;
    char *temporary;
};

/* Gives up when it cannot be made. */
void file_begin(struct file *file, const char *folder, const char *name);

/* Gives up when something was not written; the old file is left as it was then. */
void file_end(struct file *file);

/* Makes the folder, and what it lies in. Gives up when nothing can be written in it. */
void file_make_folder(const char *folder);

#endif
