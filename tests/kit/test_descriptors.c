/* SPDX-License-Identifier: MIT */
/* test_descriptors.c - descriptors that several actors of several systems watch in virtual time. */
#define _POSIX_C_SOURCE 200809L
#include "kit.h"

#include "fds.actor.h"

#include <stdio.h>
#include <unistd.h>

/* What readers have been told, in order: "fd events" each. */
struct record {
    char text[256];
    size_t used;
};

struct fds_reader {
    struct record *record;
};
ACTOR_STATE(fds_reader);

actor_result fds_reader_at_start(fds_reader *self, const fds_reader_args *args)
{
    self->record = args->record;
    return ACTOR_CONTINUE;
}

void fds_reader_at_stop(fds_reader *self)
{
    (void)self;
}

actor_result fds_reader_on_sync(fds_reader *self, const fds_sync *msg, fds_sync_call call)
{
    (void)self;
    (void)msg;
    fds_sync_answer_synced(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result fds_reader_on_order(fds_reader *self, const fds_order *msg)
{
    actor_err err = msg->deed == FDS_DEED_WATCH
                            ? fds_reader_watch_ready(self, msg->fd, msg->events)
                            : fds_reader_unwatch_ready(self, msg->fd);
    return err == ACTOR_OK ? ACTOR_CONTINUE : actor_fail(self, "%s", actor_err_text(err));
}

/* Reads what there is, and leaves it at that after an error. */
actor_result fds_reader_awake_on_ready(fds_reader *self, const fds_ready *msg)
{
    struct record *r = self->record;
    char byte;
    r->used += (size_t)snprintf(
            r->text + r->used, sizeof r->text - r->used, "%d %u;", msg->fd, msg->events);
    if ((msg->events & ACTOR_FD_READ) != 0 && read(msg->fd, &byte, 1) != 1) {
        return actor_fail(self, "nothing to read");
    }
    return (msg->events & ACTOR_FD_READ) != 0 || fds_reader_unwatch_ready(self, msg->fd) == 0
                   ? ACTOR_CONTINUE
                   : actor_fail(self, "cannot unwatch");
}

/* ---- The bench ---------------------------------------------------------------------------------- */

struct bench {
    actor_test *test;
    actor_system *system;
    fds_reader_ref reader;
    struct record record;
};

static void begin(struct bench *b)
{
    b->test = kit_new();
    b->system = actor_test_system(b->test);
    b->record.used = 0;
    b->record.text[0] = '\0';
    assert_int_equal(
            fds_reader_start(b->system, &(fds_reader_args){ .record = &b->record }, &b->reader),
            ACTOR_OK);
}

static void order(struct bench *b, fds_deed deed, int fd, uint32_t events)
{
    fds_order o = { .deed = deed, .fd = fd, .events = events };
    assert_int_equal(fds_reader_tell_order(b->system, b->reader, &o), ACTOR_OK);
    (void)actor_test_settle(b->test);
}

/* Lets happen what can, and takes what the reader was told since. */
static void expect_record(struct bench *b, const char *format, int fd, int other)
{
    char wanted[64];
    (void)snprintf(wanted, sizeof wanted, format, fd, other);
    actor_test_advance(b->test, actor_milliseconds(10));
    assert_string_equal(b->record.text, wanted);
    b->record.used = 0;
    b->record.text[0] = '\0';
}

static void open_pipe(int ends[2])
{
    assert_int_equal(pipe(ends), 0);
}

static void close_pipe(const int ends[2])
{
    (void)close(ends[0]);
    (void)close(ends[1]);
}

/* ---- Tests -------------------------------------------------------------------------------------- */

static void test_each_is_told_of_what_it_watches(void **state)
{
    struct bench a;
    struct bench b;
    int first[2];
    int second[2];
    (void)state;
    open_pipe(first);
    open_pipe(second);
    begin(&a);
    begin(&b);
    order(&a, FDS_DEED_WATCH, first[0], ACTOR_FD_READ);
    order(&b, FDS_DEED_WATCH, second[0], ACTOR_FD_READ);
    order(&b, FDS_DEED_WATCH, first[1], ACTOR_FD_WRITE);
    expect_record(&b, "%d 2;", first[1], 0);
    assert_int_equal(write(second[1], "xy", 2), 2);
    expect_record(&b, "%d 1;%d 1;", second[0], second[0]);
    expect_record(&a, "", 0, 0);
    assert_int_equal(write(first[1], "x", 1), 1);
    expect_record(&a, "%d 1;", first[0], 0);
    order(&b, FDS_DEED_UNWATCH, second[0], 0);
    assert_int_equal(write(second[1], "z", 1), 1);
    expect_record(&b, "", 0, 0);
    /* Its place is taken by another one. */
    order(&a, FDS_DEED_WATCH, second[0], ACTOR_FD_READ);
    expect_record(&a, "%d 1;", second[0], 0);
    actor_test_free(a.test);
    actor_test_free(b.test);
    close_pipe(first);
    close_pipe(second);
}

static void test_what_cannot_be_watched_is_an_error(void **state)
{
    struct bench b;
    fds_reader_ref other;
    int ends[2];
    (void)state;
    open_pipe(ends);
    begin(&b);
    assert_int_equal(
            fds_reader_start(b.system, &(fds_reader_args){ .record = &b.record }, &other),
            ACTOR_OK);
    order(&b, FDS_DEED_WATCH, ends[0], ACTOR_FD_READ);
    /* Another actor of the system has it. */
    fds_order again = { .deed = FDS_DEED_WATCH, .fd = ends[0], .events = ACTOR_FD_READ };
    assert_int_equal(fds_reader_tell_order(b.system, other, &again), ACTOR_OK);
    expect_record(&b, "%d 4;", ends[0], 0);
    close_pipe(ends);
    order(&b, FDS_DEED_WATCH, ends[1], ACTOR_FD_WRITE);
    expect_record(&b, "%d 4;", ends[1], 0);
    actor_test_free(b.test);
}

static void test_the_other_end_hangs_up(void **state)
{
    struct bench b;
    int ends[2];
    (void)state;
    open_pipe(ends);
    begin(&b);
    order(&b, FDS_DEED_WATCH, ends[0], ACTOR_FD_READ);
    (void)close(ends[1]);
    expect_record(&b, "%d 4;", ends[0], 0);
    (void)close(ends[0]);
    actor_test_free(b.test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_told_of_what_it_watches),
        cmocka_unit_test(test_what_cannot_be_watched_is_an_error),
        cmocka_unit_test(test_the_other_end_hangs_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
