/* SPDX-License-Identifier: MIT */
/*
 * series.c - messages in a second against the number of actors, the bytes of a message, the number of workers, and the number
 * of mailboxes that one actor fills.
 *
 * usage: series [all|actors|payload|workers|mailboxes [MESSAGES [WORKERS]]]     MESSAGES of each row, about
 *
 * Prints lines of five columns with tabs between: series, its name, X, messages in a second, the unit.
 */
#include "series.actor.h"

#include "bench.h"

enum { TOKENS_MAX = 100, BATCH = 1000, WHEELS = 16, NODES_OF_A_WHEEL = 100 };

#define MEMORY_MAX_BYTES UINT64_C(4000000000)

/* ---- Rings of all sizes --------------------------------------------------------------------- */

struct series_node {
    series_wheel_ref wheel;
    series_node_ref next;
};
ACTOR_STATE(series_node);

actor_result series_node_at_start(series_node *self, const series_node_args *args)
{
    self->wheel = args->wheel;
    return ACTOR_CONTINUE;
}

actor_result series_node_on_next(series_node *self, const series_next *msg)
{
    self->next = msg->next;
    return ACTOR_CONTINUE;
}

actor_result series_node_on_token(series_node *self, const series_token *msg)
{
    if (msg->left == 0) {
        series_node_tell_wheel_landed(self, self->wheel, NULL);
    } else {
        series_node_tell_node_token(self, self->next, &(series_token){ msg->left - 1 });
    }
    return ACTOR_CONTINUE;
}

struct series_wheel {
    series_node_ref *nodes;
    uint64_t wanted;
    uint64_t born;
    uint64_t linked;
    uint64_t under_way;
    series_build_call build;
    series_spin_call spin;
};
ACTOR_STATE(series_wheel);

actor_result series_wheel_on_build(
        series_wheel *self, const series_build *msg, series_build_call call)
{
    self->wanted = msg->nodes;
    self->nodes = malloc(msg->nodes * sizeof *self->nodes);
    if (self->nodes == NULL || actor_own(self, self->nodes, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    self->build = call;
    series_build_keep(call);
    series_wheel_tell_wheel_more(self, series_wheel_self(self), NULL);
    return ACTOR_CONTINUE;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    return b == 0 ? a : common_divisor(b, a % b);
}

/* Returns how far it is from a node to the one behind it, so that all are in one ring and neighbours are not in memory
 * what they are in the ring. */
static uint64_t stride_of(uint64_t nodes)
{
    uint64_t stride = nodes * 618 / 1000 + 1;
    while (common_divisor(stride, nodes) != 1) {
        stride++;
    }
    return stride;
}

static actor_result add_nodes(series_wheel *self)
{
    series_node_args args = { series_wheel_self(self) };
    for (int i = 0; i < BATCH && self->born < self->wanted; i++) {
        if (series_wheel_spawn_node(self, &args, &self->nodes[self->born]) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn another after %" PRIu64, self->born);
        }
        self->born++;
    }
    return ACTOR_CONTINUE;
}

static void link_nodes(series_wheel *self)
{
    uint64_t stride = stride_of(self->wanted);
    for (int i = 0; i < BATCH && self->linked < self->wanted; i++) {
        uint64_t next = (self->linked + stride) % self->wanted;
        series_wheel_tell_node_next(
                self, self->nodes[self->linked], &(series_next){ self->nodes[next] });
        self->linked++;
    }
}

actor_result series_wheel_on_more(series_wheel *self, const series_more *msg)
{
    (void)msg;
    actor_result result = ACTOR_CONTINUE;
    if (self->born < self->wanted) {
        result = add_nodes(self);
    } else {
        link_nodes(self);
    }
    if (self->linked < self->wanted) {
        series_wheel_tell_wheel_more(self, series_wheel_self(self), NULL);
    } else {
        series_build_answer_built(self->build, NULL);
    }
    return result;
}

actor_result series_wheel_on_spin(
        series_wheel *self, const series_spin *msg, series_spin_call call)
{
    self->spin = call;
    series_spin_keep(call);
    self->under_way = msg->tokens;
    for (uint64_t i = 0; i < msg->tokens; i++) {
        series_wheel_tell_node_token(self, self->nodes[i * (self->wanted / msg->tokens)],
                &(series_token){ msg->hops_each - 1 });
    }
    return ACTOR_CONTINUE;
}

actor_result series_wheel_on_landed(series_wheel *self, const series_landed *msg)
{
    (void)msg;
    if (--self->under_way == 0) {
        series_spin_answer_spun(self->spin, NULL);
    }
    return ACTOR_CONTINUE;
}

/* ---- Messages of all sizes ------------------------------------------------------------------ */

struct series_thrower {
    series_throw_call call;
};
ACTOR_STATE(series_thrower);

actor_result series_thrower_on_throw(
        series_thrower *self, const series_throw *msg, series_throw_call call)
{
    self->call = call;
    series_throw_keep(call);
    series_thrower_tell_thrower_parcel(self, msg->to,
            &(series_parcel){ .from = series_thrower_self(self),
                    .left = msg->parcels - 1,
                    .data = msg->data });
    return ACTOR_CONTINUE;
}

/* An even number of parcels ends where it began. */
actor_result series_thrower_on_parcel(series_thrower *self, const series_parcel *msg)
{
    if (msg->left == 0) {
        series_throw_answer_caught(self->call, &(series_caught){ msg->data });
        return ACTOR_CONTINUE;
    }
    series_thrower_tell_thrower_parcel(self, msg->from,
            &(series_parcel){ .from = series_thrower_self(self),
                    .left = msg->left - 1,
                    .data = msg->data });
    return ACTOR_CONTINUE;
}

/* ---- Many mailboxes ------------------------------------------------------------------------- */

struct series_box {
    series_postman_ref postman;
    series_received received;
};
ACTOR_STATE(series_box);

actor_result series_box_at_start(series_box *self, const series_box_args *args)
{
    self->postman = args->postman;
    return ACTOR_CONTINUE;
}

actor_result series_box_on_letter(series_box *self, const series_letter *msg)
{
    self->received.letters++;
    self->received.sum += msg->number;
    return ACTOR_CONTINUE;
}

actor_result series_box_on_close(series_box *self, const series_close *msg)
{
    (void)msg;
    series_box_tell_postman_received(self, self->postman, &self->received);
    return ACTOR_CONTINUE;
}

struct series_postman {
    series_box_ref *boxes;
    uint64_t count;
    uint64_t closed;
    uint64_t sent; /* of all kinds since the last flush */
    series_received received;
    series_deliver_call call;
};
ACTOR_STATE(series_postman);

static void flush_sometimes(series_postman *self)
{
    if (++self->sent % BENCH_FLUSH == 0) {
        (void)actor_flush(self);
    }
}

actor_result series_postman_on_deliver(
        series_postman *self, const series_deliver *msg, series_deliver_call call)
{
    series_box_args args = { series_postman_self(self) };
    self->count = msg->boxes;
    self->boxes = malloc(msg->boxes * sizeof *self->boxes);
    if (self->boxes == NULL || actor_own(self, self->boxes, free) != ACTOR_OK) {
        return actor_fail(self, "out of memory");
    }
    self->call = call;
    series_deliver_keep(call);
    for (uint64_t i = 0; i < self->count; i++) {
        if (series_postman_spawn_box(self, &args, &self->boxes[i]) != ACTOR_OK) {
            return actor_fail(self, "cannot spawn another after %" PRIu64, i);
        }
        flush_sometimes(self);
    }
    for (uint64_t i = 0; i < msg->letters; i++) {
        series_postman_tell_box_letter(
                self, self->boxes[i % self->count], &(series_letter){ i + 1 });
        flush_sometimes(self);
    }
    for (uint64_t i = 0; i < self->count; i++) {
        series_postman_tell_box_close(self, self->boxes[i], NULL);
        flush_sometimes(self);
    }
    return ACTOR_CONTINUE;
}

actor_result series_postman_on_received(series_postman *self, const series_received *msg)
{
    self->received.letters += msg->letters;
    self->received.sum += msg->sum;
    if (++self->closed == self->count) {
        series_deliver_answer_received(self->call, &self->received);
    }
    return ACTOR_CONTINUE;
}

/* ---- The series ----------------------------------------------------------------------------- */

static void print_row(const char *name, uint64_t x, uint64_t messages, actor_duration took)
{
    (void)printf("series\t%s\t%" PRIu64 "\t%.0f\tmessages/s\n", name, x,
            (double)messages * 1e9 / (double)took);
    (void)fflush(stdout);
}

/* Ends a run in which so many messages of a type should have been handled. */
static void end(actor_system *system, const char *message, uint64_t count)
{
    bench_stop(system);
    bench_expect("each message was handled", bench_handled(system, message) == count);
    actor_system_free(system);
}

static series_wheel_ref build(actor_system *system, uint64_t nodes)
{
    series_wheel_ref wheel;
    series_build_reply *reply = NULL;
    bench_check("start a wheel", series_wheel_start(system, &wheel));
    bench_check("build it", series_wheel_ask_build(system, wheel, &(series_build){ nodes },
                                    BENCH_PATIENCE, &reply));
    actor_reply_free(reply);
    return wheel;
}

/* Spins wheels, all at once; returns how long that took. */
static actor_duration spin(actor_system *system, const series_wheel_ref *wheels, int count,
        const series_spin *spin)
{
    actor_future *futures[WHEELS];
    series_spin_reply *reply = NULL;
    actor_duration began = actor_now();
    for (int i = 0; i < count; i++) {
        bench_check("spin", series_wheel_ask_spin_async(
                                    system, wheels[i], spin, BENCH_PATIENCE, &futures[i]));
    }
    for (int i = 0; i < count; i++) {
        bench_check("wait", series_spin_await(futures[i], &reply));
        bench_check("spin", reply->error);
        actor_reply_free(reply);
    }
    return actor_now() - began;
}

/* Returns the bytes that the process had when all actors were there. */
static uint64_t measure_actors(uint64_t actors, uint64_t messages, unsigned workers)
{
    actor_system *system = bench_system(workers);
    series_wheel_ref wheel = build(system, actors);
    uint64_t bytes = bench_resident_bytes();
    uint64_t tokens = actors < TOKENS_MAX ? actors : TOKENS_MAX;
    series_spin once = { .tokens = tokens, .hops_each = (messages + tokens - 1) / tokens };
    print_row("actors", actors, once.tokens * once.hops_each, spin(system, &wheel, 1, &once));
    end(system, "series.Token", once.tokens * once.hops_each);
    return bytes;
}

/* How much an actor takes is known from the row before. */
static void run_actors(uint64_t messages, unsigned workers)
{
    uint64_t bytes_each = 0;
    for (uint64_t actors = 10; actors <= 10000000; actors *= 10) {
        uint64_t count = actors;
        if (count * bytes_each > MEMORY_MAX_BYTES) {
            count = MEMORY_MAX_BYTES / bytes_each;
            (void)fprintf(stderr,
                    "series: %" PRIu64
                    " actors would need more than 4 GB, so these are %" PRIu64 "\n",
                    actors, count);
        }
        uint64_t bytes = measure_actors(count, messages, workers);
        bytes_each = actors < 1000000 ? 0 : bytes / count;
    }
}

/* At most so much is copied for one row. */
#define COPIED_MAX_BYTES UINT64_C(20000000000)

static void measure_payload(size_t bytes, uint64_t messages, unsigned workers)
{
    actor_system *system = bench_system(workers);
    uint64_t most = COPIED_MAX_BYTES / bytes;
    uint64_t parcels = ((messages < most ? messages : most) + 1) / 2 * 2;
    uint8_t *data = malloc(bytes);
    series_thrower_ref one;
    series_thrower_ref other;
    series_throw_reply *reply = NULL;
    bench_expect("there is memory for the data", data != NULL);
    memset(data, 42, bytes);
    bench_check("start one", series_thrower_start(system, &one));
    bench_check("start the other", series_thrower_start(system, &other));
    actor_duration began = actor_now();
    bench_check("throw",
            series_thrower_ask_throw(system, one,
                    &(series_throw){ .to = other, .parcels = parcels, .data = { data, bytes } },
                    BENCH_PATIENCE, &reply));
    actor_duration took = actor_now() - began;
    bench_expect("what was caught is what was thrown",
            reply->caught.data.len == bytes &&
                    memcmp(reply->caught.data.data, data, bytes) == 0);
    actor_reply_free(reply);
    print_row("payload", bytes, parcels, took);
    end(system, "series.Parcel", parcels);
    free(data);
}

static void run_payload(uint64_t messages, unsigned workers)
{
    for (size_t bytes = 8; bytes <= 65536; bytes *= 2) {
        measure_payload(bytes, messages, workers);
    }
}

/* Many small rings, which can turn at the same time. */
static void measure_workers(unsigned workers, uint64_t messages)
{
    actor_system *system = bench_system(workers);
    series_wheel_ref wheels[WHEELS];
    series_spin once = { .tokens = 1, .hops_each = (messages + WHEELS - 1) / WHEELS };
    for (int i = 0; i < WHEELS; i++) {
        wheels[i] = build(system, NODES_OF_A_WHEEL);
    }
    print_row("workers", workers, once.hops_each * WHEELS, spin(system, wheels, WHEELS, &once));
    end(system, "series.Token", once.hops_each * WHEELS);
}

/* As many as there are cores, and then twice as many. */
static void run_workers(uint64_t messages, unsigned workers)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned most = workers > 0 ? workers : 2 * (unsigned)(cores > 0 ? cores : 1);
    for (unsigned i = 1; i <= most && i <= 64; i *= 2) {
        measure_workers(i, messages);
    }
}

static void measure_mailboxes(uint64_t boxes, uint64_t letters, unsigned workers)
{
    actor_system *system = bench_system(workers);
    series_postman_ref postman;
    series_deliver_reply *reply = NULL;
    bench_check("start the postman", series_postman_start(system, &postman));
    actor_duration began = actor_now();
    bench_check("deliver", series_postman_ask_deliver(system, postman,
                                   &(series_deliver){ .boxes = boxes, .letters = letters },
                                   BENCH_PATIENCE, &reply));
    actor_duration took = actor_now() - began;
    bench_expect("each letter was received",
            reply->received.letters == letters &&
                    reply->received.sum == letters * (letters + 1) / 2);
    actor_reply_free(reply);
    print_row("mailboxes", boxes, letters + 2 * boxes, took);
    end(system, "series.Letter", letters);
}

static void run_mailboxes(uint64_t messages, unsigned workers)
{
    for (uint64_t boxes = 1; boxes <= 100000; boxes *= 10) {
        measure_mailboxes(boxes, messages, workers);
    }
}

static const struct series {
    const char *name;
    void (*run)(uint64_t messages, unsigned workers);
} all[] = {
    { "actors", run_actors },
    { "payload", run_payload },
    { "workers", run_workers },
    { "mailboxes", run_mailboxes },
};

int main(int argc, char **argv)
{
    const char *wanted = argc > 1 ? argv[1] : "all";
    uint64_t messages = bench_number(argc, argv, 2, 5000000);
    unsigned workers = (unsigned)bench_number(argc, argv, 3, 0);
    bool found = false;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(wanted, "all") == 0 || strcmp(wanted, all[i].name) == 0) {
            all[i].run(messages, workers);
            found = true;
        }
    }
    if (!found) {
        (void)fprintf(stderr, "%s: no such series: %s\n", argv[0], wanted);
        return BENCH_NOT_HERE;
    }
    return EXIT_SUCCESS;
}
