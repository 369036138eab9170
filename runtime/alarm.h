/* SPDX-License-Identifier: MIT */
/*
 * alarm.h - messages that an actor sends to itself, later: when a timer rings, or when a file
 * descriptor that it watches is ready. Floor 11.
 *
 * A watch rests from its report until that has been handled; what stands below of timers with a
 * period holds for it, too, but the one that it is armed with is not a wheel but fds.h.
 *
 * The message and its timer are one block. It is armed on the wheel of the local that the actor
 * belongs to and goes with the actor when that moves, so only the actor's owner ever touches it:
 *
 *     ARMED --its time has come--> RUNG --taken from the mailbox--> IN_HAND --handled--> gone,
 *       |                           |                                 |         or ARMED again
 *     cancelled: gone            cancelled                         cancelled           (every)
 *                                   v                                 v
 *                              CANCELLED --taken--> gone          CANCELLED --handled--> gone
 */
#ifndef RT_ALARM_H
#define RT_ALARM_H

#include "send.h"

enum alarm_state { ALARM_ARMED, ALARM_RUNG, ALARM_IN_HAND, ALARM_CANCELLED };

struct alarm {
    struct msg msg; /* MSG_ALARM; sent when it rings */
    struct cell *cell;
    union {
        struct timer timer;
        struct {
            int fd;
            uint32_t events; /* ACTOR_FD_…, to be watched for */
            uint32_t slot;   /* see fds.h */
            bool placed;     /* it has a slot */
        } watch;
    };
    struct list
            link; /* among the actor's armed timers, in the order of their start; or watches */
    uint16_t index; /* which of the actor's timers, or ALARM_WATCH */
    uint8_t state;  /* enum alarm_state */
    uint32_t bytes; /* of all of it */
};

static_assert(sizeof(struct alarm) == MSG_ALARM_HEAD, "msg_body() finds the message");

enum { ALARM_WATCH = UINT16_MAX };

/* The message of a watch: the schema's fields. */
struct watch_body {
    int32_t fd;
    uint32_t events;
};

/* What an actor with timers or watches has of them. */
struct alarms {
    struct list armed;
    struct list watches;
    struct alarm *current[]; /* by timer; NULL if it does not run */
};

static inline struct alarm *alarm_of(struct msg *m)
{
    return (struct alarm *)(void *)m;
}

/* True if it comes once: what comes again and again is not somebody's message. */
static inline bool alarm_is_single(const struct alarm *a)
{
    return a->index != ALARM_WATCH && a->cell->type->info->timers[a->index].period == 0;
}

/*
 * Prepares an actor that starts, and starts its periodic timers.
 *
 * Returns: ACTOR_OK, ACTOR_ERR_NO_MEMORY; ACTOR_ERR_INVALID, ACTOR_ERR_LIMIT: what a period brings
 * cannot be sent.
 */
actor_err alarm_begin(struct local *l, struct cell *c);
/* Releases what the above made, when no message of a timer is left. */
void alarm_end(struct local *l, struct cell *c);

/*
 * Makes the message of timer `index`, to ring `delay_ns` from now; with a period, and then
 * `message` and `delay_ns` are the schema's.
 *
 * Returns: ACTOR_OK, ACTOR_ERR_INVALID, ACTOR_ERR_LIMIT, ACTOR_ERR_NO_MEMORY.
 */
actor_err alarm_make(struct local *l, struct cell *c, uint16_t index, int64_t delay_ns,
        const void *message, struct alarm **ret_alarm);

/* Starts it, in place of the one of its timer that runs. */
void alarm_start(struct local *l, struct alarm *a);
/* Stops the timer: if its message is in the mailbox already, it will not be handled. */
void alarm_cancel(struct local *l, struct cell *c, uint16_t index);
void alarm_cancel_all(struct local *l, struct cell *c);

/* What comes after the message has been handled, or could not be: the next period, or the end. */
void alarm_done(struct local *l, struct alarm *a);

/* Makes the message of a watch; NULL when memory is out. */
struct alarm *alarm_make_watch(struct local *l, struct cell *c, int fd, uint32_t events);
/* Begins to watch, in place of the one of its descriptor that there is. */
void alarm_watch(struct local *l, struct alarm *a);
/* Stops watching; as exact as alarm_cancel(). */
void alarm_unwatch(struct local *l, struct cell *c, int fd);
/* Sends what fds.h reports. `l` is any local of the caller's; a->cell lives. */
void alarm_ready(struct local *l, struct msg *m, uint32_t events);

/* Moves what is armed to the wheel of the local that the actor moves to. The caller may touch the
 * wheels of both. */
void alarm_move_all(struct cell *c, struct local *to);
/* Takes what is armed off its wheel, until alarm_move_all(): for who may not touch the other wheel. */
void alarm_rest_all(struct cell *c);

static inline void alarm_move(struct cell *c, struct local *to)
{
    if (RT_UNLIKELY(cell_annex(c)->alarms != NULL)) {
        alarm_move_all(c, to);
    }
}

static inline void alarm_rest(struct cell *c)
{
    if (RT_UNLIKELY(cell_annex(c)->alarms != NULL)) {
        alarm_rest_all(c);
    }
}

#endif
