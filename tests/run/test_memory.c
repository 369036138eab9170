/* SPDX-License-Identifier: MIT */
/*
 * Memory that is out: each allocation of a program of actors fails in turn, alone or with all that come
 * after it. Errors are what comes of that: no crash, no ask without an end, no message lost, nothing
 * left over.
 */
#include "puppet.h"
#include "shortage.h"

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
    actor_config config = {
        .workers = 2, .survive_root_failure = true, .log = on_log, .dead_letter = on_dead_letter
    };
    journal.count = 0;
    shortage_begin(allocation, and_all_after);
    puppets = actor_system_new(&config);
    bool uneven = false;
    actor_stop_report report = { 0 };
    if (puppets != NULL) {
        run_program();
        report = actor_system_stop(puppets, actor_seconds(30));
        (void)shortage_end();
        actor_system_ledger(puppets, count_open, &uneven);
        assert_int_equal(0, actor_system_actors(puppets));
    }
    bool failed = shortage_end();
    actor_system_free(puppets);
    if (report.err != ACTOR_OK || uneven || atomic_load(&taken) != before) {
        fail_msg("allocation %" PRId64 "%s: stop %s, ledger %s, %" PRIdFAST64 " left over",
                allocation, and_all_after ? " and all after it" : "",
                actor_err_text(report.err), uneven ? "uneven" : "even",
                atomic_load(&taken) - before);
    }
    return failed;
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_allocation_fails_once),
        cmocka_unit_test(test_all_allocations_fail_from_there_on),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
