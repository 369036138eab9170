/* SPDX-License-Identifier: MIT */
/*
 * actorc/test.h - testing one actor by itself: its handlers are called by the runtime as ever, and whom it talks to
 * are probes, which record what they are sent and answer as the test says.
 *
 * The test program is linked with libactorc_sim (pkg-config: actorc-sim, without its --wrap=main), so it has one
 * thread and virtual time: nothing happens but when a function below, or one that blocks, lets it happen.
 *
 *     actor_test *test = actor_test_new(NULL);
 *     actor_probe *inventory = actor_probe_new(test, &shop_inventory__info);
 *     actor_probe *audit = actor_probe_new(test, &shop_audit__info);
 *     shop_purchase_ref desk;
 *     shop_purchase_start(actor_test_system(test), &(shop_purchase_args){
 *             ACTOR_PROBE_REF(inventory, shop_inventory), ACTOR_PROBE_REF(audit, shop_audit) }, &desk);
 *
 *     actor_future *sale;
 *     shop_purchase_ask_request_purchase_async(actor_test_system(test), desk,
 *             &(shop_request_purchase){ .order_id = 1 }, actor_seconds(5), &sale);
 *     const shop_buy_product *asked = ACTOR_EXPECT(inventory, shop_buy_product);
 *     ACTOR_ANSWER(inventory, shop_purchase_failed, .why = SHOP_REFUSAL_UNKNOWN_PRODUCT);
 *     ACTOR_EXPECT_NOTHING(audit, actor_seconds(1));
 *     ...
 *     actor_test_free(test);
 *
 * What is not as expected is told to the `fail` of the configuration, with file and line. All functions are for
 * the starting thread, outside of handlers.
 */
#ifndef ACTORC_TEST_H
#define ACTORC_TEST_H

#include <actorc/generated.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct actor_test actor_test;
typedef struct actor_probe actor_probe;

/* Zero in any field means its default. */
typedef struct actor_test_config {
    actor_config system;
    /* How long ACTOR_EXPECT() lets time pass, in virtual time; default 1 s. */
    actor_duration patience;
    /* Is told what was not as expected; need not return. Default: prints it and calls abort(). Of cmocka:
     * a function that calls print_error() and _fail(). */
    void (*fail)(const char *file, int line, const char *text);
} actor_test_config;

/* Makes a system for a test; `config` may be NULL. NULL when memory is out. */
actor_test *actor_test_new(const actor_test_config *config) ACTOR_MUST_USE;
/* Stops and releases it with its probes and all that they have recorded. NULL is a no-op. */
void actor_test_free(actor_test *test);
/* The system, to start actors and to talk to them as from outside. */
actor_system *actor_test_system(actor_test *test);

/* ---- Time --------------------------------------------------------------------------------- */

/* Lets one actor handle one message. False if no actor has one; then only time can bring one. */
bool actor_test_step(actor_test *test);
/* Steps until no actor has a message left. Returns how many steps that took. */
uint64_t actor_test_settle(actor_test *test);
/* Lets time pass: all timers that are due within it ring, and all messages are handled. A handler takes a µs. */
void actor_test_advance(actor_test *test, actor_duration duration);
/* Lets the clock go on while nobody does anything, as if all workers were busy with others. */
void actor_test_pass(actor_test *test, actor_duration duration);

/* ---- Probes ------------------------------------------------------------------------------- */

/*
 * Makes a probe, which stands in for an actor of the type that `info` describes (`&S_A__info` of its generated
 * header): it has its messages and the bounds of its mailbox, but none of its handlers, children, timers
 * and modes, and cannot be found by name. NULL when memory is out.
 */
actor_probe *actor_probe_new(actor_test *test, const actor_info *info) ACTOR_MUST_USE;
/* Its reference, untyped; ACTOR_PROBE_REF(probe, S_A) is the one of its type. */
uint64_t actor_probe_ref(const actor_probe *probe);
#define ACTOR_PROBE_REF(probe, actor) ((actor##_ref){ actor_probe_ref(probe) })
/* Messages that it has recorded and that were not expected yet. */
size_t actor_probe_count(const actor_probe *probe);
/* Has the probe stop, or fail, as an actor of its type might; what it was asked ends accordingly. */
void actor_probe_stop(actor_probe *probe);
void actor_probe_crash(actor_probe *probe);

/*
 * Returns the next message that the probe has got, or gets within the patience of the test; it is good until the
 * test ends. Any other message is a failure, and so is none.
 */
#define ACTOR_EXPECT(probe, message)                                                           \
    ((const message *)actor_probe_expect((probe), &message##__layout, __FILE__, __LINE__))
const void *actor_probe_expect(
        actor_probe *probe, const actor_layout *message, const char *file, int line);

/* It is a failure if the probe has got, or gets within `duration`, any message. */
#define ACTOR_EXPECT_NOTHING(probe, duration)                                                  \
    actor_probe_expect_nothing((probe), (duration), __FILE__, __LINE__)
void actor_probe_expect_nothing(
        actor_probe *probe, actor_duration duration, const char *file, int line);

/* Answers the request that was expected last: ACTOR_ANSWER(probe, shop_sold, .left = 3). */
#define ACTOR_ANSWER(probe, message, ...)                                                      \
    actor_probe_answer(                                                                        \
            (probe), &message##__layout, &(message){ __VA_ARGS__ }, __FILE__, __LINE__)
void actor_probe_answer(actor_probe *probe, const actor_layout *answer, const void *message,
        const char *file, int line);
/* Ends it with an error. */
#define ACTOR_ANSWER_ERROR(probe, error)                                                       \
    actor_probe_answer_error((probe), (error), __FILE__, __LINE__)
void actor_probe_answer_error(actor_probe *probe, actor_err error, const char *file, int line);

/* From now on the probe answers each request of this type at once, with this answer, and does not record it:
 * ACTOR_SCRIPT(probe, shop_buy_product, shop_sold, .left = 3). The last script of a request counts. */
#define ACTOR_SCRIPT(probe, request, message, ...)                                             \
    actor_probe_script((probe), &request##__layout, &message##__layout,                        \
            &(message){ __VA_ARGS__ }, __FILE__, __LINE__)
void actor_probe_script(actor_probe *probe, const actor_layout *request,
        const actor_layout *answer, const void *message, const char *file, int line);

#ifdef __cplusplus
}
#endif

#endif
