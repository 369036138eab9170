/* SPDX-License-Identifier: MIT */
/*
 * contain.c - see contain.h.
 *
 * What runs in a signal handler here calls nothing but async-signal-safe functions, and formats
 * its texts itself.
 */
#define _GNU_SOURCE /* registers in ucontext, dl_iterate_phdr() */
#include "contain.h"

#include <link.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <execinfo.h>
#endif

#if defined(__SANITIZE_THREAD__)
#define SANITIZED_THREADS 1
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED_ADDRESSES 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANITIZED_THREADS 1
#elif __has_feature(address_sanitizer)
#define SANITIZED_ADDRESSES 1
#endif
#endif

/* ThreadSanitizer does not survive a long jump out of a signal; AddressSanitizer has handlers of its
 * own for signals, and is to say what it knows. */
#if defined(SANITIZED_THREADS)
static const bool jumps = false;
static const bool catches_signals = false;
#elif defined(SANITIZED_ADDRESSES)
static const bool jumps = true;
static const bool catches_signals = false;
#else
static const bool jumps = true;
static const bool catches_signals = true;
#endif

enum { RANGES_MAX = 64, LEAVES_MAX = 16, LEAF_BYTES = 2048, STACK_BYTES = 64 * 1024 };

struct escape {
    sigjmp_buf where;
};

struct range {
    uintptr_t from;
    uintptr_t to;
};

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

/* Of the process. Written under the lock, before the handlers are installed. */
static struct {
    struct mutex lock;
    uint32_t users;                /* [L:lock] systems that are open */
    bool contains;                 /* [L:lock] */
    bool searched;                 /* [L:lock] the program's own code has been looked for */
    bool can_contain;              /* [L:lock] and was found, where there is a dynamic linker */
    _Atomic uint32_t ranges;       /* [A] release; of `text` */
    struct range text[RANGES_MAX]; /* code of the application */
    uintptr_t leaves[LEAVES_MAX];  /* where mem* and str* functions begin */
    struct sigaction before[RT_COUNT(signals)];
} process = { .lock = MUTEX_INITIALIZER };

/* The runtime's own code, where it is linked into the program: see the Makefile. */
extern const char __start_actorc_text[] __attribute__((weak));
extern const char __stop_actorc_text[] __attribute__((weak));

/* ---- Where a crash may be left ---------------------------------------------------------- */

static bool is_runtime(uintptr_t at)
{
    return at >= (uintptr_t)__start_actorc_text && at < (uintptr_t)__stop_actorc_text;
}

static bool is_application(uintptr_t at)
{
    /* acquire: pairs with the release in add_text(). */
    uint32_t count = load_acq(&process.ranges);
    for (uint32_t i = 0; i < count; i++) {
        if (at >= process.text[i].from && at < process.text[i].to) {
            return !is_runtime(at);
        }
    }
    return false;
}

static bool is_leaf(uintptr_t at)
{
    for (size_t i = 0; i < LEAVES_MAX; i++) {
        if (process.leaves[i] != 0 && at - process.leaves[i] < LEAF_BYTES) {
            return true;
        }
    }
    return false;
}

struct registers {
    uintptr_t pc;
    uintptr_t sp;
    uintptr_t back; /* where a function that has not touched its stack returns to */
};

/* Reads a word that may not be there: the kernel looks, where we would crash. */
static bool read_word(uintptr_t at, uintptr_t *ret_word)
{
    struct iovec here = { ret_word, sizeof *ret_word };
    struct iovec there = { (void *)at, sizeof *ret_word };
    return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)sizeof *ret_word;
}

static struct registers registers_of(const ucontext_t *context)
{
    struct registers r = { 0, 0, 0 };
#if defined(__x86_64__)
    r.pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
    r.sp = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
    if (!read_word(r.sp, &r.back)) {
        r.back = 0;
    }
#elif defined(__aarch64__)
    r.pc = (uintptr_t)context->uc_mcontext.pc;
    r.sp = (uintptr_t)context->uc_mcontext.sp;
    r.back = (uintptr_t)context->uc_mcontext.regs[30];
#endif
    return r;
}

static bool may_leave(int number, uintptr_t address, const ucontext_t *context)
{
    struct registers r = registers_of(context);
    if (number == SIGABRT) {
        return false; /* raised in libc, which has found something broken */
    }
    if (is_application(r.pc)) {
        return true;
    }
    bool is_wild_jump = r.pc == address && number != SIGFPE && number != SIGILL;
    return (is_wild_jump || is_leaf(r.pc)) && is_application(r.back);
}

/* Says whether the thread runs application code that can be left: not a hook of the configuration, which is called
 * in the middle of a commit, for example. */
static bool is_armed(const struct local *l)
{
    return l != NULL && l->escape != NULL && (l->tx.cell != NULL || l->guest) &&
           !l->in_callback;
}

/* ---- Texts ------------------------------------------------------------------------------ */

struct text {
    char *at;
    char *end;
};

static void put(struct text *t, const char *s)
{
    while (*s != '\0' && t->at + 1 < t->end) {
        *t->at++ = *s++;
    }
    *t->at = '\0';
}

static void put_address(struct text *t, uintptr_t address)
{
    char digits[2 * sizeof address + 1];
    size_t n = sizeof digits - 1;
    digits[n] = '\0';
    do {
        digits[--n] = "0123456789abcdef"[address % 16];
        address /= 16;
    } while (address > 0);
    put(t, "0x");
    put(t, digits + n);
}

static const char *signal_name(int number)
{
    switch (number) {
    case SIGSEGV: return "SIGSEGV";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGILL: return "SIGILL";
    default: return "SIGABRT";
    }
}

static void describe(struct text *t, int number, uintptr_t address)
{
    put(t, "crashed: ");
    put(t, signal_name(number));
    if (number != SIGABRT) {
        put(t, " at ");
        put_address(t, address);
    }
}

/* ---- Dying ------------------------------------------------------------------------------ */

static void put_place(struct text *t, const struct local *l)
{
    const struct cell *c = l->tx.cell;
    put(t, " in ");
    put(t, c->type->info->name);
    uint32_t kind = l->tx.event->kind;
    if (kind < c->type->info->class_count) {
        put(t, ", which had ");
        put(t, c->type->info->classes[kind].message->name);
    }
}

/* Says who it was. What happens next is what would have happened without us. */
static void report(const struct local *l, int number, uintptr_t address)
{
    char line[512];
    struct text t = { line, line + sizeof line };
    put(&t, "actorc: error: the process ends: it ");
    describe(&t, number, address);
    if (l != NULL && l->tx.cell != NULL) {
        put_place(&t, l);
        put(&t, ", outside of its own code");
    }
    put(&t, "\n");
    ssize_t ignored = write(STDERR_FILENO, line, (size_t)(t.at - line));
    (void)ignored;
#ifdef __GLIBC__
    void *frames[64];
    backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
#endif
}

static void leave(struct local *l)
{
    siglongjmp(l->escape->where, 1);
}

/* What was there before us gets what is none of ours. It may well go on after that, so we stay. */
static void pass_on(const struct sigaction *before, int number, siginfo_t *info, void *context)
{
    if ((before->sa_flags & SA_SIGINFO) != 0) {
        before->sa_sigaction(number, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(number);
    } else {
        /* A fault happens again when we return, and then it ends the process. */
        (void)sigaction(number, before, NULL);
        if (info->si_code <= 0) {
            (void)raise(number); /* it was sent, and would not come again */
        }
    }
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    struct local *l = local_current;
    uintptr_t address = (uintptr_t)info->si_addr;
    if (is_armed(l) && may_leave(number, address, context)) {
        struct text t = { l->tx.failure, l->tx.failure + sizeof l->tx.failure };
        describe(&t, number, address);
        leave(l);
    }
    if (l != NULL) {
        report(l, number, address);
    }
    for (size_t i = 0; i < RT_COUNT(signals); i++) {
        if (signals[i] == number) {
            pass_on(&process.before[i], number, info, context);
        }
    }
}

void contain_death(const char *text, const void *caller)
{
    struct local *l = local_current;
    if (!process.contains || !is_armed(l) || !is_application((uintptr_t)caller)) {
        return;
    }
    struct text t = { l->tx.failure, l->tx.failure + sizeof l->tx.failure };
    put(&t, "crashed: ");
    put(&t, text);
    leave(l);
}

/* ---- For the watchdog --------------------------------------------------------------------- */

uintptr_t contain_pc(const void *context)
{
    return registers_of(context).pc;
}

bool contain_is_runtime(const void *at)
{
    return is_runtime((uintptr_t)at);
}

bool contain_is_application(const void *at)
{
    return is_application((uintptr_t)at);
}

void contain_leave(struct local *l, const char *text, const void *context)
{
    if (process.contains && catches_signals && is_armed(l) && may_leave(SIGURG, 0, context)) {
        struct text t = { l->tx.failure, l->tx.failure + sizeof l->tx.failure };
        put(&t, text);
        leave(l);
    }
}

/* ---- Setting up ------------------------------------------------------------------------- */

static void add_text(uintptr_t from, uintptr_t to)
{
    /* relaxed: under the lock. */
    uint32_t count = load_rlx(&process.ranges);
    if (count < RANGES_MAX) {
        process.text[count] = (struct range){ from, to };
        /* release: pairs with the acquire in is_application(). */
        store_rel(&process.ranges, count + 1);
    }
}

struct search {
    uintptr_t inside; /* an address in the module; 0 = the program itself */
    bool found;
    bool is_dynamic;
};

static int visit_module(struct dl_phdr_info *module, size_t size, void *context)
{
    struct search *s = context;
    bool is_wanted = s->inside == 0;
    (void)size;
    for (int i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *h = &module->dlpi_phdr[i];
        uintptr_t from = module->dlpi_addr + h->p_vaddr;
        s->is_dynamic |= h->p_type == PT_INTERP;
        is_wanted |= h->p_type == PT_LOAD && s->inside - from < h->p_memsz;
    }
    for (int i = 0; i < module->dlpi_phnum && is_wanted; i++) {
        const ElfW(Phdr) *h = &module->dlpi_phdr[i];
        if (h->p_type == PT_LOAD && (h->p_flags & PF_X) != 0) {
            uintptr_t from = module->dlpi_addr + h->p_vaddr;
            add_text(from, from + h->p_memsz);
            s->found = true;
        }
    }
    /* The program itself comes first. */
    return is_wanted;
}

/* These read and write where they are told to, hold no lock and keep no state. */
static void find_leaves(void)
{
    const uintptr_t leaves[] = { (uintptr_t)memcpy, (uintptr_t)memmove, (uintptr_t)memset,
        (uintptr_t)memcmp, (uintptr_t)memchr, (uintptr_t)strlen, (uintptr_t)strcmp,
        (uintptr_t)strncmp, (uintptr_t)strcpy, (uintptr_t)strncpy, (uintptr_t)strchr,
        (uintptr_t)strrchr, (uintptr_t)strcat, (uintptr_t)strnlen, (uintptr_t)stpcpy };
    memcpy(process.leaves, leaves, sizeof leaves);
}

static bool is_possible(void)
{
    /* valgrind translates the code; signals do not come from where it is. */
    const char *preload = getenv("LD_PRELOAD");
    return jumps && (preload == NULL || strstr(preload, "vgpreload") == NULL);
}

static void install(void)
{
    struct sigaction action = { .sa_sigaction = on_signal,
        .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < RT_COUNT(signals) && catches_signals; i++) {
        (void)sigaction(signals[i], &action, &process.before[i]);
    }
#ifdef __GLIBC__
    /* The first call loads a library, which a signal handler must not. */
    void *frame;
    (void)backtrace(&frame, 1);
#endif
}

static void uninstall(void)
{
    for (size_t i = 0; i < RT_COUNT(signals) && catches_signals; i++) {
        struct sigaction now;
        /* What the application has put in our place since stays. */
        if (sigaction(signals[i], NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) != 0 &&
                now.sa_sigaction == on_signal) {
            (void)sigaction(signals[i], &process.before[i], NULL);
        }
    }
}

bool contain_open(void)
{
    mutex_lock(&process.lock);
    if (process.users++ == 0) {
        if (!process.searched) {
            struct search search = { .inside = 0 };
            find_leaves();
            (void)dl_iterate_phdr(visit_module, &search);
            process.searched = true;
            process.can_contain = search.found && search.is_dynamic;
        }
        process.contains = process.can_contain && is_possible();
        if (process.contains) {
            install();
        }
    }
    bool contains = process.contains;
    mutex_unlock(&process.lock);
    return contains;
}

void contain_close(void)
{
    mutex_lock(&process.lock);
    if (--process.users == 0 && process.contains) {
        uninstall();
    }
    mutex_unlock(&process.lock);
}

actor_err actor_contain_module(const void *address)
{
    mutex_lock(&process.lock);
    struct search search = { .inside = (uintptr_t)address };
    /* relaxed: under the lock. */
    bool has_room = load_rlx(&process.ranges) < RANGES_MAX;
    (void)dl_iterate_phdr(visit_module, &search);
    mutex_unlock(&process.lock);
    return !has_room ? ACTOR_ERR_LIMIT : search.found ? ACTOR_OK : ACTOR_ERR_INVALID;
}

/* ---- Threads ---------------------------------------------------------------------------- */

/* The stack that signals use, as the thread's own may be what is exhausted. */
static bool begin_stack(void)
{
    long least = sysconf(_SC_MINSIGSTKSZ);
    size_t bytes = STACK_BYTES + (least > 0 ? (size_t)least : 0);
    void *memory =
            mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t stack = { .ss_sp = memory, .ss_size = bytes };
    return memory != MAP_FAILED && sigaltstack(&stack, NULL) == 0;
}

static void end_stack(void)
{
    stack_t stack = { .ss_flags = SS_DISABLE };
    stack_t was;
    if (sigaltstack(&stack, &was) == 0) {
        (void)munmap(was.ss_sp, was.ss_size);
    }
}

static __attribute__((noinline)) void run_below(
        struct local *l, void (*body)(struct local *l), void (*recover)(struct local *l))
{
    if (recover != NULL) {
        recover(l);
    }
    body(l);
}

void contain_thread(
        struct local *l, void (*body)(struct local *l), void (*recover)(struct local *l))
{
    struct escape escape;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    /* Frames of handlers lie below this; a buffer of theirs that overflows upwards ends there. */
    char *room = __builtin_alloca(2 * page);
    void *guard = (void *)(((uintptr_t)room + page - 1) / page * page);
    if (!begin_stack()) {
        body(l);
        return;
    }
    l->escape = &escape;
    if (catches_signals) { /* AddressSanitizer reads the stacks of threads that are left at the end */
        (void)mprotect(guard, page, PROT_NONE);
    }
    if (sigsetjmp(escape.where, 0) == 0) {
        run_below(l, body, NULL);
    } else {
        run_below(l, body, recover);
    }
    if (catches_signals) {
        (void)mprotect(guard, page, PROT_READ | PROT_WRITE);
    }
    l->escape = NULL;
    end_stack();
}

bool contain_call(struct local *l, void (*call)(void *context), void *context)
{
    struct escape here;
    struct escape *outer = l->escape;
    if (outer == NULL) {
        call(context);
        return true;
    }
    l->escape = &here;
    bool returned = sigsetjmp(here.where, 0) == 0;
    if (returned) {
        call(context);
    }
    l->escape = outer;
    return returned;
}
