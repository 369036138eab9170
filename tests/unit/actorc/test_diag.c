/* SPDX-License-Identifier: MIT */
/* Unit tests of diag.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "diag.h"

struct fixture {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct buf text;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    const char *text = "schema t;\n\tmessage A;\n";
    sources_add(&f->sources, "t.actor", text, strlen(text));
    diags_init(&f->diags, &f->arena, &f->sources);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    buf_fini(&f->text);
    sources_fini(&f->sources);
    arena_fini(&f->arena);
    free(f);
    return 0;
}

static const char *rendered(struct fixture *f)
{
    diags_render(&f->diags, false, &f->text);
    return f->text.data == NULL ? "" : f->text.data;
}

static void test_an_error_shows_place_code_line_and_carets(void **state)
{
    struct fixture *f = *state;
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 11, 18 }, "unknown %s", "thing");
    assert_string_equal("t.actor:2:2: error: unknown thing [E0200]\n"
                        "    2 |  message A;\n"
                        "      |  ^~~~~~~\n",
            rendered(*state));
    assert_int_equal(1, f->diags.errors);
}

static void test_notes_and_hints_follow_in_order(void **state)
{
    struct fixture *f = *state;
    struct diag *diag = diags_add(&f->diags, DIAG_DUPLICATE, (struct span){ 19, 20 }, "twice");
    diag_note(&f->diags, diag, (struct span){ 7, 8 }, "the first is %s", "here");
    diag_hint(&f->diags, diag, "write '%s'", "B");
    assert_string_equal("t.actor:2:10: error: twice [E0202]\n"
                        "    2 |  message A;\n"
                        "      |          ^\n"
                        "t.actor:1:8: note: the first is here\n"
                        "    1 | schema t;\n"
                        "      |        ^\n"
                        "      = hint: write 'B'\n",
            rendered(f));
}

static void add_notes(struct fixture *f, int count)
{
    struct diag *diag = diags_add(&f->diags, DIAG_DUPLICATE, (struct span){ 19, 20 }, "twice");
    for (int i = 1; i <= count; i++) {
        diag_note(&f->diags, diag, (struct span){ 7, 8 }, "step %d.", i);
    }
    diag_hint(&f->diags, diag, "write it");
}

static void test_twelve_notes_are_all_shown(void **state)
{
    add_notes(*state, 12);
    const char *text = rendered(*state);
    assert_non_null(strstr(text, "note: step 11.\n"));
    assert_non_null(strstr(text, "note: step 12.\n"));
    assert_null(strstr(text, "more steps"));
}

static void test_of_more_notes_the_last_is_shown(void **state)
{
    add_notes(*state, 15);
    const char *text = rendered(*state);
    assert_non_null(strstr(text, "note: step 11.\n"));
    assert_null(strstr(text, "step 12."));
    assert_non_null(strstr(text, "... and 3 more steps\n"));
    assert_null(strstr(text, "step 14."));
    assert_non_null(strstr(text, "note: step 15.\n"));
    assert_non_null(strstr(text, "hint: write it\n"));
}

static void test_a_file_as_a_whole_has_no_line(void **state)
{
    struct fixture *f = *state;
    diags_add_file(&f->diags, DIAG_EMPTY, 0, "the file is empty");
    assert_string_equal("t.actor: error: the file is empty [E0003]\n", rendered(f));
}

static void test_a_caret_behind_the_line_is_shown(void **state)
{
    struct fixture *f = *state;
    diags_add(&f->diags, DIAG_MISSING_SEMICOLON, (struct span){ 9, 9 }, "expected ';'");
    assert_string_equal("t.actor:1:10: error: expected ';' [E0101]\n"
                        "    1 | schema t;\n"
                        "      |          ^\n",
            rendered(f));
}

static void test_they_are_sorted_by_place_and_then_by_time(void **state)
{
    struct fixture *f = *state;
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 11, 12 }, "second");
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 11, 12 }, "third");
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 0, 1 }, "first");
    const char *text = rendered(f);
    assert_true(strstr(text, "first") < strstr(text, "second"));
    assert_true(strstr(text, "second") < strstr(text, "third"));
}

static void test_beyond_twenty_they_are_counted(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 25; i++) {
        assert_int_equal(i >= 20, diags_full(&f->diags));
        diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 0, 1 }, "error number %d.", i);
    }
    const char *text = rendered(f);
    assert_non_null(strstr(text, "error number 19."));
    assert_null(strstr(text, "error number 20."));
    assert_non_null(strstr(text, "\n5 more errors\n"));
}

/* What was reported, as it is without anything clever. */
struct naive {
    unsigned lo[2000];
    unsigned id[2000];
    size_t count;
};

/* Checks that what is shown are the first twenty, by place and then by time. */
static void compare_with_naive(struct fixture *f, const struct naive *naive)
{
    char wanted[32];
    const char *at = rendered(f);
    size_t shown = 0;
    for (unsigned lo = 0; lo < 22; lo++) {
        for (size_t i = 0; i < naive->count && shown < DIAG_SHOWN_MAX; i++) {
            if (naive->lo[i] == lo) {
                snprintf(wanted, sizeof wanted, "error: number %u [", naive->id[i]);
                at = strstr(at, "error: number ");
                assert_non_null(at);
                assert_memory_equal(wanted, at, strlen(wanted));
                at += strlen(wanted);
                shown++;
            }
        }
    }
    assert_null(at[0] == '\0' ? NULL : strstr(at, "error: number "));
    assert_int_equal(naive->count, f->diags.errors);
    buf_fini(&f->text);
}

static void test_what_is_only_counted_is_not_missed(void **state)
{
    struct fixture *f = *state;
    struct naive *naive = calloc(1, sizeof *naive);
    assert_non_null(naive);
    unsigned random = 1;
    for (unsigned i = 0; i < 2000; i++) {
        random = random * 1103515245u + 12345u;
        unsigned value = random >> 16;
        if (value % 64 == 0) {
            size_t left = naive->count * (value >> 8) / 256;
            diags_cut(&f->diags, left);
            naive->count = left;
        } else if (value % 64 == 1) {
            unsigned lo = 4 + (value >> 8) % 18;
            size_t left = 0;
            for (size_t k = 0; k < naive->count; k++) {
                naive->lo[left] = naive->lo[k];
                naive->id[left] = naive->id[k];
                left += naive->lo[k] < lo;
            }
            naive->count = left;
            diags_forget(&f->diags, lo);
        } else {
            unsigned lo = value % 22;
            diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ lo, lo + 1 }, "number %u", i);
            naive->lo[naive->count] = lo;
            naive->id[naive->count++] = i;
        }
        compare_with_naive(f, naive);
    }
    free(naive);
}

static void test_consequences_do_not_displace_what_is_shown(void **state)
{
    struct fixture *f = *state;
    /* The statement around the 1 is the first line. */
    diags_add(&f->diags, DIAG_SYNTAX, (struct span){ 1, 2 }, "a guess");
    diags_find_guesses(&f->diags);
    for (uint32_t i = 0; i < 2 * DIAG_SHOWN_MAX; i++) {
        diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 2, 3 }, "a consequence");
    }
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 12, 13 }, "another mistake");
    assert_int_equal(2 * DIAG_SHOWN_MAX + 2, f->diags.errors);
    diags_drop_consequences(&f->diags);
    assert_int_equal(2, f->diags.errors);
    const char *text = rendered(f);
    assert_non_null(strstr(text, "a guess"));
    assert_non_null(strstr(text, "another mistake"));
    assert_null(strstr(text, "consequence"));
}

static void test_what_is_too_long_is_cut(void **state)
{
    struct fixture *f = *state;
    char *name = malloc(100001);
    assert_non_null(name);
    memset(name, 'x', 100000);
    name[100000] = '\0';
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 0, 1 }, "unknown '%s'", name);
    memcpy(name + 63, "\xc3\xa4", 2);
    struct diag *diag = diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 1, 2 }, "%s", name);
    for (size_t i = 0; i < 100000; i += 2) {
        name[i] = ' ';
    }
    diag_hint(&f->diags, diag, "%s", name);
    const char *text = rendered(f);
    assert_true(strlen(text) < 2000);
    assert_non_null(strstr(text, "xxx…' [E0200]"));
    assert_non_null(strstr(text, "xxx… [E0200]"));
    free(name);
}

static void test_warnings_are_switched_by_name(void **state)
{
    struct fixture *f = *state;
    assert_false(diags_switch(&f->diags, "nonsense"));
    assert_false(diags_switch(&f->diags, "no-nonsense"));
    diags_add(&f->diags, DIAG_CLOSED, (struct span){ 0, 1 }, "off by default");
    assert_int_equal(0, f->diags.warnings);
    assert_true(diags_switch(&f->diags, "closed"));
    diags_add(&f->diags, DIAG_CLOSED, (struct span){ 0, 1 }, "now on");
    assert_int_equal(1, f->diags.warnings);
    assert_true(diags_switch(&f->diags, "no-tell-loop"));
    struct diag *off = diags_add(&f->diags, DIAG_TELL_LOOP, (struct span){ 0, 1 }, "off");
    diag_hint(&f->diags, off, "nobody sees this");
    assert_string_equal("t.actor:1:1: warning: now on [W0501, -Wclosed]\n"
                        "    1 | schema t;\n"
                        "      | ^\n",
            rendered(f));
}

static void test_cut_and_forget_take_back(void **state)
{
    struct fixture *f = *state;
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 5, 6 }, "kept");
    size_t mark = diags_mark(&f->diags);
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 0, 1 }, "cut");
    diags_cut(&f->diags, mark);
    assert_int_equal(1, f->diags.errors);
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 6, 7 }, "forgotten");
    diags_forget(&f->diags, 6);
    assert_int_equal(1, f->diags.errors);
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 7, 8 }, "last");
    const char *text = rendered(f);
    assert_non_null(strstr(text, "kept"));
    assert_null(strstr(text, "cut"));
    assert_null(strstr(text, "forgotten"));
    assert_non_null(strstr(text, "last"));
}

static void test_colour_is_plain_text_with_escapes(void **state)
{
    struct fixture *f = *state;
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ 0, 1 }, "text");
    diags_render(&f->diags, true, &f->text);
    assert_non_null(strstr(f->text.data, "\033[1;31merror:"));
    assert_null(strchr(rendered(f) + f->text.len, '\033'));
}

static void test_control_characters_of_the_source_are_not_shown(void **state)
{
    struct fixture *f = *state;
    struct source *source = sources_add(&f->sources, "b.actor",
            "a\033[31m\xff"
            "b",
            8);
    diags_add(&f->diags, DIAG_UNKNOWN, (struct span){ source->base + 7, source->base + 8 },
            "text");
    assert_string_equal("b.actor:1:8: error: text [E0200]\n"
                        "    1 | a?[31m?b\n"
                        "      |        ^\n",
            rendered(f));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_an_error_shows_place_code_line_and_carets),
        TEST(test_notes_and_hints_follow_in_order),
        TEST(test_twelve_notes_are_all_shown),
        TEST(test_of_more_notes_the_last_is_shown),
        TEST(test_a_file_as_a_whole_has_no_line),
        TEST(test_a_caret_behind_the_line_is_shown),
        TEST(test_they_are_sorted_by_place_and_then_by_time),
        TEST(test_beyond_twenty_they_are_counted),
        TEST(test_what_is_only_counted_is_not_missed),
        TEST(test_consequences_do_not_displace_what_is_shown),
        TEST(test_what_is_too_long_is_cut),
        TEST(test_warnings_are_switched_by_name),
        TEST(test_cut_and_forget_take_back),
        TEST(test_colour_is_plain_text_with_escapes),
        TEST(test_control_characters_of_the_source_are_not_shown),
    };
    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
