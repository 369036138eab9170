/* SPDX-License-Identifier: MIT */
/*
 * threads.h - the threads of a run: all are on one thread of the system, each with a stack of its own,
 * and one of them goes on where another could see the difference.
 */
#ifndef MODEL_THREADS_H
#define MODEL_THREADS_H

#include "memory.h"

enum wait_kind {
    WAIT_NONE,
    WAIT_WORD,
    WAIT_LOCK,
    WAIT_COND,
    WAIT_END,
    WAIT_CHANGE,
    WAIT_QUIET
};

/* What a load gets: what may be got, what it got the last time, the newest. */
enum load { LOAD_ANY, LOAD_AGAIN, LOAD_NEWEST };

void threads_init(void);
/* Runs `body` as the first thread of a new run, until all have ended. NULL or what went wrong. */
const char *threads_run(void (*body)(void), bool with_fences);
/* What the last run had of operations that others can see. */
uint32_t threads_events(void);
/* True while accesses of a run are looked at: after model_explore(true). */
bool threads_checked(void);
_Noreturn void threads_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The thread that runs, as memory wants to know it. */
struct actor_at threads_at(const void *pc);
/* Something that others can see is about to happen: perhaps another thread comes first. */
void threads_visible(void);
/* The same for a load. Whoever does the same one again and again spins, and is made to wait for a change
 * or is let spin. */
enum load threads_load(const void *pc, const volatile void *p, uint32_t bytes);

/* Starts a thread; its number, or -1 if there are too many. */
int threads_start(void *(*body)(void *), void *arg);
/* Waits for something at `what`; false if the deadline came first. */
bool threads_wait(enum wait_kind kind, const void *what, int64_t deadline);
/* Wakes those that wait for it, the first of them or all. Returns: how many. */
int threads_wake(enum wait_kind kind, const void *what, bool all);
bool threads_ended(uint32_t thread);
/* What to wait for with WAIT_END. */
const void *threads_end_of(uint32_t thread);
int64_t threads_now(void);

struct lock; /* a mutex, or the kernel's of a word that threads sleep on */
struct lock *threads_lock_of(const void *p);
bool threads_lock_is_held(const struct lock *k);
void threads_lock(struct lock *k);
void threads_unlock(struct lock *k);
/* What the thread has left when it ended. */
const struct view *threads_legacy(uint32_t thread);

/* A line of what is shown of a run that failed. */
void threads_note(const void *pc, const char *what, const volatile void *p, uint64_t value);
void threads_trace(bool on);
/* Prints the last lines. */
void threads_show(void);

#endif
