/* SPDX-License-Identifier: MIT */
/*
 * file.c - see file.h.
 */
#include "file.h"

#include "base.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void file_begin(struct file *file, const char *folder, const char *name)
{
    file->path = base_print("%s/%s", folder, name);
    file->temporary = base_print("%s/.%s.tmp", folder, name);
    file->stream = fopen(file->temporary, "w");
    if (file->stream == NULL) {
        base_give_up("cannot write %s: %s", file->temporary, strerror(errno));
    }
}

void file_end(struct file *file)
{
    bool is_written = fflush(file->stream) == 0 && !ferror(file->stream) &&
                      fsync(fileno(file->stream)) == 0;
    int error = errno;
    if (fclose(file->stream) != 0 && is_written) {
        is_written = false;
        error = errno;
    }
    if (is_written && rename(file->temporary, file->path) != 0) {
        is_written = false;
        error = errno;
    }
    if (!is_written) {
        (void)unlink(file->temporary);
        base_give_up("cannot write %s: %s", file->path, strerror(error));
    }
    free(file->path);
    free(file->temporary);
}

void file_make_folder(const char *folder)
{
    char *path = base_copy(folder);
    for (char *c = path + 1; *c != '\0'; c++) {
        if (*c == '/') {
            *c = '\0';
            (void)mkdir(path, 0777);
            *c = '/';
        }
    }
    if ((mkdir(path, 0777) != 0 && errno != EEXIST) || access(path, W_OK | X_OK) != 0) {
        base_give_up("cannot write in %s: %s", folder, strerror(errno));
    }
    free(path);
}
