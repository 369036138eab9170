/* SPDX-License-Identifier: MIT */
/*
 * story.h - those handlers of story.actor that have nothing to do: what they get is only to be seen to arrive. For
 * the one source file of a program that includes it.
 */
#ifndef STORY_H
#define STORY_H

#include "story.actor.h"

void story_listener_at_stop(story_listener *self)
{
    (void)self;
}

actor_result story_listener_on_note(story_listener *self, const story_note *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

ACTOR_STATE(story_echo);

actor_result story_echo_on_hint(story_echo *self, const story_hint *msg)
{
    (void)msg;
    self->hints++;
    return ACTOR_CONTINUE;
}

actor_result story_teller_saw_listener_stop(
        story_teller *self, story_listener_ref ref, actor_err why)
{
    (void)self;
    (void)ref;
    (void)why;
    return ACTOR_CONTINUE;
}

#endif
