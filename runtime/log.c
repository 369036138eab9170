/* SPDX-License-Identifier: MIT */
/*
 * log.c - see log.h.
 *
 * Without a hook lines go to stderr, at most LINES_A_SECOND of them: an actor that fails in a loop
 * must not fill a disk. The first line of the next second says how many were left out.
 */
#include "log.h"

#include "clock.h"

#include <inttypes.h>
#include <stdio.h>

enum { LINES_A_SECOND = 100, LINE_BYTES = 512 };

static const char *level_name(actor_log_level level)
{
    switch (level) {
    case ACTOR_LOG_DEBUG: return "debug";
    case ACTOR_LOG_INFO: return "info";
    case ACTOR_LOG_WARNING: return "warning";
    case ACTOR_LOG_ERROR: return "error";
    }
    return "error";
}

/* True if a line may be written now; `*ret_left_out` lines were not since the last one. */
static bool admit(struct shared *s, uint32_t *ret_left_out)
{
    int64_t second = clock_now() / ACTOR_SECOND;
    *ret_left_out = 0;
    /* relaxed, all: being one line off at the turn of a second does no harm. */
    int64_t last = load_rlx(&s->log_second);
    if (last != second && cas_acq_rel(&s->log_second, &last, second)) {
        uint32_t lines = load_rlx(&s->log_lines);
        *ret_left_out = lines > LINES_A_SECOND ? lines - LINES_A_SECOND : 0;
        store_rlx(&s->log_lines, 0);
    }
    return add_rlx(&s->log_lines, 1) < LINES_A_SECOND;
}

void log_text(struct shared *s, actor_log_level level, const char *line)
{
    if (s->config.log != NULL) {
        bool outer = local_begin_callback();
        s->config.log(s->config.hook_context, level, line);
        local_end_callback(outer);
        return;
    }
    uint32_t left_out;
    if (!admit(s, &left_out)) {
        return;
    }
    if (left_out > 0) {
        fprintf(stderr, "actorc: warning: %" PRIu32 " lines were left out\n", left_out);
    }
    fprintf(stderr, "actorc: %s: %s\n", level_name(level), line);
}

void log_line_v(struct shared *s, actor_log_level level, const char *prefix, const char *format,
        va_list args)
{
    char line[LINE_BYTES];
    int n = prefix == NULL ? 0 : snprintf(line, sizeof line, "%s: ", prefix);
    size_t used = n < 0 ? 0 : (size_t)n;
    if (used < sizeof line) {
        (void)vsnprintf(line + used, sizeof line - used, format, args);
    }
    log_text(s, level, line);
}

void log_line(struct shared *s, actor_log_level level, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    log_line_v(s, level, NULL, format, args);
    va_end(args);
}
