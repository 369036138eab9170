/* SPDX-License-Identifier: MIT */
/*
 * trapezoid.c - the area of sin(x^3 - 1) / (x + 1) * sqrt(1 + e^sqrt(2 x)) from 1 to 5. SIZE: trapezoids.
 */
#include "savina.h"
#include "trapezoid.actor.h"

#include <math.h>
#include <string.h>

enum { PIECES = 10000000, PIECES_MAX = 1000000000 };

static const double FROM = 1;
static const double TO = 5;

static double curve(double x)
{
    return sin(x * x * x - 1) / (x + 1) * sqrt(1 + exp(sqrt(2 * x)));
}

static double area_of(double from, double width, uint32_t pieces)
{
    double area = 0;
    for (uint32_t i = 0; i < pieces; i++) {
        double left = from + i * width;
        area += 0.5 * (curve(left) + curve(left + width)) * width;
    }
    return area;
}

/* Returns range `i` of what is to be done; the first ones have a piece more if they cannot be equal. */
static trapezoid_integrate range_of(const trapezoid_run *run, uint32_t i)
{
    uint32_t each = run->pieces / TRAPEZOID_WORKERS;
    uint32_t more = run->pieces % TRAPEZOID_WORKERS;
    uint32_t before = i * each + (i < more ? i : more);
    double width = (run->to - run->from) / run->pieces;
    return (trapezoid_integrate){
        .from = run->from + before * width, .width = width, .pieces = each + (i < more ? 1 : 0)
    };
}

/* ---- Worker --------------------------------------------------------------------------- */

struct trapezoid_worker {
    char nothing;
};
ACTOR_STATE(trapezoid_worker);

actor_result trapezoid_worker_on_integrate(
        trapezoid_worker *self, const trapezoid_integrate *msg, trapezoid_integrate_call call)
{
    (void)self;
    trapezoid_integrate_answer_area(
            call, &(trapezoid_area){ .area = area_of(msg->from, msg->width, msg->pieces) });
    return ACTOR_CONTINUE;
}

/* ---- Master --------------------------------------------------------------------------- */

struct trapezoid_master {
    uint32_t received;
    double areas[TRAPEZOID_WORKERS];
};
ACTOR_STATE(trapezoid_master);

actor_result trapezoid_master_on_run(
        trapezoid_master *self, const trapezoid_run *msg, trapezoid_run_call call)
{
    for (uint32_t i = 0; i < TRAPEZOID_WORKERS; i++) {
        trapezoid_integrate range = range_of(msg, i);
        trapezoid_master_ask_integrate(self, call, trapezoid_master_child_workers(self), &range,
                &(trapezoid_range){ .index = i });
    }
    return ACTOR_CONTINUE;
}

actor_result trapezoid_master_got_integrate(trapezoid_master *self,
        const trapezoid_integrate_reply *reply, const trapezoid_range *range,
        trapezoid_run_call call)
{
    if (reply->kind == TRAPEZOID_INTEGRATE_REPLY_ERROR) {
        trapezoid_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->areas[range->index] = reply->area.area;
    if (++self->received == TRAPEZOID_WORKERS) {
        trapezoid_run_answer_areas(
                call, &(trapezoid_areas){ .areas = { self->areas, TRAPEZOID_WORKERS } });
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

static uint64_t bits_of(double area)
{
    uint64_t bits;
    memcpy(&bits, &area, sizeof bits);
    return bits;
}

/* The areas are the same, to the last bit. */
static void check_areas(
        const struct savina *s, const trapezoid_run *run, const trapezoid_areas *areas)
{
    savina_expect(s, "areas", TRAPEZOID_WORKERS, areas->areas.count);
    for (uint32_t i = 0; i < TRAPEZOID_WORKERS; i++) {
        trapezoid_integrate range = range_of(run, i);
        double expected = area_of(range.from, range.width, range.pieces);
        savina_expect(s, "bits of an area", bits_of(expected), bits_of(areas->areas.items[i]));
    }
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "trapezoid", .size = PIECES, .max = PIECES_MAX });
    trapezoid_run run = { .from = FROM, .to = TO, .pieces = s.size };
    trapezoid_master_ref master;
    trapezoid_run_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", trapezoid_master_start(s.system, &master));
    savina_check(&s, "integrate",
            trapezoid_master_ask_run(
                    s.system, master, &run, actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    check_areas(&s, &run, &reply->areas);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
