/* SPDX-License-Identifier: MIT */
/* parts.c - parker, mailbox, intake, depot: each alone, used as its header allows. */
#include "mailbox.h"
#include "program.h"

#include <stdlib.h>
#include <string.h>

enum { GEN = 7, NEXT_GEN, SENDERS = 2, EACH = 2, ALL = SENDERS * EACH, OWNER = SENDERS };

static uint32_t number_of(void *arg)
{
    return (uint32_t)(uintptr_t)arg;
}

/* ---- Parker -------------------------------------------------------------------------------------- */

static struct parker parkers[2];
static uint32_t ball; /* handed over with the wakes */

static void play(void *arg)
{
    uint32_t me = number_of(arg);
    for (uint32_t i = 0; i < 2; i++) {
        (void)parker_wait_until(&parkers[me], INT64_MAX);
        MODEL_CHECK(ball == i * 2 + me);
        ball++;
        parker_wake(&parkers[1 - me]);
    }
}

static void a_wake_hands_over_what_came_before_it(void)
{
    ball = 0;
    parker_init(&parkers[0]);
    parker_init(&parkers[1]);
    parker_wake(&parkers[0]);
    TOGETHER(play, play);
    MODEL_CHECK(ball == 4);
}

static _Atomic uint32_t balls;

static void throw_one(void *arg)
{
    (void)arg;
    add_rlx(&balls, 1);
    parker_wake(&parkers[0]);
}

/* Several wakes count as one, but each thing that is said by one is seen. */
static void catch_all(void *arg)
{
    (void)arg;
    while (load_rlx(&balls) < 2) {
        (void)parker_wait_until(&parkers[0], INT64_MAX);
    }
}

static void no_wake_is_lost(void)
{
    store_rlx(&balls, 0);
    parker_init(&parkers[0]);
    TOGETHER(throw_one, throw_one, catch_all);
}

/* A waiting thread's parker is on its stack, which is used for something else once it has been woken. */
struct wish {
    struct parker parker;
    uint32_t answer;
};

static _Atomic(struct wish *) wish;

static void grant(void *arg)
{
    (void)arg;
    struct wish *w = load_acq(&wish);
    if (w != NULL) {
        w->answer = 42;
        parker_wake(&w->parker);
    }
}

static void make_a_wish(void *arg)
{
    (void)arg;
    struct wish *w = malloc(sizeof *w);
    w->answer = 0;
    parker_init(&w->parker);
    store_rel(&wish, w);
    if (parker_wait_until(&w->parker, INT64_MAX)) {
        MODEL_CHECK(w->answer == 42);
    }
    free(w);
}

static void grant_later(void *arg)
{
    while (load_rlx(&wish) == NULL) {
        sync_pause();
    }
    grant(arg);
}

static void what_is_woken_may_be_gone_at_once(void)
{
    store_rlx(&wish, NULL);
    TOGETHER(grant_later, make_a_wish);
}

/* ---- Inbox --------------------------------------------------------------------------------------- */

struct note {
    struct msg msg;
    uint32_t number;
};

static struct mailbox box;
static struct mailbox_annex annex;
static struct note notes[ALL];
static uint32_t notified; /* by whoever has unparked the inbox; never by two at once */
static uint32_t next_of[SENDERS];
static uint32_t received;

static void begin_box(void)
{
    memset(&annex, 0, sizeof annex);
    mailbox_init(&box, &annex);
    parker_init(&parkers[0]);
    notified = received = 0;
    for (uint32_t i = 0; i < SENDERS; i++) {
        next_of[i] = i * EACH;
    }
}

static void note_init(uint32_t number)
{
    notes[number] = (struct note){ .number = number };
    notes[number].msg.kind = MSG_TELL;
    notes[number].msg.target = (uint64_t)GEN << 32;
}

static void receive(struct msg *m)
{
    while (m != NULL) {
        struct msg *next = m->next;
        uint32_t number = ((struct note *)(void *)m)->number;
        MODEL_CHECK(number == next_of[number / EACH]);
        next_of[number / EACH]++;
        received++;
        m = next;
    }
}

static void push_notes(void *arg)
{
    uint32_t me = number_of(arg);
    for (uint32_t i = 0; i < EACH; i++) {
        note_init(me * EACH + i);
        if (mailbox_push(&box, &notes[me * EACH + i].msg)) {
            MODEL_CHECK(notified == 0);
            notified = 1;
            parker_wake(&parkers[0]);
        }
    }
}

/* As a turn of an actor does it: takes what is there, and parks only once it has been notified. */
static void own_box(void *arg)
{
    (void)arg;
    while (received < ALL) {
        if (mailbox_has_inbox(&box)) {
            receive(mailbox_drain(&box));
        }
        (void)parker_wait_until(&parkers[0], INT64_MAX);
        MODEL_CHECK(notified == 1);
        notified = 0;
        receive(mailbox_park(&box));
    }
}

static void inbox_loses_nothing(void)
{
    begin_box();
    TOGETHER(push_notes, push_notes, own_box);
    MODEL_CHECK(received == ALL && notified == 0);
    mailbox_fini(&annex);
}

/* What a sender has pushed before it says so is seen by the owner who has heard that. */
static _Atomic uint32_t said;

static void push_and_say(void *arg)
{
    (void)arg;
    note_init(0);
    (void)mailbox_push(&box, &notes[0].msg);
    store_rel(&said, 1);
}

static void hear_and_look(void *arg)
{
    (void)arg;
    if (load_acq(&said) == 1) {
        MODEL_CHECK(mailbox_has_inbox(&box));
        receive(mailbox_drain(&box));
        MODEL_CHECK(received == 1);
    }
}

static void what_was_sent_before_is_seen(void)
{
    begin_box();
    store_rlx(&said, 0);
    TOGETHER(push_and_say, hear_and_look);
    mailbox_fini(&annex);
}

/* ---- Admission ----------------------------------------------------------------------------------- */

enum { PLAIN, LIMITED, CLASSES };

static const actor_class classes[CLASSES] = {
    [PLAIN] = { 0 },
    [LIMITED] = { .limit = 1, .overflow = ACTOR_REFUSE },
};
static const actor_info bounded = { .name = "m.Bounded",
    .classes = classes,
    .class_count = CLASSES,
    .mailbox = 1,
    .overflow = ACTOR_REFUSE };
static const actor_info one_class = { .name = "m.OneClass",
    .classes = classes,
    .class_count = 1,
    .mailbox = 1,
    .overflow = ACTOR_REFUSE };
static const actor_info forgetful = { .name = "m.Forgetful",
    .classes = classes,
    .class_count = CLASSES,
    .mailbox = 2,
    .overflow = ACTOR_DROP_OLDEST };
static const actor_info forgetful_one = { .name = "m.ForgetfulOne",
    .classes = classes,
    .class_count = 1,
    .mailbox = 2,
    .overflow = ACTOR_DROP_OLDEST };

static _Atomic uint32_t admitted;

static void take_place(void *arg)
{
    uint16_t class = number_of(arg) == 0 ? PLAIN : LIMITED;
    uint8_t flags;
    if (mailbox_reserve(&box, &bounded, class, GEN, &flags) == ACTOR_OK) {
        MODEL_CHECK(add_rlx(&admitted, 1) == 0);
        sub_rlx(&admitted, 1);
        mailbox_release(&box, class, GEN, flags);
    }
}

static void a_place_is_taken_once(void)
{
    begin_box();
    store_rlx(&admitted, 0);
    MODEL_CHECK(mailbox_open(&annex, &bounded, GEN));
    TOGETHER(take_place, take_place);
    uint8_t flags;
    MODEL_CHECK(mailbox_reserve(&box, &bounded, LIMITED, GEN, &flags) == ACTOR_OK);
    mailbox_fini(&annex);
}

/* The owner has the slot for another actor now, which needs a larger admission. */
static void open_anew(void *arg)
{
    (void)arg;
    MODEL_CHECK(mailbox_open(&annex, &bounded, NEXT_GEN));
}

/* A sender that is late gets no place of the new actor, and gives none back. */
static void take_late(void *arg)
{
    (void)arg;
    uint8_t flags;
    actor_err err = mailbox_reserve(&box, &one_class, PLAIN, GEN, &flags);
    MODEL_CHECK(err == ACTOR_OK || err == ACTOR_ERR_STOPPED);
    if (err == ACTOR_OK) {
        mailbox_release(&box, PLAIN, GEN, flags);
    }
}

static void release_late(void *arg)
{
    (void)arg;
    mailbox_release(&box, PLAIN, GEN, MSG_HAS_MAILBOX_PLACE | MSG_HAS_CLASS_PLACE);
}

static void a_late_sender_takes_no_place_of_the_next_actor(void)
{
    begin_box();
    MODEL_CHECK(mailbox_open(&annex, &one_class, GEN));
    TOGETHER(open_anew, take_late, release_late);
    uint8_t flags;
    MODEL_CHECK(mailbox_reserve(&box, &bounded, LIMITED, NEXT_GEN, &flags) == ACTOR_OK);
    MODEL_CHECK(mailbox_reserve(&box, &bounded, PLAIN, NEXT_GEN, &flags) != ACTOR_OK);
    mailbox_fini(&annex);
}

/* ---- Intake -------------------------------------------------------------------------------------- */

static uint32_t dropped_of[SENDERS];

static void send_notes(void *arg)
{
    uint32_t me = number_of(arg);
    for (uint32_t i = 0; i < EACH; i++) {
        struct msg *dropped;
        note_init(me * EACH + i);
        if (mailbox_send(&box, &notes[me * EACH + i].msg, &dropped)) {
            MODEL_CHECK(notified == 0);
            notified = 1;
            parker_wake(&parkers[0]);
        }
        dropped_of[me] += dropped != NULL ? 1 : 0;
    }
}

/* Takes the token for what it stands for. All that is there. */
static void collect(struct msg *m)
{
    while (m != NULL) {
        struct msg *next = m->next;
        struct msg *all = m->kind == MSG_TOKEN ? intake_collect(intake_of(m)) : NULL;
        for (; all != NULL; all = all->next) {
            uint32_t number = ((struct note *)(void *)all)->number;
            MODEL_CHECK(number >= next_of[number / EACH]);
            next_of[number / EACH] = number + 1;
            received++;
        }
        m = next;
    }
}

static void own_intake(void *arg)
{
    (void)arg;
    (void)parker_wait_until(&parkers[0], INT64_MAX);
    MODEL_CHECK(notified == 1);
    notified = 0;
    collect(mailbox_park(&box));
    MODEL_CHECK(mailbox_length(&box) <= ALL);
}

static void intake_loses_nothing(void)
{
    begin_box();
    dropped_of[0] = dropped_of[1] = 0;
    MODEL_CHECK(mailbox_open(&annex, &forgetful, GEN));
    TOGETHER(send_notes, send_notes, own_intake);
    if (mailbox_has_inbox(&box)) {
        collect(mailbox_drain(&box));
    }
    MODEL_CHECK(received + dropped_of[0] + dropped_of[1] == ALL);
    mailbox_fini(&annex);
}

/* The slot gets a larger intake while a sender is late and another looks. */
static void open_forgetful_anew(void *arg)
{
    (void)arg;
    collect(mailbox_close(&box));
    MODEL_CHECK(mailbox_open(&annex, &forgetful, NEXT_GEN));
}

static void send_late(void *arg)
{
    (void)arg;
    struct msg *dropped;
    note_init(0);
    (void)mailbox_send(&box, &notes[0].msg, &dropped);
    MODEL_CHECK(dropped == NULL);
}

static void look_at_length(void *arg)
{
    (void)arg;
    MODEL_CHECK(mailbox_length(&box) <= 2);
}

static void a_late_sender_meets_the_next_intake(void)
{
    begin_box();
    MODEL_CHECK(mailbox_open(&annex, &forgetful_one, GEN));
    TOGETHER(open_forgetful_anew, send_late, look_at_length);
    mailbox_fini(&annex);
}

/* ---- Depot --------------------------------------------------------------------------------------- */

enum { BLOCKS = 6, BLOCK_BYTES = 8192 };

static struct depot depot;
static struct pool pools[2];

/* Takes and gives blocks of a size of which a chunk has two: so that chunks go through the depot. */
static void take_and_give(void *arg)
{
    struct pool *p = &pools[number_of(arg)];
    uint8_t class = pool_class(BLOCK_BYTES);
    uint32_t *blocks[BLOCKS];
    for (uint32_t turn = 0; turn < 2; turn++) {
        for (uint32_t i = 0; i < BLOCKS; i++) {
            blocks[i] = pool_take(p, class, BLOCK_BYTES);
            MODEL_CHECK(blocks[i] != NULL);
            *blocks[i] = number_of(arg) * BLOCKS + i;
        }
        for (uint32_t i = 0; i < BLOCKS; i++) {
            MODEL_CHECK(*blocks[i] == number_of(arg) * BLOCKS + i);
            pool_give(p, class, blocks[i]);
        }
    }
}

static void no_block_is_handed_out_twice(void)
{
    depot_init(&depot);
    pool_init(&pools[0], &depot);
    pool_init(&pools[1], &depot);
    TOGETHER(take_and_give, take_and_give);
    depot_fini(&depot);
}

/* One allocates, the other frees: what it has written there is seen by whoever gets the block. */
static void allocate_and_send(void *arg)
{
    (void)arg;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        struct note *n = pool_take(&pools[0], pool_class(BLOCK_BYTES), BLOCK_BYTES);
        n->number = i;
        n->msg.kind = MSG_TELL;
        if (mailbox_push(&box, &n->msg)) {
            parker_wake(&parkers[0]);
        }
    }
}

static void receive_and_free(void *arg)
{
    (void)arg;
    while (received < BLOCKS) {
        (void)parker_wait_until(&parkers[0], INT64_MAX);
        struct msg *m = mailbox_park(&box);
        while (m != NULL) {
            struct msg *next = m->next;
            MODEL_CHECK(((struct note *)(void *)m)->number == received);
            ((struct note *)(void *)m)->number = UINT32_MAX;
            pool_give(&pools[1], pool_class(BLOCK_BYTES), m);
            received++;
            m = next;
        }
    }
}

static void blocks_travel_through_the_depot(void)
{
    begin_box();
    depot_init(&depot);
    pool_init(&pools[0], &depot);
    pool_init(&pools[1], &depot);
    TOGETHER(allocate_and_send, receive_and_free);
    depot_fini(&depot);
    mailbox_fini(&annex);
}

static void trim(void *arg)
{
    (void)arg;
    (void)depot_trim(&depot);
}

static void trimming_takes_no_block_away(void)
{
    depot_init(&depot);
    pool_init(&pools[0], &depot);
    pool_init(&pools[1], &depot);
    TOGETHER(take_and_give, trim);
    depot_fini(&depot);
}

#define PART(test, depth)                                                                      \
    {                                                                                          \
        .name = #test, .body = test, .kind = MODEL_HOLDS, .bound = depth                       \
    }

const struct model_test model_parts[] = {
    PART(a_wake_hands_over_what_came_before_it, 2),
    PART(no_wake_is_lost, 2),
    PART(what_is_woken_may_be_gone_at_once, 2),
    PART(inbox_loses_nothing, 2),
    PART(what_was_sent_before_is_seen, 4),
    PART(a_place_is_taken_once, 2),
    PART(a_late_sender_takes_no_place_of_the_next_actor, 2),
    PART(intake_loses_nothing, 1),
    PART(a_late_sender_meets_the_next_intake, 2),
    PART(no_block_is_handed_out_twice, 1),
    PART(blocks_travel_through_the_depot, 1),
    PART(trimming_takes_no_block_away, 1),
    { .name = NULL },
};
