/*
 * The state and the functions of the actors of in.actor. This was written by "actorc skeleton"
 * and is yours now; in.actor.h says what each actor may do.
 */
#include "in.actor.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Hooked ------------------------------------------------------------------------------ */

/* Starts and stops. */
struct actors_hooked {
    actors_leaf_ref leaf;
};
ACTOR_STATE(actors_hooked);

/* Opens what it needs. */
actor_result actors_hooked_at_start(actors_hooked *self, const actors_hooked_args *args)
{
    self->leaf = args->leaf;
    return ACTOR_CONTINUE;
}

/* Closes it. */
void actors_hooked_at_stop(actors_hooked *self)
{
    (void)self;
}

actor_result actors_hooked_got_on_start(actors_hooked *self, const actors_question_reply *reply)
{
    (void)self;
    switch (reply->kind) {
    case ACTORS_QUESTION_REPLY_YES:
        /* reply->yes */
        break;
    case ACTORS_QUESTION_REPLY_NO:
        /* reply->no */
        break;
    case ACTORS_QUESTION_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    return ACTOR_CONTINUE;
}

/* ---- Leaf -------------------------------------------------------------------------------- */

struct actors_leaf {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(actors_leaf);

/* Comes before all others. */
actor_result actors_leaf_on_question(
        actors_leaf *self, const actors_question *msg, actors_question_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     actors_question_answer_yes(call, ...)
     *     actors_question_answer_no(call, ...)
     */
    actors_question_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result actors_leaf_on_note(actors_leaf *self, const actors_note *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result actors_leaf_on_hint(actors_leaf *self, const actors_hint *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result actors_leaf_on_other(
        actors_leaf *self, const actors_other *msg, actors_other_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     actors_other_answer_yes(call, ...)
     */
    actors_other_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

/* ---- Busy -------------------------------------------------------------------------------- */

/* Asks and tells, from blocks and from outside of them. */
struct actors_busy {
    actors_leaf_ref leaf;
};
ACTOR_STATE(actors_busy);

actor_result actors_busy_at_start(actors_busy *self, const actors_busy_args *args)
{
    self->leaf = args->leaf;
    return ACTOR_CONTINUE;
}

actor_result actors_busy_on_question(
        actors_busy *self, const actors_question *msg, actors_question_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     actors_question_answer_yes(call, ...)
     *     actors_question_answer_no(call, ...)
     */
    actors_question_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result actors_busy_on_note(actors_busy *self, const actors_note *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result actors_busy_got_again(
        actors_busy *self, const actors_question_reply *reply, actors_question_call call)
{
    (void)self;
    switch (reply->kind) {
    case ACTORS_QUESTION_REPLY_YES:
        /* reply->yes */
        break;
    case ACTORS_QUESTION_REPLY_NO:
        /* reply->no */
        break;
    case ACTORS_QUESTION_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    /* In the end one of these is called:
     *     actors_question_answer_yes(call, ...)
     *     actors_question_answer_no(call, ...)
     */
    actors_question_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result actors_busy_got_other(
        actors_busy *self, const actors_other_reply *reply, actors_question_call call)
{
    (void)self;
    switch (reply->kind) {
    case ACTORS_OTHER_REPLY_YES:
        /* reply->yes */
        break;
    case ACTORS_OTHER_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    /* In the end one of these is called:
     *     actors_question_answer_yes(call, ...)
     *     actors_question_answer_no(call, ...)
     */
    actors_question_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result actors_busy_got_other_of_note(actors_busy *self, const actors_other_reply *reply)
{
    (void)self;
    switch (reply->kind) {
    case ACTORS_OTHER_REPLY_YES:
        /* reply->yes */
        break;
    case ACTORS_OTHER_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    return ACTOR_CONTINUE;
}

actor_result actors_busy_got_free(actors_busy *self, const actors_question_reply *reply)
{
    (void)self;
    switch (reply->kind) {
    case ACTORS_QUESTION_REPLY_YES:
        /* reply->yes */
        break;
    case ACTORS_QUESTION_REPLY_NO:
        /* reply->no */
        break;
    case ACTORS_QUESTION_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    return ACTOR_CONTINUE;
}

/* ---- Parent ------------------------------------------------------------------------------ */

/* Has a tree and a life of its own. */
struct actors_parent {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(actors_parent);

actor_result actors_parent_on_note(actors_parent *self, const actors_note *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Spawner ----------------------------------------------------------------------------- */

/* Is watched over although it has no children of its own yet. */
struct actors_spawner {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(actors_spawner);

actor_result actors_spawner_on_hint(actors_spawner *self, const actors_hint *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- The program ------------------------------------------------------------------------- */

int main(void)
{
    actor_system *system = actor_system_new(&(actor_config){ 0 });
    if (system == NULL) {
        fputs("no memory\n", stderr);
        return EXIT_FAILURE;
    }
    actor_err err = ACTOR_OK;
    if (err == ACTOR_OK) {
        actors_root_args args = ACTORS_ROOT_ARGS_INIT;
        actors_root_ref ref;
        err = actors_root_start(system, &args, &ref);
    }
    if (err == ACTOR_OK) {
        actors_parent_ref ref;
        err = actors_parent_start(system, &ref);
    }
    if (err == ACTOR_OK) {
        actors_spawner_ref ref;
        err = actors_spawner_start(system, &ref);
    }
    if (err != ACTOR_OK) {
        fprintf(stderr, "cannot start: %s\n", actor_err_text(err));
    }
    actor_system_stop(system, actor_seconds(10));
    actor_system_free(system);
    return err == ACTOR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
