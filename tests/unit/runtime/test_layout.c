/* SPDX-License-Identifier: MIT */
/* Unit tests of layout.c, with descriptions such as actorc writes. */
#include "layout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct parcel {
    uint32_t number;
    actor_string name; /* string<5> */
    actor_bytes content;
    int small; /* enum : u8 */
    int cold;  /* enum : i8 */
};

static const actor_enum small_enum = { .name = "t.Small", .width = ACTOR_FIELD_U8 };
static const actor_enum cold_enum = { .name = "t.Cold", .width = ACTOR_FIELD_I8 };

static const actor_field parcel_fields[] = {
    { "number", offsetof(struct parcel, number), ACTOR_FIELD_U32, 0, NULL },
    { "name", offsetof(struct parcel, name), ACTOR_FIELD_STRING, 5, NULL },
    { "content", offsetof(struct parcel, content), ACTOR_FIELD_BYTES, UINT32_MAX, NULL },
    { "small", offsetof(struct parcel, small), ACTOR_FIELD_ENUM, 0, &small_enum },
    { "cold", offsetof(struct parcel, cold), ACTOR_FIELD_ENUM, 0, &cold_enum },
};

static const actor_layout parcel_layout = { .name = "t.Parcel",
    .size = sizeof(struct parcel),
    .field_count = RT_COUNT(parcel_fields),
    .fields = parcel_fields };

static actor_err measure(const struct parcel *p, size_t *ret_tail)
{
    return layout_measure(&parcel_layout, p, SIZE_MAX / 2, ret_tail);
}

static void test_the_tail_holds_each_text_and_its_nul(void **state)
{
    (void)state;
    size_t tail = 0;
    struct parcel p = { .name = ACTOR_STRING("abc"),
        .content = { (const uint8_t *)"12345", 5 } };
    assert_int_equal(ACTOR_OK, measure(&p, &tail));
    assert_int_equal(4 + 6, tail);
}

static void test_a_text_at_its_bound_fits_and_one_beyond_is_invalid(void **state)
{
    (void)state;
    size_t tail = 0;
    struct parcel p = { .name = ACTOR_STRING("12345") };
    assert_int_equal(ACTOR_OK, measure(&p, &tail));
    p.name = ACTOR_STRING("123456");
    assert_int_equal(ACTOR_ERR_INVALID, measure(&p, &tail));
}

static void test_a_null_pointer_with_a_length_is_invalid(void **state)
{
    (void)state;
    size_t tail = 0;
    struct parcel p = { .content = { NULL, 1 } };
    assert_int_equal(ACTOR_ERR_INVALID, measure(&p, &tail));
    p.content.len = 0;
    assert_int_equal(ACTOR_OK, measure(&p, &tail));
}

static void test_lengths_are_checked_before_they_are_added(void **state)
{
    (void)state;
    struct two {
        actor_string a, b;
    };
    static const actor_field fields[] = {
        { "a", offsetof(struct two, a), ACTOR_FIELD_STRING, UINT32_MAX, NULL },
        { "b", offsetof(struct two, b), ACTOR_FIELD_STRING, UINT32_MAX, NULL },
    };
    static const actor_layout layout = {
        .name = "t.Two", .size = sizeof(struct two), .field_count = 2, .fields = fields
    };
    size_t tail = 0;
    struct two t = { { "x", SIZE_MAX }, { "y", 1 } };
    assert_int_equal(ACTOR_ERR_INVALID, layout_measure(&layout, &t, SIZE_MAX / 2, &tail));
    t.a.len = UINT32_MAX; /* allowed, and nothing is read for it */
    assert_int_equal(ACTOR_OK, layout_measure(&layout, &t, SIZE_MAX / 2, &tail));
    assert_true(tail == (size_t)UINT32_MAX + 1 + 2);
}

static void test_an_enum_must_fit_its_width(void **state)
{
    (void)state;
    static const struct {
        int small, cold;
        actor_err err;
    } cases[] = {
        { 0, 0, ACTOR_OK },
        { 255, 127, ACTOR_OK },
        { 0, -128, ACTOR_OK },
        { 256, 0, ACTOR_ERR_INVALID },
        { -1, 0, ACTOR_ERR_INVALID },
        { 0, 128, ACTOR_ERR_INVALID },
        { 0, -129, ACTOR_ERR_INVALID },
    };
    for (size_t i = 0; i < RT_COUNT(cases); i++) {
        size_t tail = 0;
        struct parcel p = { .small = cases[i].small, .cold = cases[i].cold };
        assert_int_equal(cases[i].err, measure(&p, &tail));
    }
}

static void test_wide_enums_hold_what_their_width_does(void **state)
{
    (void)state;
    static const struct {
        actor_field_kind width;
        int32_t value;
        actor_err err;
    } cases[] = {
        { ACTOR_FIELD_U16, 65535, ACTOR_OK },
        { ACTOR_FIELD_U16, 65536, ACTOR_ERR_INVALID },
        { ACTOR_FIELD_U16, -1, ACTOR_ERR_INVALID },
        { ACTOR_FIELD_I16, 32767, ACTOR_OK },
        { ACTOR_FIELD_I16, -32768, ACTOR_OK },
        { ACTOR_FIELD_I16, 32768, ACTOR_ERR_INVALID },
        { ACTOR_FIELD_I16, -32769, ACTOR_ERR_INVALID },
        { ACTOR_FIELD_I32, INT32_MIN, ACTOR_OK },
        { ACTOR_FIELD_U32, -1, ACTOR_OK },
    };
    for (size_t i = 0; i < RT_COUNT(cases); i++) {
        actor_enum e = { .name = "t.E", .width = cases[i].width };
        actor_field f = { "e", 0, ACTOR_FIELD_ENUM, 0, &e };
        actor_layout l = { .name = "t.M", .size = 4, .field_count = 1, .fields = &f };
        size_t tail = 0;
        assert_int_equal(
                cases[i].err, layout_measure(&l, &cases[i].value, SIZE_MAX / 2, &tail));
    }
}

static struct parcel *copy_of(const struct parcel *p)
{
    size_t tail = 0;
    assert_int_equal(ACTOR_OK, measure(p, &tail));
    /* Exactly as long as measured, so that a sanitizer sees a byte too many. */
    char *block = malloc(sizeof *p + tail);
    assert_non_null(block);
    layout_copy(&parcel_layout, block, p, block + sizeof *p);
    return (struct parcel *)(void *)block;
}

static void test_a_copy_owns_its_texts(void **state)
{
    (void)state;
    char name[] = "name";
    uint8_t content[] = { 1, 0, 2 };
    struct parcel p = { .number = 7, .name = actor_string_of(name), .content = { content, 3 } };
    struct parcel *copy = copy_of(&p);
    memset(name, 'x', 4);
    memset(content, 9, 3);
    assert_int_equal(7, copy->number);
    assert_int_equal(4, copy->name.len);
    assert_string_equal("name", copy->name.data);
    assert_memory_equal("\1\0\2", copy->content.data, 4);
    free(copy);
}

static void test_an_absent_text_arrives_as_an_empty_one(void **state)
{
    (void)state;
    struct parcel *copy = copy_of(&(struct parcel){ 0 });
    assert_int_equal(0, copy->name.len);
    assert_string_equal("", copy->name.data);
    assert_non_null(copy->content.data);
    free(copy);
}

static void test_what_is_sent_needs_no_nul(void **state)
{
    (void)state;
    struct parcel *copy = copy_of(&(struct parcel){ .name = { "abcdef", 3 } });
    assert_string_equal("abc", copy->name.data);
    free(copy);
}

static void test_a_plain_layout_is_not_looked_into(void **state)
{
    (void)state;
    static const actor_layout plain = { .name = "t.Plain", .size = 8, .plain = true };
    uint64_t from = UINT64_C(0x0123456789abcdef);
    uint64_t to = 0;
    size_t tail = 99;
    assert_int_equal(ACTOR_OK, layout_measure(&plain, &from, SIZE_MAX / 2, &tail));
    assert_int_equal(0, tail);
    layout_copy(&plain, &to, &from, NULL);
    assert_true(from == to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_tail_holds_each_text_and_its_nul),
        cmocka_unit_test(test_a_text_at_its_bound_fits_and_one_beyond_is_invalid),
        cmocka_unit_test(test_a_null_pointer_with_a_length_is_invalid),
        cmocka_unit_test(test_lengths_are_checked_before_they_are_added),
        cmocka_unit_test(test_an_enum_must_fit_its_width),
        cmocka_unit_test(test_wide_enums_hold_what_their_width_does),
        cmocka_unit_test(test_a_copy_owns_its_texts),
        cmocka_unit_test(test_an_absent_text_arrives_as_an_empty_one),
        cmocka_unit_test(test_what_is_sent_needs_no_nul),
        cmocka_unit_test(test_a_plain_layout_is_not_looked_into),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
