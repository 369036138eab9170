/* SPDX-License-Identifier: MIT */
/*
 * emit_watch.c - whom an actor watches: the functions by which it begins and ends, and what calls
 * the application when the watched one has ended.
 */
#include "emit.h"

#include "out.h"

#define PRINT(...) arena_printf(emit->arena, __VA_ARGS__)

void emit_watch_stubs(struct emit *emit, const struct actor *actor)
{
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        if (w->repeated) {
            continue;
        }
        const char *const verbs[] = { "watch", "unwatch" };
        for (size_t i = 0; i < 2; i++) {
            emit_signature(emit,
                    PRINT("static inline actor_err %s_%s_%s(", actor->name.c, verbs[i],
                            w->actor->name.stem),
                    EMIT_PARAMETERS(PRINT("%s *self", actor->name.c),
                            PRINT("%s_ref ref", w->actor->name.c)),
                    ")\n{\n");
            buf_printf(emit->out, "    return actor__%s(self, %u, ref.bits);\n}\n\n", verbs[i],
                    (unsigned)w->index);
        }
    }
}

void emit_watch_cases(struct emit *emit, const struct actor *actor)
{
    for (const struct watch *w = actor->watches; w != NULL; w = w->next) {
        if (!w->repeated) {
            out_emit(emit->out,
                    VARS({ "c", actor->name.c }, { "watched", w->actor->name.c },
                            { "stem", w->actor->name.stem },
                            { "index", PRINT("%u", (unsigned)w->index) }),
                    "    case ACTOR_EVENT_ENDED + $index$: {\n"
                    "        const actor_ended *ended = (const actor_ended *)event->body;\n"
                    "        $watched$_ref ref = { ended->ref };\n"
                    "        return $c$_saw_$stem$_stop(self, ref, ended->why);\n"
                    "    }\n");
        }
    }
}
