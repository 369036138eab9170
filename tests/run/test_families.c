/* SPDX-License-Identifier: MIT */
/*
 * Families in the middle of a change: a child that restarts, leaves or fails while its parent stops,
 * restarts or has failed itself. Whatever comes first, all of them are where they should be in the end.
 */
#include "brood.actor.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)
#define PATIENCE actor_seconds(20)

/* Where a handler waits for the test, and where the test waits until it does. */
struct stage {
    sem_t arrived;
    sem_t gate;
};

static actor_system *broods;
static struct stage handlers, hooks;
static atomic_bool hook_waits;  /* the next stop hook of a chick, or dead letter */
static brood_chick_ref chick;   /* the last one spawned */
static brood_mayfly_ref mayfly; /* likewise */
static atomic_int ended;        /* mayflies that have had their note */

static void pass(struct stage *s)
{
    (void)sem_post(&s->arrived);
    while (sem_wait(&s->gate) != 0) {
    }
}

static void await_arrival(struct stage *s)
{
    while (sem_wait(&s->arrived) != 0) {
    }
}

static void open_gate(struct stage *s)
{
    (void)sem_post(&s->gate);
}

static void pass_if_told(struct stage *s)
{
    if (atomic_exchange(&hook_waits, false)) {
        pass(s);
    }
}

/* ---- Actors ------------------------------------------------------------------------------- */

static bool waits(brood_deed deed)
{
    return deed == BROOD_DEED_WAIT || deed == BROOD_DEED_WAIT_AND_ASK ||
           deed == BROOD_DEED_WAIT_AND_FAIL || deed == BROOD_DEED_SPAWN_AND_FAIL;
}

static bool fails(brood_deed deed)
{
    return deed == BROOD_DEED_FAIL || deed == BROOD_DEED_WAIT_AND_FAIL ||
           deed == BROOD_DEED_SPAWN_AND_FAIL || deed == BROOD_DEED_SWARM_AND_FAIL;
}

/* What all of them do alike. */
static actor_result act(void *self, const brood_do *msg, brood_do_call call, uint32_t count)
{
    if (waits(msg->deed)) {
        pass(&handlers);
    }
    if (fails(msg->deed)) {
        return actor_fail(self, "told to");
    }
    brood_do_answer_done(call, &(brood_done){ .count = count });
    return msg->deed == BROOD_DEED_STOP ? ACTOR_STOP : ACTOR_CONTINUE;
}

#define COUNTER(kind)                                                                          \
    struct brood_##kind {                                                                      \
        uint32_t count;                                                                        \
    };                                                                                         \
    ACTOR_STATE(brood_##kind)
#define COUNTING(kind)                                                                         \
    actor_result brood_##kind##_on_do(                                                         \
            brood_##kind *self, const brood_do *msg, brood_do_call call)                       \
    {                                                                                          \
        return act(self, msg, call, ++self->count);                                            \
    }
#define SPAWNING(kind)                                                                         \
    actor_result brood_##kind##_on_do(                                                         \
            brood_##kind *self, const brood_do *msg, brood_do_call call)                       \
    {                                                                                          \
        if (msg->deed == BROOD_DEED_SPAWN || msg->deed == BROOD_DEED_SPAWN_AND_FAIL) {         \
            brood_##kind##_spawn_chick(self, &chick);                                          \
        }                                                                                      \
        return act(self, msg, call, ++self->count);                                            \
    }

COUNTER(chick);
COUNTER(egg);
COUNTER(nest);
COUNTER(tree);
COUNTER(flock);
COUNTER(branch);
COUNTER(lake);
COUNTER(pond);
COUNTER(mayfly);
COUNTER(forgetful);
ACTOR_STATE(brood_twig);
COUNTING(chick)
COUNTING(egg)
COUNTING(tree)
COUNTING(branch)
COUNTING(lake)
COUNTING(twig)
SPAWNING(nest)
SPAWNING(flock)

actor_result brood_mayfly_on_note(brood_mayfly *self, const brood_note *msg)
{
    (void)self, (void)msg;
    ended++;
    return ACTOR_STOP;
}

/* They have their note, and so their end, before it goes on. */
static void swarm(brood_pond *self)
{
    enum { MANY = 3 };
    int before = ended;
    for (int i = 0; i < MANY; i++) {
        brood_pond_spawn_mayfly(self, &mayfly);
        brood_pond_tell_mayfly_note(self, mayfly, &(brood_note){ 0 });
    }
    actor_flush(self);
    assert_int_equal(before + MANY, ended);
}

actor_result brood_pond_on_do(brood_pond *self, const brood_do *msg, brood_do_call call)
{
    if (msg->deed == BROOD_DEED_SPAWN) {
        brood_pond_spawn_mayfly(self, &mayfly);
    } else if (msg->deed == BROOD_DEED_SWARM || msg->deed == BROOD_DEED_SWARM_AND_FAIL) {
        swarm(self);
    } else if (msg->deed == BROOD_DEED_KILL) {
        brood_mayfly_kill(broods, mayfly);
    }
    return act(self, msg, call, ++self->count);
}

void brood_chick_at_stop(brood_chick *self)
{
    (void)self;
    pass_if_told(&hooks);
}

actor_result brood_forgetful_on_do(
        brood_forgetful *self, const brood_do *msg, brood_do_call call)
{
    if (msg->deed == BROOD_DEED_WAIT_AND_ASK) {
        brood_forgetful_ask_ask_itself(
                self, brood_forgetful_self(self), &(brood_do){ .deed = BROOD_DEED_ANSWER });
    }
    return act(self, msg, call, ++self->count);
}

actor_result brood_forgetful_got_ask_itself(brood_forgetful *self, const brood_do_reply *reply)
{
    (void)self;
    (void)reply;
    return ACTOR_CONTINUE;
}

actor_result brood_forgetful_on_note(brood_forgetful *self, const brood_note *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- From outside ------------------------------------------------------------------------ */

/* Tells a `kind` what to do; and asks it, to say how that ended. */
#define ORDERS(kind)                                                                           \
    static actor_err order_##kind(brood_##kind##_ref ref, brood_deed deed)                     \
    {                                                                                          \
        brood_do_reply *reply = NULL;                                                          \
        actor_err err = brood_##kind##_ask_do(                                                 \
                broods, ref, &(brood_do){ .deed = deed }, PATIENCE, &reply);                   \
        actor_reply_free(reply);                                                               \
        return err;                                                                            \
    }                                                                                          \
    static void await_##kind(brood_##kind##_ref ref)                                           \
    {                                                                                          \
        assert_int_equal(ACTOR_OK, order_##kind(ref, BROOD_DEED_ANSWER));                      \
    }

ORDERS(chick)
ORDERS(egg)
ORDERS(nest)
ORDERS(tree)
ORDERS(flock)
ORDERS(twig)
ORDERS(branch)
ORDERS(lake)
ORDERS(pond)

static brood_nest_ref start_nest(void)
{
    brood_nest_ref nest;
    assert_int_equal(ACTOR_OK, brood_nest_start(broods, &nest));
    assert_int_equal(ACTOR_OK, order_nest(nest, BROOD_DEED_SPAWN));
    return nest;
}

/* A chick fails, and is in its stop hook before it starts anew. */
static void have_chick_restart(brood_chick_ref failing)
{
    hook_waits = true;
    assert_int_equal(ACTOR_ERR_FAILED, order_chick(failing, BROOD_DEED_FAIL));
    await_arrival(&hooks);
}

/* ---- A child that was spawned restarts ---------------------------------------------------- */

static void test_a_parent_stops_while_a_child_restarts(void **state)
{
    (void)state;
    brood_nest_ref nest = start_nest();
    have_chick_restart(chick);
    assert_int_equal(ACTOR_OK, brood_nest_stop(broods, nest));
    assert_int_equal(ACTOR_ERR_STOPPED, order_nest(nest, BROOD_DEED_ANSWER));
    open_gate(&hooks);
}

static void test_a_parent_is_killed_while_a_child_restarts(void **state)
{
    (void)state;
    brood_nest_ref nest = start_nest();
    have_chick_restart(chick);
    assert_int_equal(ACTOR_OK, brood_nest_kill(broods, nest));
    assert_int_equal(ACTOR_ERR_STOPPED, order_nest(nest, BROOD_DEED_ANSWER));
    open_gate(&hooks);
}

static void test_a_parent_restarts_while_a_child_does(void **state)
{
    (void)state;
    brood_tree_ref tree;
    brood_nest_ref nest;
    brood_egg_ref egg;
    assert_int_equal(ACTOR_OK, brood_tree_start(broods, &tree));
    assert_int_equal(ACTOR_OK, brood_tree_nest(broods, tree, &nest));
    assert_int_equal(ACTOR_OK, order_nest(nest, BROOD_DEED_SPAWN));
    have_chick_restart(chick);
    assert_int_equal(ACTOR_ERR_FAILED, order_nest(nest, BROOD_DEED_FAIL));
    await_tree(tree);                                               /* it has decided, */
    assert_int_equal(ACTOR_OK, brood_nest_egg(broods, nest, &egg)); /* and the nest knows */
    open_gate(&hooks);
    await_nest(nest);
    await_egg(egg);
    assert_int_equal(ACTOR_ERR_STOPPED, order_chick(chick, BROOD_DEED_ANSWER));
}

/* ---- A spawn that is taken back ------------------------------------------------------------ */

/* By somebody who has its reference, which a handler may give away as soon as it has it. */
static void test_a_child_is_killed_before_its_spawn_is_taken_back(void **state)
{
    (void)state;
    brood_tree_ref tree;
    brood_nest_ref nest;
    brood_egg_ref egg;
    assert_int_equal(ACTOR_OK, brood_tree_start(broods, &tree));
    assert_int_equal(ACTOR_OK, brood_tree_nest(broods, tree, &nest));
    uint64_t actors = actor_system_actors(broods);
    brood_nest_tell_do(broods, nest, &(brood_do){ .deed = BROOD_DEED_SPAWN_AND_FAIL });
    await_arrival(&handlers);
    assert_int_equal(ACTOR_OK, brood_chick_kill(broods, chick));
    while (actor_system_actors(broods) > actors) {
        (void)sched_yield();
    }
    open_gate(&handlers);
    await_nest(nest); /* which has been started anew */
    assert_int_equal(ACTOR_OK, brood_nest_egg(broods, nest, &egg));
    await_egg(egg);
}

/* ---- Children that end unseen -------------------------------------------------------------- */

struct lake {
    brood_pond_ref pond;
    brood_egg_ref egg;
    uint64_t actors; /* of the system, without mayflies */
};

static struct lake start_lake(void)
{
    struct lake l;
    brood_lake_ref lake;
    assert_int_equal(ACTOR_OK, brood_lake_start(broods, &lake));
    assert_int_equal(ACTOR_OK, brood_lake_pond(broods, lake, &l.pond));
    assert_int_equal(ACTOR_OK, brood_pond_egg(broods, l.pond, &l.egg));
    l.actors = actor_system_actors(broods);
    await_lake(lake);
    return l;
}

static void test_children_end_in_the_middle_of_their_parents_handler(void **state)
{
    (void)state;
    struct lake l = start_lake();
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SPAWN));
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SWARM));
    assert_int_equal(l.actors + 1, actor_system_actors(broods));
    assert_int_equal(ACTOR_ERR_FAILED, order_pond(l.pond, BROOD_DEED_SWARM_AND_FAIL));
    await_pond(l.pond); /* it could be torn down, so it knows who had ended and who had not */
    assert_int_equal(l.actors, actor_system_actors(broods));
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SWARM));
    assert_int_equal(l.actors, actor_system_actors(broods));
}

/* One ends before its parent hears of the failure for which it would be started anew, and one is. */
static void test_a_child_ends_while_all_are_about_to_restart(void **state)
{
    (void)state;
    struct lake l = start_lake();
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SPAWN));
    brood_mayfly_ref first = mayfly;
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SPAWN));
    brood_pond_tell_do(broods, l.pond, &(brood_do){ .deed = BROOD_DEED_WAIT });
    await_arrival(&handlers); /* which has the only worker */
    brood_egg_tell_do(broods, l.egg, &(brood_do){ .deed = BROOD_DEED_FAIL });
    assert_int_equal(ACTOR_OK, brood_mayfly_tell_note(broods, first, &(brood_note){ 0 }));
    open_gate(&handlers);
    await_egg(l.egg);
    await_pond(l.pond);
    assert_int_equal(l.actors + 1, actor_system_actors(broods));
}

static void await_actors(const struct lake *l)
{
    while (actor_system_actors(broods) != l->actors) {
        await_pond(l->pond);
    }
    await_egg(l->egg);
}

/* A pond with a mayfly whose egg is about to fail, and has the only worker. */
static struct lake start_troubled_lake(void)
{
    struct lake l = start_lake();
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SPAWN));
    brood_egg_tell_do(broods, l.egg, &(brood_do){ .deed = BROOD_DEED_WAIT_AND_FAIL });
    await_arrival(&handlers);
    return l;
}

/* Its note waits until it is up again; its parent does not know yet that it is. */
static void test_a_child_ends_as_soon_as_it_has_restarted(void **state)
{
    (void)state;
    struct lake l = start_troubled_lake();
    assert_int_equal(ACTOR_OK, brood_mayfly_tell_note(broods, mayfly, &(brood_note){ 0 }));
    open_gate(&handlers);
    await_actors(&l);
}

/* The news that it has been torn down, to be started again, is on its way to its parent as it ends for good. */
static void test_a_child_is_killed_while_it_restarts(void **state)
{
    (void)state;
    struct lake l = start_troubled_lake();
    brood_pond_tell_do(broods, l.pond, &(brood_do){ .deed = BROOD_DEED_KILL });
    open_gate(&handlers);
    await_actors(&l);
}

static void test_a_parent_stops_with_children_that_end_and_do_not(void **state)
{
    (void)state;
    struct lake l = start_lake();
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SPAWN));
    brood_mayfly_ref first = mayfly;
    assert_int_equal(ACTOR_OK, order_pond(l.pond, BROOD_DEED_SPAWN));
    brood_pond_tell_do(broods, l.pond, &(brood_do){ .deed = BROOD_DEED_WAIT });
    await_arrival(&handlers);
    assert_int_equal(ACTOR_OK, brood_pond_stop(broods, l.pond));
    assert_int_equal(ACTOR_OK, brood_mayfly_tell_note(broods, first, &(brood_note){ 0 }));
    open_gate(&handlers);
    assert_int_equal(ACTOR_ERR_STOPPED, order_pond(l.pond, BROOD_DEED_ANSWER));
    while (actor_system_actors(broods) > 1) {
        (void)sched_yield();
    }
}

/* ---- Others wait for a child that leaves --------------------------------------------------- */

static void test_a_restart_of_all_does_not_wait_for_a_child_that_has_left(void **state)
{
    (void)state;
    brood_flock_ref flock;
    brood_egg_ref egg;
    assert_int_equal(ACTOR_OK, brood_flock_start(broods, &flock));
    assert_int_equal(ACTOR_OK, brood_flock_egg(broods, flock, &egg));
    assert_int_equal(ACTOR_OK, order_flock(flock, BROOD_DEED_SPAWN));
    hook_waits = true;
    assert_int_equal(ACTOR_OK, order_chick(chick, BROOD_DEED_STOP));
    await_arrival(&hooks);
    assert_int_equal(ACTOR_ERR_FAILED, order_egg(egg, BROOD_DEED_FAIL));
    await_flock(flock); /* it has decided */
    open_gate(&hooks);
    await_egg(egg);
}

/* ---- A parent has failed and goes on -------------------------------------------------------- */

struct twig {
    brood_branch_ref branch;
    brood_twig_ref twig;
    brood_egg_ref egg;
    brood_chick_ref chick;
};

/* A twig whose supervisor waits at the gate. */
static struct twig start_twig(void)
{
    struct twig t;
    assert_int_equal(ACTOR_OK, brood_branch_start(broods, &t.branch));
    assert_int_equal(ACTOR_OK, brood_branch_twig(broods, t.branch, &t.twig));
    assert_int_equal(ACTOR_OK, brood_twig_egg(broods, t.twig, &t.egg));
    assert_int_equal(ACTOR_OK, brood_twig_chick(broods, t.twig, &t.chick));
    brood_branch_tell_do(broods, t.branch, &(brood_do){ .deed = BROOD_DEED_WAIT });
    await_arrival(&handlers);
    return t;
}

/* Takes a turn of both children, so that they have told the twig of their failures, then several of the twig. */
static void give_turns(const struct twig *t)
{
    brood_egg_ref egg;
    uint64_t none;
    assert_int_equal(ACTOR_ERR_STOPPED, actor__child_of(broods, t->egg.bits, 0, &none));
    assert_int_equal(ACTOR_ERR_STOPPED, actor__child_of(broods, t->chick.bits, 0, &none));
    for (int i = 0; i < 20; i++) {
        assert_int_equal(ACTOR_OK, brood_twig_egg(broods, t->twig, &egg));
    }
}

static void test_a_child_that_failed_after_its_parent_restarts(void **state)
{
    (void)state;
    struct twig t = start_twig();
    assert_int_equal(ACTOR_ERR_FAILED, order_twig(t.twig, BROOD_DEED_FAIL));
    assert_int_equal(ACTOR_ERR_FAILED, order_egg(t.egg, BROOD_DEED_FAIL));
    give_turns(&t);
    open_gate(&handlers);
    await_twig(t.twig);
    await_egg(t.egg);
}

static void test_a_restart_under_way_goes_on_after_the_parent_does(void **state)
{
    (void)state;
    struct twig t = start_twig();
    have_chick_restart(t.chick);
    assert_int_equal(ACTOR_ERR_FAILED, order_twig(t.twig, BROOD_DEED_FAIL));
    open_gate(&hooks);
    give_turns(&t);
    open_gate(&handlers);
    await_twig(t.twig);
    await_chick(t.chick);
}

/* The second failure is one too many for the twig, which has gone on, but fails for good then. */
static void test_failures_that_waited_count(void **state)
{
    (void)state;
    struct twig t = start_twig();
    assert_int_equal(ACTOR_ERR_FAILED, order_twig(t.twig, BROOD_DEED_FAIL));
    assert_int_equal(ACTOR_ERR_FAILED, order_egg(t.egg, BROOD_DEED_FAIL));
    assert_int_equal(ACTOR_ERR_FAILED, order_chick(t.chick, BROOD_DEED_FAIL));
    give_turns(&t);
    open_gate(&handlers);
    await_branch(t.branch);
    await_twig(t.twig); /* restarted by the branch, as are its children */
    await_egg(t.egg);
    await_chick(t.chick);
}

/* The supervisor cannot decide what becomes of the twig, and the asker does not wait until it has. */
static void test_who_waits_for_a_child_that_is_given_up_is_told_at_once(void **state)
{
    (void)state;
    struct twig t = start_twig();
    actor_future *asked;
    brood_do_reply *reply = NULL;
    have_chick_restart(t.chick);
    brood_chick_tell_do(broods, t.chick, &(brood_do){ .deed = BROOD_DEED_FAIL });
    assert_int_equal(ACTOR_OK, brood_chick_ask_do_async(broods, t.chick,
                                       &(brood_do){ .deed = BROOD_DEED_ANSWER }, LONG, &asked));
    open_gate(&hooks);
    actor_err waited = actor_future_wait(asked, PATIENCE);
    open_gate(&handlers);
    assert_int_equal(ACTOR_OK, waited);
    assert_int_equal(ACTOR_ERR_STOPPED, brood_do_await(asked, &reply));
    await_twig(t.twig); /* restarted by the branch, as is its child */
    await_chick(t.chick);
}

/* ---- A start that goes wrong ---------------------------------------------------------------- */

static int setup_with(actor_config config)
{
    config.slow_handler = -1;
    config.survive_root_failure = true;
    if (sem_init(&handlers.gate, 0, 0) != 0 || sem_init(&handlers.arrived, 0, 0) != 0 ||
            sem_init(&hooks.gate, 0, 0) != 0 || sem_init(&hooks.arrived, 0, 0) != 0) {
        return -1;
    }
    hook_waits = false;
    broods = actor_system_new(&config);
    return broods == NULL ? -1 : 0;
}

/* The clutch itself and two of four. */
static int setup_of_three(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 1, .max_actors = 3 });
}

static void test_a_pool_that_could_not_be_made_whole_goes(void **state)
{
    (void)state;
    brood_clutch_ref clutch;
    assert_int_equal(ACTOR_ERR_FAILED, brood_clutch_start(broods, &clutch));
    assert_int_equal(0, actor_system_actors(broods));
}

/* ---- A mailbox that drops its oldest --------------------------------------------------------- */

static void on_dead_letter(void *context, const actor_dead_letter *letter)
{
    (void)context;
    if (strcmp(letter->message, "brood.Do") == 0 && letter->reason == ACTOR_ERR_STOPPED) {
        pass_if_told(&hooks);
    }
}

static int setup_with_letters(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 1, .dead_letter = on_dead_letter });
}

static void tell_notes(brood_forgetful_ref ref, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        brood_forgetful_tell_note(broods, ref, &(brood_note){ .number = i });
    }
}

/* As the ask that waits in its own mailbox ends, so much has come that it is past its bound. */
static void test_more_comes_while_asks_that_wait_are_ended(void **state)
{
    (void)state;
    brood_strict_ref strict;
    brood_forgetful_ref forgetful;
    assert_int_equal(ACTOR_OK, brood_strict_start(broods, &strict));
    assert_int_equal(ACTOR_OK, brood_strict_forgetful(broods, strict, &forgetful));
    brood_forgetful_tell_do(broods, forgetful, &(brood_do){ .deed = BROOD_DEED_WAIT_AND_ASK });
    await_arrival(&handlers);
    brood_forgetful_tell_do(broods, forgetful, &(brood_do){ .deed = BROOD_DEED_FAIL });
    tell_notes(forgetful, 1);
    hook_waits = true;
    open_gate(&handlers);
    await_arrival(&hooks);
    tell_notes(forgetful, 3);
    open_gate(&hooks);
}

/* ---- A stop that is cut short ---------------------------------------------------------------- */

static char last_error[256];

static void on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    if (level == ACTOR_LOG_ERROR) {
        (void)snprintf(last_error, sizeof last_error, "%s", line);
    }
}

static int setup_with_log(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 3, .log = on_log });
}

/* Of all the threads only one does not return: the others are not blamed. */
static void test_who_is_abandoned_is_counted(void **state)
{
    (void)state;
    struct twig t = start_twig();
    actor_stop_report report = actor_system_stop(broods, 0);
    assert_int_equal(ACTOR_ERR_TIMEOUT, report.err);
    assert_int_equal(4, report.abandoned);
    assert_string_equal(
            "4 actors were abandoned, 1 of them in handlers that do not return", last_error);
    (void)t;
    open_gate(&handlers);
}

struct brood_sleeper {
    char unused;
};
ACTOR_STATE(brood_sleeper);

actor_result brood_sleeper_at_start(brood_sleeper *self)
{
    (void)self;
    pass(&handlers);
    return ACTOR_CONTINUE;
}

static void *start_sleeper(void *ret_err)
{
    brood_sleeper_ref sleeper;
    *(actor_err *)ret_err = brood_sleeper_start(broods, &sleeper);
    return NULL;
}

static void test_who_waits_for_a_start_that_was_abandoned(void **state)
{
    (void)state;
    pthread_t starter;
    actor_err err = ACTOR_OK;
    assert_int_equal(0, pthread_create(&starter, NULL, start_sleeper, &err));
    await_arrival(&handlers);
    assert_int_equal(ACTOR_ERR_TIMEOUT, actor_system_stop(broods, 0).err);
    assert_int_equal(0, pthread_join(starter, NULL));
    assert_int_equal(ACTOR_ERR_SHUTDOWN, err);
    open_gate(&handlers);
}

/* A thread may still use it, or end just now: who looks for leaks is to see that it is not forgotten. */
static actor_system *left_alone[2];

static int teardown_of_abandoned(void **state)
{
    static size_t count;
    (void)state;
    assert_true(count < sizeof left_alone / sizeof left_alone[0]);
    left_alone[count++] = broods;
    actor_system_free(broods);
    return 0;
}

/* ---- Setting up and tearing down ------------------------------------------------------------- */

static int setup(void **state)
{
    (void)state;
    return setup_with((actor_config){ .workers = 1 });
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t dropped = 0;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        dropped += e->dropped[i];
    }
    if (e->queued != 0 || e->stashed != 0 || e->in_hand != 0 ||
            e->sent != e->handled + dropped + e->dead_letters) {
        fail_msg("%s %s does not add up", e->actor, e->message);
    }
}

static int teardown(void **state)
{
    (void)state;
    actor_stop_report report = actor_system_stop(broods, PATIENCE);
    assert_int_equal(ACTOR_OK, report.err);
    assert_int_equal(0, report.abandoned);
    actor_system_ledger(broods, check_entry, NULL);
    actor_system_free(broods);
    assert_int_equal(0, sem_destroy(&handlers.gate));
    assert_int_equal(0, sem_destroy(&handlers.arrived));
    assert_int_equal(0, sem_destroy(&hooks.gate));
    assert_int_equal(0, sem_destroy(&hooks.arrived));
    return 0;
}

#define FAMILY_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAMILY_TEST(test_a_parent_stops_while_a_child_restarts),
        FAMILY_TEST(test_a_parent_is_killed_while_a_child_restarts),
        FAMILY_TEST(test_a_parent_restarts_while_a_child_does),
        FAMILY_TEST(test_a_child_is_killed_before_its_spawn_is_taken_back),
        FAMILY_TEST(test_children_end_in_the_middle_of_their_parents_handler),
        FAMILY_TEST(test_a_child_ends_while_all_are_about_to_restart),
        FAMILY_TEST(test_a_child_ends_as_soon_as_it_has_restarted),
        FAMILY_TEST(test_a_child_is_killed_while_it_restarts),
        FAMILY_TEST(test_a_parent_stops_with_children_that_end_and_do_not),
        FAMILY_TEST(test_a_restart_of_all_does_not_wait_for_a_child_that_has_left),
        FAMILY_TEST(test_a_child_that_failed_after_its_parent_restarts),
        FAMILY_TEST(test_a_restart_under_way_goes_on_after_the_parent_does),
        FAMILY_TEST(test_failures_that_waited_count),
        FAMILY_TEST(test_who_waits_for_a_child_that_is_given_up_is_told_at_once),
        cmocka_unit_test_setup_teardown(
                test_a_pool_that_could_not_be_made_whole_goes, setup_of_three, teardown),
        cmocka_unit_test_setup_teardown(
                test_more_comes_while_asks_that_wait_are_ended, setup_with_letters, teardown),
        cmocka_unit_test_setup_teardown(
                test_who_is_abandoned_is_counted, setup_with_log, teardown_of_abandoned),
        cmocka_unit_test_setup_teardown(
                test_who_waits_for_a_start_that_was_abandoned, setup, teardown_of_abandoned),
    };
    return cmocka_run_group_tests_name("families", tests, NULL, NULL);
}
