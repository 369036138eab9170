/* SPDX-License-Identifier: MIT */
/*
 * Memory that is out: each allocation of a program of actors fails in turn, alone or with all that come
 * after it. Errors are what comes of that: no crash, no ask without an end, no message lost, nothing
 * left over.
 */
#include "dearth.actor.h"
#include "puppet.h"
#include "shortage.h"

#include <unistd.h>

/* ---- The program ------------------------------------------------------------------------- */

static puppet_puppet_ref target;

static void let_go(void *resource)
{
    (void)resource;
}

/* Asks two others for its caller, spawns somebody and tells everybody. */
static actor_result do_it_all(void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    puppet_puppet_args args = { .play = NULL, .id = 50 };
    if (is(msg->text, "keep")) {
        b->kept = call;
        (void)puppet_question_keep(call);
        (void)actor_message_keep(self, msg);
        return ACTOR_CONTINUE;
    }
    (void)puppet_puppet_spawn_puppet(self, &args, &b->child);
    (void)puppet_puppet_tell_puppet_step(self, b->child, &(puppet_step){ .number = 1 });
    (void)puppet_puppet_tell_puppet_latest(self, target, &(puppet_latest){ .number = 1 });
    (void)puppet_puppet_tell_puppet_few(self, target, &(puppet_few){ .number = 1 });
    (void)actor_own(self, self, let_go);
    (void)actor_disown(self, self);
    puppet_puppet_ask_relay(self, call, target, &(puppet_question){ .number = msg->number });
    puppet_puppet_ask_relay(self, call, target, &(puppet_question){ .number = 1 });
    return is(msg->text, "fail") ? actor_fail(self, "told to") : ACTOR_CONTINUE;
}

static actor_result pass_back(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    (void)self;
    (void)ask;
    (void)reply;
    (void)puppet_question_answer_answer(call, &(puppet_answer){ .value = 7 });
    return ACTOR_CONTINUE;
}

static struct play busy = { .question = do_it_all, .got = pass_back };

static void talk_to(puppet_puppet_ref ref)
{
    static uint8_t large[20000];
    puppet_load load = load_of(large, sizeof large);
    (void)puppet_puppet_tell_load(puppets, ref, &load);
    (void)step_puppet(ref, 1, "");
    (void)ask_puppet(ref, 2, "");
    (void)ask_puppet(ref, 3, "fail");
    (void)ask_puppet(ref, 4, "");
}

/* ---- Whatever else may need memory ---------------------------------------------------------- */

struct dearth_spender {
    int fd;
    dearth_mite_ref mites;
    dearth_mite_ref mite; /* that it has spawned */
    const dearth_do *kept;
};
ACTOR_STATE(dearth_spender);

struct dearth_mite {
    char none;
};
ACTOR_STATE(dearth_mite);

static atomic_uint_fast64_t strange;
static int a_pipe[2]; /* with something to read in it */

/* Whatever comes of a want of memory is an error that says so. */
static void check_err(actor_err err)
{
    if (err != ACTOR_OK && err != ACTOR_ERR_NO_MEMORY) {
        atomic_fetch_add(&strange, 1);
    }
}

static void take_a_name(dearth_spender *self)
{
    dearth_spender_ref found;
    check_err(dearth_spender_register(self, "spender"));
    actor_err err = dearth_spender_find(NULL, "spender", &found);
    check_err(err == ACTOR_ERR_UNKNOWN ? ACTOR_OK : err); /* until the handler has returned */
    check_err(dearth_spender_register(self, "another name"));
    check_err(dearth_spender_unregister(self, "spender"));
}

static void raise_a_mite(dearth_spender *self)
{
    if (dearth_spender_spawn_mite(self, &self->mite) == ACTOR_OK) {
        check_err(dearth_spender_watch_mite(self, self->mite));
        check_err(dearth_spender_tell_mite_word(
                self, self->mite, &(dearth_word)DEARTH_WORD_INIT));
        (void)dearth_mite_kill(NULL, self->mite);
    }
    for (int i = 0; i < 10; i++) { /* so that its table of watches grows */
        dearth_mite_ref nobody = { .bits = UINT64_C(0x100000001) * (uint64_t)(i + 1) };
        check_err(dearth_spender_watch_mite(self, nobody));
    }
    check_err(dearth_spender_unwatch_mite(self, self->mites));
}

static void doze_off(dearth_spender *self)
{
    const dearth_bell bell = { .text = ACTOR_STRING("ring") };
    const dearth_word word = { .text = ACTOR_STRING("one that is stashed") };
    if (dearth_spender_start_bell(self, 0, &bell) == ACTOR_OK) {
        check_err(dearth_spender_become_shut(self));
    }
    check_err(dearth_spender_tell_spender_word(self, dearth_spender_self(self), &word));
    check_err(dearth_spender_tell_spender_word(self, dearth_spender_self(self), &word));
    check_err(dearth_spender_cancel_tick(self));
    check_err(dearth_spender_start_tick(self));
}

static void keep_a_message(dearth_spender *self, const dearth_do *msg)
{
    if (self->kept != NULL && actor_message_release(self, self->kept) == ACTOR_OK) {
        self->kept = NULL;
    }
    if (self->kept == NULL && actor_message_keep(self, msg) == ACTOR_OK) {
        self->kept = msg;
    }
}

static void ask_mites(dearth_spender *self, const dearth_do *msg)
{
    const dearth_word context = { .text = ACTOR_STRING("what a continuation wants to know") };
    dearth_spender_ask_wish(self, self->mites, msg, &context);
    dearth_spender_ask_command(self, self->mites, msg, &context);
}

actor_result dearth_spender_at_start(dearth_spender *self, const dearth_spender_args *args)
{
    self->fd = args->fd;
    self->mites = args->mites;
    return ACTOR_CONTINUE;
}

enum { NAME, SPAWN, SLEEP, WATCH, KEEP, ASK, FAIL, DELEGATE, DEEDS };

actor_result dearth_spender_on_do(
        dearth_spender *self, const dearth_do *msg, dearth_do_call call)
{
    switch (msg->what % DEEDS) {
    case NAME: take_a_name(self); break;
    case SPAWN: raise_a_mite(self); break;
    case SLEEP: doze_off(self); break;
    case WATCH: check_err(dearth_spender_watch_ready(self, self->fd, ACTOR_FD_READ)); break;
    case KEEP: keep_a_message(self, msg); break;
    case ASK: ask_mites(self, msg); break;
    case FAIL:
        take_a_name(self);
        doze_off(self);
        raise_a_mite(self);
        keep_a_message(self, msg);
        ask_mites(self, msg);
        check_err(dearth_spender_watch_ready(self, self->fd, ACTOR_FD_READ));
        return actor_fail(self, "all of this is taken back");
    default:
        if (dearth_spender_delegate_mite_do(self, call, self->mites, msg) == ACTOR_OK) {
            return ACTOR_CONTINUE;
        }
        break;
    }
    (void)dearth_do_answer_done(call, &(dearth_done){ 0 });
    return ACTOR_CONTINUE;
}

actor_result dearth_spender_on_ready(dearth_spender *self, const dearth_ready *msg)
{
    check_err(dearth_spender_unwatch_ready(self, msg->fd));
    return ACTOR_CONTINUE;
}

actor_result dearth_spender_on_tick(dearth_spender *self, const dearth_tick *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

static actor_result check_end(const dearth_do_reply *reply, const dearth_word *context)
{
    /* Or a mite had no memory for its answer. */
    check_err(reply->error == ACTOR_ERR_NO_ANSWER ? ACTOR_OK : reply->error);
    check_err(
            context != NULL || reply->error == ACTOR_ERR_NO_MEMORY ? ACTOR_OK : ACTOR_ERR_GONE);
    return ACTOR_CONTINUE;
}

actor_result dearth_spender_got_command(
        dearth_spender *self, const dearth_do_reply *reply, const dearth_word *context)
{
    (void)self;
    return check_end(reply, context);
}

actor_result dearth_spender_got_wish(
        dearth_spender *self, const dearth_do_reply *reply, const dearth_word *context)
{
    (void)self;
    return check_end(reply, context);
}

actor_result dearth_spender_saw_mite_stop(
        dearth_spender *self, dearth_mite_ref ref, actor_err why)
{
    (void)self;
    (void)ref;
    (void)why;
    return ACTOR_CONTINUE;
}

actor_result dearth_spender_open_on_word(dearth_spender *self, const dearth_word *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result dearth_spender_open_on_bell(dearth_spender *self, const dearth_bell *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* A handler that could not become open would have to fail: what it stashed waits for that. */
actor_result dearth_spender_shut_on_bell(dearth_spender *self, const dearth_bell *msg)
{
    (void)msg;
    return dearth_spender_become_open(self) == ACTOR_OK ? ACTOR_CONTINUE
                                                        : actor_fail(self, "no memory");
}

actor_result dearth_mite_on_do(dearth_mite *self, const dearth_do *msg, dearth_do_call call)
{
    (void)self;
    (void)msg;
    check_err(dearth_do_answer_done(call, &(dearth_done){ 0 }));
    return ACTOR_CONTINUE;
}

actor_result dearth_mite_on_word(dearth_mite *self, const dearth_word *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Both ----------------------------------------------------------------------------------- */

static void have_heard(void *context, const dearth_do_reply *reply)
{
    (void)reply;
    atomic_fetch_add((atomic_uint_fast64_t *)context, 1);
}

/* Asks without waiting: one has a callback, one is cancelled, and one is awaited. */
static void ask_for_the_future(dearth_spender_ref spender)
{
    static atomic_uint_fast64_t heard;
    actor_future *futures[3] = { NULL };
    dearth_do_reply *reply = NULL;
    dearth_do deed = { .what = DELEGATE, .text = ACTOR_STRING("later") };
    size_t first;
    for (int i = 0; i < 3; i++) {
        check_err(dearth_spender_ask_do_async(puppets, spender, &deed, LONG, &futures[i]));
    }
    (void)actor_future_wait_any(futures, 3, LONG, &first);
    if (futures[0] != NULL && dearth_do_then(futures[0], have_heard, &heard) == ACTOR_OK) {
        futures[0] = NULL;
    }
    if (futures[1] != NULL && dearth_do_await(futures[1], &reply) != ACTOR_ERR_MISUSE) {
        futures[1] = NULL;
    }
    actor_reply_free(reply);
    actor_future_free(futures[0]);
    actor_future_free(futures[1]);
    actor_future_free(futures[2]);
}

/* Each of its deeds, twice. */
static void spend(void)
{
    dearth_household_ref household;
    dearth_household_args args = { .fd = a_pipe[0] };
    dearth_spender_ref spender = { 0 };
    if (dearth_household_start(puppets, &args, &household) != ACTOR_OK ||
            dearth_household_spender(puppets, household, &spender) != ACTOR_OK) {
        return;
    }
    for (uint32_t i = 0; i < 2 * DEEDS; i++) {
        dearth_do_reply *reply = NULL;
        dearth_do deed = { .what = i, .text = ACTOR_STRING("some text") };
        (void)dearth_spender_ask_do(puppets, spender, &deed, LONG, &reply);
        actor_reply_free(reply);
    }
    ask_for_the_future(spender);
}

/* Waits for nothing that a want of memory could keep from coming. */
static void run_program(void)
{
    puppet_patient_ref patient;
    puppet_boss_ref boss;
    puppet_tight_ref tight;
    puppet_puppet_ref only = { 0 };
    puppet_puppet_ref other = { 0 };
    puppet_puppet_args args = { .play = NULL, .id = 1 };
    puppet_patient_args patient_args = { .play = &busy };
    puppet_boss_args boss_args = { .play = NULL, .id = 5 };
    puppet_tight_args tight_args = { .play = NULL, .id = 9 };
    if (puppet_puppet_start(puppets, &args, &target) != ACTOR_OK) {
        target.bits = 0;
    }
    if (puppet_patient_start(puppets, &patient_args, &patient) == ACTOR_OK &&
            puppet_patient_only(puppets, patient, &only) == ACTOR_OK) {
        talk_to(only);
    }
    if (puppet_boss_start(puppets, &boss_args, &boss) == ACTOR_OK) {
        (void)ask_boss(boss, 1, "");
        (void)puppet_boss_first(puppets, boss, &other);
        (void)ask_puppet(other, 1, "fail");
        (void)puppet_boss_kill(puppets, boss);
    }
    if (puppet_tight_start(puppets, &tight_args, &tight) == ACTOR_OK) {
        (void)ask_tight(tight, 1, "");
    }
    actor_future *future;
    puppet_question question = { .number = 1, .text = ACTOR_STRING("keep") };
    if (puppet_puppet_ask_question_async(puppets, only, &question, LONG, &future) == ACTOR_OK) {
        actor_future_free(future);
    }
    spend();
}

/* The ledger adds up, but for what was not counted as there was no memory for the counts. */
static void count_open(void *context, const actor_ledger_entry *e)
{
    uint64_t ended = e->handled + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ended += e->dropped[i];
    }
    if (e->sent != ended + e->queued + e->stashed + e->in_hand) {
        *(bool *)context = true;
    }
}

/* Runs it with the given allocation failing; false when there are not so many. */
static bool run_without(int64_t allocation, bool and_all_after)
{
    int_fast64_t before = atomic_load(&taken);
    actor_config config = { .workers = 2,
        .survive_root_failure = true,
        .slow_handler = -1, /* its report frees what libc has allocated, uncounted */
        .log = on_log,
        .dead_letter = on_dead_letter };
    journal.count = 0;
    atomic_store(&left, allocation);
    atomic_store(&for_good, and_all_after);
    atomic_store(&armed, allocation > 0);
    puppets = actor_system_new(&config);
    bool uneven = false;
    uint64_t actors = 0;
    actor_stop_report report = { 0 };
    if (puppets != NULL) {
        run_program();
        report = actor_system_stop(puppets, actor_seconds(30));
        atomic_store(&armed, false);
        actor_system_ledger(puppets, count_open, &uneven);
        actors = actor_system_actors(puppets);
    }
    atomic_store(&armed, false);
    actor_system_free(puppets);
    if (report.err != ACTOR_OK || uneven || actors != 0 || atomic_load(&taken) != before ||
            atomic_load(&strange) != 0) {
        fail_msg("allocation %" PRId64 "%s: stop %s, ledger %s, %" PRIu64
                 " actors alive, %" PRIdFAST64 " left over, %" PRIuFAST64 " strange errors",
                allocation, and_all_after ? " and all after it" : "",
                actor_err_text(report.err), uneven ? "uneven" : "even", actors,
                atomic_load(&taken) - before, atomic_load(&strange));
    }
    return atomic_load(&left) <= 0;
}

static void test_each_allocation_fails_once(void **state)
{
    (void)state;
    (void)run_without(0, false);
#ifdef RT_FAULTS
    actor__fault = fails;
#endif
    int64_t allocation = 1;
    while (run_without(allocation, false)) {
        allocation++;
    }
#ifdef RT_FAULTS
    actor__fault = NULL;
#endif
    print_message("%" PRId64 " allocations failed in turn\n", allocation - 1);
    assert_true(allocation > 20);
}

/* The pools live on what they have. */
static void test_all_allocations_fail_from_there_on(void **state)
{
    (void)state;
    int64_t allocation = 1;
    while (run_without(allocation, true)) {
        allocation++;
    }
    print_message("memory ended at %" PRId64 " points\n", allocation - 1);
    assert_true(allocation > 20);
}

int main(void)
{
    if (pipe(a_pipe) != 0 || write(a_pipe[1], "x", 1) != 1) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation_fails_once),
        cmocka_unit_test(test_all_allocations_fail_from_there_on),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
