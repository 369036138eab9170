/* SPDX-License-Identifier: MIT */
/*
 * goal.c - see goal.h.
 */
#include "goal.h"

#include "base.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void read_line(struct goals *goals, const char *path, int number, char *line)
{
    line[strcspn(line, "#\n")] = '\0';
    char name[32], why[256];
    if (sscanf(line, " %31s", name) != 1) {
        return;
    }
    const struct workload *workload = workload_find(name);
    struct answer answer;
    if (workload == NULL) {
        base_give_up("%s:%d: there is no workload '%s'", path, number, name);
    }
    if (!workload_read(workload, line + strspn(line, " \t"), &answer, why, sizeof why)) {
        base_give_up("%s:%d: %s", path, number, why);
    }
    goals->of[workload - workloads] =
            (struct goal){ answer.value, answer.has_p99 ? answer.p99 : 0 };
}

void goals_read(struct goals *goals, const char *path)
{
    *goals = (struct goals){ 0 };
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        base_give_up("cannot read %s: %s", path, strerror(errno));
    }
    char line[256];
    for (int number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        read_line(goals, path, number, line);
    }
    (void)fclose(file);
}

struct goal goal_of(const struct goals *goals, const struct workload *workload)
{
    return goals->of[workload - workloads];
}
