/* SPDX-License-Identifier: MIT */
/*
 * main.c - runs the tests, then each with one memory order weaker than in the source, and says what was
 * found.
 * usage: check SITES REDUNDANT [--times N] [--bound N] [--only TEXT] [--seed N] [--mutate NAME]
 *
 * SITES is what sites.sh prints. REDUNDANT lists the weakenings that nothing can be expected to find, each
 * with the reason: "site | weakening | reason". --times makes so many times as many runs, --bound
 * searches so much deeper, --only leaves out tests and mutants without TEXT in their name, with --seed one
 * run is shown, and with --mutate all tests are run with this mutant.
 */
#include "choice.h"
#include "memory.h"
#include "model.h"
#include "races.h"
#include "sites.h"
#include "threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RUNS = 2000,         /* of a test, at random */
    SEARCH_MAX = 200000, /* runs of a search, at most */
    ROUTINE = 10,
    FIRST_RUNS = 50, /* of each test with a mutant, before more are made */
    TESTS_MAX = 128,
    BITS = 64,
    REDUNDANT_MAX = 256
};

struct redundant {
    char *site;
    char *weakening;
    char *reason;
    bool used;
};

static const struct model_test *tests[TESTS_MAX];
static uint32_t test_count;
static uint32_t bit_of[TESTS_MAX];
static uint32_t bit_count;
static uint32_t most_runs;
static struct redundant redundants[REDUNDANT_MAX];
static uint32_t redundant_count;
static uint32_t times = 1;
static uint32_t deeper;
static const char *only = "";
static uint64_t one_seed;
static const char *one_mutant;
static uint32_t passed;
static uint32_t failed;

static void count(bool well, const char *what, const char *name)
{
    passed += well ? 1 : 0;
    failed += well ? 0 : 1;
    printf("%s %s", well ? "ok  " : "FAIL", name);
    printf("%s%s\n", *what == '\0' ? "" : ": ", what);
    (void)fflush(stdout);
}

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- Runs ----------------------------------------------------------------------------------------- */

static uint64_t outcomes;
static uint32_t steps_of[TESTS_MAX]; /* decisions on threads that a run has */

void model_outcome(uint32_t number)
{
    outcomes |= UINT64_C(1) << number;
}

static const char *run(const struct model_test *t)
{
    return threads_run(t->body, t->kind != MODEL_HOLDS);
}

/* How long a run is has to be known before, and to be the same whenever a seed is tried. */
static const char *run_seed(uint32_t test, uint64_t seed)
{
    if (steps_of[test] == 0) {
        choice_begin_random(0, 1);
        (void)run(tests[test]);
        steps_of[test] = choice_steps() + 1;
    }
    choice_begin_random(seed, steps_of[test]);
    return run(tests[test]);
}

/* Runs at random with the seeds [from, to), until something is found; the seed with which, 0 = nothing. */
static uint64_t run_seeds(uint32_t test, uint64_t from, uint64_t to, const char **ret_what)
{
    for (uint64_t seed = from; seed < to; seed++) {
        *ret_what = run_seed(test, seed);
        if (*ret_what != NULL) {
            return seed;
        }
    }
    return 0;
}

static uint32_t runs_of(const struct model_test *t)
{
    return (t->runs == 0 ? RUNS : t->runs) * times;
}

/* All runs within the bound; how many there were, and whether that was all. */
static const char *search(
        const struct model_test *t, uint32_t bound, uint32_t *ret_runs, bool *ret_complete)
{
    *ret_runs = 0;
    *ret_complete = true;
    choice_begin_search(bound);
    do {
        const char *what = run(t);
        ++*ret_runs;
        if (what != NULL) {
            return what;
        }
        *ret_complete = *ret_runs < SEARCH_MAX * (1 + deeper);
    } while (*ret_complete && choice_next());
    return NULL;
}

static void show_seed(uint32_t test, uint64_t seed)
{
    threads_trace(true);
    const char *what = run_seed(test, seed);
    threads_trace(false);
    threads_show();
    printf("    seed %llu: %s\n", (unsigned long long)seed, what == NULL ? "nothing" : what);
}

/* ---- Tests ---------------------------------------------------------------------------------------- */

static void try_litmus(uint32_t test)
{
    const struct model_test *t = tests[test];
    uint32_t runs;
    bool complete;
    char text[160];
    outcomes = 0;
    const char *what = search(t, 1000, &runs, &complete);
    (void)snprintf(text, sizeof text, "%u runs%s, outcomes %#llx%s%s", runs,
            complete ? ", all there are" : "", (unsigned long long)outcomes,
            what == NULL ? "" : "; ", what == NULL ? "" : what);
    count(what == NULL && complete && outcomes == t->expect, text, t->name);
}

static void try_broken(uint32_t test)
{
    const char *what = NULL;
    char text[600];
    uint64_t seed = run_seeds(test, 1, runs_of(tests[test]) + 1, &what);
    (void)snprintf(text, sizeof text, "found by run %llu: %s", (unsigned long long)seed,
            what == NULL ? "" : what);
    count(seed != 0, seed == 0 ? "NOTHING WAS FOUND" : text, tests[test]->name);
}

static void try_holds(uint32_t test)
{
    const struct model_test *t = tests[test];
    const char *what = NULL;
    char text[600];
    double begun = seconds();
    uint32_t runs = 0;
    bool complete = false;
    uint64_t seed = run_seeds(test, 1, runs_of(t) + 1, &what);
    if (seed == 0 && t->bound + deeper > 0) {
        what = search(t, t->bound + deeper, &runs, &complete);
    }
    int n = snprintf(text, sizeof text, "%u at random, %u searched%s, %.1f s, %u events",
            runs_of(t), runs, complete ? ", all of the bound" : "", seconds() - begun,
            threads_events());
    if (what != NULL) {
        (void)snprintf(text + n, sizeof text - (size_t)n, "; %s", what);
    }
    count(what == NULL, text, t->name);
    if (seed != 0) {
        show_seed(test, seed);
    }
}

static void add_tests(const struct model_test *list)
{
    for (; list->name != NULL; list++) {
        if (strstr(list->name, only) == NULL) {
            continue;
        }
        if (test_count == TESTS_MAX || bit_count == BITS) {
            (void)fprintf(stderr, "too many tests\n");
            exit(2);
        }
        /* Those that mutants are run with have a bit each: which of them come to a site. */
        bit_of[test_count] = list->kind == MODEL_HOLDS ? bit_count++ : BITS;
        most_runs = runs_of(list) > most_runs ? runs_of(list) : most_runs;
        tests[test_count++] = list;
    }
}

static void run_tests(void)
{
    for (uint32_t i = 0; i < test_count; i++) {
        sites_note(bit_of[i]);
        if (one_seed != 0) {
            show_seed(i, one_seed);
            continue;
        }
        switch (tests[i]->kind) {
        case MODEL_LITMUS: try_litmus(i); break;
        case MODEL_BROKEN: try_broken(i); break;
        case MODEL_HOLDS: try_holds(i); break;
        }
    }
    sites_note(BITS);
}

/* ---- Mutants -------------------------------------------------------------------------------------- */

static char *trimmed(char *text)
{
    text += strspn(text, " \t");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\n", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }
    return text;
}

static bool read_redundant(const char *path)
{
    static char text[1 << 16];
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        return false;
    }
    size_t n = fread(text, 1, sizeof text - 1, f);
    (void)fclose(f);
    text[n] = '\0';
    char *rest = text;
    char *line;
    while ((line = strtok_r(rest, "\n", &rest)) != NULL) {
        char *bar = line[0] == '#' ? NULL : strstr(line, " | ");
        char *second = bar == NULL ? NULL : strstr(bar + 3, " | ");
        if (second == NULL) {
            continue;
        }
        *bar = *second = '\0';
        redundants[redundant_count++] = (struct redundant){ trimmed(line), trimmed(bar + 3),
            trimmed(second + 3), false };
    }
    return true;
}

static struct redundant *redundant_of(const char *site, const char *weakening)
{
    for (uint32_t i = 0; i < redundant_count; i++) {
        struct redundant *r = &redundants[i];
        if (strcmp(r->site, site) == 0 && strcmp(r->weakening, weakening) == 0) {
            r->used = true;
            return r;
        }
    }
    return NULL;
}

/* What has become of a weakening. `what` and `test` are of who has found it. */
static void judge(const struct site *s, const char *weakening, const char *found)
{
    const struct redundant *r = redundant_of(s->name, weakening);
    char name[256];
    char text[700];
    (void)snprintf(name, sizeof name, "%s, %s", s->name, weakening);
    if (found == NULL) {
        (void)snprintf(text, sizeof text, r == NULL ? "SURVIVES at %s" : "redundant: %.0s%s",
                s->file, r == NULL ? "" : r->reason);
    } else {
        (void)snprintf(text, sizeof text, "%s%s", found,
                r == NULL ? "" : "; BUT IS SAID TO BE REDUNDANT");
    }
    count((found == NULL) == (r != NULL), text, name);
}

/* Of what is said to be redundant fewer runs are made each time: it has been tried before. */
static uint32_t runs_of_mutant(const struct mutant *m, const struct model_test *t)
{
    uint32_t runs = runs_of(t);
    return redundant_of(m->site->name, m->name) == NULL ? runs : runs / ROUTINE;
}

/* True if the tests with these seeds find it. */
static bool is_found(const struct mutant *m, uint32_t from, uint32_t to, char ret_found[400])
{
    for (uint32_t i = 0; i < test_count; i++) {
        const char *what = NULL;
        uint32_t end = runs_of_mutant(m, tests[i]) + 1;
        if (tests[i]->kind != MODEL_HOLDS || (m->site->tests >> bit_of[i] & 1) == 0) {
            continue;
        }
        uint64_t seed = run_seeds(i, from, to < end ? to : end, &what);
        if (seed != 0) {
            (void)snprintf(ret_found, 400, "killed by %s, run %llu: %s", tests[i]->name,
                    (unsigned long long)seed, what);
            return true;
        }
    }
    return false;
}

/* A few runs of each test first, as one of them will most likely do. */
static void try_mutant(const struct mutant *m)
{
    char found[400];
    bool killed = false;
    sites_mutate(m);
    for (uint32_t from = 1, size = FIRST_RUNS; !killed && from <= most_runs; size *= 4) {
        killed = is_found(m, from, from + size, found);
        from += size;
    }
    sites_mutate(NULL);
    judge(m->site, m->name, killed ? found : NULL);
}

/* Finds a mutant by its name in the table. The order in the source is told by the first run of the tests. */
static bool mutate_one(const char *name)
{
    static struct mutant mutants[3];
    char known[256];
    for (uint32_t i = 0; i < site_count; i++) {
        uint32_t n = mutants_of(&sites[i], mutants);
        for (uint32_t k = 0; k < n; k++) {
            (void)snprintf(known, sizeof known, "%s, %s", sites[i].name, mutants[k].name);
            if (strcmp(known, name) == 0) {
                sites_mutate(&mutants[k]);
                return true;
            }
        }
    }
    return false;
}

static void run_mutants(void)
{
    uint32_t weakest = 0;
    for (uint32_t i = 0; i < site_count; i++) {
        struct site *s = &sites[i];
        struct mutant mutants[3];
        if (!s->is_subject) {
            continue;
        }
        if (s->order < 0 && strstr(s->name, "_rlx") == NULL) {
            judge(s, "never executed", NULL);
            continue;
        }
        uint32_t n = mutants_of(s, mutants);
        weakest += n == 0 ? 1 : 0;
        for (uint32_t k = 0; k < n; k++) {
            try_mutant(&mutants[k]);
        }
    }
    printf("%u sites are relaxed already\n", weakest);
    for (uint32_t i = 0; i < redundant_count; i++) {
        if (!redundants[i].used) {
            count(false, "is in the table of what is redundant, and not in the source",
                    redundants[i].site);
        }
    }
}

/* ---------------------------------------------------------------------------------------------------- */

static bool read_options(int argc, char **argv)
{
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--times") == 0) {
            times = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--bound") == 0) {
            deeper = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--only") == 0) {
            only = argv[i + 1];
        } else if (strcmp(argv[i], "--mutate") == 0) {
            one_mutant = argv[i + 1];
        } else if (strcmp(argv[i], "--seed") == 0) {
            one_seed = strtoull(argv[i + 1], NULL, 10);
        } else {
            return false;
        }
    }
    return argc >= 3 && argc % 2 == 1 && times > 0;
}

int main(int argc, char **argv)
{
    if (!read_options(argc, argv) || !sites_read(argv[1]) || !read_redundant(argv[2])) {
        (void)fprintf(stderr, "usage: check SITES REDUNDANT [--times N] [--bound N] [--only "
                              "TEXT] [--seed N]\n");
        return 2;
    }
    memory_init();
    races_init();
    threads_init();
    add_tests(model_litmus);
    add_tests(model_planted);
    add_tests(model_parts);
    add_tests(model_calls);
    add_tests(model_systems);
    double begun = seconds();
    run_tests();
    if (one_mutant != NULL) {
        count(mutate_one(one_mutant), "", one_mutant);
        run_tests();
    } else if (one_seed == 0 && *only == '\0') {
        printf("tests took %.1f s\n", seconds() - begun);
        run_mutants();
        printf("all took %.1f s\n", seconds() - begun);
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
