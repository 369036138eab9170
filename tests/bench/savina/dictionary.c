/* SPDX-License-Identifier: MIT */
/*
 * dictionary.c - twenty workers ask one dictionary; a tenth of the requests change it. The values of a key are
 * all the same modulo the number of keys. SIZE: requests of each worker.
 */
#include "dictionary.actor.h"
#include "savina.h"

enum {
    REQUESTS = 10000,
    REQUESTS_MAX = 1000000,
    KEYS = INT32_MAX / 4096,
    VALUES = 4096, /* of each key */
    SLOTS = 1 << 20,
    WRITES_IN_100 = 10
};

/* An open hash table of all keys. */
struct table {
    struct entry {
        uint32_t key; /* + 1; 0 = free */
        uint32_t value;
    } slots[SLOTS];
    uint32_t entries;
};

/* Returns the place of a key, or the free one that it would have. */
static struct entry *table_find(struct table *table, uint32_t key)
{
    uint32_t i = key * UINT32_C(2654435761) >> 12;
    while (table->slots[i].key != 0 && table->slots[i].key != key + 1) {
        i = (i + 1) % SLOTS;
    }
    return &table->slots[i];
}

static void table_put(struct table *table, uint32_t key, uint32_t value)
{
    struct entry *e = table_find(table, key);
    table->entries += e->key == 0 ? 1 : 0;
    *e = (struct entry){ .key = key + 1, .value = value };
}

/* What a worker asks next. */
struct request {
    bool is_write;
    uint32_t key;
    uint32_t value;
};

static struct request next_request(uint64_t *random)
{
    struct request r = { .is_write = savina_below(random, 100) < WRITES_IN_100 };
    r.key = savina_below(random, KEYS);
    r.value = r.is_write ? r.key + KEYS * savina_below(random, VALUES) : 0;
    return r;
}

/* ---- Dictionary ----------------------------------------------------------------------- */

struct dictionary_dictionary {
    struct table *table;
};
ACTOR_STATE(dictionary_dictionary);

actor_result dictionary_dictionary_at_start(
        dictionary_dictionary *self, const dictionary_dictionary_args *args)
{
    self->table = args->table;
    return ACTOR_CONTINUE;
}

actor_result dictionary_dictionary_on_read(
        dictionary_dictionary *self, const dictionary_read *msg, dictionary_read_call call)
{
    dictionary_read_answer_result(
            call, &(dictionary_result){ .value = table_find(self->table, msg->key)->value });
    return ACTOR_CONTINUE;
}

actor_result dictionary_dictionary_on_write(
        dictionary_dictionary *self, const dictionary_write *msg, dictionary_write_call call)
{
    table_put(self->table, msg->key, msg->value);
    dictionary_write_answer_result(call, &(dictionary_result){ .value = msg->value });
    return ACTOR_CONTINUE;
}

/* ---- Worker --------------------------------------------------------------------------- */

struct dictionary_worker {
    dictionary_dictionary_ref dictionary;
    uint64_t random;
    uint32_t to_do;
    struct request asked;
    dictionary_worked so_far;
};
ACTOR_STATE(dictionary_worker);

actor_result dictionary_worker_at_start(
        dictionary_worker *self, const dictionary_worker_args *args)
{
    self->dictionary = args->dictionary;
    return ACTOR_CONTINUE;
}

static void ask_next(dictionary_worker *self, dictionary_work_call call)
{
    if (self->to_do == 0) {
        dictionary_work_answer_worked(call, &self->so_far);
        return;
    }
    self->to_do--;
    self->asked = next_request(&self->random);
    if (self->asked.is_write) {
        dictionary_worker_ask_write(self, call, self->dictionary,
                &(dictionary_write){ .key = self->asked.key, .value = self->asked.value });
    } else {
        dictionary_worker_ask_read(
                self, call, self->dictionary, &(dictionary_read){ .key = self->asked.key });
    }
}

actor_result dictionary_worker_on_work(
        dictionary_worker *self, const dictionary_work *msg, dictionary_work_call call)
{
    self->random = msg->worker;
    self->to_do = msg->requests;
    ask_next(self, call);
    return ACTOR_CONTINUE;
}

actor_result dictionary_worker_got_read(
        dictionary_worker *self, const dictionary_read_reply *reply, dictionary_work_call call)
{
    if (reply->kind == DICTIONARY_READ_REPLY_ERROR) {
        dictionary_work_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    if (reply->result.value % KEYS != self->asked.key) {
        return actor_fail(
                self, "key %" PRIu32 " has %" PRIu32, self->asked.key, reply->result.value);
    }
    self->so_far.reads++;
    ask_next(self, call);
    return ACTOR_CONTINUE;
}

actor_result dictionary_worker_got_write(
        dictionary_worker *self, const dictionary_write_reply *reply, dictionary_work_call call)
{
    if (reply->kind == DICTIONARY_WRITE_REPLY_ERROR) {
        dictionary_work_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    if (reply->result.value != self->asked.value) {
        return actor_fail(self, "wrote %" PRIu32 ", not %" PRIu32, reply->result.value,
                self->asked.value);
    }
    self->so_far.writes++;
    ask_next(self, call);
    return ACTOR_CONTINUE;
}

/* ---- Master --------------------------------------------------------------------------- */

struct dictionary_master {
    uint32_t done; /* workers */
    dictionary_worked total;
};
ACTOR_STATE(dictionary_master);

actor_result dictionary_master_on_run(
        dictionary_master *self, const dictionary_run *msg, dictionary_run_call call)
{
    for (uint32_t i = 0; i < DICTIONARY_WORKERS; i++) {
        dictionary_master_ask_work(self, call, dictionary_master_child_workers(self),
                &(dictionary_work){ .worker = i, .requests = msg->requests });
    }
    return ACTOR_CONTINUE;
}

actor_result dictionary_master_got_work(
        dictionary_master *self, const dictionary_work_reply *reply, dictionary_run_call call)
{
    if (reply->kind == DICTIONARY_WORK_REPLY_ERROR) {
        dictionary_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->total.reads += reply->worked.reads;
    self->total.writes += reply->worked.writes;
    if (++self->done == DICTIONARY_WORKERS) {
        dictionary_run_answer_worked(call, &self->total);
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* Notes the last value that a worker has written for each key, and adds to what all have done. */
static void replay(uint32_t worker, uint32_t requests, uint32_t *last, dictionary_worked *total)
{
    uint64_t random = worker;
    for (uint32_t i = 0; i < requests; i++) {
        struct request r = next_request(&random);
        total->reads += r.is_write ? 0 : 1;
        total->writes += r.is_write ? 1 : 0;
        if (r.is_write) {
            last[r.key] = r.value;
        }
    }
}

/* For each key there is the last value of one of those who wrote it, or the first one if nobody did. */
static void check_table(
        const struct savina *s, struct table *table, const dictionary_worked *worked)
{
    static uint32_t last[KEYS];
    static uint32_t writers[KEYS];
    static bool is_explained[KEYS];
    dictionary_worked expected = { 0, 0 };
    for (uint32_t worker = 0; worker < DICTIONARY_WORKERS; worker++) {
        for (uint32_t key = 0; key < KEYS; key++) {
            last[key] = UINT32_MAX;
        }
        replay(worker, s->size, last, &expected);
        for (uint32_t key = 0; key < KEYS; key++) {
            if (last[key] != UINT32_MAX) {
                writers[key]++;
                is_explained[key] |= table_find(table, key)->value == last[key];
            }
        }
    }
    for (uint32_t key = 0; key < KEYS; key++) {
        if (!is_explained[key]) {
            savina_expect(s, "writers of a key with another value", 0, writers[key]);
            savina_expect(s, "value that nobody wrote", key, table_find(table, key)->value);
        }
    }
    savina_expect(s, "entries", KEYS, table->entries);
    savina_expect(s, "reads", expected.reads, worked->reads);
    savina_expect(s, "writes", expected.writes, worked->writes);
}

int main(int argc, char **argv)
{
    static struct table table;
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){
                    .name = "dictionary", .size = REQUESTS, .max = REQUESTS_MAX });
    dictionary_master_ref master;
    dictionary_run_reply *reply = NULL;
    for (uint32_t key = 0; key < KEYS; key++) {
        table_put(&table, key, key);
    }
    savina_start_clock(&s);
    savina_check(&s, "start",
            dictionary_master_start(
                    s.system, &(dictionary_master_args){ .table = &table }, &master));
    savina_check(&s, "work",
            dictionary_master_ask_run(s.system, master, &(dictionary_run){ .requests = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    savina_stop(&s);
    check_table(&s, &table, &reply->worked);
    actor_reply_free(reply);
    return savina_close(&s);
}
