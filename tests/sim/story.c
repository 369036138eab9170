/* SPDX-License-Identifier: MIT */
/*
 * story.c - a small program whose run is told by a diagram. Its first argument says what happens in it: answer,
 * fail, refuse, stop, give-up, planned (a crash); and exit, full, two, refused, which try what main may do.
 */
#include "story.h"

#include <actorc/sim.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct story {
    uint32_t number;
};

struct story_listener {
    struct story *story;
};
ACTOR_STATE(story_listener);

struct story_teller {
    story_listener_ref listener;
    story_echo_ref echo;
};
ACTOR_STATE(story_teller);

actor_result story_listener_at_start(story_listener *self, const story_listener_args *args)
{
    self->story = args->story;
    return ACTOR_CONTINUE;
}

actor_result story_listener_on_hint(story_listener *self, const story_hint *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result story_listener_on_question(
        story_listener *self, const story_question *msg, story_question_call call)
{
    switch (msg->way) {
    case STORY_WAY_FAIL: return actor_fail(self, "told to");
    case STORY_WAY_REFUSE: story_question_fail(call, ACTOR_ERR_REFUSED); break;
    case STORY_WAY_STOP: story_question_answer_nothing(call, NULL); return ACTOR_STOP;
    case STORY_WAY_GIVE_UP:
        actor_sim_fail("given up after %d steps", (int)actor_sim_steps());
        break;
    case STORY_WAY_ANSWER:
        story_question_answer_answer(call, &(story_answer){ .number = self->story->number });
        break;
    }
    return ACTOR_CONTINUE;
}

actor_result story_teller_at_start(story_teller *self, const story_teller_args *args)
{
    self->listener = args->listener;
    self->echo = args->echo;
    (void)story_teller_watch_listener(self, args->listener);
    return ACTOR_CONTINUE;
}

actor_result story_teller_on_begin(story_teller *self, const story_begin *msg)
{
    story_note note = { .text = ACTOR_STRING("a;b#c") };
    (void)story_teller_tell_listener_note(self, self->listener, &note);
    (void)story_teller_tell_listener_hint(self, self->listener, NULL);
    story_teller_ask_wonder(self, self->listener, &(story_question){ .way = msg->way });
    (void)story_teller_start_ring(self, actor_milliseconds(1), &(story_ring){ .number = 7 });
    return ACTOR_CONTINUE;
}

/* It does nothing but tell. */
actor_result story_teller_on_ring(story_teller *self, const story_ring *msg)
{
    (void)msg;
    (void)story_teller_tell_echo_hint(self, self->echo, NULL);
    (void)story_teller_tell_echo_hint(self, self->echo, NULL);
    return ACTOR_CONTINUE;
}

actor_result story_teller_got_wonder(story_teller *self, const story_question_reply *reply)
{
    (void)self;
    (void)reply;
    return ACTOR_CONTINUE;
}

/* ---- Scenarios ------------------------------------------------------------------------------- */

static void drop_line(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static actor_system *system_new(void)
{
    return actor_system_new(&(actor_config){ .log = drop_line });
}

static bool play(actor_system *system, struct story *story, story_way way)
{
    story_play_ref root;
    story_teller_ref teller;
    return story_play_start(system, &(story_play_args){ .story = story }, &root) == ACTOR_OK &&
           story_play_teller(system, root, &teller) == ACTOR_OK &&
           story_teller_tell_begin(system, teller, &(story_begin){ .way = way }) == ACTOR_OK &&
           actor_system_wait(system, actor_milliseconds(5)) == ACTOR_ERR_TIMEOUT;
}

static bool always(void *context)
{
    (void)context;
    return true;
}

/* So many invariants, and so many planned crashes, and no more. */
static bool fill_up(void)
{
    int invariants = 0;
    int plans = 0;
    while (actor_sim_invariant("always", always, NULL)) {
        invariants++;
    }
    while (actor_sim_crash_at("story.Nobody", 1)) {
        plans++;
    }
    return invariants == 64 && plans == 16;
}

static void heard(void *context, const story_question_reply *reply)
{
    (void)context;
    (void)reply;
}

/* There are no threads but one. */
static bool is_refused(actor_system *system, struct story *story)
{
    story_listener_ref listener;
    actor_future *future = NULL;
    bool refused = story_listener_start(system, &(story_listener_args){ .story = story },
                           &listener) == ACTOR_OK &&
                   story_listener_ask_question_async(system, listener, &(story_question){ 0 },
                           actor_seconds(1), &future) == ACTOR_OK &&
                   story_question_then(future, heard, NULL) == ACTOR_ERR_OS &&
                   actor_system_signals(system, actor_seconds(1), -1) == ACTOR_ERR_OS;
    actor_future_free(future);
    return refused;
}

/* Two systems at once, which share nothing but time. */
static bool play_both(actor_system *system, struct story *story)
{
    struct story other = { .number = 2 };
    actor_system *second = system_new();
    bool played = second != NULL && play(system, story, STORY_WAY_ANSWER) &&
                  play(second, &other, STORY_WAY_STOP);
    played = played && actor_system_stop(system, actor_seconds(5)).err == ACTOR_OK &&
             actor_system_actors(second) == 3; /* the listener has stopped */
    actor_system_free(second);
    return played;
}

static bool run(const char *how, actor_system *system, struct story *story)
{
    static const char *const ways[] = { "answer", "fail", "refuse", "stop", "give-up" };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(how, ways[i]) == 0) {
            return play(system, story, (story_way)i);
        }
    }
    if (strcmp(how, "planned") == 0) {
        return actor_sim_crash_at("story.Listener", 3) && play(system, story, STORY_WAY_ANSWER);
    }
    return strcmp(how, "full") == 0      ? fill_up()
           : strcmp(how, "two") == 0     ? play_both(system, story)
           : strcmp(how, "refused") == 0 ? is_refused(system, story)
                                         : false;
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "answer";
    struct story story = { .number = 1 };
    if (strcmp(how, "exit") == 0) {
        exit(3);
    }
    actor_system *system = system_new();
    if (system == NULL || !run(how, system, &story)) {
        return 1;
    }
    (void)actor_system_stop(system, actor_seconds(5));
    actor_system_free(system);
    return 0;
}
