/* SPDX-License-Identifier: MIT */
/*
 * campaign.c - see campaign.h.
 *
 * Each process runs its share of the seeds, one after the other, and says in shared memory which one it is
 * at: so whatever becomes of it, it is known which seed that was. It is then replaced by one that goes
 * on with the next.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS, sched_getaffinity */
#include "campaign.h"

#include "explore.h"
#include "shrink.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { JOBS_MAX = 64, FAILURES_MAX = 5, TWICE_EVERY = 64 };

/* What one process is at, in shared memory, over all that take its place. */
struct share {
    struct attempt a;
    uint64_t next; /* seed */
    bool through;
    uint64_t runs, steps, crashes, refusals, repeated;
    int64_t elapsed; /* ns of virtual time */
};

struct worker {
    struct share *share;
    pid_t pid;
};

struct failures {
    uint64_t seeds[FAILURES_MAX];
    char texts[FAILURES_MAX][sizeof((struct attempt *)0)->text];
    uint32_t count;
};

static struct share *share_new(void)
{
    void *p = mmap(NULL, sizeof(struct share), PROT_READ | PROT_WRITE,
            MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

static void add_up(struct share *s)
{
    s->runs++;
    s->steps += s->a.steps;
    s->crashes += s->a.crashes;
    s->refusals += s->a.refusals;
    s->elapsed += s->a.elapsed;
}

static void run_seed(struct share *s, uint64_t seed, bool twice)
{
    s->a.seed = seed;
    attempt_run(&s->a);
    add_up(s);
    if (twice) {
        uint64_t hash = s->a.hash;
        attempt_run(&s->a);
        s->repeated++;
        s->steps += s->a.steps;
        if (s->a.hash != hash) {
            s->a.failed = true;
            (void)snprintf(s->a.text, sizeof s->a.text,
                    "not repeatable: a second run in the same process went another way");
            _exit(EXIT_FOUND);
        }
    }
}

static void work(struct share *s, const struct campaign *c)
{
    attempt_be_silent();
    for (bool first = true; s->next <= c->last; first = false) {
        uint64_t seed = s->next;
        s->next = c->last - seed < c->jobs ? c->last + 1 : seed + c->jobs;
        /* Nothing has been left behind yet when a process begins. */
        run_seed(s, seed, first || seed % TWICE_EVERY == 0);
    }
    s->through = true;
    _exit(0);
}

static bool start(struct worker *w, const struct campaign *c)
{
    (void)fflush(NULL);
    w->pid = fork();
    if (w->pid == 0) {
        work(w->share, c);
    }
    return w->pid > 0;
}

static void note_failure(struct failures *f, const struct attempt *a)
{
    if (f->count < FAILURES_MAX) {
        f->seeds[f->count] = a->seed;
        memcpy(f->texts[f->count], a->text, sizeof f->texts[0]);
        f->count++;
    }
}

static struct worker *worker_of(struct worker *workers, uint32_t jobs, pid_t pid)
{
    for (uint32_t i = 0; i < jobs; i++) {
        if (workers[i].pid == pid) {
            return &workers[i];
        }
    }
    return NULL;
}

/* Waits for all of them; who ends early is replaced, until so many seeds have failed. */
static void supervise(struct worker *workers, const struct campaign *c, struct failures *f)
{
    uint32_t alive = c->jobs;
    while (alive > 0) {
        int status;
        pid_t pid = wait(&status);
        struct worker *w = pid < 0 ? NULL : worker_of(workers, c->jobs, pid);
        if (pid < 0) {
            return;
        }
        if (w == NULL) {
            continue;
        }
        alive--;
        if (w->share->through) {
            continue;
        }
        attempt_note_end(&w->share->a, status);
        w->share->runs++;
        note_failure(f, &w->share->a);
        bool more = f->count < FAILURES_MAX && w->share->next <= c->last;
        if (more && start(w, c)) {
            alive++;
        }
    }
}

/* ---- What came of it ------------------------------------------------------------------------------- */

static double seconds_since(const struct timespec *begin)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

struct sum {
    uint64_t runs, steps, crashes, refusals, repeated;
    int64_t elapsed;
    uint64_t reached[LABELS_MAX];
};

static struct sum sum_of(const struct worker *workers, uint32_t jobs)
{
    struct sum sum = { 0 };
    for (uint32_t i = 0; i < jobs; i++) {
        const struct share *s = workers[i].share;
        sum.runs += s->runs;
        sum.steps += s->steps;
        sum.crashes += s->crashes;
        sum.refusals += s->refusals;
        sum.repeated += s->repeated;
        sum.elapsed += s->elapsed;
        for (uint32_t k = 0; k < LABELS_MAX; k++) {
            sum.reached[k] += s->a.reached[k];
        }
    }
    return sum;
}

/* Returns false if there is a label that no run has come to. */
static bool print_labels(const uint64_t *reached)
{
    bool all = true;
    for (uint32_t i = 0; i < check_labels(); i++) {
        const char *file;
        int line;
        const char *text = check_label(i, &file, &line);
        all = all && reached[i] > 0;
        if (reached[i] > 0) {
            (void)printf("  sometimes: %s: %" PRIu64 " times\n", text, reached[i]);
        } else {
            (void)printf("  sometimes: %s: NEVER (%s:%d)\n", text, file, line);
        }
    }
    return all;
}

static void print_choices(const struct attempt *a)
{
    uint32_t zeros = 0;
    const char *separator = "";
    for (uint32_t i = 0; i <= a->list_count; i++) {
        if (i < a->list_count && a->list[i] == 0) {
            zeros++;
            continue;
        }
        if (zeros > 0 && i < a->list_count) {
            (void)printf(zeros > 1 ? "%s0x%" PRIu32 : "%s0", separator, zeros);
            separator = ",";
            zeros = 0;
        }
        if (i < a->list_count) {
            (void)printf("%s%" PRIu32, separator, a->list[i]);
            separator = ",";
        }
    }
}

/* As a shell takes it for one word. */
static void print_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789%+,-./:=@_";
    if (*word != '\0' && word[strspn(word, plain)] == '\0') {
        (void)printf(" %s", word);
        return;
    }
    (void)printf(" '");
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            (void)printf("'\\'");
        }
        (void)putchar(*word);
    }
    (void)printf("'");
}

static void print_command(const struct campaign *c, const struct attempt *a)
{
    (void)printf("repeat it: ");
    if (c->faults != NULL) {
        (void)printf("ACTORC_FAULTS=%s ", c->faults);
    }
    if (c->steps != NULL) {
        (void)printf("ACTORC_STEPS=%s ", c->steps);
    }
    if (a->is_list) {
        (void)printf("ACTORC_REPLAY=");
        print_choices(a);
    } else {
        (void)printf("ACTORC_SEED=%" PRIu64, a->seed);
    }
    print_word(c->program[0]);
    (void)printf(" --trace");
    for (char *const *argument = c->program + 1; *argument != NULL; argument++) {
        print_word(*argument);
    }
    (void)printf("\n");
}

/* Makes a failing run short, and shows it. */
static void show_short(const struct campaign *c, struct attempt *a)
{
    uint32_t count = a->list_count;
    uint32_t runs = shrink(a);
    (void)printf("shrunk from %" PRIu32 " choices to %" PRIu32 " in %" PRIu32 " runs:\n\n",
            count, a->list_count, runs);
    (void)fflush(stdout);
    a->shows = true;
    (void)attempt_fork(a);
    (void)printf("\n");
    print_command(c, a);
}

/* What it has chosen becomes what it is to choose. */
static void take_log(struct attempt *a)
{
    for (uint32_t i = 0; i < a->made; i++) {
        a->list[i] = a->log[i].value;
    }
    a->list_count = a->made;
    a->is_list = true;
}

static void explain(const struct campaign *c, uint64_t seed, const char *text)
{
    struct attempt *a = attempt_new();
    if (a == NULL) {
        return;
    }
    a->seed = seed;
    a->for_mermaid = c->for_mermaid;
    if (!attempt_fork(a) || !a->failed) {
        (void)printf("seed %" PRIu64
                     " does not fail by itself: what a run leaves behind in static "
                     "variables changes the next (%s)\n",
                seed, text);
        return;
    }
    print_command(c, a);
    if (a->made <= CHOICES_MAX) {
        take_log(a);
        show_short(c, a);
    } else {
        a->shows = true; /* too long to be edited */
        (void)attempt_fork(a);
    }
}

static int conclude(const struct campaign *c, const struct worker *workers,
        const struct failures *f, double seconds)
{
    struct sum sum = sum_of(workers, c->jobs);
    (void)printf("%" PRIu64 " seeds, %" PRIu64 " steps, %" PRIu64 " crashes, %" PRIu64
                 " refusals, %.0f s of virtual time in %.1f s: %.2f million steps a second; "
                 "%" PRIu64 " run twice\n",
            sum.runs, sum.steps, sum.crashes, sum.refusals, (double)sum.elapsed / 1e9, seconds,
            (double)sum.steps / seconds / 1e6, sum.repeated);
    bool all_reached = print_labels(sum.reached);
    for (uint32_t i = 0; i < f->count; i++) {
        (void)printf("seed %" PRIu64 " FAILED: %s\n", f->seeds[i], f->texts[i]);
    }
    if (f->count > 0) {
        (void)printf("\n");
        explain(c, f->seeds[0], f->texts[0]);
    }
    return f->count > 0 || !all_reached ? 1 : 0;
}

uint32_t campaign_cores(void)
{
    cpu_set_t set;
    bool known = sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0;
    return known ? (uint32_t)CPU_COUNT(&set) : 1;
}

int campaign_run(const struct campaign *c)
{
    struct worker workers[JOBS_MAX];
    struct failures failures = { .count = 0 };
    struct timespec begin;
    struct campaign own = *c;
    own.jobs = own.jobs > JOBS_MAX ? JOBS_MAX : own.jobs;
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    for (uint32_t i = 0; i < own.jobs; i++) {
        workers[i].share = share_new();
        if (workers[i].share == NULL) {
            (void)fputs("actorc: out of memory\n", stderr);
            return 1;
        }
        workers[i].share->next = own.first + i;
        workers[i].share->through = false;
        if (!start(&workers[i], &own)) {
            (void)fputs("actorc: cannot start a process\n", stderr);
            return 1;
        }
    }
    supervise(workers, &own, &failures);
    return conclude(&own, workers, &failures, seconds_since(&begin));
}

int campaign_explore(const struct campaign *c)
{
    enum { RUNS_MAX = 10000000 };
    static const char calm[] = "outside=0,stall=0,slip=0";
    struct campaign own = *c;
    char faults[256];
    (void)snprintf(faults, sizeof faults, "%s%s%s", calm, c->faults == NULL ? "" : ",",
            c->faults == NULL ? "" : c->faults);
    own.faults = faults;
    struct attempt *a = attempt_new();
    if (a == NULL) {
        (void)fputs("actorc: out of memory\n", stderr);
        return 1;
    }
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        attempt_be_silent();
        explore(a, RUNS_MAX);
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        (void)fputs("actorc: cannot start a process\n", stderr);
        return 1;
    }
    attempt_note_end(a, status);
    const struct explored *e = &a->explored;
    (void)printf("%s: %" PRIu64 " states in %" PRIu64 " runs, %" PRIu64
                 " of them cut where they met one that was known; %" PRIu64
                 " steps, at most %" PRIu32 " choices deep\n",
            e->is_all ? "all" : "NOT ALL", e->states, e->runs, e->cut, e->steps, e->deepest);
    if (!a->failed) {
        return e->is_all ? 0 : 1;
    }
    (void)printf("FAILED: %s\n", a->text);
    choice_explore(NULL);
    take_log(a);
    show_short(&own, a);
    return 1;
}
