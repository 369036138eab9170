/* SPDX-License-Identifier: MIT */
/*
 * emit_pool.c - the pools among an actor's children: how many members, and who gets a message.
 */
#include "emit.h"

#include "out.h"

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

void emit_pool_externs(struct emit *emit, const struct actor *actor)
{
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        if (child->pool != NULL) {
            emit_extern(
                    emit, "actor_pool", PRINT("%s__%s", actor->name.c, child->stem), "pool");
        }
    }
}

/* Which field of each message is hashed. Who handles nothing gets no messages. */
static bool emit_keys(struct emit *emit, const struct actor *actor, const struct child *child)
{
    const struct pool *pool = child->pool;
    if (pool->route != ROUTE_HASH || child->actor->handlers == NULL) {
        return false;
    }
    buf_printf(emit->out, "static const uint16_t %s__%s__keys[] = {\n", actor->name.c,
            child->stem);
    for (const struct handler *h = child->actor->handlers; h != NULL; h = h->next) {
        buf_printf(emit->out, "    %u, /* %s.%s */\n", (unsigned)pool->keys[h->index],
                h->message->name.schema, pool->field);
    }
    buf_puts(emit->out, "};\n\n");
    return true;
}

void emit_pools(struct emit *emit, const struct actor *actor)
{
    static const char *const routes[] = { [ROUTE_ROUND_ROBIN] = "ACTOR_ROUND_ROBIN",
        [ROUTE_LEAST_LOADED] = "ACTOR_LEAST_LOADED",
        [ROUTE_HASH] = "ACTOR_HASH" };
    for (const struct child *child = actor->children; child != NULL; child = child->next) {
        if (child->pool == NULL) {
            continue;
        }
        const char *name = PRINT("%s__%s", actor->name.c, child->stem);
        bool has_keys = emit_keys(emit, actor, child);
        emit_signature(emit, PRINT("const actor_pool %s__pool = { ", name),
                EMIT_PARAMETERS(PRINT("%u", (unsigned)child->pool->size),
                        routes[child->pool->route],
                        has_keys ? PRINT("%s__keys", name) : "NULL"),
                " };\n\n");
    }
}
