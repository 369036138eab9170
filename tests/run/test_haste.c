/* SPDX-License-Identifier: MIT */
/*
 * Actors that keep their worker busy, and what becomes of the others meanwhile.
 *
 * Each ask reads the clock; that a worker has just read it must not keep it from looking at its timers, or none
 * would ring while its actors ask each other. Nor may an actor whose handlers take long handle many messages in a turn.
 */
#include "haste.actor.h"

#include <semaphore.h>
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

/* ---- Turns ---------------------------------------------------------------------------------- */

enum { WORKS = 20 };

static struct {
    uint64_t ticks;
    uint64_t seen[WORKS]; /* how many ticks there had been at each piece of work */
    uint32_t works;
    sem_t done;
} course;

struct haste_slow {
    char none;
};
ACTOR_STATE(haste_slow);

/* Longer than a turn may be. */
actor_result haste_slow_on_work(haste_slow *self, const haste_work *msg)
{
    (void)self, (void)msg;
    actor_duration end = actor_now() + actor_milliseconds(1);
    while (actor_now() < end) {
    }
    course.seen[course.works++] = course.ticks;
    if (course.works == WORKS) {
        sem_post(&course.done);
    }
    return ACTOR_CONTINUE;
}

struct haste_restless {
    char none;
};
ACTOR_STATE(haste_restless);

actor_result haste_restless_on_tick(haste_restless *self, const haste_tick *msg)
{
    course.ticks++;
    if (course.works < WORKS) {
        haste_restless_tell_restless_tick(self, haste_restless_self(self), msg);
    }
    return ACTOR_CONTINUE;
}

static void test_who_takes_long_has_a_turn_for_each_message(void **state)
{
    (void)state;
    actor_system *system = actor_system_new(&(actor_config){ .workers = 1 });
    haste_slow_ref slow;
    haste_restless_ref restless;
    assert_non_null(system);
    assert_int_equal(sem_init(&course.done, 0, 0), 0);
    assert_int_equal(haste_slow_start(system, &slow), ACTOR_OK);
    assert_int_equal(haste_restless_start(system, &restless), ACTOR_OK);
    haste_restless_tell_tick(system, restless, &(haste_tick){ 0 });
    for (int i = 0; i < WORKS; i++) {
        haste_slow_tell_work(system, slow, &(haste_work){ 0 });
    }
    while (sem_wait(&course.done) != 0) {
    }
    (void)actor_system_stop(system, actor_seconds(3600));
    actor_system_free(system);
    for (int i = 1; i < WORKS; i++) {
        assert_true(course.seen[i] > course.seen[i - 1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_timer_rings_while_its_actor_asks_and_asks),
        cmocka_unit_test(test_who_takes_long_has_a_turn_for_each_message),
    };
    return cmocka_run_group_tests_name("haste", tests, NULL, NULL);
}
