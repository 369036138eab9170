/* SPDX-License-Identifier: MIT */
/*
 * workload.c - see workload.h.
 */
#include "workload.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The thread that asks is none of the workers. */
const struct workload workloads[WORKLOAD_COUNT] = {
    { "ping-pong", "ns", "message", 20000000, 2, 0 },
    { "counting", "ns", "increment", 10000000, 1, 0 },
    { "ring", "ns", "hop", 20000000, 100, 0 },
    { "create", "ns", "actor", 1000000, 1, 0 },
    { "fork-join", "ns", "message", 12000000, 60, 0 },
    { "big", "ns", "ping or pong", 4800000, 240, 0 },
    { "chameneos", "ns", "meeting", 1000000, 1, 0 },
    { "many-to-one", "ns", "message", 10000000, 100, 0 },
    { "shop", "ns", "purchase", 1000000, 1000, 0 },
    { "memory", "bytes", "idle actor", 1000000, 1, 0 },
    { "ask", "us", "ask, p50", 200000, 1, 1 },
};

const struct workload *workload_find(const char *name)
{
    for (size_t i = 0; i < WORKLOAD_COUNT; i++) {
        if (strcmp(workloads[i].name, name) == 0) {
            return &workloads[i];
        }
    }
    return NULL;
}

double workload_seconds(const char *unit)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = { { "ns", 1e-9 }, { "us", 1e-6 }, { "µs", 1e-6 }, { "ms", 1e-3 }, { "s", 1 } };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].name, unit) == 0) {
            return units[i].seconds;
        }
    }
    return 0;
}

uint64_t workload_round(const struct workload *workload, double count)
{
    double grains = floor(count / (double)workload->grain + 1e-9);
    return grains < 1 ? workload->grain : (uint64_t)grains * workload->grain;
}

/* What a number in `unit` is multiplied with to be in the workload's; 0 if it is in another world. */
static double factor_of(const struct workload *workload, const char *unit)
{
    if (strcmp(unit, workload->unit) == 0) {
        return 1;
    }
    double wanted = workload_seconds(workload->unit);
    return wanted > 0 ? workload_seconds(unit) / wanted : 0;
}

/* A number above zero, or 0. */
static double positive(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(value) && value > 0 ? value : 0;
}

bool workload_read(const struct workload *workload, const char *text, struct answer *ret_answer,
        char *ret_why, size_t why_size)
{
    char name[32], value[32], unit[16], p99[32] = "";
    int end = 0;
    size_t line = strcspn(text, "\n");
    int fields = sscanf(text, "%31s %31s %15s%n", name, value, unit, &end);
    bool is_one_line = line == strlen(text) || line + 1 == strlen(text);
    if (fields == 3 && is_one_line && (size_t)end < line) {
        int more = 0;
        if (sscanf(text + end, " %31s%n", p99, &more) == 1) {
            fields++;
            end += more;
        }
    }
    double factor = fields >= 3 ? factor_of(workload, unit) : 0;
    struct answer answer = { .has_p99 = fields == 4 };
    answer.value = fields >= 3 ? positive(value) * factor : 0;
    answer.p99 = answer.has_p99 ? positive(p99) * factor : 0;
    if (!is_one_line || fields < 3 || strcmp(name, workload->name) != 0 || answer.value <= 0 ||
            (answer.has_p99 && answer.p99 <= 0) ||
            strspn(text + end, " \r\n") != strlen(text + end)) {
        (void)snprintf(ret_why, why_size, "answered '%.*s'%s, not '%s VALUE %s [P99]'",
                line > 60 ? 60 : (int)line, text, is_one_line ? "" : " and more",
                workload->name, workload->unit);
        return false;
    }
    *ret_answer = answer;
    return true;
}
