/* SPDX-License-Identifier: MIT */
/*
 * Lists, messages, unions and texts in a state that the schema declares: they go in and come out as
 * they were, within their bounds, and a handler that fails leaves no trace in any of them.
 */
#include "kept.actor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)
#define TEXT(literal) ((actor_string){ literal, sizeof literal - 1 })
#define ARRAY_SIZE(array) (sizeof(array) / sizeof(array)[0])

struct counter {
    atomic_uint starts;
};

enum { TEXT_SIZE = 8192 };

static actor_system *boxes;
static struct counter counter;

/* ---- Values ----------------------------------------------------------------------------- */

static const uint8_t two_bytes[] = { 1, 2 };
static const uint8_t five_bytes[] = { 1, 2, 3, 4, 5 };
static const kept_line long_note = { .note = { "123456789", 9 }, .kind = KEPT_KIND_GOLD };
static const kept_line lines[] = {
    { .product = 1, .note = { "12345678", 8 }, .kind = KEPT_KIND_PLAIN },
    { .product = 2, .has_count = true, .count = 9, .kind = KEPT_KIND_GOLD },
    { .product = 3, .note = { "x", 1 }, .kind = KEPT_KIND_GOLD },
    { .product = 4, .kind = KEPT_KIND_GOLD },
};
static const kept_point points[] = { { 1, 2 }, { 3, 4 }, { 5, 6 }, { 7, 8 } };
static const kept_pay cash = { .kind = KEPT_PAY_CASH, .cash = { 5, 6 } };
static const kept_pay card = { .kind = KEPT_PAY_CARD,
    .card = { .product = 8, .note = { "visa", 4 }, .kind = KEPT_KIND_PLAIN } };
static const kept_pay other = { .kind = KEPT_PAY_OTHER, .other = { "gold", 4 } };
static const kept_pay too_long = { .kind = KEPT_PAY_OTHER, .other = { "money", 5 } };
static const kept_pay *const pays[] = { &card, NULL, &other };
static const actor_string tags[] = { { "a", 1 }, { "bcde", 4 }, { "", 0 }, { "f", 1 } };
static const uint16_t numbers[] = { 1, 2, 65535 };
static const uint8_t pair[] = { 7, 8, 9 };
static const uint8_t couples[][2] = { { 1, 2 }, { 3, 4 } };

/* Every list is as full as it can be. */
static kept_order full_order(void)
{
    return (kept_order){ .first = lines[0],
        .lines = { lines, 3 },
        .gift = &lines[1],
        .where = &points[1],
        .pay = card,
        .pays = { pays, 2 },
        .tags = { tags, 3 },
        .seals = { { two_bytes, 2 }, { two_bytes, 1 } },
        .corners = { NULL, &points[2] },
        .has_nick = true,
        .nick = TEXT("nick"),
        .numbers = { numbers, 3 },
        .pairs = { { pair, 2 }, { NULL, 0 } },
        .couples = { couples, 2 } };
}

#define FULL_ORDER                                                                             \
    "{first: {product: 1, note: \"12345678\", count: none, kind: PLAIN}, "                     \
    "lines: [{product: 1, note: \"12345678\", count: none, kind: PLAIN}, "                     \
    "{product: 2, note: \"\", count: 9, kind: GOLD}, "                                         \
    "{product: 3, note: \"x\", count: none, kind: GOLD}], "                                    \
    "gift: {product: 2, note: \"\", count: 9, kind: GOLD}, where: {x: 3, y: 4}, "              \
    "pay: card{product: 8, note: \"visa\", count: none, kind: PLAIN}, "                        \
    "pays: [card{product: 8, note: \"visa\", count: none, kind: PLAIN}, none], "               \
    "tags: [\"a\", \"bcde\", \"\"], seals: [0x0102, 0x01], "                                   \
    "corners: [none, {x: 5, y: 6}], nick: \"nick\", numbers: [1, 2, 65535], "                  \
    "pairs: [[7, 8], []], couples: [[1, 2], [3, 4]]}"

#define EMPTY_LINE "{product: 3, note: \"none\", count: none, kind: GOLD}"
#define ZERO_LINE "{product: 0, note: \"\", count: none, kind: 0}"
#define EMPTY_BOX                                                                              \
    "Box{counter: opaque, order: {first: " EMPTY_LINE                                          \
    ", lines: [], gift: none, where: none, pay: none, pays: [], tags: [], seals: [0x, 0x], "   \
    "corners: [none, none], nick: none, numbers: [], pairs: [[], []], couples: []}, "          \
    "maybe: none, orders: [], gaps: [], pair: [" ZERO_LINE ", " ZERO_LINE                      \
    "], point: {x: 0, y: 7}, spot: none, points: [], pay: none, paid: none, names: [], "       \
    "seals: [0x, 0x], nick: \"bob\", numbers: [], some: none, both: none, pairs: [[], []], "   \
    "couples: [], kinds: [], boxes: [], open: none}"
#define FULL_BOX                                                                               \
    "Box{counter: opaque, order: " FULL_ORDER ", maybe: " FULL_ORDER ", orders: [" FULL_ORDER  \
    "], gaps: [none, {product: 1, note: \"12345678\", count: none, kind: PLAIN}], "            \
    "pair: [" ZERO_LINE ", {product: 2, note: \"\", count: 9, kind: GOLD}], "                  \
    "point: {x: 3, y: 4}, spot: {x: 5, y: 6}, points: [{x: 1, y: 2}, {x: 3, y: 4}], "          \
    "pay: cash{x: 5, y: 6}, paid: other(\"gold\"), names: [\"a\", \"bcde\"], "                 \
    "seals: [0x, 0x0102], nick: \"x\", numbers: [1], some: [2], both: [\"a\", \"bcde\"], "     \
    "pairs: [[], [7, 8]], couples: [[1, 2]], kinds: [GOLD], boxes: [none], open: none}"

/* Changes every field. */
static void fill(kept_box *self, const kept_order *order)
{
    assert_int_equal(ACTOR_OK, kept_box_set_order(self, order));
    assert_int_equal(ACTOR_OK, kept_box_set_maybe(self, NULL));
    assert_int_equal(ACTOR_OK, kept_box_set_maybe(self, order));
    assert_int_equal(ACTOR_OK, kept_box_append_orders(self, order));
    assert_int_equal(ACTOR_OK, kept_box_append_gaps(self, NULL));
    assert_int_equal(ACTOR_OK, kept_box_append_gaps(self, &lines[0]));
    assert_int_equal(ACTOR_OK, kept_box_put_pair(self, 1, &lines[1]));
    self->point = points[1];
    assert_int_equal(ACTOR_OK, kept_box_set_spot(self, &points[2]));
    assert_int_equal(ACTOR_OK, kept_box_set_points(self, points, 2));
    assert_int_equal(ACTOR_OK, kept_box_set_pay(self, &cash));
    assert_int_equal(ACTOR_OK, kept_box_set_paid(self, &other));
    assert_int_equal(ACTOR_OK, kept_box_set_names(self, tags, 2));
    assert_int_equal(ACTOR_OK, kept_box_put_seals(self, 1, (actor_bytes){ two_bytes, 2 }));
    assert_int_equal(ACTOR_OK, kept_box_set_nick(self, TEXT("x")));
    assert_int_equal(ACTOR_OK, kept_box_append_numbers(self, 1));
    assert_int_equal(ACTOR_OK, kept_box_append_some(self, 2));
    assert_int_equal(ACTOR_OK, kept_box_set_both(self, tags));
    assert_int_equal(ACTOR_OK, kept_box_put_pairs(self, 1, pair, 2));
    assert_int_equal(ACTOR_OK, kept_box_append_couples(self, couples[0]));
    assert_int_equal(ACTOR_OK, kept_box_append_kinds(self, KEPT_KIND_GOLD));
    assert_int_equal(ACTOR_OK, kept_box_append_boxes(self, (kept_box_ref){ 0 }));
}

static const char *print(const kept_box *box)
{
    static char text[TEXT_SIZE];
    assert_true(kept_box_print(text, sizeof text, box) < sizeof text);
    return text;
}

static kept_box full_box(void)
{
    kept_order order = full_order();
    kept_box box = { .order = { .first = { .product = 3 } } };
    fill(&box, &order);
    return box;
}

/* ---- Without an actor -------------------------------------------------------------------- */

static void test_what_is_set_is_printed(void **state)
{
    (void)state;
    kept_box box = full_box();
    assert_string_equal(FULL_BOX, print(&box));
}

static void test_what_is_set_comes_out_equal(void **state)
{
    (void)state;
    kept_order order = full_order();
    kept_box box = full_box();
    kept_order_view view;
    assert_true(kept_order_equal(&order, kept_box_get_order(&box, &view)));
    assert_true(kept_order_equal(&order, kept_box_get_maybe(&box, &view)));
    assert_true(kept_order_equal(&order, kept_box_get_orders(&box, 0, &view)));
    assert_null(kept_box_get_orders(&box, 1, &view));
    kept_line_view line;
    assert_null(kept_box_get_gaps(&box, 0, &line));
    assert_true(kept_line_equal(&lines[0], kept_box_get_gaps(&box, 1, &line)));
    assert_null(kept_box_get_gaps(&box, 2, &line));
    assert_true(kept_line_equal(&lines[1], kept_box_get_pair(&box, 1, &line)));
    assert_ptr_equal(&box.spot.value, kept_box_get_spot(&box));
    kept_pay_view pay;
    assert_int_equal(6, kept_box_get_pay(&box, &pay)->cash.y);
    assert_string_equal("gold", kept_box_get_paid(&box, &pay)->other.data);
    assert_string_equal("bcde", kept_box_get_names(&box, 1).data);
    assert_null(kept_box_get_names(&box, 2).data);
    assert_int_equal(2, kept_box_get_seals(&box, 1).len);
    assert_null(kept_box_get_seals(&box, 2).data);
    assert_string_equal("x", kept_box_get_nick(&box).data);
    assert_int_equal(4, kept_box_get_both(&box, 1).len);
}

static void test_views_can_be_set_again(void **state)
{
    (void)state;
    kept_box box = full_box();
    kept_box before = box;
    kept_order_view view;
    kept_order changed = *kept_box_get_order(&box, &view);
    assert_int_equal(ACTOR_OK, kept_box_set_order(&box, &changed));
    assert_true(kept_box_equal(&before, &box));
    changed.has_nick = false;
    changed.tags.count = 1;
    assert_int_equal(ACTOR_OK, kept_box_set_order(&box, &changed));
    assert_false(kept_box_equal(&before, &box));
    assert_int_equal(1, box.order.tags.count);
    assert_false(box.order.has_nick);
}

static void test_what_is_cleared_is_empty(void **state)
{
    (void)state;
    kept_box box = full_box();
    kept_order_view view;
    kept_pay_view pay;
    kept_box_clear_maybe(&box);
    assert_null(kept_box_get_maybe(&box, &view));
    kept_box_clear_orders(&box);
    assert_null(kept_box_get_orders(&box, 0, &view));
    kept_box_clear_spot(&box);
    assert_null(kept_box_get_spot(&box));
    kept_box_clear_paid(&box);
    assert_null(kept_box_get_paid(&box, &pay));
    kept_box_clear_nick(&box);
    assert_null(kept_box_get_nick(&box).data);
    assert_int_equal(0, box.nick.len);
    kept_box_clear_numbers(&box);
    assert_int_equal(0, box.numbers.count);
    kept_box_clear_some(&box);
    assert_false(box.has_some);
    kept_box_clear_both(&box);
    assert_null(kept_box_get_both(&box, 0).data);
}

static void test_items_can_be_removed_and_replaced(void **state)
{
    (void)state;
    kept_box box = { .point = { 0, 0 } };
    kept_line_view line;
    assert_int_equal(ACTOR_OK, kept_box_set_names(&box, tags, 3));
    assert_int_equal(ACTOR_OK, kept_box_remove_names(&box, 0));
    assert_string_equal("bcde", kept_box_get_names(&box, 0).data);
    assert_int_equal(ACTOR_OK, kept_box_put_names(&box, 1, TEXT("z")));
    assert_string_equal("z", kept_box_get_names(&box, 1).data);
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_put_names(&box, 2, TEXT("z")));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_remove_names(&box, 2));
    assert_int_equal(ACTOR_OK, kept_box_append_gaps(&box, NULL));
    assert_int_equal(ACTOR_OK, kept_box_append_gaps(&box, &lines[0]));
    assert_int_equal(ACTOR_OK, kept_box_append_gaps(&box, &lines[1]));
    assert_int_equal(ACTOR_OK, kept_box_remove_gaps(&box, 0));
    assert_true(kept_line_equal(&lines[0], kept_box_get_gaps(&box, 0, &line)));
    assert_true(kept_line_equal(&lines[1], kept_box_get_gaps(&box, 1, &line)));
    assert_int_equal(2, box.gaps.count);
    assert_int_equal(ACTOR_OK, kept_box_put_gaps(&box, 1, NULL));
    assert_null(kept_box_get_gaps(&box, 1, &line));
    assert_int_equal(ACTOR_OK, kept_box_append_numbers(&box, 1));
    assert_int_equal(ACTOR_OK, kept_box_append_numbers(&box, 2));
    assert_int_equal(ACTOR_OK, kept_box_remove_numbers(&box, 0));
    assert_int_equal(2, box.numbers.items[0]);
    assert_int_equal(1, box.numbers.count);
}

static void test_bounds_are_errors_and_change_nothing(void **state)
{
    (void)state;
    kept_box box = full_box();
    const kept_box before = box;
    kept_order order = full_order();
    const actor_string long_texts[] = { { "a", 1 }, { "12345", 5 } };
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_names(&box, tags, 4));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_names(&box, long_texts, 2));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_append_names(&box, TEXT("12345")));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_both(&box, long_texts));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_nick(&box, TEXT("12345")));
    assert_int_equal(
            ACTOR_ERR_INVALID, kept_box_put_seals(&box, 0, (actor_bytes){ five_bytes, 5 }));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_put_seals(&box, 2, (actor_bytes){ NULL, 0 }));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_points(&box, points, 4));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_put_pairs(&box, 0, pair, 3));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_pay(&box, &too_long));
    assert_int_equal(
            ACTOR_ERR_INVALID, kept_box_set_pay(&box, &(kept_pay){ .cash = { 1, 1 } }));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_append_kinds(&box, (kept_kind)256));
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_put_pair(&box, 0, &long_note));
    order.lines.count = 4;
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_order(&box, &order));
    order = full_order();
    order.gift = &long_note;
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_append_orders(&box, &order));
    order = full_order();
    order.seals[1] = (actor_bytes){ five_bytes, 3 };
    assert_int_equal(ACTOR_ERR_INVALID, kept_box_set_maybe(&box, &order));
    assert_true(kept_box_equal(&before, &box));
}

static void test_a_full_list_takes_no_more(void **state)
{
    (void)state;
    kept_box box = full_box();
    kept_order order = full_order();
    assert_int_equal(ACTOR_OK, kept_box_append_orders(&box, &order));
    const kept_box before = box;
    assert_int_equal(ACTOR_ERR_LIMIT, kept_box_append_orders(&box, &order));
    assert_true(kept_box_equal(&before, &box));
    for (uint32_t i = box.numbers.count; i < ARRAY_SIZE(box.numbers.items); i++) {
        assert_int_equal(ACTOR_OK, kept_box_append_numbers(&box, i));
    }
    assert_int_equal(ACTOR_ERR_LIMIT, kept_box_append_numbers(&box, 0));
    assert_int_equal(3, box.numbers.items[3]);
}

static void test_equal_looks_at_all(void **state)
{
    (void)state;
    kept_box a = full_box();
    kept_box b = full_box();
    assert_true(kept_box_equal(&a, &b));
    b.orders.items[0].tags.items[1].data[0] = 'x';
    assert_false(kept_box_equal(&a, &b));
    b = a;
    b.pay.of.cash.x++;
    assert_false(kept_box_equal(&a, &b));
    b = a;
    b.pay.kind = KEPT_PAY_CARD;
    assert_false(kept_box_equal(&a, &b));
    b = a;
    b.numbers.items[3]++; /* behind the end */
    assert_true(kept_box_equal(&a, &b));
    b.numbers.count++;
    assert_false(kept_box_equal(&a, &b));
}

/* ---- The actor --------------------------------------------------------------------------- */

ACTOR_STATE(kept_box);

actor_result kept_box_at_start(kept_box *self, const kept_box_args *args)
{
    self->counter = args->counter;
    atomic_fetch_add(&self->counter->starts, 1);
    return ACTOR_CONTINUE;
}

actor_result kept_box_on_do(kept_box *self, const kept_do *msg, kept_do_call call)
{
    char text[TEXT_SIZE];
    kept_order_view view;
    bool fails = msg->deed == KEPT_DEED_FILL_AND_FAIL || msg->deed == KEPT_DEED_FLUSH_AND_FAIL;
    if (msg->order != NULL) {
        fill(self, msg->order);
    }
    if (msg->deed == KEPT_DEED_FLUSH_AND_FAIL) {
        actor_flush(self);
        kept_box_clear_orders(self);
        kept_box_clear_maybe(self);
        (void)kept_box_append_names(self, TEXT("late"));
    }
    if (fails) {
        return actor_fail(self, "told to");
    }
    size_t len = kept_box_print(text, sizeof text, self);
    kept_do_answer_seen(call,
            &(kept_seen){ .text = { text, len },
                    .starts = atomic_load(&self->counter->starts),
                    .same = msg->order != NULL &&
                            kept_order_equal(msg->order, kept_box_get_order(self, &view)) });
    return ACTOR_CONTINUE;
}

static actor_err order_to(kept_box_ref box, kept_deed deed, bool with_order)
{
    kept_order order = full_order();
    kept_do_reply *reply = NULL;
    actor_err err = kept_box_ask_do(boxes, box,
            &(kept_do){ .deed = deed, .order = with_order ? &order : NULL }, LONG, &reply);
    if (err == ACTOR_OK && with_order) {
        assert_true(reply->seen.same);
    }
    actor_reply_free(reply);
    return err;
}

static void assert_box(kept_box_ref box, const char *text, uint32_t starts)
{
    kept_do_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            kept_box_ask_do(boxes, box, &(kept_do){ .deed = KEPT_DEED_LOOK }, LONG, &reply));
    assert_string_equal(text, reply->seen.text.data);
    assert_int_equal(starts, reply->seen.starts);
    actor_reply_free(reply);
}

static kept_box_ref start_resumed(void)
{
    kept_resumer_ref parent;
    kept_box_ref box = { 0 };
    assert_int_equal(
            ACTOR_OK, kept_resumer_start(boxes, &(kept_resumer_args){ &counter }, &parent));
    assert_int_equal(ACTOR_OK, kept_resumer_box(boxes, parent, &box));
    return box;
}

static void test_a_failure_leaves_no_trace(void **state)
{
    (void)state;
    kept_box_ref box = start_resumed();
    assert_box(box, EMPTY_BOX, 1);
    assert_int_equal(ACTOR_ERR_FAILED, order_to(box, KEPT_DEED_FILL_AND_FAIL, true));
    assert_box(box, EMPTY_BOX, 1);
    assert_int_equal(ACTOR_OK, order_to(box, KEPT_DEED_FILL, true));
    assert_box(box, FULL_BOX, 1);
}

static void test_a_flush_stays(void **state)
{
    (void)state;
    kept_box_ref box = start_resumed();
    assert_int_equal(ACTOR_ERR_FAILED, order_to(box, KEPT_DEED_FLUSH_AND_FAIL, true));
    assert_box(box, FULL_BOX, 1);
}

static void test_a_restart_begins_with_the_defaults(void **state)
{
    (void)state;
    kept_restarter_ref parent;
    kept_box_ref box = { 0 };
    assert_int_equal(
            ACTOR_OK, kept_restarter_start(boxes, &(kept_restarter_args){ &counter }, &parent));
    assert_int_equal(ACTOR_OK, kept_restarter_box(boxes, parent, &box));
    assert_int_equal(ACTOR_OK, order_to(box, KEPT_DEED_FILL, true));
    assert_box(box, FULL_BOX, 1);
    assert_int_equal(ACTOR_ERR_FAILED, order_to(box, KEPT_DEED_FLUSH_AND_FAIL, false));
    assert_box(box, EMPTY_BOX, 2);
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
    boxes = actor_system_new(
            &(actor_config){ .workers = 2, .survive_root_failure = true, .log = no_log });
    return boxes == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)actor_system_stop(boxes, actor_seconds(60));
    actor_system_free(boxes);
    return 0;
}

#define KEPT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_set_is_printed),
        cmocka_unit_test(test_what_is_set_comes_out_equal),
        cmocka_unit_test(test_views_can_be_set_again),
        cmocka_unit_test(test_what_is_cleared_is_empty),
        cmocka_unit_test(test_items_can_be_removed_and_replaced),
        cmocka_unit_test(test_bounds_are_errors_and_change_nothing),
        cmocka_unit_test(test_a_full_list_takes_no_more),
        cmocka_unit_test(test_equal_looks_at_all),
        KEPT_TEST(test_a_failure_leaves_no_trace),
        KEPT_TEST(test_a_flush_stays),
        KEPT_TEST(test_a_restart_begins_with_the_defaults),
    };
    return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
