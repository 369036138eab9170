/* SPDX-License-Identifier: MIT */
/*
 * hooks.c - what the compiler calls for each access to memory when it is told -fsanitize=thread, here
 * instead of in ThreadSanitizer's library. So the runtime's own objects are checked, with its own sync.h
 * and the orders that are written there.
 */
#include "memory.h"
#include "races.h"
#include "sites.h"
#include "threads.h"

#include <stdatomic.h>

#define HERE __builtin_return_address(0)

/* The compiler would rather see them declared. */
#define HOOK(type, name, ...)                                                                  \
    type name(__VA_ARGS__);                                                                    \
    type name(__VA_ARGS__)

/* ---- Plain accesses ------------------------------------------------------------------------------ */

static void access_plain(const void *pc, const volatile void *p, size_t bytes, bool is_write)
{
    if (threads_checked()) {
        races_access(threads_at(pc), p, bytes, is_write);
    }
}

#define PLAIN(bytes)                                                                           \
    HOOK(void, __tsan_read##bytes, void *p)                                                    \
    {                                                                                          \
        access_plain(HERE, p, bytes, false);                                                   \
    }                                                                                          \
    HOOK(void, __tsan_write##bytes, void *p)                                                   \
    {                                                                                          \
        access_plain(HERE, p, bytes, true);                                                    \
    }                                                                                          \
    HOOK(void, __tsan_unaligned_read##bytes, void *p)                                          \
    {                                                                                          \
        access_plain(HERE, p, bytes, false);                                                   \
    }                                                                                          \
    HOOK(void, __tsan_unaligned_write##bytes, void *p)                                         \
    {                                                                                          \
        access_plain(HERE, p, bytes, true);                                                    \
    }                                                                                          \
    HOOK(void, __tsan_read_write##bytes, void *p)                                              \
    {                                                                                          \
        access_plain(HERE, p, bytes, true);                                                    \
    }

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

HOOK(void, __tsan_read_range, void *p, size_t bytes)
{
    access_plain(HERE, p, bytes, false);
}

HOOK(void, __tsan_write_range, void *p, size_t bytes)
{
    access_plain(HERE, p, bytes, true);
}

HOOK(void, __tsan_init, void)
{
}

HOOK(void, __tsan_func_entry, void *pc)
{
    (void)pc;
}

HOOK(void, __tsan_func_exit, void)
{
}

/* ---- Atomics ------------------------------------------------------------------------------------- */

static uint64_t load(const void *pc, const volatile void *p, uint32_t bytes, int order)
{
    int failure = order;
    sites_orders(pc, &order, &failure);
    uint64_t value = memory_value(p, bytes);
    if (threads_checked() && races_location(p) == NULL) {
        return value; /* a constant */
    }
    enum load how = threads_load(pc, p, bytes);
    value = memory_value(p, bytes);
    if (threads_checked() && how == LOAD_AGAIN) {
        value = memory_load_again(threads_at(pc), p);
    } else if (threads_checked()) {
        value = memory_load(threads_at(pc), p, bytes, order, how == LOAD_NEWEST);
    }
    threads_note(pc, "load", p, value);
    return value;
}

static void store(const void *pc, volatile void *p, uint32_t bytes, uint64_t value, int order)
{
    int failure = order;
    sites_orders(pc, &order, &failure);
    threads_visible();
    if (threads_checked()) {
        memory_store(threads_at(pc), p, bytes, value, order);
    } else {
        memory_set(p, bytes, value);
    }
    threads_note(pc, "store", p, value);
}

static uint64_t update(const void *pc, volatile void *p, uint32_t bytes,
        uint64_t (*change)(uint64_t old, uint64_t operand), uint64_t operand, int order)
{
    int failure = order;
    sites_orders(pc, &order, &failure);
    threads_visible();
    uint64_t old = memory_value(p, bytes);
    if (threads_checked()) {
        old = memory_update(threads_at(pc), p, bytes, change, operand, order);
    } else {
        memory_set(p, bytes, change(old, operand));
    }
    threads_note(pc, "update of", p, old);
    return old;
}

static bool set_if(volatile void *p, uint32_t bytes, uint64_t *expected, uint64_t desired)
{
    uint64_t found = memory_value(p, bytes);
    if (found != *expected) {
        *expected = found;
        return false;
    }
    memory_set(p, bytes, desired);
    return true;
}

static bool exchange_if(const void *pc, volatile void *p, uint32_t bytes, uint64_t *expected,
        uint64_t desired, int order, int failure)
{
    sites_orders(pc, &order, &failure);
    threads_visible();
    bool done = threads_checked() ? memory_exchange_if(threads_at(pc), p, bytes, expected,
                                            desired, order, failure)
                                  : set_if(p, bytes, expected, desired);
    threads_note(pc, done ? "update to" : "found", p, done ? desired : *expected);
    return done;
}

static uint64_t changed_exchange(uint64_t old, uint64_t operand)
{
    (void)old;
    return operand;
}

static uint64_t changed_add(uint64_t old, uint64_t operand)
{
    return old + operand;
}

static uint64_t changed_sub(uint64_t old, uint64_t operand)
{
    return old - operand;
}

static uint64_t changed_and(uint64_t old, uint64_t operand)
{
    return old & operand;
}

static uint64_t changed_or(uint64_t old, uint64_t operand)
{
    return old | operand;
}

static uint64_t changed_xor(uint64_t old, uint64_t operand)
{
    return old ^ operand;
}

/* The new value is cut to what the atomic holds where it is stored. */
#define UPDATE(bits, name, change)                                                             \
    HOOK(uint##bits##_t, __tsan_atomic##bits##_##name, volatile uint##bits##_t *p,             \
            uint##bits##_t operand, int order)                                                 \
    {                                                                                          \
        return (uint##bits##_t)update(HERE, p, bits / 8, change, operand, order);              \
    }

#define ATOMIC(bits)                                                                           \
    HOOK(uint##bits##_t, __tsan_atomic##bits##_load, const volatile uint##bits##_t *p,         \
            int order)                                                                         \
    {                                                                                          \
        return (uint##bits##_t)load(HERE, p, bits / 8, order);                                 \
    }                                                                                          \
    HOOK(void, __tsan_atomic##bits##_store, volatile uint##bits##_t *p, uint##bits##_t value,  \
            int order)                                                                         \
    {                                                                                          \
        store(HERE, p, bits / 8, value, order);                                                \
    }                                                                                          \
    UPDATE(bits, exchange, changed_exchange)                                                   \
    UPDATE(bits, fetch_add, changed_add)                                                       \
    UPDATE(bits, fetch_sub, changed_sub)                                                       \
    UPDATE(bits, fetch_and, changed_and)                                                       \
    UPDATE(bits, fetch_or, changed_or)                                                         \
    UPDATE(bits, fetch_xor, changed_xor)                                                       \
    HOOK(int, __tsan_atomic##bits##_compare_exchange_strong, volatile uint##bits##_t *p,       \
            uint##bits##_t *expected, uint##bits##_t desired, int order, int failure)          \
    {                                                                                          \
        uint64_t found = *expected;                                                            \
        bool done = exchange_if(HERE, p, bits / 8, &found, desired, order, failure);           \
        *expected = (uint##bits##_t)found;                                                     \
        return done;                                                                           \
    }                                                                                          \
    HOOK(uint##bits##_t, __tsan_atomic##bits##_compare_exchange_val,                           \
            volatile uint##bits##_t *p, uint##bits##_t expected, uint##bits##_t desired,       \
            int order, int failure)                                                            \
    {                                                                                          \
        uint64_t found = expected;                                                             \
        (void)exchange_if(HERE, p, bits / 8, &found, desired, order, failure);                 \
        return (uint##bits##_t)found;                                                          \
    }

ATOMIC(8)
ATOMIC(16)
ATOMIC(32)
ATOMIC(64)

HOOK(void, __tsan_atomic_thread_fence, int order)
{
    threads_visible();
    if (threads_checked()) {
        memory_fence(threads_at(HERE), order);
    }
}

HOOK(void, __tsan_atomic_signal_fence, int order)
{
    (void)order;
}
