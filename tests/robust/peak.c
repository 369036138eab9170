/* SPDX-License-Identifier: MIT */
/*
 * peak.c - runs a command and says what it took: "STATUS KIB MS", its exit status (128 and more:
 * killed by a signal), the most memory that was resident, and the time of the processor.
 *
 * usage: peak REPORT SECONDS COMMAND [ARGUMENT...]
 *
 * The report goes to the file REPORT, so that what the command says is left alone. A command that
 * has not ended after SECONDS hangs, and is killed.
 */
#define _DEFAULT_SOURCE /* wait4() */

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long milliseconds(struct timeval time)
{
    return time.tv_sec * 1000 + time.tv_usec / 1000;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: peak REPORT SECONDS COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    pid_t child = fork();
    if (child == 0) {
        /* An alarm outlives exec, and kills who does not await it. */
        alarm((unsigned)strtoul(argv[2], NULL, 10));
        execvp(argv[3], argv + 3);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("peak");
        return 2;
    }
    FILE *report = fopen(argv[1], "w");
    if (report == NULL) {
        perror(argv[1]);
        return 2;
    }
    fprintf(report, "%d %ld %ld\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), usage.ru_maxrss,
            milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime));
    return fclose(report) == 0 ? 0 : 2;
}
