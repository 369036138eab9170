/* SPDX-License-Identifier: MIT */
/*
 * A watch of a pool is taken back while the pool ends: whichever comes first, each side is done with the
 * watch before its memory is used again, which AddressSanitizer sees.
 *
 * One worker, so that the order of all steps is known. The parent of the pool has so many events before
 * it that its turn may end anywhere: between the end of the pool and the taking back, too.
 */
#include "rota.actor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { EVENTS = 150 };

#define LONG actor_seconds(3600)

struct rota_member {
    char nothing;
};
ACTOR_STATE(rota_member);

actor_result rota_member_on_quit(rota_member *self, const rota_quit *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_STOP;
}

struct rota_watcher {
    uint32_t seen;
};
ACTOR_STATE(rota_watcher);

actor_result rota_watcher_on_watch(
        rota_watcher *self, const rota_watch *msg, rota_watch_call call)
{
    rota_watcher_watch_member(self, msg->crew);
    rota_watch_answer_done(call, &(rota_done){ 0 });
    return ACTOR_CONTINUE;
}

actor_result rota_watcher_on_fill(rota_watcher *self, const rota_fill *msg)
{
    for (uint32_t i = 0; i < msg->events; i++) {
        if (i % 2 == 0) {
            rota_watcher_watch_team(self, msg->team);
        } else {
            rota_watcher_unwatch_team(self, msg->team);
        }
    }
    return ACTOR_CONTINUE;
}

actor_result rota_watcher_on_drop(rota_watcher *self, const rota_drop *msg)
{
    rota_watcher_unwatch_member(self, msg->crew);
    return ACTOR_CONTINUE;
}

actor_result rota_watcher_saw_member_stop(
        rota_watcher *self, rota_member_ref ref, actor_err why)
{
    (void)ref;
    (void)why;
    self->seen++;
    return ACTOR_FAILED; /* it was taken back before */
}

actor_result rota_watcher_saw_team_stop(rota_watcher *self, rota_team_ref ref, actor_err why)
{
    (void)ref;
    (void)why;
    self->seen++;
    return ACTOR_CONTINUE;
}

struct rota_driver {
    char nothing;
};
ACTOR_STATE(rota_driver);

actor_result rota_driver_on_go(rota_driver *self, const rota_go *msg)
{
    rota_driver_tell_watcher_fill(
            self, msg->filler, &(rota_fill){ .events = msg->events, .team = msg->team });
    rota_driver_tell_member_quit(self, msg->crew, &(rota_quit){ 0 });
    rota_driver_tell_watcher_drop(self, msg->watcher, &(rota_drop){ .crew = msg->crew });
    return ACTOR_CONTINUE;
}

static void watch_pool(actor_system *s, rota_watcher_ref watcher, rota_member_ref crew)
{
    rota_watch_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            rota_watcher_ask_watch(s, watcher, &(rota_watch){ .crew = crew }, LONG, &reply));
    actor_reply_free(reply);
}

static void test_taken_back_as_it_ends(void **state)
{
    (void)state;
    actor_system *s = actor_system_new(&(actor_config){ .workers = 1 });
    rota_driver_ref driver;
    rota_go go;
    assert_non_null(s);
    assert_int_equal(ACTOR_OK, rota_driver_start(s, &driver));
    assert_int_equal(ACTOR_OK, rota_watcher_start(s, &go.filler));
    assert_int_equal(ACTOR_OK, rota_watcher_start(s, &go.watcher));
    for (go.events = 0; go.events < EVENTS; go.events++) {
        assert_int_equal(ACTOR_OK, rota_team_start(s, &go.team));
        assert_int_equal(ACTOR_OK, rota_team_crew(s, go.team, &go.crew));
        watch_pool(s, go.watcher, go.crew);
        assert_int_equal(ACTOR_OK, rota_driver_tell_go(s, driver, &go));
    }
    assert_int_equal(ACTOR_OK, actor_system_stop(s, actor_seconds(60)).err);
    actor_system_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_taken_back_as_it_ends) };
    return cmocka_run_group_tests_name("watch_pool", tests, NULL, NULL);
}
