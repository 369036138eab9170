/* SPDX-License-Identifier: MIT */
/*
 * model_json_actor.h - an actor of the model as JSON.
 */
#ifndef MODEL_JSON_ACTOR_H
#define MODEL_JSON_ACTOR_H

#include "model_json_part.h"

/* Writes the actor as an item of an array. */
void model_json_actor(struct model_json *work, const struct actor *actor);

#endif
