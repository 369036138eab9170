/* SPDX-License-Identifier: MIT */
/*
 * A reference reaches the actor that it was made for or nobody. Two breeders on two workers spawn and
 * stop children, so that slots are used again at once, and tell and ask whom they remember.
 */
#include "puppet.h"

#include <sched.h>
#include <stdatomic.h>

enum { ROUNDS = 150, BROOD = 20, MEMORY = 512 };

/* Children that were, or are; each breeder reads what both have written. */
static struct {
    pthread_mutex_t lock;
    struct {
        puppet_puppet_ref ref;
        uint32_t id;
    } at[MEMORY];
    uint32_t count;
} memory = { .lock = PTHREAD_MUTEX_INITIALIZER };

static atomic_uint wrong_address;
static atomic_uint wrong_answer;
static atomic_uint asked;
static atomic_uint ended;

static void remember(puppet_puppet_ref ref, uint32_t id)
{
    pthread_mutex_lock(&memory.lock);
    memory.at[memory.count % MEMORY].ref = ref;
    memory.at[memory.count++ % MEMORY].id = id;
    pthread_mutex_unlock(&memory.lock);
}

/* Somebody from memory; false while nobody is there. */
static bool recall(uint32_t dice, puppet_puppet_ref *ret_ref, uint32_t *ret_id)
{
    pthread_mutex_lock(&memory.lock);
    uint32_t known = memory.count < MEMORY ? memory.count : MEMORY;
    if (known > 0) {
        *ret_ref = memory.at[dice % known].ref;
        *ret_id = memory.at[dice % known].id;
    }
    pthread_mutex_unlock(&memory.lock);
    return known > 0;
}

/* What is told to a child bears its id. */
static actor_result check_address(void *self, const puppet_step *msg)
{
    struct body *b = self;
    if (msg->number != b->id) {
        atomic_fetch_add(&wrong_address, 1);
    }
    return is(msg->text, "stop") ? ACTOR_STOP : ACTOR_CONTINUE;
}

static actor_result answer_id(void *self, const puppet_question *msg, puppet_question_call call)
{
    struct body *b = self;
    if (msg->number != b->id) {
        atomic_fetch_add(&wrong_address, 1);
    }
    puppet_question_answer_answer(call, &(puppet_answer){ .value = b->id });
    return ACTOR_CONTINUE;
}

static actor_result begin_quietly(void *self)
{
    (void)self;
    return ACTOR_CONTINUE;
}

static void end_quietly(void *self)
{
    (void)self;
}

static struct play child_play = {
    .start = begin_quietly, .stop = end_quietly, .step = check_address, .question = answer_id
};

/* An answer or STOPPED: nobody else may answer. */
static actor_result check_end(void *self, const char *ask, const puppet_question_reply *reply,
        puppet_question_call call)
{
    (void)self;
    (void)ask;
    (void)call;
    bool good =
            reply->kind == PUPPET_QUESTION_REPLY_ANSWER ||
            (reply->kind == PUPPET_QUESTION_REPLY_ERROR && reply->error == ACTOR_ERR_STOPPED);
    if (!good) {
        atomic_fetch_add(&wrong_answer, 1);
    }
    atomic_fetch_add(&ended, 1);
    return ACTOR_CONTINUE;
}

static uint32_t dice_of(struct body *b)
{
    b->limit = b->limit * 1664525u + 1013904223u; /* Numerical Recipes */
    return b->limit >> 8;
}

static actor_result breed(void *self, const puppet_step *msg)
{
    struct body *b = self;
    if (msg->number == 0) {
        note("done %" PRIu32, b->id);
        return ACTOR_CONTINUE;
    }
    for (int i = 0; i < BROOD; i++) {
        uint32_t id = b->id << 24 | ++b->count;
        puppet_puppet_ref ref;
        puppet_puppet_args args = { .play = &child_play, .id = id };
        if (puppet_puppet_spawn_puppet(self, &args, &ref) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn");
        }
        puppet_puppet_tell_puppet_step(self, ref, &(puppet_step){ .number = id });
        puppet_puppet_tell_puppet_step(
                self, ref, &(puppet_step){ .number = id, .text = ACTOR_STRING("stop") });
        remember(ref, id);
    }
    for (int i = 0; i < BROOD; i++) {
        puppet_puppet_ref ref = { 0 };
        uint32_t id = 0;
        if (recall(dice_of(b), &ref, &id)) {
            puppet_puppet_tell_puppet_step(self, ref, &(puppet_step){ .number = id });
            puppet_puppet_ask_wonder(self, ref, &(puppet_question){ .number = id });
            atomic_fetch_add(&asked, 1);
        }
    }
    puppet_puppet_tell_puppet_step(
            self, puppet_puppet_self(self), &(puppet_step){ .number = msg->number - 1 });
    return ACTOR_CONTINUE;
}

static void test_a_reference_reaches_its_actor_or_nobody(void **state)
{
    (void)state;
    static struct play play = { .step = breed, .got = check_end };
    puppet_puppet_ref breeders[2];
    for (uint32_t i = 0; i < 2; i++) {
        breeders[i] = start_puppet(&play, i + 1);
    }
    for (uint32_t i = 0; i < 2; i++) {
        step_puppet(breeders[i], ROUNDS, "");
    }
    await_lines("done 1", 1);
    await_lines("done 2", 1);
    await_actors(2, breeders[0]);
    while (atomic_load(&ended) < atomic_load(&asked)) {
        (void)ask_puppet(breeders[0], 0, "");
        (void)ask_puppet(breeders[1], 0, "");
    }
    assert_int_equal(0, atomic_load(&wrong_address));
    assert_int_equal(0, atomic_load(&wrong_answer));
    assert_int_equal(atomic_load(&asked), atomic_load(&ended));
    assert_true(dead_letters() > 0);
    /* Those that have ended, whoever has their slots now. */
    for (uint32_t i = 0; i < MEMORY; i++) {
        assert_string_equal(
                "the actor has stopped", ask_puppet(memory.at[i].ref, memory.at[i].id, ""));
    }
}

/* A reference of one type's actor, when another type has its slot. */
static void test_a_slot_may_change_its_type(void **state)
{
    (void)state;
    puppet_puppet_ref somebody = start_puppet(NULL, 1);
    for (uint32_t i = 0; i < 50; i++) {
        puppet_tight_ref tight = start_tight(NULL, 2);
        puppet_tight_stop(puppets, tight);
        await_actors(1, somebody);
        puppet_puppet_ref puppet = start_puppet(NULL, 3);
        puppet_oldest_ref oldest = start_oldest(NULL, 4);
        assert_string_equal("the actor has stopped", ask_tight(tight, 1, ""));
        assert_int_equal(ACTOR_OK, step_tight(tight, 1, ""));
        puppet_puppet_stop(puppets, puppet);
        puppet_oldest_stop(puppets, oldest);
        await_actors(1, somebody);
        assert_string_equal("the actor has stopped", ask_puppet(puppet, 1, ""));
        assert_string_equal("the actor has stopped", ask_oldest(oldest, 1, ""));
    }
    assert_int_equal(0, lines_that_say("step 3.1"));
    assert_int_equal(50, ledger_of("puppet.Tight", "puppet.Step").dead_letters);
}

/* One after the other: whoever has the slot of one before has another reference. */
static void test_no_reference_comes_twice(void **state)
{
    (void)state;
    enum { LIVES = 200 };
    puppet_puppet_ref refs[LIVES];
    bool is_reused = false;
    puppet_puppet_args args = { .play = NULL, .id = 1 };
    for (int i = 0; i < LIVES; i++) {
        assert_int_equal(ACTOR_OK, puppet_puppet_start(puppets, &args, &refs[i]));
        assert_int_equal(ACTOR_OK, puppet_puppet_kill(puppets, refs[i]));
        while (actor_system_actors(puppets) > 0) {
            (void)sched_yield();
        }
        for (int k = 0; k < i; k++) {
            assert_int_not_equal(refs[k].bits, refs[i].bits);
            is_reused = is_reused || (uint32_t)refs[k].bits == (uint32_t)refs[i].bits;
        }
    }
    assert_true(is_reused);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_a_reference_reaches_its_actor_or_nobody),
        PUPPET_TEST(test_a_slot_may_change_its_type),
        PUPPET_TEST(test_no_reference_comes_twice),
    };
    return cmocka_run_group_tests_name("references", tests, NULL, NULL);
}
