/* SPDX-License-Identifier: MIT */
/*
 * fibonacci.c - an actor for each call of the recursion. SIZE: the index of the number.
 */
#include "fibonacci.actor.h"
#include "savina.h"

enum { INDEX = 25, INDEX_MAX = 40 };

struct fibonacci_fibonacci {
    unsigned replies;
    uint64_t sum;
};
ACTOR_STATE(fibonacci_fibonacci);

actor_result fibonacci_fibonacci_on_request(
        fibonacci_fibonacci *self, const fibonacci_request *msg, fibonacci_request_call call)
{
    if (msg->n <= 2) {
        fibonacci_request_answer_response(call, &(fibonacci_response){ 1 });
        return ACTOR_STOP;
    }
    for (uint32_t before = 1; before <= 2; before++) {
        fibonacci_fibonacci_ref child;
        if (fibonacci_fibonacci_spawn_fibonacci(self, &child) != ACTOR_OK) {
            return actor_fail(self, "no child");
        }
        fibonacci_fibonacci_ask_half(
                self, call, child, &(fibonacci_request){ .n = msg->n - before });
    }
    return ACTOR_CONTINUE;
}

actor_result fibonacci_fibonacci_got_half(fibonacci_fibonacci *self,
        const fibonacci_request_reply *reply, fibonacci_request_call call)
{
    if (reply->kind == FIBONACCI_REQUEST_REPLY_ERROR) {
        return actor_fail(self, "%s", actor_err_text(reply->error));
    }
    self->sum += reply->response.value;
    if (++self->replies < 2) {
        return ACTOR_CONTINUE;
    }
    fibonacci_request_answer_response(call, &(fibonacci_response){ self->sum });
    return ACTOR_STOP;
}

static uint64_t fibonacci_of(uint32_t n)
{
    uint64_t number = 0;
    uint64_t next = 1;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t after = number + next;
        number = next;
        next = after;
    }
    return number;
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "fibonacci", .size = INDEX, .max = INDEX_MAX });
    fibonacci_fibonacci_ref root;
    fibonacci_request_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", fibonacci_fibonacci_start(s.system, &root));
    savina_check(&s, "compute",
            fibonacci_fibonacci_ask_request(s.system, root, &(fibonacci_request){ .n = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    savina_expect(&s, "number", fibonacci_of(s.size), reply->response.value);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
