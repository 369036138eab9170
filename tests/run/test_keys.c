/* SPDX-License-Identifier: MIT */
/* Pools by the hash of a number: its value decides, not the width of its field, and on every machine alike. */
#include "keys.actor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

enum { MEMBERS = 7 };

#define LONG actor_seconds(60)

static atomic_uint starts[3];

#define MEMBER(name, kind)                                                                     \
    struct keys_##name {                                                                       \
        uint32_t index;                                                                        \
    };                                                                                         \
    ACTOR_STATE(keys_##name);                                                                  \
    actor_result keys_##name##_at_start(keys_##name *self)                                     \
    {                                                                                          \
        self->index = atomic_fetch_add(&starts[kind], 1);                                      \
        return ACTOR_CONTINUE;                                                                 \
    }

#define HANDLES(name, message)                                                                 \
    actor_result keys_##name##_on_##message(                                                   \
            keys_##name *self, const keys_##message *msg, keys_##message##_call call)          \
    {                                                                                          \
        (void)msg;                                                                             \
        (void)keys_##message##_answer_index(call, &(keys_index){ .index = self->index });      \
        return ACTOR_CONTINUE;                                                                 \
    }

MEMBER(a, 0)
MEMBER(b, 1)
MEMBER(c, 2)
HANDLES(a, of_u8)
HANDLES(a, of_u16)
HANDLES(a, of_u32)
HANDLES(a, of_u64)
HANDLES(a, of_i8)
HANDLES(a, of_i16)
HANDLES(a, of_i32)
HANDLES(a, of_i64)
HANDLES(b, of_suit)
HANDLES(c, of_ref)

/* ---- The hall ------------------------------------------------------------------------------- */

static actor_system *keys;
static keys_hall_ref hall;
static keys_a_ref numbers;
static keys_b_ref suits;
static keys_c_ref refs;

/* The member that gets a message with this key. */
#define CHOOSES(name, message, pool, type)                                                     \
    static uint32_t by_##message(type key)                                                     \
    {                                                                                          \
        keys_##message##_reply *reply = NULL;                                                  \
        keys_##message question = { .key = key };                                              \
        assert_int_equal(                                                                      \
                ACTOR_OK, keys_##name##_ask_##message(keys, pool, &question, LONG, &reply));   \
        uint32_t index = reply->index.index;                                                   \
        actor_reply_free(reply);                                                               \
        return index;                                                                          \
    }

CHOOSES(a, of_u8, numbers, uint8_t)
CHOOSES(a, of_u16, numbers, uint16_t)
CHOOSES(a, of_u32, numbers, uint32_t)
CHOOSES(a, of_u64, numbers, uint64_t)
CHOOSES(a, of_i8, numbers, int8_t)
CHOOSES(a, of_i16, numbers, int16_t)
CHOOSES(a, of_i32, numbers, int32_t)
CHOOSES(a, of_i64, numbers, int64_t)
CHOOSES(b, of_suit, suits, keys_suit)
CHOOSES(c, of_ref, refs, keys_a_ref)

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        atomic_store(&starts[i], 0);
    }
    keys = actor_system_new(&(actor_config){ .workers = 1 });
    return keys == NULL || keys_hall_start(keys, &hall) != ACTOR_OK ||
                           keys_hall_numbers(keys, hall, &numbers) != ACTOR_OK ||
                           keys_hall_suits(keys, hall, &suits) != ACTOR_OK ||
                           keys_hall_refs(keys, hall, &refs) != ACTOR_OK
                   ? -1
                   : 0;
}

static int tear_down(void **state)
{
    (void)state;
    actor_system_free(keys);
    return 0;
}

/* ---- Tests ---------------------------------------------------------------------------------- */

/* The upper half of MurmurHash3's last step, times 7; from another program. */
static const uint32_t of_positive[] = { 0, 4, 1, 0, 1, 5, 6, 3, 1, 3, 2, 6 };
static const uint32_t of_negative[] = { 0, 2, 1, 4, 2, 2, 1, 1, 6 };

static void test_a_number_chooses_the_same_member_in_any_width(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < sizeof of_positive / sizeof of_positive[0]; i++) {
        assert_int_equal(of_positive[i], by_of_u8(i));
        assert_int_equal(of_positive[i], by_of_u16(i));
        assert_int_equal(of_positive[i], by_of_u32(i));
        assert_int_equal(of_positive[i], by_of_u64(i));
        assert_int_equal(of_positive[i], by_of_i8((int8_t)i));
        assert_int_equal(of_positive[i], by_of_i16(i));
        assert_int_equal(of_positive[i], by_of_i32(i));
        assert_int_equal(of_positive[i], by_of_i64(i));
        assert_int_equal(of_positive[i], by_of_suit((keys_suit)i));
        assert_int_equal(of_positive[i], by_of_ref((keys_a_ref){ i }));
    }
}

static void test_so_does_one_below_zero(void **state)
{
    (void)state;
    for (int8_t i = 1; i < (int8_t)(sizeof of_negative / sizeof of_negative[0]); i++) {
        int8_t key = (int8_t)-i;
        assert_int_equal(of_negative[i], by_of_i8(key));
        assert_int_equal(of_negative[i], by_of_i16(key));
        assert_int_equal(of_negative[i], by_of_i32(key));
        assert_int_equal(of_negative[i], by_of_i64(key));
        assert_int_equal(of_negative[i], by_of_suit((keys_suit)key));
        assert_int_equal(of_negative[i], by_of_u64((uint64_t)(int64_t)key));
    }
}

static void test_each_member_has_its_share(void **state)
{
    (void)state;
    enum { KEYS = 1400 };
    uint32_t count[MEMBERS] = { 0 };
    for (uint16_t i = 0; i < KEYS; i++) {
        uint32_t index = by_of_u16(i);
        assert_true(index < MEMBERS);
        count[index]++;
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        assert_in_range(count[i], KEYS / MEMBERS - 60, KEYS / MEMBERS + 60);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
                test_a_number_chooses_the_same_member_in_any_width, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_so_does_one_below_zero, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_each_member_has_its_share, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
