/* SPDX-License-Identifier: MIT */
/* What a listing says of actors in each part of their lives, held there by the test; and small things of the header. */
#include "puppet.h"

#include <sys/wait.h>
#include <unistd.h>

/* ---- Statuses ------------------------------------------------------------------------------- */

struct wanted {
    const char *actor;
    const char *name; /* NULL = any */
    char status[16];
};

static void match_actor(void *context, const actor_listing_entry *e)
{
    struct wanted *w = context;
    bool is_named = w->name == NULL || (e->name != NULL && strcmp(e->name, w->name) == 0);
    if (is_named && strcmp(e->actor, w->actor) == 0) {
        (void)snprintf(w->status, sizeof w->status, "%s", e->status);
    }
}

/* The status of the last actor of this type, and of this name, in the listing; "gone" if there is none. */
static const char *status_of(const char *actor, const char *name)
{
    static struct wanted wanted;
    wanted = (struct wanted){ .actor = actor, .name = name, .status = "gone" };
    actor_system_listing(puppets, match_actor, &wanted);
    return wanted.status;
}

/* Looks until it has this status, which others are about to bring about. */
static void await_status(const char *expected, const char *actor, const char *name)
{
    while (strcmp(status_of(actor, name), expected) != 0) {
        (void)sched_yield();
    }
}

static actor_result start_at_gate(void *self)
{
    (void)self;
    pass_gate();
    return ACTOR_CONTINUE;
}

static void stop_at_gate(void *self)
{
    (void)self;
    pass_gate();
}

/* Spawns, and waits before it returns. */
static actor_result spawn_at_gate(void *self, const puppet_step *msg)
{
    puppet_puppet_ref child;
    puppet_puppet_args args = { .id = msg->number };
    if (puppet_nursery_spawn_puppet(self, &args, &child) != ACTOR_OK) {
        return actor_fail(self, "cannot spawn");
    }
    pass_gate();
    return ACTOR_CONTINUE;
}

/* Asks somebody who never answers. */
static puppet_puppet_ref silent;

static actor_result ask_for_ever(void *self, const puppet_step *msg)
{
    puppet_question question = { .number = msg->number, .text = ACTOR_STRING("keep") };
    puppet_puppet_ask_wonder(self, silent, &question);
    return ACTOR_CONTINUE;
}

static void *start_slow_loner(void *play)
{
    puppet_loner_ref ref;
    puppet_loner_args args = { .play = play, .id = 1 };
    (void)puppet_loner_start(puppets, &args, &ref);
    return NULL;
}

static void test_who_is_in_his_start_hook_is_starting(void **state)
{
    (void)state;
    pthread_t starter;
    static struct play play = { .start = start_at_gate };
    assert_int_equal(0, pthread_create(&starter, NULL, start_slow_loner, &play));
    await_arrival();
    assert_string_equal("starting", status_of("puppet.Loner", NULL));
    open_gate();
    assert_int_equal(0, pthread_join(starter, NULL));
    assert_string_equal("running", status_of("puppet.Loner", NULL));
}

static void test_who_was_spawned_by_a_handler_that_runs_is_new(void **state)
{
    (void)state;
    static struct play play = { .step = spawn_at_gate };
    puppet_nursery_ref nursery = start_nursery(&play, 1);
    assert_int_equal(ACTOR_OK, step_nursery(nursery, 2, ""));
    await_arrival();
    assert_string_equal("new", status_of("puppet.Puppet", NULL));
    open_gate();
    EXPECT("start 1", "start 2");
    await_status("running", "puppet.Puppet", NULL);
}

static void test_who_waits_for_replies_before_the_end_is_stopping(void **state)
{
    (void)state;
    static struct play play = { .step = ask_for_ever };
    silent = start_puppet(NULL, 1);
    puppet_puppet_ref asker = start_puppet(&play, 2);
    EXPECT("start 1", "start 2");
    assert_int_equal(ACTOR_OK, step_puppet(asker, 4, ""));
    EXPECT("kept 4");
    assert_int_equal(ACTOR_OK, puppet_puppet_stop(puppets, asker));
    await_status("stopping", "puppet.Puppet", NULL);
    assert_int_equal(ACTOR_OK, puppet_puppet_stop(puppets, silent));
    EXPECT("stop 1", "wonder: the actor has stopped", "stop 2");
}

static void test_who_waits_for_his_children_is_leaving(void **state)
{
    (void)state;
    static struct play play = { .stop = stop_at_gate };
    puppet_boss_ref boss = start_boss(&play, 1);
    assert_int_equal(ACTOR_OK, puppet_boss_stop(puppets, boss));
    await_arrival(); /* the second child, on its own thread, which goes first */
    await_status("leaving", "puppet.Boss", NULL);
    assert_string_equal("leaving", status_of("puppet.Loner", "second"));
    assert_string_equal("running", status_of("puppet.Puppet", "first"));
    open_gate();
    open_gate();
    open_gate();
    await_status("gone", "puppet.Boss", NULL);
}

static void test_who_waits_for_his_restart_is_halted(void **state)
{
    (void)state;
    puppet_slow_ref slow;
    puppet_puppet_ref only;
    assert_int_equal(
            ACTOR_OK, puppet_slow_start(puppets, &(puppet_slow_args){ .play = NULL }, &slow));
    assert_int_equal(ACTOR_OK, puppet_slow_only(puppets, slow, &only));
    assert_int_equal(ACTOR_OK, step_puppet(only, 1, "fail"));
    await_status("halted", "puppet.Puppet", "only");
    assert_string_equal("running", status_of("puppet.Slow", NULL));
}

static void test_whose_supervisor_is_busy_has_failed(void **state)
{
    (void)state;
    puppet_boss_ref boss = start_boss(NULL, 1);
    puppet_loner_ref second;
    assert_int_equal(ACTOR_OK, puppet_boss_second(puppets, boss, &second));
    assert_int_equal(ACTOR_OK, step_boss(boss, 1, "wait"));
    await_arrival();
    assert_int_equal(ACTOR_OK, step_loner(second, 2, "fail"));
    await_status("failed", "puppet.Loner", "second");
    open_gate();
    await_status("running", "puppet.Loner", "second");
}

/* ---- The default log --------------------------------------------------------------------------- */

static actor_result log_much(void *self, const puppet_step *msg)
{
    actor_log(self, ACTOR_LOG_DEBUG, "one");
    actor_log(self, ACTOR_LOG_INFO, "two");
    actor_log(self, ACTOR_LOG_WARNING, "three");
    actor_log(self, ACTOR_LOG_ERROR, "four");
    actor_log(self, (actor_log_level)99, "%0600d", 5);
    for (uint32_t i = 0; i < msg->number; i++) {
        actor_log(self, ACTOR_LOG_INFO, "line %" PRIu32, i);
    }
    return ACTOR_CONTINUE;
}

/* With all by default. */
static void log_to_stderr(void)
{
    static struct play play = { .step = log_much };
    puppets = actor_system_new(NULL);
    if (puppets == NULL) {
        _exit(1);
    }
    puppet_puppet_ref puppet = start_puppet(&play, 1);
    (void)step_puppet(puppet, 1000, "");
    (void)actor_system_stop(puppets, LONG);
    actor_system_free(puppets);
    _exit(0);
}

static void test_by_default_a_hundred_lines_a_second_are_printed(void **state)
{
    (void)state;
    static char said[1 << 16];
    int ends[2];
    int status;
    size_t used = 0;
    ssize_t n;
    assert_int_equal(0, pipe(ends));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        log_to_stderr();
    }
    (void)close(ends[1]);
    while ((n = read(ends[0], said + used, sizeof said - 1 - used)) > 0) {
        used += (size_t)n;
    }
    (void)close(ends[0]);
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_int_equal(0, status);
    const char *first = "actorc: debug: puppet.Puppet: one\nactorc: info: puppet.Puppet: two\n"
                        "actorc: warning: puppet.Puppet: three\nactorc: error: puppet.Puppet: "
                        "four\nactorc: error: puppet.Puppet: 0000";
    if (strstr(said, first) == NULL) {
        fail_msg("said: %.600s", said);
    }
    unsigned lines = 0;
    for (const char *at = said; (at = strchr(at, '\n')) != NULL; at++) {
        assert_true(at - said < (ptrdiff_t)used);
        lines++;
    }
    /* Of 1,005; all of them may be within a second, or at the turn of one. */
    assert_in_range(lines, 100, 201);
}

/* ---- Small things ------------------------------------------------------------------------------- */

static void test_errors_have_texts_and_others_have_one_too(void **state)
{
    (void)state;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        assert_true(strlen(actor_err_text((actor_err)i)) > 5);
        assert_string_not_equal("unknown error", actor_err_text((actor_err)i));
    }
    assert_string_equal("unknown error", actor_err_text(ACTOR_ERR_COUNT));
    assert_string_equal("unknown error", actor_err_text((actor_err)99));
    assert_int_equal(0, actor_string_of(NULL).len);
}

static void test_names_that_are_none_are_found_by_nobody(void **state)
{
    (void)state;
    puppet_puppet_ref ref = { 7 };
    assert_int_equal(ACTOR_ERR_INVALID, puppet_puppet_find(puppets, NULL, &ref));
    assert_int_equal(ACTOR_ERR_INVALID, puppet_puppet_find(puppets, "", &ref));
    assert_int_equal(ACTOR_ERR_UNKNOWN, puppet_puppet_find(puppets, "nobody", &ref));
    assert_int_equal(7, ref.bits);
}

/* References of other actors in the place of a parent's. */
static void test_who_has_no_such_child_says_so(void **state)
{
    (void)state;
    puppet_puppet_ref childless = start_puppet(NULL, 1);
    puppet_puppet_ref child = { 7 };
    puppet_boss_ref boss = { childless.bits };
    assert_int_equal(ACTOR_ERR_STOPPED, puppet_boss_first(puppets, boss, &child));
    boss.bits = 0;
    assert_int_equal(ACTOR_ERR_STOPPED, puppet_boss_first(puppets, boss, &child));
    assert_int_equal(7, child.bits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PUPPET_TEST(test_who_is_in_his_start_hook_is_starting),
        PUPPET_TEST(test_who_was_spawned_by_a_handler_that_runs_is_new),
        PUPPET_TEST(test_who_waits_for_replies_before_the_end_is_stopping),
        PUPPET_TEST(test_who_waits_for_his_children_is_leaving),
        PUPPET_TEST(test_who_waits_for_his_restart_is_halted),
        PUPPET_TEST(test_whose_supervisor_is_busy_has_failed),
        cmocka_unit_test(test_by_default_a_hundred_lines_a_second_are_printed),
        cmocka_unit_test(test_errors_have_texts_and_others_have_one_too),
        PUPPET_TEST(test_names_that_are_none_are_found_by_nobody),
        PUPPET_TEST(test_who_has_no_such_child_says_so),
    };
    return cmocka_run_group_tests_name("statuses", tests, NULL, NULL);
}
