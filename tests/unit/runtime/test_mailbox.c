/* SPDX-License-Identifier: MIT */
/* Unit tests of mailbox.c: who must notify, order of lanes, places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mailbox.h"

/* Classes: 0 plain, 1 urgent, 2 at most two, 3 the newest two, 4 the newest two and urgent. */
static const actor_layout layout = { "t.M", 8, 0, true, NULL };
static const actor_class classes[] = {
    { &layout, NULL, false, ACTOR_REFUSE, 0 },
    { &layout, NULL, true, ACTOR_REFUSE, 0 },
    { &layout, NULL, false, ACTOR_REFUSE, 2 },
    { &layout, NULL, false, ACTOR_DROP_OLDEST, 2 },
    { &layout, NULL, true, ACTOR_DROP_OLDEST, 2 },
};
static const actor_info unbounded = { .name = "t.A", .classes = classes, .class_count = 5 };
static const actor_info bounded = {
    .name = "t.B", .classes = classes, .class_count = 5, .mailbox = 3, .overflow = ACTOR_REFUSE
};
static const actor_info rolling = { .name = "t.C",
    .classes = classes,
    .class_count = 5,
    .mailbox = 3,
    .overflow = ACTOR_DROP_OLDEST };

enum { GEN = 7, MESSAGES = 32 };

struct fixture {
    struct mailbox mb;
    struct msg messages[MESSAGES];
    int used;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    if (f == NULL) {
        return -1;
    }
    mailbox_init(&f->mb);
    return mailbox_open(&f->mb, &unbounded, GEN) ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    mailbox_fini(&f->mb);
    free(f);
    return 0;
}

static struct msg *message(struct fixture *f, enum msg_kind kind, uint16_t index)
{
    struct msg *m = &f->messages[f->used++];
    *m = (struct msg){ .kind = (uint8_t)kind, .index = index };
    return m;
}

static void test_only_the_first_push_after_parking_notifies(void **state)
{
    struct fixture *f = *state;
    struct msg *first = message(f, MSG_TELL, 0);
    struct msg *second = message(f, MSG_TELL, 0);
    assert_true(mailbox_push(&f->mb, first));
    assert_false(mailbox_push(&f->mb, second));
    struct msg *list = mailbox_drain(&f->mb);
    assert_ptr_equal(first, list);
    assert_ptr_equal(second, list->next);
    assert_null(second->next);
    /* Drained, but not parked: the owner is still looking. */
    struct msg *third = message(f, MSG_TELL, 0);
    assert_false(mailbox_push(&f->mb, third));
    assert_ptr_equal(third, mailbox_park(&f->mb));
    assert_true(mailbox_push(&f->mb, message(f, MSG_TELL, 0)));
}

static void test_a_parked_mailbox_is_empty(void **state)
{
    struct fixture *f = *state;
    assert_false(mailbox_has_inbox(&f->mb));
    assert_null(mailbox_take(&f->mb, &unbounded));
    assert_null(mailbox_take_event(&f->mb));
    assert_false(mailbox_waiting(&f->mb));
}

static void test_urgent_messages_come_first_each_lane_in_order(void **state)
{
    struct fixture *f = *state;
    struct msg *a = message(f, MSG_TELL, 0);
    struct msg *b = message(f, MSG_TELL, 1);
    struct msg *c = message(f, MSG_TELL, 0);
    struct msg *d = message(f, MSG_TELL, 1);
    assert_null(mailbox_put(&f->mb, &unbounded, a));
    assert_null(mailbox_put(&f->mb, &unbounded, b));
    assert_null(mailbox_put(&f->mb, &unbounded, c));
    assert_null(mailbox_put(&f->mb, &unbounded, d));
    assert_int_equal(4, f->mb.queued);
    assert_ptr_equal(b, mailbox_take(&f->mb, &unbounded));
    assert_ptr_equal(d, mailbox_take(&f->mb, &unbounded));
    assert_ptr_equal(a, mailbox_take(&f->mb, &unbounded));
    assert_ptr_equal(c, mailbox_take(&f->mb, &unbounded));
    assert_int_equal(0, f->mb.queued);
}

static void test_events_have_a_lane_of_their_own(void **state)
{
    struct fixture *f = *state;
    struct msg *event = message(f, MSG_EVENT, 0);
    assert_null(mailbox_put(&f->mb, &unbounded, event));
    assert_null(mailbox_take(&f->mb, &unbounded));
    assert_ptr_equal(event, mailbox_take_event(&f->mb));
}

static void test_a_class_that_drops_its_oldest_keeps_its_place_in_the_order(void **state)
{
    struct fixture *f = *state;
    struct msg *old = message(f, MSG_TELL, 3);
    struct msg *plain = message(f, MSG_TELL, 0);
    struct msg *middle = message(f, MSG_TELL, 3);
    struct msg *newest = message(f, MSG_TELL, 3);
    struct msg *urgent = message(f, MSG_TELL, 4);
    assert_null(mailbox_put(&f->mb, &unbounded, old));
    assert_null(mailbox_put(&f->mb, &unbounded, plain));
    assert_null(mailbox_put(&f->mb, &unbounded, middle));
    assert_ptr_equal(old, mailbox_put(&f->mb, &unbounded, newest));
    assert_null(mailbox_put(&f->mb, &unbounded, urgent));
    assert_int_equal(4, f->mb.queued);
    assert_ptr_equal(urgent, mailbox_take(&f->mb, &unbounded));
    assert_ptr_equal(plain, mailbox_take(&f->mb, &unbounded));
    assert_ptr_equal(middle, mailbox_take(&f->mb, &unbounded));
    assert_ptr_equal(newest, mailbox_take(&f->mb, &unbounded));
    assert_int_equal(0, f->mb.queued);
}

static void test_places_are_taken_and_given_back(void **state)
{
    struct fixture *f = *state;
    uint8_t flags[3];
    uint8_t none;
    assert_true(mailbox_open(&f->mb, &bounded, GEN));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, mailbox_reserve(&f->mb, &bounded, 0, GEN, &flags[i]));
    }
    assert_int_equal(ACTOR_ERR_REFUSED, mailbox_reserve(&f->mb, &bounded, 0, GEN, &none));
    mailbox_release(&f->mb, 0, GEN, flags[0]);
    assert_int_equal(ACTOR_OK, mailbox_reserve(&f->mb, &bounded, 2, GEN, &none));
    assert_int_equal(MSG_HAS_MAILBOX_PLACE | MSG_HAS_CLASS_PLACE, none);
}

static void test_a_refused_class_gives_its_mailbox_nothing_to_give_back(void **state)
{
    struct fixture *f = *state;
    uint8_t flags;
    assert_true(mailbox_open(&f->mb, &bounded, GEN));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, mailbox_reserve(&f->mb, &bounded, 0, GEN, &flags));
    }
    /* The class has room, the mailbox has none: the class's place must be free again. */
    uint8_t class_flags;
    assert_int_equal(
            ACTOR_ERR_REFUSED, mailbox_reserve(&f->mb, &bounded, 2, GEN, &class_flags));
    assert_int_equal(0, class_flags);
    mailbox_release(&f->mb, 0, GEN, flags);
    mailbox_release(&f->mb, 0, GEN, flags);
    assert_int_equal(ACTOR_OK, mailbox_reserve(&f->mb, &bounded, 2, GEN, &class_flags));
    assert_int_equal(ACTOR_OK, mailbox_reserve(&f->mb, &bounded, 2, GEN, &class_flags));
}

static void test_a_late_sender_changes_nothing(void **state)
{
    struct fixture *f = *state;
    uint8_t flags;
    assert_true(mailbox_open(&f->mb, &bounded, GEN + 1));
    assert_int_equal(ACTOR_ERR_STOPPED, mailbox_reserve(&f->mb, &bounded, 0, GEN, &flags));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, mailbox_reserve(&f->mb, &bounded, 0, GEN + 1, &flags));
    }
    mailbox_release(&f->mb, 0, GEN, MSG_HAS_MAILBOX_PLACE);
    assert_int_equal(ACTOR_ERR_REFUSED, mailbox_reserve(&f->mb, &bounded, 0, GEN + 1, &flags));
}

static void test_a_mailbox_that_drops_its_oldest_spares_replies(void **state)
{
    struct fixture *f = *state;
    assert_true(mailbox_open(&f->mb, &rolling, GEN));
    struct msg *reply = message(f, MSG_REPLY, 0);
    struct msg *m[4];
    assert_null(mailbox_put(&f->mb, &rolling, reply));
    for (int i = 0; i < 3; i++) {
        m[i] = message(f, MSG_TELL, 0);
        assert_null(mailbox_put(&f->mb, &rolling, m[i]));
    }
    m[3] = message(f, MSG_TELL, 0);
    assert_ptr_equal(m[0], mailbox_put(&f->mb, &rolling, m[3]));
    assert_ptr_equal(reply, mailbox_take(&f->mb, &rolling));
    assert_ptr_equal(m[1], mailbox_take(&f->mb, &rolling));
}

#define MAILBOX(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MAILBOX(test_only_the_first_push_after_parking_notifies),
        MAILBOX(test_a_parked_mailbox_is_empty),
        MAILBOX(test_urgent_messages_come_first_each_lane_in_order),
        MAILBOX(test_events_have_a_lane_of_their_own),
        MAILBOX(test_a_class_that_drops_its_oldest_keeps_its_place_in_the_order),
        MAILBOX(test_places_are_taken_and_given_back),
        MAILBOX(test_a_refused_class_gives_its_mailbox_nothing_to_give_back),
        MAILBOX(test_a_late_sender_changes_nothing),
        MAILBOX(test_a_mailbox_that_drops_its_oldest_spares_replies),
    };
    return cmocka_run_group_tests_name("mailbox", tests, NULL, NULL);
}
