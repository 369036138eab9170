/* SPDX-License-Identifier: MIT */
/*
 * ping_pong.c - what a message costs between two actors that tell each other, on one worker and on two
 * threads of their own. usage: ping_pong [MESSAGES]; a hundredth of them between threads.
 */
#include "bench_ping.actor.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

static sem_t over;

/* The first player knows nobody and answers whoever came second; each message says who is left. */
#define PLAYER(kind)                                                                           \
    struct bench_ping_##kind {                                                                 \
        bench_ping_##kind##_ref other;                                                         \
    };                                                                                         \
    ACTOR_STATE(bench_ping_##kind);                                                            \
    static bench_ping_##kind##_ref second_##kind;                                              \
                                                                                               \
    actor_result bench_ping_##kind##_at_start(                                                 \
            bench_ping_##kind *self, const bench_ping_##kind##_args *args)                     \
    {                                                                                          \
        self->other = args->other;                                                             \
        return ACTOR_CONTINUE;                                                                 \
    }                                                                                          \
                                                                                               \
    actor_result bench_ping_##kind##_on_ping(                                                  \
            bench_ping_##kind *self, const bench_ping_ping *msg)                               \
    {                                                                                          \
        bench_ping_ping next = { .left = msg->left - 1 };                                      \
        if (msg->left == 0) {                                                                  \
            sem_post(&over);                                                                   \
            return ACTOR_CONTINUE;                                                             \
        }                                                                                      \
        if (self->other.bits == 0) {                                                           \
            self->other = second_##kind;                                                       \
        }                                                                                      \
        bench_ping_##kind##_tell_##kind##_ping(self, self->other, &next);                      \
        return ACTOR_CONTINUE;                                                                 \
    }                                                                                          \
                                                                                               \
    /* Prints the time of a message; 0 if all went well. */                                    \
    static int play_##kind(const char *name, uint32_t messages)                                \
    {                                                                                          \
        actor_system *system = actor_system_new(&(actor_config){ .workers = 1 });              \
        bench_ping_##kind##_args args = { .other = { 0 } };                                    \
        bench_ping_##kind##_ref first;                                                         \
        if (system == NULL || bench_ping_##kind##_start(system, &args, &first) != ACTOR_OK) {  \
            return 1;                                                                          \
        }                                                                                      \
        args.other = first;                                                                    \
        if (bench_ping_##kind##_start(system, &args, &second_##kind) != ACTOR_OK) {            \
            return 1;                                                                          \
        }                                                                                      \
        actor_duration began = actor_now();                                                    \
        bench_ping_ping ping = { .left = messages };                                           \
        (void)bench_ping_##kind##_tell_ping(system, second_##kind, &ping);                     \
        while (sem_wait(&over) != 0) {                                                         \
        }                                                                                      \
        printf("%s: %.1f ns a message\n", name,                                                \
                (double)(actor_now() - began) / ((double)messages + 1));                       \
        (void)actor_system_stop(system, actor_seconds(60));                                    \
        actor_system_free(system);                                                             \
        return 0;                                                                              \
    }

PLAYER(player)
PLAYER(loner)

int main(int argc, char **argv)
{
    uint32_t messages = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 20000000;
    if (sem_init(&over, 0, 0) != 0) {
        return 1;
    }
    return play_player("ping-pong on one worker", messages) +
           play_loner("ping-pong between two threads", messages / 100);
}
