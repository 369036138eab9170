/* SPDX-License-Identifier: MIT */
/* Threads outside: many at once, in order, with messages of all sizes; hooks and figures. */
#include "puppet.h"

enum { CLIENTS = 4, EACH = 400 };

static struct {
    puppet_puppet_ref target;
    uint32_t next[CLIENTS];
    uint32_t disorder;
    uint32_t wrong;
} cast;

/* ---- Many at once ---------------------------------------------------------------------------- */

struct client {
    pthread_t thread;
    uint32_t id;
    uint32_t wrong;
};

static void *ask_many(void *arg)
{
    struct client *c = arg;
    for (uint32_t i = 0; i < EACH; i++) {
        char text[17];
        (void)snprintf(text, sizeof text, "%" PRIu32 ".%" PRIu32, c->id, i);
        puppet_question question = { .number = c->id << 16 | i, .text = actor_string_of(text) };
        puppet_question_reply *reply = NULL;
        actor_err err =
                puppet_puppet_ask_question(puppets, cast.target, &question, LONG, &reply);
        c->wrong += err != ACTOR_OK || reply->kind != PUPPET_QUESTION_REPLY_ANSWER ||
                                    reply->answer.value != question.number ||
                                    strcmp(reply->answer.text.data, text) != 0
                            ? 1
                            : 0;
        actor_reply_free(reply);
    }
    return NULL;
}

static void run_clients(void *(*body)(void *arg))
{
    static struct client clients[CLIENTS];
    for (uint32_t i = 0; i < CLIENTS; i++) {
        clients[i] = (struct client){ .id = i };
        assert_int_equal(0, pthread_create(&clients[i].thread, NULL, body, &clients[i]));
    }
    for (uint32_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(0, pthread_join(clients[i].thread, NULL));
        assert_int_equal(0, clients[i].wrong);
    }
}

static void test_every_asker_gets_its_own_answer(void **state)
{
    (void)state;
    cast.target = start_puppet(NULL, 1);
    run_clients(ask_many);
    assert_int_equal(CLIENTS * EACH, ledger_of("puppet.Puppet", "puppet.Question").handled);
}

static void *tell_many(void *arg)
{
    struct client *c = arg;
    for (uint32_t i = 0; i < EACH; i++) {
        c->wrong += step_puppet(cast.target, c->id << 16 | i, "") != ACTOR_OK ? 1 : 0;
    }
    return NULL;
}

static actor_result check_order(void *self, const puppet_step *msg)
{
    (void)self;
    uint32_t *next = &cast.next[msg->number >> 16];
    cast.disorder += (msg->number & 0xffff) != *next ? 1 : 0;
    *next = (msg->number & 0xffff) + 1;
    return ACTOR_CONTINUE;
}

static void test_what_a_thread_tells_arrives_in_order(void **state)
{
    (void)state;
    static struct play play = { .step = check_order };
    cast.disorder = 0;
    memset(cast.next, 0, sizeof cast.next);
    cast.target = start_puppet(&play, 1);
    run_clients(tell_many);
    assert_string_equal("answer 1", ask_puppet(cast.target, 1, ""));
    assert_int_equal(0, cast.disorder);
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(EACH, cast.next[i]);
    }
}

/* A thread's tell comes before its later ask, and its ask's reply after both. */
static void test_a_tell_comes_before_a_later_ask(void **state)
{
    (void)state;
    cast.target = start_puppet(NULL, 1);
    EXPECT("start 1");
    for (uint32_t i = 0; i < EACH; i++) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "step 1.%" PRIu32, i);
        step_puppet(cast.target, i, "");
        assert_string_equal("answer 1", ask_puppet(cast.target, 1, ""));
        EXPECT(line);
    }
}

/* ---- Messages ---------------------------------------------------------------------------------- */

static actor_result pass_loads_on(void *self, const puppet_step *msg)
{
    static uint8_t buffer[100000];
    puppet_load load = load_of(buffer, msg->number);
    if (puppet_puppet_tell_puppet_load(self, cast.target, &load) != ACTOR_OK) {
        cast.wrong++;
    }
    memset(buffer, 0xee, msg->number); /* the sender may use its buffer again at once */
    return ACTOR_CONTINUE;
}

static void test_messages_of_all_sizes_arrive_whole(void **state)
{
    (void)state;
    static struct play play = { .step = pass_loads_on };
    static uint8_t buffer[100000];
    static const uint32_t sizes[] = { 0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 255,
        256, 257, 1000, 4000, 8100, 8150, 8191, 8192, 8193, 10000, 65535, 65536, 100000 };
    cast.wrong = 0;
    cast.target = start_puppet(NULL, 1);
    puppet_puppet_ref sender = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char line[LINE_BYTES];
        (void)snprintf(line, sizeof line, "load of %" PRIu32, sizes[i]);
        puppet_load load = load_of(buffer, sizes[i]);
        assert_int_equal(ACTOR_OK, puppet_puppet_tell_load(puppets, cast.target, &load));
        memset(buffer, 0xee, sizeof buffer);
        EXPECT(line);
        step_puppet(sender, sizes[i], "");
        EXPECT(line);
    }
    assert_int_equal(0, cast.wrong);
}

static void test_a_reply_outlives_its_actor(void **state)
{
    (void)state;
    puppet_puppet_ref somebody = start_puppet(NULL, 1);
    puppet_puppet_ref target = start_puppet(NULL, 2);
    puppet_question question = { .number = 5, .text = ACTOR_STRING("stop") };
    puppet_question_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, puppet_puppet_ask_question(puppets, target, &question, LONG, &reply));
    await_actors(1, somebody);
    assert_string_equal("stop", reply->answer.text.data);
    assert_int_equal(5, reply->answer.value);
    actor_reply_free(reply);
}

/* ---- What can be seen --------------------------------------------------------------------------- */

static void test_the_hook_sees_a_dead_letter_whole(void **state)
{
    (void)state;
    puppet_puppet_ref somebody = start_puppet(NULL, 1);
    puppet_puppet_ref target = start_puppet(NULL, 2);
    puppet_puppet_stop(puppets, target);
    await_actors(1, somebody);
    assert_int_equal(ACTOR_OK, step_puppet(target, 77, "text"));
    assert_int_equal(1, dead_letters());
    assert_string_equal("puppet.Puppet puppet.Step: the actor has stopped", seen.letter);
    assert_int_equal(77, seen.dead_step);
}

static actor_result log_a_line(void *self, const puppet_step *msg)
{
    if (msg->number == 0) {
        actor_log(self, ACTOR_LOG_WARNING, "%s and %d", "one", 2);
    } else {
        actor_log(self, ACTOR_LOG_DEBUG, "%01000d", 3);
    }
    return ACTOR_CONTINUE;
}

static void test_a_line_of_the_log_is_formatted_and_cut(void **state)
{
    (void)state;
    static struct play play = { .step = log_a_line };
    puppet_puppet_ref puppet = start_puppet(&play, 1);
    step_puppet(puppet, 0, "");
    assert_string_equal("answer 1", ask_puppet(puppet, 1, ""));
    assert_string_equal("puppet.Puppet: one and 2", seen.line);
    assert_int_equal(ACTOR_LOG_WARNING, seen.level);
    step_puppet(puppet, 1, "");
    assert_string_equal("answer 1", ask_puppet(puppet, 1, ""));
    assert_int_equal(511, strlen(seen.line));
    assert_int_equal(ACTOR_LOG_DEBUG, seen.level);
}

/* Each figure of the ledger, in a history that is known. */
static void test_the_ledger_says_what_became_of_each_message(void **state)
{
    (void)state;
    puppet_puppet_ref somebody = start_puppet(NULL, 1);
    puppet_tight_ref tight = start_tight(NULL, 2);
    EXPECT("start 1", "start 2");
    step_tight(tight, 1, "wait");
    await_arrival();
    actor_ledger_entry entry = ledger_of("puppet.Tight", "puppet.Step");
    assert_int_equal(1, entry.sent);
    assert_int_equal(1, entry.in_hand);
    assert_int_equal(0, entry.handled);
    assert_int_equal(ACTOR_OK, step_tight(tight, 2, "stop"));
    assert_int_equal(ACTOR_OK, step_tight(tight, 3, ""));
    assert_int_equal(ACTOR_ERR_REFUSED, step_tight(tight, 4, ""));
    open_gate();
    EXPECT("step 2.1", "step 2.2", "stop 2");
    await_actors(1, somebody);
    assert_int_equal(ACTOR_OK, step_tight(tight, 5, ""));
    entry = ledger_of("puppet.Tight", "puppet.Step");
    assert_int_equal(5, entry.sent);
    assert_int_equal(2, entry.handled);
    assert_int_equal(1, entry.dropped[ACTOR_ERR_REFUSED]);
    assert_int_equal(2, entry.dead_letters);
    assert_int_equal(0, entry.queued);
    assert_int_equal(0, entry.in_hand);
    assert_string_equal("puppet.Tight", entry.actor);
    assert_string_equal("puppet.Step", entry.message);
}

static void test_actors_are_counted_with_their_supervisors(void **state)
{
    (void)state;
    puppet_chief_ref chief;
    assert_int_equal(0, actor_system_actors(puppets));
    assert_int_equal(ACTOR_OK,
            puppet_chief_start(puppets, &(puppet_chief_args){ .play = NULL }, &chief));
    assert_int_equal(5, actor_system_actors(puppets));
}

/* ---- Misuse ---------------------------------------------------------------------------------------- */

static actor_result use_outside_functions(void *self, const puppet_step *msg)
{
    (void)self;
    (void)msg;
    puppet_puppet_ref ref;
    puppet_boss_ref boss = { 0 };
    puppet_question question = { .number = 1 };
    puppet_question_reply *reply = NULL;
    const char *misuse = actor_err_text(ACTOR_ERR_MISUSE);
    const char *got[] = {
        actor_err_text(puppet_puppet_start(puppets, &(puppet_puppet_args){ .id = 1 }, &ref)),
        actor_err_text(step_puppet(cast.target, 1, "")),
        actor_err_text(
                puppet_puppet_ask_question(puppets, cast.target, &question, LONG, &reply)),
        actor_err_text(puppet_boss_first(puppets, boss, &ref)),
        actor_err_text(actor_system_stop(puppets, 0).err),
        actor_err_text(actor_system_wait(puppets, 0)),
    };
    for (size_t i = 0; i < sizeof got / sizeof got[0]; i++) {
        note("%s", strcmp(got[i], misuse) == 0 ? "refused" : got[i]);
    }
    return ACTOR_CONTINUE;
}

/* On a worker and on a thread of its own. */
static void test_outside_functions_are_refused_in_every_handler(void **state)
{
    (void)state;
    static struct play play = { .step = use_outside_functions };
    cast.target = start_puppet(&play, 1);
    puppet_loner_ref loner = start_loner(&play, 2);
    EXPECT("start 1", "start 2");
    step_puppet(cast.target, 1, "");
    EXPECT("refused", "refused", "refused", "refused", "refused", "refused");
    step_loner(loner, 1, "");
    EXPECT("refused", "refused", "refused", "refused", "refused", "refused");
    expect_nothing();
}

static actor_system *other_system;

/* Two systems in one process, each with the same actors, do not mix. */
static void test_systems_keep_to_themselves(void **state)
{
    (void)state;
    other_system = actor_system_new(&(actor_config){ .workers = 1 });
    assert_non_null(other_system);
    puppet_puppet_ref here = start_puppet(NULL, 1);
    puppet_puppet_ref there;
    puppet_puppet_args args = { .id = 2 };
    assert_int_equal(ACTOR_OK, puppet_puppet_start(other_system, &args, &there));
    EXPECT("start 1", "start 2");
    puppet_question question = { .number = 9 };
    puppet_question_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, puppet_puppet_ask_question(other_system, there, &question, LONG, &reply));
    assert_int_equal(0, ledger_of("puppet.Puppet", "puppet.Question").sent);
    assert_int_equal(ACTOR_OK, actor_system_stop(other_system, LONG).err);
    EXPECT("stop 2");
    assert_string_equal("answer 1", ask_puppet(here, 1, ""));
    assert_int_equal(9, reply->answer.value); /* it lives until its system is freed */
    actor_reply_free(reply);
    actor_system_free(other_system);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_every_asker_gets_its_own_answer),
        PUPPET_TEST(test_what_a_thread_tells_arrives_in_order),
        PUPPET_TEST(test_a_tell_comes_before_a_later_ask),
        PUPPET_TEST(test_messages_of_all_sizes_arrive_whole),
        PUPPET_TEST(test_a_reply_outlives_its_actor),
        PUPPET_TEST(test_the_hook_sees_a_dead_letter_whole),
        PUPPET_TEST(test_a_line_of_the_log_is_formatted_and_cut),
        PUPPET_TEST(test_the_ledger_says_what_became_of_each_message),
        PUPPET_TEST(test_actors_are_counted_with_their_supervisors),
        PUPPET_TEST(test_outside_functions_are_refused_in_every_handler),
        PUPPET_TEST(test_systems_keep_to_themselves),
    };
    return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
