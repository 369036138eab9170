/* SPDX-License-Identifier: MIT */
/* Unit tests of registry.c. */
#include "registry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { INFOS = 1000, THREADS = 3 };

static struct registry *registry;
static actor_info infos[INFOS];
static actor_type codes[INFOS];

static int setup(void **state)
{
    (void)state;
    for (int i = 0; i < INFOS; i++) {
        infos[i] = (actor_info){ .name = "t.Some" };
        codes[i] = (actor_type){ .info = &infos[i] };
    }
    registry = registry_new();
    return registry == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    registry_free(registry);
    return 0;
}

static void test_types_are_numbered_as_they_are_met(void **state)
{
    (void)state;
    for (int i = 0; i < INFOS; i++) {
        struct type *t = registry_type(registry, &infos[INFOS - 1 - i], NULL);
        assert_non_null(t);
        assert_int_equal(i, t->index);
        assert_ptr_equal(&infos[INFOS - 1 - i], t->info);
    }
    for (uint16_t i = 0; i < INFOS; i++) {
        assert_ptr_equal(&infos[INFOS - 1 - i], registry_at(registry, i)->info);
    }
}

static void test_a_description_is_entered_once(void **state)
{
    (void)state;
    struct type *t = registry_type(registry, &infos[0], NULL);
    assert_ptr_equal(t, registry_type(registry, &infos[0], NULL));
    assert_ptr_not_equal(t, registry_type(registry, &infos[1], NULL));
    assert_ptr_equal(t, registry_type(registry, &infos[0], NULL));
}

static void test_a_client_may_come_before_the_code(void **state)
{
    (void)state;
    struct type *t = registry_type(registry, &infos[0], NULL);
    assert_null(load_rlx(&t->code));
    assert_ptr_equal(t, registry_type(registry, &infos[0], &codes[0]));
    assert_ptr_equal(&codes[0], load_rlx(&t->code));
    /* And a client that comes later does not take it away. */
    assert_ptr_equal(t, registry_type(registry, &infos[0], NULL));
    assert_ptr_equal(&codes[0], load_rlx(&t->code));
}

static void expect_next(void *context, struct type *t)
{
    uint16_t *next = context;
    assert_int_equal(*next, t->index);
    (*next)++;
}

static void test_each_visits_all_in_order(void **state)
{
    (void)state;
    uint16_t next = 0;
    registry_each(registry, expect_next, &next);
    assert_int_equal(0, next);
    for (int i = 0; i < INFOS; i++) {
        registry_type(registry, &infos[i], NULL);
    }
    registry_each(registry, expect_next, &next);
    assert_int_equal(INFOS, next);
}

static void test_freeing_none_does_nothing(void **state)
{
    (void)state;
    registry_free(NULL);
}

/* ---- Threads --------------------------------------------------------------------------------- */

struct enterer {
    struct thread thread;
    struct type *found[INFOS];
};

static void enter_all(void *arg)
{
    struct enterer *e = arg;
    for (int i = 0; i < INFOS; i++) {
        e->found[i] = registry_type(registry, &infos[i], i % 2 == 0 ? &codes[i] : NULL);
    }
}

static void test_threads_find_the_same_types(void **state)
{
    (void)state;
    static struct enterer enterers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_true(thread_start(&enterers[i].thread, enter_all, &enterers[i]));
    }
    for (int i = 0; i < THREADS; i++) {
        thread_join(&enterers[i].thread);
    }
    for (int i = 0; i < INFOS; i++) {
        assert_non_null(enterers[0].found[i]);
        assert_ptr_equal(enterers[0].found[i], enterers[1].found[i]);
        assert_ptr_equal(enterers[0].found[i], enterers[2].found[i]);
        assert_ptr_equal(&infos[i], enterers[0].found[i]->info);
    }
    uint16_t next = 0;
    registry_each(registry, expect_next, &next);
    assert_int_equal(INFOS, next);
}

#define REGISTRY_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REGISTRY_TEST(test_types_are_numbered_as_they_are_met),
        REGISTRY_TEST(test_a_description_is_entered_once),
        REGISTRY_TEST(test_a_client_may_come_before_the_code),
        REGISTRY_TEST(test_each_visits_all_in_order),
        REGISTRY_TEST(test_freeing_none_does_nothing),
        REGISTRY_TEST(test_threads_find_the_same_types),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
