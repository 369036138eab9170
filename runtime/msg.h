/* SPDX-License-Identifier: MIT */
/*
 * msg.h - the block that travels: a header of 24 bytes, then the body.
 *
 * A message has one owner at a time: the handler's outbox, an inbox, a lane, the handler that
 * has it in hand. Whoever takes it out of one place puts it into another or frees it.
 * Floor 3.
 */
#ifndef RT_MSG_H
#define RT_MSG_H

#include "pool.h"

struct ask;

enum msg_kind {
    MSG_TELL,    /* body: the message */
    MSG_REQUEST, /* body after the ask: the message */
    MSG_ALARM,   /* a tell of the actor to itself that a timer brings; body after the alarm */
    MSG_REPLY,   /* body after the ask: the reply struct */
    MSG_EVENT,   /* a struct event: life cycle, from the runtime itself */
    MSG_STOP,    /* an event that waits its turn among the messages: orderly stop */
    MSG_ENDED,   /* likewise: an actor that its receiver watches has ended */
    MSG_KEEP,    /* in an outbox only: keep the call of `ask` */
    MSG_EFFECT,  /* in an outbox only: what takes effect by itself, see tx.h */
    MSG_TOKEN    /* in an inbox only: there is something in the intake, see intake.h */
};

enum msg_flag {
    MSG_HAS_MAILBOX_PLACE = 1,  /* counted against the mailbox's bound */
    MSG_HAS_CLASS_PLACE = 2,    /* counted against its class's limit */
    MSG_HAS_RESERVED_PLACE = 4, /* counted against what its class has of it for itself */
    MSG_STASHED = 8,            /* kept for a later mode */
    MSG_IS_LOAD = 16,           /* counted in its mailbox's load */
    MSG_ON_BEHALF = 32,    /* of a request in an outbox: it hands a call on, which is not new */
    MSG_EXCLUSIVE = 32,    /* of a reply: its ask is exclusive */
    MSG_IS_THROTTLED = 64, /* one of its places is of those for which senders wait */
    MSG_IS_BEYOND = 128,   /* while it is composed: it is past such a bound */
    MSG_PLAIN =
            128 /* of a tell or request: nothing counts it, and its lane is the normal one */
};

struct msg {
    struct msg *next;
    union {
        uint64_t target; /* reference, until the target's owner has accepted it */
        uint64_t seq;    /* then: order of acceptance, where lanes have to be merged */
    };
    union {
        struct {
            uint16_t type;  /* index of the target's type; of tells and requests */
            uint16_t index; /* class in the target's type; of a reply, the asker's ask */
            uint8_t kind;
            uint8_t flags;
            uint8_t pool_class; /* or MSG_EMBEDDED */
            uint8_t note;       /* in an outbox: of a request, how it ends at once, ACTOR_OK =
                                 * send it; of a tell with MSG_PLAIN, bytes of its body */
        };
        uint64_t head; /* all of these, see ACTOR_PLAIN_HEAD() */
    };
};

/* The pool class of a message that is part of a larger record and not freed by itself. */
enum { MSG_EMBEDDED = 254 };

/* The header of what has to do with an ask. */
struct ask_msg {
    struct msg msg;
    struct ask *ask;
};

static_assert(sizeof(struct msg) == 24, "small messages fit blocks of 32 bytes");
static_assert(MSG_TELL == 0 && MSG_PLAIN == 128, "ACTOR_PLAIN_HEAD() says so");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "ACTOR_PLAIN_HEAD() is laid out so");

/* What stands before the message of a timer; see alarm.h. */
enum { MSG_ALARM_HEAD = 96 };

static inline size_t msg_head_bytes(uint8_t kind)
{
    if (kind == MSG_ALARM) {
        return MSG_ALARM_HEAD;
    }
    return kind == MSG_TELL ? sizeof(struct msg) : sizeof(struct ask_msg);
}

/* True if it is one of the application's, of which the ledger counts every step. */
static inline bool msg_is_counted(const struct msg *m)
{
    return m->kind <= MSG_ALARM;
}

static inline void *msg_body(struct msg *m)
{
    return (char *)m + msg_head_bytes(m->kind);
}

/* The same of a request or a reply. */
static inline void *msg_call_body(struct msg *m)
{
    return (struct ask_msg *)(void *)m + 1;
}

static inline struct ask *msg_ask(const struct msg *m)
{
    return ((const struct ask_msg *)(const void *)m)->ask;
}

/* Makes a message with room for `body_bytes`; NULL when memory is out. */
static inline struct msg *msg_new(struct pool *p, enum msg_kind kind, size_t body_bytes)
{
    size_t bytes = msg_head_bytes((uint8_t)kind) + body_bytes;
    uint8_t class = pool_class(bytes);
    struct msg *m = pool_take(p, class, bytes);
    if (RT_LIKELY(m != NULL)) {
        m->kind = (uint8_t)kind;
        m->flags = 0;
        m->pool_class = class;
        m->note = 0;
    }
    return m;
}

/* The class of the block of a message with MSG_PLAIN that begins with `head`. */
static inline uint8_t msg_plain_class(uint64_t head)
{
    return (uint8_t)(head >> 48);
}

static inline void msg_free(struct pool *p, struct msg *m)
{
    if (RT_LIKELY(m->pool_class < POOL_CLASSES)) {
        pool_give(p, m->pool_class, m);
    } else if (m->pool_class == POOL_LARGE) {
        pool_give_slowly(p, POOL_LARGE, m);
    }
}

/* First in, first out; linked through `next`. */
struct msg_queue {
    struct msg *head; /* NULL if empty, and `tail` means nothing then */
    struct msg *tail;
};

static inline void queue_push(struct msg_queue *q, struct msg *m)
{
    m->next = NULL;
    if (q->head == NULL) {
        q->head = m;
    } else {
        q->tail->next = m;
    }
    q->tail = m;
}

static inline struct msg *queue_pop(struct msg_queue *q)
{
    struct msg *m = q->head;
    if (m != NULL) {
        q->head = m->next;
    }
    return m;
}

#endif
