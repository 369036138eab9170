/* SPDX-License-Identifier: MIT */
/* journal.c - see journal.h. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 80 };

struct journal {
    pthread_mutex_t lock; /* guards `err` and the order of lines */
    int fd;
    int err;
};

struct journal *journal_open(const char *path)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL) {
        return NULL;
    }
    journal->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    int err = journal->fd < 0 ? errno : pthread_mutex_init(&journal->lock, NULL);
    if (err != 0) {
        if (journal->fd >= 0) {
            (void)close(journal->fd);
        }
        free(journal);
        errno = err;
        return NULL;
    }
    return journal;
}

static int format(const struct told *told, char line[LINE_SIZE])
{
    return snprintf(line, LINE_SIZE, "%" PRIu64 ",%s,%" PRIu32 "\n", told->order_id,
            outcome_text(told->answer.outcome), told->answer.left);
}

static int write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno != EINTR) {
            return errno;
        }
        text += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int journal_write(struct journal *journal, const struct told *told)
{
    char line[LINE_SIZE];
    int len = format(told, line);
    (void)pthread_mutex_lock(&journal->lock);
    if (journal->err == 0) {
        journal->err = write_all(journal->fd, line, (size_t)len);
    }
    int err = journal->err;
    (void)pthread_mutex_unlock(&journal->lock);
    return err;
}

int journal_close(struct journal *journal)
{
    if (journal == NULL) {
        return 0;
    }
    int err = journal->err;
    if (close(journal->fd) != 0 && err == 0) {
        err = errno;
    }
    (void)pthread_mutex_destroy(&journal->lock);
    free(journal);
    return err;
}

/* Reads one whole line; it is well-formed if writing what was read gives the same line. */
static bool parse(const char *line, struct told *ret_told)
{
    char outcome[32];
    char again[LINE_SIZE];
    if (sscanf(line, "%" SCNu64 ",%31[^,],%" SCNu32, &ret_told->order_id, outcome,
                &ret_told->answer.left) != 3) {
        return false;
    }
    ret_told->answer.outcome = OUTCOME_SOLD;
    while (ret_told->answer.outcome < OUTCOME_COUNT &&
            strcmp(outcome, outcome_text(ret_told->answer.outcome)) != 0) {
        ret_told->answer.outcome++;
    }
    (void)format(ret_told, again);
    return ret_told->answer.outcome < OUTCOME_COUNT && strcmp(line, again) == 0;
}

static enum journal_result read_lines(
        FILE *file, struct told **ret_told, size_t *ret_count, size_t *ret_line)
{
    char line[LINE_SIZE];
    size_t cap = 0;
    *ret_told = NULL;
    *ret_count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strchr(line, '\n') == NULL && feof(file)) {
            break;
        }
        if (*ret_count == cap) {
            cap = cap == 0 ? 1024 : cap * 2;
            struct told *larger = realloc(*ret_told, cap * sizeof *larger);
            if (larger == NULL) {
                return JOURNAL_ERROR;
            }
            *ret_told = larger;
        }
        if (!parse(line, &(*ret_told)[*ret_count])) {
            *ret_line = *ret_count + 1;
            return JOURNAL_MALFORMED;
        }
        ++*ret_count;
    }
    return ferror(file) ? JOURNAL_ERROR : JOURNAL_READ;
}

enum journal_result journal_read(
        const char *path, struct told **ret_told, size_t *ret_count, size_t *ret_line)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return JOURNAL_ERROR;
    }
    enum journal_result result = read_lines(file, ret_told, ret_count, ret_line);
    int err = errno;
    if (result != JOURNAL_READ) {
        free(*ret_told);
    }
    (void)fclose(file); /* it was only read */
    errno = err;
    return result;
}
