/*
 * The state and the functions of the actors of in.actor. This was written by "actorc skeleton"
 * and is yours now; in.actor.h says what each actor may do.
 */
#include "in.actor.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- Worker ------------------------------------------------------------------------------ */

/* A worker, one of several. */
ACTOR_STATE(all_worker);

actor_result all_worker_at_start(all_worker *self, const all_worker_args *args)
{
    (void)self;
    (void)args;
    return ACTOR_CONTINUE;
}

/* --> asks & tells </pre> */
actor_result all_worker_on_work(all_worker *self, const all_work *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_worker_on_stop(all_worker *self, const all_stop *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_worker_on_expire(all_worker *self, const all_expire *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_worker_on_tick(all_worker *self, const all_tick *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_worker_got_put(
        all_worker *self, const parts_keep_reply *reply, const all_tick *context)
{
    (void)self;
    (void)context;
    switch (reply->kind) {
    case PARTS_KEEP_REPLY_STORED:
        /* reply->stored */
        break;
    case PARTS_KEEP_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    return ACTOR_CONTINUE;
}

/* ---- Log --------------------------------------------------------------------------------- */

struct all_log {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(all_log);

/* Opens </title>. */
actor_result all_log_at_start(all_log *self)
{
    (void)self;
    return ACTOR_CONTINUE;
}

/* Closes. */
void all_log_at_stop(all_log *self)
{
    (void)self;
}

actor_result all_log_on_tick(all_log *self, const all_tick *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_log_on_readable(all_log *self, const parts_readable *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Machine ----------------------------------------------------------------------------- */

/* A machine: "Idle" --> Busy. */
struct all_machine {
    all_worker_ref worker;
};
ACTOR_STATE(all_machine);

actor_result all_machine_at_start(all_machine *self, const all_machine_args *args)
{
    self->worker = args->worker;
    return ACTOR_CONTINUE;
}

actor_result all_machine_on_fetch(all_machine *self, const all_fetch *msg, all_fetch_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     all_fetch_answer_found(call, ...)
     *     all_fetch_answer_missing(call, ...)
     */
    all_fetch_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result all_machine_on_stop(all_machine *self, const all_stop *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* In mode Idle: */

/* begins */
actor_result all_machine_idle_on_work(all_machine *self, const all_work *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* In mode Busy: */

actor_result all_machine_busy_on_ring(all_machine *self, const all_ring *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_machine_busy_on_work(all_machine *self, const all_work *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* In mode Jammed: */

actor_result all_machine_jammed_on_ring(all_machine *self, const all_ring *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_machine_jammed_on_ask(all_machine *self, const all_ask *msg, all_ask_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     all_ask_answer_found(call, ...)
     */
    all_ask_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

/* ---- Gate -------------------------------------------------------------------------------- */

/* Hands it on --> to whoever can. */
struct all_gate {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(all_gate);

actor_result all_gate_on_fetch(all_gate *self, const all_fetch *msg, all_fetch_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     all_fetch_answer_found(call, ...)
     *     all_fetch_answer_missing(call, ...)
     */
    all_fetch_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

/* ---- Session ----------------------------------------------------------------------------- */

struct all_session {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(all_session);

actor_result all_session_on_ask(all_session *self, const all_ask *msg, all_ask_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     all_ask_answer_found(call, ...)
     */
    all_ask_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result all_session_got_first(
        all_session *self, const all_fetch_reply *reply, all_ask_call call)
{
    (void)self;
    switch (reply->kind) {
    case ALL_FETCH_REPLY_FOUND:
        /* reply->found */
        break;
    case ALL_FETCH_REPLY_MISSING:
        /* reply->missing */
        break;
    case ALL_FETCH_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    /* In the end one of these is called:
     *     all_ask_answer_found(call, ...)
     */
    all_ask_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result all_session_got_second(
        all_session *self, const all_fetch_reply *reply, all_ask_call call)
{
    (void)self;
    switch (reply->kind) {
    case ALL_FETCH_REPLY_FOUND:
        /* reply->found */
        break;
    case ALL_FETCH_REPLY_MISSING:
        /* reply->missing */
        break;
    case ALL_FETCH_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
    /* In the end one of these is called:
     *     all_ask_answer_found(call, ...)
     */
    all_ask_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

/* ---- Root -------------------------------------------------------------------------------- */

/* All of them; "the root". */
struct all_root {
    char nothing_yet; /* C wants a member */
};
ACTOR_STATE(all_root);

actor_result all_root_at_start(all_root *self, const all_root_args *args)
{
    (void)self;
    (void)args;
    return ACTOR_CONTINUE;
}

actor_result all_root_on_stop(all_root *self, const all_stop *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_root_saw_session_stop(all_root *self, all_session_ref ref, actor_err why)
{
    (void)self;
    (void)ref;
    (void)why;
    return ACTOR_CONTINUE;
}

/* ---- Vault ------------------------------------------------------------------------------- */

/* Who sends to it "waits" --> until there is room. */
ACTOR_STATE(all_vault);

actor_result all_vault_at_start(all_vault *self, const all_vault_args *args)
{
    (void)self;
    (void)args;
    return ACTOR_CONTINUE;
}

actor_result all_vault_on_fetch(all_vault *self, const all_fetch *msg, all_fetch_call call)
{
    (void)self;
    (void)msg;
    /* In the end one of these is called:
     *     all_fetch_answer_found(call, ...)
     *     all_fetch_answer_missing(call, ...)
     */
    all_fetch_fail(call, ACTOR_ERR_UNHANDLED);
    return ACTOR_CONTINUE;
}

actor_result all_vault_on_tick(all_vault *self, const all_tick *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Clerk ------------------------------------------------------------------------------- */

/* Hears of nothing else until the vault has answered </p>. */
struct all_clerk {
    all_vault_ref vault;
};
ACTOR_STATE(all_clerk);

actor_result all_clerk_at_start(all_clerk *self, const all_clerk_args *args)
{
    self->vault = args->vault;
    return ACTOR_CONTINUE;
}

actor_result all_clerk_on_work(all_clerk *self, const all_work *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result all_clerk_got_look(all_clerk *self, const all_fetch_reply *reply)
{
    (void)self;
    switch (reply->kind) {
    case ALL_FETCH_REPLY_FOUND:
        /* reply->found */
        break;
    case ALL_FETCH_REPLY_MISSING:
        /* reply->missing */
        break;
    case ALL_FETCH_REPLY_ERROR:
        /* reply->error says why there is no answer */
        break;
    }
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
        all_root_args args = ALL_ROOT_ARGS_INIT;
        all_root_ref ref;
        err = all_root_start(system, &args, &ref);
    }
    if (err == ACTOR_OK) {
        all_bank_args args = ALL_BANK_ARGS_INIT;
        all_bank_ref ref;
        err = all_bank_start(system, &args, &ref);
    }
    if (err == ACTOR_OK) {
        all_nurse_args args = ALL_NURSE_ARGS_INIT;
        all_nurse_ref ref;
        err = all_nurse_start(system, &args, &ref);
    }
    if (err != ACTOR_OK) {
        fprintf(stderr, "cannot start: %s\n", actor_err_text(err));
    }
    actor_system_stop(system, actor_seconds(10));
    actor_system_free(system);
    return err == ACTOR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
