/* SPDX-License-Identifier: MIT */
/*
 * Crashes that end the process after all, each in a child: of what it dies, and what is said of it before. Crashes in
 * libraries, signals that are sent, and what happens outside of handlers are as they are elsewhere.
 */
#define _DEFAULT_SOURCE
#include "crash.actor.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#undef assert /* cmocka's header has its own */
#undef NDEBUG
#include <assert.h>

/* Sanitizers have handlers of their own for signals. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { SIGNALS_ARE_OURS = 0 };
#elif defined(__has_feature) /* clang */
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
enum { SIGNALS_ARE_OURS = 0 };
#else
enum { SIGNALS_ARE_OURS = 1 };
#endif
#else
enum { SIGNALS_ARE_OURS = 1 };
#endif

/* ---- Actors ----------------------------------------------------------------------------------- */

struct crash_victim {
    char none;
};
ACTOR_STATE(crash_victim);

/* What a handler does, and which of them. */
static void (*deed)(void);
static enum place { IN_MESSAGE, IN_START, IN_STOP } place;

static void do_at(enum place here)
{
    if (place == here && deed != NULL) {
        deed();
    }
}

actor_result crash_victim_at_start(crash_victim *self)
{
    (void)self;
    do_at(IN_START);
    return ACTOR_CONTINUE;
}

void crash_victim_at_stop(crash_victim *self)
{
    (void)self;
    do_at(IN_STOP);
}

actor_result crash_victim_on_work(
        crash_victim *self, const crash_work *msg, crash_work_call call)
{
    (void)self;
    (void)msg;
    do_at(IN_MESSAGE);
    crash_work_answer_done(call, &(crash_done){ .handled = 1 });
    return ACTOR_CONTINUE;
}

actor_result crash_victim_on_note(crash_victim *self, const crash_note *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result crash_victim_on_stop_badly(crash_victim *self, const crash_stop_badly *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_STOP;
}

/* ---- What they do ------------------------------------------------------------------------------- */

static char *volatile bad_text = (char *)16;
static volatile int zero;
static volatile size_t too_much = 64;
static char line[64];

/* In a library, where a lock may be held. */
static void print_bad_text(void)
{
    (void)snprintf(line, sizeof line, "%s!", bad_text);
}

static void send_segv(void)
{
    (void)raise(SIGSEGV);
}

static void send_bus(void)
{
    (void)raise(SIGBUS);
}

static void send_fpe(void)
{
    (void)raise(SIGFPE);
}

static void send_ill(void)
{
    (void)raise(SIGILL);
}

static void send_abrt(void)
{
    (void)raise(SIGABRT);
}

static void read_null(void)
{
    zero = *(volatile int *)(uintptr_t)(unsigned)zero;
}

static void call_abort(void)
{
    abort();
}

static void call_exit(void)
{
    exit(3);
}

static void fail_assertion(void)
{
    assert(zero == 1);
}

static __attribute__((noinline)) void smash_stack(void)
{
    volatile char small[8];
    static size_t i; /* not on the stack that is smashed */
    for (i = 0; i < too_much; i++) {
        small[i] = 'x';
    }
    zero = small[0] - 'x';
}

/* ---- The child ---------------------------------------------------------------------------------- */

static actor_system *system_of_child;

static void begin(bool crashes_end_process)
{
    system_of_child = actor_system_new(
            &(actor_config){ .workers = 1, .crashes_end_process = crashes_end_process });
    if (system_of_child == NULL) {
        _exit(97);
    }
}

static void run_victim(void)
{
    crash_victim_ref victim;
    crash_work_reply *reply = NULL;
    if (crash_victim_start(system_of_child, &victim) != ACTOR_OK ||
            crash_victim_ask_work(system_of_child, victim,
                    &(crash_work){ .way = CRASH_WAY_NONE }, actor_seconds(60),
                    &reply) != ACTOR_OK) {
        _exit(98);
    }
    actor_reply_free(reply);
    actor_system_free(system_of_child);
    _exit(0);
}

static void be_victim(void)
{
    begin(false);
    run_victim();
}

static void be_victim_uncontained(void)
{
    begin(true);
    run_victim();
}

/* Outside of all handlers, while there is a system. */
static void be_main(void)
{
    begin(false);
    deed();
    _exit(0);
}

/* Runs `body` in a child, and returns how it ended and what it said. */
static int end_of(void (*body)(void), void (*what)(void), char *said, size_t size)
{
    static const int numbers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
    int ends[2];
    int status;
    size_t len = 0;
    ssize_t got;
    assert_int_equal(0, pipe(ends));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
            (void)signal(numbers[i], SIG_DFL); /* not cmocka's */
        }
        deed = what;
        body();
    }
    (void)close(ends[1]);
    while ((got = read(ends[0], said + len, size - 1 - len)) > 0) {
        len += (size_t)got;
    }
    said[len] = '\0';
    (void)close(ends[0]);
    assert_int_equal(child, waitpid(child, &status, 0));
    return status;
}

static void expect_death(void (*body)(void), void (*what)(void), int number, const char *text)
{
    char said[16384];
    int status = end_of(body, what, said, sizeof said);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(number, WTERMSIG(status));
    if (strstr(said, text) == NULL) {
        fail_msg("'%s' is not in '%s'", text, said);
    }
}

static void expect_exit(void (*body)(void), void (*what)(void), int code)
{
    char said[16384];
    int status = end_of(body, what, said, sizeof said);
    assert_true(WIFEXITED(status));
    assert_int_equal(code, WEXITSTATUS(status));
}

/* ---- Tests -------------------------------------------------------------------------------------- */

static void test_a_crash_in_a_library_names_the_actor(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_OURS) {
        skip();
    }
    place = IN_MESSAGE;
    expect_death(be_victim, print_bad_text, SIGSEGV,
            "actorc: error: the process ends: it crashed: SIGSEGV at 0x10 in crash.Victim, "
            "which had crash.Work, outside of its own code\n");
    place = IN_START;
    expect_death(be_victim, print_bad_text, SIGSEGV,
            "it crashed: SIGSEGV at 0x10 in crash.Victim, outside of its own code\n");
    place = IN_STOP;
    expect_death(be_victim, print_bad_text, SIGSEGV,
            "it crashed: SIGSEGV at 0x10 in crash.Victim, outside of its own code\n");
    place = IN_MESSAGE;
}

static void test_signals_that_are_sent_are_no_crashes(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_OURS) {
        skip();
    }
    expect_death(be_victim, send_segv, SIGSEGV, "it crashed: SIGSEGV at 0x");
    expect_death(be_victim, send_bus, SIGBUS, "it crashed: SIGBUS at 0x");
    expect_death(be_victim, send_fpe, SIGFPE, "it crashed: SIGFPE at 0x");
    expect_death(be_victim, send_ill, SIGILL, "it crashed: SIGILL at 0x");
    expect_death(be_victim, send_abrt, SIGABRT, "it crashed: SIGABRT in crash.Victim, which");
}

static void test_exit_is_contained_in_handlers_only(void **state)
{
    (void)state;
    expect_exit(be_main, call_exit, 3);
    expect_exit(be_victim_uncontained, call_exit, 3);
}

static void test_outside_of_handlers_all_is_as_elsewhere(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_OURS) {
        skip();
    }
    expect_death(be_main, read_null, SIGSEGV, "");
    expect_death(be_main, send_abrt, SIGABRT, "");
    expect_death(be_main, call_abort, SIGABRT, "");
    expect_death(be_main, fail_assertion, SIGABRT, "zero == 1");
    expect_death(be_main, smash_stack, SIGABRT, "");
}

static void test_crashes_that_are_to_end_the_process_do(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_OURS) {
        skip();
    }
    expect_death(be_victim_uncontained, call_abort, SIGABRT, "");
    expect_death(be_victim_uncontained, read_null, SIGSEGV, "");
}

/* ---- Handlers of the program -------------------------------------------------------------------- */

static volatile sig_atomic_t heard;

static void hear(int number)
{
    heard = number;
}

static void hear_with_info(int number, siginfo_t *info, void *context)
{
    (void)context;
    heard = info->si_pid == getpid() ? number : 0;
}

/* A signal that is sent goes to the handler that was there before, and then the program goes on. */
static void be_heard(const struct sigaction *mine)
{
    (void)sigaction(SIGBUS, mine, NULL);
    begin(false);
    (void)raise(SIGBUS);
    bool once = heard == SIGBUS;
    actor_system_free(system_of_child);
    struct sigaction now;
    (void)sigaction(SIGBUS, NULL, &now);
    _exit(once && now.sa_handler == mine->sa_handler ? 0 : 1);
}

static void be_heard_plainly(void)
{
    be_heard(&(struct sigaction){ .sa_handler = hear });
}

static void be_heard_with_info(void)
{
    be_heard(&(struct sigaction){ .sa_sigaction = hear_with_info, .sa_flags = SA_SIGINFO });
}

/* Ignored, and so it does not end the process. */
static void be_deaf(void)
{
    (void)signal(SIGBUS, SIG_IGN);
    begin(false);
    (void)raise(SIGBUS);
    actor_system_free(system_of_child);
    _exit(0);
}

/* Installed after ours, and still there after the system. */
static void come_later(void)
{
    struct sigaction plain = { .sa_handler = hear };
    struct sigaction knowing = { .sa_sigaction = hear_with_info, .sa_flags = SA_SIGINFO };
    struct sigaction now;
    begin(false);
    (void)sigaction(SIGBUS, &plain, NULL);
    (void)sigaction(SIGFPE, &knowing, NULL);
    actor_system_free(system_of_child);
    (void)sigaction(SIGBUS, NULL, &now);
    bool stays = now.sa_handler == hear;
    (void)sigaction(SIGFPE, NULL, &now);
    _exit(stays && now.sa_sigaction == hear_with_info ? 0 : 1);
}

static void test_handlers_of_the_program_hear_what_is_sent(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_OURS) {
        skip();
    }
    expect_exit(be_heard_plainly, NULL, 0);
    expect_exit(be_heard_with_info, NULL, 0);
    expect_exit(be_deaf, NULL, 0);
}

static void test_handlers_that_came_later_stay(void **state)
{
    (void)state;
    if (!SIGNALS_ARE_OURS) {
        skip();
    }
    expect_exit(come_later, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crash_in_a_library_names_the_actor),
        cmocka_unit_test(test_signals_that_are_sent_are_no_crashes),
        cmocka_unit_test(test_exit_is_contained_in_handlers_only),
        cmocka_unit_test(test_outside_of_handlers_all_is_as_elsewhere),
        cmocka_unit_test(test_crashes_that_are_to_end_the_process_do),
        cmocka_unit_test(test_handlers_of_the_program_hear_what_is_sent),
        cmocka_unit_test(test_handlers_that_came_later_stay),
    };
    return cmocka_run_group_tests_name("deaths", tests, NULL, NULL);
}
