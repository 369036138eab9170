/* SPDX-License-Identifier: MIT */
/*
 * Pools: who of the members gets a message, that the pool's reference is as good as any, and how
 * it ends. Members know which of them they are by the order of their first starts.
 */
#include "pools.actor.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { PATIENCE_S = 60, NOTES = 3000 };

#define LONG actor_seconds(3600)

/* What the members of one pool share. */
struct hall {
    atomic_uint starts;
    atomic_uint notes;
    atomic_uint disorder;
    uint64_t refs[16]; /* of members, in the order of their first starts */
};

static actor_system *pools;
static struct hall hall;
static sem_t gate;
static sem_t arrived;
static sem_t ended;
static _Atomic uint64_t ended_ref;
static _Atomic int ended_why;

/* Waits for a post; the test fails when that takes a minute. */
static void await(sem_t *sem)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    while (sem_timedwait(sem, &until) != 0) {
        assert_int_equal(EINTR, errno);
    }
}

/* The index of the member whose reference this is; a new one if it has not started before. */
static uint32_t index_of(struct hall *h, uint64_t ref)
{
    uint32_t known = atomic_load(&h->starts);
    for (uint32_t i = 0; i < known && i < 16; i++) {
        if (h->refs[i] == ref) {
            return i;
        }
    }
    h->refs[known % 16] = ref;
    return atomic_fetch_add(&h->starts, 1);
}

/* ---- Members ----------------------------------------------------------------------------- */

/* The state of all kinds of members. */
struct pools_member {
    struct hall *hall;
    uint32_t index;
    uint32_t count;
    uint32_t next[4]; /* by sender */
};
struct pools_loner {
    struct pools_member m;
};
struct pools_keeper {
    struct pools_member m;
};
struct pools_clerk {
    struct pools_member m;
};
ACTOR_STATE(pools_member);
ACTOR_STATE(pools_loner);
ACTOR_STATE(pools_keeper);
ACTOR_STATE(pools_clerk);

static actor_result begin(struct pools_member *m, struct hall *h, uint64_t ref)
{
    m->hall = h;
    m->index = index_of(h, ref);
    return ACTOR_CONTINUE;
}

static pools_me me(struct pools_member *m)
{
    return (pools_me){ .index = m->index, .count = ++m->count };
}

actor_result pools_member_at_start(pools_member *self, const pools_member_args *args)
{
    return begin(self, args->hall, pools_member_self(self).bits);
}

actor_result pools_loner_at_start(pools_loner *self, const pools_loner_args *args)
{
    return begin(&self->m, args->hall, pools_loner_self(self).bits);
}

actor_result pools_keeper_at_start(pools_keeper *self, const pools_keeper_args *args)
{
    return begin(&self->m, args->hall, pools_keeper_self(self).bits);
}

actor_result pools_clerk_at_start(pools_clerk *self, const pools_clerk_args *args)
{
    return begin(&self->m, args->hall, pools_clerk_self(self).bits);
}

static void wait_if_told(pools_deed deed)
{
    if (deed == POOLS_DEED_WAIT) {
        sem_post(&arrived);
        while (sem_wait(&gate) != 0) {
        }
    }
}

actor_result pools_member_on_who(pools_member *self, const pools_who *msg, pools_who_call call)
{
    pools_me answer = me(self);
    if (msg->deed == POOLS_DEED_FAIL) {
        return actor_fail(self, "told to");
    }
    wait_if_told(msg->deed);
    answer.me = pools_member_self(self);
    pools_who_answer_me(call, &answer);
    return msg->deed == POOLS_DEED_STOP ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result pools_member_on_note(pools_member *self, const pools_note *msg)
{
    uint32_t *next = &self->next[msg->sender % 4];
    atomic_fetch_add(&self->hall->disorder, msg->seq < *next ? 1 : 0);
    *next = msg->seq + 1;
    atomic_fetch_add(&self->hall->notes, 1);
    return ACTOR_CONTINUE;
}

actor_result pools_loner_on_who(pools_loner *self, const pools_who *msg, pools_who_call call)
{
    pools_me answer = me(&self->m);
    wait_if_told(msg->deed);
    pools_who_answer_me(call, &answer);
    return msg->deed == POOLS_DEED_STOP ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result pools_keeper_on_who(pools_keeper *self, const pools_who *msg, pools_who_call call)
{
    pools_me answer = me(&self->m);
    pools_who_answer_me(call, &answer);
    return msg->deed == POOLS_DEED_STOP ? ACTOR_STOP : ACTOR_CONTINUE;
}

actor_result pools_keeper_on_wide(
        pools_keeper *self, const pools_wide *msg, pools_wide_call call)
{
    (void)msg;
    pools_me answer = me(&self->m);
    pools_wide_answer_me(call, &answer);
    return ACTOR_CONTINUE;
}

actor_result pools_clerk_on_named(
        pools_clerk *self, const pools_named *msg, pools_named_call call)
{
    (void)msg;
    pools_me answer = me(&self->m);
    pools_named_answer_me(call, &answer);
    return ACTOR_CONTINUE;
}

actor_result pools_clerk_on_blob(pools_clerk *self, const pools_blob *msg, pools_blob_call call)
{
    (void)msg;
    pools_me answer = me(&self->m);
    pools_blob_answer_me(call, &answer);
    return ACTOR_CONTINUE;
}

/* ---- Those who use the pool -------------------------------------------------------------- */

struct pools_front {
    pools_member_ref pool;
    uint32_t number;
    uint32_t told;
};
ACTOR_STATE(pools_front);

actor_result pools_front_at_start(pools_front *self, const pools_front_args *args)
{
    self->pool = args->pool;
    self->number = args->number;
    return ACTOR_CONTINUE;
}

actor_result pools_front_on_told(pools_front *self, const pools_told *msg, pools_told_call call)
{
    pools_member_ref pool = msg->pool.bits == 0 ? self->pool : msg->pool;
    switch (msg->deed) {
    case POOLS_DEED_TELL:
        for (uint32_t i = 0; i < msg->count; i++) {
            pools_front_tell_member_note(
                    self, pool, &(pools_note){ .sender = self->number, .seq = self->told++ });
        }
        break;
    case POOLS_DEED_WATCH: pools_front_watch_member(self, pool); break;
    case POOLS_DEED_UNWATCH: pools_front_unwatch_member(self, pool); break;
    case POOLS_DEED_ANSWER:
    case POOLS_DEED_FAIL:
    case POOLS_DEED_STOP:
    case POOLS_DEED_WAIT:
        pools_front_ask_who(self, call, pool, &(pools_who){ .deed = msg->deed });
        return ACTOR_CONTINUE;
    }
    pools_told_answer_me(call, &(pools_me){ .me = pool });
    return ACTOR_CONTINUE;
}

static actor_result pass_on(const pools_who_reply *reply, pools_told_call call)
{
    if (reply->kind == POOLS_WHO_REPLY_ME) {
        pools_told_answer_me(call, &reply->me);
    } else {
        pools_told_fail(call, reply->error);
    }
    return ACTOR_CONTINUE;
}

actor_result pools_front_got_who(
        pools_front *self, const pools_who_reply *reply, pools_told_call call)
{
    (void)self;
    return pass_on(reply, call);
}

actor_result pools_front_saw_member_stop(pools_front *self, pools_member_ref ref, actor_err why)
{
    (void)self;
    atomic_store(&ended_ref, ref.bits);
    atomic_store(&ended_why, (int)why);
    sem_post(&ended);
    return ACTOR_CONTINUE;
}

struct pools_hall {
    uint32_t count;
};
ACTOR_STATE(pools_hall);

actor_result pools_hall_on_told(pools_hall *self, const pools_told *msg, pools_told_call call)
{
    if (msg->deed == POOLS_DEED_FAIL) {
        return actor_fail(self, "told to");
    }
    pools_hall_ask_who(self, call, pools_hall_child_members(self), &(pools_who){ .key = 0 });
    return ACTOR_CONTINUE;
}

actor_result pools_hall_got_who(
        pools_hall *self, const pools_who_reply *reply, pools_told_call call)
{
    (void)self;
    return pass_on(reply, call);
}

/* ---- From outside ------------------------------------------------------------------------ */

static pools_hall_ref start_hall(void)
{
    pools_hall_ref ref = { 0 };
    assert_int_equal(ACTOR_OK, pools_hall_start(pools, &(pools_hall_args){ &hall }, &ref));
    return ref;
}

static pools_member_ref members_of(pools_hall_ref h)
{
    pools_member_ref ref = { 0 };
    assert_int_equal(ACTOR_OK, pools_hall_members(pools, h, &ref));
    return ref;
}

static pools_front_ref front_of(pools_hall_ref h)
{
    pools_front_ref ref = { 0 };
    assert_int_equal(ACTOR_OK, pools_hall_front(pools, h, &ref));
    return ref;
}

/* The answer of who is asked, or a bare one with the error as its index. */
static pools_me who(pools_member_ref ref, pools_deed deed)
{
    pools_who_reply *reply = NULL;
    actor_err err =
            pools_member_ask_who(pools, ref, &(pools_who){ .deed = deed }, LONG, &reply);
    pools_me answer = err == ACTOR_OK ? reply->me : (pools_me){ .index = 100 + (uint32_t)err };
    actor_reply_free(reply);
    return answer;
}

static pools_me tell_front(pools_front_ref front, pools_told told)
{
    pools_told_reply *reply = NULL;
    actor_err err = pools_front_ask_told(pools, front, &told, LONG, &reply);
    pools_me answer = err == ACTOR_OK ? reply->me : (pools_me){ .index = 100 + (uint32_t)err };
    actor_reply_free(reply);
    return answer;
}

/* Waits until so many actors are left: the others are gone, not only about to go. */
static void await_actors(uint64_t count)
{
    while (actor_system_actors(pools) != count) {
        sched_yield();
    }
}

/* ---- Round robin ------------------------------------------------------------------------- */

static void test_members_take_turns(void **state)
{
    (void)state;
    pools_member_ref pool = members_of(start_hall());
    for (uint32_t i = 0; i < 9; i++) {
        pools_me answer = who(pool, POOLS_DEED_ANSWER);
        assert_int_equal(i % 3, answer.index);
        assert_int_equal(1 + i / 3, answer.count);
    }
    assert_int_equal(3, atomic_load(&hall.starts));
}

static void test_a_member_has_a_reference_of_its_own(void **state)
{
    (void)state;
    pools_member_ref pool = members_of(start_hall());
    pools_member_ref second = { hall.refs[1] };
    assert_int_not_equal(pool.bits, second.bits);
    assert_int_equal(second.bits, who(second, POOLS_DEED_ANSWER).me.bits);
    assert_int_equal(1, who(second, POOLS_DEED_ANSWER).index);
    assert_int_equal(0, who(pool, POOLS_DEED_ANSWER).index);
}

static void test_the_reference_works_wherever_one_does(void **state)
{
    (void)state;
    pools_hall_ref h = start_hall();
    pools_front_ref front = front_of(h);
    bool seen[3] = { false };
    /* As an argument of a later child, in a message, and as a child inside. */
    for (int i = 0; i < 3; i++) {
        pools_me answer = tell_front(front, (pools_told){ .deed = POOLS_DEED_ANSWER });
        assert_in_range(answer.index, 0, 2);
        seen[answer.index] = true;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    pools_told told = { .deed = POOLS_DEED_ANSWER, .pool = members_of(h) };
    assert_in_range(tell_front(front, told).index, 0, 2);
    pools_told_reply *reply = NULL;
    assert_int_equal(ACTOR_OK, pools_hall_ask_told(pools, h, &told, LONG, &reply));
    assert_in_range(reply->me.index, 0, 2);
    actor_reply_free(reply);
    assert_int_equal(ACTOR_OK,
            pools_member_tell_note(pools, members_of(h), &(pools_note){ .sender = 3 }));
}

/* Two senders inside and one outside; each member sees each sender's in order. */
static void test_order_holds_for_each_member(void **state)
{
    (void)state;
    pools_hall_ref h = start_hall();
    pools_member_ref pool = members_of(h);
    pools_front_ref fronts[2] = { front_of(h) };
    assert_int_equal(ACTOR_OK, pools_hall_other(pools, h, &fronts[1]));
    for (uint32_t i = 0; i < NOTES; i += 100) {
        for (int f = 0; f < 2; f++) {
            (void)tell_front(fronts[f], (pools_told){ .deed = POOLS_DEED_TELL, .count = 100 });
        }
        for (uint32_t k = 0; k < 100; k++) {
            assert_int_equal(ACTOR_OK, pools_member_tell_note(pools, pool,
                                               &(pools_note){ .sender = 3, .seq = i + k }));
        }
    }
    for (int i = 0; i < 3; i++) { /* behind all that this thread has told them */
        (void)who(pool, POOLS_DEED_ANSWER);
    }
    while (atomic_load(&hall.notes) < 3 * NOTES) {
        (void)who(pool, POOLS_DEED_ANSWER);
    }
    assert_int_equal(3 * NOTES, atomic_load(&hall.notes));
    assert_int_equal(0, atomic_load(&hall.disorder));
}

static void test_a_member_restarts_alone(void **state)
{
    (void)state;
    pools_member_ref pool = members_of(start_hall());
    for (int i = 0; i < 3; i++) {
        (void)who(pool, POOLS_DEED_ANSWER);
    }
    assert_int_equal(100 + ACTOR_ERR_FAILED, who(pool, POOLS_DEED_FAIL).index); /* the first */
    assert_int_equal(2, who(pool, POOLS_DEED_ANSWER).count);
    assert_int_equal(2, who(pool, POOLS_DEED_ANSWER).count);
    pools_me first = who(pool, POOLS_DEED_ANSWER);
    assert_int_equal(0, first.index);
    assert_int_equal(1, first.count);
    assert_int_equal(hall.refs[0], first.me.bits);
}

static void test_turns_pass_over_who_has_ended(void **state)
{
    (void)state;
    pools_member_ref pool = members_of(start_hall());
    pools_member_ref second = { hall.refs[1] };
    assert_int_equal(1, who(second, POOLS_DEED_STOP).index);
    await_actors(5);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(i % 2 == 0 ? 0 : 2, who(pool, POOLS_DEED_ANSWER).index);
    }
}

/* ---- Least loaded ------------------------------------------------------------------------ */

struct asker {
    pools_loner_ref pool;
    pools_deed deed;
    uint32_t index;
};

static void *ask_loner(void *context)
{
    struct asker *a = context;
    pools_who_reply *reply = NULL;
    if (pools_loner_ask_who(pools, a->pool, &(pools_who){ .deed = a->deed }, LONG, &reply) ==
            ACTOR_OK) {
        a->index = reply->me.index;
    }
    actor_reply_free(reply);
    return NULL;
}

/* One after the other is made to wait, each by a message that finds who is idle. */
static void test_the_idlest_gets_it(void **state)
{
    (void)state;
    pools_lounge_ref lounge;
    struct asker askers[3];
    struct asker last = { .index = 9 };
    pthread_t threads[3];
    assert_int_equal(
            ACTOR_OK, pools_lounge_start(pools, &(pools_lounge_args){ &hall }, &lounge));
    assert_int_equal(ACTOR_OK, pools_lounge_loners(pools, lounge, &last.pool));
    uint32_t sum = 0;
    for (int i = 0; i < 3; i++) {
        askers[i] = (struct asker){ .pool = last.pool, .deed = POOLS_DEED_WAIT, .index = 9 };
        if (i == 2) { /* the one left is idle, however often it is asked */
            for (int k = 0; k < 20; k++) {
                ask_loner(&last);
            }
        }
        assert_int_equal(0, pthread_create(&threads[i], NULL, ask_loner, &askers[i]));
        await(&arrived);
    }
    for (int i = 0; i < 3; i++) {
        sem_post(&gate);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        sum += 1u << askers[i].index;
    }
    assert_int_equal(7, sum); /* each of them once */
    assert_int_equal(askers[2].index, last.index);
}

/* What waits counts, too: with all of them busy the queues grow evenly. */
static void test_queues_grow_evenly(void **state)
{
    (void)state;
    pools_lounge_ref lounge;
    pools_loner_ref pool;
    pthread_t threads[3];
    struct asker askers[3];
    assert_int_equal(
            ACTOR_OK, pools_lounge_start(pools, &(pools_lounge_args){ &hall }, &lounge));
    assert_int_equal(ACTOR_OK, pools_lounge_loners(pools, lounge, &pool));
    for (int i = 0; i < 3; i++) {
        askers[i] = (struct asker){ .pool = pool, .deed = POOLS_DEED_WAIT, .index = 9 };
        assert_int_equal(0, pthread_create(&threads[i], NULL, ask_loner, &askers[i]));
        await(&arrived);
    }
    pools_loner_ref first = { hall.refs[0] };
    for (int i = 0; i < 30; i++) { /* not through the pool, so not its load */
        assert_int_equal(
                ACTOR_OK, pools_loner_tell_who(pools, first, &(pools_who){ .key = 0 }));
    }
    for (int i = 0; i < 60; i++) {
        assert_int_equal(ACTOR_OK, pools_loner_tell_who(pools, pool, &(pools_who){ .key = 0 }));
    }
    for (int i = 0; i < 3; i++) {
        sem_post(&gate);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        pools_who_reply *reply = NULL;
        pools_loner_ref one = { hall.refs[i] };
        assert_int_equal(ACTOR_OK,
                pools_loner_ask_who(pools, one, &(pools_who){ .key = 0 }, LONG, &reply));
        assert_int_equal(1 + 20 + 1 + (i == 0 ? 30 : 0), reply->me.count);
        actor_reply_free(reply);
    }
}

static pools_loner_ref start_loners(void)
{
    pools_lounge_ref lounge;
    pools_loner_ref pool = { 0 };
    assert_int_equal(
            ACTOR_OK, pools_lounge_start(pools, &(pools_lounge_args){ &hall }, &lounge));
    assert_int_equal(ACTOR_OK, pools_lounge_loners(pools, lounge, &pool));
    return pool;
}

static uint32_t loner_of(pools_loner_ref pool, pools_deed deed)
{
    struct asker a = { .pool = pool, .deed = deed, .index = 9 };
    (void)ask_loner(&a);
    return a.index;
}

/* Those beside who is busy get as much as each other. */
static void test_turns_pass_over_who_is_busy(void **state)
{
    (void)state;
    struct asker busy = { .pool = start_loners(), .deed = POOLS_DEED_WAIT, .index = 9 };
    pthread_t thread;
    uint32_t got[6];
    assert_int_equal(0, pthread_create(&thread, NULL, ask_loner, &busy));
    await(&arrived);
    for (uint32_t i = 0; i < 6; i++) {
        got[i] = loner_of(busy.pool, POOLS_DEED_ANSWER);
    }
    sem_post(&gate);
    pthread_join(thread, NULL);
    assert_int_equal(0, busy.index);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(1 + i % 2, got[i]);
    }
}

static void test_of_those_as_busy_it_is_whose_turn_it_is(void **state)
{
    (void)state;
    struct asker askers[3];
    pthread_t threads[3];
    pools_loner_ref pool = start_loners();
    for (int i = 0; i < 3; i++) {
        askers[i] = (struct asker){ .pool = pool, .deed = POOLS_DEED_WAIT, .index = 9 };
        assert_int_equal(0, pthread_create(&threads[i], NULL, ask_loner, &askers[i]));
        await(&arrived);
    }
    assert_int_equal(ACTOR_OK, pools_loner_tell_who(pools, pool, &(pools_who){ .key = 0 }));
    for (int i = 0; i < 3; i++) {
        sem_post(&gate);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(i, askers[i].index);
        pools_who_reply *reply = NULL;
        pools_loner_ref one = { hall.refs[i] };
        assert_int_equal(ACTOR_OK,
                pools_loner_ask_who(pools, one, &(pools_who){ .key = 0 }, LONG, &reply));
        assert_int_equal(i == 0 ? 3 : 2, reply->me.count);
        actor_reply_free(reply);
    }
}

static void test_who_has_ended_is_not_taken_for_idle(void **state)
{
    (void)state;
    pools_loner_ref pool = start_loners();
    assert_int_equal(0, loner_of(pool, POOLS_DEED_ANSWER));
    assert_int_equal(1, loner_of(pool, POOLS_DEED_STOP));
    await_actors(3);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(i % 2 == 0 ? 2 : 0, loner_of(pool, POOLS_DEED_ANSWER));
    }
}

/* Who has failed has nothing to do any more, and is as idle as the others. On the only worker the next message that
 * is a load comes before it starts anew. */
static void test_a_failure_leaves_no_load(void **state)
{
    (void)state;
    pools_parlour_ref parlour;
    pools_member_ref pool;
    assert_int_equal(
            ACTOR_OK, pools_parlour_start(pools, &(pools_parlour_args){ &hall }, &parlour));
    assert_int_equal(ACTOR_OK, pools_parlour_members(pools, parlour, &pool));
    const pools_deed deeds[] = { POOLS_DEED_WAIT, POOLS_DEED_FAIL, POOLS_DEED_ANSWER };
    for (int i = 0; i < 3; i++) {
        assert_int_equal(
                ACTOR_OK, pools_member_tell_who(pools, pool, &(pools_who){ .deed = deeds[i] }));
        if (i == 0) {
            await(&arrived);
        }
    }
    sem_post(&gate);
    for (uint32_t i = 0; i < 3; i++) { /* when each of them is done */
        pools_member_ref one = { hall.refs[i] };
        assert_int_equal(i == 1 ? 1 : 2, who(one, POOLS_DEED_ANSWER).count);
    }
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(i % 3, who(pool, POOLS_DEED_ANSWER).index);
    }
}

/* ---- Hash -------------------------------------------------------------------------------- */

static uint32_t keeper_of(pools_keeper_ref pool, uint32_t key)
{
    pools_who_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            pools_keeper_ask_who(pools, pool, &(pools_who){ .key = key }, LONG, &reply));
    uint32_t index = reply->me.index;
    actor_reply_free(reply);
    return index;
}

static uint32_t wide_keeper_of(pools_keeper_ref pool, int64_t key)
{
    pools_wide_reply *reply = NULL;
    assert_int_equal(ACTOR_OK,
            pools_keeper_ask_wide(pools, pool, &(pools_wide){ .key = key }, LONG, &reply));
    uint32_t index = reply->me.index;
    actor_reply_free(reply);
    return index;
}

static uint32_t clerk_of(pools_clerk_ref pool, const char *key)
{
    pools_named_reply *named = NULL;
    pools_blob_reply *blob = NULL;
    pools_blob bytes = { .key = { (const uint8_t *)key, strlen(key) } };
    assert_int_equal(
            ACTOR_OK, pools_clerk_ask_named(pools, pool,
                              &(pools_named){ .key = actor_string_of(key) }, LONG, &named));
    assert_int_equal(ACTOR_OK, pools_clerk_ask_blob(pools, pool, &bytes, LONG, &blob));
    uint32_t index = named->me.index;
    assert_int_equal(index, blob->me.index);
    actor_reply_free(named);
    actor_reply_free(blob);
    return index;
}

static pools_archive_ref start_archive(
        pools_keeper_ref *ret_keepers, pools_clerk_ref *ret_clerks)
{
    pools_archive_ref archive = { 0 };
    assert_int_equal(
            ACTOR_OK, pools_archive_start(pools, &(pools_archive_args){ &hall }, &archive));
    assert_int_equal(ACTOR_OK, pools_archive_keepers(pools, archive, ret_keepers));
    assert_int_equal(ACTOR_OK, pools_archive_clerks(pools, archive, ret_clerks));
    return archive;
}

static void test_one_key_is_one_member(void **state)
{
    (void)state;
    pools_keeper_ref keepers;
    pools_clerk_ref clerks;
    (void)start_archive(&keepers, &clerks);
    uint32_t load[10] = { 0 };
    for (uint32_t key = 0; key < 200; key++) {
        uint32_t index = keeper_of(keepers, key);
        load[index]++;
        assert_int_equal(index, keeper_of(keepers, key));
        assert_int_equal(index, wide_keeper_of(keepers, key)); /* whatever the width */
        char text[16];
        (void)snprintf(text, sizeof text, "key %u", (unsigned)key);
        index = clerk_of(clerks, text);
        load[index]++;
        assert_int_equal(index, clerk_of(clerks, text));
    }
    for (int i = 0; i < 10; i++) {
        assert_in_range(load[i], 20, 60);
    }
}

/* These numbers are the same on every machine, and must stay what they are. */
static void test_hashes_are_fixed(void **state)
{
    (void)state;
    static const uint32_t numbers[] = { 0, 3, 1, 0, 1 };
    static const char *const texts[] = { "", "a", "shop", "a longer text" };
    static const uint32_t clerks_of[] = { 4, 2, 3, 4 };
    pools_keeper_ref keepers;
    pools_clerk_ref clerks;
    (void)start_archive(&keepers, &clerks);
    for (uint32_t i = 0; i < 5; i++) {
        assert_int_equal(numbers[i], keeper_of(keepers, i));
    }
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(5 + clerks_of[i], clerk_of(clerks, texts[i]));
    }
    assert_int_equal(1, wide_keeper_of(keepers, -1));
}

/* Nobody else has what belongs to the key. */
static void test_the_keys_of_who_has_ended_are_lost(void **state)
{
    (void)state;
    pools_keeper_ref keepers;
    pools_clerk_ref clerks;
    (void)start_archive(&keepers, &clerks);
    uint32_t index = keeper_of(keepers, 1);
    uint32_t other = 2;
    while (keeper_of(keepers, other) == index) {
        other++;
    }
    pools_who_reply *reply = NULL;
    assert_int_equal(
            ACTOR_OK, pools_keeper_ask_who(pools, keepers,
                              &(pools_who){ .key = 1, .deed = POOLS_DEED_STOP }, LONG, &reply));
    actor_reply_free(reply);
    actor_err err = ACTOR_OK;
    while (err == ACTOR_OK) { /* until it has left */
        reply = NULL;
        err = pools_keeper_ask_who(pools, keepers, &(pools_who){ .key = 1 }, LONG, &reply);
        actor_reply_free(reply);
    }
    assert_int_equal(ACTOR_ERR_STOPPED, err);
    assert_int_not_equal(index, keeper_of(keepers, other));
}

/* ---- The end ----------------------------------------------------------------------------- */

static void test_a_pool_ends_with_its_last_member(void **state)
{
    (void)state;
    pools_hall_ref h = start_hall();
    pools_member_ref pool = members_of(h);
    pools_front_ref front = front_of(h);
    pools_front_ref other;
    assert_int_equal(ACTOR_OK, pools_hall_other(pools, h, &other));
    (void)tell_front(front, (pools_told){ .deed = POOLS_DEED_WATCH });
    (void)tell_front(other, (pools_told){ .deed = POOLS_DEED_WATCH });
    (void)tell_front(other, (pools_told){ .deed = POOLS_DEED_UNWATCH });
    (void)tell_front(other, (pools_told){ .deed = POOLS_DEED_UNWATCH });
    assert_int_equal(0, who(pool, POOLS_DEED_STOP).index);
    (void)who(pool, POOLS_DEED_ANSWER);
    assert_int_equal(ACTOR_OK, pools_member_stop(pools, pool)); /* those that are left */
    await(&ended);
    assert_int_equal(pool.bits, atomic_load(&ended_ref));
    assert_int_equal(ACTOR_ERR_STOPPED, atomic_load(&ended_why));
    assert_int_equal(100 + ACTOR_ERR_STOPPED, who(pool, POOLS_DEED_ANSWER).index);
    assert_int_equal(ACTOR_ERR_STOPPED, pools_member_stop(pools, pool));
    assert_int_equal(100 + ACTOR_ERR_STOPPED,
            tell_front(front, (pools_told){ .deed = POOLS_DEED_ANSWER }).index);
    (void)tell_front(front, (pools_told){ .deed = POOLS_DEED_TELL, .count = 3 });
    (void)tell_front(front, (pools_told){ .deed = POOLS_DEED_WATCH });
    await(&ended);
    assert_int_equal(ACTOR_ERR_GONE, atomic_load(&ended_why));
}

static void test_a_pool_ends_with_its_parent(void **state)
{
    (void)state;
    pools_hall_ref h = start_hall();
    pools_member_ref pool = members_of(h);
    pools_front_ref keen = { 0 };
    assert_int_equal(ACTOR_OK, pools_front_start(pools, &(pools_front_args){ pool, 3 }, &keen));
    (void)tell_front(keen, (pools_told){ .deed = POOLS_DEED_WATCH });
    assert_int_equal(ACTOR_OK, pools_hall_stop(pools, h));
    await(&ended);
    assert_int_equal(pool.bits, atomic_load(&ended_ref));
    assert_int_equal(ACTOR_ERR_STOPPED, atomic_load(&ended_why));
    assert_int_equal(100 + ACTOR_ERR_STOPPED, who(pool, POOLS_DEED_ANSWER).index);
}

static void test_a_pool_keeps_its_reference_through_restarts(void **state)
{
    (void)state;
    pools_building_ref building;
    pools_hall_ref h;
    assert_int_equal(
            ACTOR_OK, pools_building_start(pools, &(pools_building_args){ &hall }, &building));
    assert_int_equal(ACTOR_OK, pools_building_only(pools, building, &h));
    pools_member_ref pool = members_of(h);
    (void)who(pool, POOLS_DEED_ANSWER);
    pools_told_reply *reply = NULL;
    assert_int_equal(
            ACTOR_ERR_FAILED, pools_hall_ask_told(pools, h,
                                      &(pools_told){ .deed = POOLS_DEED_FAIL }, LONG, &reply));
    /* It answers when all of it has been started anew. */
    assert_int_equal(
            ACTOR_OK, pools_hall_ask_told(pools, h, &(pools_told){ .count = 0 }, LONG, &reply));
    assert_int_equal(1, reply->me.count);
    actor_reply_free(reply);
    assert_int_equal(1, who(pool, POOLS_DEED_ANSWER).index);
    assert_int_equal(2, who(pool, POOLS_DEED_ANSWER).index);
    assert_in_range(who(pool, POOLS_DEED_ANSWER).count, 1, 2);
    assert_int_equal(pool.bits, members_of(h).bits);
    assert_int_equal(3, atomic_load(&hall.starts)); /* and the same references */
}

/* Slots of pools are used again, by pools and by actors. */
static void test_pools_come_and_go(void **state)
{
    (void)state;
    pools_member_ref before = { 0 };
    for (int i = 0; i < 100; i++) {
        atomic_store(&hall.starts, 0);
        pools_hall_ref h = start_hall();
        pools_member_ref pool = members_of(h);
        assert_in_range(who(pool, POOLS_DEED_ANSWER).index, 0, 2);
        assert_int_equal(100 + ACTOR_ERR_STOPPED, who(before, POOLS_DEED_ANSWER).index);
        pools_hall_stop(pools, h);
        await_actors(0);
        before = pool;
    }
}

static void test_a_pool_has_no_children(void **state)
{
    (void)state;
    pools_estate_ref estate;
    pools_building_ref buildings;
    pools_hall_ref h;
    assert_int_equal(
            ACTOR_OK, pools_estate_start(pools, &(pools_estate_args){ &hall }, &estate));
    assert_int_equal(ACTOR_OK, pools_estate_buildings(pools, estate, &buildings));
    assert_int_equal(ACTOR_ERR_MISUSE, pools_building_only(pools, buildings, &h));
    assert_int_equal(6, atomic_load(&hall.starts));
}

/* ---- Around each test -------------------------------------------------------------------- */

static void no_log(void *context, actor_log_level level, const char *line)
{
    (void)context;
    (void)level;
    (void)line;
}

static int setup_with(uint32_t workers)
{
    memset(&hall, 0, sizeof hall);
    sem_init(&gate, 0, 0);
    sem_init(&arrived, 0, 0);
    sem_init(&ended, 0, 0);
    pools = actor_system_new(
            &(actor_config){ .workers = workers, .survive_root_failure = true, .log = no_log });
    return pools == NULL ? -1 : 0;
}

static int setup(void **state)
{
    (void)state;
    return setup_with(2);
}

static int setup_of_one_worker(void **state)
{
    (void)state;
    return setup_with(1);
}

static void check_balance(void *context, const actor_ledger_entry *e)
{
    uint64_t ends = e->handled + e->queued + e->stashed + e->in_hand + e->dead_letters;
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        ends += e->dropped[i];
    }
    *(bool *)context = *(bool *)context && e->sent == ends;
}

/* Every message is accounted for, every actor has gone, and nobody saw an end that the test has not
 * waited for. */
static int teardown(void **state)
{
    (void)state;
    bool balanced = true;
    int unexpected = 0;
    actor_stop_report report = actor_system_stop(pools, actor_seconds(60));
    actor_system_ledger(pools, check_balance, &balanced);
    bool empty = report.err == ACTOR_OK && actor_system_actors(pools) == 0;
    actor_system_free(pools);
    (void)sem_getvalue(&ended, &unexpected);
    return balanced && empty && unexpected == 0 ? 0 : -1;
}

#define POOLS_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        POOLS_TEST(test_members_take_turns),
        POOLS_TEST(test_a_member_has_a_reference_of_its_own),
        POOLS_TEST(test_the_reference_works_wherever_one_does),
        POOLS_TEST(test_order_holds_for_each_member),
        POOLS_TEST(test_a_member_restarts_alone),
        POOLS_TEST(test_turns_pass_over_who_has_ended),
        POOLS_TEST(test_the_idlest_gets_it),
        POOLS_TEST(test_queues_grow_evenly),
        POOLS_TEST(test_turns_pass_over_who_is_busy),
        POOLS_TEST(test_of_those_as_busy_it_is_whose_turn_it_is),
        POOLS_TEST(test_who_has_ended_is_not_taken_for_idle),
        cmocka_unit_test_setup_teardown(
                test_a_failure_leaves_no_load, setup_of_one_worker, teardown),
        POOLS_TEST(test_one_key_is_one_member),
        POOLS_TEST(test_hashes_are_fixed),
        POOLS_TEST(test_the_keys_of_who_has_ended_are_lost),
        POOLS_TEST(test_a_pool_ends_with_its_last_member),
        POOLS_TEST(test_a_pool_ends_with_its_parent),
        POOLS_TEST(test_a_pool_keeps_its_reference_through_restarts),
        POOLS_TEST(test_pools_come_and_go),
        POOLS_TEST(test_a_pool_has_no_children),
    };
    return cmocka_run_group_tests_name("pools", tests, NULL, NULL);
}
