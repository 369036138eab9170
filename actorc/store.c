/* SPDX-License-Identifier: MIT */
/*
 * store.c - see store.h.
 */
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct store_file {
    struct store_file *next;
    char *path;
    char *temporary; /* NULL if the file is as it should be, or was renamed */
};

struct store_folder {
    struct store_folder *next;
    char *path;
};

static char *copy_of(const char *text, size_t len)
{
    char *copy = base_alloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

static bool fail(struct store_error *error, const char *what, const char *path)
{
    snprintf(
            error->text, sizeof error->text, "cannot %s '%s': %s", what, path, strerror(errno));
    return false;
}

static void hold_signals(struct store *store)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    store->holds_signals = sigprocmask(SIG_BLOCK, &held, &store->signals) == 0;
}

/* ---- Folders ---------------------------------------------------------------------------- */

static bool make_one(
        struct store *store, const char *path, size_t len, struct store_error *error)
{
    char *copy = copy_of(path, len);
    struct stat status;
    bool done = true;
    if (mkdir(copy, 0777) == 0) {
        struct store_folder *folder = base_alloc(sizeof *folder);
        *folder = (struct store_folder){ store->folders, copy };
        store->folders = folder;
        return true;
    }
    if (errno != EEXIST || stat(copy, &status) != 0) {
        done = fail(error, "make folder", copy);
    } else if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        done = fail(error, "make folder", copy);
    }
    free(copy);
    return done;
}

bool store_make_folder(struct store *store, const char *path, struct store_error *ret_error)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return true;
    }
    for (size_t i = 1; path[i - 1] != '\0'; i++) {
        bool is_end = path[i] == '\0' || path[i] == '/';
        if (is_end && path[i - 1] != '/' && !make_one(store, path, i, ret_error)) {
            return false;
        }
    }
    return true;
}

/* ---- Files ------------------------------------------------------------------------------ */

/* Says whether the file has exactly this text. */
static bool has_text(const char *path, const char *text, size_t len)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) {
        return false;
    }
    struct stat status;
    bool same = fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
                (size_t)status.st_size == len;
    char block[65536];
    size_t at = 0;
    while (same && at < len) {
        ssize_t got = read(file, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        same = got > 0 && (size_t)got <= len - at && memcmp(block, text + at, (size_t)got) == 0;
        at += same ? (size_t)got : 0;
    }
    close(file);
    return same;
}

/* How many bytes of a path are its folder, with the slash. */
static size_t folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

/* Removes what runs that were killed have left in the folder: temporaries whose process is gone. */
static void sweep(const char *path, size_t folder)
{
    char *name = copy_of(folder == 0 ? "." : path, folder == 0 ? 1 : folder);
    DIR *entries = opendir(name);
    struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        long process;
        int number;
        int end = 0;
        if (sscanf(entry->d_name, ".actorc-%ld-%d.tmp%n", &process, &number, &end) == 2 &&
                end > 0 && entry->d_name[end] == '\0' && process > 0 &&
                kill((pid_t)process, 0) != 0 && errno == ESRCH) {
            (void)unlinkat(dirfd(entries), entry->d_name, 0);
        }
    }
    if (entries != NULL) {
        (void)closedir(entries);
    }
    free(name);
}

/* Sweeps the folder of `path`, unless it was the last to be swept. */
static void sweep_once(struct store *store, const char *path)
{
    size_t folder = folder_of(path);
    if (store->swept != NULL && strlen(store->swept) == folder &&
            strncmp(store->swept, path, folder) == 0) {
        return;
    }
    free(store->swept);
    store->swept = copy_of(path, folder);
    sweep(path, folder);
}

/* Makes a new file beside `path`, with a name that nothing else has. */
static int open_temporary(const char *path, char **ret_temporary)
{
    enum { TRIES_MAX = 100 };
    int folder = (int)folder_of(path);
    size_t size = (size_t)folder + 64;
    char *name = base_alloc(size);
    for (int i = 0; i < TRIES_MAX; i++) {
        snprintf(name, size, "%.*s.actorc-%ld-%d.tmp", folder, path, (long)getpid(), i);
        int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file >= 0) {
            *ret_temporary = name;
            return file;
        }
        if (errno != EEXIST) {
            break;
        }
    }
    int why = errno;
    free(name);
    errno = why;
    return -1;
}

static bool write_all(int file, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t written = write(file, text, len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text += written;
        len -= (size_t)written;
    }
    return true;
}

/* A folder or a device is not replaced by a file. */
static bool may_be_replaced(const char *path, struct store_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode)) {
        return true;
    }
    errno = S_ISDIR(status.st_mode) ? EISDIR : EEXIST;
    return fail(error, "write", path);
}

bool store_put(struct store *store, const char *path, const char *text, size_t len,
        struct store_error *ret_error)
{
    if (!store->holds_signals) {
        hold_signals(store);
    }
    if (!may_be_replaced(path, ret_error)) {
        return false;
    }
    if (has_text(path, text, len)) {
        return true;
    }
    char *temporary = NULL;
    sweep_once(store, path);
    int file = open_temporary(path, &temporary);
    if (file < 0) {
        return fail(ret_error, "write", path);
    }
    struct store_file *entry = base_alloc(sizeof *entry);
    *entry = (struct store_file){ store->files, copy_of(path, strlen(path)), temporary };
    store->files = entry;
    struct stat old;
    bool written = (stat(path, &old) != 0 || fchmod(file, old.st_mode & 07777) == 0) &&
                   write_all(file, text, len);
    int why = errno;
    /* Some file systems say only here that there was no room. */
    if (close(file) != 0 && written) {
        written = false;
        why = errno;
    }
    errno = why;
    return written || fail(ret_error, "write", path);
}

bool store_commit(struct store *store, struct store_error *ret_error)
{
    for (struct store_file *f = store->files; f != NULL; f = f->next) {
        if (rename(f->temporary, f->path) != 0) {
            return fail(ret_error, "write", f->path);
        }
        free(f->temporary);
        f->temporary = NULL;
    }
    store->committed = true;
    return true;
}

void store_fini(struct store *store)
{
    while (store->files != NULL) {
        struct store_file *file = store->files;
        store->files = file->next;
        if (file->temporary != NULL) {
            unlink(file->temporary);
        }
        free(file->temporary);
        free(file->path);
        free(file);
    }
    while (store->folders != NULL) {
        struct store_folder *folder = store->folders;
        store->folders = folder->next;
        if (!store->committed) {
            rmdir(folder->path);
        }
        free(folder->path);
        free(folder);
    }
    free(store->swept);
    if (store->holds_signals) {
        sigprocmask(SIG_SETMASK, &store->signals, NULL);
    }
    *store = (struct store){ 0 };
}
