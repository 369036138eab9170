/* SPDX-License-Identifier: MIT */
/*
 * actorc/actor.h - the actorc runtime: all that generated code and its users touch.
 *
 * A program has a schema (`shop.actor`), the C that actorc made of it, and handlers of its
 * own. This header is the rest: systems, results, errors, what a handler may call, and, in
 * the last section, the entry points that only generated code uses.
 *
 *     #include "hello.actor.h"
 *
 *     int main(void)
 *     {
 *         actor_system *system = actor_system_new(&(actor_config){ 0 });
 *         hello_greeter_ref greeter;
 *         if (system == NULL || hello_greeter_start(system, &greeter) != ACTOR_OK) {
 *             return 1;
 *         }
 *         hello_greeter_tell_greet(system, greeter, &(hello_greet){ ACTOR_STRING("world") });
 *         actor_system_stop(system, actor_seconds(5));
 *         actor_system_free(system);
 *         return 0;
 *     }
 *
 * Three kinds of thread appear below. *Handlers* run on threads of the system. *Outside* means
 * every other thread: main, foreign threads. *Any* means both. Where nothing is said a
 * function does not block and does not take ownership of what its pointers point to.
 */
#ifndef ACTORC_ACTOR_H
#define ACTORC_ACTOR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ------------------------------------------------------------------------- */

#define ACTOR_VERSION_MAJOR 0
#define ACTOR_VERSION_MINOR 1
#define ACTOR_VERSION_PATCH 0
#define ACTOR_VERSION "0.1.0"

/* Changes whenever generated code and library must be rebuilt together. Generated headers
 * compare it at compile time. */
#define ACTOR_ABI 5

/* Returns the version of the library that is linked, such as "0.1.0". */
const char *actor_version(void);

#if defined(__GNUC__)
#define ACTOR_MUST_USE __attribute__((warn_unused_result))
#define ACTOR_PRINTF(text, first) __attribute__((format(printf, text, first)))
/* Gives a symbol a name of its own at link time, so that objects compiled from different
 * versions of one schema do not link. */
#define ACTOR_SYMBOL(name) __asm__(name)
#else
#define ACTOR_MUST_USE
#define ACTOR_PRINTF(text, first)
#define ACTOR_SYMBOL(name)
#endif

/* ---- Time ---------------------------------------------------------------------------- */

typedef int64_t actor_duration;  /* nanoseconds */
typedef int64_t actor_timestamp; /* nanoseconds since the Unix epoch, UTC */

#define ACTOR_MICROSECOND INT64_C(1000)
#define ACTOR_MILLISECOND INT64_C(1000000)
#define ACTOR_SECOND INT64_C(1000000000)

static inline actor_duration actor_milliseconds(int64_t n)
{
    return n * ACTOR_MILLISECOND;
}

static inline actor_duration actor_seconds(int64_t n)
{
    return n * ACTOR_SECOND;
}

/* Returns the monotonic time in ns. Only differences mean anything. Any thread; inside a
 * handler this is the one clock that a simulated run controls. */
actor_duration actor_now(void);

/* ---- Values in messages -------------------------------------------------------------- */

/* A counted string. In a received message `data` is never NULL and is followed by a NUL that
 * `len` does not count; what one sends needs neither. `len` is in bytes. */
typedef struct actor_string {
    const char *data;
    size_t len;
} actor_string;

/* Counted bytes. In a received message `data` is never NULL. */
typedef struct actor_bytes {
    const uint8_t *data;
    size_t len;
} actor_bytes;

/* An actor_string of a string literal: as an initialiser, also of static objects, … */
#define ACTOR_STRING_INIT(literal)                                                             \
    {                                                                                          \
        "" literal, sizeof(literal) - 1                                                        \
    }
/* … and as a value. */
#ifdef __cplusplus
#define ACTOR_STRING(literal) (actor_string ACTOR_STRING_INIT(literal))
#else
#define ACTOR_STRING(literal) ((actor_string)ACTOR_STRING_INIT(literal))
#endif

/* Returns an actor_string of the NUL-terminated `text`, which it lends; NULL gives "". */
actor_string actor_string_of(const char *text);

/* ---- Errors -------------------------------------------------------------------------- */

/* name, what a person reads. ORDER PUBLIC: the numbers are part of the ABI. */
#define ACTOR_ERR_MAP(X)                                                                       \
    X(ACTOR_OK, "no error")                                                                    \
    X(ACTOR_ERR_TIMEOUT, "timed out")                                                          \
    X(ACTOR_ERR_STOPPED, "the actor has stopped")                                              \
    X(ACTOR_ERR_FAILED, "the actor failed while it had the request")                           \
    X(ACTOR_ERR_REFUSED, "refused: the mailbox is full")                                       \
    X(ACTOR_ERR_UNHANDLED, "the actor does not handle this message in its mode")               \
    X(ACTOR_ERR_NO_ANSWER, "the handler returned without an answer")                           \
    X(ACTOR_ERR_SHUTDOWN, "the system is stopping")                                            \
    X(ACTOR_ERR_GONE, "the call has already ended")                                            \
    X(ACTOR_ERR_LIMIT, "a configured limit is reached")                                        \
    X(ACTOR_ERR_NO_MEMORY, "out of memory")                                                    \
    X(ACTOR_ERR_INVALID, "a field is outside the bounds of its schema")                        \
    X(ACTOR_ERR_MISUSE, "not allowed here")                                                    \
    X(ACTOR_ERR_OS, "the operating system refused a thread")                                   \
    X(ACTOR_ERR_TAKEN, "another actor has this name")                                          \
    X(ACTOR_ERR_UNKNOWN, "no actor has this name")

typedef enum actor_err {
#define ACTOR_ERR_MEMBER(name, text) name,
    ACTOR_ERR_MAP(ACTOR_ERR_MEMBER)
#undef ACTOR_ERR_MEMBER
            ACTOR_ERR_COUNT
} actor_err;

/* Returns a short lower-case text for `err`, never NULL. Any thread. */
const char *actor_err_text(actor_err err);

/* What a handler or hook returns. ACTOR_FAILED is returned through actor_fail(). */
typedef enum actor_result {
    ACTOR_CONTINUE, /* all went well: what the handler did takes effect */
    ACTOR_STOP,  /* likewise, and then the actor stops; what is still queued is dead letters */
    ACTOR_FAILED /* nothing the handler did takes effect; its supervisor decides */
} actor_result;

/* ---- A system ------------------------------------------------------------------------ */

typedef struct actor_system actor_system;

typedef enum actor_log_level {
    ACTOR_LOG_DEBUG,
    ACTOR_LOG_INFO,
    ACTOR_LOG_WARNING,
    ACTOR_LOG_ERROR
} actor_log_level;

/* A message that nobody will handle. The pointers are lent for the length of the callback. */
typedef struct actor_dead_letter {
    const char *actor;   /* type of the target, such as "shop.Inventory" */
    const char *message; /* name of the message, such as "shop.Restock" */
    const void *body;    /* the message itself */
    actor_err reason;
} actor_dead_letter;

/* Zero in any field means its default. */
typedef struct actor_config {
    unsigned workers;    /* threads that run actors; default: one for each core, at most 64 */
    uint32_t max_actors; /* alive at one time; default 16,777,216 */
    uint32_t max_message_bytes; /* one message with its strings; default 1 MiB */
    uint32_t outbox_bytes; /* what one handler may send before actor_flush(); default 16 MiB */
    /* How long a tell from outside waits for room in a mailbox that throttles; default 5 s. */
    actor_duration tell_timeout;
    /* A handler that holds a worker for longer is reported once, as a warning in the log: actor,
     * message and a backtrace. It is looked for a few times within this time, and asked by a
     * SIGURG, which may interrupt its system call once. Dedicated actors may block, and are not
     * looked at. Default 100 ms; less than 0: never. */
    actor_duration slow_handler;
    /* A handler that holds a worker for longer fails, as if it had crashed: as soon as it is in code
     * where crashes are contained, see actor_contain_module(). Default: there is no limit. */
    actor_duration handler_limit;
    uint64_t seed; /* of the jitter in restart backoff; default 1 */
    /* A failing root actor is logged and stops the whole system, unless this is set. */
    bool survive_root_failure;
    /* Crashes of handlers end the process, as they do elsewhere. Default: they are failures of
     * their actor; see actor_contain_module(). */
    bool crashes_end_process;
    /* Called from any thread of the system, possibly at once from several, with one line without
     * a line end. Must not call the outside functions below. Default: a line to stderr, at most
     * 100 in a second; what was left out is counted in the next line. */
    void (*log)(void *hook_context, actor_log_level level, const char *line);
    /* Called for each dead letter, as `log` is. Default: none; they are counted anyway. */
    void (*dead_letter)(void *hook_context, const actor_dead_letter *letter);
    void *hook_context;
} actor_config;

/*
 * Makes a system and starts its workers. `config` is copied. Memory of messages and states that was not needed for a
 * second, while no worker had anything to do, goes back to the operating system, but for 2 MiB of each size; slots of
 * actors and records of asks stay for the next ones.
 *
 * Returns: NULL when memory or threads are missing; errno says which (ENOMEM, EAGAIN).
 */
actor_system *actor_system_new(const actor_config *config) ACTOR_MUST_USE;

/*
 * Lets crashes in a module, a shared object that has handlers, be contained as those in the program
 * itself are. `address` is one of anything in the module, such as a function. It holds for the
 * process and for ever; the module must stay loaded.
 *
 * What is contained: SIGSEGV, SIGBUS, SIGFPE and SIGILL raised in code of the program (not of a library)
 * while a worker runs a handler, a hook or a destroyer, or in a mem* or str* function that it called; the stack's
 * overflow there; and, in programs linked with the flags that `pkg-config --libs actorc` gives, abort(), exit(),
 * assert() and a smashed stack. The actor then fails like with actor_fail(), without its stop hook. What
 * the handler had changed outside of its actor stays as it was at the crash, and locks it held stay held. A crash
 * elsewhere, in malloc or in a hook of actor_config for example, ends the process with a line that names actor and message.
 * Crashes are not contained under
 * ThreadSanitizer and valgrind and in fully static programs; under AddressSanitizer only abort() and its like are.
 *
 * Threads: any. Returns: ACTOR_OK, ACTOR_ERR_INVALID (no module is there), ACTOR_ERR_LIMIT (64 parts
 * of code are known).
 */
actor_err actor_contain_module(const void *address);

/* What actor_system_stop() left undone. */
typedef struct actor_stop_report {
    actor_err err;         /* ACTOR_OK; ACTOR_ERR_TIMEOUT when `deadline` cut the stop short;
                              ACTOR_ERR_MISUSE when called from a handler */
    uint64_t dead_letters; /* messages that were queued and now will not be handled */
    uint32_t abandoned;    /* actors that could not be stopped, and were left to themselves */
} actor_stop_report;

/*
 * Stops everything in order: roots in reverse order of their start, children before parents,
 * each after the messages queued for it and the replies it still waits for. Past `deadline`
 * (from now) the rest is stopped without handling what is queued; an actor that does not
 * return from its handler is reported in the log and abandoned with its thread.
 *
 * Threads: outside. Blocks: up to `deadline` and a second of grace. A second call returns the
 * first one's report. Asks made from outside meanwhile end SHUTDOWN.
 */
actor_stop_report actor_system_stop(actor_system *system, actor_duration deadline);

/*
 * Releases a system; stops it first, at once, if that has not happened. NULL is a no-op.
 * If threads are still inside handlers nothing is released, since they may still use it.
 *
 * Threads: outside; no other thread may use `system` any more. Blocks: see actor_system_stop().
 */
void actor_system_free(actor_system *system);

/*
 * Waits until the system has stopped by itself, because a root actor failed, or has been told to, by
 * a signal for example, or until `timeout` has passed.
 *
 * Threads: outside. Returns: ACTOR_OK when it has stopped or is about to, ACTOR_ERR_TIMEOUT, ACTOR_ERR_MISUSE.
 */
actor_err actor_system_wait(actor_system *system, actor_duration timeout);

/* Returns why the system is stopping by itself, or NULL if it is not: the type and the text of
 * the failure of a root actor. Any thread; valid until actor_system_free(). */
const char *actor_system_failure(actor_system *system);

/* One message class: a message type as one actor type receives it. */
typedef struct actor_ledger_entry {
    const char *actor;   /* "shop.Inventory" */
    const char *message; /* "shop.BuyProduct" */
    uint64_t sent;       /* tells and asks whose handler returned well, or from outside */
    uint64_t handled;
    uint64_t queued;  /* in mailboxes now */
    uint64_t stashed; /* kept for a later mode now */
    uint64_t in_hand; /* in handlers now */
    /* Not delivered or taken out again, by reason: REFUSED (mailbox), TIMEOUT (expired request), … */
    uint64_t dropped[ACTOR_ERR_COUNT];
    uint64_t dead_letters; /* target stopped, failed, or does not handle it */
} actor_ledger_entry;

/*
 * Calls `visit` for each message class seen so far. For each,
 *     sent = handled + queued + stashed + in_hand + sum of dropped + dead_letters
 * exactly when the system is quiet or has stopped, and nearly while it runs.
 *
 * Threads: any. `visit` must not call into the system.
 */
void actor_system_ledger(actor_system *system,
        void (*visit)(void *context, const actor_ledger_entry *entry), void *context);

/* One actor that is alive. Its texts last as long as the system. */
typedef struct actor_listing_entry {
    uint64_t ref;      /* the `bits` of its reference */
    uint64_t parent;   /* those of its parent's; 0 = none, it is a root */
    const char *actor; /* its type, "shop.Inventory" */
    const char *name;  /* of a child in the schema: what it is called there; else NULL */
    const char
            *status;  /* new, starting, running, stopping (no more messages), leaving (waits for
                           its children), failed (waits for its supervisor), halted (to restart) */
    const char *mode; /* NULL if it has but one behaviour */
    const char
            *message;  /* that it is handling, "shop.BuyProduct"; NULL if it is not, or it is a
                            reply or a hook */
    uint64_t queued;   /* messages that wait for it */
    uint64_t restarts; /* that it has been through */
    bool dedicated;    /* has a thread of its own */
} actor_listing_entry;

/*
 * Calls `visit` for each actor that is alive, in the order of their slots: the lower half of `ref`. Exact
 * when the system is quiet; while it runs each number is one that was right a moment ago, and
 * actors that start or end meanwhile may be missing. Also sees those that are stuck.
 *
 * Threads: any. `visit` must not call into the system.
 */
void actor_system_listing(actor_system *system,
        void (*visit)(void *context, const actor_listing_entry *entry), void *context);

/* Times are counted by powers of two. */
enum { ACTOR_TIMES = 40 };

/* What has become of all actors of one type so far. */
typedef struct actor_type_entry {
    const char *actor; /* "shop.Inventory" */
    uint64_t handled;  /* messages, of all classes */
    uint64_t
            failed; /* handlers and start hooks, crashes included; and supervisors that gave up */
    uint64_t restarts;
    uint64_t longest; /* queue that any of them had when its turn came */
    /* How long handlers, replies and system events took, of every 1,024th on each thread: times[i]
     * of them less than 2^i ns, and not less than half of that. */
    uint64_t times[ACTOR_TIMES];
} actor_type_entry;

/*
 * Calls `visit` for each type of actor that the system has met. Exact when the system is quiet; while it
 * runs each number is one that was right a moment ago.
 *
 * Threads: any. `visit` must not call into the system.
 */
void actor_system_types(actor_system *system,
        void (*visit)(void *context, const actor_type_entry *entry), void *context);

/* Returns a time, in ns, that `permille` of 1,000 timed handlers of the type were not above, rounded up to a
 * power of two: 500 for the median, 1,000 for the longest. 0 if none was timed. Any thread. */
actor_duration actor_type_time(const actor_type_entry *entry, unsigned permille);

/* Returns the number of actors alive now, roots, children and their supervisors. Any thread. */
uint64_t actor_system_actors(actor_system *system);

/*
 * Writes all of this to a file descriptor, as text for people: the actors, one a line, and what happened to the
 * messages of each class. The text may change from version to version.
 *
 * Threads: any. Blocks: as write() does on `fd`. Returns: ACTOR_OK; ACTOR_ERR_OS if something could not be written:
 * errno says why.
 */
actor_err actor_dump(actor_system *system, int fd);

/*
 * Has signals act on the system from now on, until actor_system_free(). SIGTERM or SIGINT, whichever comes
 * first, is logged and stops it in order, as actor_system_stop() with `deadline` does: actor_system_wait()
 * returns, and the program's own actor_system_stop() waits for that stop and gives its report. From
 * then on both signals do what they did before, so that a second one ends a program that takes too
 * long. SIGUSR1 calls actor_dump() with `dump_fd`; it is left alone if that is less than 0.
 *
 *     actor_system_signals(system, actor_seconds(10), STDERR_FILENO);
 *     ...
 *     actor_system_wait(system, INT64_MAX);
 *     report = actor_system_stop(system, actor_seconds(10));
 *     actor_system_free(system);
 *
 * A handler that the program had for one of these is called too, on the thread that gets the signal; one that it installs
 * later takes the place of this. Signals that are ignored stay so. All work is done by a thread of its own, so
 * a log hook needs no care of signals. Without this function the library handles none of these.
 *
 * Threads: outside. Returns: ACTOR_OK; ACTOR_ERR_LIMIT: a system of this process has them already;
 * ACTOR_ERR_OS: no thread or pipe; ACTOR_ERR_MISUSE inside a handler.
 */
actor_err actor_system_signals(actor_system *system, actor_duration deadline, int dump_fd);

/* Releases a reply that an ask from outside gave. NULL is a no-op. Any thread. */
void actor_reply_free(void *reply);

/* ---- Futures ------------------------------------------------------------------------- */
/*
 * An ask from outside that does not block, `S_A_ask_M_async(system, ref, msg, timeout, &future)`, gives
 * a future, which is done when the ask has ended in any of its ways. ACTOR_OK gives one, to be
 * released in one of three ways: `S_M_await(future, &reply)`, `S_M_then(future, callback, context)`
 * or actor_future_free(). Any error gives none; they are those of a blocking ask, except that a mailbox
 * that throttles and is full is ACTOR_ERR_REFUSED at once.
 *
 * `S_M_await(future, &reply)` waits for the end, which comes within the timeout of the ask, and returns
 * what a blocking ask does; `reply` is the caller's then. `S_M_then(future, callback, context)` has
 * `callback(context, reply)` called once when it is done, also if it is already, in a thread of the system
 * that does nothing else, one callback at a time, in the order of their ends; `reply` is lent and has the
 * kind S_M_REPLY_ERROR where there is no answer. A callback may call what threads outside may, but
 * actor_system_stop() only in a thread that dispatches, and actor_system_free() in none; while it blocks
 * the others wait. ACTOR_ERR_OS: no thread for them. ACTOR_ERR_SHUTDOWN: the system has stopped. With an error
 * the future is still the caller's. Both: ACTOR_ERR_MISUSE inside a handler, or if the ask was not an M.
 *
 * actor_system_stop() ends asks that have callbacks, with SHUTDOWN if nothing else has, and returns when all
 * callbacks have returned. Futures are released before actor_system_free(). Two threads may wait for one
 * future, but it must not be released while another uses it. All functions here are for threads
 * outside.
 */
typedef struct actor_future actor_future;

/* Waits until the future is done. ACTOR_OK, ACTOR_ERR_TIMEOUT, ACTOR_ERR_MISUSE; it is not released. */
actor_err actor_future_wait(actor_future *future, actor_duration timeout);

/*
 * Wait until all of `count` futures of one system are done, or any, and then `*ret_index` is that of
 * the first that is. Those that are NULL are left out.
 *
 * Returns: ACTOR_OK, ACTOR_ERR_TIMEOUT, ACTOR_ERR_MISUSE; ACTOR_ERR_INVALID: none is there to wait for
 * (any).
 */
actor_err actor_future_wait_all(
        actor_future *const *futures, size_t count, actor_duration timeout);
actor_err actor_future_wait_any(
        actor_future *const *futures, size_t count, actor_duration timeout, size_t *ret_index);

/*
 * Ends the ask, if it has not ended: its future is done, with ACTOR_ERR_GONE. The request may be handled all the
 * same; an answer to it is dropped.
 *
 * Returns: ACTOR_OK; ACTOR_ERR_GONE: it had ended; ACTOR_ERR_MISUSE.
 */
actor_err actor_future_cancel(actor_future *future);

/* Cancels the ask and releases the future, and its reply. NULL is a no-op. */
void actor_future_free(actor_future *future);

/*
 * One descriptor for somebody else's loop: from the first call on it is readable while callbacks are due,
 * and actor_system_dispatch() calls them in the caller's thread, instead of the system's own. It is
 * the system's, and closed by actor_system_free().
 *
 * Returns: -1, and errno, if there is none to be had; EPERM inside a handler.
 */
int actor_system_fd(actor_system *system);

/* Calls the callbacks that are due, after actor_system_fd(); returns how many. They may be called until
 * actor_system_free(); those that never are do not run. */
uint32_t actor_system_dispatch(actor_system *system);

/* ---- What stubs return ------------------------------------------------------------------ */
/*
 * The typed functions that actorc writes are thin; what they return is said here, once. S is the
 * schema's prefix, A and B are actors, M a message, N one of its answers.
 *
 * A message without fields may be given as NULL to any of them.
 *
 * Tells, `S_A_tell_B_M(self, ref, msg)` inside and `S_A_tell_M(system, ref, msg)` outside, copy
 * `msg` with its strings. ACTOR_OK: it is sent (inside: when the handler returns well). A message
 * to an actor that has ended is sent too, and becomes a dead letter. ACTOR_ERR_REFUSED: the
 * mailbox, or this class of message in it, is full and its policy is refuse or drop_newest; if it is
 * throttle, twice what it holds is there already. Who sends past such a bound inside waits when its
 * handler has returned: until there is room it handles replies only. Outside the tell blocks, for
 * `tell_timeout` of the config, and then returns ACTOR_ERR_TIMEOUT; an ask likewise for its own.
 * ACTOR_ERR_INVALID: a field is out of the schema's bounds. ACTOR_ERR_LIMIT: larger than
 * `max_message_bytes`, or no room in the outbox. ACTOR_ERR_NO_MEMORY. ACTOR_ERR_SHUTDOWN (outside).
 * ACTOR_ERR_MISUSE: `self` is not the handler's own; an outside stub inside a handler. A result
 * that does not interest may be ignored.
 *
 * Asks from a handler, `S_A_ask_M(self[, call], ref, msg[, context])`, return nothing: all of this,
 * and whatever happens later, arrives in the continuation `S_A_got_M(self, reply[, context][, call])`,
 * exactly once, unless the actor restarts or stops first. A `context`, of an ask `with` one, is
 * copied like `msg`, with the same errors, and lives until the continuation returns; the
 * continuation is given NULL for one that could not be copied. A `call` that is passed travels
 * with the ask and comes back in the continuation; until then it counts as kept. Several asks may
 * carry one call: each continuation is given it, any of them may end it (the others then get
 * ACTOR_ERR_GONE), and only the last owes an answer. The ask ends at the latest when its `within`
 * has passed or the caller's own deadline has.
 *
 * Asks from outside, `S_A_ask_M(system, ref, msg, timeout, &reply)`, block. ACTOR_OK gives a reply
 * whose kind is one of the answers, to be released by actor_reply_free() before the system is
 * freed; its strings live as long. Any error leaves `reply` alone.
 *
 * Calls: `S_M_answer_N(call, msg)` and `S_M_fail(call, err)` end a call, `S_M_keep(call)` lets it
 * outlive the handler; the actor that holds the call does so, in any of its handlers.
 * ACTOR_ERR_GONE: it has ended, or has been passed on. The call of a request that was told is
 * empty: ending or keeping it is ACTOR_OK and does nothing. An asker that has given up meanwhile
 * does not make a call end; its answer is then dropped.
 *
 * Modes: `S_A_become_X(self)` changes the mode when the handler returns well; the last of several
 * counts. ACTOR_ERR_MISUSE: the `=>` of the handler does not name X; a continuation may become what
 * the handler may whose block has the ask, or any mode that some `=>` names if it is in no block;
 * hooks may become nothing. After a change of mode what was stashed is looked at again, in order,
 * before all that is queued. A restart returns to the first mode, and counts as such a change.
 * Stashed messages keep their places in the mailbox and in their class.
 *
 * Timers: `S_A_start_M(self, delay, msg)` sends `msg`, which is copied now, to the actor itself once
 * `delay` has passed from now (or up to 0.6 ms later, or when the actor gets to it), if the handler
 * returns well. There is one timer for each message of an actor: starting it again replaces it.
 * `S_A_cancel_M(self)` is exact: when its handler has returned well, the message does not arrive,
 * even if it is in the mailbox by then (the ledger then has it as dropped, GONE). Timers that are due
 * at once arrive in the order of their start. They are cancelled when the actor stops or restarts.
 * ACTOR_ERR_INVALID, LIMIT, NO_MEMORY and MISUSE as for tells; SHUTDOWN: the actor is stopping.
 * For `every D M` the actor is sent M, with the defaults of its fields, D after its start and then
 * each D from there, whatever time its handlers take. At most one waits: periods that pass until it
 * is handled are left out. `S_A_cancel_M(self)` pauses it, `S_A_start_M(self)` begins anew.
 * For `fd M`, `S_A_watch_M(self, fd, events)` has M sent to the actor when the descriptor is ready
 * for one of `events`, ACTOR_FD_READ and ACTOR_FD_WRITE, if the handler returns well; and again as
 * long as it is, each time when the handler of the last one has returned. One that cannot be
 * watched (closed, a plain file, watched by another actor) is reported once as ACTOR_FD_ERROR. Watching
 * again replaces the events. `S_A_unwatch_M(self, fd)` is exact like a cancel, and is due before the
 * descriptor is closed. Watches end when the actor stops or restarts; the descriptors stay
 * its own. ACTOR_ERR_INVALID: not a descriptor, or other events.
 *
 * What a timer or a watch brings obeys `urgent` and modes, needs no place in the mailbox or its class, is never
 * refused or dropped to make room, and counts as sent when it rings or is ready.
 *
 * Watches: after `S_A_watch_B(self, ref)` the end of that actor arrives as `S_A_saw_B_stop(self, ref,
 * why)`, once, behind what it had sent before. `why` is ACTOR_ERR_STOPPED: it stopped in order, or
 * was stopped; ACTOR_ERR_FAILED: it failed and is not started again; ACTOR_ERR_GONE: it had ended
 * before it was watched. A restart is no end. Who is watched already is not watched twice.
 * `S_A_unwatch_B(self, ref)`: when its handler has returned well the end does not arrive any more;
 * ACTOR_OK even if it was not watched. A watcher that stops or restarts watches nobody any more; its
 * start hook may begin again. What it may become is as for continuations. Both: ACTOR_ERR_NO_MEMORY,
 * LIMIT, MISUSE; SHUTDOWN: the watcher is stopping.
 *
 * Pools: the reference of a child `* N by …` stands for all its members. The sender's thread chooses
 * the member, when the message is sent: round_robin in turn, each thread for itself, passing over
 * members that have ended; least_loaded the one with the fewest messages that were sent to it
 * through the pool and that it has not yet handled; hash by the value of the field, always the same
 * one, on every machine. Messages from one sender to one member keep their order. When all members
 * have ended, or their parent has, the reference is dead; until then hash gives the messages of a
 * member that has ended for good to dead letters. To watch a pool is to watch for that; to stop it
 * stops all members. A pool has no children to ask for: `S_A_NAME(system, pool, &ref)` is
 * ACTOR_ERR_MISUSE.
 *
 * State in the schema, `state { … }`: the header has the whole `struct S_A`; ACTOR_STATE(S_A) is still
 * written once, where the handlers are. It begins with the defaults of its fields. When a handler
 * fails it is put back to what it was before the handler, or at its last actor_flush(). With
 * `supervise resume` a child with such a state goes on with its next message after a failure, keeping
 * asks, kept calls, timers and mode; one that fails to start, or whose own children fail too often,
 * is restarted. Each failure counts as a restart does. `S_A_print(text, size, self)` and
 * `S_A_equal(a, b)` are to a state what S_M_print() and S_M_equal() are to a message.
 *
 * Such a state has no pointers but opaque ones, so copying the struct copies the state. What is a
 * pointer in a message has a form of its own there:
 *
 *     string<N>, bytes<N>   struct { uint32_t len; char data[N + 1]; }, with a NUL behind `len` bytes
 *     T[..N]                struct { uint32_t count; T items[N]; }
 *     M?, U?                struct { bool has; T value; }; other optionals as in messages
 *     M, U                  S_M as it is if it has none of these, else S_M_state, which has its fields
 *                           in these forms; the members of a union are in `of`
 *
 * All of it may be read in the struct. Numbers, enums, references and messages that are S_M are also
 * set there. The rest, FIELD, is set by functions, from values as messages have them. They copy, and
 * check all first: ACTOR_ERR_INVALID if anything is longer than its bound, an enum does not fit or a
 * union has no member, and then nothing has changed. A value must not be NULL unless it is optional,
 * and then makes it absent.
 *
 *     S_A_set_FIELD(self, value)           a text, message or union; lists: (self, items, count);
 *                                          arrays: (self, items)
 *     S_A_clear_FIELD(self)                makes an optional absent, and a list empty
 *     S_A_append_FIELD(self, item)         to a list; ACTOR_ERR_LIMIT if it is full
 *     S_A_put_FIELD(self, index, item)     replaces an item; INVALID too if there is none
 *     S_A_remove_FIELD(self, index)        those behind it move up; INVALID if there is none
 *     S_A_get_FIELD(self[, index][, view]) lends the text, message or union, or that item
 *
 * What a getter lends has its texts in the state: it lasts until that is changed, and must not lead to
 * another place of the field that it is set to. Of a text that is absent `data` is NULL, of all else the
 * pointer. For an S_M_state it fills the caller's `S_M_view view`, with room for what the message has
 * behind pointers, and returns `&view.value`. Only handlers and hooks of the actor have its state;
 * none of these functions blocks.
 *
 * Starts, `S_A_start(system[, args], &ref)`, outside, wait for the actor and its whole tree.
 * ACTOR_ERR_FAILED: it failed to start, after all restarts that its supervisors allow. Spawns,
 * `S_A_spawn_B(self[, args], &ref)`, give a reference at once; the child starts when the handler
 * has returned well. Both: ACTOR_ERR_LIMIT (`max_actors`), NO_MEMORY, INVALID, OS (no thread for
 * a dedicated actor), SHUTDOWN, MISUSE.
 *
 * Names: after `S_A_register(self, name)`, when the handler has returned well, the actor is the one that
 * `S_A_find(system, name, &ref)` finds, anywhere (inside a handler `system` may be NULL), until it ends
 * for good or has called `S_A_unregister(self, name)`. A restart leaves it its names, and taking one
 * again is ACTOR_OK. An actor can have several; each type of actor has names of its own, texts of 1 to 255
 * bytes. What is found may have ended by the time it is used, as any reference.
 * ACTOR_ERR_TAKEN: another actor of the type has it, or is about to. ACTOR_ERR_UNKNOWN: nobody has
 * it. ACTOR_ERR_INVALID: it is empty or too long. ACTOR_ERR_NO_MEMORY, LIMIT; SHUTDOWN: the actor is
 * stopping; MISUSE.
 *
 * Ends: `S_A_stop(system, ref)` asks an actor to stop after what is queued for it and the replies it
 * waits for; `S_A_kill(system, ref)` ends it before it handles another message, and its children
 * likewise: what is queued becomes dead letters, asks and kept calls end STOPPED, its timers and watches
 * end. A handler that runs is not interrupted. Its stop hook runs either way, watchers are told
 * ACTOR_ERR_STOPPED, and no supervisor starts it again. Neither waits for the end. Both may be
 * called anywhere; inside a handler they take effect when it returns well. ACTOR_ERR_STOPPED: it
 * has ended (outside). ACTOR_ERR_SHUTDOWN: the system is stopping (outside).
 */

/* ---- Values of a schema ------------------------------------------------------------------ */
/*
 * What actorc makes for each message M and each enum E, beside the struct and its initialiser
 * S_M_INIT. Any thread may call these; none blocks. A struct in C is what its fields are:
 *
 *     T[], T[..N]   struct { const T *items; size_t count; }, lent by who sends it
 *     T[N]          an array; T[2][3] is T x[3][2]
 *     M?            const struct M *, NULL if absent; likewise an optional union
 *     T?            bool has_x; T x; where has_x is false, x is zero in what is received
 *     union U       S_U_kind kind, one of S_U_MEMBER, and a member for each; kind 0 is none
 *
 * A message travels as one flat copy of all that it leads to. At most 100 messages and unions may be
 * within each other; what is deeper, or leads to itself, is ACTOR_ERR_LIMIT.
 *
 * `bool S_M_equal(a, b)`: every field is the same; texts by their bytes, floats by value, what is
 * absent only with its like, and a union without a member only with another.
 *
 * `size_t S_M_print(text, size, msg)` writes one line for people, with names of enum members and
 * escapes in strings, and a NUL, at most `size` bytes, as snprintf does. Returns: the bytes that
 * all of it has, without the NUL; it was cut if that is not less than `size`.
 *
 * `actor_err S_M_copy(msg, &copy)`, where M has something behind pointers (elsewhere `=` does it):
 * a copy in one piece, to be released by S_M_free(copy), which takes NULL. ACTOR_ERR_INVALID: a
 * field is out of the schema's bounds. ACTOR_ERR_LIMIT: too deep, or 4 GiB and more.
 * ACTOR_ERR_NO_MEMORY.
 *
 * `S_M_MAX_SIZE`, where M is bounded: bytes of the struct and all behind it, at most; what one
 * message counts against `max_message_bytes`.
 *
 * `const char *S_E_name(value)`: the member's name in the schema, "?" if there is none. `bool
 * S_E_parse(name, &value)`: false, and `value` left alone, if there is no such name; for an `open
 * enum` decimal numbers of its width are names too.
 */

/* Used by what actorc writes: makes S_M_equal() and S_M_print(). */
#define ACTOR_VALUE(type)                                                                      \
    static inline bool type##_equal(const type *a, const type *b)                              \
    {                                                                                          \
        return actor__equal(&type##__layout, a, b);                                            \
    }                                                                                          \
    static inline size_t type##_print(char *text, size_t size, const type *msg)                \
    {                                                                                          \
        return actor__print(&type##__layout, text, size, msg);                                 \
    }                                                                                          \
    struct type

/* Likewise S_M_copy() and S_M_free(). */
#define ACTOR_VALUE_COPY(type)                                                                 \
    static inline actor_err type##_copy(const type *msg, type **ret_copy)                      \
    {                                                                                          \
        void *copy = NULL;                                                                     \
        actor_err err = actor__copy(&type##__layout, msg, &copy);                              \
        if (err == ACTOR_OK) {                                                                 \
            *ret_copy = (type *)copy;                                                          \
        }                                                                                      \
        return err;                                                                            \
    }                                                                                          \
    static inline void type##_free(type *copy)                                                 \
    {                                                                                          \
        actor__free(copy);                                                                     \
    }                                                                                          \
    struct type

/* Likewise S_E_name() and S_E_parse(). */
#define ACTOR_ENUM(type)                                                                       \
    static inline const char *type##_name(type value)                                          \
    {                                                                                          \
        return actor__enum_name(&type##__enum, (int64_t)value);                                \
    }                                                                                          \
    static inline bool type##_parse(const char *name, type *ret_value)                         \
    {                                                                                          \
        int64_t value = 0;                                                                     \
        bool is_known = actor__enum_parse(&type##__enum, name, &value);                        \
        if (is_known) {                                                                        \
            *ret_value = (type)value;                                                          \
        }                                                                                      \
        return is_known;                                                                       \
    }                                                                                          \
    struct actor_enum

/* ---- Inside a handler ---------------------------------------------------------------- */
/*
 * `self` is the handler's own. A handler is a transaction: all that it does through stubs and
 * the functions below, except logging and actor_own(), takes effect when it returns well and
 * not at all when it fails. Calling them from elsewhere is an error: ACTOR_ERR_MISUSE or,
 * where nothing can be returned, a line in the log.
 */

/* What a watched file descriptor is ready for; the bits of `events` in the message of an `fd`. */
enum {
    ACTOR_FD_READ = 1,
    ACTOR_FD_WRITE = 2,
    ACTOR_FD_ERROR = 4 /* an error, a hang-up, or it cannot be watched; always reported */
};

/*
 * Notes why the handler failed, for the log, dead letters and supervisor; the handler then
 * returns the result: `return actor_fail(self, "no such file: %s", path);`
 *
 * Limits: the text is cut at 255 bytes. Returns: ACTOR_FAILED, always.
 */
actor_result actor_fail(const void *self, const char *format, ...)
        ACTOR_PRINTF(2, 3) ACTOR_MUST_USE;

/*
 * Registers a resource that the actor owns: `destroy(resource)` is called once, in reverse
 * order of registration, when the actor stops, restarts or crashes. Takes effect at once.
 *
 * Ownership: takes `resource`, also on failure (it is then destroyed before the call returns).
 * Returns: ACTOR_OK, ACTOR_ERR_NO_MEMORY, ACTOR_ERR_MISUSE (not destroyed).
 */
actor_err actor_own(const void *self, void *resource, void (*destroy)(void *resource));

/* Gives back what actor_own() took, without destroying it; false if `resource` is not owned. */
bool actor_disown(const void *self, void *resource);

/*
 * Keeps a message, a reply or a context that the running handler was given, so that it lives on after
 * the handler, without a copy: until actor_message_release(), or until the actor stops (after its
 * stop hook), restarts or crashes. Keeping it twice is as good as once. It does not take a place in
 * the mailbox any more.
 *
 * Cost: a record of 64 bytes. What was kept first or last is released at once, others after a search.
 * Returns: ACTOR_OK; ACTOR_ERR_MISUSE: it is not the handler's, or one that `every` or `fd` brings
 * again and again; ACTOR_ERR_LIMIT, ACTOR_ERR_NO_MEMORY.
 */
actor_err actor_message_keep(const void *self, const void *message);

/*
 * Releases what actor_message_keep() kept, when the handler has returned well.
 *
 * Returns: ACTOR_OK; ACTOR_ERR_MISUSE: the actor does not keep it; ACTOR_ERR_LIMIT,
 * ACTOR_ERR_NO_MEMORY: it is still kept.
 */
actor_err actor_message_release(const void *self, const void *message);

/*
 * Commits what the handler has done so far, as if it had returned here and been called again. Handlers that take
 * long, and those that send thousands of messages, call it now and then: on a worker other actors may have their
 * turns meanwhile, those that were sent to first, so that a flood is handled while it is still in the cache,
 * and nobody waits until it is over. Their handlers run on this thread before the call returns, so hold no lock
 * that they may want. The actor itself handles nothing else before its handler returns.
 *
 * Returns: ACTOR_OK, ACTOR_ERR_MISUSE.
 */
actor_err actor_flush(const void *self);

/* Returns how many messages wait for this actor. Not counted are those that it keeps for a later mode,
 * system events, replies, and what its timers and descriptors have brought. */
size_t actor_backlog(const void *self);

/* Logs a line, with the actor's type in front, through the configured hook. */
void actor_log(const void *self, actor_log_level level, const char *format, ...)
        ACTOR_PRINTF(3, 4);

/* ---- For generated code -------------------------------------------------------------- */
/*
 * What follows is called by what actorc writes and is documented for those who read that.
 * Nothing here is stable between values of ACTOR_ABI.
 */

typedef enum actor_field_kind {
    ACTOR_FIELD_BOOL,
    ACTOR_FIELD_U8,
    ACTOR_FIELD_U16,
    ACTOR_FIELD_U32,
    ACTOR_FIELD_U64,
    ACTOR_FIELD_I8,
    ACTOR_FIELD_I16,
    ACTOR_FIELD_I32,
    ACTOR_FIELD_I64,
    ACTOR_FIELD_F32,
    ACTOR_FIELD_F64,
    ACTOR_FIELD_DURATION,
    ACTOR_FIELD_TIMESTAMP,
    ACTOR_FIELD_STRING,
    ACTOR_FIELD_BYTES,
    ACTOR_FIELD_ENUM,
    ACTOR_FIELD_REF,
    ACTOR_FIELD_OPAQUE,
    ACTOR_FIELD_MESSAGE,
    ACTOR_FIELD_UNION,
    ACTOR_FIELD_LIST,
    ACTOR_FIELD_ARRAY,
    ACTOR_FIELD_OPTIONAL, /* a value with a bool beside it */
    ACTOR_FIELD_POINTER,  /* an optional message or union; NULL = absent */
    /* Only in states that a schema declares; see actor_kept. */
    ACTOR_FIELD_CALL,
    ACTOR_FIELD_KEPT_STRING, /* uint32_t len; char data[bound + 1] */
    ACTOR_FIELD_KEPT_BYTES,  /* likewise */
    ACTOR_FIELD_KEPT_LIST    /* uint32_t count; T items[bound] */
} actor_field_kind;

typedef struct actor_enum_member {
    const char *name;
    int64_t value;
} actor_enum_member;

typedef struct actor_enum {
    const char *name;       /* "shop.Refusal" */
    actor_field_kind width; /* ACTOR_FIELD_U8 … ACTOR_FIELD_I64: what a value must fit */
    uint32_t member_count;
    const actor_enum_member *members;
    bool open; /* numbers without a name are as good as those with one */
} actor_enum;

typedef struct actor_field {
    const char *name;
    uint32_t offset; /* in the C struct */
    actor_field_kind kind;
    /* Of string and bytes: most bytes. Of a list: most items. Of both UINT32_MAX = no bound. Of an
     * array: its items. Of an optional: offset of its bool. */
    uint32_t bound;
    /* Of an enum its actor_enum, of a message its actor_layout, of a union its actor_union; of a
     * list, an array, an optional and a pointer the actor_item that they hold. */
    const void *detail;
} actor_field;

/* What is held once, or again and again. */
typedef struct actor_item {
    uint32_t size; /* sizeof in C */
    bool plain;    /* as in actor_layout */
    actor_field field;
} actor_item;

/* What every list is in memory. */
typedef struct actor_list {
    const void *items;
    size_t count;
} actor_list;

/* A field of a state, which has no pointers, and the same as messages have it, from which it is set
 * and as which it is looked at. In a KEPT_LIST the offset of the items is from the beginning of the
 * list; `plain` says that they are as in messages. An optional message is one with a bool beside it. */
typedef struct actor_kept {
    const actor_field *kept;
    actor_field form; /* at offset 0; of an optional what it holds */
} actor_kept;

/* Of a member of a member: where it is in that, and what it has in bytes. */
#define ACTOR_WITHIN(type, of, member) (offsetof(type, of.member) - offsetof(type, of))
#define ACTOR_SIZEOF(type, member) sizeof(((const type *)NULL)->member)

typedef struct actor_union_member {
    int kind; /* as at the beginning of the C struct */
    bool plain;
    actor_field field;
} actor_union_member;

/* How a union lies in memory; an int or unsigned int that says which member it is comes first. */
typedef struct actor_union {
    const char *name; /* "shop.Payment" */
    uint32_t size;    /* sizeof the C struct */
    uint32_t member_count;
    const actor_union_member *members;
} actor_union;

/* How a message, or the arguments of an actor, lie in memory. */
typedef struct actor_layout {
    const char *name; /* "shop.BuyProduct" */
    uint32_t size;    /* sizeof the C struct; 0 if it has no fields and is never looked at */
    uint16_t field_count;
    /* Copying `size` bytes is all there is to do: no string, bytes, list, union, optional message or
     * narrow enum, also further down. */
    bool plain;
    const actor_field *fields;
} actor_layout;

/* What S_M_equal(), S_M_print(), S_M_copy(), S_M_free(), S_E_name() and S_E_parse() call. */
bool actor__equal(const actor_layout *layout, const void *a, const void *b);
size_t actor__print(const actor_layout *layout, char *text, size_t size, const void *message);
actor_err actor__copy(const actor_layout *layout, const void *message, void **ret_copy);
void actor__free(void *copy);
const char *actor__enum_name(const actor_enum *e, int64_t value);
bool actor__enum_parse(const actor_enum *e, const char *name, int64_t *ret_value);

/* A message with answers. A reply is a C struct of kind, error and a union of the answers. */
typedef struct actor_request {
    const actor_layout *message;
    uint32_t reply_size;
    uint32_t answer_offset; /* of the union in the reply struct */
    uint16_t answer_count;
    const actor_layout *const *answers; /* reply kind k (from 1) is answers[k - 1] */
} actor_request;

/* The beginning of every reply struct. */
typedef struct actor_reply {
    int kind; /* 0 = error; else 1 + index of the answer */
    actor_err error;
} actor_reply;

typedef enum actor_overflow {
    ACTOR_REFUSE,
    ACTOR_DROP_OLDEST,
    ACTOR_DROP_NEWEST,
    ACTOR_THROTTLE /* who sends waits; past twice the bound it is refused as well */
} actor_overflow;

/* One `on M` of an actor. */
typedef struct actor_class {
    const actor_layout *message;
    const actor_request *request; /* NULL if M has no answers */
    bool urgent;
    actor_overflow overflow; /* past `limit` */
    uint32_t limit;          /* queued messages of this class; 0 = none */
} actor_class;

/* What a mode does with a message, and which modes its handler may become: bit m is mode m. */
typedef enum actor_action { ACTOR_UNHANDLED, ACTOR_HANDLED, ACTOR_STASHED } actor_action;

typedef struct actor_reaction {
    actor_action action;
    uint64_t becomes;
} actor_reaction;

/* One `mode` of an actor. */
typedef struct actor_mode {
    const char *name;
    const actor_reaction *reactions; /* by class */
} actor_mode;

/* One `timer M` or `every D M` of an actor. */
typedef struct actor_timer {
    uint16_t class_index;
    actor_duration period; /* 0 = started by hand, rings once */
    const void *message;   /* with a period: what is sent each time; NULL if it has no fields */
} actor_timer;

typedef struct actor_info actor_info;

/* One `ask A.M` of an actor. */
typedef struct actor_ask {
    const char *name;
    const actor_info *target;
    uint16_t target_class; /* index into the target's classes */
    actor_duration within;
    const actor_layout *context; /* of `with`; NULL if it keeps nothing */
    bool exclusive;              /* until the reply the actor handles nothing else */
} actor_ask;

typedef enum actor_strategy {
    ACTOR_NO_SUPERVISION,
    ACTOR_ONE_FOR_ONE,
    ACTOR_ALL_FOR_ONE,
    ACTOR_REST_FOR_ONE,
    ACTOR_RESUME
} actor_strategy;

typedef struct actor_supervision {
    actor_strategy strategy;
    uint32_t restarts; /* more than this in `window` escalate */
    actor_duration window;
    actor_duration backoff_min; /* 0 = restart at once */
    actor_duration backoff_max;
} actor_supervision;

/* What a schema says of an actor. */
struct actor_info {
    const char *name;         /* "shop.Inventory" */
    const actor_layout *args; /* NULL if it takes none */
    const void
            *state; /* what a state declared in the schema begins as; NULL: the application's */
    const actor_class *classes;
    const actor_ask *asks;
    const actor_mode *modes;     /* NULL if it has but one behaviour; it begins in the first */
    const uint64_t *ask_becomes; /* by ask: modes that the continuation may become */
    const uint64_t
            *watch_becomes; /* by watch: modes that an actor may become that sees the end */
    const actor_timer *timers;
    uint16_t class_count;
    uint16_t ask_count;
    uint16_t child_count;
    uint16_t mode_count;
    uint16_t timer_count;
    uint16_t fd; /* 1 + the class that readiness of a descriptor arrives as; 0 = none */
    bool has_start;
    bool has_stop;
    bool dedicated;
    actor_overflow overflow;  /* past `mailbox` */
    uint32_t mailbox;         /* bound in messages; 0 = none */
    uint32_t reserved;        /* how many of these are in `reserves` */
    const uint32_t *reserves; /* by class: places that only it can use; NULL = none */
    actor_supervision supervision;
};

/* What the runtime asks an actor to do. `kind` below ACTOR_EVENT_START is an index into the
 * actor's classes; ACTOR_EVENT_REPLY + i is the reply to its ask i, ACTOR_EVENT_ENDED + i the end
 * of an actor that it watches by its `watch` statement i. */
enum {
    ACTOR_EVENT_START = 0x10000,
    ACTOR_EVENT_STOP = 0x10001,
    ACTOR_EVENT_REPLY = 0x20000,
    ACTOR_EVENT_ENDED = 0x30000
};

/* Who has ended, and why. */
typedef struct actor_ended {
    uint64_t ref;
    actor_err why;
} actor_ended;

typedef struct actor_event {
    uint32_t kind;
    uint32_t mode;       /* of the actor, for messages */
    const void *body;    /* message, reply, arguments or actor_ended */
    uint64_t call;       /* of the request, or the one its ask carried; 0 = none */
    const void *context; /* of a reply: what its ask kept; NULL = nothing */
} actor_event;

typedef struct actor_type actor_type;

/* How a pool chooses the member that gets a message. */
typedef enum actor_route { ACTOR_ROUND_ROBIN, ACTOR_LEAST_LOADED, ACTOR_HASH } actor_route;

/* A static child that is several actors. */
typedef struct actor_pool {
    uint32_t size;
    actor_route route;
    const uint16_t *keys; /* ACTOR_HASH: by class, the index of the field that is hashed */
} actor_pool;

/* A static child. `args` fills the child's arguments from its parent's and from the
 * references of the children before it; NULL if the child takes none. */
typedef struct actor_child {
    const char *name;
    const actor_type *(*type)(void);
    void (*args)(const void *parent_args, const uint64_t *siblings, void *ret_args);
    const actor_pool *pool; /* NULL if it is one actor */
} actor_child;

/* An actor with its handlers. */
struct actor_type {
    const actor_info *info;
    size_t state_size;
    actor_result (*dispatch)(void *state, const actor_event *event);
    const actor_child *(*children)(void); /* info->child_count of them; NULL if none */
};

/*
 * Says that `struct name` is the state of the actor of that name, and makes the actor's
 * dispatch; stands once in the program, at file level, after the struct is complete:
 * `ACTOR_STATE(shop_purchase);`. Handlers and hooks that the schema asks for and the program
 * lacks are then link errors that name them. State is aligned to 16 bytes.
 */
#define ACTOR_STATE(name)                                                                      \
    const actor_type *name##__type(void)                                                       \
    {                                                                                          \
        static const actor_type type = { &name##__info, sizeof(struct name), name##__parts };  \
        return &type;                                                                          \
    }                                                                                          \
    struct name

/* Starts a root actor, waits for its whole tree. `args` is copied. Outside only. Returns
 * ACTOR_ERR_FAILED when it failed to start, LIMIT, NO_MEMORY, SHUTDOWN, INVALID, OS, MISUSE. */
actor_err actor__start(
        actor_system *system, const actor_type *type, const void *args, uint64_t *ret_ref);
/* Asks an actor to stop after what is queued; does not wait. Any thread. */
actor_err actor__stop(actor_system *system, uint64_t ref);
/* Ends an actor before the next message; does not wait. Any thread. */
actor_err actor__kill(actor_system *system, uint64_t ref);
/* Finds the actor of a type that has the name; ACTOR_ERR_UNKNOWN: none has. Any thread; `system` is not
 * looked at inside a handler. */
actor_err actor__find(
        actor_system *system, const actor_info *type, const char *name, uint64_t *ret_ref);
/* Take a name for the running handler's actor, and give it back. */
actor_err actor__register(const void *self, const char *name);
actor_err actor__unregister(const void *self, const char *name);
/* Gives the reference of static child `index`. Outside only. ACTOR_ERR_STOPPED if `ref` is dead. */
actor_err actor__child_of(
        actor_system *system, uint64_t ref, uint16_t index, uint64_t *ret_child);
/* Sends `message` to class `index` of `target`. Outside only. If its mailbox throttles and is full it
 * blocks until there is room, for actor_config.tell_timeout: then ACTOR_ERR_TIMEOUT. */
actor_err actor__tell_from_outside(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message);
/* Asks and waits. `*ret_reply` is the reply struct, given to the caller. Outside only. */
actor_err actor__ask_from_outside(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message, actor_duration timeout, void **ret_reply);

/* Asks without waiting. */
actor_err actor__ask_async(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message, actor_duration timeout, actor_future **ret_future);
/* What ACTOR_FUTURE() is made of: they check that the future is that of such a request. `call` calls
 * `callback` as what it is. */
actor_err actor__await(actor_future *future, const actor_request *request, void **ret_reply);
actor_err actor__then(actor_future *future, const actor_request *request,
        void (*call)(void (*callback)(void), void *context, const void *reply),
        void (*callback)(void), void *context);

/* Used by what actorc writes: makes S_M_await() and S_M_then(). */
#define ACTOR_FUTURE(type)                                                                     \
    static inline actor_err type##_await(actor_future *future, type##_reply **ret_reply)       \
    {                                                                                          \
        void *reply = NULL;                                                                    \
        actor_err err = actor__await(future, &type##__request, &reply);                        \
        if (err == ACTOR_OK) {                                                                 \
            *ret_reply = (type##_reply *)reply;                                                \
        }                                                                                      \
        return err;                                                                            \
    }                                                                                          \
    static inline void type##__call(void (*callback)(void), void *context, const void *reply)  \
    {                                                                                          \
        ((void (*)(void *, const type##_reply *))callback)(                                    \
                context, (const type##_reply *)reply);                                         \
    }                                                                                          \
    static inline actor_err type##_then(actor_future *future,                                  \
            void (*callback)(void *context, const type##_reply *reply), void *context)         \
    {                                                                                          \
        return actor__then(                                                                    \
                future, &type##__request, type##__call, (void (*)(void))callback, context);    \
    }                                                                                          \
    struct type

/* The same from a handler. */
actor_err actor__tell(const void *self, uint64_t ref, const actor_info *target, uint16_t index,
        const void *message);
/* What a plain message begins with: its class in the target's type, that it is plain, the class of its block in the
 * pool, its size. */
#define ACTOR_PLAIN_HEAD(index, size)                                                          \
    ((uint64_t)(index) << 16 | UINT64_C(128) << 40 | ((uint64_t)(size) + 23) / 16 << 48 |      \
            (uint64_t)(size) << 56)
/* Quicker, for a message that is not urgent and whose copy is complete with its bytes, which are at most
 * ACTOR_PLAIN_MAX. Returns where the caller copies it to at once; NULL: it is for actor__tell(). */
void *actor__tell_plain(const void *self, uint64_t ref, uint64_t head);
#define ACTOR_PLAIN_MAX 64
/* `ask` is an index into the actor's asks; `call` and a copy of `context` travel to the
 * continuation; a context that cannot be copied ends the ask with the error. */
void actor__ask(const void *self, uint64_t call, uint64_t ref, uint16_t ask,
        const void *message, const void *context);
/* Hands `call` on, with the message that its new owner gets; an empty call is told. On an error the call
 * stays where it is; if it was refused (ACTOR_ERR_REFUSED) and nobody ends it, that is its end. */
actor_err actor__delegate(const void *self, uint64_t call, uint64_t ref,
        const actor_info *target, uint16_t index, const void *message);
actor_err actor__spawn(
        const void *self, const actor_type *type, const void *args, uint64_t *ret_ref);
/* Changes the mode when the handler returns well. ACTOR_ERR_MISUSE: its `=>` does not name it. */
actor_err actor__become(const void *self, uint16_t mode);
/* `delay` and `message` mean nothing for a timer with a period. */
actor_err actor__start_timer(
        const void *self, uint16_t timer, actor_duration delay, const void *message);
actor_err actor__cancel_timer(const void *self, uint16_t timer);
/* Watches an actor, by `watch` statement `index`, or no longer. */
actor_err actor__watch(const void *self, uint16_t index, uint64_t ref);
actor_err actor__unwatch(const void *self, uint16_t index, uint64_t ref);
/* `events`: ACTOR_FD_READ, ACTOR_FD_WRITE; others are ACTOR_ERR_INVALID. */
actor_err actor__watch_fd(const void *self, int fd, uint32_t events);
actor_err actor__unwatch_fd(const void *self, int fd);
/* Sets a text of a state declared in the schema. ACTOR_ERR_INVALID: longer than its bound, or nowhere. */
actor_err actor__set_text(
        void *data, uint32_t *ret_len, uint32_t bound, const void *from, size_t len);
/* Sets any field of such a state from `value`, as a message has it; NULL makes an optional absent and
 * a list empty. These check all of the value first: ACTOR_ERR_INVALID if something in it is outside
 * the bounds of the schema, and then nothing has changed. */
actor_err actor__keep(const actor_kept *field, void *state, const void *value);
/* Sets an item of a list or array. ACTOR_ERR_INVALID too if there is none of this index. */
actor_err actor__keep_item(
        const actor_kept *field, void *state, size_t index, const void *item);
/* Adds an item to a list. ACTOR_ERR_LIMIT if it is full. */
actor_err actor__keep_more(const actor_kept *field, void *state, const void *item);
/* Takes an item out of a list; those behind it move up. ACTOR_ERR_INVALID if there is none. */
actor_err actor__keep_less(const actor_kept *field, void *state, size_t index);
/* Return a field or an item as messages have it, or NULL if it is absent. Where the state has it in
 * the same form that is in the state, else it is made in `value`, with all that needs pointers to
 * itself in `room`; texts stay in the state. */
const void *actor__kept(const actor_kept *field, const void *state, void *value, void *room);
const void *actor__kept_item(
        const actor_kept *field, const void *state, size_t index, void *value, void *room);
uint64_t actor__child(const void *self, uint16_t index);
uint64_t actor__self(const void *self);

/* Ends a call; handlers only. ACTOR_ERR_GONE if it has ended, or was told and not asked. */
actor_err actor__answer(
        uint64_t call, const actor_request *request, uint16_t kind, const void *answer);
actor_err actor__fail_call(uint64_t call, actor_err err);
/* Lets a call outlive its handler. */
actor_err actor__keep_call(uint64_t call);

#ifdef __cplusplus
}
#endif

#endif
