/* SPDX-License-Identifier: MIT */
/* Names: who is found by them, when, and for how long. */
#include "directory.actor.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LONG actor_seconds(3600)

enum { NAME_BYTES = 255 };

/* ---- Actors ------------------------------------------------------------------------------ */

struct directory_owner {
    uint32_t id;
};
ACTOR_STATE(directory_owner);

static _Atomic int stop_err; /* what taking a name in a stop hook gave */

actor_result directory_owner_at_start(directory_owner *self, const directory_owner_args *args)
{
    self->id = args->id;
    if (args->name.len == 0) {
        return ACTOR_CONTINUE;
    }
    actor_err err = directory_owner_register(self, args->name.data);
    return err == ACTOR_OK ? ACTOR_CONTINUE : actor_fail(self, "%s", actor_err_text(err));
}

void directory_owner_at_stop(directory_owner *self)
{
    stop_err = (int)directory_owner_register(self, "posthumous");
}

actor_result directory_owner_on_name(
        directory_owner *self, const directory_name *msg, directory_name_call call)
{
    const char *name = msg->name.data;
    directory_owner_ref found = { 0 };
    actor_err err = ACTOR_OK;
    switch (msg->deed) {
    case DIRECTORY_DEED_LOOK: err = directory_owner_find(NULL, name, &found); break;
    case DIRECTORY_DEED_TAKE_AND_LOOK:
        err = directory_owner_register(self, name);
        err = err == ACTOR_OK ? directory_owner_find(NULL, name, &found) : err;
        break;
    case DIRECTORY_DEED_GIVE_BACK:
    case DIRECTORY_DEED_GIVE_BACK_AND_FAIL: err = directory_owner_unregister(self, name); break;
    case DIRECTORY_DEED_GIVE_BACK_AND_TAKE:
    case DIRECTORY_DEED_GIVE_BACK_TAKE_AND_GIVE_BACK:
        err = directory_owner_unregister(self, name);
        err = err == ACTOR_OK ? directory_owner_register(self, name) : err;
        break;
    default: err = directory_owner_register(self, name); break;
    }
    if (msg->deed == DIRECTORY_DEED_TAKE_GIVE_BACK_AND_TAKE) {
        err = directory_owner_unregister(self, name);
        err = err == ACTOR_OK ? directory_owner_register(self, name) : err;
    }
    if (msg->deed == DIRECTORY_DEED_TAKE_AND_GIVE_BACK ||
            msg->deed == DIRECTORY_DEED_GIVE_BACK_TAKE_AND_GIVE_BACK) {
        err = directory_owner_unregister(self, name);
    }
    if (msg->deed == DIRECTORY_DEED_TAKE_FLUSH_AND_FAIL) {
        (void)actor_flush(self);
    }
    if (msg->deed == DIRECTORY_DEED_TAKE_AND_FAIL ||
            msg->deed == DIRECTORY_DEED_GIVE_BACK_AND_FAIL ||
            msg->deed == DIRECTORY_DEED_TAKE_FLUSH_AND_FAIL) {
        return actor_fail(self, "told to");
    }
    directory_done done = { .err = (int32_t)err, .found = found.bits };
    directory_name_answer_done(call, &done);
    return msg->deed == DIRECTORY_DEED_TAKE_AND_STOP ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result directory_owner_on_who(
        directory_owner *self, const directory_who *msg, directory_who_call call)
{
    (void)msg;
    directory_who_answer_me(call, &(directory_me){ .id = self->id });
    return ACTOR_CONTINUE;
}

actor_result directory_owner_on_fail(directory_owner *self, const directory_fail *msg)
{
    (void)msg;
    return actor_fail(self, "told to");
}

struct directory_other {
    char unused;
};
ACTOR_STATE(directory_other);

actor_result directory_other_on_name(
        directory_other *self, const directory_name *msg, directory_name_call call)
{
    directory_done done = { .err = (int32_t)directory_other_register(self, msg->name.data) };
    directory_name_answer_done(call, &done);
    return ACTOR_CONTINUE;
}

/* Spawns an owner of a name that it had before, until one gets it: the one before has ended then. */
struct directory_passer {
    char unused;
};
ACTOR_STATE(directory_passer);

static atomic_uint_fast64_t rounds_done;

actor_result directory_passer_on_round(directory_passer *self, const directory_round *msg)
{
    directory_round next = { .left = msg->left - 1 };
    directory_owner_ref found;
    if (msg->left == 0) {
        atomic_fetch_add(&rounds_done, 1);
        return ACTOR_CONTINUE;
    }
    if (msg->owner.bits != 0) {
        (void)directory_owner_stop(NULL, msg->owner);
    }
    actor_err err = directory_owner_find(NULL, "passing", &found);
    if (err != ACTOR_OK && err != ACTOR_ERR_UNKNOWN) {
        return actor_fail(self, "%s", actor_err_text(err));
    }
    directory_owner_args args = { .id = msg->left, .name = ACTOR_STRING("passing") };
    (void)directory_passer_spawn_owner(self, &args, &next.owner);
    directory_passer_tell_passer_round(self, directory_passer_self(self), &next);
    return ACTOR_CONTINUE;
}

/* ---- Trials ------------------------------------------------------------------------------ */

static actor_system *directories;

static void ignore_line(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup(void **state)
{
    (void)state;
    actor_config config = { .workers = 2, .survive_root_failure = true, .log = ignore_line };
    directories = actor_system_new(&config);
    return directories == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(0, actor_system_stop(directories, actor_seconds(30)).abandoned);
    actor_system_free(directories);
    return 0;
}

static directory_owner_ref start_owner(uint32_t id, const char *name)
{
    directory_owner_ref ref = { 0 };
    directory_owner_args args = { .id = id, .name = actor_string_of(name) };
    assert_int_equal(ACTOR_OK, directory_owner_start(directories, &args, &ref));
    return ref;
}

static actor_err name_to(directory_owner_ref owner, directory_deed deed, const char *name)
{
    directory_name_reply *reply = NULL;
    directory_name msg = { .deed = deed, .name = actor_string_of(name) };
    actor_err err = directory_owner_ask_name(directories, owner, &msg, LONG, &reply);
    if (err == ACTOR_OK) {
        err = (actor_err)reply->done.err;
    }
    actor_reply_free(reply);
    return err;
}

/* Who answers under that name; 0 if nobody has it. */
static uint32_t who_is(const char *name)
{
    directory_owner_ref ref;
    actor_err err = directory_owner_find(directories, name, &ref);
    if (err != ACTOR_OK) {
        assert_int_equal(ACTOR_ERR_UNKNOWN, err);
        return 0;
    }
    directory_who_reply *reply = NULL;
    err = directory_owner_ask_who(directories, ref, NULL, LONG, &reply);
    uint32_t id = err == ACTOR_OK ? reply->me.id : 0;
    actor_reply_free(reply);
    return id;
}

static void await_actors(uint64_t count)
{
    while (actor_system_actors(directories) > count) {
        (void)sched_yield();
    }
}

static void test_who_has_a_name_is_found(void **state)
{
    (void)state;
    directory_owner_ref found = { 0 };
    assert_int_equal(0, who_is("one"));
    directory_owner_ref one = start_owner(1, "one");
    directory_owner_ref two = start_owner(2, "");
    assert_int_equal(1, who_is("one"));
    assert_int_equal(ACTOR_OK, name_to(two, DIRECTORY_DEED_TAKE, "two"));
    assert_int_equal(ACTOR_OK, name_to(two, DIRECTORY_DEED_TAKE, "deux"));
    assert_int_equal(2, who_is("two"));
    assert_int_equal(2, who_is("deux"));
    assert_int_equal(ACTOR_OK, directory_owner_find(directories, "one", &found));
    assert_int_equal(one.bits, found.bits);
    /* From inside, too. */
    assert_int_equal(ACTOR_OK, name_to(two, DIRECTORY_DEED_LOOK, "one"));
    assert_int_equal(ACTOR_ERR_UNKNOWN, name_to(two, DIRECTORY_DEED_LOOK, "three"));
}

/* Its handler may still fail. */
static void test_a_name_is_found_when_its_handler_has_returned(void **state)
{
    (void)state;
    directory_owner_ref one = start_owner(1, "");
    assert_int_equal(ACTOR_ERR_UNKNOWN, name_to(one, DIRECTORY_DEED_TAKE_AND_LOOK, "it"));
    assert_int_equal(1, who_is("it"));
}

static void test_a_name_has_one_owner(void **state)
{
    (void)state;
    directory_owner_ref one = start_owner(1, "it");
    directory_owner_ref two = start_owner(2, "");
    assert_int_equal(ACTOR_ERR_TAKEN, name_to(two, DIRECTORY_DEED_TAKE, "it"));
    assert_int_equal(1, who_is("it"));
    assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_TAKE, "it")); /* again */
    /* Only its owner gives it back. */
    assert_int_equal(ACTOR_OK, name_to(two, DIRECTORY_DEED_GIVE_BACK, "it"));
    assert_int_equal(1, who_is("it"));
    assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_GIVE_BACK, "it"));
    assert_int_equal(0, who_is("it"));
    assert_int_equal(ACTOR_OK, name_to(two, DIRECTORY_DEED_TAKE, "it"));
    assert_int_equal(2, who_is("it"));
}

static void test_each_type_has_names_of_its_own(void **state)
{
    (void)state;
    directory_other_ref other;
    directory_other_ref found;
    directory_name_reply *reply = NULL;
    directory_name msg = { .name = ACTOR_STRING("it") };
    assert_int_equal(ACTOR_OK, directory_other_start(directories, &other));
    assert_int_equal(ACTOR_ERR_UNKNOWN, directory_other_find(directories, "it", &found));
    assert_int_equal(
            ACTOR_OK, directory_other_ask_name(directories, other, &msg, LONG, &reply));
    assert_int_equal(ACTOR_OK, reply->done.err);
    actor_reply_free(reply);
    assert_int_equal(0, who_is("it"));
    (void)start_owner(1, "it");
    assert_int_equal(1, who_is("it"));
    assert_int_equal(ACTOR_OK, directory_other_find(directories, "it", &found));
    assert_int_equal(other.bits, found.bits);
}

static void test_a_failing_handler_takes_no_name(void **state)
{
    (void)state;
    directory_office_ref office;
    directory_owner_ref clerk;
    assert_int_equal(ACTOR_OK, directory_office_start(directories, &office));
    assert_int_equal(ACTOR_OK, directory_office_clerk(directories, office, &clerk));
    assert_int_equal(ACTOR_ERR_FAILED, name_to(clerk, DIRECTORY_DEED_TAKE_AND_FAIL, "failed"));
    assert_int_equal(0, who_is("failed"));
    directory_owner_ref other = start_owner(1, "");
    assert_int_equal(ACTOR_OK, name_to(other, DIRECTORY_DEED_TAKE, "failed"));
    assert_int_equal(
            ACTOR_ERR_FAILED, name_to(clerk, DIRECTORY_DEED_GIVE_BACK_AND_FAIL, "clerk"));
    assert_int_equal(77, who_is("clerk"));
    assert_int_equal(
            ACTOR_ERR_FAILED, name_to(clerk, DIRECTORY_DEED_TAKE_FLUSH_AND_FAIL, "flushed"));
    assert_int_equal(77, who_is("flushed"));
    assert_int_equal(ACTOR_OK, name_to(clerk, DIRECTORY_DEED_TAKE_AND_GIVE_BACK, "brief"));
    assert_int_equal(0, who_is("brief"));
}

static void test_the_last_word_of_a_handler_counts(void **state)
{
    (void)state;
    directory_owner_ref one = start_owner(1, "it");
    assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_GIVE_BACK_AND_TAKE, "it"));
    assert_int_equal(1, who_is("it"));
    assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_TAKE_GIVE_BACK_AND_TAKE, "other"));
    assert_int_equal(1, who_is("other"));
    assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_GIVE_BACK_TAKE_AND_GIVE_BACK, "it"));
    assert_int_equal(0, who_is("it"));
    assert_int_equal(1, who_is("other"));
}

/* Its start hook takes it again, and that is no error. */
static void test_a_name_lasts_through_restarts(void **state)
{
    (void)state;
    directory_office_ref office;
    directory_owner_ref clerk;
    directory_owner_ref found;
    assert_int_equal(ACTOR_OK, directory_office_start(directories, &office));
    assert_int_equal(ACTOR_OK, directory_office_clerk(directories, office, &clerk));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ACTOR_OK, directory_owner_tell_fail(directories, clerk, NULL));
        assert_int_equal(77, who_is("clerk"));
    }
    assert_int_equal(ACTOR_OK, directory_owner_find(directories, "clerk", &found));
    assert_int_equal(clerk.bits, found.bits);
}

static void test_a_name_ends_with_its_owner(void **state)
{
    (void)state;
    directory_owner_ref one = start_owner(1, "it");
    assert_int_equal(ACTOR_OK, directory_owner_stop(directories, one));
    await_actors(0);
    assert_int_equal(0, who_is("it"));
    assert_int_equal(ACTOR_ERR_SHUTDOWN, stop_err);
    directory_owner_ref two = start_owner(2, "it");
    assert_int_equal(2, who_is("it"));
    assert_int_equal(ACTOR_OK, name_to(two, DIRECTORY_DEED_TAKE_AND_STOP, "another"));
    await_actors(0);
    assert_int_equal(0, who_is("it"));
    assert_int_equal(0, who_is("another"));
    /* One that fails at its start has had its name for nothing. */
    directory_owner_ref three = start_owner(3, "it");
    directory_owner_args args = { .id = 4, .name = ACTOR_STRING("it") };
    directory_owner_ref four;
    assert_int_equal(ACTOR_ERR_FAILED, directory_owner_start(directories, &args, &four));
    assert_int_equal(ACTOR_OK, directory_owner_kill(directories, three));
    await_actors(0);
    assert_int_equal(0, who_is("it"));
}

static void test_names_have_bounds(void **state)
{
    (void)state;
    char name[NAME_BYTES + 2];
    directory_owner_ref found;
    directory_owner_ref one = start_owner(1, "");
    memset(name, 'x', sizeof name);
    name[NAME_BYTES + 1] = '\0';
    assert_int_equal(ACTOR_ERR_INVALID, name_to(one, DIRECTORY_DEED_TAKE, name));
    assert_int_equal(ACTOR_ERR_INVALID, name_to(one, DIRECTORY_DEED_GIVE_BACK, name));
    assert_int_equal(ACTOR_ERR_INVALID, directory_owner_find(directories, name, &found));
    name[NAME_BYTES] = '\0';
    assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_TAKE, name));
    assert_int_equal(1, who_is(name));
    assert_int_equal(ACTOR_ERR_INVALID, name_to(one, DIRECTORY_DEED_TAKE, ""));
    assert_int_equal(ACTOR_ERR_INVALID, name_to(one, DIRECTORY_DEED_GIVE_BACK, ""));
    assert_int_equal(ACTOR_ERR_INVALID, directory_owner_find(directories, "", &found));
    assert_int_equal(ACTOR_ERR_INVALID, directory_owner_find(directories, NULL, &found));
    assert_int_equal(ACTOR_ERR_MISUSE, directory_owner_register(NULL, "it"));
    assert_int_equal(ACTOR_ERR_MISUSE, directory_owner_unregister(NULL, "it"));
}

/* Many names of one, so that the table grows. */
static void test_many_names(void **state)
{
    (void)state;
    enum { NAMES = 1000 };
    char name[24];
    directory_owner_ref one = start_owner(1, "");
    for (int i = 0; i < NAMES; i++) {
        (void)snprintf(name, sizeof name, "name %d", i);
        assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_TAKE, name));
    }
    for (int i = 0; i < NAMES; i += 7) {
        (void)snprintf(name, sizeof name, "name %d", i);
        assert_int_equal(ACTOR_OK, name_to(one, DIRECTORY_DEED_GIVE_BACK, name));
    }
    for (int i = 0; i < NAMES; i++) {
        (void)snprintf(name, sizeof name, "name %d", i);
        assert_int_equal(i % 7 == 0 ? 0 : 1, who_is(name));
    }
}

/* Owners of one name come and go while others look for it. */
static void test_names_come_and_go(void **state)
{
    (void)state;
    enum { PASSERS = 3, ROUNDS = 500 };
    for (int i = 0; i < PASSERS; i++) {
        directory_passer_ref passer;
        assert_int_equal(ACTOR_OK, directory_passer_start(directories, &passer));
        assert_int_equal(ACTOR_OK, directory_passer_tell_round(directories, passer,
                                           &(directory_round){ .left = ROUNDS }));
    }
    uint32_t found = 0;
    while (atomic_load(&rounds_done) < PASSERS) {
        found += who_is("passing") != 0 ? 1 : 0;
    }
    print_message("found %" PRIu32 " times\n", found);
}

int main(void)
{
#define TRIAL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        TRIAL(test_who_has_a_name_is_found),
        TRIAL(test_a_name_is_found_when_its_handler_has_returned),
        TRIAL(test_a_name_has_one_owner),
        TRIAL(test_each_type_has_names_of_its_own),
        TRIAL(test_a_failing_handler_takes_no_name),
        TRIAL(test_the_last_word_of_a_handler_counts),
        TRIAL(test_a_name_lasts_through_restarts),
        TRIAL(test_a_name_ends_with_its_owner),
        TRIAL(test_names_have_bounds),
        TRIAL(test_many_names),
        TRIAL(test_names_come_and_go),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
