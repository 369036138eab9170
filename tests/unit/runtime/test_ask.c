/* SPDX-License-Identifier: MIT */
/* Unit tests of ask.c: records and the calls that name them. */
#include "ask.h"

#include "clock.h"
#include "two_locals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { HOLDER = 77, OTHER = 78, MANY = 1000, TURNS = 100000 };

struct fixture {
    struct two_locals of;
    struct msg *timed_out; /* the reply that a timer delivered */
};

static struct fixture *the_fixture;

static void note_timeout(struct local *l, struct msg *reply)
{
    assert_ptr_equal(&the_fixture->of.home, l);
    the_fixture->timed_out = reply;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    the_fixture = f;
    *state = f;
    f->of.shared.upcalls.timed_out = note_timeout;
    return two_locals_init(&f->of) ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    two_locals_fini(&f->of);
    free(f);
    return 0;
}

static struct ask *ask_of(struct local *l, uint64_t holder)
{
    struct ask *a = ask_new(l);
    assert_non_null(a);
    store_rel(&a->callee, holder);
    return a;
}

/* The callee's side has ended. */
static void end_callee(struct ask *a)
{
    or_acq_rel(&a->state, ASK_DECIDED | ASK_CALLEE_DONE);
}

static void test_a_call_is_found_by_its_holder_alone(void **state)
{
    struct fixture *f = *state;
    struct ask *a = ask_of(&f->of.home, HOLDER);
    uint64_t call = ask_call(a);
    assert_ptr_equal(a, ask_find(&f->of.home, call, HOLDER));
    assert_ptr_equal(a, ask_find(&f->of.away, call, HOLDER));
    assert_null(ask_find(&f->of.home, call, OTHER));
}

static void test_what_is_no_call_finds_nothing(void **state)
{
    struct fixture *f = *state;
    assert_null(ask_find(&f->of.home, 0, HOLDER));
    assert_null(ask_find(&f->of.home, UINT64_MAX, HOLDER));
    struct ask *a = ask_of(&f->of.home, HOLDER);
    assert_null(ask_find(&f->of.home, ask_call(a) + (UINT64_C(1) << 32), HOLDER));
    assert_null(ask_find(&f->of.home, ask_call(a) + 1, HOLDER));       /* a record never used */
    assert_null(ask_find(&f->of.home, ask_call(a) + 1000000, HOLDER)); /* of no chunk */
}

static void test_a_call_ends_with_the_callees_side(void **state)
{
    struct fixture *f = *state;
    struct ask *a = ask_of(&f->of.home, HOLDER);
    uint64_t call = ask_call(a);
    /* Decided by the asker's timer: the callee still has to end it. */
    or_acq_rel(&a->state, ASK_DECIDED);
    assert_ptr_equal(a, ask_find(&f->of.home, call, HOLDER));
    end_callee(a);
    assert_null(ask_find(&f->of.home, call, HOLDER));
}

static void test_a_record_comes_back_when_both_sides_are_done(void **state)
{
    struct fixture *f = *state;
    struct ask *a = ask_of(&f->of.home, HOLDER);
    uint64_t before = ask_call(a);
    end_callee(a);
    ask_asker_done(&f->of.home, a);
    struct ask *again = ask_of(&f->of.home, HOLDER);
    assert_ptr_equal(a, again);
    assert_true(ask_call(again) != before);
    assert_null(ask_find(&f->of.home, before, HOLDER));
    assert_ptr_equal(a, ask_find(&f->of.home, ask_call(again), HOLDER));
}

static void test_a_record_forgets_what_it_was(void **state)
{
    struct fixture *f = *state;
    struct ask *a = ask_of(&f->of.home, HOLDER);
    a->carriers = 1;
    a->abandoned = a->refused = a->reply_kept = a->exclusive = true;
    a->hold = HOLD_KEPT;
    end_callee(a);
    ask_asker_done(&f->of.home, a);
    assert_ptr_equal(a, ask_of(&f->of.home, HOLDER));
    assert_int_equal(0, a->carriers);
    assert_false(a->abandoned || a->refused || a->reply_kept || a->exclusive);
    assert_int_equal(HOLD_QUEUED, a->hold);
}

static void test_a_record_does_not_come_back_before(void **state)
{
    struct fixture *f = *state;
    struct ask *a = ask_of(&f->of.home, HOLDER);
    ask_asker_done(&f->of.home, a); /* the callee still has it */
    assert_ptr_not_equal(a, ask_of(&f->of.home, HOLDER));
    assert_ptr_equal(a, ask_find(&f->of.home, ask_call(a), HOLDER));
}

static void test_a_record_returns_to_its_home(void **state)
{
    struct fixture *f = *state;
    struct ask *records[MANY];
    for (int i = 0; i < MANY; i++) {
        records[i] = ask_of(&f->of.home, HOLDER);
        ask_free(&f->of.away, records[i]);
        assert_ptr_not_equal(records[i], ask_of(&f->of.away, HOLDER));
    }
    ask_collect(&f->of.home);
    int found = 0;
    for (int i = 0; i < MANY; i++) {
        struct ask *a = ask_of(&f->of.home, HOLDER);
        for (int k = 0; k < MANY; k++) {
            found += records[k] == a ? 1 : 0;
        }
    }
    assert_int_equal(MANY, found);
}

static void test_a_timer_decides_once(void **state)
{
    struct fixture *f = *state;
    struct ask *late = ask_of(&f->of.home, HOLDER);
    struct ask *answered = ask_of(&f->of.home, HOLDER);
    late->asker = OTHER;
    late->index = 3;
    int64_t now = clock_now();
    wheel_set(&f->of.home.wheel, &late->timer, now);
    wheel_set(&f->of.home.wheel, &answered->timer, now);
    end_callee(answered);
    wheel_advance(&f->of.home.wheel, now + 10 * WHEEL_TICK_NS, &f->of.home);
    assert_non_null(f->timed_out);
    assert_ptr_equal(late, msg_ask(f->timed_out));
    assert_int_equal(3, f->timed_out->index);
    assert_true(f->timed_out->target == OTHER);
    const actor_reply *body = msg_body(f->timed_out);
    assert_int_equal(0, body->kind);
    assert_int_equal(ACTOR_ERR_TIMEOUT, body->error);
}

/* ---- Threads --------------------------------------------------------------------------------- */

/* Somebody who has got hold of calls that are not his. */
struct curious {
    struct thread thread;
    struct local *l;
    _Atomic uint64_t call;
    _Atomic bool over;
    uint32_t found_as_other;
    uint32_t found_another;
};

static void look_up(void *arg)
{
    struct curious *c = arg;
    /* acquire: pairs with the release that ends the test. */
    while (!load_acq(&c->over)) {
        uint64_t call = load_acq(&c->call);
        c->found_as_other += ask_find(c->l, call, OTHER) != NULL;
        struct ask *a = ask_find(c->l, call, HOLDER);
        c->found_another += a != NULL && a->slot != (uint32_t)call;
    }
}

static void test_a_record_may_be_looked_at_while_it_is_made_anew(void **state)
{
    struct fixture *f = *state;
    struct curious c = { .l = &f->of.away };
    assert_true(thread_start(&c.thread, look_up, &c));
    for (int i = 0; i < TURNS; i++) {
        struct ask *a = ask_of(&f->of.home, HOLDER);
        store_rel(&c.call, ask_call(a));
        end_callee(a);
        ask_asker_done(&f->of.home, a);
    }
    /* release: pairs with the acquire in look_up(). */
    store_rel(&c.over, true);
    thread_join(&c.thread);
    assert_int_equal(0, c.found_as_other);
    assert_int_equal(0, c.found_another);
}

#define ASK_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASK_TEST(test_a_call_is_found_by_its_holder_alone),
        ASK_TEST(test_what_is_no_call_finds_nothing),
        ASK_TEST(test_a_call_ends_with_the_callees_side),
        ASK_TEST(test_a_record_comes_back_when_both_sides_are_done),
        ASK_TEST(test_a_record_forgets_what_it_was),
        ASK_TEST(test_a_record_does_not_come_back_before),
        ASK_TEST(test_a_record_returns_to_its_home),
        ASK_TEST(test_a_timer_decides_once),
        ASK_TEST(test_a_record_may_be_looked_at_while_it_is_made_anew),
    };
    return cmocka_run_group_tests_name("ask", tests, NULL, NULL);
}
