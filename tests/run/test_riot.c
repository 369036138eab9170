/* SPDX-License-Identifier: MIT */
/*
 * Crashes by the thousand: a crowd of supervised actors on two workers, of which one dies of every tenth
 * message that it is sent, in every way that is contained, while the others flow on. Each ask ends once, and as it
 * must; what died of a tell is a dead letter, and nothing else is lost; nothing of the dead is left over.
 *
 * RIOT_CRASHES says how many (default 20,000, among ten times as many messages); the long tests ask for a million.
 */
#include "dice.h"
#include "resident.h"
#include "ways.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { CROWD = 1000, RIOTERS = 16, ASKS = 10, DEADLY_ASKS = 8, NOTES = 90, DEADLY_NOTES = 2 };
enum { DEATHS = DEADLY_ASKS + DEADLY_NOTES }; /* of a turn */

struct riot {
    atomic_uint_fast64_t starts;
    atomic_uint_fast64_t destroyed;
    atomic_uint_fast64_t turns;
    atomic_uint_fast64_t asks; /* that have ended as they must, all DONE or FAILED */
    atomic_uint_fast64_t idle; /* rioters that have done all their turns */
    atomic_uint_fast64_t wrong;
    _Atomic(const char *) what;
};

static struct riot the_riot;

static void expect(bool holds, const char *what)
{
    if (!holds) {
        atomic_fetch_add(&the_riot.wrong, 1);
        atomic_store(&the_riot.what, what);
    }
}

/* Some way that this build contains. */
static crash_way some_death(uint64_t *dice)
{
    static const crash_way ways[] = { CRASH_WAY_ABORT, CRASH_WAY_ASSERT, CRASH_WAY_EXIT,
        CRASH_WAY_FAIL, CRASH_WAY_NULL_READ, CRASH_WAY_NULL_WRITE, CRASH_WAY_WILD_WRITE,
        CRASH_WAY_DIVISION, CRASH_WAY_CALL_OF_NULL, CRASH_WAY_TRAP, CRASH_WAY_STACK_OVERFLOW,
        CRASH_WAY_MEMCPY, CRASH_WAY_STRLEN, CRASH_WAY_SMASH, CRASH_WAY_SCRIBBLE,
        CRASH_WAY_RECURSION };
    const size_t all = sizeof ways / sizeof ways[0];
    if (SIGNALS_ARE_CONTAINED) {
        return ways[roll(dice) % all];
    }
    return DEATHS_ARE_CONTAINED ? ways[roll(dice) % 4] : CRASH_WAY_FAIL;
}

/* ---- Victims --------------------------------------------------------------------------------- */

struct crash_victim {
    char *memory;
    uintptr_t check; /* of `memory` */
    uint32_t handled;
};
ACTOR_STATE(crash_victim);

enum { CHECK = 0x5ca1ab1e };

static void destroy(void *resource)
{
    free(resource);
    atomic_fetch_add(&the_riot.destroyed, 1);
}

actor_result crash_victim_at_start(crash_victim *self)
{
    expect(self->memory == NULL && self->check == 0 && self->handled == 0,
            "the state of a new life was not zero");
    atomic_fetch_add(&the_riot.starts, 1);
    self->memory = malloc(100);
    self->check = (uintptr_t)self->memory ^ CHECK;
    return actor_own(self, self->memory, destroy) == ACTOR_OK ? ACTOR_CONTINUE
                                                              : actor_fail(self, "no memory");
}

void crash_victim_at_stop(crash_victim *self)
{
    (void)self;
}

static actor_result suffer(crash_victim *self, crash_way way)
{
    expect(self->check == ((uintptr_t)self->memory ^ CHECK), "a state was damaged");
    self->handled++;
    die(way, self, sizeof *self);
    return way == CRASH_WAY_FAIL ? actor_fail(self, "told to") : ACTOR_CONTINUE;
}

actor_result crash_victim_on_work(
        crash_victim *self, const crash_work *msg, crash_work_call call)
{
    /* One that must not be given if the handler dies. */
    crash_work_answer_done(call, &(crash_done){ .handled = self->handled });
    return suffer(self, msg->way);
}

actor_result crash_victim_on_note(crash_victim *self, const crash_note *msg)
{
    return suffer(self, msg->way);
}

actor_result crash_victim_on_stop_badly(crash_victim *self, const crash_stop_badly *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_STOP;
}

/* ---- Rioters --------------------------------------------------------------------------------- */

struct crash_rioter {
    crash_victim_ref victims;
    uint64_t dice;
    uint64_t turns; /* to come */
    uint32_t open;  /* asks of this turn, as bits by their number */
};
ACTOR_STATE(crash_rioter);

static void next_turn(crash_rioter *self)
{
    if (self->turns == 0) {
        atomic_fetch_add(&the_riot.idle, 1);
        return;
    }
    self->turns--;
    expect(crash_rioter_tell_rioter_turn(self, crash_rioter_self(self), NULL) == ACTOR_OK,
            "no turn");
}

actor_result crash_rioter_at_start(crash_rioter *self, const crash_rioter_args *args)
{
    self->victims = args->victims;
    self->dice = args->seed;
    self->turns = args->turns;
    next_turn(self);
    return ACTOR_CONTINUE;
}

static void dare(crash_rioter *self, uint32_t number)
{
    bool dies = number < DEADLY_ASKS;
    crash_ticket ticket = { .number = number, .dies = dies };
    crash_work work = { .way = dies ? some_death(&self->dice) : CRASH_WAY_NONE };
    self->open |= UINT32_C(1) << number;
    crash_rioter_ask_dare(self, self->victims, &work, &ticket);
}

static void send_note(crash_rioter *self, uint32_t number)
{
    crash_note note = { .way = number < DEADLY_NOTES ? some_death(&self->dice)
                                                     : CRASH_WAY_NONE };
    expect(crash_rioter_tell_victim_note(self, self->victims, &note) == ACTOR_OK,
            "a note was not sent");
}

actor_result crash_rioter_on_turn(crash_rioter *self, const crash_turn *msg)
{
    (void)msg;
    atomic_fetch_add(&the_riot.turns, 1);
    for (uint32_t i = 0; i < NOTES; i++) {
        send_note(self, i);
        if (i < ASKS) {
            dare(self, i);
        }
    }
    return ACTOR_CONTINUE;
}

actor_result crash_rioter_got_dare(
        crash_rioter *self, const crash_work_reply *reply, const crash_ticket *context)
{
    uint32_t bit = UINT32_C(1) << context->number;
    expect((self->open & bit) != 0, "an ask has ended twice");
    expect(context->dies ? reply->error == ACTOR_ERR_FAILED
                         : reply->kind == CRASH_WORK_REPLY_DONE,
            "an ask has ended strangely");
    atomic_fetch_add(&the_riot.asks, 1);
    self->open &= ~bit;
    if (self->open == 0) {
        next_turn(self);
    }
    return ACTOR_CONTINUE;
}

/* ---- The test -------------------------------------------------------------------------------- */

static void swallow(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

struct sums {
    uint64_t sent;
    uint64_t handled;
    uint64_t dead_letters;
    uint64_t rest; /* dropped for any reason, or not yet ended */
    const char *message;
};

static void add_up(void *context, const actor_ledger_entry *e)
{
    struct sums *s = context;
    if (strcmp(e->message, s->message) != 0) {
        return;
    }
    s->sent += e->sent;
    s->handled += e->handled;
    s->dead_letters += e->dead_letters;
    s->rest += e->queued + e->stashed + e->in_hand;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        s->rest += e->dropped[i];
    }
}

static void check_ledger(
        actor_system *system, const char *message, uint64_t sent, uint64_t deaths)
{
    struct sums sums = { .message = message };
    actor_system_ledger(system, add_up, &sums);
    assert_int_equal(sent, sums.sent);
    assert_int_equal(deaths, sums.dead_letters);
    assert_int_equal(sent - deaths, sums.handled);
    assert_int_equal(0, sums.rest);
}

static void start_rioters(actor_system *system, crash_victim_ref victims, uint64_t turns)
{
    for (uint64_t i = 0; i < RIOTERS; i++) {
        crash_rioter_ref rioter;
        crash_rioter_args args = { .victims = victims,
            .seed = number_from("RIOT_SEED", 1) * RIOTERS + i,
            .turns = turns / RIOTERS + (i < turns % RIOTERS ? 1 : 0) };
        assert_int_equal(ACTOR_OK, crash_rioter_start(system, &args, &rioter));
    }
}

/* Asks from outside, too, until all rioters are through; returns how often. `*ret_resident` is the memory when a
 * tenth was done. */
static uint64_t join_in(
        actor_system *system, crash_victim_ref victims, uint64_t turns, uint64_t *ret_resident)
{
    uint64_t asked = 0;
    uint64_t dice = 0;
    while (atomic_load(&the_riot.idle) < RIOTERS) {
        crash_work_reply *reply = NULL;
        crash_work work = { .way = some_death(&dice) };
        assert_int_equal(ACTOR_ERR_FAILED,
                crash_victim_ask_work(system, victims, &work, actor_seconds(600), &reply));
        asked++;
        if (*ret_resident == 0 && atomic_load(&the_riot.turns) >= turns / 10) {
            *ret_resident = resident_now();
        }
    }
    *ret_resident = *ret_resident == 0 ? resident_now() : *ret_resident;
    return asked;
}

static void test_a_crowd_outlives_any_number_of_crashes(void **state)
{
    (void)state;
    uint64_t turns = number_from("RIOT_CRASHES", 20000) / DEATHS;
    uint64_t before = 0;
    crash_crowd_ref crowd;
    crash_victim_ref victims;
    actor_system *system = actor_system_new(&(actor_config){ .workers = 2, .log = swallow });
    assert_non_null(system);
    assert_int_equal(ACTOR_OK, crash_crowd_start(system, &crowd));
    assert_int_equal(ACTOR_OK, crash_crowd_victims(system, crowd, &victims));
    start_rioters(system, victims, turns);
    uint64_t asked = join_in(system, victims, turns, &before);
    uint64_t after = resident_now();
    assert_int_equal(ACTOR_OK, actor_system_stop(system, actor_seconds(60)).err);
    if (atomic_load(&the_riot.wrong) != 0) {
        fail_msg("%s", atomic_load(&the_riot.what));
    }
    assert_int_equal(0, actor_system_actors(system));
    assert_int_equal(turns * ASKS, atomic_load(&the_riot.asks));
    check_ledger(system, "crash.Work", turns * ASKS + asked, turns * DEADLY_ASKS + asked);
    check_ledger(system, "crash.Note", turns * NOTES, turns * DEADLY_NOTES);
    assert_int_equal(CROWD + turns * DEATHS + asked, atomic_load(&the_riot.starts));
    assert_int_equal(atomic_load(&the_riot.starts), atomic_load(&the_riot.destroyed));
    actor_system_free(system);
    print_message("%" PRIu64 " crashes, %" PRIu64 " messages, %" PRIu64 " KiB, then %" PRIu64
                  "\n",
            turns * DEATHS + asked, turns * (ASKS + NOTES + 1) + asked, before, after);
    assert_true(resident_is_flat(before, after));
}

static void crash_of_a_letter(void *context, const actor_dead_letter *letter)
{
    (void)context;
    if (strcmp(letter->message, "crash.Note") == 0) {
        die(CRASH_WAY_NULL_WRITE, NULL, 0);
    }
}

/* It runs in the middle of what the runtime does for a handler, which may not be left half-way. */
static void test_a_crash_in_a_hook_of_the_configuration_ends_the_process(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const actor_config config = {
            .workers = 1, .dead_letter = crash_of_a_letter, .log = swallow
        };
        const crash_rioter_args args = { .turns = 1 }; /* whose victims are nobody */
        crash_rioter_ref rioter;
        (void)close(STDERR_FILENO);
        (void)signal(SIGSEGV, SIG_DFL); /* not cmocka's */
        actor_system *system = actor_system_new(&config);
        if (system != NULL && crash_rioter_start(system, &args, &rioter) == ACTOR_OK) {
            (void)actor_system_stop(system, actor_seconds(60));
        }
        _exit(0);
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(SIGSEGV, WTERMSIG(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crash_in_a_hook_of_the_configuration_ends_the_process),
        cmocka_unit_test(test_a_crowd_outlives_any_number_of_crashes),
    };
    return cmocka_run_group_tests_name("riot", tests, NULL, NULL);
}
