/* SPDX-License-Identifier: MIT */
/* progress.c - see progress.h. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { BAR_WIDTH = 30, ORDERS_PER_LINE = 10000 };

static const char BAR[] = "##############################";
static const char GAP[] = "..............................";

void progress_init(struct progress *progress)
{
    *progress = (struct progress){
        .terminal = isatty(STDERR_FILENO) == 1,
        .began = actor_now(),
        .next_line = 1,
    };
}

static void show_bar(const struct progress *progress, const struct orders_progress *now)
{
    double seconds = (double)(actor_now() - progress->began) / (double)ACTOR_SECOND;
    double rate = seconds > 0 ? (double)now->orders / seconds : 0;
    if (now->bytes_total == 0) {
        (void)fprintf(stderr, "\r%" PRIu64 " orders, %.0f/s \033[K", now->orders, rate);
        return;
    }
    int percent =
            now->bytes < now->bytes_total ? (int)(now->bytes * 100 / now->bytes_total) : 100;
    int filled = percent * BAR_WIDTH / 100;
    (void)fprintf(stderr, "\r[%.*s%.*s] %3d %%  %" PRIu64 " orders, %.0f/s \033[K", filled, BAR,
            BAR_WIDTH - filled, GAP, percent, now->orders, rate);
}

static void show_line(struct progress *progress, const struct orders_progress *now)
{
    uint64_t reached = now->bytes_total == 0 ? now->orders / ORDERS_PER_LINE
                                             : now->bytes * 10 / now->bytes_total;
    if (reached < progress->next_line) {
        return;
    }
    progress->next_line = reached + 1;
    if (now->bytes_total == 0) {
        (void)fprintf(stderr, "%" PRIu64 " orders\n", now->orders);
    } else {
        (void)fprintf(stderr, "%3" PRIu64 " %%  %" PRIu64 " orders\n",
                now->bytes * 100 / now->bytes_total, now->orders);
    }
}

void progress_show(struct progress *progress, const struct orders_progress *now)
{
    if (progress->terminal) {
        show_bar(progress, now);
    } else {
        show_line(progress, now);
    }
}

void progress_end(struct progress *progress)
{
    if (progress->terminal) {
        (void)fputs("\r\033[K", stderr);
    }
}
