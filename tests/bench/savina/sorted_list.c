/* SPDX-License-Identifier: MIT */
/*
 * sorted_list.c - twenty workers ask one linked list; a tenth of the requests insert, one in a hundred asks for
 * its length. SIZE: requests of each worker; Savina has 8,000, which takes longer than 3 s.
 */
#include "savina.h"
#include "sorted_list.actor.h"

enum {
    REQUESTS = 5000,
    REQUESTS_MAX = 100000,
    VALUES = 65536,
    SIZES_IN_100 = 1,
    WRITES_IN_100 = 10
};

/* In order, with the first that is not smaller found by going from one to the next. */
struct node {
    uint32_t value;
    struct node *next;
};

struct nodes {
    struct node *first;
};

static struct node **nodes_find(struct nodes *nodes, uint32_t value)
{
    struct node **place = &nodes->first;
    while (*place != NULL && (*place)->value < value) {
        place = &(*place)->next;
    }
    return place;
}

static uint32_t nodes_count(const struct nodes *nodes)
{
    uint32_t count = 0;
    for (const struct node *n = nodes->first; n != NULL; n = n->next) {
        count++;
    }
    return count;
}

static void nodes_free(struct nodes *nodes)
{
    while (nodes->first != NULL) {
        struct node *n = nodes->first;
        nodes->first = n->next;
        free(n);
    }
}

/* What a worker asks next. */
enum what { IS_INSERT, IS_CONTAINS, IS_SIZE };

static enum what next_request(uint64_t *random, uint32_t *ret_value)
{
    uint32_t dice = savina_below(random, 100);
    *ret_value = savina_below(random, VALUES);
    return dice < SIZES_IN_100                   ? IS_SIZE
           : dice < SIZES_IN_100 + WRITES_IN_100 ? IS_INSERT
                                                 : IS_CONTAINS;
}

/* ---- List ----------------------------------------------------------------------------- */

struct sorted_list_list {
    struct nodes *nodes;
};
ACTOR_STATE(sorted_list_list);

actor_result sorted_list_list_at_start(
        sorted_list_list *self, const sorted_list_list_args *args)
{
    self->nodes = args->nodes;
    return ACTOR_CONTINUE;
}

actor_result sorted_list_list_on_insert(
        sorted_list_list *self, const sorted_list_insert *msg, sorted_list_insert_call call)
{
    struct node **place = nodes_find(self->nodes, msg->value);
    struct node *n = malloc(sizeof *n);
    if (n == NULL) {
        return actor_fail(self, "out of memory");
    }
    *n = (struct node){ .value = msg->value, .next = *place };
    *place = n;
    sorted_list_insert_answer_result(call, &(sorted_list_result){ .value = msg->value });
    return ACTOR_CONTINUE;
}

actor_result sorted_list_list_on_contains(
        sorted_list_list *self, const sorted_list_contains *msg, sorted_list_contains_call call)
{
    const struct node *n = *nodes_find(self->nodes, msg->value);
    sorted_list_contains_answer_result(call,
            &(sorted_list_result){ .value = n != NULL && n->value == msg->value ? 1 : 0 });
    return ACTOR_CONTINUE;
}

actor_result sorted_list_list_on_get_size(
        sorted_list_list *self, const sorted_list_get_size *msg, sorted_list_get_size_call call)
{
    (void)msg;
    sorted_list_get_size_answer_result(
            call, &(sorted_list_result){ .value = nodes_count(self->nodes) });
    return ACTOR_CONTINUE;
}

/* ---- Worker --------------------------------------------------------------------------- */

struct sorted_list_worker {
    sorted_list_list_ref list;
    uint64_t random;
    uint32_t to_do;
    uint32_t size; /* that the list had when it was last asked */
    sorted_list_worked so_far;
};
ACTOR_STATE(sorted_list_worker);

actor_result sorted_list_worker_at_start(
        sorted_list_worker *self, const sorted_list_worker_args *args)
{
    self->list = args->list;
    return ACTOR_CONTINUE;
}

static void ask_next(sorted_list_worker *self, sorted_list_work_call call)
{
    uint32_t value;
    if (self->to_do == 0) {
        sorted_list_work_answer_worked(call, &self->so_far);
        return;
    }
    self->to_do--;
    switch (next_request(&self->random, &value)) {
    case IS_INSERT:
        sorted_list_worker_ask_insert(
                self, call, self->list, &(sorted_list_insert){ .value = value });
        break;
    case IS_CONTAINS:
        sorted_list_worker_ask_contains(
                self, call, self->list, &(sorted_list_contains){ .value = value });
        break;
    case IS_SIZE: sorted_list_worker_ask_get_size(self, call, self->list, NULL); break;
    }
}

actor_result sorted_list_worker_on_work(
        sorted_list_worker *self, const sorted_list_work *msg, sorted_list_work_call call)
{
    self->random = msg->worker;
    self->to_do = msg->requests;
    ask_next(self, call);
    return ACTOR_CONTINUE;
}

actor_result sorted_list_worker_got_insert(sorted_list_worker *self,
        const sorted_list_insert_reply *reply, sorted_list_work_call call)
{
    if (reply->kind == SORTED_LIST_INSERT_REPLY_ERROR) {
        sorted_list_work_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    ask_next(self, call);
    return ACTOR_CONTINUE;
}

actor_result sorted_list_worker_got_contains(sorted_list_worker *self,
        const sorted_list_contains_reply *reply, sorted_list_work_call call)
{
    if (reply->kind == SORTED_LIST_CONTAINS_REPLY_ERROR) {
        sorted_list_work_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->so_far.asked++;
    self->so_far.found += reply->result.value;
    ask_next(self, call);
    return ACTOR_CONTINUE;
}

/* A list that only grows is never shorter than it was. */
actor_result sorted_list_worker_got_get_size(sorted_list_worker *self,
        const sorted_list_get_size_reply *reply, sorted_list_work_call call)
{
    if (reply->kind == SORTED_LIST_GET_SIZE_REPLY_ERROR) {
        sorted_list_work_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    if (reply->result.value < self->size) {
        return actor_fail(
                self, "%" PRIu32 " values after %" PRIu32, reply->result.value, self->size);
    }
    self->size = reply->result.value;
    ask_next(self, call);
    return ACTOR_CONTINUE;
}

/* ---- Master --------------------------------------------------------------------------- */

struct sorted_list_master {
    uint32_t done; /* workers */
    sorted_list_worked total;
};
ACTOR_STATE(sorted_list_master);

actor_result sorted_list_master_on_run(
        sorted_list_master *self, const sorted_list_run *msg, sorted_list_run_call call)
{
    for (uint32_t i = 0; i < SORTED_LIST_WORKERS; i++) {
        sorted_list_master_ask_work(self, call, sorted_list_master_child_workers(self),
                &(sorted_list_work){ .worker = i, .requests = msg->requests });
    }
    return ACTOR_CONTINUE;
}

actor_result sorted_list_master_got_work(sorted_list_master *self,
        const sorted_list_work_reply *reply, sorted_list_run_call call)
{
    if (reply->kind == SORTED_LIST_WORK_REPLY_ERROR) {
        sorted_list_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->total.found += reply->worked.found;
    self->total.asked += reply->worked.asked;
    if (++self->done == SORTED_LIST_WORKERS) {
        sorted_list_run_answer_worked(call, &self->total);
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* What is known of a run, whoever came first: how often a value was inserted, how often one was asked for, and
 * of these how many must have been found, since the same worker had inserted them before. */
struct replay {
    uint32_t inserted[VALUES];
    uint32_t asked[VALUES];
    uint32_t asked_in_all;
    uint32_t must_find;
};

static void replay_worker(struct replay *all, uint32_t worker, uint32_t requests)
{
    static uint32_t own[VALUES]; /* 1 + the worker who inserted it last */
    uint64_t random = worker;
    for (uint32_t i = 0; i < requests; i++) {
        uint32_t value;
        enum what what = next_request(&random, &value);
        if (what == IS_INSERT) {
            all->inserted[value]++;
            own[value] = worker + 1;
        } else if (what == IS_CONTAINS) {
            all->asked[value]++;
            all->asked_in_all++;
            all->must_find += own[value] == worker + 1 ? 1 : 0;
        }
    }
}

static void check_list(
        const struct savina *s, const struct nodes *nodes, const sorted_list_worked *worked)
{
    static struct replay all;
    uint32_t may_find = 0;
    const struct node *n = nodes->first;
    for (uint32_t worker = 0; worker < SORTED_LIST_WORKERS; worker++) {
        replay_worker(&all, worker, s->size);
    }
    for (uint32_t value = 0; value < VALUES; value++) {
        may_find += all.inserted[value] > 0 ? all.asked[value] : 0;
        for (uint32_t i = 0; i < all.inserted[value]; i++) {
            savina_expect(s, "values are missing", 1, n != NULL);
            savina_expect(s, "next value", value, n->value);
            n = n->next;
        }
    }
    savina_expect(s, "values are left over", 0, n != NULL);
    savina_expect(s, "values asked for", all.asked_in_all, worked->asked);
    savina_expect(s, "found too few", 0, worked->found < all.must_find);
    savina_expect(s, "found too many", 0, worked->found > may_find);
}

int main(int argc, char **argv)
{
    struct nodes nodes = { .first = NULL };
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){
                    .name = "sorted-list", .size = REQUESTS, .max = REQUESTS_MAX });
    sorted_list_master_ref master;
    sorted_list_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start",
            sorted_list_master_start(
                    s.system, &(sorted_list_master_args){ .nodes = &nodes }, &master));
    savina_check(&s, "work",
            sorted_list_master_ask_run(s.system, master,
                    &(sorted_list_run){ .requests = s.size }, actor_seconds(SAVINA_PATIENCE_S),
                    &reply));
    savina_stop_clock(&s);
    savina_stop(&s);
    check_list(&s, &nodes, &reply->worked);
    actor_reply_free(reply);
    nodes_free(&nodes);
    return savina_close(&s);
}
