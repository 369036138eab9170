/* SPDX-License-Identifier: MIT */
/*
 * Tests of format.c, with comments put between every two tokens of every schema of the tree. They
 * run from the top of the tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"
#include "emit.h"
#include "format.h"
#include "format_pieces.h"
#include "parse.h"

#include <glob.h>
#include <stdio.h>

/* One run of the compiler over one text. */
struct run {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct source *source;
    struct intern intern;
};

static void begin(struct run *run, const char *text, size_t len)
{
    memset(run, 0, sizeof *run);
    diags_init(&run->diags, &run->arena, &run->sources);
    intern_init(&run->intern, &run->arena);
    run->source = sources_add(&run->sources, "test.actor", text, len);
}

static void end(struct run *run)
{
    intern_fini(&run->intern);
    sources_fini(&run->sources);
    arena_fini(&run->arena);
}

/* Returns what the text is formatted to; it must be without errors. */
static struct buf formatted(const char *text, size_t len)
{
    struct run run;
    struct buf out = { 0 };
    begin(&run, text, len);
    if (!format(run.source, &run.arena, &run.diags, &out)) {
        struct buf why = { 0 };
        diags_render(&run.diags, false, &why);
        print_error("%s\n", why.data);
        fail();
    }
    end(&run);
    return out;
}

/* Says whether the text is a schema without errors that needs no other file. */
static bool is_whole(const char *text, size_t len)
{
    struct run run;
    struct model model;
    begin(&run, text, len);
    memset(&model, 0, sizeof model);
    bool is_good = check(run.source, NULL, &run.arena, &run.intern, &run.diags, &model);
    end(&run);
    return is_good;
}

/* Returns the header that is made of the text. */
static struct buf compiled(const char *text, size_t len)
{
    struct run run;
    struct buf out = { 0 };
    struct model model;
    struct arena scratch = { 0 };
    begin(&run, text, len);
    memset(&model, 0, sizeof model);
    assert_true(check(run.source, NULL, &run.arena, &run.intern, &run.diags, &model));
    struct emit emit = { .out = &out,
        .arena = &scratch,
        .model = &model,
        .file = "test.actor",
        .fingerprint = "0000000000000000" };
    emit_header(&emit);
    arena_fini(&scratch);
    end(&run);
    return out;
}

static void assert_same_text(const struct buf *a, const struct buf *b)
{
    if (a->len != b->len || memcmp(a->data, b->data, a->len) != 0) {
        fprintf(stderr, "---- this\n%s\n---- is not\n%s\n", a->data, b->data);
        fail();
    }
}

/* A text is laid out once and for all, and means the same. */
static void check_text(const char *text, size_t len, const char *comment, bool compiles)
{
    struct buf once = formatted(text, len);
    struct buf twice = formatted(once.data, once.len);
    assert_same_text(&once, &twice);
    if (comment != NULL && strstr(once.data, comment) == NULL) {
        print_error("'%s' is not in\n%s\n", comment, once.data);
        fail();
    }
    if (compiles && is_whole(text, len)) {
        struct buf before = compiled(text, len);
        struct buf after = compiled(once.data, once.len);
        assert_same_text(&before, &after);
        buf_fini(&before);
        buf_fini(&after);
    }
    buf_fini(&once);
    buf_fini(&twice);
}

/* ---- Every schema of the tree ------------------------------------------------------------ */

/* Calls the function with each of them. */
static void each_schema(void (*visit)(const char *text, size_t len))
{
    glob_t found;
    assert_int_equal(0, glob("schemas/*.actor", 0, NULL, &found));
    assert_int_equal(0, glob("tests/golden/*/in.actor", GLOB_APPEND, NULL, &found));
    assert_int_equal(0, glob("tests/schemas/*.actor", GLOB_APPEND, NULL, &found));
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct sources sources = { 0 };
        const char *why = NULL;
        const struct source *source = sources_load(&sources, found.gl_pathv[i], &why);
        assert_null(why);
        print_message("%s\n", found.gl_pathv[i]);
        visit(source->text, source->size);
        sources_fini(&sources);
    }
    globfree(&found);
}

static void visit_as_it_is(const char *text, size_t len)
{
    check_text(text, len, NULL, true);
}

static void test_every_schema_stays_the_same_schema(void **state)
{
    (void)state;
    each_schema(visit_as_it_is);
}

/* Returns the offsets of all tokens, the end of the file among them. */
static size_t token_offsets(const char *text, size_t len, uint32_t **ret_offsets)
{
    struct run run;
    struct intern intern;
    struct ast_file file;
    struct format_pieces pieces;
    begin(&run, text, len);
    intern_init(&intern, &run.arena);
    assert_true(parse(run.source, &run.arena, &intern, &run.diags, &file));
    format_pieces_init(&pieces, &file, &run.arena, &intern, &run.sources);
    size_t count = 0;
    uint32_t *offsets = malloc(pieces.count * sizeof *offsets);
    assert_non_null(offsets);
    for (size_t i = 0; i < pieces.count; i++) {
        if (!format_is_comment(&pieces.items[i])) {
            offsets[count++] = pieces.items[i].lo - run.source->base;
        }
    }
    format_pieces_fini(&pieces);
    ast_file_fini(&file);
    intern_fini(&intern);
    end(&run);
    *ret_offsets = offsets;
    return count;
}

static const char *const comments[] = {
    "/*MARK*/",
    " // MARK\n",
    "\n    /// MARK\n",
    "/* a /* nested MARK */\n  one\n * with lines */",
    "\n\n//MARK\n\n",
    " /// MARK\n",
    "\n/* MARK */\n",
    "/*MARK*/ /**//* and */ // more\n",
};

enum { COMMENT_COUNT = sizeof comments / sizeof comments[0] };

/* A comment between every two tokens, one at a time, each of another kind than its neighbours. */
static void visit_with_one_comment(const char *text, size_t len)
{
    uint32_t *offsets = NULL;
    size_t count = token_offsets(text, len, &offsets);
    for (size_t i = 0; i < count; i++) {
        struct buf with = { 0 };
        const char *comment = comments[(i * 5 + i / COMMENT_COUNT) % COMMENT_COUNT];
        buf_put(&with, text, offsets[i]);
        buf_puts(&with, comment);
        buf_put(&with, text + offsets[i], len - offsets[i]);
        check_text(with.data, with.len, "MARK", strstr(comment, "///") != NULL);
        buf_fini(&with);
    }
    free(offsets);
}

static void test_a_comment_between_any_two_tokens_is_kept(void **state)
{
    (void)state;
    each_schema(visit_with_one_comment);
}

/* Comments between all tokens at once, drawn anew in each round. */
static void visit_with_many_comments(const char *text, size_t len)
{
    enum { ROUNDS = 20 };
    uint32_t *offsets = NULL;
    size_t count = token_offsets(text, len, &offsets);
    uint64_t dice = 1;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct buf with = { 0 };
        uint32_t at = 0;
        for (size_t i = 0; i < count; i++) {
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            buf_put(&with, text + at, offsets[i] - at);
            at = offsets[i];
            if ((dice >> 40) % (round + 1) == 0) {
                buf_puts(&with, comments[(dice >> 33) % COMMENT_COUNT]);
            }
        }
        buf_put(&with, text + at, len - at);
        check_text(with.data, with.len, NULL, true);
        buf_fini(&with);
    }
    free(offsets);
}

static void test_comments_between_all_tokens_are_kept(void **state)
{
    (void)state;
    each_schema(visit_with_many_comments);
}

/* All white space is one space, or one line end. */
static void visit_without_layout(const char *text, size_t len)
{
    uint32_t *offsets = NULL;
    size_t count = token_offsets(text, len, &offsets);
    struct buf squeezed = { 0 };
    struct run run;
    struct intern intern;
    struct ast_file file;
    struct format_pieces pieces;
    begin(&run, text, len);
    intern_init(&intern, &run.arena);
    assert_true(parse(run.source, &run.arena, &intern, &run.diags, &file));
    format_pieces_init(&pieces, &file, &run.arena, &intern, &run.sources);
    assert_true(pieces.count >= count);
    for (size_t i = 0; i < pieces.count; i++) {
        const struct format_piece *piece = &pieces.items[i];
        if (!format_is_comment(piece)) {
            buf_put(&squeezed, piece->text, piece->len);
            buf_puts(&squeezed, i % 3 == 0 ? "\n" : " ");
        }
    }
    check_text(squeezed.data, squeezed.len, NULL, true);
    buf_fini(&squeezed);
    format_pieces_fini(&pieces);
    ast_file_fini(&file);
    intern_fini(&intern);
    end(&run);
    free(offsets);
}

static void test_a_schema_without_layout_gets_one(void **state)
{
    (void)state;
    each_schema(visit_without_layout);
}

/* ---- Errors ------------------------------------------------------------------------------ */

static void test_an_error_of_syntax_is_reported_and_gives_nothing(void **state)
{
    (void)state;
    static const char text[] = "schema a;\nmessage B { u32 c }\n";
    struct run run;
    struct buf out = { 0 };
    begin(&run, text, sizeof text - 1);
    assert_false(format(run.source, &run.arena, &run.diags, &out));
    assert_int_equal(1, run.diags.errors);
    assert_int_equal(0, out.len);
    end(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_schema_stays_the_same_schema),
        cmocka_unit_test(test_a_schema_without_layout_gets_one),
        cmocka_unit_test(test_a_comment_between_any_two_tokens_is_kept),
        cmocka_unit_test(test_comments_between_all_tokens_are_kept),
        cmocka_unit_test(test_an_error_of_syntax_is_reported_and_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
