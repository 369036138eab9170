/* SPDX-License-Identifier: MIT */
/*
 * ask.c - how long a thread that is not the system's waits for an actor's answer, one ask at a time: the median, and what
 * one in a hundred takes longer than. See bench.h for how it is called.
 */
#include "office.actor.h"

#include "bench.h"

struct office_clerk {
    uint64_t answers;
};
ACTOR_STATE(office_clerk);

actor_result office_clerk_on_question(
        office_clerk *self, const office_question *msg, office_question_call call)
{
    self->answers++;
    office_question_answer_answer(call, &(office_answer){ msg->number + self->answers });
    return ACTOR_CONTINUE;
}

static int compare(const void *left, const void *right)
{
    actor_duration a = *(const actor_duration *)left;
    actor_duration b = *(const actor_duration *)right;
    return (a > b) - (a < b);
}

/* Asks once; the clock is read between two asks, so that each is from one reading to the next. */
static void ask(actor_system *system, office_clerk_ref clerk, uint64_t number)
{
    office_question_reply *reply = NULL;
    bench_check("ask", office_clerk_ask_question(system, clerk, &(office_question){ number },
                               actor_seconds(60), &reply));
    bench_expect("the answer is to this question", reply->answer.number == 2 * number);
    actor_reply_free(reply);
}

int main(int argc, char **argv)
{
    struct bench bench = bench_open(argc, argv, "ask", 200000);
    actor_duration *times = malloc(bench.count * sizeof *times);
    office_clerk_ref clerk;
    bench_expect("there is memory for the times", times != NULL);
    bench_check("start the clerk", office_clerk_start(bench.system, &clerk));
    actor_duration before = actor_now();
    for (uint64_t i = 0; i < bench.count; i++) {
        ask(bench.system, clerk, i + 1);
        actor_duration now = actor_now();
        times[i] = now - before;
        before = now;
    }
    bench_close(&bench);
    qsort(times, bench.count, sizeof *times, compare);
    (void)printf("%s %.2f us %.2f\n", bench.workload, (double)times[bench.count / 2] / 1e3,
            (double)times[bench.count - 1 - bench.count / 100] / 1e3);
    free(times);
    return EXIT_SUCCESS;
}
