/* SPDX-License-Identifier: MIT */
/* test_audit.c - the shop's audit, alone, with a file of its own. */
#define _DEFAULT_SOURCE
#include "kit.h"

#include "shop.actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct audit {
    actor_test *test;
    shop_audit_ref ref;
    char path[64];
};

static struct audit open_audit(void)
{
    struct audit a = { .test = kit_new(), .path = "/tmp/test_audit.XXXXXX" };
    int fd = mkstemp(a.path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(shop_audit_start(actor_test_system(a.test),
                             &(shop_audit_args){ .log = actor_string_of(a.path) }, &a.ref),
            ACTOR_OK);
    return a;
}

static void close_audit(struct audit *a)
{
    actor_test_free(a->test);
    (void)unlink(a->path);
}

static void sell(struct audit *a, uint64_t order_id, const char *customer)
{
    shop_sold sold = {
        .order_id = order_id, .product_id = 3, .count = 2, .customer = actor_string_of(customer)
    };
    assert_int_equal(shop_audit_tell_sold(actor_test_system(a->test), a->ref, &sold), ACTOR_OK);
}

static void assert_logged(const struct audit *a, const char *text)
{
    char got[512] = "";
    FILE *file = fopen(a->path, "r");
    assert_non_null(file);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    (void)fclose(file);
    assert_string_equal(got, text);
}

static void test_each_sale_is_a_line(void **state)
{
    struct audit a = open_audit();
    (void)state;
    sell(&a, 1, "Ada");
    (void)actor_test_settle(a.test);
    assert_logged(&a, "1,3,2,\"Ada\"\n");
    sell(&a, 2, "O\"Neil, Bob");
    (void)actor_test_settle(a.test);
    assert_logged(&a, "1,3,2,\"Ada\"\n2,3,2,\"O\"\"Neil, Bob\"\n");
    close_audit(&a);
}

static void test_lines_are_written_when_nothing_waits(void **state)
{
    struct audit a = open_audit();
    (void)state;
    sell(&a, 1, "Ada");
    sell(&a, 2, "Bob");
    assert_true(actor_test_step(a.test));
    assert_logged(&a, "");
    assert_true(actor_test_step(a.test));
    assert_logged(&a, "1,3,2,\"Ada\"\n2,3,2,\"Bob\"\n");
    close_audit(&a);
}

static void test_a_log_that_cannot_be_opened(void **state)
{
    actor_test *test = kit_new();
    shop_audit_ref ref;
    (void)state;
    assert_int_equal(
            shop_audit_start(actor_test_system(test),
                    &(shop_audit_args){ .log = ACTOR_STRING("/nowhere/at/all") }, &ref),
            ACTOR_ERR_FAILED);
    actor_test_free(test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_sale_is_a_line),
        cmocka_unit_test(test_lines_are_written_when_nothing_waits),
        cmocka_unit_test(test_a_log_that_cannot_be_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
