/* SPDX-License-Identifier: MIT */
/*
 * test_diff.c - the rules that changes fall under. What a schema can say is tested by
 * tests/golden/diff; here are models made by hand.
 */
#include "diff.h"
#include "diff_fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct test {
    struct arena arena;
    struct diff diff;
};

static const struct type u32 = { .kind = TYPE_U32, .bound = TYPE_NO_BOUND };
static const struct type u64 = { .kind = TYPE_U64, .bound = TYPE_NO_BOUND };

static int setup(void **state)
{
    static struct test test;
    test = (struct test){ 0 };
    test.diff.arena = &test.arena;
    *state = &test;
    return 0;
}

static int teardown(void **state)
{
    struct test *test = *state;
    diff_fini(&test->diff);
    arena_fini(&test->arena);
    return 0;
}

/* Says that exactly these changes were found, in this order. */
static void expect(const struct diff *diff, const char *rules)
{
    char found[512] = "";
    for (const struct diff_change *c = diff->first; c != NULL; c = c->next) {
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s",
                c == diff->first ? "" : " ", diff_rules[c->rule].name);
    }
    assert_string_equal(found, rules);
}

/* ---- Types ------------------------------------------------------------------------------ */

/* Compares a message with a field of type `old` with one whose field has type `new`. */
static void compare_types(struct test *test, struct type old, struct type new)
{
    struct field before = { .schema = "f", .number = 1, .type = old };
    struct field after = { .schema = "f", .number = 1, .type = new };
    const struct fields old_fields = { .first = &before, .count = 1 };
    const struct fields new_fields = { .first = &after, .count = 1 };
    diff_message_fields(
            &test->diff, &(struct diff_owner){ .name = "'M'" }, &old_fields, &new_fields);
}

static struct type list_of(const struct type *item, uint32_t bound)
{
    return (struct type){ .kind = TYPE_LIST, .bound = bound, .item = item };
}

static struct type array_of(const struct type *item, uint32_t size)
{
    return (struct type){ .kind = TYPE_ARRAY, .bound = size, .item = item };
}

static struct type optional(const struct type *item)
{
    return (struct type){ .kind = TYPE_OPTIONAL, .bound = TYPE_NO_BOUND, .item = item };
}

static void test_a_list_that_may_be_less_long_breaks_the_wire(void **state)
{
    struct test *test = *state;
    compare_types(test, list_of(&u32, TYPE_NO_BOUND), list_of(&u32, 8));
    compare_types(test, list_of(&u32, 8), list_of(&u32, 7));
    expect(&test->diff, "bound-smaller bound-smaller");
    assert_int_equal(test->diff.breaking, 2);
}

static void test_a_list_that_may_be_longer_is_compatible(void **state)
{
    struct test *test = *state;
    compare_types(test, list_of(&u32, 8), list_of(&u32, TYPE_NO_BOUND));
    expect(&test->diff, "bound-larger");
    assert_int_equal(test->diff.breaking, 0);
}

static void test_items_of_lists_are_compared(void **state)
{
    struct test *test = *state;
    compare_types(test, list_of(&u32, 8), list_of(&u64, 8));
    compare_types(test, array_of(&u64, 8), array_of(&u32, 8));
    compare_types(test, array_of(&u32, 8), list_of(&u32, 8));
    expect(&test->diff, "type-wider type-narrower type");
    assert_string_equal(test->diff.last->text, "field 'f' of 'M' was u32[8] and is u32[..8]");
}

static void test_bounds_are_compared_on_each_level(void **state)
{
    struct test *test = *state;
    struct type shorter = { .kind = TYPE_STRING, .bound = 8 };
    struct type longer = { .kind = TYPE_STRING, .bound = 9 };
    compare_types(test, list_of(&shorter, 4), list_of(&longer, 3));
    compare_types(test, array_of(&longer, 4), array_of(&shorter, 3));
    expect(&test->diff, "bound-smaller bound-larger array-size bound-smaller");
}

static void test_an_array_of_another_size_breaks_wire_and_source(void **state)
{
    struct test *test = *state;
    compare_types(test, array_of(&u32, 8), array_of(&u32, 9));
    expect(&test->diff, "array-size");
    assert_int_equal(diff_rules[test->diff.first->rule].breaks, DIFF_WIRE | DIFF_SOURCE);
}

static void test_optional_fields(void **state)
{
    struct test *test = *state;
    compare_types(test, u32, optional(&u32));
    compare_types(test, optional(&u32), u32);
    compare_types(test, u32, optional(&u64));
    compare_types(test, optional(&u32), optional(&u64));
    compare_types(test, optional(&u32), optional(&u32));
    expect(&test->diff, "optional optional-lost type type-wider");
}

static void test_declared_types_are_the_same_if_they_are_paired(void **state)
{
    struct test *test = *state;
    struct message old = { .name.schema = "Before" };
    struct message new = { .name.schema = "After" };
    struct type before = { .kind = TYPE_MESSAGE, .message = &old };
    struct type after = { .kind = TYPE_MESSAGE, .message = &new };
    compare_types(test, before, after);
    diff_pair(&test->diff, &old, &new);
    compare_types(test, before, after);
    compare_types(test, before, (struct type){ .kind = TYPE_CALL, .message = &new });
    expect(&test->diff, "type type");
}

/* Adds a field of the type to a message that had none, and says what that is. */
static const char *rule_of_added(struct test *test, struct type type)
{
    struct field added = { .schema = "f", .number = 1, .type = type };
    const struct fields none = { .first = NULL };
    const struct fields one = { .first = &added, .count = 1 };
    diff_message_fields(&test->diff, &(struct diff_owner){ .name = "'M'" }, &none, &one);
    return diff_rules[test->diff.last->rule].name;
}

static void test_a_new_field_must_be_set_if_its_zero_is_refused(void **state)
{
    struct test *test = *state;
    struct member member = { .schema = "ONE", .value = 1 };
    struct enumeration closed = { .name.schema = "E", .members = &member };
    struct enumeration open = { .name.schema = "O", .members = &member, .open = true };
    struct type enumeration = { .kind = TYPE_ENUM, .enumeration = &closed };
    struct field inside = { .schema = "e", .number = 1, .type = enumeration };
    struct message message = { .name.schema = "N", .fields.first = &inside };
    struct type nested = { .kind = TYPE_MESSAGE, .message = &message };
    struct union_type either = { .name.schema = "U" };
    assert_string_equal(rule_of_added(test, u32), "field-added");
    assert_string_equal(rule_of_added(test, enumeration), "field-required");
    assert_string_equal(rule_of_added(test, nested), "field-required");
    assert_string_equal(rule_of_added(test, array_of(&nested, 2)), "field-required");
    assert_string_equal(rule_of_added(test, list_of(&nested, 2)), "field-added");
    assert_string_equal(rule_of_added(test, optional(&nested)), "field-added");
    assert_string_equal(
            rule_of_added(test, (struct type){ .kind = TYPE_UNION, .union_type = &either }),
            "field-required");
    assert_string_equal(
            rule_of_added(test, (struct type){ .kind = TYPE_ENUM, .enumeration = &open }),
            "field-added");
}

/* ---- Whole models ----------------------------------------------------------------------- */

/* Each version has one actor with one message that has an answer, and a second actor. */
struct version {
    struct model model;
    struct message yes, message;
    struct answer answer;
    struct handler handler;
    struct actor actor, other;
};

static void make_version(struct version *v)
{
    static const struct span place = { 1, 2 };
    *v = (struct version){ .model = { .schema = "s", .prefix = "s" },
        .yes = { .name.schema = "Yes" },
        .message = { .name.schema = "M" },
        .actor = { .name.schema = "A" },
        .other = { .name.schema = "B" } };
    v->answer = (struct answer){ .message = &v->yes, .span = place };
    v->message.answers = &v->answer;
    v->handler = (struct handler){ .message = &v->message, .in_all_modes = true };
    v->actor.handlers = &v->handler;
    v->actor.next = &v->other;
    v->yes.next = &v->message;
    v->model.messages = &v->yes;
    v->model.actors = &v->actor;
}

struct versions {
    struct version old, new;
};

static struct versions *make_versions(void)
{
    static struct versions versions;
    make_version(&versions.old);
    make_version(&versions.new);
    return &versions;
}

static void compare(struct test *test, const struct versions *v)
{
    diff_models(&test->diff, &v->old.model, &v->new.model);
}

static void test_the_same_model_does_not_differ(void **state)
{
    struct test *test = *state;
    compare(test, make_versions());
    expect(&test->diff, "");
}

static void test_constants(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    const struct value one = { .kind = VALUE_INTEGER, .integer.magnitude = 1 };
    const struct value two = { .kind = VALUE_INTEGER, .integer.magnitude = 2 };
    struct constant old = { .name.schema = "C", .type = u32, .value = one };
    struct constant new = { .name.schema = "C", .type = u64, .value = two };
    v->old.model.constants = &old;
    v->new.model.constants = &new;
    compare(test, v);
    expect(&test->diff, "const-type const-value");
}

static void test_open_enums(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    struct member member = { .schema = "A" };
    struct member added = { .schema = "B", .value = 1 };
    struct enumeration old = { .name.schema = "E", .open = true, .members = &member };
    struct enumeration new = { .name.schema = "E", .members = &member };
    v->old.model.enumerations = &old;
    v->new.model.enumerations = &new;
    compare(test, v);
    expect(&test->diff, "enum-closed");
    new = (struct enumeration){ .name.schema = "E", .open = true, .members = &added };
    added.next = &member;
    compare(test, v);
    expect(&test->diff, "enum-closed member-added-open");
}

static void test_unions(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    struct field card = { .schema = "card", .number = 1, .type = u32 };
    struct field cash = { .schema = "cash", .number = 2, .type = u64 };
    struct field money = { .schema = "money", .number = 2, .type = u64 };
    struct union_type old = { .name.schema = "U", .members = { .first = &card, .count = 1 } };
    struct union_type new = { .name.schema = "U", .members = { .first = &cash, .count = 1 } };
    v->old.model.unions = &old;
    v->new.model.unions = &new;
    compare(test, v);
    expect(&test->diff, "union-removed union-added");
    old.members.first = &money;
    compare(test, v);
    expect(&test->diff, "union-removed union-added field-renamed");
}

static void test_reserved_places(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    v->new.handler.reserve = 3;
    compare(test, v);
    expect(&test->diff, "reserve");
}

static void test_who_declares_the_state(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    struct field sum = { .schema = "sum", .type = u32 };
    struct field last = { .schema = "last", .type = u32 };
    struct fields old = { .first = &sum, .count = 1 };
    struct fields new = { .first = &last, .count = 1 };
    v->new.actor.state = &new;
    compare(test, v);
    expect(&test->diff, "state");
    v->old.actor.state = &old;
    compare(test, v);
    expect(&test->diff, "state state-field state-added");
}

static void test_asks(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    struct ask old = { .target = &v->old.actor, .handler = &v->old.handler, .name = "m" };
    struct ask new = { .target = &v->new.actor, .handler = &v->new.handler, .name = "m" };
    new.exclusive = true;
    new.with = &v->new.yes;
    v->old.other.asks = &old;
    v->new.other.asks = &new;
    compare(test, v);
    expect(&test->diff, "ask-exclusive ask-with");
}

static void test_delegates_and_watches(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    struct delegate delegate = { .target = &v->old.actor, .handler = &v->old.handler };
    struct watch watch = { .actor = &v->new.actor };
    v->old.other.delegates = &delegate;
    v->new.other.watches = &watch;
    compare(test, v);
    expect(&test->diff, "delegate-removed watch-added");
}

static void test_descriptors(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    v->old.actor.fd = &v->old.handler;
    compare(test, v);
    expect(&test->diff, "fd");
}

static void test_pools(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    struct pool small = { .size = 2, .route = ROUTE_ROUND_ROBIN };
    struct pool large = { .size = 4, .route = ROUTE_ROUND_ROBIN };
    struct child old = { .schema = "c", .actor = &v->old.actor, .pool = &small };
    struct child new = { .schema = "c", .actor = &v->new.actor, .pool = &large };
    v->old.other.children = &old;
    v->new.other.children = &new;
    compare(test, v);
    expect(&test->diff, "pool-size");
    large = (struct pool){ .size = 2, .route = ROUTE_HASH, .field = "user" };
    compare(test, v);
    expect(&test->diff, "pool-size pool-route");
    old.pool = NULL;
    compare(test, v);
    expect(&test->diff, "pool-size pool-route pool-route");
}

/* ---- Imports ---------------------------------------------------------------------------- */

static void test_what_both_import_is_compared_once(void **state)
{
    struct test *test = *state;
    struct versions *v = make_versions();
    struct message gone = { .name.schema = "Gone" };
    struct model old = { .schema = "other", .prefix = "other", .messages = &gone };
    struct model new = { .schema = "other", .prefix = "other" };
    struct import old_again = { .model = &old };
    struct import new_again = { .model = &new };
    struct import old_import = { .model = &old, .next = &old_again };
    struct import new_import = { .model = &new, .next = &new_again };
    v->old.model.imports = &old_import;
    v->new.model.imports = &new_import;
    compare(test, v);
    expect(&test->diff, "declaration-removed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
                test_a_list_that_may_be_less_long_breaks_the_wire, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_list_that_may_be_longer_is_compatible, setup, teardown),
        cmocka_unit_test_setup_teardown(test_items_of_lists_are_compared, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_bounds_are_compared_on_each_level, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_an_array_of_another_size_breaks_wire_and_source, setup, teardown),
        cmocka_unit_test_setup_teardown(test_optional_fields, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_declared_types_are_the_same_if_they_are_paired, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_new_field_must_be_set_if_its_zero_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_same_model_does_not_differ, setup, teardown),
        cmocka_unit_test_setup_teardown(test_constants, setup, teardown),
        cmocka_unit_test_setup_teardown(test_open_enums, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reserved_places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who_declares_the_state, setup, teardown),
        cmocka_unit_test_setup_teardown(test_asks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_delegates_and_watches, setup, teardown),
        cmocka_unit_test_setup_teardown(test_descriptors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pools, setup, teardown),
        cmocka_unit_test_setup_teardown(
                test_what_both_import_is_compared_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
