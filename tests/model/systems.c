/* SPDX-License-Identifier: MIT */
/*
 * systems.c - whole systems of two workers, through the public header: sleeping, waking, handing actors over,
 * ending. They are made and come to rest before anything is explored, and then do a little.
 */
#include "model.actor.h"

#include "program.h"
#include "system.h"

enum { SHOOTERS = 2, HITS = 2, BLOCKER = 9 };

static actor_system *the_system;
static _Atomic uint32_t dead_letters;

/* ---- Actors ---------------------------------------------------------------------------------------- */

static _Atomic uint32_t hits; /* of all targets, for the test */
static struct parker gate;    /* where a moth waits that was hit by BLOCKER */

struct model_target {
    uint32_t next[SHOOTERS];
    uint32_t count;
};
ACTOR_STATE(model_target);

actor_result model_target_on_hit(model_target *self, const model_hit *msg)
{
    MODEL_CHECK(msg->seq == self->next[msg->sender]);
    self->next[msg->sender]++;
    self->count++;
    add_rlx(&hits, 1); /* relaxed: it is looked at when all has ended */
    return ACTOR_CONTINUE;
}

actor_result model_target_on_sum(model_target *self, const model_sum *msg, model_sum_call call)
{
    (void)msg;
    (void)model_sum_answer_total(call, &(model_total){ .value = self->count });
    return ACTOR_CONTINUE;
}

struct model_shooter {
    model_target_ref target;
    uint32_t number;
    uint32_t sent;
};
ACTOR_STATE(model_shooter);

actor_result model_shooter_at_start(model_shooter *self, const model_shooter_args *args)
{
    self->target = args->target;
    self->number = args->number;
    return ACTOR_CONTINUE;
}

actor_result model_shooter_on_go(model_shooter *self, const model_go *msg)
{
    for (uint32_t i = 0; i < msg->count; i++) {
        model_hit hit = { .sender = self->number, .seq = self->sent++ };
        (void)model_shooter_tell_target_hit(self, self->target, &hit);
    }
    return ACTOR_CONTINUE;
}

actor_result model_shooter_on_sum(
        model_shooter *self, const model_sum *msg, model_sum_call call)
{
    model_shooter_ask_total(self, call, self->target, msg);
    return ACTOR_CONTINUE;
}

actor_result model_shooter_got_total(
        model_shooter *self, const model_sum_reply *reply, model_sum_call call)
{
    (void)self;
    if (reply->kind == MODEL_SUM_REPLY_TOTAL) {
        (void)model_sum_answer_total(call, &reply->total);
    } else {
        (void)model_sum_fail(call, reply->error);
    }
    return ACTOR_CONTINUE;
}

struct model_moth {
    uint32_t hits;
};
ACTOR_STATE(model_moth);

actor_result model_moth_on_hit(model_moth *self, const model_hit *msg)
{
    MODEL_CHECK(self->hits++ == 0);
    if (msg->sender == BLOCKER) {
        (void)parker_wait_until(&gate, INT64_MAX);
    }
    return ACTOR_STOP;
}

struct model_nest {
    model_moth_ref moth;
};
ACTOR_STATE(model_nest);

/* The moth before is hit again, too: it must be dead, whoever has its slot by now. */
actor_result model_nest_on_go(model_nest *self, const model_go *msg)
{
    model_hit hit = { .seq = msg->count };
    (void)model_nest_tell_moth_hit(self, self->moth, &hit);
    MODEL_CHECK(model_nest_spawn_moth(self, &self->moth) == ACTOR_OK);
    return model_nest_on_hit(self, &hit);
}

actor_result model_nest_on_hit(model_nest *self, const model_hit *msg)
{
    (void)model_nest_tell_moth_hit(self, self->moth, msg);
    return ACTOR_CONTINUE;
}

struct model_clock {
    model_target_ref target;
};
ACTOR_STATE(model_clock);

actor_result model_clock_at_start(model_clock *self, const model_clock_args *args)
{
    MODEL_CHECK(!load_acq(&the_system->shared.quit)); /* acquire: as in thread_main() */
    self->target = args->target;
    return ACTOR_CONTINUE;
}

actor_result model_clock_on_go(model_clock *self, const model_go *msg)
{
    (void)model_clock_start_ring(self, actor_seconds(msg->count), &(model_ring){ 0 });
    return ACTOR_CONTINUE;
}

actor_result model_clock_on_ring(model_clock *self, const model_ring *msg)
{
    (void)msg;
    (void)model_clock_tell_target_hit(self, self->target, &(model_hit){ 0 });
    return ACTOR_CONTINUE;
}

struct model_hermit {
    uint32_t hits;
};
ACTOR_STATE(model_hermit);

actor_result model_hermit_on_hit(model_hermit *self, const model_hit *msg)
{
    (void)msg;
    self->hits++;
    add_rlx(&hits, 1); /* relaxed: as above */
    return ACTOR_CONTINUE;
}

struct model_inn {
    uint32_t hits;
};
ACTOR_STATE(model_inn);

actor_result model_inn_on_hit(model_inn *self, const model_hit *msg)
{
    (void)msg;
    self->hits++;
    return ACTOR_CONTINUE;
}

struct model_nook {
    uint32_t hits;
};
ACTOR_STATE(model_nook);

actor_result model_nook_on_hit(model_nook *self, const model_hit *msg)
{
    (void)msg;
    self->hits++;
    return ACTOR_CONTINUE;
}

/* ---- Systems --------------------------------------------------------------------------------------- */

static void ignore_line(void *context, actor_log_level level, const char *line)
{
    (void)context, (void)level, (void)line;
}

static void note_dead_letter(void *context, const actor_dead_letter *letter)
{
    (void)context, (void)letter;
    add_rlx(&dead_letters, 1);
}

static void begin(void)
{
    store_rlx(&hits, 0);
    store_rlx(&dead_letters, 0);
    the_system = actor_system_new(&(actor_config){ .workers = 2,
            .max_actors = 256,
            .crashes_end_process = true,
            .slow_handler = -1,
            .log = ignore_line,
            .dead_letter = note_dead_letter });
    MODEL_CHECK(the_system != NULL);
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    (void)context;
    uint64_t ended = e->handled + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ended += e->dropped[i];
    }
    MODEL_CHECK(e->sent == ended && e->queued == 0 && e->stashed == 0 && e->in_hand == 0);
}

static void end(void)
{
    actor_stop_report report = actor_system_stop(the_system, actor_seconds(20));
    model_explore(false);
    MODEL_CHECK(report.err == ACTOR_OK && report.abandoned == 0);
    MODEL_CHECK(actor_system_actors(the_system) == 0);
    actor_system_ledger(the_system, check_entry, NULL);
    actor_system_free(the_system);
}

/* All has been done that was to be done: whoever has missed a wake would be woken by the end. */
static void end_explored(void)
{
    model_settle();
    model_explore(false);
}

static model_target_ref start_target(void)
{
    model_target_ref ref;
    MODEL_CHECK(model_target_start(the_system, &ref) == ACTOR_OK);
    return ref;
}

static model_shooter_ref start_shooter(model_target_ref target, uint32_t number)
{
    model_shooter_ref ref;
    model_shooter_args args = { .target = target, .number = number };
    MODEL_CHECK(model_shooter_start(the_system, &args, &ref) == ACTOR_OK);
    return ref;
}

/* The system is at rest, and from now on anything may happen. */
static void begin_to_explore(void)
{
    model_settle();
    model_explore(true);
}

static void go(model_shooter_ref shooter)
{
    MODEL_CHECK(model_shooter_tell_go(the_system, shooter, &(model_go){ .count = HITS }) ==
                ACTOR_OK);
}

/* ---- Tests ----------------------------------------------------------------------------------------- */

static void tells_arrive_once_and_in_order(void)
{
    begin();
    model_target_ref target = start_target();
    model_shooter_ref one = start_shooter(target, 0);
    model_shooter_ref two = start_shooter(target, 1);
    begin_to_explore();
    go(one);
    go(two);
    end_explored();
    MODEL_CHECK(load_rlx(&hits) == 2 * HITS);
    end();
}

static void an_ask_passed_on_is_answered(void)
{
    begin();
    model_target_ref target = start_target();
    model_shooter_ref shooter = start_shooter(target, 0);
    begin_to_explore();
    go(shooter);
    model_sum_reply *reply = NULL;
    MODEL_CHECK(model_shooter_ask_sum(the_system, shooter, &(model_sum){ 0 }, actor_seconds(20),
                        &reply) == ACTOR_OK);
    MODEL_CHECK(reply->kind == MODEL_SUM_REPLY_TOTAL && reply->total.value == HITS);
    actor_reply_free(reply);
    end_explored();
    end();
}

static void a_stale_reference_reaches_nobody(void)
{
    begin();
    model_nest_ref nest;
    MODEL_CHECK(model_nest_start(the_system, &nest) == ACTOR_OK);
    begin_to_explore();
    MODEL_CHECK(model_nest_tell_go(the_system, nest, &(model_go){ 0 }) == ACTOR_OK);
    MODEL_CHECK(model_nest_tell_go(the_system, nest, &(model_go){ 1 }) == ACTOR_OK);
    MODEL_CHECK(model_nest_tell_hit(the_system, nest, &(model_hit){ 0 }) == ACTOR_OK);
    end_explored();
    end();
}

static void a_timer_rings_wherever_its_actor_is(void)
{
    begin();
    model_target_ref target = start_target();
    model_clock_ref clock;
    model_clock_args args = { target };
    MODEL_CHECK(model_clock_start(the_system, &args, &clock) == ACTOR_OK);
    model_shooter_ref shooter = start_shooter(target, 1);
    begin_to_explore();
    MODEL_CHECK(model_clock_tell_go(the_system, clock, &(model_go){ 1 }) == ACTOR_OK);
    go(shooter);
    (void)actor_system_wait(the_system, 20 * ACTOR_SECOND);
    end_explored();
    MODEL_CHECK(load_rlx(&hits) == 1 + HITS);
    end();
}

/* Actors are spawned on the workers in turn; so that the next one is on the first worker again. */
static void skip_a_worker(void)
{
    model_moth_ref moth;
    MODEL_CHECK(model_moth_start(the_system, &moth) == ACTOR_OK);
}

/* Two actors of one worker have something to do while the other worker sleeps: it gets one of them. */
static void half_of_the_work_goes_to_who_sleeps(void)
{
    begin();
    model_target_ref target = start_target();
    skip_a_worker();
    model_shooter_ref one = start_shooter(target, 0);
    skip_a_worker();
    model_shooter_ref two = start_shooter(target, 1);
    begin_to_explore();
    go(one);
    go(two);
    end_explored();
    MODEL_CHECK(load_rlx(&hits) == 2 * HITS);
    end();
}

/* The other worker's timer rings meanwhile, and wakes it. */
static void work_goes_to_who_wakes_by_itself(void)
{
    begin();
    model_target_ref target = start_target();
    model_clock_ref clock;
    model_clock_args args = { target };
    MODEL_CHECK(model_clock_start(the_system, &args, &clock) == ACTOR_OK);
    model_shooter_ref one = start_shooter(target, 0);
    skip_a_worker();
    model_shooter_ref two = start_shooter(target, 1);
    MODEL_CHECK(model_clock_tell_go(the_system, clock, &(model_go){ 1 }) == ACTOR_OK);
    begin_to_explore();
    go(two);
    MODEL_CHECK(model_shooter_tell_go(the_system, one, &(model_go){ .count = 0 }) == ACTOR_OK);
    (void)actor_system_wait(the_system, 20 * ACTOR_SECOND);
    end_explored();
    MODEL_CHECK(load_rlx(&hits) == 1 + HITS);
    end();
}

static model_shooter_ref the_shooter;
static model_moth_ref the_moth;

static void kill_the_shooter(void *arg)
{
    (void)arg;
    (void)model_shooter_kill(the_system, the_shooter);
}

/* It passes the question on, and may be killed before it has the answer, or before it has asked. */
static void whoever_asks_a_dying_actor_is_told(void)
{
    begin();
    model_target_ref target = start_target();
    the_shooter = start_shooter(target, 0);
    begin_to_explore();
    struct thread killer;
    MODEL_CHECK(thread_start(&killer, kill_the_shooter, NULL));
    model_sum_reply *reply = NULL;
    actor_err err = model_shooter_ask_sum(
            the_system, the_shooter, &(model_sum){ 0 }, actor_seconds(20), &reply);
    MODEL_CHECK(err == ACTOR_OK || err == ACTOR_ERR_STOPPED || err == ACTOR_ERR_FAILED);
    actor_reply_free(reply);
    thread_join(&killer);
    end_explored();
    end();
}

static void hit_the_moth(void *arg)
{
    (void)arg;
    MODEL_CHECK(
            model_moth_tell_hit(the_system, the_moth, &(model_hit){ 0 }) != ACTOR_ERR_INVALID);
}

/* The slot of an actor that has ended goes to one with a thread of its own, which is new to who is late. */
static void a_late_message_meets_a_dedicated_actor(void)
{
    begin();
    MODEL_CHECK(model_moth_start(the_system, &the_moth) == ACTOR_OK);
    skip_a_worker();
    begin_to_explore();
    hit_the_moth(NULL);
    struct thread sender;
    MODEL_CHECK(thread_start(&sender, hit_the_moth, NULL));
    model_hermit_ref hermit;
    MODEL_CHECK(model_hermit_start(the_system, &hermit) == ACTOR_OK);
    MODEL_CHECK(model_hermit_tell_hit(the_system, hermit, &(model_hit){ 0 }) == ACTOR_OK);
    thread_join(&sender);
    end_explored();
    MODEL_CHECK(load_rlx(&hits) == 1);
    end();
}

/* It sleeps while all workers do. A handler that takes long is one that it must not sleep through. */
static void the_watchdog_wakes_with_a_worker(void)
{
    begin();
    parker_init(&gate);
    MODEL_CHECK(model_moth_start(the_system, &the_moth) == ACTOR_OK);
    begin_to_explore();
    MODEL_CHECK(model_moth_tell_hit(the_system, the_moth, &(model_hit){ .sender = BLOCKER }) ==
                ACTOR_OK);
    end_explored();
    MODEL_CHECK(!load_rlx(&the_system->shared.watchdog_dozes));
    parker_wake(&gate);
    end();
}

/* Threads see that they are to end, whatever they are at. */
static void a_system_ends_while_it_works(void)
{
    begin();
    model_target_ref target = start_target();
    model_shooter_ref shooter = start_shooter(target, 0);
    begin_to_explore();
    go(shooter);
    end();
    MODEL_CHECK(load_rlx(&hits) == HITS);
}

static void start_a_clock(void *arg)
{
    (void)arg;
    model_clock_ref clock;
    actor_err err = model_clock_start(the_system, &(model_clock_args){ { 0 } }, &clock);
    MODEL_CHECK(err == ACTOR_OK || err == ACTOR_ERR_SHUTDOWN);
}

/* Its start may be on the way to a worker that does not look for it any more; and who stops the system is not to call
 * its hook. */
static void a_system_ends_while_an_actor_starts(void)
{
    begin();
    begin_to_explore();
    struct thread starter;
    MODEL_CHECK(thread_start(&starter, start_a_clock, NULL));
    (void)actor_system_stop(the_system, actor_seconds(20));
    thread_join(&starter);
    end();
}

/* All runs of a bound are too many but for tests/long/. */
#define SYSTEM(test, count)                                                                    \
    {                                                                                          \
        .name = #test, .body = test, .kind = MODEL_HOLDS, .runs = count                        \
    }

const struct model_test model_systems[] = {
    SYSTEM(tells_arrive_once_and_in_order, 300),
    SYSTEM(an_ask_passed_on_is_answered, 300),
    SYSTEM(a_stale_reference_reaches_nobody, 300),
    SYSTEM(a_timer_rings_wherever_its_actor_is, 300),
    SYSTEM(half_of_the_work_goes_to_who_sleeps, 300),
    SYSTEM(work_goes_to_who_wakes_by_itself, 300),
    SYSTEM(whoever_asks_a_dying_actor_is_told, 300),
    SYSTEM(a_late_message_meets_a_dedicated_actor, 300),
    SYSTEM(the_watchdog_wakes_with_a_worker, 2000),
    SYSTEM(a_system_ends_while_it_works, 300),
    SYSTEM(a_system_ends_while_an_actor_starts, 300),
    { .name = NULL },
};
