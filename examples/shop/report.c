/* SPDX-License-Identifier: MIT */
/* report.c - see report.h. */
#include "report.h"

#include <inttypes.h>

enum { LABEL_WIDTH = 24, NUMBER_WIDTH = 14 };

/* Writes `number` with a comma between thousands. */
static void group_digits(uint64_t number, char text[32])
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, number);
    char *to = text;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
}

static void row(FILE *out, const char *label, uint64_t number)
{
    char text[32];
    group_digits(number, text);
    (void)fprintf(out, "%-*s%*s\n", LABEL_WIDTH, label, NUMBER_WIDTH, text);
}

/* A row that is of interest only if there are any. */
static void row_if_any(FILE *out, const char *label, uint64_t number)
{
    if (number > 0) {
        row(out, label, number);
    }
}

static void latency_row(FILE *out, const char *label, const struct tally *tally, double percent)
{
    double ms =
            (double)histogram_percentile(&tally->latency, percent) / (double)ACTOR_MILLISECOND;
    (void)fprintf(out, "%-*s%*.2f ms\n", LABEL_WIDTH, label, NUMBER_WIDTH, ms);
}

double report_rate(const struct sale *sale)
{
    double seconds = (double)sale->tally.elapsed / (double)ACTOR_SECOND;
    return seconds > 0 ? (double)tally_answered(&sale->tally) / seconds : 0;
}

static void write_refused(FILE *out, const struct tally *tally)
{
    uint64_t refused = tally_answered(tally) - tally->answered[OUTCOME_SOLD];
    row(out, "  refused", refused);
    for (int i = OUTCOME_SOLD + 1; i < OUTCOME_COUNT; i++) {
        char label[40];
        (void)snprintf(label, sizeof label, "    %s", outcome_text((enum outcome)i));
        row(out, label, tally->answered[i]);
    }
}

static void write_failed(FILE *out, const struct tally *tally)
{
    row_if_any(out, "  without an answer", tally_failed(tally));
    for (int i = 0; i < ACTOR_ERR_COUNT; i++) {
        if (tally->failed[i] > 0) {
            char text[32];
            group_digits(tally->failed[i], text);
            (void)fprintf(out, "%*s  %s\n", LABEL_WIDTH + NUMBER_WIDTH, text,
                    actor_err_text((actor_err)i));
        }
    }
}

static void write_malformed(FILE *out, const struct sale *sale)
{
    row(out, "  malformed", sale->input.malformed);
    for (size_t i = 0; i < sale->problem_count; i++) {
        (void)fprintf(out, "    %s\n", sale->problems[i]);
    }
    if (sale->input.malformed > sale->problem_count && sale->problem_count > 0) {
        (void)fputs("    …\n", out);
    }
}

void report_write(FILE *out, const struct sale *sale)
{
    const struct tally *tally = &sale->tally;
    row(out, "orders", sale->input.orders + sale->input.malformed);
    row(out, "  sold", tally->answered[OUTCOME_SOLD]);
    write_refused(out, tally);
    write_failed(out, tally);
    write_malformed(out, sale);
    row(out, "units sold", tally->units_sold);
    row(out, "units left", sale->books.units_left);
    row(out, "logged by the audit", sale->logged);
    row_if_any(out, "  dropped before", sale->not_logged);
    row(out, "purchases per second", (uint64_t)report_rate(sale));
    latency_row(out, "latency p50", tally, 50);
    latency_row(out, "latency p99", tally, 99);
}
