/* SPDX-License-Identifier: MIT */
/*
 * contender.c - see contender.h.
 */
#define _XOPEN_SOURCE 700 /* realpath() */

#include "contender.h"

#include "base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The first line of a file, NULL if there is no such file. The caller frees it. */
static char *first_line(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return NULL;
    }
    char line[160] = "";
    (void)fgets(line, sizeof line, file);
    (void)fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    return base_copy(line);
}

static char *missing_of(const char *built, const char *name)
{
    char *reason_path = base_print("%s/%s.failed", built, name);
    char *folder = base_print("%s/%s", built, name);
    char *reason = first_line(reason_path);
    char *missing = NULL;
    struct stat status;
    if (reason != NULL) {
        missing = base_print("not built: %s", reason);
    } else if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
        missing = base_copy("not built; make bench-peers does it");
    }
    free(reason);
    free(folder);
    free(reason_path);
    return missing;
}

/* Paths are absolute, since a run.sh may change its folder. */
static char *absolute(const char *path)
{
    char *real = realpath(path, NULL);
    return real != NULL ? real : base_copy(path);
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct contender *)a)->name, ((const struct contender *)b)->name);
}

static void add_peer(
        struct contenders *contenders, const char *recipes, const char *built, const char *name)
{
    char *program = base_print("%s/%s/run.sh", recipes, name);
    if (name[0] != '.' && access(program, F_OK) == 0) {
        if (contenders->count == CONTENDER_MAX) {
            base_give_up("more than %d systems", CONTENDER_MAX);
        }
        char *folder = base_print("%s/%s", built, name);
        contenders->items[contenders->count++] = (struct contender){
            .name = base_copy(name),
            .program = absolute(program),
            .built = absolute(folder),
            .missing = missing_of(built, name),
        };
        free(folder);
    }
    free(program);
}

/* A name that is misspelt must not end in a report without that peer. */
static void check_wanted(const struct contenders *contenders, const struct names *wanted)
{
    for (size_t i = 0; wanted != NULL && i < wanted->count; i++) {
        bool is_known = strcmp(wanted->items[i], "none") == 0;
        for (size_t j = 1; j < contenders->count; j++) {
            is_known = is_known || strcmp(contenders->items[j].name, wanted->items[i]) == 0;
        }
        if (!is_known) {
            base_give_up("there is no peer '%s'", wanted->items[i]);
        }
    }
}

void contenders_find(struct contenders *contenders, const char *ours, const char *recipes,
        const char *built, const struct names *wanted)
{
    *contenders = (struct contenders){ .count = 1 };
    contenders->items[0] =
            (struct contender){ .name = base_copy("actorc"), .program = absolute(ours) };
    DIR *folder = opendir(recipes);
    if (folder == NULL && errno != ENOENT) {
        base_give_up("cannot read %s: %s", recipes, strerror(errno));
    }
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (wanted == NULL || names_have(wanted, entry->d_name)) {
            add_peer(contenders, recipes, built, entry->d_name);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    check_wanted(contenders, wanted);
    qsort(contenders->items + 1, contenders->count - 1, sizeof contenders->items[0], compare);
}

void contenders_fini(struct contenders *contenders)
{
    for (size_t i = 0; i < contenders->count; i++) {
        free(contenders->items[i].name);
        free(contenders->items[i].program);
        free(contenders->items[i].built);
        free(contenders->items[i].missing);
    }
}

char *contender_program(const struct contender *contender, const char *workload)
{
    if (contender->built != NULL) {
        return base_copy(contender->program);
    }
    char *path = base_print("%s/%s", contender->program, workload);
    for (char *c = path + strlen(contender->program); *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    return path;
}

bool contender_is_ours(const struct contender *contender)
{
    return contender->built == NULL;
}
