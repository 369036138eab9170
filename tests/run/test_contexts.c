/* SPDX-License-Identifier: MIT */
/*
 * Contexts: what an ask keeps reaches its continuation as it was, however the ask ends, and is
 * freed however the asker does.
 */
#include "contexts.actor.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS_MAX = 64 };

static actor_system *contexts;

/* ---- The actors -------------------------------------------------------------------------- */

struct contexts_oracle {
    contexts_query_call held;
};
ACTOR_STATE(contexts_oracle);

actor_result contexts_oracle_on_query(
        contexts_oracle *self, const contexts_query *msg, contexts_query_call call)
{
    switch (msg->deed) {
    case CONTEXTS_DEED_SILENCE: return ACTOR_CONTINUE;
    case CONTEXTS_DEED_FAIL: return actor_fail(self, "told to");
    case CONTEXTS_DEED_HOLD:
        self->held = call;
        contexts_query_keep(call);
        return ACTOR_CONTINUE;
    case CONTEXTS_DEED_STOP: contexts_query_keep(call); return ACTOR_STOP;
    case CONTEXTS_DEED_ANSWER: break;
    }
    contexts_query_answer_value(call, &(contexts_value){ .value = msg->value });
    return ACTOR_CONTINUE;
}

struct contexts_keeper {
    uint32_t tasks;
};
ACTOR_STATE(contexts_keeper);

/* All that the basket points to is gone when the handler returns. */
actor_result contexts_keeper_on_task(
        contexts_keeper *self, const contexts_task *msg, contexts_task_call call)
{
    contexts_item items[ITEMS_MAX] = { { 0 } };
    contexts_basket basket = CONTEXTS_BASKET_INIT;
    char note[] = "0123456789";
    note[msg->too_long ? 10 : 4] = '\0';
    for (uint32_t i = 0; i < msg->count; i++) {
        items[i] = (contexts_item){ .number = i, .name = actor_string_of("item") };
        basket.sum += i;
    }
    basket.note = actor_string_of(note);
    basket.items.items = items;
    basket.items.count = msg->count;
    contexts_query query = { .deed = msg->deed, .value = ++self->tasks };
    if (msg->brief) {
        contexts_keeper_ask_brief_query(self, call, msg->oracle, &query, &basket);
    } else {
        contexts_keeper_ask_long_query(self, call, msg->oracle, &query, &basket);
    }
    memset(items, 0xff, sizeof items);
    memset(note, 'x', sizeof note - 1);
    return msg->fails ? actor_fail(self, "told to") : ACTOR_CONTINUE;
}

static actor_result saw(const contexts_query_reply *reply, const contexts_basket *context,
        contexts_task_call call)
{
    contexts_seen seen = { .none = context == NULL, .intact = true };
    if (reply->kind == CONTEXTS_QUERY_REPLY_ERROR) {
        seen.error = (uint32_t)reply->error;
    } else {
        seen.value = reply->value.value;
    }
    if (context != NULL) {
        seen.sum = context->sum;
        seen.note = context->note;
        seen.items = (uint32_t)context->items.count;
        for (uint32_t i = 0; i < seen.items; i++) {
            const contexts_item *item = &context->items.items[i];
            seen.intact =
                    seen.intact && item->number == i && strcmp(item->name.data, "item") == 0;
        }
    }
    contexts_task_answer_seen(call, &seen);
    return ACTOR_CONTINUE;
}

actor_result contexts_keeper_got_long_query(contexts_keeper *self,
        const contexts_query_reply *reply, const contexts_basket *context,
        contexts_task_call call)
{
    (void)self;
    return saw(reply, context, call);
}

actor_result contexts_keeper_got_brief_query(contexts_keeper *self,
        const contexts_query_reply *reply, const contexts_basket *context,
        contexts_task_call call)
{
    (void)self;
    return saw(reply, context, call);
}

/* ---- Tests -------------------------------------------------------------------------------- */

static contexts_oracle_ref oracle;
static contexts_keeper_ref keeper;

static actor_err give(contexts_task task, contexts_task_reply **ret_reply)
{
    task.oracle = oracle;
    return contexts_keeper_ask_task(contexts, keeper, &task, actor_seconds(60), ret_reply);
}

/* The task's ask ends with `error`, and the continuation has the context. */
static void expect_kept(contexts_task task, actor_err error)
{
    contexts_task_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, give(task, &reply));
    assert_false(reply->seen.none);
    assert_int_equal(error, reply->seen.error);
    assert_int_equal(task.count, reply->seen.items);
    assert_int_equal((uint64_t)task.count * (task.count - 1) / 2, reply->seen.sum);
    assert_string_equal("0123", reply->seen.note.data);
    assert_true(reply->seen.intact);
    actor_reply_free(reply);
}

static void test_a_reply_comes_with_the_context(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= ITEMS_MAX; i++) {
        expect_kept((contexts_task){ .deed = CONTEXTS_DEED_ANSWER, .count = i }, ACTOR_OK);
    }
}

static void test_an_error_comes_with_the_context(void **state)
{
    (void)state;
    contexts_task task = { .deed = CONTEXTS_DEED_SILENCE, .count = 9 };
    expect_kept(task, ACTOR_ERR_NO_ANSWER);
    task.deed = CONTEXTS_DEED_HOLD;
    task.brief = true;
    expect_kept(task, ACTOR_ERR_TIMEOUT);
    task.brief = false;
    task.deed = CONTEXTS_DEED_STOP;
    expect_kept(task, ACTOR_ERR_STOPPED);
    task.deed = CONTEXTS_DEED_ANSWER;
    expect_kept(task, ACTOR_ERR_STOPPED);
}

static void test_a_callee_that_fails_leaves_the_context(void **state)
{
    (void)state;
    expect_kept((contexts_task){ .deed = CONTEXTS_DEED_FAIL, .count = 3 }, ACTOR_ERR_FAILED);
}

static void test_a_context_that_is_invalid_is_the_error_of_the_ask(void **state)
{
    (void)state;
    contexts_task task = { .deed = CONTEXTS_DEED_ANSWER, .count = 3, .too_long = true };
    contexts_task_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, give(task, &reply));
    assert_true(reply->seen.none);
    assert_int_equal(ACTOR_ERR_INVALID, reply->seen.error);
    actor_reply_free(reply);
}

static void test_a_handler_that_fails_has_asked_nobody(void **state)
{
    (void)state;
    contexts_task task = { .deed = CONTEXTS_DEED_ANSWER, .count = 5, .fails = true };
    contexts_task_reply *reply = NULL;
    assert_int_equal(ACTOR_ERR_FAILED, give(task, &reply));
    /* It has been started anew. */
    expect_kept((contexts_task){ .deed = CONTEXTS_DEED_ANSWER, .count = 5 }, ACTOR_OK);
}

static void test_a_restart_frees_the_contexts_that_wait(void **state)
{
    (void)state;
    contexts_task task = { .deed = CONTEXTS_DEED_HOLD, .count = 7, .oracle = oracle };
    assert_int_equal(ACTOR_OK, contexts_keeper_tell_task(contexts, keeper, &task));
    contexts_task_reply *reply = NULL;
    task.fails = true;
    assert_int_equal(ACTOR_ERR_FAILED, give(task, &reply));
    expect_kept((contexts_task){ .deed = CONTEXTS_DEED_ANSWER, .count = 5 }, ACTOR_OK);
}

/* The tear-down stops all while the ask is open. */
static void test_a_stop_frees_the_contexts_that_wait(void **state)
{
    (void)state;
    contexts_task task = { .deed = CONTEXTS_DEED_HOLD, .count = 7, .oracle = oracle };
    assert_int_equal(ACTOR_OK, contexts_keeper_tell_task(contexts, keeper, &task));
    expect_kept((contexts_task){ .deed = CONTEXTS_DEED_ANSWER, .count = 5 }, ACTOR_OK);
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    uint64_t gone = e->dead_letters;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        gone += e->dropped[i];
    }
    if (e->sent != e->handled + gone || e->queued != 0 || e->in_hand != 0) {
        fail_msg("%s %s: sent %" PRIu64 " handled %" PRIu64 " gone %" PRIu64, e->actor,
                e->message, e->sent, e->handled, gone);
    }
}

static int setup(void **state)
{
    (void)state;
    contexts_family_ref family;
    actor_config config = { .workers = 2, .survive_root_failure = true };
    contexts = actor_system_new(&config);
    return contexts != NULL && contexts_oracle_start(contexts, &oracle) == ACTOR_OK &&
                           contexts_family_start(contexts, &family) == ACTOR_OK &&
                           contexts_family_keeper(contexts, family, &keeper) == ACTOR_OK
                   ? 0
                   : -1;
}

static int teardown(void **state)
{
    (void)state;
    (void)actor_system_stop(contexts, actor_seconds(1));
    assert_int_equal(0, actor_system_actors(contexts));
    actor_system_ledger(contexts, check_entry, NULL);
    actor_system_free(contexts);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_reply_comes_with_the_context),
        TEST(test_an_error_comes_with_the_context),
        TEST(test_a_callee_that_fails_leaves_the_context),
        TEST(test_a_context_that_is_invalid_is_the_error_of_the_ask),
        TEST(test_a_handler_that_fails_has_asked_nobody),
        TEST(test_a_restart_frees_the_contexts_that_wait),
        TEST(test_a_stop_frees_the_contexts_that_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
