/* SPDX-License-Identifier: MIT */
/* Unit tests of intake.c. */
#include "intake.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { GEN = 7, NOTES = 16 };

enum { PLAIN, URGENT, LATEST, URGENT_LATEST, CLASSES };

static const actor_class classes[CLASSES] = {
    [PLAIN] = { 0 },
    [URGENT] = { .urgent = true },
    [LATEST] = { .limit = 2, .overflow = ACTOR_DROP_OLDEST },
    [URGENT_LATEST] = { .limit = 1, .overflow = ACTOR_DROP_OLDEST, .urgent = true },
};

static const actor_info unbounded = {
    .name = "t.Unbounded", .classes = classes, .class_count = CLASSES
};
static const actor_info forgetful = { .name = "t.Forgetful",
    .classes = classes,
    .class_count = CLASSES,
    .mailbox = 3,
    .overflow = ACTOR_DROP_OLDEST };
static const actor_info plain = { .name = "t.Plain", .classes = classes, .class_count = 2 };

static const uint64_t target = (uint64_t)GEN << 32 | 5;

static struct intake *in;
static struct msg notes[NOTES];

static int setup(void **state)
{
    (void)state;
    in = intake_new(CLASSES);
    return in == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    intake_free(in);
    return 0;
}

/* The number of a note, -1 for none. */
static int number(const struct msg *m)
{
    return m == NULL ? -1 : (int)(m - notes);
}

/* Adds a note; which one it drops. */
static int add_kind(int n, enum msg_kind kind, uint16_t index, bool *ret_signal)
{
    notes[n] = (struct msg){ .kind = (uint8_t)kind, .index = index, .target = target };
    assert_true(intake_enter(in, GEN));
    struct msg *dropped = intake_add(in, &notes[n], ret_signal);
    intake_leave(in);
    assert_true(dropped == NULL || dropped->target == target);
    return number(dropped);
}

static int add(int n, uint16_t index)
{
    bool signal;
    return add_kind(n, MSG_TELL, index, &signal);
}

/* Checks a list that is to have these numbers. */
static void expect_list(const struct msg *m, const int *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(numbers[i], number(m));
        assert_true(m->target == target);
        m = m->next;
    }
    assert_null(m);
}

#define EXPECT_LIST(list, ...)                                                                 \
    expect_list(list, (const int[]){ __VA_ARGS__ },                                            \
            sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

static void test_it_is_for_those_that_make_room(void **state)
{
    (void)state;
    assert_true(intake_is_for(&unbounded));
    assert_true(intake_is_for(&forgetful));
    assert_false(intake_is_for(&plain));
}

static void test_what_is_collected_is_in_the_order_it_came(void **state)
{
    (void)state;
    intake_open(in, &unbounded, GEN);
    bool signal;
    assert_int_equal(-1, add(0, LATEST));
    assert_int_equal(-1, add(1, PLAIN));
    assert_int_equal(-1, add(2, URGENT_LATEST));
    assert_int_equal(-1, add_kind(3, MSG_STOP, 0, &signal));
    assert_int_equal(-1, add(4, URGENT));
    assert_int_equal(-1, add(5, LATEST));
    assert_int_equal(-1, add(6, PLAIN));
    EXPECT_LIST(intake_collect(in), 0, 1, 2, 3, 4, 5, 6);
    assert_null(intake_collect(in));
}

static void test_a_class_drops_its_own_oldest(void **state)
{
    (void)state;
    intake_open(in, &unbounded, GEN);
    assert_int_equal(-1, add(0, LATEST));
    assert_int_equal(-1, add(1, PLAIN));
    assert_int_equal(-1, add(2, LATEST));
    assert_int_equal(0, add(3, LATEST));
    assert_int_equal(-1, add(4, URGENT_LATEST));
    assert_int_equal(4, add(5, URGENT_LATEST));
    assert_int_equal(4, load_rlx(&in->waiting));
    EXPECT_LIST(intake_collect(in), 1, 2, 3, 5);
    assert_int_equal(0, load_rlx(&in->waiting));
    /* All places are free again. */
    assert_int_equal(-1, add(6, LATEST));
    assert_int_equal(-1, add(7, LATEST));
    assert_int_equal(6, add(8, LATEST));
}

static void test_a_mailbox_drops_urgent_ones_last_and_nothing_of_the_systems(void **state)
{
    (void)state;
    bool signal;
    intake_open(in, &forgetful, GEN);
    assert_int_equal(-1, add(0, URGENT));
    assert_int_equal(-1, add_kind(1, MSG_STOP, 0, &signal));
    assert_int_equal(-1, add_kind(2, MSG_REPLY, 0, &signal));
    assert_int_equal(-1, add(3, PLAIN));
    assert_int_equal(-1, add(4, LATEST));
    assert_int_equal(3, add(5, PLAIN));
    assert_int_equal(5, add(6, URGENT));
    assert_int_equal(4, add(7, URGENT));
    assert_int_equal(8, add(8, PLAIN)); /* itself: all others are urgent */
    assert_int_equal(0, add(9, URGENT));
    EXPECT_LIST(intake_collect(in), 1, 2, 6, 7, 9);
}

static void test_one_signal_until_it_is_collected(void **state)
{
    (void)state;
    bool signal;
    intake_open(in, &unbounded, GEN);
    (void)add_kind(0, MSG_TELL, PLAIN, &signal);
    assert_true(signal);
    (void)add_kind(1, MSG_TELL, PLAIN, &signal);
    assert_false(signal);
    assert_ptr_equal(in, intake_of(&in->token));
    EXPECT_LIST(intake_collect(in), 0, 1);
    (void)add_kind(2, MSG_TELL, PLAIN, &signal);
    assert_true(signal);
}

/* The token may be in the inbox still when the slot's next actor comes: it is not pushed twice. */
static void test_closing_lets_nothing_in_and_leaves_the_token_where_it_is(void **state)
{
    (void)state;
    bool signal;
    assert_false(intake_enter(in, GEN));
    intake_open(in, &unbounded, GEN);
    assert_false(intake_enter(in, GEN - 1));
    (void)add_kind(0, MSG_TELL, PLAIN, &signal);
    (void)add_kind(1, MSG_TELL, LATEST, &signal);
    EXPECT_LIST(intake_close(in), 0, 1);
    assert_false(intake_enter(in, GEN));
    intake_open(in, &unbounded, GEN);
    (void)add_kind(2, MSG_TELL, PLAIN, &signal);
    assert_false(signal);
    EXPECT_LIST(intake_collect(in), 2);
}

#define INTAKE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        INTAKE_TEST(test_it_is_for_those_that_make_room),
        INTAKE_TEST(test_what_is_collected_is_in_the_order_it_came),
        INTAKE_TEST(test_a_class_drops_its_own_oldest),
        INTAKE_TEST(test_a_mailbox_drops_urgent_ones_last_and_nothing_of_the_systems),
        INTAKE_TEST(test_one_signal_until_it_is_collected),
        INTAKE_TEST(test_closing_lets_nothing_in_and_leaves_the_token_where_it_is),
    };
    return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
