/* SPDX-License-Identifier: MIT */
/*
 * Timers of actors that never rest. Each ask reads the clock; that a worker has just read it must not
 * keep it from looking at its timers, or none would ring while its actors ask each other.
 */
#include "haste.actor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Far more asks than take as long as the timer. */
enum { ASKS_MOST = 2000000 };

struct haste_listener {
    uint64_t answers;
};
ACTOR_STATE(haste_listener);

actor_result haste_listener_on_question(
        haste_listener *self, const haste_question *msg, haste_question_call call)
{
    (void)msg;
    self->answers++;
    haste_question_answer_answer(call, &(haste_answer){ 0 });
    return ACTOR_CONTINUE;
}

struct haste_talker {
    haste_listener_ref listener;
    uint64_t left;
    uint64_t asked;
    haste_go_call call;
};
ACTOR_STATE(haste_talker);

static void ask(haste_talker *self)
{
    self->left--;
    self->asked++;
    haste_talker_ask_question(self, self->listener, &(haste_question){ 0 });
}

actor_result haste_talker_on_go(haste_talker *self, const haste_go *msg, haste_go_call call)
{
    *self = (haste_talker){ .listener = msg->listener, .left = msg->most, .call = call };
    haste_go_keep(call);
    haste_talker_start_time(self, actor_milliseconds(1), &(haste_time){ 0 });
    ask(self);
    return ACTOR_CONTINUE;
}

static void end(haste_talker *self, bool has_rung)
{
    haste_go_answer_asks(self->call, &(haste_asks){ self->asked, has_rung });
    self->left = 0;
}

actor_result haste_talker_got_question(haste_talker *self, const haste_question_reply *reply)
{
    if (reply->kind != HASTE_QUESTION_REPLY_ANSWER) {
        return actor_fail(self, "asked, and got %s", actor_err_text(reply->error));
    }
    if (self->left > 0) {
        ask(self);
    } else {
        end(self, false);
    }
    return ACTOR_CONTINUE;
}

actor_result haste_talker_on_time(haste_talker *self, const haste_time *msg)
{
    (void)msg;
    end(self, true);
    return ACTOR_CONTINUE;
}

static void test_a_timer_rings_while_its_actor_asks_and_asks(void **state)
{
    (void)state;
    actor_system *system = actor_system_new(&(actor_config){ .workers = 1 });
    haste_listener_ref listener;
    haste_talker_ref talker;
    haste_go_reply *reply = NULL;
    assert_non_null(system);
    assert_int_equal(haste_listener_start(system, &listener), ACTOR_OK);
    assert_int_equal(haste_talker_start(system, &talker), ACTOR_OK);
    assert_int_equal(haste_talker_ask_go(system, talker, &(haste_go){ listener, ASKS_MOST },
                             actor_seconds(3600), &reply),
            ACTOR_OK);
    (void)printf("%s after %llu asks\n", reply->asks.has_rung ? "rung" : "not rung",
            (unsigned long long)reply->asks.count);
    assert_true(reply->asks.has_rung);
    actor_reply_free(reply);
    (void)actor_system_stop(system, actor_seconds(3600));
    actor_system_free(system);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_timer_rings_while_its_actor_asks_and_asks),
    };
    return cmocka_run_group_tests_name("haste", tests, NULL, NULL);
}
