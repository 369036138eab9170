/* SPDX-License-Identifier: MIT */
/*
 * actorc/sim.h - simulating a program that uses actorc: what scenarios and their checks call.
 *
 * A program that is linked with libactorc_sim instead of libactorc (pkg-config: actorc-sim), its own objects
 * unchanged, runs on one thread in virtual time, and each thing that could have gone another way is drawn
 * from one stream of choices: who runs next, how long a handler takes, how late a timer is, which fault
 * strikes. The same seed gives the same run.
 *
 *     ./shop_sim                       one run in which nothing special happens
 *     ACTORC_SEED=42 ./shop_sim        the run of a seed
 *     ./shop_sim --seeds 1..1000000    a campaign: on all cores, with a summary
 *
 * A run fails when an invariant does not hold, actor_sim_fail() is called, main returns something other than
 * 0, a handler crashes, dies by assert() or abort(), or the starting thread waits for what cannot come any
 * more. Its choices are then shrunk, and printed as a sequence diagram and as the command that repeats it.
 *
 *     --seeds A..B     runs each of these seeds
 *     --jobs N         in so many processes; default: one for each core
 *     --faults LIST    such as crash=0.01,refuse=0.1,alloc=0.001,stall=0,slip=0.1: how often, at most, a
 *                      handler crashes, a mailbox that could be full is, memory is out; how often handlers
 *                      take long and timers are late, which they are without being asked
 *     --steps N        after so many a run is taken not to end, which is a failure; default 100,000,000
 *     --explore        runs all schedules, each state once, and says how many there were: of who runs next and of what
 *                      actor_sim_choose() gives; with --faults also each single fault of a kind whose rate is not 0.
 *                      Handlers take a µs, timers are never late. Ends with 1 if ten million runs were not all
 *     --trace          prints a diagram of the run
 *     --mermaid        prints diagrams for Mermaid instead
 *
 * They come first; what follows is for the program. ACTORC_SEED, ACTORC_SEEDS, ACTORC_JOBS, ACTORC_FAULTS,
 * ACTORC_STEPS, ACTORC_EXPLORE, ACTORC_TRACE and ACTORC_REPLAY, which a failing run prints, say the same.
 *
 * What is simulated: everything that goes through the runtime. The starting thread may use the outside
 * functions; what blocks there steps the simulation. Other threads cannot take part, and callbacks
 * (S_M_then()) and signals are refused with the error for a machine that has no thread left. Watched
 * descriptors, at most 1,024, are looked at when no actor can run; their other ends are to be in the same
 * process. Handlers that ask the machine (files, time(), rand()) are as repeatable as it is.
 *
 * Memory that main() leaves behind in static variables would make one run depend on another; one seed in
 * 64 is run twice to find that.
 */
#ifndef ACTORC_SIM_H
#define ACTORC_SIM_H

#include <actorc/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Registers what must hold between any two steps of this run. `name` is lent until the run ends, and is
 * printed when it does not hold.
 *
 * Threads: the starting one, outside of handlers. `holds` must not call the outside functions but
 * actor_system_ledger(), actor_system_listing() and actor_sim_state(). Returns: false if 64 are registered.
 */
bool actor_sim_invariant(const char *name, bool (*holds)(void *context), void *context);

/* Ends the run as one that has found a fault: of a handler, an invariant or main. Does not return. */
void actor_sim_fail(const char *format, ...) ACTOR_PRINTF(1, 2);

/*
 * Returns a number below `of`, drawn from the stream of choices; 0 is what a failing run is shrunk to. For
 * what a scenario does: how many buyers, what each wants. Main or handlers. `of` of 0 or 1 gives 0.
 */
uint32_t actor_sim_choose(uint32_t of);

/*
 * Crashes the actors of this type (such as "shop.Inventory") at the given event, counted from 1 over all
 * of them: a start hook, a message, a reply. Nothing that its handler did takes effect. For this run.
 *
 * Returns: false if 16 are planned.
 */
bool actor_sim_crash_at(const char *type, uint64_t event);

/*
 * Returns the state of the actor with this reference, for invariants to look at; NULL if it has none, has
 * ended, or has not started. It is good until the next step. Threads: the starting one, main or an
 * invariant.
 */
const void *actor_sim_state(actor_system *system, uint64_t ref);

/* Virtual time since the run began, in ns, and handlers that have run. Any place. */
actor_duration actor_sim_elapsed(void);
uint64_t actor_sim_steps(void);

/* A place that at least one run of a campaign must come to. */
typedef struct actor_sim_label {
    const char *text;
    const char *file;
    int line;
} actor_sim_label;

/* Weak: NULL in programs that are not simulated, where ACTOR_SOMETIMES() costs one comparison. */
__attribute__((weak)) void actor_sim_reached(const actor_sim_label *label);

/* Stands where a campaign must have been at least once, in a handler for example; `text`, a literal, is what it
 * is called in the summary, which says how often that was, and fails if it was never. */
#define ACTOR_SOMETIMES(text)                                                                  \
    do {                                                                                       \
        static const actor_sim_label actor_label_ = { text, __FILE__, __LINE__ };              \
        static const actor_sim_label *const actor_label_listed_                                \
                __attribute__((section("actor_labels"), used)) = &actor_label_;                \
        (void)actor_label_listed_;                                                             \
        if (actor_sim_reached) {                                                               \
            actor_sim_reached(&actor_label_);                                                  \
        }                                                                                      \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif
