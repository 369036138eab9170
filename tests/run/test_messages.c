/* SPDX-License-Identifier: MIT */
/* Order, urgency, copies, bounds of mailboxes, dead references. */
#include "trial.h"

enum { MANY = 2000, RUNNERS = 6 };

static void test_notes_of_each_sender_arrive_in_order(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    for (uint32_t i = 0; i < RUNNERS; i++) {
        trial_sender_ref sender;
        assert_int_equal(
                ACTOR_OK, trial_sender_start(trial_system,
                                  &(trial_sender_args){
                                          .recorder = recorder, .number = i, .count = MANY },
                                  &sender));
    }
    trial_notes notes = tally_of(recorder, RUNNERS * MANY);
    assert_int_equal(RUNNERS * MANY, notes.count);
    assert_int_equal(0, notes.disorder);
}

static void test_an_urgent_message_overtakes_what_is_queued(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_order wait = { .deed = TRIAL_DEED_WAIT };
    assert_int_equal(ACTOR_OK, trial_recorder_tell_order(trial_system, recorder, &wait));
    sem_wait(&trial_arrived);
    for (uint32_t i = 0; i < 5; i++) {
        trial_recorder_tell_note(trial_system, recorder, &(trial_note){ .seq = i });
    }
    trial_recorder_tell_alarm(trial_system, recorder, &(trial_alarm){ 0 });
    sem_post(&trial_gate);
    trial_notes notes = tally_of(recorder, 5);
    assert_int_equal(1, notes.alarms);
    assert_int_equal(0, notes.first_alarm_after);
}

static void test_a_string_is_copied_when_it_is_sent(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    char text[] = "what was sent";
    trial_order order = { .deed = TRIAL_DEED_KEEP, .text = actor_string_of(text) };
    assert_int_equal(ACTOR_OK, trial_worker_tell_order(trial_system, worker, &order));
    memset(text, 'x', sizeof text - 1);
    trial_order_reply *reply = NULL;
    order = (trial_order){ .deed = TRIAL_DEED_ANSWER, .text = ACTOR_STRING("echo") };
    assert_int_equal(ACTOR_OK,
            trial_worker_ask_order(trial_system, worker, &order, actor_seconds(20), &reply));
    assert_int_equal(4, reply->done.text.len);
    assert_string_equal("echo", reply->done.text.data);
    actor_reply_free(reply);
}

static void test_an_empty_string_arrives_as_text(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    trial_order_reply *reply = NULL;
    trial_order order = { .deed = TRIAL_DEED_ANSWER };
    assert_int_equal(ACTOR_OK,
            trial_worker_ask_order(trial_system, worker, &order, actor_seconds(20), &reply));
    assert_non_null(reply->done.text.data);
    assert_string_equal("", reply->done.text.data);
    actor_reply_free(reply);
}

static void test_a_string_beyond_its_bound_is_invalid(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    trial_order order = { .deed = TRIAL_DEED_ANSWER,
        .text = ACTOR_STRING("123456789012345678901234567890123") };
    trial_order_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_INVALID, trial_worker_tell_order(trial_system, worker, &order));
    assert_int_equal(ACTOR_ERR_INVALID,
            trial_worker_ask_order(trial_system, worker, &order, actor_seconds(20), &reply));
}

/* A blocker that waits at the gate, so that its mailbox fills. */
static trial_blocker_ref waiting_blocker(trial_recorder_ref recorder)
{
    trial_blocker_ref blocker = start_blocker(recorder);
    trial_order wait = { .deed = TRIAL_DEED_WAIT };
    assert_int_equal(ACTOR_OK, trial_blocker_tell_order(trial_system, blocker, &wait));
    sem_wait(&trial_arrived);
    return blocker;
}

static void test_a_full_mailbox_refuses(void **state)
{
    (void)state;
    trial_blocker_ref blocker = waiting_blocker(start_recorder());
    trial_order order = { .deed = TRIAL_DEED_ANSWER };
    trial_order_reply *reply = NULL;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(ACTOR_OK, trial_blocker_tell_order(trial_system, blocker, &order));
    }
    assert_int_equal(
            ACTOR_ERR_REFUSED, trial_blocker_tell_order(trial_system, blocker, &order));
    assert_int_equal(ACTOR_ERR_REFUSED,
            trial_blocker_ask_order(trial_system, blocker, &order, actor_seconds(20), &reply));
    sem_post(&trial_gate);
    /* Places are given back as messages are taken. */
    actor_err err;
    do {
        err = trial_blocker_ask_order(trial_system, blocker, &order, actor_seconds(20), &reply);
    } while (err == ACTOR_ERR_REFUSED);
    assert_int_equal(ACTOR_OK, err);
    actor_reply_free(reply);
}

static void test_a_full_class_refuses_while_others_have_room(void **state)
{
    (void)state;
    trial_blocker_ref blocker = waiting_blocker(start_recorder());
    trial_alarm alarm = { 0 };
    assert_int_equal(ACTOR_OK, trial_blocker_tell_alarm(trial_system, blocker, &alarm));
    assert_int_equal(
            ACTOR_ERR_REFUSED, trial_blocker_tell_alarm(trial_system, blocker, &alarm));
    trial_order order = { .deed = TRIAL_DEED_ANSWER };
    assert_int_equal(ACTOR_OK, trial_blocker_tell_order(trial_system, blocker, &order));
    sem_post(&trial_gate);
}

static void test_drop_oldest_keeps_the_newest_of_its_class(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_blocker_ref blocker = waiting_blocker(recorder);
    for (uint32_t i = 0; i < 50; i++) {
        assert_int_equal(ACTOR_OK,
                trial_blocker_tell_note(trial_system, blocker, &(trial_note){ .seq = i }));
    }
    sem_post(&trial_gate);
    trial_notes notes = tally_of(recorder, 2);
    assert_int_equal(2, notes.count);
    assert_int_equal(48, note_at(recorder, 0));
    assert_int_equal(49, note_at(recorder, 1));
}

static void test_drop_newest_keeps_what_came_first(void **state)
{
    (void)state;
    trial_newest_ref newest;
    assert_int_equal(ACTOR_OK, trial_newest_start(trial_system, &newest));
    trial_order order = { .deed = TRIAL_DEED_WAIT };
    trial_newest_tell_order(trial_system, newest, &order);
    sem_wait(&trial_arrived);
    for (uint32_t i = 1; i <= 5; i++) {
        actor_err err = trial_newest_tell_note(trial_system, newest, &(trial_note){ .seq = i });
        assert_int_equal(i <= 2 ? ACTOR_OK : ACTOR_ERR_REFUSED, err);
    }
    sem_post(&trial_gate);
    order.deed = TRIAL_DEED_STATE;
    trial_order_reply *reply = NULL;
    actor_err err;
    do {
        err = trial_newest_ask_order(trial_system, newest, &order, actor_seconds(20), &reply);
    } while (err == ACTOR_ERR_REFUSED);
    assert_int_equal(ACTOR_OK, err);
    assert_int_equal(2, reply->done.value);
    actor_reply_free(reply);
}

static void test_a_mailbox_that_drops_its_oldest_tells_the_asker(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_oldest_ref oldest;
    assert_int_equal(ACTOR_OK, trial_oldest_start(trial_system,
                                       &(trial_oldest_args){ .recorder = recorder }, &oldest));
    trial_order order = { .deed = TRIAL_DEED_WAIT };
    trial_oldest_tell_order(trial_system, oldest, &order);
    sem_wait(&trial_arrived);
    for (uint32_t i = 1; i <= 5; i++) {
        assert_int_equal(ACTOR_OK,
                trial_oldest_tell_note(trial_system, oldest, &(trial_note){ .seq = i }));
    }
    sem_post(&trial_gate);
    (void)tally_of(recorder, 2);
    assert_int_equal(4, note_at(recorder, 0));
    assert_int_equal(5, note_at(recorder, 1));
}

static void test_a_message_to_an_ended_actor_is_a_dead_letter(void **state)
{
    (void)state;
    trial_worker_ref worker = start_worker(start_recorder());
    ask_worker(worker, TRIAL_DEED_STOP, 0, NULL);
    while (actor_system_actors(trial_system) > 1) {
        (void)ask_worker(worker, TRIAL_DEED_ANSWER, 0, &(actor_err){ ACTOR_OK });
    }
    uint32_t before = trial_dead_letters;
    trial_order order = { .deed = TRIAL_DEED_ANSWER };
    assert_int_equal(ACTOR_OK, trial_worker_tell_order(trial_system, worker, &order));
    assert_int_equal(before + 1, trial_dead_letters);
    assert_int_equal(ACTOR_ERR_STOPPED, trial_last_reason);
}

/* Slots are used again; a reference to who was there before must find nobody. */
static void test_a_stale_reference_never_reaches_a_later_actor(void **state)
{
    (void)state;
    trial_recorder_ref recorder = start_recorder();
    trial_worker_ref old[200];
    for (int i = 0; i < 200; i++) {
        old[i] = start_worker(recorder);
        ask_worker(old[i], TRIAL_DEED_STOP, 0, NULL);
    }
    trial_worker_ref alive = start_worker(recorder);
    for (int i = 0; i < 200; i++) {
        actor_err err;
        assert_int_equal(0, ask_worker(old[i], TRIAL_DEED_ANSWER, 5, &err));
        assert_int_equal(ACTOR_ERR_STOPPED, err);
    }
    assert_int_equal(1, ask_worker(alive, TRIAL_DEED_STATE, 0, NULL));
}

static void test_a_zeroed_reference_is_dead(void **state)
{
    (void)state;
    actor_err err;
    ask_worker((trial_worker_ref){ 0 }, TRIAL_DEED_ANSWER, 0, &err);
    assert_int_equal(ACTOR_ERR_STOPPED, err);
    ask_worker((trial_worker_ref){ UINT64_MAX }, TRIAL_DEED_ANSWER, 0, &err);
    assert_int_equal(ACTOR_ERR_STOPPED, err);
}

static void note_longest(void *context, const actor_type_entry *entry)
{
    if (strcmp(entry->actor, "trial.Recorder") == 0) {
        *(uint64_t *)context = entry->longest;
    }
}

static int setup_one_worker(void **state)
{
    return trial_setup_with(state, (actor_config){ .workers = 1 });
}

/* The sender always has a message of its own to handle. If its turn went on as long as it has, all that it
 * tells the recorder would be in that one's queue at once. */
static void test_who_always_has_messages_lets_others_have_a_turn(void **state)
{
    enum { NOTES = 30000 };
    trial_recorder_ref recorder = start_recorder();
    trial_sender_args args = { .recorder = recorder, .number = 1, .count = NOTES };
    trial_sender_ref sender;
    uint64_t longest = NOTES;
    (void)state;
    assert_int_equal(ACTOR_OK, trial_sender_start(trial_system, &args, &sender));
    assert_int_equal(NOTES, tally_of(recorder, NOTES).count);
    actor_system_types(trial_system, note_longest, &longest);
    assert_true(longest < NOTES / 3);
}

#define TRIAL(test) cmocka_unit_test_setup_teardown(test, trial_setup, trial_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRIAL(test_notes_of_each_sender_arrive_in_order),
        TRIAL(test_an_urgent_message_overtakes_what_is_queued),
        TRIAL(test_a_string_is_copied_when_it_is_sent),
        TRIAL(test_an_empty_string_arrives_as_text),
        TRIAL(test_a_string_beyond_its_bound_is_invalid),
        TRIAL(test_a_full_mailbox_refuses),
        TRIAL(test_a_full_class_refuses_while_others_have_room),
        TRIAL(test_drop_oldest_keeps_the_newest_of_its_class),
        TRIAL(test_drop_newest_keeps_what_came_first),
        TRIAL(test_a_mailbox_that_drops_its_oldest_tells_the_asker),
        TRIAL(test_a_message_to_an_ended_actor_is_a_dead_letter),
        TRIAL(test_a_stale_reference_never_reaches_a_later_actor),
        TRIAL(test_a_zeroed_reference_is_dead),
        cmocka_unit_test_setup_teardown(test_who_always_has_messages_lets_others_have_a_turn,
                setup_one_worker, trial_teardown),
    };
    return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
