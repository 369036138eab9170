/* SPDX-License-Identifier: MIT */
/*
 * actorc/actor.h - the actorc runtime: all of it that programs touch.
 *
 * A program has a schema (`shop.actor`), the C that actorc made of it, and handlers of its
 * own. This header is the rest: systems, results, errors, what a handler may call. What only
 * generated code uses is in actorc/generated.h.
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
#define ACTOR_ABI 6

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

/* ---- An actor ------------------------------------------------------------------------ */

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

#ifdef __cplusplus
}
#endif

#endif
