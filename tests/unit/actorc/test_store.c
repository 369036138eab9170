/* SPDX-License-Identifier: MIT */
/* Unit tests of store.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each test has a folder of its own and is in it. */
struct fixture {
    char folder[64];
    struct store store;
    struct store_error error;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    snprintf(f->folder, sizeof f->folder, "/tmp/actorc-store-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    assert_int_equal(0, chdir(f->folder));
    *state = f;
    return 0;
}

/* Counts what is in a folder; removes it if asked to. */
static int entries(const char *path, bool removed)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    int count = 0;
    for (struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        count++;
        if (removed && remove(e->d_name) != 0) {
            assert_int_equal(0, chdir(e->d_name));
            entries(".", true);
            assert_int_equal(0, chdir(".."));
            assert_int_equal(0, remove(e->d_name));
        }
    }
    closedir(folder);
    return count;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    store_fini(&f->store);
    entries(".", true);
    int failed = chdir("/") != 0 || rmdir(f->folder) != 0;
    free(f);
    return failed;
}

static bool put(struct fixture *f, const char *path, const char *text)
{
    return store_put(&f->store, path, text, strlen(text), &f->error);
}

static void assert_file(const char *path, const char *text)
{
    char content[256];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t len = fread(content, 1, sizeof content - 1, file);
    content[len] = '\0';
    fclose(file);
    assert_string_equal(text, content);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(0, fclose(file));
}

static void test_nothing_is_seen_before_commit(void **state)
{
    struct fixture *f = *state;
    write_file("a", "old");
    assert_true(put(f, "a", "new"));
    assert_true(put(f, "b", "new"));
    assert_file("a", "old");
    assert_int_equal(-1, access("b", F_OK));
    assert_true(store_commit(&f->store, &f->error));
    assert_file("a", "new");
    assert_file("b", "new");
    store_fini(&f->store);
    assert_int_equal(2, entries(".", false));
}

static void test_without_commit_nothing_stays(void **state)
{
    struct fixture *f = *state;
    write_file("a", "old");
    assert_true(store_make_folder(&f->store, "x/y/z", &f->error));
    assert_true(put(f, "a", "new"));
    assert_true(put(f, "x/y/z/b", "new"));
    store_fini(&f->store);
    assert_file("a", "old");
    assert_int_equal(1, entries(".", false));
}

static void test_a_file_that_did_not_change_is_not_touched(void **state)
{
    struct fixture *f = *state;
    write_file("a", "same");
    const struct timespec long_ago[2] = { { 1000, 0 }, { 1000, 0 } };
    assert_int_equal(0, utimensat(AT_FDCWD, "a", long_ago, 0));
    struct stat before;
    struct stat after;
    assert_int_equal(0, stat("a", &before));
    assert_true(put(f, "a", "same"));
    assert_true(store_commit(&f->store, &f->error));
    assert_int_equal(0, stat("a", &after));
    assert_int_equal(1000, after.st_mtime);
    assert_true(before.st_ino == after.st_ino);
}

static void test_texts_that_differ_late_or_in_length_are_written(void **state)
{
    struct fixture *f = *state;
    enum { SIZE = 100000 };
    char *text = malloc(SIZE + 1);
    assert_non_null(text);
    memset(text, 'x', SIZE);
    text[SIZE] = '\0';
    write_file("a", text);
    text[SIZE - 1] = 'y';
    assert_true(put(f, "a", text));
    assert_true(store_commit(&f->store, &f->error));
    store_fini(&f->store);
    FILE *file = fopen("a", "r");
    assert_non_null(file);
    assert_int_equal(0, fseek(file, -1, SEEK_END));
    assert_int_equal('y', fgetc(file));
    fclose(file);
    assert_true(put(f, "a", "short"));
    assert_true(store_commit(&f->store, &f->error));
    assert_file("a", "short");
    free(text);
}

static void test_folders_are_made_with_those_around_them(void **state)
{
    struct fixture *f = *state;
    assert_true(store_make_folder(&f->store, "x//y/z/", &f->error));
    assert_true(store_make_folder(&f->store, "x/y", &f->error));
    assert_true(put(f, "x/y/z/a", "text"));
    assert_true(store_commit(&f->store, &f->error));
    store_fini(&f->store);
    assert_file("x/y/z/a", "text");
}

static void test_a_file_in_the_place_of_a_folder_is_an_error(void **state)
{
    struct fixture *f = *state;
    write_file("a", "text");
    assert_false(store_make_folder(&f->store, "a", &f->error));
    assert_string_equal("cannot make folder 'a': Not a directory", f->error.text);
    assert_false(store_make_folder(&f->store, "a/b", &f->error));
    assert_false(put(f, "a/b", "text"));
    assert_string_equal("cannot write 'a/b': Not a directory", f->error.text);
}

static void test_a_folder_in_the_place_of_a_file_is_an_error(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(0, mkdir("a", 0777));
    assert_false(put(f, "a", "text"));
    assert_string_equal("cannot write 'a': Is a directory", f->error.text);
    assert_false(put(f, "/dev/full", "text"));
}

/* What was put in the file's place meanwhile keeps it from being renamed. */
static void test_folders_go_when_the_commit_fails(void **state)
{
    struct fixture *f = *state;
    assert_true(store_make_folder(&f->store, "made/below", &f->error));
    assert_true(put(f, "file", "text"));
    assert_int_equal(0, mkdir("file", 0777));
    assert_false(store_commit(&f->store, &f->error));
    store_fini(&f->store);
    assert_int_equal(-1, access("made", F_OK));
    assert_int_equal(1, entries(".", false));
}

static void test_new_files_have_the_usual_mode(void **state)
{
    struct fixture *f = *state;
    mode_t mask = umask(027);
    assert_true(put(f, "a", "text"));
    assert_true(store_commit(&f->store, &f->error));
    struct stat status;
    assert_int_equal(0, stat("a", &status));
    assert_int_equal(0640, status.st_mode & 0777);
    umask(mask);
}

static void test_a_file_that_is_replaced_keeps_its_mode(void **state)
{
    struct fixture *f = *state;
    write_file("a", "old");
    assert_int_equal(0, chmod("a", 0604));
    assert_true(put(f, "a", "new"));
    assert_true(store_commit(&f->store, &f->error));
    struct stat status;
    assert_int_equal(0, stat("a", &status));
    assert_int_equal(0604, status.st_mode & 0777);
}

static void test_signals_wait_while_there_are_temporaries(void **state)
{
    struct fixture *f = *state;
    sigset_t now;
    assert_true(put(f, "a", "text"));
    assert_int_equal(0, sigprocmask(SIG_BLOCK, NULL, &now));
    assert_int_equal(1, sigismember(&now, SIGINT));
    store_fini(&f->store);
    assert_int_equal(0, sigprocmask(SIG_BLOCK, NULL, &now));
    assert_int_equal(0, sigismember(&now, SIGINT));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing_is_seen_before_commit),
        TEST(test_without_commit_nothing_stays),
        TEST(test_a_file_that_did_not_change_is_not_touched),
        TEST(test_texts_that_differ_late_or_in_length_are_written),
        TEST(test_folders_are_made_with_those_around_them),
        TEST(test_a_file_in_the_place_of_a_folder_is_an_error),
        TEST(test_a_folder_in_the_place_of_a_file_is_an_error),
        TEST(test_folders_go_when_the_commit_fails),
        TEST(test_new_files_have_the_usual_mode),
        TEST(test_a_file_that_is_replaced_keeps_its_mode),
        TEST(test_signals_wait_while_there_are_temporaries),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
