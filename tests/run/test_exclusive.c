/* SPDX-License-Identifier: MIT */
/*
 * Exclusive asks: until the reply nothing reaches the asker but what ends it, and then all that has
 * waited does. The server tells the client something before it answers, so that the order in which
 * the two are handled shows whether the client was shut.
 */
#include "vault.actor.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)

/* ThreadSanitizer does not survive it. */
#if defined(__SANITIZE_THREAD__)
enum { DEATHS_ARE_CONTAINED = 0 };
#elif defined(__has_feature) /* clang */
#if __has_feature(thread_sanitizer)
enum { DEATHS_ARE_CONTAINED = 0 };
#else
enum { DEATHS_ARE_CONTAINED = 1 };
#endif
#else
enum { DEATHS_ARE_CONTAINED = 1 };
#endif

enum { LINES = 64, GOT = 1000, ERROR = 2000 };

/* Where servers wait, and where they say that they do. */
static sem_t gate;
static sem_t arrived;
static _Atomic uint32_t got_before_stop;

/* ---- The actors -------------------------------------------------------------------------- */

struct vault_server {
    uint32_t count;
};
ACTOR_STATE(vault_server);

actor_result vault_server_on_fetch(
        vault_server *self, const vault_fetch *msg, vault_fetch_call call)
{
    self->count++;
    sem_post(&arrived);
    while (sem_wait(&gate) != 0) {
    }
    vault_server_tell_client_note(self, msg->client, &(vault_note){ .number = msg->number });
    vault_fetch_answer_got(call, &(vault_got){ .number = msg->number });
    return ACTOR_CONTINUE;
}

struct vault_client {
    vault_server_ref first;
    vault_server_ref second;
    vault_way way;
    uint32_t count;
    uint32_t got;
    uint32_t lines
            [LINES]; /* numbers of notes; GOT and the number of a reply; ERROR and its error */
};
ACTOR_STATE(vault_client);

actor_result vault_client_at_start(vault_client *self, const vault_client_args *args)
{
    self->first = args->first;
    self->second = args->second;
    return ACTOR_CONTINUE;
}

void vault_client_at_stop(vault_client *self)
{
    atomic_store(&got_before_stop, self->got);
}

static void ask_alone(vault_client *self, vault_server_ref server, uint32_t number)
{
    vault_client_ask_alone(self, server,
            &(vault_fetch){ .number = number, .client = vault_client_self(self) });
}

actor_result vault_client_on_begin(vault_client *self, const vault_begin *msg)
{
    vault_fetch fetch = { .number = 1, .client = vault_client_self(self) };
    self->way = msg->way;
    switch (msg->way) {
    case VAULT_WAY_PLAIN: vault_client_ask_plain(self, self->first, &fetch); break;
    case VAULT_WAY_TWO:
        ask_alone(self, self->second, 2);
        ask_alone(self, self->first, 1);
        break;
    case VAULT_WAY_BRIEFLY: vault_client_ask_briefly(self, self->first, &fetch); break;
    case VAULT_WAY_OF_NOBODY: ask_alone(self, (vault_server_ref){ 0 }, 1); break;
    case VAULT_WAY_FLUSHED:
        ask_alone(self, self->first, 1);
        actor_flush(self);
        break;
    case VAULT_WAY_AND_FAIL:
        ask_alone(self, self->first, 1);
        return actor_fail(self, "told to");
    case VAULT_WAY_AND_STOP: ask_alone(self, self->first, 1); return ACTOR_STOP;
    case VAULT_WAY_ALONE:
    case VAULT_WAY_AGAIN:
    case VAULT_WAY_GOT_FAILS:
    case VAULT_WAY_GOT_CRASHES: ask_alone(self, self->first, 1); break;
    }
    return ACTOR_CONTINUE;
}

static void write_line(vault_client *self, uint32_t line)
{
    self->lines[self->count++ % LINES] = line;
}

static actor_result got(vault_client *self, const vault_fetch_reply *reply)
{
    bool is_error = reply->kind == VAULT_FETCH_REPLY_ERROR;
    write_line(self, is_error ? ERROR + (uint32_t)reply->error : GOT + reply->got.number);
    self->got++;
    if (self->way == VAULT_WAY_GOT_FAILS) {
        return actor_fail(self, "told to");
    }
    if (self->way == VAULT_WAY_GOT_CRASHES) {
        abort();
    }
    if (self->way == VAULT_WAY_AGAIN && self->got < 3) {
        ask_alone(self, self->second, 1 + self->got);
    }
    return ACTOR_CONTINUE;
}

actor_result vault_client_got_alone(vault_client *self, const vault_fetch_reply *reply)
{
    return got(self, reply);
}

actor_result vault_client_got_briefly(vault_client *self, const vault_fetch_reply *reply)
{
    return got(self, reply);
}

actor_result vault_client_got_plain(vault_client *self, const vault_fetch_reply *reply)
{
    return got(self, reply);
}

actor_result vault_client_on_note(vault_client *self, const vault_note *msg)
{
    write_line(self, msg->number);
    return ACTOR_CONTINUE;
}

actor_result vault_client_on_tally(
        vault_client *self, const vault_tally *msg, vault_tally_call call)
{
    (void)msg;
    vault_tally_answer_journal(call, &(vault_journal){ .lines = { self->lines, self->count } });
    return ACTOR_CONTINUE;
}

struct vault_fragile {
    char nothing;
};
ACTOR_STATE(vault_fragile);

actor_result vault_fragile_on_break(vault_fragile *self, const vault_break *msg)
{
    (void)msg;
    return actor_fail(self, "told to");
}

struct vault_quick {
    uint32_t count;
};
ACTOR_STATE(vault_quick);

actor_result vault_quick_on_fetch(
        vault_quick *self, const vault_fetch *msg, vault_fetch_call call)
{
    self->count++;
    vault_fetch_answer_got(call, &(vault_got){ .number = msg->number });
    return ACTOR_CONTINUE;
}

struct vault_runner {
    vault_quick_ref quick;
    bool waits;
    uint32_t rounds;
    uint32_t disturbed; /* handled something while it waited */
};
ACTOR_STATE(vault_runner);

actor_result vault_runner_at_start(vault_runner *self, const vault_runner_args *args)
{
    self->quick = args->quick;
    return ACTOR_CONTINUE;
}

actor_result vault_runner_on_round(vault_runner *self, const vault_round *msg)
{
    self->disturbed += self->waits ? 1 : 0;
    self->waits = true;
    vault_runner_ask_fetch(self, self->quick, &(vault_fetch){ .number = msg->left });
    if (msg->left > 0) {
        vault_runner_tell_runner_round(
                self, vault_runner_self(self), &(vault_round){ .left = msg->left - 1 });
    }
    return ACTOR_CONTINUE;
}

actor_result vault_runner_got_fetch(vault_runner *self, const vault_fetch_reply *reply)
{
    (void)reply;
    self->waits = false;
    self->rounds++;
    return ACTOR_CONTINUE;
}

actor_result vault_runner_on_tally(
        vault_runner *self, const vault_tally *msg, vault_tally_call call)
{
    (void)msg;
    uint32_t lines[] = { self->rounds, self->disturbed, self->waits };
    vault_tally_answer_journal(call, &(vault_journal){ .lines = { lines, 3 } });
    return ACTOR_CONTINUE;
}

/* ---- Around each test --------------------------------------------------------------------- */

static actor_system *vaults;
static vault_ward_ref ward;
static vault_client_ref client;

static void swallow(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int set_up(void **state)
{
    (void)state;
    vault_ward_args args;
    sem_init(&gate, 0, 0);
    sem_init(&arrived, 0, 0);
    atomic_store(&got_before_stop, 0);
    vaults = actor_system_new(&(actor_config){ .workers = 2, .log = swallow });
    assert_non_null(vaults);
    assert_int_equal(ACTOR_OK, vault_server_start(vaults, &args.first));
    assert_int_equal(ACTOR_OK, vault_server_start(vaults, &args.second));
    assert_int_equal(ACTOR_OK, vault_ward_start(vaults, &args, &ward));
    assert_int_equal(ACTOR_OK, vault_ward_client(vaults, ward, &client));
    return 0;
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    (void)context;
    uint64_t ended = e->handled + e->queued + e->in_hand + e->stashed + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ended += e->dropped[i];
    }
    assert_int_equal(e->sent, ended);
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(ACTOR_OK, actor_system_stop(vaults, actor_seconds(60)).err);
    actor_system_ledger(vaults, check_entry, NULL);
    actor_system_free(vaults);
    sem_destroy(&gate);
    sem_destroy(&arrived);
    return 0;
}

static void begin(vault_way way)
{
    assert_int_equal(
            ACTOR_OK, vault_client_tell_begin(vaults, client, &(vault_begin){ .way = way }));
}

static void await_server(void)
{
    while (sem_wait(&arrived) != 0) {
    }
}

/* Waits until the client's journal has so many lines, and gives them, to be freed. */
static vault_tally_reply *await_journal(size_t count)
{
    for (;;) {
        vault_tally_reply *reply = NULL;
        assert_int_equal(ACTOR_OK,
                vault_client_ask_tally(vaults, client, &(vault_tally){ 0 }, LONG, &reply));
        if (reply->journal.lines.count >= count) {
            return reply;
        }
        actor_reply_free(reply);
    }
}

/* The client's journal begins with these lines. */
static void expect(const uint32_t *lines, size_t count)
{
    vault_tally_reply *reply = await_journal(count);
    assert_memory_equal(lines, reply->journal.lines.items, count * sizeof lines[0]);
    actor_reply_free(reply);
}

#define EXPECT(...)                                                                            \
    expect((const uint32_t[]){ __VA_ARGS__ },                                                  \
            sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* ---- Tests ------------------------------------------------------------------------------- */

static void test_a_plain_ask_shuts_nobody(void **state)
{
    (void)state;
    begin(VAULT_WAY_PLAIN);
    sem_post(&gate);
    await_server();
    vault_tally_reply *reply = await_journal(2);
    assert_int_equal(1, reply->journal.lines.items[0]);
    assert_int_equal(GOT + 1, reply->journal.lines.items[1]);
    actor_reply_free(reply);
}

static void test_the_reply_comes_first(void **state)
{
    (void)state;
    begin(VAULT_WAY_ALONE);
    await_server();
    assert_int_equal(ACTOR_OK, vault_client_tell_note(vaults, client, &(vault_note){ 7 }));
    sem_post(&gate);
    EXPECT(GOT + 1, 7, 1);
}

static void test_two_at_once(void **state)
{
    (void)state;
    begin(VAULT_WAY_TWO);
    await_server();
    await_server();
    assert_int_equal(ACTOR_OK, vault_client_tell_note(vaults, client, &(vault_note){ 7 }));
    sem_post(&gate);
    sem_post(&gate);
    vault_tally_reply *reply = await_journal(5);
    assert_true(reply->journal.lines.items[0] > GOT);
    assert_true(reply->journal.lines.items[1] > GOT);
    assert_int_equal(7, reply->journal.lines.items[2]);
    actor_reply_free(reply);
}

static void test_a_continuation_may_go_on(void **state)
{
    (void)state;
    begin(VAULT_WAY_AGAIN);
    for (int i = 0; i < 3; i++) {
        await_server();
        assert_int_equal(ACTOR_OK, vault_client_tell_note(vaults, client, &(vault_note){ 7 }));
        sem_post(&gate);
    }
    EXPECT(GOT + 1, GOT + 2, GOT + 3, 7);
}

static void test_it_opens_at_the_deadline(void **state)
{
    (void)state;
    begin(VAULT_WAY_BRIEFLY);
    EXPECT(ERROR + ACTOR_ERR_TIMEOUT);
    sem_post(&gate);
}

static void test_it_opens_if_there_is_nobody(void **state)
{
    (void)state;
    begin(VAULT_WAY_OF_NOBODY);
    EXPECT(ERROR + ACTOR_ERR_STOPPED);
}

static void test_what_failed_has_shut_nobody(void **state)
{
    (void)state;
    begin(VAULT_WAY_AND_FAIL);
    actor_reply_free(await_journal(0));
}

static void test_a_flush_shuts_it(void **state)
{
    (void)state;
    begin(VAULT_WAY_FLUSHED);
    await_server();
    sem_post(&gate);
    EXPECT(GOT + 1, 1);
}

static void test_a_continuation_that_fails_opens_it(void **state)
{
    (void)state;
    begin(VAULT_WAY_GOT_FAILS);
    await_server();
    sem_post(&gate);
    EXPECT(1); /* what the server said has waited for the new one */
}

static void test_a_continuation_that_crashes_opens_it(void **state)
{
    (void)state;
    if (!DEATHS_ARE_CONTAINED) {
        skip();
    }
    begin(VAULT_WAY_GOT_CRASHES);
    await_server();
    sem_post(&gate);
    EXPECT(1); /* what the server said has waited for the new one */
}

static void test_a_restart_does_not_wait(void **state)
{
    (void)state;
    vault_fragile_ref fragile;
    assert_int_equal(ACTOR_OK, vault_ward_fragile(vaults, ward, &fragile));
    begin(VAULT_WAY_ALONE);
    await_server();
    assert_int_equal(ACTOR_OK, vault_client_tell_note(vaults, client, &(vault_note){ 7 }));
    assert_int_equal(ACTOR_OK, vault_fragile_tell_break(vaults, fragile, &(vault_break){ 0 }));
    EXPECT(7); /* the server has not answered */
    sem_post(&gate);
}

static void test_an_orderly_stop_waits(void **state)
{
    (void)state;
    begin(VAULT_WAY_ALONE);
    await_server();
    assert_int_equal(ACTOR_OK, vault_client_stop(vaults, client));
    sem_post(&gate);
    vault_tally_reply *reply = NULL;
    actor_err err;
    do { /* behind the stop it is told STOPPED, which may come while it still leaves */
        err = vault_client_ask_tally(vaults, client, &(vault_tally){ 0 }, LONG, &reply);
    } while (err == ACTOR_OK);
    assert_int_equal(ACTOR_ERR_STOPPED, err);
    assert_int_equal(ACTOR_OK, actor_system_stop(vaults, actor_seconds(60)).err);
    assert_int_equal(1, atomic_load(&got_before_stop));
}

static void test_who_stops_at_once_waits_for_nothing(void **state)
{
    (void)state;
    begin(VAULT_WAY_AND_STOP);
    vault_tally_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_STOPPED,
            vault_client_ask_tally(vaults, client, &(vault_tally){ 0 }, LONG, &reply));
    sem_post(&gate);
}

/* Each runner tells itself the next round before it is shut: none is taken early, none is lost. */
static void test_many(void **state)
{
    (void)state;
    enum { RUNNERS = 40, ROUNDS = 250 };
    vault_quick_ref quick;
    vault_runner_ref runners[RUNNERS];
    assert_int_equal(ACTOR_OK, vault_quick_start(vaults, &quick));
    for (uint32_t i = 0; i < RUNNERS; i++) {
        assert_int_equal(
                ACTOR_OK, vault_runner_start(
                                  vaults, &(vault_runner_args){ .quick = quick }, &runners[i]));
        assert_int_equal(ACTOR_OK, vault_runner_tell_round(vaults, runners[i],
                                           &(vault_round){ .left = ROUNDS - 1 }));
    }
    for (uint32_t i = 0; i < RUNNERS; i++) {
        uint32_t rounds = 0;
        while (rounds < ROUNDS) {
            vault_tally_reply *reply = NULL;
            assert_int_equal(ACTOR_OK, vault_runner_ask_tally(vaults, runners[i],
                                               &(vault_tally){ 0 }, LONG, &reply));
            rounds = reply->journal.lines.items[0];
            assert_int_equal(0, reply->journal.lines.items[1]);
            assert_int_equal(0, reply->journal.lines.items[2]);
            actor_reply_free(reply);
        }
        assert_int_equal(ROUNDS, rounds);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_plain_ask_shuts_nobody),
        TEST(test_the_reply_comes_first),
        TEST(test_two_at_once),
        TEST(test_a_continuation_may_go_on),
        TEST(test_it_opens_at_the_deadline),
        TEST(test_it_opens_if_there_is_nobody),
        TEST(test_what_failed_has_shut_nobody),
        TEST(test_a_flush_shuts_it),
        TEST(test_a_continuation_that_fails_opens_it),
        TEST(test_a_continuation_that_crashes_opens_it),
        TEST(test_a_restart_does_not_wait),
        TEST(test_an_orderly_stop_waits),
        TEST(test_who_stops_at_once_waits_for_nothing),
        TEST(test_many),
    };
    return cmocka_run_group_tests_name("exclusive", tests, NULL, NULL);
}
