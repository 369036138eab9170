/* SPDX-License-Identifier: MIT */
/*
 * File descriptors that actors watch: pipes here. What is ready arrives once for each time that it
 * is handled, and never after the watch has ended.
 */
#include "fds.actor.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { RECORD_BYTES = 1024, MANY = 50 };

#define LONG actor_seconds(3600)

/* What an actor wrote down. A descriptor may be ready while the test reads. */
struct record {
    pthread_mutex_t lock;
    char text[RECORD_BYTES]; /* [L:lock] */
};

static actor_system *library;
static struct record record = { .lock = PTHREAD_MUTEX_INITIALIZER };
static sem_t gate;

static void put(const char *format, ...) ACTOR_PRINTF(1, 2);

static void put(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&record.lock);
    size_t len = strlen(record.text);
    (void)vsnprintf(record.text + len, sizeof record.text - len, format, args);
    pthread_mutex_unlock(&record.lock);
    va_end(args);
}

/* What is written now; valid until the next call. */
static const char *written(void)
{
    static char text[RECORD_BYTES];
    pthread_mutex_lock(&record.lock);
    memcpy(text, record.text, sizeof text);
    pthread_mutex_unlock(&record.lock);
    return text;
}

/* ---- The reader -------------------------------------------------------------------------------- */

struct fds_reader {
    uint32_t read;
};
ACTOR_STATE(fds_reader);

actor_result fds_reader_at_start(fds_reader *self, const fds_reader_args *args)
{
    (void)self;
    (void)args;
    put(" start");
    return ACTOR_CONTINUE;
}

void fds_reader_at_stop(fds_reader *self)
{
    put(" stop%s", fds_reader_watch_ready(self, 0, ACTOR_FD_READ) == ACTOR_ERR_SHUTDOWN
                           ? ""
                           : " (watched)");
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
    actor_err err = ACTOR_OK;
    switch (msg->deed) {
    case FDS_DEED_WATCH: err = fds_reader_watch_ready(self, msg->fd, msg->events); break;
    case FDS_DEED_UNWATCH: err = fds_reader_unwatch_ready(self, msg->fd); break;
    case FDS_DEED_WATCH_THEN_FAIL:
        (void)fds_reader_watch_ready(self, msg->fd, msg->events);
        return actor_fail(self, "told to");
    case FDS_DEED_FAIL: return actor_fail(self, "told to");
    case FDS_DEED_WAIT:
        while (sem_wait(&gate) != 0) {
        }
        break;
    case FDS_DEED_LEAVE: return ACTOR_STOP;
    case FDS_DEED_SLEEP: fds_reader_become_asleep(self); break;
    case FDS_DEED_WAKE: fds_reader_become_awake(self); break;
    case FDS_DEED_CLOSE: (void)close(msg->fd); break;
    }
    if (err != ACTOR_OK) {
        put(" %s", actor_err_text(err));
    }
    return ACTOR_CONTINUE;
}

actor_result fds_reader_awake_on_ready(fds_reader *self, const fds_ready *msg)
{
    char byte = '?';
    if (msg->events == ACTOR_FD_WRITE) {
        put(" writable");
        fds_reader_unwatch_ready(self, msg->fd);
    } else if ((msg->events & ACTOR_FD_READ) == 0) {
        put(" error%" PRIu32, msg->events);
        fds_reader_unwatch_ready(self, msg->fd);
    } else if (read(msg->fd, &byte, 1) == 1) {
        put(" %c", byte);
        self->read++;
        if (byte == 'F') {
            return actor_fail(self, "told to");
        }
    } else {
        put(" nothing to read");
    }
    return ACTOR_CONTINUE;
}

/* ---- Setting up ------------------------------------------------------------------------------- */

static void on_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line; /* failures are part of these tests */
}

static int setup(void **state)
{
    (void)state;
    memset(record.text, 0, sizeof record.text);
    if (sem_init(&gate, 0, 0) != 0) {
        return -1;
    }
    library = actor_system_new(
            &(actor_config){ .workers = 2, .survive_root_failure = true, .log = on_log });
    return library == NULL ? -1 : 0;
}

static void must_be_empty(void *context, const actor_ledger_entry *e)
{
    uint64_t sum = e->handled + e->dead_letters;
    (void)context;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        sum += e->dropped[i];
    }
    if (e->sent != sum || e->queued + e->stashed + e->in_hand != 0) {
        fail_msg("%s %s: sent %" PRIu64 ", accounted for %" PRIu64, e->actor, e->message,
                e->sent, sum);
    }
}

static void end_system(void)
{
    actor_stop_report report = actor_system_stop(library, actor_seconds(60));
    assert_int_equal(ACTOR_OK, report.err);
}

static int teardown(void **state)
{
    (void)state;
    end_system();
    actor_system_ledger(library, must_be_empty, NULL);
    actor_system_free(library);
    assert_int_equal(0, sem_destroy(&gate));
    return 0;
}

struct search {
    const char *message;
    actor_ledger_entry found;
};

static void look(void *context, const actor_ledger_entry *e)
{
    struct search *s = context;
    if (strcmp(e->message, s->message) == 0) {
        s->found = *e;
    }
}

static actor_ledger_entry ledger_of(const char *message)
{
    struct search s = { .message = message };
    actor_system_ledger(library, look, &s);
    return s.found;
}

static fds_reader_ref start_reader(void)
{
    fds_library_ref root;
    fds_reader_ref reader;
    assert_int_equal(ACTOR_OK, fds_library_start(library, &(fds_library_args){ NULL }, &root));
    assert_int_equal(ACTOR_OK, fds_library_reader(library, root, &reader));
    return reader;
}

static void order(fds_reader_ref reader, fds_deed deed, int fd, uint32_t events)
{
    fds_order o = { .deed = deed, .fd = fd, .events = events };
    assert_int_equal(ACTOR_OK, fds_reader_tell_order(library, reader, &o));
}

static void sync_with(fds_reader_ref reader)
{
    fds_sync_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, fds_reader_ask_sync(library, reader, NULL, LONG, &reply));
    actor_reply_free(reply);
}

/* Waits until so much is written, and compares. */
static void expect(fds_reader_ref reader, const char *text)
{
    do {
        sync_with(reader);
    } while (strlen(written()) < strlen(text));
    assert_string_equal(text, written());
}

struct ends {
    int in;
    int out;
};

static struct ends make_pipe(void)
{
    int fds[2];
    assert_int_equal(0, pipe(fds));
    return (struct ends){ .in = fds[1], .out = fds[0] };
}

static void write_text(int fd, const char *text)
{
    assert_int_equal(strlen(text), write(fd, text, strlen(text)));
}

static void close_pipe(struct ends ends)
{
    (void)close(ends.in);
    (void)close(ends.out);
}

/* ---- Ready -------------------------------------------------------------------------------------- */

static void test_what_is_readable_comes_until_it_has_been_read(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    write_text(p.in, "abc");
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    expect(reader, " start a b c");
    write_text(p.in, "d");
    expect(reader, " start a b c d");
    order(reader, FDS_DEED_UNWATCH, p.out, 0);
    sync_with(reader);
    close_pipe(p);
    assert_int_equal(4, ledger_of("fds.Ready").handled);
}

static void test_what_is_writable_comes(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    order(reader, FDS_DEED_WATCH, p.in, ACTOR_FD_WRITE);
    expect(reader, " start writable");
    sync_with(reader); /* it has unwatched it */
    close_pipe(p);
}

static void test_a_watch_is_replaced_by_the_next_of_its_descriptor(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    order(reader, FDS_DEED_WATCH, p.in, ACTOR_FD_READ); /* never */
    order(reader, FDS_DEED_WATCH, p.in, ACTOR_FD_WRITE);
    expect(reader, " start writable");
    sync_with(reader); /* it has unwatched it */
    close_pipe(p);
}

static void test_a_hang_up_is_reported(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    sync_with(reader);
    (void)close(p.in);
    expect(reader, " start error4");
    sync_with(reader); /* it has unwatched it */
    (void)close(p.out);
}

static void test_what_cannot_be_watched_is_an_error(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    close_pipe(p);
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    expect(reader, " start error4");
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    assert_true(file >= 0);
    order(reader, FDS_DEED_WATCH, file, ACTOR_FD_READ);
    expect(reader, " start error4 error4");
    (void)close(file);
    order(reader, FDS_DEED_WATCH, -1, ACTOR_FD_READ);
    order(reader, FDS_DEED_WATCH, 0, 64);
    order(reader, FDS_DEED_UNWATCH, 12345, 0);
    expect(reader, " start error4 error4 a field is outside the bounds of its schema"
                   " a field is outside the bounds of its schema");
}

static void test_a_descriptor_has_one_watcher(void **state)
{
    (void)state;
    fds_reader_ref first = start_reader();
    fds_reader_ref second = start_reader();
    struct ends p = make_pipe();
    order(first, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    sync_with(first);
    order(second, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    expect(second, " start start error4");
    write_text(p.in, "x");
    expect(first, " start start error4 x");
    order(first, FDS_DEED_UNWATCH, p.out, 0);
    sync_with(first);
    close_pipe(p);
}

/* ---- No more ------------------------------------------------------------------------------------ */

/* Has the reader wait while its descriptor gets ready, with `deed` queued before that. */
static void ready_after(fds_reader_ref reader, struct ends p, fds_deed deed)
{
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    sync_with(reader);
    order(reader, FDS_DEED_WAIT, 0, 0);
    order(reader, deed, p.out, 0);
    write_text(p.in, "x");
    while (ledger_of("fds.Ready").sent == 0) {
        (void)sched_yield();
    }
    assert_int_equal(0, sem_post(&gate));
}

static void test_an_unwatched_descriptor_never_comes(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    ready_after(reader, p, FDS_DEED_UNWATCH);
    sync_with(reader);
    end_system();
    assert_string_equal(" start stop", written());
    assert_int_equal(1, ledger_of("fds.Ready").dropped[ACTOR_ERR_GONE]);
    close_pipe(p);
}

static void test_a_restart_ends_watches(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    ready_after(reader, p, FDS_DEED_FAIL);
    expect(reader, " start stop start");
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    expect(reader, " start stop start x");
    end_system();
    assert_int_equal(1, ledger_of("fds.Ready").dropped[ACTOR_ERR_GONE]);
    close_pipe(p);
}

static void test_a_stop_ends_watches(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    struct ends other = make_pipe();
    order(reader, FDS_DEED_WATCH, other.out, ACTOR_FD_READ);
    ready_after(reader, p, FDS_DEED_LEAVE);
    end_system();
    assert_string_equal(" start stop", written());
    assert_int_equal(1, ledger_of("fds.Ready").dropped[ACTOR_ERR_GONE]);
    close_pipe(other);
    close_pipe(p);
}

static void test_a_handler_that_fails_watches_nothing(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    struct ends later = make_pipe();
    write_text(p.in, "x");
    order(reader, FDS_DEED_WATCH_THEN_FAIL, p.out, ACTOR_FD_READ);
    write_text(later.in, "y");
    order(reader, FDS_DEED_WATCH, later.out, ACTOR_FD_READ);
    expect(reader, " start stop start y");
    end_system();
    assert_int_equal(1, ledger_of("fds.Ready").sent);
    close_pipe(later);
    close_pipe(p);
}

static void test_a_message_whose_handler_fails_is_a_dead_letter(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    write_text(p.in, "aFb");
    expect(reader, " start a F stop start");
    assert_int_equal(1, ledger_of("fds.Ready").dead_letters);
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    expect(reader, " start a F stop start b");
    end_system();
    close_pipe(p);
}

static void test_a_number_that_is_used_again_belongs_to_its_new_watcher(void **state)
{
    (void)state;
    fds_reader_ref careless = start_reader();
    fds_reader_ref next = start_reader();
    struct ends p = make_pipe();
    order(careless, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    order(careless, FDS_DEED_CLOSE, p.out, 0);
    sync_with(careless);
    struct ends q = make_pipe();
    assert_int_equal(p.out, dup2(q.out, p.out));
    order(next, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    sync_with(next);
    order(careless, FDS_DEED_UNWATCH, p.out, 0);
    sync_with(careless);
    write_text(q.in, "n");
    expect(next, " start start n");
    order(next, FDS_DEED_UNWATCH, p.out, 0);
    sync_with(next);
    close_pipe(q);
    close_pipe(p);
}

static void test_what_is_kept_comes_when_the_mode_changes(void **state)
{
    (void)state;
    fds_reader_ref reader = start_reader();
    struct ends p = make_pipe();
    order(reader, FDS_DEED_SLEEP, 0, 0);
    order(reader, FDS_DEED_WATCH, p.out, ACTOR_FD_READ);
    write_text(p.in, "ab");
    while (ledger_of("fds.Ready").stashed == 0) {
        (void)sched_yield();
    }
    order(reader, FDS_DEED_WAKE, 0, 0);
    expect(reader, " start a b");
    assert_int_equal(2, ledger_of("fds.Ready").sent);
    end_system();
    close_pipe(p);
}

static void test_many_descriptors_at_once(void **state)
{
    (void)state;
    fds_reader_ref readers[2] = { start_reader(), start_reader() };
    static struct ends pipes[MANY];
    for (int i = 0; i < MANY; i++) {
        pipes[i] = make_pipe();
        order(readers[i % 2], FDS_DEED_WATCH, pipes[i].out, ACTOR_FD_READ);
    }
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < MANY; i++) {
            write_text(pipes[i].in, "z");
        }
    }
    while (ledger_of("fds.Ready").handled < 4 * MANY) {
        (void)sched_yield();
    }
    end_system();
    assert_int_equal(4 * MANY, ledger_of("fds.Ready").sent);
    for (int i = 0; i < MANY; i++) {
        close_pipe(pipes[i]);
    }
}

/* ------------------------------------------------------------------------------------------------ */

#define FDS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FDS_TEST(test_what_is_readable_comes_until_it_has_been_read),
        FDS_TEST(test_what_is_writable_comes),
        FDS_TEST(test_a_watch_is_replaced_by_the_next_of_its_descriptor),
        FDS_TEST(test_a_hang_up_is_reported),
        FDS_TEST(test_what_cannot_be_watched_is_an_error),
        FDS_TEST(test_a_descriptor_has_one_watcher),
        FDS_TEST(test_an_unwatched_descriptor_never_comes),
        FDS_TEST(test_a_restart_ends_watches),
        FDS_TEST(test_a_stop_ends_watches),
        FDS_TEST(test_a_handler_that_fails_watches_nothing),
        FDS_TEST(test_a_message_whose_handler_fails_is_a_dead_letter),
        FDS_TEST(test_a_number_that_is_used_again_belongs_to_its_new_watcher),
        FDS_TEST(test_what_is_kept_comes_when_the_mode_changes),
        FDS_TEST(test_many_descriptors_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
