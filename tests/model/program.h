/* SPDX-License-Identifier: MIT */
/* program.h - threads of tests, in short. */
#ifndef MODEL_PROGRAM_H
#define MODEL_PROGRAM_H

#include "model.h"
#include "sync.h"

enum { PROGRAM_THREADS = 4 };

/* Starts one thread for each body, which gets its number, explores what they can do, and waits until they
 * have ended. */
static inline void together(uint32_t count, void (*const bodies[])(void *arg))
{
    struct thread threads[PROGRAM_THREADS];
    for (uint32_t i = 0; i < count; i++) {
        MODEL_CHECK(thread_start(&threads[i], bodies[i], (void *)(uintptr_t)i));
    }
    model_explore(true);
    model_settle(); /* so that this thread is none of those that may go on */
    for (uint32_t i = 0; i < count; i++) {
        thread_join(&threads[i]);
    }
    model_explore(false);
}

#define TOGETHER(...)                                                                          \
    together(sizeof((void (*[])(void *)){ __VA_ARGS__ }) / sizeof(void (*)(void *)),           \
            (void (*[])(void *)){ __VA_ARGS__ })

#endif
