/* SPDX-License-Identifier: MIT */
/*
 * machine.c - see machine.h.
 */
#define _GNU_SOURCE /* sched_getaffinity() */

#include "machine.h"

#include "base.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* What stands behind "KEY :" in the first such line of a file, "" if there is none. */
static void look_up(const char *path, const char *key, char *ret_value, size_t size)
{
    ret_value[0] = '\0';
    FILE *file = fopen(path, "r");
    char line[512];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *colon = strchr(line, ':');
        if (colon != NULL && strncmp(line, key, strlen(key)) == 0) {
            char *value = colon + 1 + strspn(colon + 1, " \t");
            value[strcspn(value, "\n")] = '\0';
            (void)snprintf(ret_value, size, "%s", value);
            break;
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

char *machine_describe(void)
{
    char processor[128];
    look_up("/proc/cpuinfo", "model name", processor, sizeof processor);
    struct utsname system;
    if (uname(&system) != 0) {
        base_give_up("uname does not work");
    }
    cpu_set_t cores;
    int count = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    return base_print("%s, %d core%s, %s %s", processor[0] != '\0' ? processor : system.machine,
            count, count == 1 ? "" : "s", system.sysname, system.release);
}

double machine_free_ram(void)
{
    char value[64];
    look_up("/proc/meminfo", "MemAvailable", value, sizeof value);
    double kib = strtod(value, NULL);
    return kib > 0 ? kib * 1024 : 1e9;
}

double machine_load(void)
{
    double load = 0;
    FILE *file = fopen("/proc/loadavg", "r");
    if (file != NULL) {
        load = fscanf(file, "%lf", &load) == 1 ? load : 0;
        (void)fclose(file);
    }
    return load;
}
