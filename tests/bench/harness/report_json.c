/* SPDX-License-Identifier: MIT */
/*
 * report_json.c - see report_json.h.
 */
#include "report_json.h"

#include <inttypes.h>

/* What is not ASCII has no business in any of these texts. */
static void put_text(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            (void)fprintf(out, "\\%c", *text);
        } else {
            (void)fputc(*text >= ' ' && *text <= '~' ? *text : '?', out);
        }
    }
    (void)fputc('"', out);
}

static void put_key(FILE *out, const char *key, const char *text)
{
    (void)fprintf(out, "\"%s\": ", key);
    put_text(out, text);
    (void)fputs(", ", out);
}

static void put_names(const struct row *row, FILE *out)
{
    (void)fputs("    { ", out);
    put_key(out, "workload", row->workload->name);
    put_key(out, "system", row->contender->name);
    (void)fprintf(out, "\"workers\": %u, ", row->workers);
}

static void put_row(const struct row *row, FILE *out)
{
    const struct sample *median = &row->median;
    put_names(row, out);
    put_key(out, "unit", row->workload->unit);
    (void)fprintf(out, "\"median\": %.6g, \"p99\": ", median->value);
    if (median->p99 > 0) {
        (void)fprintf(out, "%.6g", median->p99);
    } else {
        (void)fputs("null", out);
    }
    (void)fprintf(out, ", \"min\": %.6g, \"max\": %.6g, \"rounds\": %zu, ", row->min, row->max,
            row->rounds);
    (void)fprintf(out, "\"cpu_s\": %.3f, \"wall_s\": %.3f, \"rss_bytes\": %" PRIu64 " }",
            median->cpu_s, median->wall_s, median->rss_bytes);
}

static void put_missing(const struct row *row, FILE *out)
{
    put_names(row, out);
    (void)fputs("\"why\": ", out);
    put_text(out, row->why);
    (void)fputs(" }", out);
}

static void put_list(const struct results *results, const char *name, bool is_measured,
        void (*put)(const struct row *row, FILE *out), FILE *out)
{
    const char *before = "\n";
    (void)fprintf(out, "  \"%s\": [", name);
    for (size_t i = 0; i < results->row_count; i++) {
        if (row_is_measured(&results->rows[i]) == is_measured) {
            (void)fputs(before, out);
            put(&results->rows[i], out);
            before = ",\n";
        }
    }
    (void)fputs(before[0] == ',' ? "\n  ]" : "]", out);
}

void report_json(const struct results *results, FILE *out)
{
    (void)fputs("{\n  ", out);
    put_key(out, "date", results->date);
    (void)fputs("\n  ", out);
    put_key(out, "machine", results->machine);
    (void)fputs("\n  \"workers\": [", out);
    for (size_t i = 0; i < results->workers_count; i++) {
        (void)fprintf(out, "%s%u", i == 0 ? "" : ", ", results->workers[i]);
    }
    (void)fputs("],\n", out);
    put_list(results, "rows", true, put_row, out);
    (void)fputs(",\n", out);
    put_list(results, "missing", false, put_missing, out);
    (void)fputs("\n}\n", out);
}
