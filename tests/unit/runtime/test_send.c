/* SPDX-License-Identifier: MIT */
/* Unit tests of send.c: what becomes of an answer for which nobody waits any more. */
#include "send.h"

#include "two_locals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CALLEE = 77, BODY_BYTES = 40 };

static int setup(void **state)
{
    struct two_locals *t = calloc(1, sizeof *t);
    *state = t;
    return t != NULL && two_locals_init(t) ? 0 : -1;
}

static int teardown(void **state)
{
    two_locals_fini(*state);
    free(*state);
    return 0;
}

/* An ask from outside that is over for whoever asked, as far as `state` says. */
static struct ask *ask_that_is_over(struct two_locals *t, uint32_t state)
{
    struct ask *a = ask_new(&t->home);
    assert_non_null(a);
    a->asker = 0;
    store_rel(&a->callee, CALLEE);
    store_rel(&a->state, state);
    return a;
}

static struct msg *make_reply(struct two_locals *t)
{
    struct msg *m = msg_new(&t->away.pool, MSG_REPLY, BODY_BYTES);
    assert_non_null(m);
    return m;
}

/* The pool hands out first what it was given last. */
static void expect_freed(struct two_locals *t, const struct msg *m)
{
    struct msg *next = make_reply(t);
    assert_ptr_equal(m, next);
    msg_free(&t->away.pool, next);
}

static void test_an_answer_that_comes_too_late_is_freed(void **state)
{
    struct two_locals *t = *state;
    struct ask *a = ask_that_is_over(t, ASK_DECIDED); /* its reply is on its way */
    uint64_t call = ask_call(a);
    struct msg *reply = make_reply(t);
    send_end_call(&t->away, a, reply);
    expect_freed(t, reply);
    assert_int_equal(1, load_rlx(&t->shared.stale_replies));
    assert_null(ask_find(&t->home, call, CALLEE));
    assert_ptr_not_equal(a, ask_new(&t->home));
    ask_asker_done(&t->home, a);
    assert_ptr_equal(a, ask_new(&t->home));
}

/* So is the record, by who is the last to have it. */
static void test_an_answer_to_who_is_gone_frees_the_record_as_well(void **state)
{
    struct two_locals *t = *state;
    struct ask *a = ask_that_is_over(t, ASK_DECIDED | ASK_ASKER_DONE);
    struct msg *reply = make_reply(t);
    send_end_call(&t->away, a, reply);
    expect_freed(t, reply);
    assert_int_equal(1, load_rlx(&t->shared.stale_replies));
    ask_collect(&t->home);
    assert_ptr_equal(a, ask_new(&t->home));
}

#define SEND_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEND_TEST(test_an_answer_that_comes_too_late_is_freed),
        SEND_TEST(test_an_answer_to_who_is_gone_frees_the_record_as_well),
    };
    return cmocka_run_group_tests_name("send", tests, NULL, NULL);
}
