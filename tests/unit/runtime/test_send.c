/* SPDX-License-Identifier: MIT */
/* Unit tests of send.c: what becomes of an answer for which nobody waits any more. */
#include "send.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CALLEE = 77, BODY_BYTES = 40 };

struct fixture {
    struct shared shared;
    struct local home; /* where the ask was made */
    struct local away; /* where it is answered */
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    *state = f;
    depot_init(&f->shared.depot);
    f->shared.asks = asks_new();
    local_init(&f->home, &f->shared, LOCAL_WORKER, 0);
    local_init(&f->away, &f->shared, LOCAL_WORKER, 1);
    return f->shared.asks == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    local_fini(&f->home);
    local_fini(&f->away);
    asks_free(f->shared.asks);
    depot_fini(&f->shared.depot);
    free(f);
    return 0;
}

/* An ask from outside that is over for whoever asked, as far as `state` says. */
static struct ask *ask_that_is_over(struct fixture *f, uint32_t state)
{
    struct ask *a = ask_new(&f->home);
    assert_non_null(a);
    a->asker = 0;
    store_rel(&a->callee, CALLEE);
    store_rel(&a->state, state);
    return a;
}

static struct msg *make_reply(struct fixture *f)
{
    struct msg *m = msg_new(&f->away.pool, MSG_REPLY, BODY_BYTES);
    assert_non_null(m);
    return m;
}

/* The pool hands out first what it was given last. */
static void expect_freed(struct fixture *f, const struct msg *m)
{
    struct msg *next = make_reply(f);
    assert_ptr_equal(m, next);
    msg_free(&f->away.pool, next);
}

static void test_an_answer_that_comes_too_late_is_freed(void **state)
{
    struct fixture *f = *state;
    struct ask *a = ask_that_is_over(f, ASK_DECIDED); /* its reply is on its way */
    uint64_t call = ask_call(a);
    struct msg *reply = make_reply(f);
    send_end_call(&f->away, a, reply);
    expect_freed(f, reply);
    assert_int_equal(1, load_rlx(&f->shared.stale_replies));
    assert_null(ask_find(&f->home, call, CALLEE));
    assert_ptr_not_equal(a, ask_new(&f->home));
    ask_asker_done(&f->home, a);
    assert_ptr_equal(a, ask_new(&f->home));
}

/* So is the record, by who is the last to have it. */
static void test_an_answer_to_who_is_gone_frees_the_record_as_well(void **state)
{
    struct fixture *f = *state;
    struct ask *a = ask_that_is_over(f, ASK_DECIDED | ASK_ASKER_DONE);
    struct msg *reply = make_reply(f);
    send_end_call(&f->away, a, reply);
    expect_freed(f, reply);
    assert_int_equal(1, load_rlx(&f->shared.stale_replies));
    ask_collect(&f->home);
    assert_ptr_equal(a, ask_new(&f->home));
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
