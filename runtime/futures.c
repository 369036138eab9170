/* SPDX-License-Identifier: MIT */
/*
 * futures.c - asks from outside that do not block: what waits for their replies, and callbacks.
 *
 * A future is where the reply arrives. It is done, once, by the reply, by its deadline or by a cancel;
 * which of them is first the record of its ask decides, as for all asks. Without a callback nobody
 * watches the deadline but who waits for the future. With one a thread of the system does, the courier,
 * which is started with the first callback; it calls them, or, where the application polls
 * actor_system_fd(), makes that readable and leaves them to actor_system_dispatch().
 *
 * Locks: the outside lock may be held when futures->lock is taken, never the other way round. Callbacks
 * are called without any. Floor 20.
 */
#include "outside.h"

#include "clock.h"
#include "wheel.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct actor_future {
    struct waiter waiter;
    actor_system *system; /* [I] */
    struct ask *ask;      /* [I] until it is released */
    _Atomic bool done;    /* [A] set with the lock */
    actor_err err;        /* [L] why there is no reply */
    struct list due;      /* [L] among those whose callbacks are due */
    struct timer timer;   /* [L] the courier's, while a callback waits */
    void (*call)(void (*callback)(void), void *context, const void *reply); /* [L] */
    void (*callback)(void);                                                 /* [L] */
    void *context;                                                          /* [L] */
};

struct futures {
    struct mutex lock;
    struct cond changed; /* a future is done */
    struct cond courier; /* there is something for the courier */
    struct list due;     /* [L] callbacks to be called, in the order in which they became due */
    struct list waiting; /* [L] futures with callbacks that are not done, by `due` */
    struct wheel wheel;  /* [L] their deadlines */
    struct thread thread; /* [L] the courier, if it runs */
    bool runs;            /* [L] */
    bool quits;           /* [L] nothing is open any more */
    int fd;               /* [L] -1, or readable while callbacks are due */
};

/* ---- The end of a future ------------------------------------------------------------------ */

/* Makes the descriptor readable, or not. [L] */
static void show_due(const struct futures *fs, bool is_due)
{
    uint64_t one = 1;
    ssize_t n = is_due ? write(fs->fd, &one, sizeof one) : read(fs->fd, &one, sizeof one);
    (void)n; /* it is readable already, or is not any more */
}

static void make_due(struct futures *fs, actor_future *f)
{
    list_remove(&f->due);
    list_insert_before(&fs->due, &f->due);
    if (fs->fd >= 0) {
        show_due(fs, true);
    } else {
        cond_broadcast(&fs->courier);
    }
}

/* [L] */
static void finish(struct futures *fs, actor_future *f, actor_err err)
{
    f->err = err;
    wheel_clear(&f->timer);
    if (f->call != NULL) {
        make_due(fs, f);
    }
    /* release: pairs with the acquire in is_done(). Who sees it may release the future at once. */
    store_rel(&f->done, true);
    cond_broadcast(&fs->changed);
}

static bool is_done(actor_future *f)
{
    return load_acq(&f->done); /* acquire: pairs with the release in finish() */
}

/* The reply is there. Any thread, with whatever lock but ours. */
static void arrived(struct waiter *w)
{
    actor_future *f = list_entry(w, actor_future, waiter);
    struct futures *fs = f->system->futures;
    mutex_lock(&fs->lock);
    finish(fs, f, ACTOR_OK);
    mutex_unlock(&fs->lock);
}

/* Ends the ask, if nothing else has: then its reply, which is a moment away, ends the future. [L] */
static bool give_up(struct futures *fs, actor_future *f, actor_err err)
{
    /* acq_rel: whoever decides the ask speaks. */
    if (is_done(f) || (or_acq_rel(&f->ask->state, ASK_DECIDED) & ASK_DECIDED) != 0) {
        return false;
    }
    finish(fs, f, err);
    return true;
}

static void time_out(struct timer *t, void *context)
{
    (void)give_up(context, list_entry(t, actor_future, timer), ACTOR_ERR_TIMEOUT);
}

/* Lets go of a future that is done. Its reply goes to the caller, or nowhere if `ret_reply` is NULL. */
static actor_err release(actor_future *f, void **ret_reply)
{
    actor_system *system = f->system;
    struct msg *m = f->waiter.reply;
    void *reply = NULL;
    actor_err err = m == NULL ? f->err : outside_take(system, m, &reply);
    mutex_lock(&system->outside_lock);
    ask_asker_done(&system->outside, f->ask);
    mutex_unlock(&system->outside_lock);
    free(f);
    if (ret_reply != NULL && err == ACTOR_OK) {
        *ret_reply = reply;
    } else {
        actor_reply_free(reply);
    }
    return err;
}

/* ---- Waiting ------------------------------------------------------------------------------ */

/* How many are done, and which is the first; those past their deadline are ended. NULLs are not
 * looked at. [L] */
static size_t count_done(struct futures *fs, actor_future *const *all, size_t count,
        int64_t *ret_next, size_t *ret_first)
{
    size_t done = 0;
    int64_t now = clock_now();
    *ret_next = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        actor_future *f = all[i];
        if (f == NULL) {
            continue;
        }
        if (!is_done(f) && now >= f->ask->deadline) {
            (void)give_up(fs, f, ACTOR_ERR_TIMEOUT);
        }
        if (is_done(f)) {
            *ret_first = done++ == 0 ? i : *ret_first;
        } else if (now < f->ask->deadline) {
            *ret_next = rt_min_i64(*ret_next, f->ask->deadline);
        }
    }
    return done;
}

/* Waits until so many of them are done. */
static actor_err wait_for(actor_future *const *all, size_t count, size_t needed,
        actor_duration timeout, size_t *ret_first)
{
    struct futures *fs = NULL;
    for (size_t i = 0; i < count && fs == NULL; i++) {
        fs = all[i] == NULL ? NULL : all[i]->system->futures;
    }
    if (fs == NULL) {
        return needed == 0 ? ACTOR_OK : ACTOR_ERR_INVALID;
    }
    int64_t deadline = rt_add_time(clock_now(), timeout < 0 ? 0 : timeout);
    mutex_lock(&fs->lock);
    int64_t next;
    bool enough;
    while (!(enough = count_done(fs, all, count, &next, ret_first) >= needed) &&
            clock_now() < deadline) {
        (void)cond_wait_until(&fs->changed, &fs->lock, rt_min_i64(deadline, next));
    }
    mutex_unlock(&fs->lock);
    return enough ? ACTOR_OK : ACTOR_ERR_TIMEOUT;
}

static size_t count_futures(actor_future *const *all, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        n += all[i] != NULL ? 1 : 0;
    }
    return n;
}

actor_err actor_future_wait(actor_future *future, actor_duration timeout)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    for (int i = 0; i < SYNC_SPINS && timeout > 0; i++) {
        if (is_done(future)) {
            return ACTOR_OK;
        }
        sync_pause();
    }
    size_t first = 0;
    return wait_for(&future, 1, 1, timeout, &first);
}

actor_err actor_future_wait_all(
        actor_future *const *futures, size_t count, actor_duration timeout)
{
    size_t first = 0;
    return system_inside()
                   ? ACTOR_ERR_MISUSE
                   : wait_for(futures, count, count_futures(futures, count), timeout, &first);
}

actor_err actor_future_wait_any(
        actor_future *const *futures, size_t count, actor_duration timeout, size_t *ret_index)
{
    return system_inside() ? ACTOR_ERR_MISUSE : wait_for(futures, count, 1, timeout, ret_index);
}

/* Until it is done, whatever ends it. */
static void wait_for_end(actor_future *f)
{
    while (actor_future_wait(f, INT64_MAX) != ACTOR_OK) {
    }
}

actor_err actor__await(actor_future *future, const actor_request *request, void **ret_reply)
{
    if (system_inside() || future->ask->request != request) {
        return ACTOR_ERR_MISUSE;
    }
    wait_for_end(future);
    return release(future, ret_reply);
}

actor_err actor_future_cancel(actor_future *future)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    struct futures *fs = future->system->futures;
    mutex_lock(&fs->lock);
    bool is_ours = give_up(fs, future, ACTOR_ERR_GONE);
    mutex_unlock(&fs->lock);
    return is_ours ? ACTOR_OK : ACTOR_ERR_GONE;
}

void actor_future_free(actor_future *future)
{
    if (future == NULL || system_inside()) {
        return;
    }
    (void)actor_future_cancel(future);
    wait_for_end(future);
    (void)release(future, NULL);
}

/* ---- Callbacks ---------------------------------------------------------------------------- */

/* Calls the callbacks that are due, and those that become due meanwhile. [L] */
static uint32_t call_due(struct futures *fs)
{
    uint32_t called = 0;
    struct list *node;
    while ((node = list_pop(&fs->due)) != NULL) {
        actor_future *f = list_entry(node, actor_future, due);
        mutex_unlock(&fs->lock);
        const actor_reply failed = { .kind = 0, .error = f->err };
        const void *reply =
                f->waiter.reply == NULL ? (const void *)&failed : msg_body(f->waiter.reply);
        f->call(f->callback, f->context, reply);
        (void)release(f, NULL);
        called++;
        mutex_lock(&fs->lock);
    }
    return called;
}

static void courier_main(void *arg)
{
    struct futures *fs = arg;
    system_is_courier = true;
    mutex_lock(&fs->lock);
    for (;;) {
        wheel_advance(&fs->wheel, clock_now(), fs);
        if (fs->fd < 0) {
            (void)call_due(fs);
        }
        if (fs->quits) {
            break;
        }
        (void)cond_wait_until(&fs->courier, &fs->lock, wheel_next(&fs->wheel));
    }
    mutex_unlock(&fs->lock);
}

actor_err actor__then(actor_future *future, const actor_request *request,
        void (*call)(void (*callback)(void), void *context, const void *reply),
        void (*callback)(void), void *context)
{
    if (system_inside() || future->ask->request != request) {
        return ACTOR_ERR_MISUSE;
    }
    struct futures *fs = future->system->futures;
    mutex_lock(&fs->lock);
    if (!fs->runs && !fs->quits) {
        fs->runs = thread_start(&fs->thread, courier_main, fs);
    }
    if (!fs->runs) {
        mutex_unlock(&fs->lock);
        return fs->quits ? ACTOR_ERR_SHUTDOWN : ACTOR_ERR_OS;
    }
    future->call = call;
    future->callback = callback;
    future->context = context;
    if (is_done(future)) {
        make_due(fs, future);
    } else {
        list_insert_before(&fs->waiting, &future->due);
        wheel_set(&fs->wheel, &future->timer, future->ask->deadline);
        cond_broadcast(&fs->courier);
    }
    mutex_unlock(&fs->lock);
    return ACTOR_OK;
}

/* ---- Of a system -------------------------------------------------------------------------- */

/* All actors have ended: what is still open will have no reply. */
static void close_futures(actor_system *system)
{
    struct futures *fs = system->futures;
    mutex_lock(&fs->lock);
    struct list *n = fs->waiting.next;
    while (n != &fs->waiting) {
        actor_future *f = list_entry(n, actor_future, due);
        n = n->next;
        (void)give_up(fs, f, ACTOR_ERR_SHUTDOWN);
    }
    bool runs = fs->runs;
    fs->quits = true;
    fs->runs = false;
    cond_broadcast(&fs->courier);
    mutex_unlock(&fs->lock);
    if (runs) {
        thread_join(&fs->thread);
    }
}

static void free_futures(actor_system *system)
{
    struct futures *fs = system->futures;
    struct list *node;
    while ((node = list_pop(&fs->due)) != NULL) {
        (void)release(list_entry(node, actor_future, due), NULL); /* nobody has dispatched it */
    }
    if (fs->fd >= 0) {
        (void)close(fs->fd);
    }
    cond_fini(&fs->changed);
    cond_fini(&fs->courier);
    mutex_fini(&fs->lock);
    free(fs);
    system->futures = NULL;
}

/* What the system has for its futures; NULL when memory is out. With the outside lock. */
static struct futures *futures_of(actor_system *system)
{
    if (system->futures != NULL) {
        return system->futures;
    }
    struct futures *fs = calloc(1, sizeof *fs);
    if (fs != NULL) {
        mutex_init(&fs->lock);
        cond_init(&fs->changed);
        cond_init(&fs->courier);
        list_init(&fs->due);
        list_init(&fs->waiting);
        wheel_init(&fs->wheel, clock_now());
        fs->fd = -1;
        system->futures = fs;
        system->close_futures = close_futures;
        system->free_futures = free_futures;
    }
    return fs;
}

static actor_future *make_future(actor_system *system)
{
    actor_future *f = calloc(1, sizeof *f);
    if (f != NULL) {
        f->system = system;
        f->waiter.arrived = arrived;
        list_init(&f->due);
        timer_init(&f->timer, time_out);
    }
    return f;
}

actor_err actor__ask_async(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message, actor_duration timeout, actor_future **ret_future)
{
    if (system_inside()) {
        return ACTOR_ERR_MISUSE;
    }
    int64_t deadline = rt_add_time(clock_now(), timeout < 0 ? 0 : timeout);
    actor_future *f = make_future(system);
    struct local *l = f == NULL ? NULL : outside_enter(system);
    if (l == NULL) {
        free(f);
        return f == NULL ? ACTOR_ERR_NO_MEMORY : ACTOR_ERR_SHUTDOWN;
    }
    struct compose c = { .ref = ref, .target = target, .index = index, .message = message };
    struct msg *m;
    actor_err err = ACTOR_ERR_NO_MEMORY;
    if (futures_of(system) != NULL) {
        f->ask = outside_ask(l, ref, target->classes[index].request, deadline, &f->waiter);
    }
    if (f->ask != NULL) {
        err = outside_compose(l, &c, MSG_REQUEST, f->ask, &m, NULL);
    }
    if (err == ACTOR_OK) {
        *ret_future = f;
        send_deliver(l, m);
    } else {
        if (f->ask != NULL) {
            ask_free(l, f->ask);
        }
        free(f);
    }
    outside_leave(system);
    return err;
}

int actor_system_fd(actor_system *system)
{
    if (system_inside()) {
        errno = EPERM;
        return -1;
    }
    mutex_lock(&system->outside_lock);
    struct futures *fs = futures_of(system);
    mutex_unlock(&system->outside_lock);
    if (fs == NULL) {
        return -1;
    }
    mutex_lock(&fs->lock);
    if (fs->fd < 0) {
        fs->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (fs->fd >= 0 && !list_empty(&fs->due)) {
            show_due(fs, true);
        }
    }
    int fd = fs->fd;
    mutex_unlock(&fs->lock);
    return fd;
}

uint32_t actor_system_dispatch(actor_system *system)
{
    struct futures *fs = system->futures;
    if (system_inside() || fs == NULL) {
        return 0;
    }
    mutex_lock(&fs->lock);
    uint32_t called = 0;
    if (fs->fd >= 0) {
        called = call_due(fs);
        show_due(fs, false);
    }
    mutex_unlock(&fs->lock);
    return called;
}
