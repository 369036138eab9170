/* SPDX-License-Identifier: MIT */
/*
 * State that the schema declares: it begins with its defaults, keeps within its bounds, and a handler
 * that fails leaves no trace in it; so that an actor may go on after a failure.
 */
#include "memory.actor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)

/* What outlives the actor's state. */
struct counter {
    atomic_uint starts;
    atomic_uint stops;
};

static actor_system *memories;
static struct counter counter;

/* ---- The actor --------------------------------------------------------------------------- */

ACTOR_STATE(memory_safe);

actor_result memory_safe_at_start(memory_safe *self, const memory_safe_args *args)
{
    self->counter = args->counter;
    atomic_fetch_add(&self->counter->starts, 1);
    return ACTOR_CONTINUE;
}

void memory_safe_at_stop(memory_safe *self)
{
    atomic_fetch_add(&self->counter->stops, 1);
}

static void add(memory_safe *self, const memory_do *msg)
{
    self->total += msg->amount;
    self->mood = MEMORY_MOOD_CROSS;
    memmove(self->last + 1, self->last, sizeof self->last - sizeof self->last[0]);
    self->last[0] = (int32_t)msg->amount;
    (void)memory_safe_set_name(self, msg->name);
}

static memory_now now(memory_safe *self)
{
    return (memory_now){ .total = self->total,
        .starts = atomic_load(&self->counter->starts),
        .name = memory_safe_get_name(self),
        .mood = self->mood,
        .last = self->last[0] };
}

actor_result memory_safe_on_do(memory_safe *self, const memory_do *msg, memory_do_call call)
{
    memory_now answer;
    switch (msg->deed) {
    case MEMORY_DEED_NOTHING: break;
    case MEMORY_DEED_ADD: add(self, msg); break;
    case MEMORY_DEED_ADD_AND_FAIL: add(self, msg); return actor_fail(self, "told to");
    case MEMORY_DEED_FLUSH_AND_FAIL:
        add(self, msg);
        actor_flush(self);
        add(self, msg);
        return actor_fail(self, "after the flush");
    case MEMORY_DEED_ASK_FLUSH_AND_FAIL:
        memory_safe_ask_errand(self, call, memory_safe_self(self),
                &(memory_do){ .deed = MEMORY_DEED_NOTHING });
        actor_flush(self);
        return actor_fail(self, "after the flush");
    case MEMORY_DEED_KEEP:
        self->waiting = call;
        self->keeps = true;
        memory_do_keep(call);
        return ACTOR_CONTINUE;
    case MEMORY_DEED_RELEASE:
    case MEMORY_DEED_RELEASE_AND_FAIL:
        answer = now(self);
        memory_do_answer_now(self->waiting, &answer);
        self->keeps = false;
        if (msg->deed == MEMORY_DEED_RELEASE_AND_FAIL) {
            return actor_fail(self, "told to");
        }
        break;
    }
    answer = now(self);
    memory_do_answer_now(call, &answer);
    return ACTOR_CONTINUE;
}

actor_result memory_safe_got_errand(
        memory_safe *self, const memory_do_reply *reply, memory_do_call call)
{
    (void)self;
    if (reply->kind == MEMORY_DO_REPLY_NOW) {
        memory_do_answer_now(call, &reply->now);
    }
    return ACTOR_CONTINUE;
}

/* ---- From outside ------------------------------------------------------------------------ */

static actor_err order(memory_safe_ref safe, memory_deed deed, uint32_t amount,
        const char *name, memory_now *ret_now, char *ret_name)
{
    memory_do_reply *reply = NULL;
    memory_do msg = { .deed = deed, .amount = amount, .name = actor_string_of(name) };
    actor_err err = memory_safe_ask_do(memories, safe, &msg, LONG, &reply);
    if (err == ACTOR_OK) {
        *ret_now = reply->now;
        (void)snprintf(ret_name, 32, "%s", reply->now.name.data);
    }
    actor_reply_free(reply);
    return err;
}

/* What the actor is now, as one text. */
static const char *look(memory_safe_ref safe)
{
    static char text[96];
    char name[32] = "";
    memory_now n = { .total = 0 };
    assert_int_equal(ACTOR_OK, order(safe, MEMORY_DEED_NOTHING, 0, "", &n, name));
    (void)snprintf(text, sizeof text, "%u %s mood %d last %d starts %u", (unsigned)n.total,
            name, (int)n.mood, (int)n.last, (unsigned)n.starts);
    return text;
}

static actor_err tell_to(
        memory_safe_ref safe, memory_deed deed, uint32_t amount, const char *name)
{
    memory_now n;
    char text[32];
    return order(safe, deed, amount, name, &n, text);
}

static memory_safe_ref start_resumed(void)
{
    memory_resumer_ref parent;
    memory_safe_ref safe = { 0 };
    assert_int_equal(ACTOR_OK,
            memory_resumer_start(memories, &(memory_resumer_args){ &counter }, &parent));
    assert_int_equal(ACTOR_OK, memory_resumer_safe(memories, parent, &safe));
    return safe;
}

static void test_a_state_begins_with_its_defaults(void **state)
{
    (void)state;
    assert_string_equal("100 nobody mood 1 last 0 starts 1", look(start_resumed()));
}

static void test_texts_keep_within_their_bounds(void **state)
{
    (void)state;
    memory_safe s = { .total = 1 };
    assert_int_equal(ACTOR_OK, memory_safe_set_name(&s, ACTOR_STRING("12345678")));
    assert_int_equal(ACTOR_ERR_INVALID, memory_safe_set_name(&s, ACTOR_STRING("123456789")));
    assert_string_equal("12345678", memory_safe_get_name(&s).data);
    assert_int_equal(8, memory_safe_get_name(&s).len);
    assert_int_equal(1, s.total);
    assert_int_equal(ACTOR_ERR_INVALID, memory_safe_set_name(&s, (actor_string){ NULL, 1 }));
    assert_int_equal(ACTOR_OK, memory_safe_set_name(&s, (actor_string){ NULL, 0 }));
    assert_string_equal("", memory_safe_get_name(&s).data);
    uint8_t five[5] = { 1, 2, 3, 4, 5 };
    assert_int_equal(ACTOR_ERR_INVALID, memory_safe_set_tag(&s, (actor_bytes){ five, 5 }));
    assert_int_equal(ACTOR_OK, memory_safe_set_tag(&s, (actor_bytes){ five, 4 }));
    assert_memory_equal(five, memory_safe_get_tag(&s).data, 4);
}

static void test_a_failure_leaves_no_trace(void **state)
{
    (void)state;
    memory_safe_ref safe = start_resumed();
    assert_int_equal(ACTOR_OK, tell_to(safe, MEMORY_DEED_ADD, 5, "ann"));
    assert_string_equal("105 ann mood 2 last 5 starts 1", look(safe));
    assert_int_equal(ACTOR_ERR_FAILED, tell_to(safe, MEMORY_DEED_ADD_AND_FAIL, 7, "bob"));
    assert_string_equal("105 ann mood 2 last 5 starts 1", look(safe));
}

static void test_a_flush_stays(void **state)
{
    (void)state;
    memory_safe_ref safe = start_resumed();
    assert_int_equal(ACTOR_ERR_FAILED, tell_to(safe, MEMORY_DEED_FLUSH_AND_FAIL, 7, "bob"));
    assert_string_equal("107 bob mood 2 last 7 starts 1", look(safe));
}

static void test_an_ask_before_a_flush_brings_its_call_back_whatever_comes_after(void **state)
{
    (void)state;
    memory_safe_ref safe = start_resumed();
    assert_int_equal(ACTOR_OK, tell_to(safe, MEMORY_DEED_ASK_FLUSH_AND_FAIL, 0, ""));
}

static void test_kept_calls_outlive_a_failure(void **state)
{
    (void)state;
    memory_safe_ref safe = start_resumed();
    assert_int_equal(ACTOR_OK,
            memory_safe_tell_do(memories, safe, &(memory_do){ .deed = MEMORY_DEED_KEEP }));
    assert_int_equal(ACTOR_ERR_FAILED, tell_to(safe, MEMORY_DEED_ADD_AND_FAIL, 7, ""));
    assert_int_equal(ACTOR_OK, tell_to(safe, MEMORY_DEED_RELEASE, 0, ""));
    assert_string_equal("100 nobody mood 1 last 0 starts 1", look(safe));
}

/* A later handler answers it. */
static void test_a_failure_takes_its_answers_back(void **state)
{
    (void)state;
    memory_safe_ref safe = start_resumed();
    memory_do_reply *reply = NULL;
    actor_future *kept;
    assert_int_equal(ACTOR_OK,
            memory_safe_ask_do_async(memories, safe, &(memory_do){ .deed = MEMORY_DEED_KEEP },
                    actor_seconds(5), &kept));
    assert_int_equal(ACTOR_ERR_FAILED, tell_to(safe, MEMORY_DEED_RELEASE_AND_FAIL, 0, ""));
    assert_int_equal(ACTOR_OK, tell_to(safe, MEMORY_DEED_RELEASE, 0, ""));
    assert_int_equal(ACTOR_OK, memory_do_await(kept, &reply));
    actor_reply_free(reply);
}

static void test_a_restart_begins_with_the_defaults(void **state)
{
    (void)state;
    memory_restarter_ref parent;
    memory_safe_ref safe = { 0 };
    assert_int_equal(ACTOR_OK,
            memory_restarter_start(memories, &(memory_restarter_args){ &counter }, &parent));
    assert_int_equal(ACTOR_OK, memory_restarter_safe(memories, parent, &safe));
    assert_int_equal(ACTOR_OK, tell_to(safe, MEMORY_DEED_ADD, 5, "ann"));
    assert_int_equal(ACTOR_ERR_FAILED, tell_to(safe, MEMORY_DEED_ADD_AND_FAIL, 7, "bob"));
    assert_string_equal("100 nobody mood 1 last 0 starts 2", look(safe));
}

static void test_too_many_failures_escalate(void **state)
{
    (void)state;
    memory_safe_ref safe = start_resumed();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_ERR_FAILED, tell_to(safe, MEMORY_DEED_ADD_AND_FAIL, 7, ""));
        assert_string_equal("100 nobody mood 1 last 0 starts 1", look(safe));
    }
    assert_int_equal(ACTOR_ERR_FAILED, tell_to(safe, MEMORY_DEED_ADD_AND_FAIL, 7, ""));
    assert_int_equal(ACTOR_ERR_STOPPED, tell_to(safe, MEMORY_DEED_NOTHING, 0, ""));
}

/* ---- Around each test -------------------------------------------------------------------- */

static void no_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup(void **state)
{
    (void)state;
    atomic_store(&counter.starts, 0);
    atomic_store(&counter.stops, 0);
    memories = actor_system_new(
            &(actor_config){ .workers = 2, .survive_root_failure = true, .log = no_log });
    return memories == NULL ? -1 : 0;
}

static void check_balance(void *context, const actor_ledger_entry *e)
{
    uint64_t ends = e->handled + e->queued + e->stashed + e->in_hand + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ends += e->dropped[i];
    }
    *(bool *)context = *(bool *)context && e->sent == ends;
}

/* Every message is accounted for, and each start has had its stop. */
static int teardown(void **state)
{
    (void)state;
    bool balanced = true;
    (void)actor_system_stop(memories, actor_seconds(60));
    actor_system_ledger(memories, check_balance, &balanced);
    actor_system_free(memories);
    return balanced && atomic_load(&counter.starts) == atomic_load(&counter.stops) ? 0 : -1;
}

#define STATE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATE_TEST(test_a_state_begins_with_its_defaults),
        STATE_TEST(test_texts_keep_within_their_bounds),
        STATE_TEST(test_a_failure_leaves_no_trace),
        STATE_TEST(test_a_flush_stays),
        STATE_TEST(test_an_ask_before_a_flush_brings_its_call_back_whatever_comes_after),
        STATE_TEST(test_kept_calls_outlive_a_failure),
        STATE_TEST(test_a_failure_takes_its_answers_back),
        STATE_TEST(test_a_restart_begins_with_the_defaults),
        STATE_TEST(test_too_many_failures_escalate),
    };
    return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
