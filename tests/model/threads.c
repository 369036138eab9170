/* SPDX-License-Identifier: MIT */
/* threads.c - see threads.h. Stacks by makecontext(), switches by _setjmp(), which makes no system call. */
#define _GNU_SOURCE /* makecontext, dl_iterate_phdr, SA_ONSTACK */
#include "threads.h"

#include "choice.h"
#include "model.h"
#include "races.h"
#include "sites.h"

#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum {
    TLS_MAX = 512,
    LOCKS_MAX = 512,
    EVENTS_MAX = 400000, /* of a run that ends */
    SPINS_MAX = 300,     /* the same load, before others must come */
    LINES = 48,          /* shown of a run that failed */
    BEGIN_NS = 1000000000,
    EARLY_NS = 1500000000
};

enum thread_state { UNUSED, READY, WAITING, ENDED };

/* What a thread did last, if that was a load: whoever does it again spins. */
struct spin {
    const void *pc;
    const volatile void *at;
    uint32_t repeats;
    bool goes_on;   /* gets what it got before, without a decision */
    bool exhausted; /* nobody else can do anything about it */
};

struct thread {
    enum thread_state state;
    enum wait_kind wait;
    const void *what;
    uint64_t value; /* that it waits for to change, and how long that is */
    uint32_t bytes;
    int64_t deadline;
    bool timed_out;
    struct spin spin;
    bool begun;
    ucontext_t first; /* where it begins */
    jmp_buf context;  /* where it goes on */
    void *(*body)(void *arg);
    void *arg;
    char tls[TLS_MAX];
    struct memory_thread memory;
    struct view legacy;
};

struct lock {
    const void *at;
    int owner;
    struct view view;
};

static struct thread threads[THREADS_MAX];
static uint32_t thread_count;
static uint32_t current;
static bool running;
static bool exploring;
static bool with_fences;
static int64_t now;
static int64_t explored_at;
static uint32_t events;
static jmp_buf driver;
static char failure[512];
static struct lock locks[LOCKS_MAX];
static uint32_t lock_count;
static void (*main_body)(void);

/* ---- What is shown ------------------------------------------------------------------------------ */

static bool tracing;
static char lines[LINES][256];
static uint32_t line_count;

void threads_trace(bool on)
{
    tracing = on;
}

void threads_note(const void *pc, const char *what, const volatile void *p, uint64_t value)
{
    if (!tracing) {
        return;
    }
    const struct site *s = site_of(pc);
    (void)snprintf(lines[line_count++ % LINES], sizeof lines[0], "thread %u  %-12s %s %p %#llx",
            current, what, s == NULL ? "the test" : s->name, (void *)(uintptr_t)p,
            (unsigned long long)value);
}

void threads_show(void)
{
    for (uint32_t i = line_count > LINES ? line_count - LINES : 0; i < line_count; i++) {
        printf("    %s\n", lines[i % LINES]);
    }
}

_Noreturn void threads_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = snprintf(failure, sizeof failure, "thread %u: ", current);
    (void)vsnprintf(failure + n, sizeof failure - (size_t)n, format, args);
    va_end(args);
    if (!running) {
        (void)fprintf(stderr, "%s\n", failure);
        abort();
    }
    running = false;
    _longjmp(driver, 1);
}

_Noreturn void model_fail(const char *what)
{
    threads_fail("%s", what);
}

static void crashed(int number)
{
    threads_fail("signal %d", number);
}

/* ---- The variables that each thread has for itself ------------------------------------------------- */

static char *tls;
static size_t tls_bytes;
static char tls_image[TLS_MAX];

/* The first module is the program itself, whose variables are all next to each other. */
static int find_tls(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_TLS) {
            tls = info->dlpi_tls_data;
            tls_bytes = info->dlpi_phdr[i].p_memsz;
        }
    }
    return 1;
}

void threads_init(void)
{
    static char stack[1 << 16];
    (void)dl_iterate_phdr(find_tls, NULL);
    if (tls_bytes > TLS_MAX) {
        threads_fail("too many thread-local variables");
    }
    memcpy(tls_image, tls, tls_bytes);
    (void)sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof stack }, NULL);
    struct sigaction action = { .sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER };
    (void)sigaction(SIGSEGV, &action, NULL);
    (void)sigaction(SIGBUS, &action, NULL);
    (void)sigaction(SIGFPE, &action, NULL);
    (void)sigaction(SIGILL, &action, NULL);
    (void)sigaction(SIGABRT, &action, NULL);
}

/* ---- Who goes on -------------------------------------------------------------------------------- */

static void go_on_with(uint32_t next)
{
    struct thread *t = &threads[next];
    current = next;
    memcpy(tls, t->tls, tls_bytes);
    if (t->begun) {
        _longjmp(t->context, 1);
    }
    t->begun = true;
    (void)setcontext(&t->first);
}

static void switch_to(uint32_t next)
{
    struct thread *from = &threads[current];
    if (next == current) {
        return;
    }
    memcpy(from->tls, tls, tls_bytes);
    if (_setjmp(from->context) == 0) {
        go_on_with(next);
    }
}

static bool can_go_on(struct thread *t)
{
    if (t->state == WAITING && t->wait == WAIT_CHANGE &&
            memory_value(t->what, t->bytes) != t->value) {
        t->state = READY;
        t->spin = (struct spin){ 0 };
    }
    return t->state == READY;
}

/* Those that can go on, first the one that runs. */
static uint32_t list_ready(uint8_t ret_list[THREADS_MAX])
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < thread_count; k++) {
        uint32_t i = (current + k) % thread_count;
        if (can_go_on(&threads[i])) {
            ret_list[n++] = (uint8_t)i;
        }
    }
    return n;
}

static void ready(struct thread *t, bool timed_out)
{
    t->state = READY;
    t->timed_out = timed_out;
}

static struct thread *waiting(enum wait_kind kind)
{
    for (uint32_t i = 0; i < thread_count; i++) {
        if (threads[i].state == WAITING && threads[i].wait == kind) {
            return &threads[i];
        }
    }
    return NULL;
}

/* Those that spin get to the end of their patience. */
static bool release_spinners(void)
{
    bool any = false;
    for (uint32_t i = 0; i < thread_count; i++) {
        struct thread *t = &threads[i];
        if (t->state == WAITING && t->wait == WAIT_CHANGE && !t->spin.exhausted) {
            t->spin.exhausted = true;
            t->spin.goes_on = true;
            t->spin.repeats = 0;
            ready(t, false);
            any = true;
        }
    }
    return any;
}

/* Who has the next deadline of those that wait for one. */
static struct thread *next_in_time(void)
{
    struct thread *first = NULL;
    for (uint32_t i = 0; i < thread_count; i++) {
        struct thread *t = &threads[i];
        if (t->state == WAITING && t->wait != WAIT_CHANGE && t->deadline != INT64_MAX &&
                (first == NULL || t->deadline < first->deadline)) {
            first = t;
        }
    }
    return first;
}

static bool pass_time(void)
{
    struct thread *first = next_in_time();
    if (first == NULL) {
        return false;
    }
    now = first->deadline > now ? first->deadline : now;
    ready(first, true);
    return true;
}

static const char *const waits_for[] = { "", "a wake", "a lock", "a signal", "a thread",
    "a change", "rest" };

static _Noreturn void stuck(void)
{
    char text[256] = "";
    for (uint32_t i = 0; i < thread_count; i++) {
        size_t n = strlen(text);
        if (threads[i].state == WAITING) {
            (void)snprintf(text + n, sizeof text - n, "; thread %u waits for %s", i,
                    waits_for[threads[i].wait]);
        }
    }
    threads_fail("nobody can go on%s", text);
}

/* Nobody can go on by itself. */
static void help(void)
{
    if (release_spinners()) {
        return;
    }
    struct thread *t = waiting(WAIT_QUIET);
    if (t != NULL) {
        ready(t, false);
    } else if (!pass_time()) {
        stuck();
    }
}

/* Time may pass while others do something; in all not so much that whoever waits long gives up. */
static void pass_time_early(void)
{
    const struct thread *first = next_in_time();
    if (first != NULL && first->deadline <= explored_at + EARLY_NS &&
            choose(CHOOSE_TIME, 2, NULL) == 1) {
        (void)pass_time();
    }
}

static void pick(void)
{
    uint8_t list[THREADS_MAX];
    uint32_t n;
    if (exploring) {
        pass_time_early();
    }
    while ((n = list_ready(list)) == 0) {
        help();
    }
    enum choice_kind kind = list[0] == current ? CHOOSE_THREAD : CHOOSE_FREE;
    switch_to(list[choose(kind, n, list)]);
}

static void count_event(void)
{
    if (++events > EVENTS_MAX) {
        threads_fail("the run does not end");
    }
}

void threads_visible(void)
{
    threads[current].spin = (struct spin){ 0 };
    count_event();
    pick();
}

static void wait_for_change(struct thread *t, const volatile void *p, uint32_t bytes)
{
    t->spin.goes_on = false;
    t->value = memory_value(p, bytes);
    t->bytes = bytes;
    (void)threads_wait(WAIT_CHANGE, (const void *)(uintptr_t)p, INT64_MAX);
}

/* The same load as the last thing this thread did. */
static enum load load_again(struct thread *t, const volatile void *p, uint32_t bytes)
{
    struct spin *s = &t->spin;
    s->repeats++;
    bool waits = s->repeats > SPINS_MAX;
    if (s->repeats == 2 && !s->goes_on) {
        waits = choose(CHOOSE_SPIN, 2, NULL) == 0;
        s->goes_on = !waits;
    }
    if (waits) {
        wait_for_change(t, p, bytes);
        return s->goes_on ? LOAD_NEWEST : LOAD_ANY;
    }
    if (s->goes_on) {
        return LOAD_AGAIN;
    }
    pick();
    return LOAD_ANY;
}

enum load threads_load(const void *pc, const volatile void *p, uint32_t bytes)
{
    struct thread *t = &threads[current];
    count_event();
    if (t->spin.pc == pc && t->spin.at == p) {
        return load_again(t, p, bytes);
    }
    t->spin = (struct spin){ .pc = pc, .at = p };
    pick();
    return LOAD_ANY;
}

/* ---- Threads ------------------------------------------------------------------------------------ */

struct actor_at threads_at(const void *pc)
{
    return (struct actor_at){ &threads[current].memory, current, pc };
}

bool threads_checked(void)
{
    return running && exploring;
}

int64_t threads_now(void)
{
    return now;
}

static void end_thread(void)
{
    struct thread *t = &threads[current];
    t->state = ENDED;
    if (exploring) {
        memory_release(&t->memory, current, &t->legacy);
    }
    (void)threads_wake(WAIT_END, t, true);
    for (uint32_t i = 0; i < thread_count; i++) {
        if (threads[i].state != ENDED) {
            pick();
        }
    }
    running = false;
    _longjmp(driver, 2);
}

static void run_thread(void)
{
    struct thread *t = &threads[current];
    if (current == 0) {
        main_body();
    } else {
        (void)t->body(t->arg);
    }
    end_thread();
}

/* A context that begins with run_thread() on its own stack. */
static void prepare(uint32_t thread)
{
    struct thread *t = &threads[thread];
    (void)getcontext(&t->first);
    t->first.uc_stack.ss_sp = races_stack(thread, &t->first.uc_stack.ss_size);
    t->first.uc_link = NULL; /* it never returns */
    makecontext(&t->first, run_thread, 0);
    memcpy(t->tls, tls_image, tls_bytes);
}

int threads_start(void *(*body)(void *), void *arg)
{
    if (thread_count == THREADS_MAX) {
        return -1;
    }
    uint32_t i = thread_count;
    struct thread *t = &threads[i];
    *t = (struct thread){ .state = READY, .body = body, .arg = arg };
    memory_thread_init(&t->memory, i);
    struct thread *me = &threads[current];
    if (exploring) {
        memory_release(&me->memory, current, &t->legacy);
        memory_acquire(&t->memory, &t->legacy);
    }
    prepare(i);
    thread_count++;
    return (int)i;
}

bool threads_ended(uint32_t thread)
{
    return threads[thread].state == ENDED;
}

const void *threads_end_of(uint32_t thread)
{
    return &threads[thread];
}

const struct view *threads_legacy(uint32_t thread)
{
    return &threads[thread].legacy;
}

bool threads_wait(enum wait_kind kind, const void *what, int64_t deadline)
{
    struct thread *t = &threads[current];
    t->state = WAITING;
    t->wait = kind;
    t->what = what;
    t->deadline = deadline;
    t->timed_out = false;
    pick();
    return !t->timed_out;
}

int threads_wake(enum wait_kind kind, const void *what, bool all)
{
    int woken = 0;
    for (uint32_t i = 0; i < thread_count && (all || woken == 0); i++) {
        struct thread *t = &threads[i];
        if (t->state == WAITING && t->wait == kind && t->what == what) {
            ready(t, false);
            woken++;
        }
    }
    return woken;
}

void model_settle(void)
{
    (void)threads_wait(WAIT_QUIET, NULL, INT64_MAX);
}

void model_explore(bool on)
{
    exploring = on;
    choice_explore(on);
    if (!on) {
        return;
    }
    explored_at = now;
    memory_reset(with_fences);
    races_settle();
    for (uint32_t i = 0; i < thread_count; i++) {
        memory_thread_init(&threads[i].memory, i);
        memory_view_clear(&threads[i].legacy);
    }
    for (uint32_t i = 0; i < lock_count; i++) {
        memory_view_clear(&locks[i].view);
    }
}

/* ---- Locks -------------------------------------------------------------------------------------- */

struct lock *threads_lock_of(const void *p)
{
    for (uint32_t i = 0; i < lock_count; i++) {
        if (locks[i].at == p) {
            return &locks[i];
        }
    }
    if (lock_count == LOCKS_MAX) {
        threads_fail("too many locks in one run");
    }
    struct lock *k = &locks[lock_count++];
    k->at = p;
    k->owner = -1;
    memory_view_clear(&k->view);
    return k;
}

bool threads_lock_is_held(const struct lock *k)
{
    return k->owner >= 0;
}

void threads_lock(struct lock *k)
{
    while (k->owner >= 0) {
        (void)threads_wait(WAIT_LOCK, k, INT64_MAX);
    }
    k->owner = (int)current;
    if (exploring) {
        memory_acquire(&threads[current].memory, &k->view);
    }
}

void threads_unlock(struct lock *k)
{
    if (k->owner != (int)current) {
        threads_fail("a lock is let go of by a thread that does not have it");
    }
    if (exploring) {
        memory_release(&threads[current].memory, current, &k->view);
    }
    k->owner = -1;
    (void)threads_wake(WAIT_LOCK, k, true);
}

/* ---- Runs --------------------------------------------------------------------------------------- */

const char *threads_run(void (*body)(void), bool has_fences)
{
    with_fences = has_fences;
    exploring = false;
    memory_reset(with_fences);
    races_reset();
    thread_count = 0;
    current = 0;
    lock_count = 0;
    line_count = 0;
    events = 0;
    now = BEGIN_NS;
    main_body = body;
    (void)threads_start(NULL, NULL);
    int how = _setjmp(driver);
    if (how == 0) {
        running = true;
        go_on_with(0);
    }
    return how == 1 ? failure : NULL;
}

uint32_t threads_events(void)
{
    return events;
}
