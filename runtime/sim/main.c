/* SPDX-License-Identifier: MIT */
/*
 * main.c - what a simulated program begins with: the linker calls this instead of its main
 * (--wrap=main, in pkg-config's Libs), which then is called for each run.
 */
#include "attempt.h"
#include "campaign.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

int __wrap_main(int argc, char **argv);

enum { MMAP_BYTES = 64 * 1024 };

struct options {
    const char *seed;
    const char *seeds;
    const char *jobs;
    const char *faults;
    const char *replay;
    const char *steps;
    bool traces;
    bool for_mermaid;
    bool explores;
};

static const struct {
    const char *name;
    enum choice_kind kind;
} faults[] = {
    { "crash", CHOICE_CRASH },
    { "refuse", CHOICE_REFUSE },
    { "alloc", CHOICE_ALLOC },
    { "stall", CHOICE_STALL },
    { "slip", CHOICE_SLIP },
    { "schedule", CHOICE_ACTOR },
    { "outside", CHOICE_OUTSIDE },
};

static _Noreturn void refuse(const char *what, const char *value)
{
    (void)fprintf(stderr, "actorc: %s '%s'\n", what, value);
    exit(2);
}

/* ---- Options ---------------------------------------------------------------------------------------- */

/* Takes our options from the beginning of the arguments. */
static void take_options(struct options *o, int *argc, char **argv)
{
    const struct {
        const char *name;
        const char **value;
    } valued[] = { { "--seeds", &o->seeds }, { "--seed", &o->seed }, { "--jobs", &o->jobs },
        { "--faults", &o->faults }, { "--replay", &o->replay }, { "--steps", &o->steps } };
    int at = 1;
    while (at < *argc) {
        size_t i = 0;
        while (i < RT_COUNT(valued) && strcmp(argv[at], valued[i].name) != 0) {
            i++;
        }
        if (i < RT_COUNT(valued)) {
            if (at + 1 == *argc) {
                refuse("a value is missing after", argv[at]);
            }
            *valued[i].value = argv[at + 1];
            at += 2;
        } else if (strcmp(argv[at], "--trace") == 0 || strcmp(argv[at], "--mermaid") == 0) {
            o->traces = true;
            o->for_mermaid = o->for_mermaid || argv[at][2] == 'm';
            at++;
        } else if (strcmp(argv[at], "--explore") == 0) {
            o->explores = true;
            at++;
        } else {
            break;
        }
    }
    memmove(argv + 1, argv + at, (size_t)(*argc - at + 1) * sizeof *argv);
    *argc -= at - 1;
}

static uint64_t number(const char *text, const char *what, const char **ret_end)
{
    char *end;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (end == text || errno != 0 || *text < '0' || *text > '9') {
        refuse(what, text);
    }
    *ret_end = end;
    return n;
}

static uint64_t whole_number(const char *text, const char *what)
{
    const char *end;
    uint64_t n = number(text, what, &end);
    if (*end != '\0') {
        refuse(what, text);
    }
    return n;
}

static void set_fault(const char *text, size_t name_len, double rate)
{
    for (size_t i = 0; i < RT_COUNT(faults); i++) {
        if (strlen(faults[i].name) == name_len &&
                strncmp(faults[i].name, text, name_len) == 0) {
            choice_set_rate(faults[i].kind, (uint32_t)(rate * 65536));
            return;
        }
    }
    refuse("no fault has this name (crash, refuse, alloc, stall, slip, schedule, outside):",
            text);
}

/* NAME=RATE,… */
static void set_faults(const char *text)
{
    while (*text != '\0') {
        const char *equals = strchr(text, '=');
        char *end;
        double rate = equals == NULL ? -1 : strtod(equals + 1, &end);
        if (equals == NULL || end == equals + 1 || !(rate >= 0 && rate <= 1) ||
                (*end != ',' && *end != '\0')) {
            refuse("faults are such as crash=0.01,slip=0.1, with rates up to 1, and not", text);
        }
        set_fault(text, (size_t)(equals - text), rate);
        text = *end == ',' ? end + 1 : end;
    }
}

/* Numbers with commas between them; 0xN is N zeros. */
static void set_list(struct attempt *a, const char *text)
{
    static const char what[] = "choices are numbers with commas between them, and not";
    a->is_list = true;
    while (*text != '\0') {
        uint64_t n = number(text, what, &text);
        uint64_t zeros = n == 0 && *text == 'x' ? number(text + 1, what, &text) : 0;
        if ((*text != ',' && *text != '\0') || n > UINT32_MAX ||
                a->list_count + (zeros > 0 ? zeros : 1) > CHOICES_MAX) {
            refuse(what, text);
        }
        if (zeros > 0) {
            a->list_count += (uint32_t)zeros; /* the memory is zero */
        } else {
            a->list[a->list_count++] = (uint32_t)n;
        }
        text += *text == ',' ? 1 : 0;
    }
}

/* ---- One run, or many ------------------------------------------------------------------------------- */

static int run_one(const struct options *o)
{
    struct attempt *a = attempt_new();
    if (a == NULL) {
        refuse("out of memory for", "a run");
    }
    a->shows = o->traces;
    a->for_mermaid = o->for_mermaid;
    if (o->replay != NULL || o->seed == NULL) {
        set_list(a, o->replay == NULL ? "" : o->replay);
    } else {
        a->seed = whole_number(o->seed, "a seed is a number, and not");
    }
    attempt_run(a);
    (void)fflush(stdout);
    (void)fprintf(stderr,
            "actorc: %s%s%s%" PRIu64 " steps in %.6f s of virtual time, history %016" PRIx64
            "\n",
            a->is_list ? "" : "seed ", a->is_list ? "" : o->seed, a->is_list ? "" : ": ",
            a->steps, (double)a->elapsed / 1e9, a->hash);
    return 0;
}

static int run_seeds(const struct options *o, char *const *program)
{
    static const char what[] = "seeds are such as 1..1000, and not";
    const char *end;
    struct campaign c = { .program = program,
        .faults = o->faults,
        .steps = o->steps,
        .for_mermaid = o->for_mermaid,
        .jobs = o->jobs == NULL
                        ? 0
                        : (uint32_t)whole_number(o->jobs, "jobs are a number, and not") };
    c.first = number(o->seeds, what, &end);
    c.last = strncmp(end, "..", 2) == 0 ? whole_number(end + 2, what)
                                        : whole_number(o->seeds, what);
    if (c.first > c.last || c.last == UINT64_MAX) {
        refuse(what, o->seeds);
    }
    c.jobs = c.jobs == 0 ? campaign_cores() : c.jobs;
    return campaign_run(&c);
}

/* All schedules. */
static int run_all(const struct options *o, char *const *program)
{
    struct campaign c = { .program = program,
        .faults = o->faults,
        .steps = o->steps,
        .for_mermaid = o->for_mermaid };
    return campaign_explore(&c);
}

int __wrap_main(int argc, char **argv)
{
    struct options o = { .seed = getenv("ACTORC_SEED"),
        .seeds = getenv("ACTORC_SEEDS"),
        .jobs = getenv("ACTORC_JOBS"),
        .faults = getenv("ACTORC_FAULTS"),
        .replay = getenv("ACTORC_REPLAY"),
        .steps = getenv("ACTORC_STEPS"),
        .traces = getenv("ACTORC_TRACE") != NULL,
        .explores = getenv("ACTORC_EXPLORE") != NULL };
    take_options(&o, &argc, argv);
    if (o.faults != NULL) {
        set_faults(o.faults);
    }
    if (o.steps != NULL) {
        sim_steps_max = whole_number(o.steps, "steps are a number, and not");
    }
#ifdef __GLIBC__
    /* Each run makes its tables anew; from the system they come cleared, page by page as they are used. */
    (void)mallopt(M_MMAP_THRESHOLD, MMAP_BYTES);
#endif
    attempt_program(argc, argv);
    if (o.explores) {
        return run_all(&o, argv);
    }
    return o.seeds != NULL ? run_seeds(&o, argv) : run_one(&o);
}
