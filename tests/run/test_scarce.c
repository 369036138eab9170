/* SPDX-License-Identifier: MIT */
/*
 * A program with one of each thing that needs memory, a thread or a descriptor, as what it needs is
 * refused: each call in turn, alone or with all that come after it. Whatever it was, the program stops
 * in order, no message is lost and nothing is left over.
 */
#define _GNU_SOURCE /* pipe2() */
#include "scarce.actor.h"

#include "shortage.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG actor_seconds(60)
#define TEXT ACTOR_STRING("a text that is copied, and longer than what fits into a small block")

static int readable[2];

/* ---- Actors ------------------------------------------------------------------------------- */

struct scarce_member {
    uint32_t handled;
};
ACTOR_STATE(scarce_member);

actor_result scarce_member_on_key(
        scarce_member *self, const scarce_key *msg, scarce_key_call call)
{
    self->handled++;
    (void)scarce_key_answer_done(call, &(scarce_done){ .text = msg->text });
    return msg->key == 13 ? actor_fail(self, "told to") : ACTOR_CONTINUE;
}

actor_result scarce_member_on_item(scarce_member *self, const scarce_item *msg)
{
    self->handled++;
    (void)actor_message_keep(self, msg);
    return ACTOR_CONTINUE;
}

struct scarce_till {
    uint32_t handled;
};
ACTOR_STATE(scarce_till);

actor_result scarce_till_on_item(scarce_till *self, const scarce_item *msg)
{
    (void)msg;
    self->handled++;
    return ACTOR_CONTINUE;
}

struct scarce_shelf {
    uint32_t handled;
};
ACTOR_STATE(scarce_shelf);

actor_result scarce_shelf_on_item(scarce_shelf *self, const scarce_item *msg)
{
    (void)msg;
    self->handled++;
    return ACTOR_CONTINUE;
}

struct scarce_scout {
    char none;
};
ACTOR_STATE(scarce_scout);

actor_result scarce_scout_at_start(scarce_scout *self)
{
    return scarce_scout_register(self, "scout") == ACTOR_ERR_MISUSE ? actor_fail(self, "?")
                                                                    : ACTOR_CONTINUE;
}

ACTOR_STATE(scarce_hub);

actor_result scarce_hub_at_start(scarce_hub *self, const scarce_hub_args *args)
{
    self->hashed = args->hashed;
    self->idle = args->idle;
    self->till = args->till;
    (void)scarce_hub_register(self, "hub");
    (void)scarce_hub_watch_ready(self, args->fd, ACTOR_FD_READ);
    (void)scarce_hub_start_late(self, 0, &(scarce_late){ .text = TEXT });
    (void)scarce_hub_watch_member(self, args->hashed);
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_on_ready(scarce_hub *self, const scarce_ready *msg)
{
    return (msg->events & ACTOR_FD_ERROR) != 0 || scarce_hub_unwatch_ready(self, msg->fd) >= 0
                   ? ACTOR_CONTINUE
                   : actor_fail(self, "?");
}

actor_result scarce_hub_on_tick(scarce_hub *self, const scarce_tick *msg)
{
    (void)msg;
    (void)scarce_hub_cancel_tick(self);
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_on_late(scarce_hub *self, const scarce_late *msg)
{
    (void)actor_message_keep(self, msg);
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_shut_on_open(scarce_hub *self, const scarce_open *msg)
{
    (void)msg;
    scarce_scout_ref scout;
    (void)scarce_hub_append_texts(self, ACTOR_STRING("open"));
    (void)scarce_hub_spawn_scout(self, &scout);
    (void)scarce_hub_become_ajar(self);
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_shut_on_do(scarce_hub *self, const scarce_do *msg, scarce_do_call call)
{
    (void)self;
    (void)msg;
    (void)scarce_do_answer_done(call, &(scarce_done){ .text = TEXT });
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_ajar_on_item(scarce_hub *self, const scarce_item *msg)
{
    for (int i = 0; i < 4; i++) {
        (void)scarce_hub_tell_till_item(self, self->till, msg);
        (void)scarce_hub_tell_member_item(self, self->idle, msg);
    }
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_ajar_on_do(scarce_hub *self, const scarce_do *msg, scarce_do_call call)
{
    scarce_key key = { .key = msg->number, .text = msg->text };
    scarce_item context = { .key = 1, .text = TEXT };
    scarce_hub_ask_look(self, call, self->hashed, &key, &context);
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_got_look(scarce_hub *self, const scarce_key_reply *reply,
        const scarce_item *context, scarce_do_call call)
{
    (void)self;
    (void)context;
    if (reply->kind == SCARCE_KEY_REPLY_DONE) {
        (void)scarce_do_answer_done(call, &reply->done);
    } else {
        (void)scarce_do_fail(call, reply->error);
    }
    return ACTOR_CONTINUE;
}

actor_result scarce_hub_saw_member_stop(scarce_hub *self, scarce_member_ref ref, actor_err why)
{
    (void)self;
    (void)ref;
    (void)why;
    return ACTOR_CONTINUE;
}

/* ---- The program ---------------------------------------------------------------------------- */

static atomic_uint called;

static void note_call(void *context, const scarce_do_reply *reply)
{
    (void)context;
    (void)reply;
    atomic_fetch_add(&called, 1);
}

static void drop_line(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

/* An ask that is awaited, and one that has a callback. */
static unsigned ask(actor_system *system, scarce_hub_ref hub, uint32_t number)
{
    scarce_do question = { .number = number, .text = TEXT };
    scarce_do_reply *reply = NULL;
    actor_future *future = NULL;
    unsigned calls = 0;
    if (scarce_hub_ask_do_async(system, hub, &question, LONG, &future) == ACTOR_OK) {
        actor_err err = scarce_do_then(future, note_call, NULL);
        assert_true(err == ACTOR_OK || err == ACTOR_ERR_OS || err == ACTOR_ERR_NO_MEMORY);
        calls = err == ACTOR_OK ? 1 : 0;
        if (err != ACTOR_OK) {
            actor_future_free(future);
        }
    }
    if (scarce_hub_ask_do(system, hub, &question, LONG, &reply) == ACTOR_OK) {
        assert_int_equal(SCARCE_DO_REPLY_DONE, reply->kind);
        actor_reply_free(reply);
    }
    return calls;
}

static void look(actor_system *system, int null)
{
    scarce_hub_ref found;
    scarce_do *copy = NULL;
    (void)scarce_hub_find(system, "hub", &found);
    (void)actor_dump(system, null);
    if (scarce_do_copy(&(scarce_do){ .text = TEXT }, &copy) == ACTOR_OK) {
        assert_int_equal(TEXT.len, copy->text.len);
        scarce_do_free(copy);
    }
}

/* Waits for nothing that a shortage could keep from coming. Returns how many callbacks it expects. */
static unsigned run_program(actor_system *system, int null)
{
    scarce_hall_ref hall;
    scarce_hub_ref hub;
    scarce_till_ref till;
    scarce_shelf_ref shelf;
    unsigned calls = 0;
    scarce_item item = { .key = 3, .text = TEXT };
    (void)actor_system_signals(system, LONG, null);
    if (scarce_hall_start(system, &(scarce_hall_args){ .fd = readable[0] }, &hall) ==
                    ACTOR_OK &&
            scarce_hall_hub(system, hall, &hub) == ACTOR_OK &&
            scarce_hall_till(system, hall, &till) == ACTOR_OK &&
            scarce_hall_shelf(system, hall, &shelf) == ACTOR_OK) {
        (void)scarce_hub_tell_item(system, hub, &item);
        calls += ask(system, hub, 1);
        (void)scarce_hub_tell_open(system, hub, NULL);
        (void)scarce_till_tell_item(system, till, &item);
        for (int i = 0; i < 3; i++) {
            (void)scarce_shelf_tell_item(system, shelf, &item);
        }
        calls += ask(system, hub, 2);
        calls += ask(system, hub, 13);
        look(system, null);
    }
    return calls;
}

/* What was counted had its end. */
static void count_open(void *context, const actor_ledger_entry *e)
{
    uint64_t ended = e->handled + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ended += e->dropped[i];
    }
    *(bool *)context |= e->sent != ended + e->queued + e->stashed + e->in_hand;
}

static int open_files(void)
{
    int n = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        n++;
    }
    (void)closedir(dir);
    return n;
}

/* Runs it with the given call failing; false when there are not so many. */
static bool run_without(int64_t call, bool and_all_after, int null)
{
    actor_config config = { .workers = 2, .survive_root_failure = true, .log = drop_line };
    int_fast64_t memory = atomic_load(&taken);
    int files = open_files();
    bool uneven = false;
    unsigned calls = 0;
    actor_stop_report report = { 0 };
    atomic_store(&called, 0);
    shortage_begin(call, and_all_after);
    errno = 0;
    actor_system *system = actor_system_new(&config);
    if (system == NULL) {
        assert_true(errno == ENOMEM || errno == EAGAIN);
    } else {
        calls = run_program(system, null);
        report = actor_system_stop(system, actor_seconds(30));
        (void)shortage_end();
        actor_system_ledger(system, count_open, &uneven);
        assert_int_equal(0, actor_system_actors(system));
        assert_int_equal(calls, atomic_load(&called));
    }
    bool failed = shortage_end();
    actor_system_free(system);
    if (report.err != ACTOR_OK || uneven || atomic_load(&taken) != memory ||
            open_files() != files) {
        fail_msg("call %" PRId64 "%s: stop: %s, ledger %s, %" PRIdFAST64
                 " blocks and %d files left over",
                call, and_all_after ? " and all after it" : "", actor_err_text(report.err),
                uneven ? "uneven" : "even", atomic_load(&taken) - memory, open_files() - files);
    }
    return failed;
}

static int64_t run_all(bool and_all_after)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(null >= 0);
    int64_t call = 1;
    while (run_without(call, and_all_after, null)) {
        call++;
    }
    (void)close(null);
    return call - 1;
}

static void test_each_call_fails_once(void **state)
{
    (void)state;
#ifdef RT_FAULTS
    actor__fault = fails;
#endif
    int64_t calls = run_all(false);
#ifdef RT_FAULTS
    actor__fault = NULL;
#endif
    print_message("%" PRId64 " calls failed in turn\n", calls);
    assert_true(calls > 60);
}

static void test_all_calls_fail_from_there_on(void **state)
{
    (void)state;
    int64_t calls = run_all(true);
    print_message("%" PRId64 " points from which all failed\n", calls);
    assert_true(calls > 60);
}

/* First of all, since the pipe of the signals stays with the process. */
static void test_signals_need_a_pipe_and_a_thread(void **state)
{
    (void)state;
    /* The pipe; what the thread is given, when there is a pipe; the thread. */
    static const int64_t refused[] = { 1, 2, 2 };
    actor_system *system = actor_system_new(&(actor_config){ .workers = 1, .log = drop_line });
    assert_non_null(system);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        /* The worker may be asking for what it needs meanwhile. */
        shortage_begin_here(refused[i]);
        assert_int_equal(ACTOR_ERR_OS, actor_system_signals(system, LONG, -1));
        assert_true(shortage_end());
    }
    assert_int_equal(ACTOR_OK, actor_system_signals(system, LONG, -1));
    assert_int_equal(ACTOR_ERR_LIMIT, actor_system_signals(system, LONG, -1));
    assert_int_equal(ACTOR_OK, actor_system_stop(system, LONG).err);
    actor_system_free(system);
}

static int set_up(void **state)
{
    (void)state;
    return pipe2(readable, O_CLOEXEC) == 0 && write(readable[1], "x", 1) == 1 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    (void)close(readable[0]);
    (void)close(readable[1]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals_need_a_pipe_and_a_thread),
        cmocka_unit_test_setup_teardown(test_each_call_fails_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_calls_fail_from_there_on, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("scarce", tests, NULL, NULL);
}
