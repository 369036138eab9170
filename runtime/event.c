/* SPDX-License-Identifier: MIT */
/* event.c - see event.h. */
#include "event.h"

#include <string.h>

struct event *event_new(
        struct local *l, uint64_t target, enum event_kind kind, size_t text_bytes)
{
    size_t bytes = sizeof(struct event) + text_bytes;
    struct event *e = pool_alloc(&l->pool, bytes);
    if (e == NULL) {
        rt_broken("no memory for an event of supervision", __FILE__, __LINE__);
    }
    memset(e, 0, sizeof *e);
    e->msg.target = target;
    e->msg.kind = MSG_EVENT;
    if (kind == EVENT_STOP || kind == EVENT_ENDED) {
        e->msg.kind = kind == EVENT_STOP ? MSG_STOP : MSG_ENDED;
    }
    e->msg.pool_class = pool_class(bytes);
    e->kind = kind;
    return e;
}
