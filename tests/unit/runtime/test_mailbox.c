/* SPDX-License-Identifier: MIT */
/*
 * Unit tests of mailbox.c: the inbox, the lanes, admission. The last one means most under
 * ThreadSanitizer.
 */
#include "mailbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GEN = 7, NOTES = 64 };

/* The classes of the actor whose mailbox it is. */
enum { PLAIN, URGENT, LIMITED, LATEST, URGENT_LATEST, CLASSES };

static const actor_class classes[CLASSES] = {
    [PLAIN] = { 0 },
    [URGENT] = { .urgent = true },
    [LIMITED] = { .limit = 2, .overflow = ACTOR_REFUSE },
    [LATEST] = { .limit = 2, .overflow = ACTOR_DROP_OLDEST },
    [URGENT_LATEST] = { .limit = 1, .overflow = ACTOR_DROP_OLDEST, .urgent = true },
};

static const actor_info unbounded = {
    .name = "t.Unbounded", .classes = classes, .class_count = CLASSES
};
static const actor_info refusing = { .name = "t.Refusing",
    .classes = classes,
    .class_count = CLASSES,
    .mailbox = 3,
    .overflow = ACTOR_REFUSE };
static const actor_info forgetful = { .name = "t.Forgetful",
    .classes = classes,
    .class_count = CLASSES,
    .mailbox = 3,
    .overflow = ACTOR_DROP_OLDEST };
static const actor_info two_plain = {
    .name = "t.TwoPlain", .classes = classes, .class_count = 2
};

struct note {
    struct msg msg;
    int number;
};

static struct mailbox box;
static struct mailbox_annex annex; /* of `box` */
static struct note notes[NOTES];

static int setup(void **state)
{
    (void)state;
    memset(&annex, 0, sizeof annex);
    mailbox_init(&box, &annex);
    for (int i = 0; i < NOTES; i++) {
        notes[i] = (struct note){ .number = i };
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    mailbox_fini(&annex);
    return 0;
}

static struct msg *note(int number, uint16_t index)
{
    notes[number].msg.kind = MSG_TELL;
    notes[number].msg.index = index;
    return &notes[number].msg;
}

static struct msg *note_of_kind(int number, enum msg_kind kind)
{
    notes[number].msg.kind = (uint8_t)kind;
    return &notes[number].msg;
}

/* The number of a note, -1 for none. */
static int number(const struct msg *m)
{
    return m == NULL ? -1 : ((const struct note *)(const void *)m)->number;
}

static int put(const actor_info *info, int n, uint16_t index)
{
    return number(mailbox_put(&box, info, note(n, index)));
}

static int take(const actor_info *info)
{
    return number(mailbox_take(&box, info));
}

static actor_err reserve(
        const actor_info *info, uint16_t index, uint32_t gen, uint8_t *ret_flags)
{
    return mailbox_reserve(&box, info, index, gen, ret_flags);
}

/* ---- Inbox --------------------------------------------------------------------------------- */

static void test_a_new_mailbox_is_parked_and_empty(void **state)
{
    (void)state;
    assert_false(mailbox_has_inbox(&box));
    assert_false(mailbox_waiting(&box));
    assert_int_equal(-1, take(&unbounded));
    assert_null(mailbox_take_event(&box));
}

static void test_only_the_push_that_unparks_notifies(void **state)
{
    (void)state;
    assert_true(mailbox_push(&box, note(0, PLAIN)));
    assert_false(mailbox_push(&box, note(1, PLAIN)));
    assert_true(mailbox_has_inbox(&box));
    struct msg *list = mailbox_drain(&box);
    assert_int_equal(0, number(list));
    assert_int_equal(1, number(list->next));
    assert_null(list->next->next);
    /* Drained, but not parked: whoever drained it will look again. */
    assert_false(mailbox_has_inbox(&box));
    assert_false(mailbox_push(&box, note(2, PLAIN)));
}

static void test_parking_gives_back_what_was_pushed_before_it(void **state)
{
    (void)state;
    assert_null(mailbox_park(&box));
    assert_true(mailbox_push(&box, note(0, PLAIN)));
    assert_false(mailbox_push(&box, note(1, PLAIN)));
    struct msg *list = mailbox_park(&box);
    assert_int_equal(0, number(list));
    assert_int_equal(1, number(list->next));
    assert_null(list->next->next);
    assert_false(mailbox_has_inbox(&box));
    assert_true(mailbox_push(&box, note(2, PLAIN)));
}

/* ---- Lanes --------------------------------------------------------------------------------- */

static void test_messages_leave_in_the_order_they_came(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(-1, put(&unbounded, i, PLAIN));
    }
    assert_int_equal(5, box.queued);
    assert_true(mailbox_waiting(&box));
    for (int i = 0; i < 5; i++) {
        assert_int_equal(i, take(&unbounded));
    }
    assert_int_equal(-1, take(&unbounded));
    assert_int_equal(0, box.queued);
    assert_false(mailbox_waiting(&box));
}

static void test_urgent_ones_overtake_and_keep_their_own_order(void **state)
{
    (void)state;
    put(&unbounded, 0, PLAIN);
    put(&unbounded, 1, URGENT);
    put(&unbounded, 2, PLAIN);
    put(&unbounded, 3, URGENT);
    static const int expected[] = { 1, 3, 0, 2, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&unbounded));
    }
}

static void test_events_have_a_lane_of_their_own(void **state)
{
    (void)state;
    put(&unbounded, 0, URGENT);
    assert_null(mailbox_put(&box, &unbounded, note_of_kind(1, MSG_EVENT)));
    assert_int_equal(1, box.queued);
    assert_int_equal(1, number(mailbox_take_event(&box)));
    assert_null(mailbox_take_event(&box));
    assert_int_equal(0, take(&unbounded));
}

static void test_replies_and_stops_wait_their_turn_and_do_not_count(void **state)
{
    (void)state;
    put(&unbounded, 0, PLAIN);
    mailbox_put(&box, &unbounded, note_of_kind(1, MSG_REPLY));
    mailbox_put(&box, &unbounded, note_of_kind(2, MSG_STOP));
    put(&unbounded, 3, PLAIN);
    assert_int_equal(2, box.queued);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(i, take(&unbounded));
    }
    assert_int_equal(0, box.queued);
}

/* ---- Suspended ------------------------------------------------------------------------------ */

static void put_reply(int n)
{
    assert_null(mailbox_put(&box, &unbounded, note_of_kind(n, MSG_REPLY)));
}

static int take_reply(void)
{
    return number(mailbox_take_reply(&box));
}

static void expect_all(const int *expected)
{
    int n;
    do {
        n = take(&unbounded);
        assert_int_equal(*expected, n);
        expected++;
    } while (n >= 0);
    assert_false(mailbox_waiting(&box));
}

static void test_a_suspended_mailbox_gives_replies_only(void **state)
{
    (void)state;
    put(&unbounded, 0, PLAIN);
    put_reply(1);
    put(&unbounded, 2, URGENT);
    put_reply(3);
    mailbox_suspend(&box);
    assert_true(mailbox_is_shut(&box));
    put_reply(4);
    put(&unbounded, 5, PLAIN);
    mailbox_put(&box, &unbounded, note_of_kind(6, MSG_STOP));
    static const int expected[] = { 1, 3, 4, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_true(mailbox_waiting(&box) == (expected[i] >= 0));
        assert_int_equal(expected[i], take_reply());
    }
    mailbox_resume(&box);
    assert_false(mailbox_is_shut(&box));
    expect_all((const int[]){ 2, 0, 5, 6, -1 });
    assert_int_equal(0, box.queued);
}

static void test_replies_that_are_left_come_first_when_it_goes_on(void **state)
{
    (void)state;
    put(&unbounded, 0, PLAIN);
    mailbox_suspend(&box);
    put_reply(1);
    put_reply(2);
    put(&unbounded, 3, PLAIN);
    mailbox_resume(&box);
    expect_all((const int[]){ 1, 2, 0, 3, -1 });
}

/* Those at the ends of the lane, next to each other, and all there is. */
static void test_a_lane_is_whole_without_its_replies(void **state)
{
    (void)state;
    put_reply(0);
    put_reply(1);
    mailbox_suspend(&box);
    put(&unbounded, 2, PLAIN);
    mailbox_resume(&box);
    put_reply(3);
    mailbox_suspend(&box); /* 0, 1, 2, 3 */
    assert_int_equal(0, take_reply());
    put(&unbounded, 4, PLAIN);
    mailbox_resume(&box); /* 1, 3, 2, 4 */
    mailbox_suspend(&box);
    mailbox_resume(&box);
    expect_all((const int[]){ 1, 3, 2, 4, -1 });
}

/* What one sender sends stays in order, though one of its classes makes its own room. */
static void test_gates_and_lanes_stay_merged_when_it_goes_on(void **state)
{
    (void)state;
    assert_true(mailbox_open(&annex, &unbounded, GEN));
    put(&unbounded, 0, PLAIN);
    put(&unbounded, 1, LATEST);
    put(&unbounded, 2, PLAIN);
    mailbox_suspend(&box);
    put_reply(3);
    put(&unbounded, 4, LATEST);
    mailbox_resume(&box);
    put_reply(5);
    expect_all((const int[]){ 3, 0, 1, 2, 4, 5, -1 });
}

static struct msg *exclusive_reply(int n)
{
    struct msg *m = note_of_kind(n, MSG_REPLY);
    m->flags = MSG_EXCLUSIVE;
    return m;
}

/* An exclusive ask shuts more than being suspended does. */
static void test_an_exclusive_ask_of_a_suspended_mailbox(void **state)
{
    (void)state;
    put(&unbounded, 0, PLAIN);
    put_reply(1);
    annex.exclusive = 1;
    mailbox_suspend(&box);
    assert_int_equal(-1, take_reply());
    assert_false(mailbox_waiting(&box));
    assert_null(mailbox_put(&box, &unbounded, exclusive_reply(2)));
    assert_true(mailbox_waiting(&box));
    assert_int_equal(2, take_reply());
    annex.exclusive = 0;
    assert_int_equal(1, take_reply());
    mailbox_resume(&box);
    expect_all((const int[]){ 0, -1 });
    assert_int_equal(0, annex.gated);
}

static void test_what_drops_its_oldest_does_so_while_it_is_suspended(void **state)
{
    (void)state;
    assert_true(mailbox_open(&annex, &forgetful, GEN));
    mailbox_suspend(&box);
    assert_int_equal(-1, put(&forgetful, 0, PLAIN));
    assert_null(mailbox_put(&box, &forgetful, note_of_kind(1, MSG_REPLY)));
    assert_int_equal(-1, put(&forgetful, 2, PLAIN));
    assert_int_equal(-1, put(&forgetful, 3, PLAIN));
    assert_int_equal(0, put(&forgetful, 4, PLAIN));
    mailbox_resume(&box);
    assert_int_equal(2, put(&forgetful, 5, PLAIN)); /* past the reply at the head of the lane */
    static const int expected[] = { 1, 3, 4, 5, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&forgetful));
    }
}

/* ---- What drops its oldest ------------------------------------------------------------------- */

static void test_a_class_drops_its_own_oldest(void **state)
{
    (void)state;
    assert_true(mailbox_open(&annex, &unbounded, GEN));
    put(&unbounded, 0, PLAIN);
    assert_int_equal(-1, put(&unbounded, 1, LATEST));
    assert_int_equal(-1, put(&unbounded, 2, LATEST));
    assert_int_equal(1, put(&unbounded, 3, LATEST));
    assert_int_equal(2, put(&unbounded, 4, LATEST));
    assert_int_equal(3, box.queued);
    static const int expected[] = { 0, 3, 4, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&unbounded));
    }
    assert_int_equal(0, box.queued);
    assert_int_equal(0, annex.gated);
}

static void test_gates_and_lanes_are_merged_by_arrival(void **state)
{
    (void)state;
    assert_true(mailbox_open(&annex, &unbounded, GEN));
    put(&unbounded, 0, LATEST);
    put(&unbounded, 1, PLAIN);
    put(&unbounded, 2, URGENT_LATEST);
    put(&unbounded, 3, LATEST);
    put(&unbounded, 4, URGENT);
    mailbox_put(&box, &unbounded, note_of_kind(5, MSG_REPLY));
    static const int expected[] = { 2, 4, 0, 1, 3, 5, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&unbounded));
    }
}

static void test_a_mailbox_over_its_bound_drops_its_oldest(void **state)
{
    (void)state;
    assert_true(mailbox_open(&annex, &forgetful, GEN));
    mailbox_put(&box, &forgetful, note_of_kind(9, MSG_REPLY));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(-1, put(&forgetful, i, PLAIN));
    }
    assert_int_equal(0, put(&forgetful, 3, PLAIN));
    assert_int_equal(1, put(&forgetful, 4, URGENT)); /* an urgent one goes last */
    assert_int_equal(2, put(&forgetful, 5, PLAIN));
    assert_int_equal(3, box.queued);
    static const int expected[] = { 4, 9, 3, 5, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&forgetful));
    }
}

static void test_the_last_message_of_a_lane_can_be_the_one_that_goes(void **state)
{
    (void)state;
    assert_true(mailbox_open(&annex, &forgetful, GEN));
    mailbox_put(&box, &forgetful, note_of_kind(9, MSG_REPLY));
    put(&forgetful, 0, PLAIN);
    put(&forgetful, 1, URGENT);
    put(&forgetful, 2, URGENT);
    assert_int_equal(0, put(&forgetful, 3, URGENT));
    /* The lane's end is the reply again. */
    mailbox_put(&box, &forgetful, note_of_kind(10, MSG_REPLY));
    assert_int_equal(1, put(&forgetful, 4, URGENT));
    static const int expected[] = { 2, 3, 4, 9, 10, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&forgetful));
    }
}

/* ---- The stash ------------------------------------------------------------------------------ */

static struct stash stash;

static void stash_next(const actor_info *info)
{
    struct msg *m = mailbox_take(&box, info);
    assert_non_null(m);
    mailbox_stash(&box, info, m);
}

static void with_stash(const actor_info *info)
{
    assert_true(mailbox_open(&annex, info, GEN));
    stash = (struct stash){ .bounded = 0 };
    annex.stash = &stash;
}

static void test_what_is_stashed_does_not_wait_until_it_is_let_go(void **state)
{
    (void)state;
    with_stash(&unbounded);
    put(&unbounded, 0, PLAIN);
    put(&unbounded, 1, URGENT);
    stash_next(&unbounded); /* 1 */
    stash_next(&unbounded); /* 0 */
    assert_false(mailbox_waiting(&box));
    assert_int_equal(0, box.queued);
    assert_int_equal(2, stash.bounded);
    assert_int_equal(-1, take(&unbounded));
    mailbox_unstash(&box);
    assert_true(mailbox_waiting(&box));
    assert_int_equal(2, box.queued);
    assert_int_equal(0, stash.bounded);
    put(&unbounded, 2, URGENT);
    static const int expected[] = { 1, 0, 2, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&unbounded));
    }
    assert_int_equal(0, box.queued);
    assert_int_equal(0, annex.gated);
}

static void test_what_is_stashed_again_comes_before_what_was_let_go_with_it(void **state)
{
    (void)state;
    with_stash(&unbounded);
    for (int i = 0; i < 4; i++) {
        put(&unbounded, i, PLAIN);
        stash_next(&unbounded);
    }
    mailbox_unstash(&box);
    stash_next(&unbounded); /* 0 */
    stash_next(&unbounded); /* 1 */
    mailbox_unstash(&box);
    mailbox_unstash(&box); /* of nothing */
    for (int i = 0; i < 4; i++) {
        assert_int_equal(i, take(&unbounded));
    }
    assert_int_equal(-1, take(&unbounded));
    assert_int_equal(0, annex.gated);
}

static void test_a_full_mailbox_gives_up_what_is_stashed_first(void **state)
{
    (void)state;
    with_stash(&forgetful);
    put(&forgetful, 0, PLAIN);
    put(&forgetful, 1, PLAIN);
    stash_next(&forgetful);
    stash_next(&forgetful);
    mailbox_unstash(&box);
    stash_next(&forgetful); /* 0 again; 1 is let go */
    assert_int_equal(-1, put(&forgetful, 2, PLAIN));
    struct msg *oldest = mailbox_put(&box, &forgetful, note(3, PLAIN));
    assert_int_equal(0, number(oldest));
    assert_true((oldest->flags & MSG_STASHED) != 0);
    oldest = mailbox_put(&box, &forgetful, note(4, PLAIN));
    assert_int_equal(1, number(oldest));
    assert_false((oldest->flags & MSG_STASHED) != 0);
    static const int expected[] = { 2, 3, 4, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&forgetful));
    }
    assert_int_equal(0, box.queued);
    assert_int_equal(0, annex.gated);
}

static void test_a_class_that_makes_its_own_room_counts_what_is_stashed(void **state)
{
    (void)state;
    with_stash(&unbounded);
    put(&unbounded, 0, LATEST);
    put(&unbounded, 1, PLAIN);
    put(&unbounded, 2, LATEST);
    for (int i = 0; i < 3; i++) {
        stash_next(&unbounded);
    }
    assert_int_equal(0, put(&unbounded, 3, LATEST));
    mailbox_unstash(&box);
    assert_int_equal(2, put(&unbounded, 4, LATEST));
    assert_int_equal(3, put(&unbounded, 5, LATEST));
    static const int expected[] = { 1, 4, 5, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&unbounded));
    }
    assert_int_equal(0, box.queued);
    assert_int_equal(0, annex.gated);
}

static void test_what_a_timer_brings_takes_no_room(void **state)
{
    (void)state;
    assert_true(mailbox_open(&annex, &forgetful, GEN));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(-1, put(&forgetful, i, PLAIN));
    }
    static const uint16_t classes_of[] = { LATEST, URGENT, PLAIN };
    for (int i = 3; i < 6; i++) {
        struct msg *m = note_of_kind(i, MSG_ALARM);
        m->index = classes_of[i - 3];
        assert_null(mailbox_put(&box, &forgetful, m));
    }
    assert_int_equal(3, box.queued);
    assert_int_equal(0, put(&forgetful, 6, PLAIN));
    static const int expected[] = { 4, 1, 2, 3, 5, 6, -1 };
    for (size_t i = 0; i < RT_COUNT(expected); i++) {
        assert_int_equal(expected[i], take(&forgetful));
    }
}

/* ---- Admission ------------------------------------------------------------------------------ */

static void test_no_bound_takes_no_place(void **state)
{
    (void)state;
    uint8_t flags = 99;
    assert_true(mailbox_open(&annex, &two_plain, GEN));
    assert_int_equal(ACTOR_OK, reserve(&two_plain, PLAIN, GEN, &flags));
    assert_int_equal(0, flags);
}

static void test_a_mailbox_refuses_past_its_bound(void **state)
{
    (void)state;
    uint8_t flags;
    assert_true(mailbox_open(&annex, &refusing, GEN));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, reserve(&refusing, PLAIN, GEN, &flags));
        assert_int_equal(MSG_HAS_MAILBOX_PLACE, flags);
    }
    assert_int_equal(ACTOR_ERR_REFUSED, reserve(&refusing, PLAIN, GEN, &flags));
    assert_int_equal(0, flags);
    mailbox_release(&box, PLAIN, GEN, MSG_HAS_MAILBOX_PLACE);
    assert_int_equal(ACTOR_OK, reserve(&refusing, URGENT, GEN, &flags));
    assert_int_equal(ACTOR_ERR_REFUSED, reserve(&refusing, PLAIN, GEN, &flags));
}

static void test_a_class_refuses_past_its_limit(void **state)
{
    (void)state;
    uint8_t flags;
    assert_true(mailbox_open(&annex, &unbounded, GEN));
    assert_int_equal(ACTOR_OK, reserve(&unbounded, LIMITED, GEN, &flags));
    assert_int_equal(MSG_HAS_CLASS_PLACE, flags);
    assert_int_equal(ACTOR_OK, reserve(&unbounded, LIMITED, GEN, &flags));
    assert_int_equal(ACTOR_ERR_REFUSED, reserve(&unbounded, LIMITED, GEN, &flags));
    assert_int_equal(ACTOR_OK, reserve(&unbounded, PLAIN, GEN, &flags));
    mailbox_release(&box, LIMITED, GEN, MSG_HAS_CLASS_PLACE);
    assert_int_equal(ACTOR_OK, reserve(&unbounded, LIMITED, GEN, &flags));
}

static void test_a_full_mailbox_gives_the_place_in_the_class_back(void **state)
{
    (void)state;
    uint8_t flags;
    assert_true(mailbox_open(&annex, &refusing, GEN));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, reserve(&refusing, PLAIN, GEN, &flags));
    }
    for (int i = 0; i < 5; i++) {
        assert_int_equal(ACTOR_ERR_REFUSED, reserve(&refusing, LIMITED, GEN, &flags));
        assert_int_equal(0, flags);
    }
    for (int i = 0; i < 3; i++) {
        mailbox_release(&box, PLAIN, GEN, MSG_HAS_MAILBOX_PLACE);
    }
    assert_int_equal(ACTOR_OK, reserve(&refusing, LIMITED, GEN, &flags));
    assert_int_equal(MSG_HAS_CLASS_PLACE | MSG_HAS_MAILBOX_PLACE, flags);
    assert_int_equal(ACTOR_OK, reserve(&refusing, LIMITED, GEN, &flags));
}

static void test_what_drops_its_oldest_never_fills_the_mailbox(void **state)
{
    (void)state;
    uint8_t flags;
    assert_true(mailbox_open(&annex, &refusing, GEN));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(ACTOR_OK, reserve(&refusing, LATEST, GEN, &flags));
        assert_int_equal(0, flags);
    }
    assert_int_equal(ACTOR_OK, reserve(&refusing, PLAIN, GEN, &flags));
}

static void test_a_place_belongs_to_one_generation(void **state)
{
    (void)state;
    uint8_t flags;
    assert_true(mailbox_open(&annex, &refusing, GEN));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, reserve(&refusing, PLAIN, GEN, &flags));
    }
    /* The next actor in this slot: a late sender and a late release change nothing for it. */
    assert_true(mailbox_open(&annex, &refusing, GEN + 1));
    assert_int_equal(ACTOR_ERR_STOPPED, reserve(&refusing, PLAIN, GEN, &flags));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, reserve(&refusing, PLAIN, GEN + 1, &flags));
    }
    mailbox_release(&box, PLAIN, GEN, MSG_HAS_MAILBOX_PLACE);
    assert_int_equal(ACTOR_ERR_REFUSED, reserve(&refusing, PLAIN, GEN + 1, &flags));
}

static void test_a_slot_whose_actor_has_no_bounds_knows_late_senders(void **state)
{
    (void)state;
    uint8_t flags;
    assert_true(mailbox_open(&annex, &two_plain, GEN));
    assert_int_equal(ACTOR_ERR_STOPPED, reserve(&refusing, PLAIN, GEN - 1, &flags));
    assert_true(mailbox_open(&annex, &refusing, GEN + 1));
    assert_int_equal(ACTOR_OK, reserve(&refusing, LIMITED, GEN + 1, &flags));
}

static void test_releasing_too_much_is_not_below_zero(void **state)
{
    (void)state;
    uint8_t flags;
    assert_true(mailbox_open(&annex, &refusing, GEN));
    mailbox_release(&box, PLAIN, GEN, MSG_HAS_MAILBOX_PLACE);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, reserve(&refusing, PLAIN, GEN, &flags));
    }
    assert_int_equal(ACTOR_ERR_REFUSED, reserve(&refusing, PLAIN, GEN, &flags));
}

/* ---- Threads --------------------------------------------------------------------------------- */

enum { PUSHERS = 3, EACH = 20000 };

struct pusher {
    struct thread thread;
    struct parker *owner;
    struct note *own;
    int from;
    uint32_t notified;
};

static void push_all(void *arg)
{
    struct pusher *p = arg;
    for (int i = 0; i < EACH; i++) {
        p->own[i].msg.kind = MSG_TELL;
        p->own[i].msg.index = (uint16_t)p->from;
        p->own[i].number = i;
        if (mailbox_push(&box, &p->own[i].msg)) {
            p->notified++;
            parker_wake(p->owner);
        }
    }
}

/* Checks a list that the owner has taken; returns how many it had. */
static int check_list(const struct msg *m, int *next)
{
    int n = 0;
    for (; m != NULL; m = m->next) {
        assert_int_equal(next[m->index]++, number(m));
        n++;
    }
    return n;
}

/* The owner parks only after it was notified, as run.c does. */
static void test_no_wake_up_is_lost_and_each_pusher_keeps_its_order(void **state)
{
    (void)state;
    struct parker owner;
    parker_init(&owner);
    struct pusher pushers[PUSHERS];
    int next[PUSHERS] = { 0 };
    for (int i = 0; i < PUSHERS; i++) {
        struct note *own = calloc(EACH, sizeof *own);
        assert_non_null(own);
        pushers[i] = (struct pusher){ .owner = &owner, .own = own, .from = i };
        assert_true(thread_start(&pushers[i].thread, push_all, &pushers[i]));
    }
    uint32_t wakes = 0;
    for (int got = 0; got < PUSHERS * EACH;) {
        assert_true(parker_wait_until(&owner, INT64_MAX));
        wakes++;
        while (mailbox_has_inbox(&box)) {
            got += check_list(mailbox_drain(&box), next);
        }
        got += check_list(mailbox_park(&box), next);
    }
    uint32_t notified = 0;
    for (int i = 0; i < PUSHERS; i++) {
        thread_join(&pushers[i].thread);
        notified += pushers[i].notified;
        free(pushers[i].own);
    }
    /* One notification for each unparking, and none is taken for two. */
    assert_int_equal(wakes, notified);
}

static void reserve_and_release(void *arg)
{
    uint32_t *too_many = arg;
    for (int i = 0; i < EACH; i++) {
        uint8_t flags;
        if (reserve(&refusing, LIMITED, GEN, &flags) == ACTOR_OK) {
            /* relaxed: a number. */
            uint64_t taken = load_rlx(&load_acq(&annex.admission)->gates[LIMITED].taken);
            *too_many += (uint32_t)taken > classes[LIMITED].limit;
            mailbox_release(&box, LIMITED, GEN, flags);
        }
    }
}

static void test_places_are_exact_among_threads(void **state)
{
    (void)state;
    struct thread threads[PUSHERS];
    uint32_t too_many[PUSHERS] = { 0 };
    assert_true(mailbox_open(&annex, &refusing, GEN));
    for (int i = 0; i < PUSHERS; i++) {
        assert_true(thread_start(&threads[i], reserve_and_release, &too_many[i]));
    }
    for (int i = 0; i < PUSHERS; i++) {
        thread_join(&threads[i]);
        assert_int_equal(0, too_many[i]);
    }
    struct admission *a = load_acq(&annex.admission);
    assert_true(load_rlx(&a->taken) == (uint64_t)GEN << 32);
    assert_true(load_rlx(&a->gates[LIMITED].taken) == (uint64_t)GEN << 32);
}

#define MAILBOX_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MAILBOX_TEST(test_a_new_mailbox_is_parked_and_empty),
        MAILBOX_TEST(test_only_the_push_that_unparks_notifies),
        MAILBOX_TEST(test_parking_gives_back_what_was_pushed_before_it),
        MAILBOX_TEST(test_messages_leave_in_the_order_they_came),
        MAILBOX_TEST(test_urgent_ones_overtake_and_keep_their_own_order),
        MAILBOX_TEST(test_events_have_a_lane_of_their_own),
        MAILBOX_TEST(test_replies_and_stops_wait_their_turn_and_do_not_count),
        MAILBOX_TEST(test_a_suspended_mailbox_gives_replies_only),
        MAILBOX_TEST(test_replies_that_are_left_come_first_when_it_goes_on),
        MAILBOX_TEST(test_a_lane_is_whole_without_its_replies),
        MAILBOX_TEST(test_gates_and_lanes_stay_merged_when_it_goes_on),
        MAILBOX_TEST(test_an_exclusive_ask_of_a_suspended_mailbox),
        MAILBOX_TEST(test_what_drops_its_oldest_does_so_while_it_is_suspended),
        MAILBOX_TEST(test_a_class_drops_its_own_oldest),
        MAILBOX_TEST(test_gates_and_lanes_are_merged_by_arrival),
        MAILBOX_TEST(test_a_mailbox_over_its_bound_drops_its_oldest),
        MAILBOX_TEST(test_the_last_message_of_a_lane_can_be_the_one_that_goes),
        MAILBOX_TEST(test_no_bound_takes_no_place),
        MAILBOX_TEST(test_what_is_stashed_does_not_wait_until_it_is_let_go),
        MAILBOX_TEST(test_what_is_stashed_again_comes_before_what_was_let_go_with_it),
        MAILBOX_TEST(test_a_full_mailbox_gives_up_what_is_stashed_first),
        MAILBOX_TEST(test_a_class_that_makes_its_own_room_counts_what_is_stashed),
        MAILBOX_TEST(test_what_a_timer_brings_takes_no_room),
        MAILBOX_TEST(test_a_mailbox_refuses_past_its_bound),
        MAILBOX_TEST(test_a_class_refuses_past_its_limit),
        MAILBOX_TEST(test_a_full_mailbox_gives_the_place_in_the_class_back),
        MAILBOX_TEST(test_what_drops_its_oldest_never_fills_the_mailbox),
        MAILBOX_TEST(test_a_place_belongs_to_one_generation),
        MAILBOX_TEST(test_a_slot_whose_actor_has_no_bounds_knows_late_senders),
        MAILBOX_TEST(test_releasing_too_much_is_not_below_zero),
        MAILBOX_TEST(test_no_wake_up_is_lost_and_each_pusher_keeps_its_order),
        MAILBOX_TEST(test_places_are_exact_among_threads),
    };
    return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
