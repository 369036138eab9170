/* SPDX-License-Identifier: MIT */
/*
 * bench.h - what the workloads have in common: how they are called, how they end, and what they print.
 *
 * usage: PROGRAM [WORKLOAD [COUNT [WORKERS]]]
 *
 * COUNT is what the workload counts; WORKERS is the number of threads that run actors. 0 or nothing is the
 * workload's own count, and one worker for each core. On standard output is one line, WORKLOAD VALUE UNIT [P99],
 * and only if all went well: 1 is the end of a run that failed or whose result is wrong, 2 of one
 * that was called wrongly, 77 of one that was asked for another workload.
 */
#ifndef BENCH_H
#define BENCH_H

#include <actorc/actor.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BENCH_FAILED = 1, BENCH_MISUSED = 2, BENCH_NOT_HERE = 77 };

/* What a handler sends before it flushes: a flood should leave its sender while it is in the cache. */
enum { BENCH_FLUSH = 1024 };

/* Longer than any run. */
#define BENCH_PATIENCE actor_seconds(3600)

struct bench {
    const char *workload;
    uint64_t count;
    unsigned workers;
    actor_system *system;
    actor_duration began;
    actor_duration took;
};

/* Ends a run whose `what` went wrong. */
static inline void bench_expect(const char *what, bool holds)
{
    if (!holds) {
        (void)fprintf(stderr, "failed: %s\n", what);
        exit(BENCH_FAILED);
    }
}

static inline void bench_check(const char *what, actor_err err)
{
    if (err != ACTOR_OK) {
        (void)fprintf(stderr, "cannot %s: %s\n", what, actor_err_text(err));
        exit(BENCH_FAILED);
    }
}

/* Returns argument `i` as a number, or `otherwise` if it is 0 or not there. */
static inline uint64_t bench_number(int argc, char **argv, int i, uint64_t otherwise)
{
    char *end = NULL;
    if (i >= argc) {
        return otherwise;
    }
    uint64_t number = strtoull(argv[i], &end, 10);
    if (*end != '\0' || argv[i][0] < '0' || argv[i][0] > '9') {
        (void)fprintf(stderr, "usage: %s [WORKLOAD [COUNT [WORKERS]]]\n", argv[0]);
        exit(BENCH_MISUSED);
    }
    return number > 0 ? number : otherwise;
}

/* Makes a system with so many workers, 0 = one for each core, and all else as it is by default. */
static inline actor_system *bench_system(unsigned workers)
{
    actor_system *system = actor_system_new(&(actor_config){ .workers = workers });
    bench_expect("there is memory, and there are threads, for a system", system != NULL);
    return system;
}

/* Reads the command line; `count` is the workload's own. */
static inline struct bench bench_read(
        int argc, char **argv, const char *workload, uint64_t count)
{
    if (argc > 1 && strcmp(argv[1], workload) != 0) {
        (void)fprintf(stderr, "%s: this is %s, not %s\n", argv[0], workload, argv[1]);
        exit(BENCH_NOT_HERE);
    }
    return (struct bench){ .workload = workload,
        .count = bench_number(argc, argv, 2, count),
        .workers = (unsigned)bench_number(argc, argv, 3, 0) };
}

/* Likewise, and makes the system. */
static inline struct bench bench_open(
        int argc, char **argv, const char *workload, uint64_t count)
{
    struct bench bench = bench_read(argc, argv, workload, count);
    bench.system = bench_system(bench.workers);
    return bench;
}

/* Between these two is what is measured. */
static inline void bench_begin(struct bench *bench)
{
    bench->began = actor_now();
}

static inline void bench_end(struct bench *bench)
{
    bench->took = actor_now() - bench->began;
}

/* Adds up the messages that were handled, of one type. */
struct bench_class {
    const char *message; /* "create.Live" */
    uint64_t handled;
};

static inline void bench_add(void *context, const actor_ledger_entry *entry)
{
    struct bench_class *class = context;
    if (strcmp(entry->message, class->message) == 0) {
        class->handled += entry->handled;
    }
}

/* Returns how many were; exact when the system has stopped. */
static inline uint64_t bench_handled(actor_system *system, const char *message)
{
    struct bench_class class = { .message = message };
    actor_system_ledger(system, bench_add, &class);
    return class.handled;
}

/* Stops a system in order; nothing may be left over. */
static inline void bench_stop(actor_system *system)
{
    actor_stop_report report = actor_system_stop(system, BENCH_PATIENCE);
    bench_check("stop", report.err);
    bench_expect("no message was left over", report.dead_letters == 0);
}

static inline void bench_close(struct bench *bench)
{
    bench_stop(bench->system);
    actor_system_free(bench->system);
}

/* Prints what each of `units` took. */
static inline int bench_print_each(const struct bench *bench, uint64_t units)
{
    (void)printf("%s %.2f ns\n", bench->workload, (double)bench->took / (double)units);
    return EXIT_SUCCESS;
}

/* Returns how much memory the process has in use now. */
static inline uint64_t bench_resident_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    bench_expect("/proc/self/statm can be read",
            file != NULL && fscanf(file, "%*s %lu", &pages) == 1);
    (void)fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

#endif
