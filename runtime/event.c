/* SPDX-License-Identifier: MIT */
/* event.c - see event.h. */
#include "event.h"

#include <string.h>

enum { RESERVE_BYTES = sizeof(struct event) + EVENT_TEXT_MAX };

void event_fill_reserve(struct local *l)
{
    while (l->event_reserve_count < EVENT_RESERVE) {
        void **block = pool_alloc(&l->pool, RESERVE_BYTES);
        if (block == NULL) {
            return;
        }
        *block = l->event_reserve;
        l->event_reserve = block;
        l->event_reserve_count++;
    }
}

static struct event *take_reserve(struct local *l, uint8_t *ret_class)
{
    void **block = l->event_reserve;
    if (block == NULL) {
        rt_broken("no memory for an event of supervision", __FILE__, __LINE__);
    }
    l->event_reserve = *block;
    l->event_reserve_count--;
    *ret_class = pool_class(RESERVE_BYTES);
    return (struct event *)(void *)block;
}

/* Memory is out, or was a moment ago. */
static struct event *find_block(struct local *l, uint8_t *class)
{
    struct event *e = pool_take_larger(&l->pool, *class, class);
    return e == NULL ? take_reserve(l, class) : e;
}

struct event *event_new(
        struct local *l, uint64_t target, enum event_kind kind, size_t text_bytes)
{
    size_t bytes = sizeof(struct event) + text_bytes;
    uint8_t class = pool_class(bytes);
    struct event *e = pool_take(&l->pool, class, bytes);
    if (RT_UNLIKELY(e == NULL)) {
        e = find_block(l, &class);
    } else if (RT_UNLIKELY(l->event_reserve_count < EVENT_RESERVE)) {
        event_fill_reserve(l);
    }
    memset(e, 0, sizeof *e);
    e->msg.target = target;
    e->msg.kind = MSG_EVENT;
    if (kind == EVENT_STOP || kind == EVENT_ENDED) {
        e->msg.kind = kind == EVENT_STOP ? MSG_STOP : MSG_ENDED;
    }
    e->msg.pool_class = class;
    e->kind = kind;
    return e;
}
