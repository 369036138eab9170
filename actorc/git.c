/* SPDX-License-Identifier: MIT */
/*
 * git.c - see git.h. What git itself says of a failure depends on its version and on the user's
 * language; so it is asked, in small steps, what is missing.
 */
#include "git.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What became of one run. */
struct result {
    const char *why; /* it could not be run at all */
    bool good;       /* its exit status was 0 */
};

/* Starts git with its output on `output`, and its errors nowhere. Returns 0 or an errno. */
static int start(char **argv, int output, pid_t *ret_child)
{
    posix_spawn_file_actions_t actions;
    int err = posix_spawn_file_actions_init(&actions);
    if (err != 0) {
        return err;
    }
    err = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (err == 0) {
        err = posix_spawn_file_actions_addopen(
                &actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (err == 0) {
        err = posix_spawnp(ret_child, argv[0], &actions, NULL, argv, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    return err;
}

/* Appends all that comes to `out`. Returns 0 or an errno. */
static int read_all(int file, struct buf *out)
{
    char chunk[4096];
    for (;;) {
        ssize_t got = read(file, chunk, sizeof chunk);
        if (got > 0) {
            buf_put(out, chunk, (size_t)got);
        } else if (got == 0) {
            return 0;
        } else if (errno != EINTR) {
            return errno;
        }
    }
}

static bool ended_well(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static struct result run(struct arena *arena, char **argv, struct buf *out)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return (struct result){ .why = strerror(errno) };
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t child = 0;
    int err = start(argv, ends[1], &child);
    close(ends[1]);
    if (err != 0) {
        close(ends[0]);
        return (struct result){ .why = err == ENOENT ? "git is not installed, or not in PATH"
                                                     : arena_printf(arena, "cannot run git: %s",
                                                               strerror(err)) };
    }
    int read_err = read_all(ends[0], out);
    close(ends[0]);
    bool good = ended_well(child);
    return (struct result){ .why = read_err != 0 ? strerror(read_err) : NULL, .good = good };
}

/* Runs "git -C FOLDER WORDS..."; `out` is NULL if only the status counts. */
static struct result git(
        struct arena *arena, const char *folder, const char *const words[3], struct buf *out)
{
    struct buf ignored = { 0 };
    char *argv[7] = { 0 };
    const char *const all[6] = { "git", "-C", folder, words[0], words[1], words[2] };
    for (size_t i = 0; i < 6 && all[i] != NULL; i++) {
        argv[i] = arena_strndup(arena, all[i], strlen(all[i]));
    }
    struct result result = run(arena, argv, out != NULL ? out : &ignored);
    buf_fini(&ignored);
    return result;
}

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return ".";
    }
    return slash == path ? "/" : arena_strndup(arena, path, (size_t)(slash - path));
}

/* Finds out why the file could not be had. */
static const char *explain(
        struct arena *arena, const char *folder, const char *revision, const char *path)
{
    struct result result =
            git(arena, folder, (const char *const[3]){ "rev-parse", "--git-dir", NULL }, NULL);
    if (!result.good) {
        return arena_printf(arena, "'%s' is in no git repository", path);
    }
    const char *commit = arena_printf(arena, "%s^{tree}", revision);
    result =
            git(arena, folder, (const char *const[3]){ "rev-parse", "--verify", commit }, NULL);
    if (!result.good) {
        return arena_printf(arena, "git knows no revision '%s'", revision);
    }
    return arena_printf(arena, "there was no '%s' in revision '%s'", path, revision);
}

const char *git_show(
        struct arena *arena, const char *revision, const char *path, struct buf *out)
{
    if (revision[0] == '-' || revision[0] == '\0') {
        return arena_printf(arena, "'%s' is no revision", revision);
    }
    const char *slash = strrchr(path, '/');
    const char *folder = folder_of(arena, path);
    const char *object =
            arena_printf(arena, "%s:./%s", revision, slash == NULL ? path : slash + 1);
    struct result result =
            git(arena, folder, (const char *const[3]){ "cat-file", "blob", object }, out);
    if (result.why != NULL || result.good) {
        return result.why;
    }
    return explain(arena, folder, revision, path);
}
