/* SPDX-License-Identifier: MIT */
/*
 * audit.c - keeps the log of the sales: a line `order_id,product_id,count,customer` for each in
 * the file it was given, if any.
 *
 * The log is for people; the books are in the database. So a log that cannot be written is
 * reported once and the shop goes on selling.
 */
#include "shop.actor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct shop_audit {
    FILE *log; /* NULL: there is none, or it could not be written */
};
ACTOR_STATE(shop_audit);

static void close_log(void *log)
{
    (void)fclose(log); /* has been flushed whenever the actor was idle */
}

actor_result shop_audit_at_start(shop_audit *self, const shop_audit_args *args)
{
    if (args->log.len == 0) {
        return ACTOR_CONTINUE;
    }
    self->log = fopen(args->log.data, "a");
    if (self->log == NULL) {
        return actor_fail(
                self, "cannot open the log '%s': %s", args->log.data, strerror(errno));
    }
    if (actor_own(self, self->log, close_log) != ACTOR_OK) {
        self->log = NULL;
        return actor_fail(self, "out of memory");
    }
    return ACTOR_CONTINUE;
}

/* Gives the log up if the last thing done to it failed. */
static void check(shop_audit *self, bool done)
{
    if (!done) {
        actor_log(self, ACTOR_LOG_ERROR, "the log ends here: %s", strerror(errno));
        if (actor_disown(self, self->log)) {
            (void)fclose(self->log);
        }
        self->log = NULL;
    }
}

void shop_audit_at_stop(shop_audit *self)
{
    if (self->log != NULL) {
        check(self, fflush(self->log) == 0);
    }
}

/* Writes a customer as a CSV field, always quoted. */
static bool write_name(FILE *log, actor_string name)
{
    bool written = fputc('"', log) != EOF;
    for (size_t i = 0; i < name.len && written; i++) {
        written = (name.data[i] != '"' || fputc('"', log) != EOF) &&
                  fputc(name.data[i], log) != EOF;
    }
    return written && fputs("\"\n", log) != EOF;
}

actor_result shop_audit_on_sold(shop_audit *self, const shop_sold *msg)
{
    if (self->log == NULL) {
        return ACTOR_CONTINUE;
    }
    bool written = fprintf(self->log, "%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",", msg->order_id,
                           msg->product_id, msg->count) > 0 &&
                   write_name(self->log, msg->customer) &&
                   (actor_backlog(self) > 0 || fflush(self->log) == 0);
    check(self, written);
    return ACTOR_CONTINUE;
}
