/* SPDX-License-Identifier: MIT */
/* Unit tests of out.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "out.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_names_are_replaced(void **state)
{
    (void)state;
    struct buf out = { 0 };
    out_emit(&out, VARS({ "type", "uint32_t" }, { "name", "count" }),
            "$type$ $name$; $$ $name$\n");
    assert_string_equal("uint32_t count; $ count\n", out.data);
    buf_fini(&out);
}

static void test_a_name_is_not_taken_for_a_longer_one(void **state)
{
    (void)state;
    struct buf out = { 0 };
    out_emit(&out, VARS({ "names", "1" }, { "name", "2" }), "$name$ $names$");
    assert_string_equal("2 1", out.data);
    buf_fini(&out);
}

/* Returns the signal that ends a process which emits the template. */
static int signal_of(const char *text)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct buf out = { 0 };
        struct rlimit none = { 0, 0 };
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        fclose(stderr);
        out_emit(&out, VARS({ "name", "value" }), text);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(child, waitpid(child, &status, 0));
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void test_a_template_with_a_mistake_ends_the_program(void **state)
{
    (void)state;
    assert_int_equal(0, signal_of("$name$"));
    assert_int_equal(SIGABRT, signal_of("$nam$"));
    assert_int_equal(SIGABRT, signal_of("$name"));
}

static void test_a_list_that_fits_is_one_line(void **state)
{
    (void)state;
    struct buf out = { 0 };
    const char *items[] = { "int a", "int b" };
    out_list(&out, "void f(", items, 2, ");\n");
    out_list(&out, "void g(", items, 0, ");\n");
    assert_string_equal("void f(int a, int b);\nvoid g();\n", out.data);
    buf_fini(&out);
}

/* Lists whose line would have exactly `width` columns. */
static char *list_of_width(size_t width)
{
    struct buf out = { 0 };
    char item[OUT_COLUMNS + 1];
    memset(item, 'x', sizeof item);
    size_t used = strlen("static inline void f(int a, );");
    item[width - used] = '\0';
    const char *items[] = { "int a", item };
    out_list(&out, "static inline void f(", items, 2, ");\n");
    return out.data;
}

static void test_a_list_one_column_too_wide_goes_to_the_next_line(void **state)
{
    (void)state;
    char *fits = list_of_width(OUT_COLUMNS);
    char *breaks = list_of_width(OUT_COLUMNS + 1);
    assert_int_equal(OUT_COLUMNS, strcspn(fits, "\n"));
    assert_memory_equal("static inline void f(\n        int a, x", breaks, 38);
    free(fits);
    free(breaks);
}

static void test_a_long_list_is_filled_and_no_line_is_too_wide(void **state)
{
    (void)state;
    struct buf out = { 0 };
    const char *items[40];
    for (size_t i = 0; i < 40; i++) {
        items[i] = "const struct something *one";
    }
    out_list(&out, "    return something(", items, 40, ");\n");
    size_t lines = 0;
    for (const char *line = out.data; *line != '\0'; line += strcspn(line, "\n") + 1) {
        assert_true(strcspn(line, "\n") <= OUT_COLUMNS);
        assert_true(lines == 0 || strspn(line, " ") == 12);
        assert_true(line[strcspn(line, "\n") - 1] != ' ');
        lines++;
    }
    assert_true(lines > 10);
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_replaced),
        cmocka_unit_test(test_a_name_is_not_taken_for_a_longer_one),
        cmocka_unit_test(test_a_template_with_a_mistake_ends_the_program),
        cmocka_unit_test(test_a_list_that_fits_is_one_line),
        cmocka_unit_test(test_a_list_one_column_too_wide_goes_to_the_next_line),
        cmocka_unit_test(test_a_long_list_is_filled_and_no_line_is_too_wide),
    };
    return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
