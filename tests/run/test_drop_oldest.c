/* SPDX-License-Identifier: MIT */
/*
 * What makes room by its oldest, sent from other threads while its actor is busy: it is bounded at
 * once, not when the actor looks, and keeps its order among all that its sender sends.
 */
#include "puppet.h"

enum { MILLION = 1000000, FLOODERS = 3, SENDERS = FLOODERS + 1, FLOOD = 20000, RESTARTS = 5 };

static actor_err tell_latest(puppet_puppet_ref ref, uint32_t number)
{
    return puppet_puppet_tell_latest(puppets, ref, &(puppet_latest){ .number = number });
}

/* A puppet that waits at the gate. */
static puppet_puppet_ref start_waiting(struct play *play)
{
    puppet_puppet_ref ref = start_puppet(play, 1);
    EXPECT("start 1");
    step_puppet(ref, 0, "wait");
    await_arrival();
    return ref;
}

static uint64_t dropped_of(const char *actor, const char *message)
{
    return ledger_of(actor, message).dropped[ACTOR_ERR_REFUSED];
}

static void test_a_flood_for_a_busy_actor_is_bounded_at_once(void **state)
{
    (void)state;
    puppet_puppet_ref ref = start_waiting(NULL);
    for (uint32_t i = 1; i <= MILLION; i++) {
        assert_int_equal(ACTOR_OK, tell_latest(ref, i));
    }
    /* The actor has not looked yet: all but its two places are gone already. */
    assert_int_equal(MILLION - 2, dropped_of("puppet.Puppet", "puppet.Latest"));
    open_gate();
    EXPECT("step 1.0", "latest 1.999999", "latest 1.1000000");
    assert_string_equal("answer 1", ask_puppet(ref, 1, ""));
    expect_nothing();
    assert_int_equal(2, ledger_of("puppet.Puppet", "puppet.Latest").handled);
    assert_int_equal(0, dead_letters());
}

static void test_a_flood_for_a_mailbox_is_bounded_at_once(void **state)
{
    (void)state;
    puppet_oldest_ref ref = start_oldest(NULL, 1);
    EXPECT("start 1");
    step_oldest(ref, 0, "wait");
    await_arrival();
    for (uint32_t i = 1; i <= MILLION / 10; i++) {
        assert_int_equal(ACTOR_OK, step_oldest(ref, i, ""));
    }
    assert_int_equal(MILLION / 10 - 2, dropped_of("puppet.Oldest", "puppet.Step"));
    open_gate();
    EXPECT("step 1.0", "step 1.99999", "step 1.100000");
    assert_string_equal("answer 1", ask_oldest(ref, 1, ""));
    expect_nothing();
}

static void test_the_newest_keep_their_place_among_others(void **state)
{
    (void)state;
    enum { ROUNDS = 1000 };
    puppet_puppet_ref ref = start_waiting(NULL);
    for (uint32_t i = 1; i <= ROUNDS; i++) {
        assert_int_equal(ACTOR_OK, step_puppet(ref, i, ""));
        assert_int_equal(ACTOR_OK, tell_latest(ref, i));
    }
    assert_int_equal(ACTOR_OK, puppet_puppet_tell_shout(puppets, ref, &(puppet_shout){ 7 }));
    assert_int_equal(ROUNDS - 2, dropped_of("puppet.Puppet", "puppet.Latest"));
    open_gate();
    EXPECT("step 1.0", "shout 1.7");
    for (uint32_t i = 1; i < ROUNDS; i++) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "step 1.%" PRIu32, i);
        EXPECT(line);
    }
    EXPECT("latest 1.999", "step 1.1000", "latest 1.1000");
    assert_string_equal("answer 1", ask_puppet(ref, 1, ""));
    expect_nothing();
}

/* ---- Asks ------------------------------------------------------------------------------------- */

static puppet_oldest_ref asked;

static actor_result ask_four(void *self, const puppet_step *msg)
{
    (void)msg;
    for (uint32_t i = 1; i <= 4; i++) {
        puppet_puppet_ask_ask_oldest(self, asked, &(puppet_question){ .number = i });
    }
    return ACTOR_CONTINUE;
}

static void test_asks_that_make_room_end_while_the_actor_is_busy(void **state)
{
    (void)state;
    static struct play play = { .step = ask_four };
    asked = start_oldest(NULL, 1);
    EXPECT("start 1");
    step_oldest(asked, 0, "wait");
    await_arrival();
    step_puppet(start_puppet(&play, 2), 0, "");
    EXPECT("start 2", "ask_oldest: refused: the mailbox is full",
            "ask_oldest: refused: the mailbox is full");
    expect_nothing();
    open_gate();
    EXPECT("step 1.0", "ask_oldest: answer 3", "ask_oldest: answer 4");
    assert_int_equal(2, dropped_of("puppet.Oldest", "puppet.Question"));
}

static void *ask_from_outside(void *arg)
{
    (void)arg;
    note("%s", ask_oldest(asked, 1, ""));
    return NULL;
}

static void test_a_thread_whose_ask_makes_room_waits_no_longer(void **state)
{
    (void)state;
    pthread_t thread;
    asked = start_oldest(NULL, 1);
    EXPECT("start 1");
    step_oldest(asked, 0, "wait");
    await_arrival();
    assert_int_equal(0, pthread_create(&thread, NULL, ask_from_outside, NULL));
    await_sent("puppet.Oldest", "puppet.Question", 1);
    assert_int_equal(ACTOR_OK, step_oldest(asked, 1, ""));
    assert_int_equal(ACTOR_OK, step_oldest(asked, 2, ""));
    EXPECT("refused: the mailbox is full");
    assert_int_equal(0, pthread_join(thread, NULL));
    open_gate();
    EXPECT("step 1.0", "step 1.1", "step 1.2");
}

/* ---- Floods from several threads ------------------------------------------------------------------ */

struct flooder {
    pthread_t thread;
    puppet_puppet_ref target;
    uint32_t id;
    uint32_t rounds; /* 0 = until it is told to stop */
    _Atomic bool *enough;
};

/* Each thing is numbered by its sender and its place among all that this sends. */
static uint32_t numbered(uint32_t sender, uint32_t place)
{
    return sender << 24 | place;
}

static void *flood(void *arg)
{
    struct flooder *f = arg;
    for (uint32_t i = 0; f->rounds == 0 ? !*f->enough : i < f->rounds; i++) {
        uint32_t place = 2 * i % (1 << 24);
        (void)step_puppet(f->target, numbered(f->id, place), "");
        (void)tell_latest(f->target, numbered(f->id, place + 1));
    }
    return NULL;
}

/* What the puppet has seen; its own until it has answered a question that came after all. */
static struct {
    uint32_t next[SENDERS];
    uint32_t disorder;
    uint32_t steps;
} order;

static actor_result see(uint32_t number)
{
    uint32_t *next = &order.next[number >> 24];
    uint32_t place = number & 0xffffff;
    order.disorder += place < *next ? 1 : 0;
    *next = place + 1;
    return ACTOR_CONTINUE;
}

static actor_result see_step(void *self, const puppet_step *msg)
{
    (void)self;
    order.steps++;
    return see(msg->number);
}

static actor_result see_latest(void *self, const puppet_latest *msg)
{
    (void)self;
    return see(msg->number);
}

static puppet_puppet_ref seeing;

/* From a worker, which may be that of the target at times: a few, and itself again. */
static actor_result tell_a_few(void *self, const puppet_step *msg)
{
    struct body *b = self;
    for (int i = 0; i < 4; i++, b->count += 2) {
        puppet_step step = { .number = numbered(FLOODERS, b->count) };
        puppet_latest latest = { .number = numbered(FLOODERS, b->count + 1) };
        (void)puppet_puppet_tell_puppet_step(self, seeing, &step);
        (void)puppet_puppet_tell_puppet_latest(self, seeing, &latest);
    }
    if (b->count < 2 * FLOOD) {
        (void)puppet_puppet_tell_puppet_step(self, puppet_puppet_self(self), msg);
    } else {
        note("told all");
    }
    return ACTOR_CONTINUE;
}

static void test_order_is_kept_while_owner_and_senders_race(void **state)
{
    (void)state;
    static struct play seer = { .step = see_step, .latest = see_latest };
    static struct play teller = { .step = tell_a_few };
    struct flooder flooders[FLOODERS];
    memset(&order, 0, sizeof order);
    seeing = start_puppet(&seer, 1);
    puppet_puppet_ref telling = start_puppet(&teller, 2);
    EXPECT("start 1", "start 2");
    step_puppet(telling, 0, "");
    for (uint32_t i = 0; i < FLOODERS; i++) {
        flooders[i] = (struct flooder){ .target = seeing, .id = i, .rounds = FLOOD };
        assert_int_equal(0, pthread_create(&flooders[i].thread, NULL, flood, &flooders[i]));
    }
    for (int i = 0; i < FLOODERS; i++) {
        assert_int_equal(0, pthread_join(flooders[i].thread, NULL));
    }
    EXPECT("told all");
    assert_string_equal("answer 0", ask_puppet(telling, 0, "")); /* so that all are sent */
    assert_string_equal("answer 1", ask_puppet(seeing, 1, ""));
    assert_int_equal(0, order.disorder);
    assert_int_equal(SENDERS * FLOOD, order.steps);
}

/* ---- Restarts and stops ------------------------------------------------------------------------- */

static actor_result fail_if_told(void *self, const puppet_step *msg)
{
    return is(msg->text, "fail") ? actor_fail(self, "as told") : ACTOR_CONTINUE;
}

static actor_result forget(void *self, const puppet_latest *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* The ledger adds up in the end, which teardown() checks. */
static void test_restarts_and_a_stop_under_a_flood(void **state)
{
    (void)state;
    static struct play play = { .step = fail_if_told, .latest = forget };
    static _Atomic bool enough;
    enough = false;
    puppet_patient_ref patient;
    puppet_puppet_ref ref;
    puppet_patient_args args = { .play = &play };
    assert_int_equal(ACTOR_OK, puppet_patient_start(puppets, &args, &patient));
    assert_int_equal(ACTOR_OK, puppet_patient_only(puppets, patient, &ref));
    EXPECT("start 1");
    struct flooder f = { .target = ref, .enough = &enough };
    assert_int_equal(0, pthread_create(&f.thread, NULL, flood, &f));
    for (int i = 0; i < RESTARTS; i++) {
        step_puppet(ref, 0, "fail");
        EXPECT("stop 1", "start 1");
    }
    assert_int_equal(ACTOR_OK, puppet_patient_stop(puppets, patient));
    EXPECT("stop 1");
    /* Slots are used again, by those with an intake and by those without, as the flood goes on. */
    for (uint32_t i = 2; i < 40; i++) {
        puppet_puppet_ref other = start_puppet(&play, i);
        assert_int_equal(ACTOR_OK, tell_latest(other, i));
        assert_int_equal(ACTOR_OK, puppet_puppet_stop(puppets, other));
        assert_int_equal(ACTOR_OK, puppet_loner_stop(puppets, start_loner(NULL, i)));
    }
    enough = true;
    assert_int_equal(0, pthread_join(f.thread, NULL));
}

/* What waits for an actor when it ends is a dead letter. */
static void test_what_is_left_at_the_end_is_dead(void **state)
{
    (void)state;
    puppet_puppet_ref ref = start_puppet(NULL, 1);
    EXPECT("start 1");
    step_puppet(ref, 0, "wait");
    await_arrival();
    assert_int_equal(ACTOR_OK, puppet_puppet_kill(puppets, ref));
    for (uint32_t i = 1; i <= 5; i++) {
        assert_int_equal(ACTOR_OK, tell_latest(ref, i));
    }
    open_gate();
    EXPECT("step 1.0", "stop 1");
    await_actors(0, ref);
    actor_ledger_entry e = ledger_of("puppet.Puppet", "puppet.Latest");
    assert_int_equal(3, e.dropped[ACTOR_ERR_REFUSED]);
    assert_int_equal(2, e.dead_letters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_a_flood_for_a_busy_actor_is_bounded_at_once),
        PUPPET_TEST(test_a_flood_for_a_mailbox_is_bounded_at_once),
        PUPPET_TEST(test_the_newest_keep_their_place_among_others),
        PUPPET_TEST(test_asks_that_make_room_end_while_the_actor_is_busy),
        PUPPET_TEST(test_a_thread_whose_ask_makes_room_waits_no_longer),
        PUPPET_TEST(test_order_is_kept_while_owner_and_senders_race),
        PUPPET_TEST(test_restarts_and_a_stop_under_a_flood),
        PUPPET_TEST(test_what_is_left_at_the_end_is_dead),
    };
    return cmocka_run_group_tests_name("drop oldest", tests, NULL, NULL);
}
