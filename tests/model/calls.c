/* SPDX-License-Identifier: MIT */
/*
 * calls.c - asks, cells and types between threads: each thread of a test has a local, as a worker has, but
 * does what the test says instead of running a scheduler.
 */
#include "model.actor.h"

#include "compose.h"
#include "event.h"
#include "life.h"
#include "outside.h"
#include "program.h"
#include "registry.h"
#include "run.h"
#include "sharing.h"
#include "slot.h"
#include "spawn.h"

#include <stdlib.h>
#include <string.h>

enum { HOME, CALLEE, ASKER, FOURTH, LOCALS };
enum { HOLDER = 77, OTHER = 78, SLOTS = 256 };

static struct shared shared;
static struct local locals[LOCALS];

static void deliver_timeout(struct local *l, struct msg *reply);

static void no_root_event(actor_system *system, struct child *root, int what, const char *text)
{
    (void)system, (void)root, (void)what, (void)text;
}

static void begin(void)
{
    memset(&shared, 0, sizeof shared);
    shared.config = (actor_config){ .max_message_bytes = 1024, .seed = 1 };
    shared.upcalls =
            (struct upcalls){ .timed_out = deliver_timeout, .root_event = no_root_event };
    shared.worker_count = LOCALS;
    shared.workers = locals;
    depot_init(&shared.depot);
    shared.asks = asks_new();
    shared.registry = registry_new();
    shared.names = names_new();
    MODEL_CHECK(cells_init(&shared.cells, SLOTS));
    for (uint32_t i = 0; i < LOCALS; i++) {
        local_init(&locals[i], &shared, LOCAL_WORKER, i);
    }
}

static struct local *local_of(void *arg)
{
    local_current = &locals[(uintptr_t)arg];
    return local_current;
}

/* ---- One ask --------------------------------------------------------------------------------------- */

static struct ask *the_ask;
static uint64_t the_call;
static struct waiter the_waiter;
static struct mailbox replies; /* to the asker */
static struct mailbox_annex no_annex;
static struct parker asker_parker;
static uint32_t replied; /* plainly: by two at once would be a race */

static void deliver(struct msg *reply)
{
    replied++;
    if (mailbox_push(&replies, reply)) {
        parker_wake(&asker_parker);
    }
}

static void deliver_timeout(struct local *l, struct msg *reply)
{
    (void)l;
    deliver(reply);
}

static void deliver_answer(struct waiter *w)
{
    deliver(w->reply);
}

static void begin_ask_of(struct local *home)
{
    begin();
    memset(&no_annex, 0, sizeof no_annex);
    mailbox_init(&replies, &no_annex);
    parker_init(&asker_parker);
    replied = 0;
    the_waiter = (struct waiter){ .arrived = deliver_answer };
    the_ask = outside_ask(home, HOLDER, NULL, INT64_MAX, &the_waiter);
    MODEL_CHECK(the_ask != NULL);
    the_call = ask_call(the_ask);
    wheel_set(&home->wheel, &the_ask->timer, home->now);
}

static void begin_ask(void)
{
    begin_ask_of(&locals[HOME]);
}

/* The record, once it has come home, serves the next ask. It is waited for, but not for ever. */
static void use_again(struct local *l)
{
    for (int i = 0; i < SYNC_SPINS && load_rlx(&l->returned_asks) == NULL; i++) {
        sync_pause();
    }
    ask_collect(l);
    struct ask *a = outside_ask(l, HOLDER, NULL, INT64_MAX, &the_waiter);
    MODEL_CHECK(ask_call(a) != the_call);
}

static void time_passes(void *arg)
{
    struct local *l = local_of(arg);
    wheel_advance(&l->wheel, l->now + ACTOR_SECOND, l);
    use_again(l);
}

static void only_use_again(void *arg)
{
    use_again(local_of(arg));
}

static void answer(void *arg)
{
    struct local *l = local_of(arg);
    struct msg *reply = msg_new(&l->pool, MSG_REPLY, sizeof(uint64_t));
    ((struct ask_msg *)(void *)reply)->ask = the_ask;
    *(uint64_t *)msg_body(reply) = 42;
    send_end_call(l, the_ask, reply);
    /* The call has ended, whoever uses the record by now, and whatever for. */
    MODEL_CHECK(ask_find(l, the_call, HOLDER) == NULL);
}

static void end_with_error(void *arg)
{
    struct local *l = local_of(arg);
    send_end_call_error(l, the_ask, ACTOR_ERR_STOPPED);
    MODEL_CHECK(ask_find(l, the_call, HOLDER) == NULL);
}

static void await_one_reply(void *arg)
{
    struct local *l = local_of(arg);
    (void)parker_wait_until(&asker_parker, INT64_MAX);
    struct msg *m = mailbox_park(&replies);
    MODEL_CHECK(m != NULL && m->next == NULL && replied == 1);
    if (m->pool_class == MSG_EMBEDDED) {
        MODEL_CHECK(((actor_reply *)msg_body(m))->error != ACTOR_OK);
    } else {
        MODEL_CHECK(*(uint64_t *)msg_body(m) == 42);
        msg_free(&l->pool, m);
    }
    /* As an actor does it when it handles the reply. */
    list_remove(&the_ask->pending);
    MODEL_CHECK(!the_ask->exclusive);
    ask_asker_done(l, the_ask);
}

/* Each side has let go of the record: it is free, once, and nobody holds another reply. */
static void check_the_record(void)
{
    uint32_t found = 0;
    MODEL_CHECK(replied == 1);
    ask_collect(&locals[HOME]);
    for (struct ask *a = locals[HOME].free_asks; a != NULL; a = a->next) {
        found += a == the_ask ? 1 : 0;
    }
    MODEL_CHECK(found == (ask_call(the_ask) == the_call ? 1 : 0));
}

static void an_ask_ends_once_by_answer_or_timer(void)
{
    begin_ask();
    TOGETHER(time_passes, answer, await_one_reply);
    check_the_record();
}

static void an_ask_ends_once_by_error_or_timer(void)
{
    begin_ask();
    TOGETHER(time_passes, end_with_error, await_one_reply);
    check_the_record();
}

static void a_record_comes_home_and_is_used_again(void)
{
    begin_ask();
    TOGETHER(only_use_again, answer, await_one_reply);
    check_the_record();
}

/* ---- Calls that are over --------------------------------------------------------------------------- */

/* The holder hands the call on, as a delegation does, and gets the same record for another call later. */
static void lose_and_look(void *arg)
{
    struct local *l = local_of(arg);
    MODEL_CHECK(ask_find(l, the_call, HOLDER) == NULL);
}

/* It has been handed on to OTHER, who ends it here; the next ask has it for HOLDER. */
static void end_and_ask_anew(void *arg)
{
    struct local *l = local_of(arg);
    (void)or_acq_rel(&the_ask->state, ASK_DECIDED | ASK_CALLEE_DONE);
    ask_asker_done(l, the_ask);
    struct ask *a = ask_new(l);
    MODEL_CHECK(a == the_ask);
    static const actor_layout layout = { .size = 0, .plain = true };
    static const actor_class class = { .message = &layout };
    static const actor_info info = { .name = "m.Holder", .classes = &class, .class_count = 1 };
    struct compose c = { .ref = HOLDER, .target = &info };
    MODEL_CHECK(compose_make(l, &c, MSG_REQUEST, a) != NULL);
}

static void a_call_of_a_former_holder_is_not_found(void)
{
    begin_ask();
    store_rel(&the_ask->callee, OTHER);
    TOGETHER(end_and_ask_anew, lose_and_look);
}

/* Whoever has ended a call does not find it again, and has nobody to tell. */
static void a_call_that_was_ended_is_not_found(void)
{
    begin_ask();
    store_rel(&the_ask->state, ASK_DECIDED | ASK_ASKER_DONE);
    TOGETHER(only_use_again, end_with_error);
}

static void grow_asks(void *arg)
{
    struct local *l = local_of(arg);
    MODEL_CHECK(ask_new(l) != NULL);
}

static void look_for_any_call(void *arg)
{
    MODEL_CHECK(ask_find(local_of(arg), (uint64_t)1 << 32, HOLDER) == NULL);
}

/* A word that was made up finds nothing, and does no harm. */
static void a_call_that_never_was_is_not_found(void)
{
    begin();
    TOGETHER(grow_asks, look_for_any_call);
}

/* ---- Actors that come and go --------------------------------------------------------------------- */

static uint64_t the_ref;

static uint64_t spawn(struct local *l, const actor_type *type)
{
    uint64_t ref;
    MODEL_CHECK(spawn_actor(l, &(struct birth){ .code = type }, &ref) == ACTOR_OK);
    return ref;
}

/* Ends an actor that this thread owns and that has not been started. */
static void end_actor(struct local *l, uint64_t ref)
{
    send_deliver(l, &event_new(l, ref, EVENT_KILL, 0)->msg);
    struct cell *c;
    while ((c = run_queue_pop(&l->runnable)) != NULL) {
        run_turn(l, c, 0);
    }
}

/* Whatever has become of the actor, the message counts as one for its type. */
static struct msg *message_to(struct local *l, uint64_t ref, const actor_info *info)
{
    model_hit hit = { .seq = 0 };
    struct compose c = { .ref = ref, .target = info, .message = &hit };
    struct msg *m = NULL;
    MODEL_CHECK(outside_compose(l, &c, MSG_TELL, NULL, &m, NULL) == ACTOR_OK);
    MODEL_CHECK(m->type == registry_type(shared.registry, info, NULL)->index);
    return m;
}

static void tell_moth(struct local *l, uint64_t ref)
{
    send_deliver(l, message_to(l, ref, &model_moth__info));
}

static void spawn_a_moth(void *arg)
{
    struct local *l = local_of(arg);
    MODEL_CHECK(spawn(l, model_moth__type()) == the_ref);
}

static void tell_by_the_reference(void *arg)
{
    tell_moth(local_of(arg), the_ref);
}

/* References are words that anybody may make up: then the message finds the actor or nobody. */
static void a_reference_finds_a_whole_actor(void)
{
    begin();
    the_ref = (uint64_t)1 << 32; /* the first slot's first */
    TOGETHER(spawn_a_moth, tell_by_the_reference);
}

static void a_reference_finds_a_whole_actor_in_a_new_type(void)
{
    begin();
    (void)spawn(&locals[HOME], model_target__type());
    the_ref = (uint64_t)1 << 32 | 1;
    TOGETHER(spawn_a_moth, tell_by_the_reference);
}

static void spawn_an_inn(void *arg)
{
    struct local *l = local_of(arg);
    MODEL_CHECK(spawn(l, model_inn__type()) == the_ref);
}

static void tell_the_inn(void *arg)
{
    struct local *l = local_of(arg);
    send_deliver(l, message_to(l, the_ref, &model_inn__info));
}

static void a_reference_finds_a_whole_actor_with_bounds(void)
{
    begin();
    the_ref = (uint64_t)1 << 32;
    TOGETHER(spawn_an_inn, tell_the_inn);
}

static void end_the_moth_and_use_its_slot_for_a_nook(void *arg)
{
    struct local *l = local_of(arg);
    end_actor(l, the_ref);
    MODEL_CHECK(ref_slot(spawn(l, model_nook__type())) == ref_slot(the_ref));
}

/* Its bounds are not for who comes late. */
static void a_stale_reference_reaches_no_bounds(void)
{
    begin();
    the_ref = spawn(&locals[HOME], model_moth__type());
    TOGETHER(end_the_moth_and_use_its_slot_for_a_nook, tell_by_the_reference,
            tell_by_the_reference);
}

static void need_an_annex(void *arg)
{
    (void)local_of(arg);
    MODEL_CHECK(cell_need_annex(cells_find(&shared.cells, the_ref)) != NULL);
}

/* As for a member of a pool that is chosen by its load. */
static void use_an_annex(void *arg)
{
    (void)local_of(arg);
    struct cell *c = cells_find(&shared.cells, the_ref);
    uint8_t flags = 0;
    mailbox_add_load(&c->mb, ref_gen(the_ref), &flags);
    MODEL_CHECK(mailbox_load(&c->mb, ref_gen(the_ref)) <= 1);
    mailbox_release(&c->mb, 0, ref_gen(the_ref), flags);
}

static void release_a_load(void *arg)
{
    (void)local_of(arg);
    struct cell *c = cells_find(&shared.cells, the_ref);
    mailbox_release(&c->mb, 0, ref_gen(the_ref), MSG_IS_LOAD);
    MODEL_CHECK(load_rlx(&cell_annex_of_other(c)->crew) == NULL);
    MODEL_CHECK(mailbox_length(&c->mb) == 0);
}

static void look_at_a_load(void *arg)
{
    (void)local_of(arg);
    struct cell *c = cells_find(&shared.cells, the_ref);
    MODEL_CHECK(mailbox_load(&c->mb, ref_gen(the_ref)) <= 1);
}

static void an_annex_is_seen_whole(void)
{
    begin();
    the_ref = spawn(&locals[HOME], model_moth__type());
    TOGETHER(need_an_annex, use_an_annex, release_a_load, look_at_a_load);
}

static void end_the_moth_and_use_its_slot(void *arg)
{
    struct local *l = local_of(arg);
    end_actor(l, the_ref);
    MODEL_CHECK(ref_slot(spawn(l, model_target__type())) == ref_slot(the_ref));
}

static void a_stale_reference_reaches_no_other_type(void)
{
    begin();
    the_ref = spawn(&locals[HOME], model_moth__type());
    TOGETHER(end_the_moth_and_use_its_slot, tell_by_the_reference, tell_by_the_reference);
}

static void end_the_moth(void *arg)
{
    end_actor(local_of(arg), the_ref);
}

/* The short way that handlers take for most messages. */
static void tell_shortly_and_use_its_slot(void *arg)
{
    struct local *l = local_of(arg);
    struct msg *m = message_to(l, the_ref, &model_moth__info);
    if (!send_plain(l, cells_find_actor(&shared.cells, the_ref), m)) {
        send_plain_slowly(l, m);
    }
    (void)spawn(l, model_target__type());
}

/* The home of a cell that was elsewhere tells the actor that was in it, and then has the cell again. */
static void tell_and_use_its_slot(void *arg)
{
    struct local *l = local_of(arg);
    tell_moth(l, the_ref);
    (void)spawn(l, model_target__type());
}

static void begin_away_from_home(void)
{
    begin();
    the_ref = spawn(&locals[HOME], model_moth__type());
    locals[HOME].free_cells = NULL;
    cell_hand_over(cells_find(&shared.cells, the_ref), &locals[CALLEE]);
}

static void a_cell_goes_home(void)
{
    begin_away_from_home();
    TOGETHER(tell_and_use_its_slot, end_the_moth);
}

static void a_cell_goes_home_past_the_short_way(void)
{
    begin_away_from_home();
    TOGETHER(tell_shortly_and_use_its_slot, end_the_moth);
}

/* A slot that may have been made, and may have an actor, looked at as a handler's tell does. */
static void look_for_any_actor(void *arg)
{
    (void)local_of(arg);
    struct cell *c = cells_find_actor(&shared.cells, the_ref);
    MODEL_CHECK(c == NULL || ident_gen(load_acq(&c->ident)) <= 1);
}

static void a_slot_is_seen_whole(void)
{
    begin();
    the_ref = (uint64_t)1 << 32;
    TOGETHER(spawn_a_moth, look_for_any_actor);
}

/* An actor that has asked ends. The answer finds it dead, or dying, or not at all; the record goes home. */
static void end_the_asker(void *arg)
{
    end_actor(local_of(arg), the_ref);
}

static void an_asker_ends_before_its_answer(void)
{
    begin_ask();
    the_ref = spawn(&locals[ASKER], model_moth__type());
    the_ask->asker = the_ref;
    struct cell *c = cells_find(&shared.cells, the_ref);
    list_insert_before(&c->asks, &the_ask->pending);
    TOGETHER(only_use_again, answer, end_the_asker);
}

static void do_nothing(void *arg)
{
    (void)local_of(arg);
}

/* The same where slot and record are at home with the callee, whose thread has the cell before it knows: it must
 * not take the asker for one that is there. */
static void an_asker_ends_away_from_its_slot(void)
{
    begin_ask_of(&locals[CALLEE]);
    the_ref = spawn(&locals[CALLEE], model_moth__type());
    the_ask->asker = the_ref;
    struct cell *c = cells_find(&shared.cells, the_ref);
    list_insert_before(&c->asks, &the_ask->pending);
    cell_hand_over(c, &locals[ASKER]);
    TOGETHER(do_nothing, answer, end_the_asker);
}

/* ---- Actors on new threads --------------------------------------------------------------------- */

/* As for a dedicated actor a thread is made whose local nobody has seen. */
static void use_its_slot_on_a_new_thread(void *arg)
{
    struct local *l = local_of(arg);
    end_actor(l, the_ref);
    uint64_t ref = spawn(l, model_target__type());
    struct local *fresh = aligned_alloc(RT_CACHE_LINE, sizeof *fresh);
    local_init(fresh, &shared, LOCAL_DEDICATED, LOCALS);
    cell_hand_over(cells_find(&shared.cells, ref), fresh);
}

static void a_late_message_meets_a_new_thread(void)
{
    begin();
    the_ref = spawn(&locals[HOME], model_moth__type());
    TOGETHER(use_its_slot_on_a_new_thread, tell_by_the_reference, tell_by_the_reference);
}

/* ---- Counts ----------------------------------------------------------------------------------------- */

static void count_one(void *arg)
{
    struct local *l = local_of(arg);
    tally(l, &local_counts(l, 0, 0)->sent);
}

static void look_at_counts(void *arg)
{
    (void)local_of(arg);
    struct counts *c = ledger_of_type(&locals[HOME].ledger, 0);
    MODEL_CHECK(c == NULL || load_rlx(&c->sent) <= 1);
}

static void counts_are_seen_whole(void)
{
    begin();
    (void)registry_type(shared.registry, &model_moth__info, model_moth__type());
    TOGETHER(count_one, look_at_counts);
}

/* ---- Workers that go together ------------------------------------------------------------------- */

/* A worker all of whose work was talk with the first one, which gets what waits here. */
static void go_together(struct local *l)
{
    enum { MANY = 1 << 16 };
    l->foreign += MANY;
    l->now++;
    l->sharing.since = l->now;
    sharing_look(l);
}

static void go_together_twice(void *arg)
{
    struct local *l = local_of(arg);
    for (int i = 0; i < 2; i++) {
        struct cell *c = cells_find(&shared.cells, spawn(l, model_moth__type()));
        local_schedule(l, c);
        go_together(l);
        for (int k = 0; k < SYNC_SPINS && load_rlx(&l->sharing.under_way); k++) {
            sync_pause();
        }
    }
}

static void receive_all(void *arg)
{
    struct local *l = local_of(arg);
    for (int i = 0; i < SYNC_SPINS && !local_has_mail(l); i++) {
        sync_pause();
    }
    uintptr_t item = mail_take(l);
    if (item != MAIL_EMPTY) {
        mail_job(item)->run(l, mail_job(item));
    }
    for (struct cell *c; (c = run_queue_pop(&l->runnable)) != NULL;) {
        MODEL_CHECK(load_rlx(&c->owner) == l);
    }
}

static void workers_go_together_one_by_one(void)
{
    begin();
    TOGETHER(receive_all, go_together_twice);
}

static struct cell *the_cell;

/* Takes an actor from a worker that sleeps, and gives it back with all that waits. */
static void take_over_and_go_together(void *arg)
{
    struct local *l = local_of(arg);
    if (sharing_take_over(l, &locals[HOME], the_cell)) {
        go_together(l);
    }
}

/* Has looked at who owns the actor, and finds the same owner again after it has been elsewhere. */
static void take_over_from_who_owned_it(void *arg)
{
    struct local *l = local_of(arg);
    struct local *owner = load_acq(&the_cell->owner);
    (void)sharing_take_over(l, owner, the_cell);
}

static void an_actor_is_taken_over_by_one(void)
{
    begin();
    the_cell = cells_find(&shared.cells, spawn(&locals[HOME], model_moth__type()));
    store_rlx(&locals[HOME].mail, MAIL_ASLEEP);
    TOGETHER(do_nothing, take_over_and_go_together, take_over_from_who_owned_it);
}

/* ---- Families ------------------------------------------------------------------------------------- */

static struct cell *the_parent;

/* Whether its parent has come here by then or not. */
static void end_the_child(void *arg)
{
    life_leave(local_of(arg), the_cell, false);
}

static void add_a_child_and_go_together(void *arg)
{
    struct local *l = local_of(arg);
    MODEL_CHECK(children_add(l, the_parent) != NULL);
    local_schedule(l, the_parent);
    go_together(l);
}

static void a_child_ends_as_its_parent_comes(void)
{
    begin();
    struct local *l = &locals[HOME];
    struct local *elsewhere = &locals[CALLEE];
    uint64_t parent = spawn(elsewhere, model_nest__type());
    the_parent = cells_find(&shared.cells, parent);
    struct child *child = children_add(elsewhere, the_parent);
    struct birth birth = { .code = model_moth__type(), .parent = parent, .record = child };
    MODEL_CHECK(spawn_actor(l, &birth, &child->ref) == ACTOR_OK);
    MODEL_CHECK(life_start_at_once(l, child));
    the_cell = cells_find(&shared.cells, child->ref);
    TOGETHER(end_the_child, add_a_child_and_go_together);
}

/* ---- Types ------------------------------------------------------------------------------------------ */

static void find_type(void *arg)
{
    (void)local_of(arg);
    struct type *t = registry_type(shared.registry, &model_target__info, model_target__type());
    MODEL_CHECK(t != NULL && t->info == &model_target__info && t->index == 0);
}

static void visit(void *context, struct type *t)
{
    (void)context;
    MODEL_CHECK(t->info == &model_target__info);
}

static void look_at_types(void *arg)
{
    (void)local_of(arg);
    registry_each(shared.registry, visit, NULL);
}

static void a_type_is_entered_once(void)
{
    begin();
    TOGETHER(find_type, find_type, look_at_types);
}

/* ---- Waiting for room ------------------------------------------------------------------------------- */

static struct wait *the_wait;

static void let_go_of_a_side(void *arg)
{
    struct local *l = local_of(arg);
    /* What a side does while it has the record. */
    if (l == &locals[HOME]) {
        the_wait->next = NULL;
    } else {
        list_init(&the_wait->in_target);
    }
    send_wait_done(l, the_wait, l == &locals[HOME] ? WAIT_SENDER_DONE : WAIT_TARGET_DONE);
    /* Whoever was second has freed it: the next one to allocate uses it for something else. */
    struct wait *w = pool_alloc(&l->pool, sizeof *w);
    memset(w, 1, sizeof *w);
}

static void a_wait_is_freed_by_who_is_second(void)
{
    begin();
    the_wait = pool_alloc_zero(&locals[HOME].pool, sizeof *the_wait);
    TOGETHER(let_go_of_a_side, let_go_of_a_side);
}

#define CALL(test, depth)                                                                      \
    {                                                                                          \
        .name = #test, .body = test, .kind = MODEL_HOLDS, .runs = 2000, .bound = depth         \
    }

const struct model_test model_calls[] = {
    CALL(an_ask_ends_once_by_answer_or_timer, 1),
    CALL(an_ask_ends_once_by_error_or_timer, 1),
    CALL(a_record_comes_home_and_is_used_again, 1),
    CALL(a_call_of_a_former_holder_is_not_found, 2),
    CALL(a_call_that_was_ended_is_not_found, 2),
    CALL(a_call_that_never_was_is_not_found, 2),
    CALL(a_reference_finds_a_whole_actor, 1),
    CALL(a_reference_finds_a_whole_actor_in_a_new_type, 1),
    CALL(a_reference_finds_a_whole_actor_with_bounds, 1),
    CALL(a_stale_reference_reaches_no_other_type, 1),
    CALL(a_stale_reference_reaches_no_bounds, 1),
    CALL(an_annex_is_seen_whole, 1),
    CALL(a_cell_goes_home, 1),
    CALL(a_cell_goes_home_past_the_short_way, 1),
    CALL(a_slot_is_seen_whole, 2),
    CALL(an_asker_ends_before_its_answer, 1),
    CALL(an_asker_ends_away_from_its_slot, 1),
    CALL(a_late_message_meets_a_new_thread, 1),
    CALL(workers_go_together_one_by_one, 1),
    CALL(an_actor_is_taken_over_by_one, 2),
    CALL(a_child_ends_as_its_parent_comes, 1),
    CALL(counts_are_seen_whole, 2),
    CALL(a_type_is_entered_once, 2),
    CALL(a_wait_is_freed_by_who_is_second, 2),
    { .name = NULL },
};
