/* SPDX-License-Identifier: MIT */
/* log.h - lines for the application's log hook, or stderr. Floor 9. */
#ifndef RT_LOG_H
#define RT_LOG_H

#include "local.h"

/* Logs one line, cut at 511 bytes. Any thread, no lock held. */
void log_line(struct shared *s, actor_log_level level, const char *format, ...)
        ACTOR_PRINTF(3, 4);
/* The same with `prefix` and ": " in front. */
void log_line_v(struct shared *s, actor_log_level level, const char *prefix, const char *format,
        va_list args);

/* Logs one line of any length as it is. */
void log_text(struct shared *s, actor_log_level level, const char *line);

#endif
