/* SPDX-License-Identifier: MIT */
/*
 * Crashes of handlers: whatever way they take, the asker is told, the actor is restarted, everything
 * else goes on and the ledger adds up. CRASHES sets how many the last test causes (default 2,000).
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "ways.h"

#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- Actors ----------------------------------------------------------------------------- */

struct crash_victim {
    uint32_t handled;
    char *memory;
};
ACTOR_STATE(crash_victim);

static _Atomic uint32_t starts;
static _Atomic uint32_t stops;
static _Atomic uint32_t destroyed;

/* Where else than in a message it crashes, once. */
enum { NOWHERE, IN_START, IN_STOP, IN_DESTROYER };
static _Atomic int dies_in;
static int *volatile low = (int *)(uintptr_t)0x10; /* where nothing is */

static void die_in(int place)
{
    int here = place;
    if (atomic_compare_exchange_strong(&dies_in, &here, NOWHERE)) {
        *low = 1;
    }
}

static void destroy(void *resource)
{
    free(resource);
    atomic_fetch_add(&destroyed, 1);
    die_in(IN_DESTROYER);
}

actor_result crash_victim_at_start(crash_victim *self)
{
    die_in(IN_START);
    atomic_fetch_add(&starts, 1);
    self->memory = malloc(100);
    return actor_own(self, self->memory, destroy) == ACTOR_OK ? ACTOR_CONTINUE
                                                              : actor_fail(self, "no memory");
}

void crash_victim_at_stop(crash_victim *self)
{
    (void)self;
    die_in(IN_STOP);
    atomic_fetch_add(&stops, 1);
}

actor_result crash_victim_on_work(
        crash_victim *self, const crash_work *msg, crash_work_call call)
{
    /* An answer that must not be given, as the handler fails. */
    self->handled++;
    crash_work_answer_done(call, &(crash_done){ .handled = self->handled });
    die(msg->way, self, sizeof *self);
    return ACTOR_CONTINUE;
}

actor_result crash_victim_on_note(crash_victim *self, const crash_note *msg)
{
    die(msg->way, self, sizeof *self);
    return ACTOR_CONTINUE;
}

actor_result crash_victim_on_stop_badly(crash_victim *self, const crash_stop_badly *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_STOP;
}

struct crash_herald {
    crash_victim_ref first;
    crash_victim_ref second;
};
ACTOR_STATE(crash_herald);

actor_result crash_herald_at_start(crash_herald *self, const crash_herald_args *args)
{
    self->first = args->first;
    self->second = args->second;
    return ACTOR_CONTINUE;
}

actor_result crash_herald_on_work(
        crash_herald *self, const crash_work *msg, crash_work_call call)
{
    crash_herald_tell_victim_note(self, self->first, &(crash_note){ .way = msg->way });
    crash_herald_tell_victim_note(self, self->second, &(crash_note){ .way = CRASH_WAY_NONE });
    if (actor_flush(self) != ACTOR_OK) {
        return actor_fail(self, "no flush");
    }
    crash_work_answer_done(call, &(crash_done){ .handled = 1 });
    return ACTOR_CONTINUE;
}

/* ---- What the tests share --------------------------------------------------------------- */

static actor_system *system_of_crashes;
static crash_victim_ref victim;

static _Atomic uint32_t lines_about_destroyers;

static void swallow(void *context, actor_log_level level, const char *line)
{
    static const char about[] =
            "crash.Victim: what destroys a resource crashed: SIGSEGV at 0x10";
    (void)context;
    (void)level;
    lines_about_destroyers += strcmp(line, about) == 0 ? 1 : 0;
}

/* cmocka puts handlers of its own in the place of ours around fixtures, so that each test begins
 * and ends itself. */
static void begin_with(uint32_t workers)
{
    crash_ward_ref ward;
    atomic_store(&starts, 0);
    atomic_store(&stops, 0);
    atomic_store(&destroyed, 0);
    system_of_crashes = actor_system_new(&(actor_config){ .workers = workers, .log = swallow });
    assert_non_null(system_of_crashes);
    assert_int_equal(ACTOR_OK, crash_ward_start(system_of_crashes, &ward));
    assert_int_equal(ACTOR_OK, crash_ward_victim(system_of_crashes, ward, &victim));
}

static void begin(void)
{
    begin_with(2);
}

static void check_entry(void *context, const actor_ledger_entry *e)
{
    (void)context;
    uint64_t ended = e->handled + e->queued + e->in_hand + e->stashed + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ended += e->dropped[i];
    }
    assert_int_equal(e->sent, ended);
}

static void end(void)
{
    assert_int_equal(ACTOR_OK, actor_system_stop(system_of_crashes, actor_seconds(30)).err);
    actor_system_ledger(system_of_crashes, check_entry, NULL);
    actor_system_free(system_of_crashes);
    assert_int_equal(atomic_load(&starts), atomic_load(&destroyed));
}

static actor_err work(crash_way way, uint32_t *ret_handled)
{
    crash_work_reply *reply = NULL;
    actor_err err = crash_victim_ask_work(
            system_of_crashes, victim, &(crash_work){ .way = way }, actor_seconds(60), &reply);
    *ret_handled = err == ACTOR_OK ? reply->done.handled : 0;
    actor_reply_free(reply);
    return err;
}

static void dies_and_lives(crash_way way)
{
    uint32_t handled;
    bool is_wrapped = way >= CRASH_WAY_ABORT && way <= CRASH_WAY_EXIT;
    if (is_wrapped ? !DEATHS_ARE_CONTAINED : !SIGNALS_ARE_CONTAINED) {
        skip();
    }
    begin();
    assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled));
    assert_int_equal(1, handled);
    for (uint32_t i = 1; i <= 20; i++) {
        assert_int_equal(ACTOR_ERR_FAILED, work(way, &handled));
        assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled));
        assert_int_equal(1, handled); /* a new state */
        assert_int_equal(1 + i, atomic_load(&starts));
    }
    assert_int_equal(0, atomic_load(&stops)); /* no stop hook after a crash */
    end();
}

#define WAY(name, way)                                                                         \
    static void name(void **state)                                                             \
    {                                                                                          \
        (void)state;                                                                           \
        dies_and_lives(way);                                                                   \
    }

WAY(test_a_read_through_null, CRASH_WAY_NULL_READ)
WAY(test_a_write_through_null, CRASH_WAY_NULL_WRITE)
WAY(test_a_wild_write, CRASH_WAY_WILD_WRITE)
WAY(test_a_division_by_zero, CRASH_WAY_DIVISION)
WAY(test_a_call_of_null, CRASH_WAY_CALL_OF_NULL)
WAY(test_a_trap, CRASH_WAY_TRAP)
WAY(test_an_overflow_of_the_stack, CRASH_WAY_STACK_OVERFLOW)
WAY(test_a_memcpy_to_null, CRASH_WAY_MEMCPY)
WAY(test_a_strlen_of_null, CRASH_WAY_STRLEN)
WAY(test_abort, CRASH_WAY_ABORT)
WAY(test_assert, CRASH_WAY_ASSERT)
WAY(test_exit, CRASH_WAY_EXIT)
WAY(test_a_smashed_stack, CRASH_WAY_SMASH)
WAY(test_a_write_all_over_the_state, CRASH_WAY_SCRIBBLE)
WAY(test_an_endless_recursion, CRASH_WAY_RECURSION)

static void test_nothing_happens_without_a_crash(void **state)
{
    (void)state;
    uint32_t handled;
    begin();
    for (uint32_t i = 1; i <= 100; i++) {
        assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled));
        assert_int_equal(i, handled);
    }
    end();
    assert_int_equal(1, atomic_load(&starts));
    assert_int_equal(1, atomic_load(&stops));
}

/* ---- Hooks -------------------------------------------------------------------------------- */

static void test_a_start_hook_that_crashes_is_run_again(void **state)
{
    (void)state;
    uint32_t handled;
    crash_victim_ref alone;
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    begin();
    atomic_store(&dies_in, IN_START);
    assert_int_equal(ACTOR_ERR_FAILED, work(CRASH_WAY_NULL_READ, &handled));
    assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled)); /* after two restarts */
    assert_int_equal(2, atomic_load(&starts));
    end();
    begin();
    atomic_store(&dies_in, IN_START);
    assert_int_equal(ACTOR_ERR_FAILED, crash_victim_start(system_of_crashes, &alone));
    end();
}

/* Whatever the hook did, the actor ends, and what it owns is destroyed. */
static void test_a_stop_hook_that_crashes_ends_its_actor(void **state)
{
    (void)state;
    uint32_t handled;
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    begin();
    atomic_store(&dies_in, IN_STOP);
    assert_int_equal(ACTOR_OK, crash_victim_tell_stop_badly(system_of_crashes, victim, NULL));
    assert_int_equal(ACTOR_ERR_STOPPED, work(CRASH_WAY_NONE, &handled));
    end();
    assert_int_equal(NOWHERE, atomic_load(&dies_in));
    assert_int_equal(0, atomic_load(&stops));
}

static void test_a_destroyer_that_crashes_is_logged(void **state)
{
    (void)state;
    uint32_t handled;
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    lines_about_destroyers = 0;
    begin();
    atomic_store(&dies_in, IN_DESTROYER);
    assert_int_equal(ACTOR_ERR_FAILED, work(CRASH_WAY_NULL_READ, &handled));
    assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled));
    end();
    assert_int_equal(1, lines_about_destroyers);
}

/* ---- In the middle of another handler ----------------------------------------------------- */

/* Who stood behind it in the run queue has a turn all the same, and whose handler it was goes on. */
static void test_a_crash_in_the_middle_of_a_handler_is_that_of_one(void **state)
{
    (void)state;
    uint32_t handled;
    crash_herald_args args;
    crash_herald_ref herald;
    crash_work_reply *reply = NULL;
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    begin_with(1);
    args.first = victim;
    assert_int_equal(ACTOR_OK, crash_victim_start(system_of_crashes, &args.second));
    assert_int_equal(ACTOR_OK, crash_herald_start(system_of_crashes, &args, &herald));
    assert_int_equal(ACTOR_OK,
            crash_herald_ask_work(system_of_crashes, herald,
                    &(crash_work){ .way = CRASH_WAY_NULL_READ }, actor_seconds(60), &reply));
    actor_reply_free(reply);
    assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled));
    assert_int_equal(3, atomic_load(&starts)); /* the one that crashed, twice */
    victim = args.second;
    assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled));
    assert_int_equal(1, handled);
    end();
}

/* ---- The end of the process ------------------------------------------------------------- */

/* What the process does before its first system, or after. */
static void do_nothing(void)
{
}

/* Has a victim die in a process of its own; returns how that ended, with what it said. */
static int die_in_a_child(void (*before)(void), void (*after)(void), crash_way way,
        bool contained, char *said, size_t size)
{
    int ends[2];
    assert_int_equal(0, pipe(ends));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        crash_victim_ref lonely;
        uint32_t handled;
        dup2(ends[1], STDERR_FILENO);
        signal(SIGSEGV, SIG_DFL); /* not cmocka's */
        before();
        actor_system *s = actor_system_new(
                &(actor_config){ .workers = 1, .crashes_end_process = !contained });
        if (crash_victim_start(s, &lonely) != ACTOR_OK) {
            _exit(9);
        }
        system_of_crashes = s;
        victim = lonely;
        after();
        (void)alarm(60); /* if it hangs */
        (void)work(way, &handled);
        actor_system_free(s);
        _exit(0);
    }
    close(ends[1]);
    size_t len = 0;
    ssize_t got;
    while ((got = read(ends[0], said + len, size - 1 - len)) > 0) {
        len += (size_t)got;
    }
    said[len] = '\0';
    close(ends[0]);
    int status;
    assert_int_equal(child, waitpid(child, &status, 0));
    return status;
}

static void end_in_a_child(
        void (*before)(void), void (*after)(void), bool contained, char *said, size_t size)
{
    int status = die_in_a_child(before, after, CRASH_WAY_NULL_READ, contained, said, size);
    if (contained) {
        assert_true(WIFEXITED(status));
        assert_int_equal(0, WEXITSTATUS(status));
    } else {
        assert_true(WIFSIGNALED(status));
        assert_int_equal(SIGSEGV, WTERMSIG(status));
    }
}

static void test_containment_can_be_turned_off(void **state)
{
    (void)state;
    char said[4096];
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    end_in_a_child(do_nothing, do_nothing, false, said, sizeof said);
    end_in_a_child(do_nothing, do_nothing, true, said, sizeof said);
    assert_non_null(strstr(said, "crash.Victim failed: crashed: SIGSEGV at 0x0"));
}

static void register_a_module(void)
{
    if (actor_contain_module((const void *)(uintptr_t)_cmocka_run_group_tests) != ACTOR_OK) {
        _exit(8);
    }
}

static void test_a_module_may_be_named_before_there_is_a_system(void **state)
{
    (void)state;
    char said[4096];
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    end_in_a_child(register_a_module, do_nothing, true, said, sizeof said);
    assert_non_null(strstr(said, "crash.Victim failed: crashed: SIGSEGV"));
}

/* A program that has faults of its own, as garbage collectors do, and mends them. */
static char *page_of_theirs;
static volatile sig_atomic_t faults_of_theirs;

static void mend(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    if (info->si_addr != page_of_theirs) {
        _exit(7);
    }
    faults_of_theirs++;
    (void)mprotect(page_of_theirs, 4096, PROT_READ | PROT_WRITE);
}

static void catch_faults(void)
{
    struct sigaction action = { .sa_sigaction = mend, .sa_flags = SA_SIGINFO };
    (void)sigaction(SIGSEGV, &action, NULL);
    page_of_theirs = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void cause_a_fault(void)
{
    *(volatile char *)page_of_theirs = 1;
    if (faults_of_theirs != 1) {
        _exit(6);
    }
}

static void test_who_had_the_signal_before_keeps_what_is_his(void **state)
{
    (void)state;
    char said[4096];
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    end_in_a_child(catch_faults, cause_a_fault, true, said, sizeof said);
    assert_non_null(strstr(said, "crash.Victim failed: crashed: SIGSEGV at 0x0"));
}

/* No lock of what it crashed in is waited for: it would be for ever. */
static void ends_the_process(crash_way way)
{
    char said[16384];
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    int status = die_in_a_child(do_nothing, do_nothing, way, true, said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_int_not_equal(SIGALRM, WTERMSIG(status));
    assert_non_null(strstr(said, "actorc: error: the process ends: it crashed: SIG"));
    assert_non_null(
            strstr(said, " in crash.Victim, which had crash.Work, outside of its own code"));
}

static void test_a_crash_in_malloc_ends_the_process(void **state)
{
    (void)state;
    ends_the_process(CRASH_WAY_FREE);
}

static void test_a_crash_in_stdio_ends_the_process(void **state)
{
    (void)state;
    ends_the_process(CRASH_WAY_PRINT);
}

/* ---- Many ------------------------------------------------------------------------------- */

static void test_many_crashes(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_CONTAINED) {
        skip();
    }
    const char *wanted = getenv("CRASHES");
    uint32_t count = wanted == NULL ? 2000 : (uint32_t)strtoul(wanted, NULL, 10);
    uint32_t handled;
    begin();
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(ACTOR_ERR_FAILED, work((crash_way)(1 + i % 13), &handled));
    }
    assert_int_equal(ACTOR_OK, work(CRASH_WAY_NONE, &handled));
    assert_int_equal(1, handled);
    end();
    print_message("%" PRIu32 " crashes contained\n", count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* first, as this process must not have had a system */
        cmocka_unit_test(test_a_module_may_be_named_before_there_is_a_system),
        cmocka_unit_test(test_nothing_happens_without_a_crash),
        cmocka_unit_test(test_a_read_through_null),
        cmocka_unit_test(test_a_write_through_null),
        cmocka_unit_test(test_a_wild_write),
        cmocka_unit_test(test_a_division_by_zero),
        cmocka_unit_test(test_a_call_of_null),
        cmocka_unit_test(test_a_trap),
        cmocka_unit_test(test_an_overflow_of_the_stack),
        cmocka_unit_test(test_a_memcpy_to_null),
        cmocka_unit_test(test_a_strlen_of_null),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_assert),
        cmocka_unit_test(test_exit),
        cmocka_unit_test(test_a_smashed_stack),
        cmocka_unit_test(test_a_write_all_over_the_state),
        cmocka_unit_test(test_an_endless_recursion),
        cmocka_unit_test(test_a_start_hook_that_crashes_is_run_again),
        cmocka_unit_test(test_a_stop_hook_that_crashes_ends_its_actor),
        cmocka_unit_test(test_a_destroyer_that_crashes_is_logged),
        cmocka_unit_test(test_a_crash_in_the_middle_of_a_handler_is_that_of_one),
        cmocka_unit_test(test_containment_can_be_turned_off),
        cmocka_unit_test(test_who_had_the_signal_before_keeps_what_is_his),
        cmocka_unit_test(test_a_crash_in_malloc_ends_the_process),
        cmocka_unit_test(test_a_crash_in_stdio_ends_the_process),
        cmocka_unit_test(test_many_crashes),
    };
    return cmocka_run_group_tests_name("crash", tests, NULL, NULL);
}
