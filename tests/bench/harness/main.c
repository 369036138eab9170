/* SPDX-License-Identifier: MIT */
/*
 * main.c - runs our programs and the peers', and writes what came of it: a table to standard output, and
 * results.txt, results.json and plots to a folder.
 *
 * The exit status is 0; 1 when a program of ours has failed, 2 when the harness was called wrongly or
 * could not do its work, 128 and the signal when it was interrupted, and then nothing was written.
 */
#include "base.h"
#include "child.h"
#include "file.h"
#include "machine.h"
#include "measure.h"
#include "names.h"
#include "options.h"
#include "plot_overview.h"
#include "plot_series.h"
#include "plot_workloads.h"
#include "report_json.h"
#include "report_text.h"
#include "results.h"
#include "series.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- What is to be done --------------------------------------------------------------------- */

static void choose_workloads(struct results *results, const char *list)
{
    struct names names;
    names_init(&names, list == NULL ? "" : list);
    for (size_t i = 0; i < names.count; i++) {
        if (workload_find(names.items[i]) == NULL) {
            base_give_up("there is no workload '%s'", names.items[i]);
        }
    }
    for (size_t i = 0; i < WORKLOAD_COUNT; i++) {
        if (names.count == 0 || names_have(&names, workloads[i].name)) {
            results->workloads[results->workload_count++] = &workloads[i];
        }
    }
    names_fini(&names);
}

static void choose_workers(struct results *results, const char *list)
{
    struct names names;
    names_init(&names, list);
    if (names.count == 0 || names.count > WORKERS_MAX) {
        base_give_up("workers: from 1 to %d numbers, not '%s'", WORKERS_MAX, list);
    }
    for (size_t i = 0; i < names.count; i++) {
        unsigned workers = (unsigned)options_number(names.items[i], "workers", 1024);
        size_t at = results->workers_count++;
        while (at > 0 && results->workers[at - 1] > workers) {
            results->workers[at] = results->workers[at - 1];
            at--;
        }
        results->workers[at] = workers;
    }
    names_fini(&names);
}

static void find_contenders(struct contenders *contenders, const struct options *options)
{
    struct names names;
    names_init(&names, options->peers == NULL ? "" : options->peers);
    contenders_find(contenders, options->ours, options->recipes, options->built,
            names.count == 0 ? NULL : &names);
    names_fini(&names);
}

/* ---- What came of it ------------------------------------------------------------------------ */

static void write_results(const struct results *results, const char *folder)
{
    struct file file;
    file_begin(&file, folder, "results.json");
    report_json(results, file.stream);
    file_end(&file);
    file_begin(&file, folder, "results.txt");
    report_text(results, file.stream);
    file_end(&file);
    file_begin(&file, folder, "workloads.svg");
    plot_workloads(results, file.stream);
    file_end(&file);
    for (size_t i = 0; i < results->workers_count; i++) {
        char *name = base_print("overview-%u.svg", results->workers[i]);
        file_begin(&file, folder, name);
        plot_overview(results, i, file.stream);
        file_end(&file);
        free(name);
    }
}

/* Runs the program of the series and draws what it has said. False: it failed. */
static bool draw_series(const struct options *options, const struct results *results)
{
    char *argv[] = { base_copy(options->series), NULL };
    struct child *child = base_alloc(1, sizeof *child);
    struct series_set *set = base_alloc(1, sizeof *set);
    (void)fprintf(stderr, "series\n");
    /* It is as many runs as it has points. */
    child_run(argv, (double)options->limit_s * 20, child);
    bool is_done = child->end == CHILD_EXITED && child->status == 0;
    size_t dropped = series_read(set, child->out);
    if (!is_done || dropped > 0 || set->count == 0) {
        (void)fprintf(stderr, "bench: %s: %s, %zu series, %zu points left out\n%s", argv[0],
                is_done ? "ended" : "failed", set->count, dropped, child->err);
    }
    if (is_done && set->count > 0) {
        struct file file;
        char *note = base_print("%.10s, %s", results->date, results->machine);
        file_begin(&file, options->out, "series.txt");
        (void)fputs(child->out, file.stream);
        file_end(&file);
        file_begin(&file, options->out, "series.svg");
        plot_series(set, note, file.stream);
        file_end(&file);
        free(note);
    }
    is_done = is_done && dropped == 0 && set->count > 0;
    free(set);
    free(child);
    free(argv[0]);
    return is_done;
}

static bool ours_are_measured(const struct results *results)
{
    for (size_t i = 0; i < results->row_count; i++) {
        const struct row *row = &results->rows[i];
        if (contender_is_ours(row->contender) && !row_is_measured(row)) {
            return false;
        }
    }
    return true;
}

/* Measures, and writes. Returns the exit status. */
static int bench(const struct options *options, struct results *results)
{
    double ram_bytes = (double)options->ram_mb * 1e6;
    double free_bytes = machine_free_ram() * 0.7;
    struct measure measure = { .limit_s = (double)options->limit_s,
        .target_s = options->is_quick ? 0.1 : (double)options->seconds,
        .ram_bytes = ram_bytes < free_bytes ? ram_bytes : free_bytes,
        .share = options->is_quick ? 20 : 1 };
    bool is_good = measure_all(&measure, results);
    if (is_good && options->series != NULL && options->workloads == NULL &&
            !options->is_quick) {
        is_good = draw_series(options, results);
    }
    if (child_interrupted() != 0) {
        (void)fputs("bench: interrupted, nothing was written\n", stderr);
        return 128 + child_interrupted();
    }
    write_results(results, options->out);
    report_text(results, stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        base_give_up("cannot write the table; it is in %s/results.txt", options->out);
    }
    return is_good && ours_are_measured(results) ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct options options;
    struct contenders contenders;
    struct goals goals;
    options_parse(&options, argc, argv);
    struct results results = { .rounds = (size_t)options.rounds,
        .is_quick = options.is_quick,
        .contenders = &contenders,
        .goals = &goals };
    goals_read(&goals, options.goals);
    choose_workloads(&results, options.workloads);
    choose_workers(&results, options.workers);
    /* An hour later would be too late to find out. */
    file_make_folder(options.out);
    find_contenders(&contenders, &options);
    time_t now = time(NULL);
    (void)strftime(results.date, sizeof results.date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    results.machine = machine_describe();
    results.load = machine_load();
    results_init(&results);
    child_setup();
    int status = bench(&options, &results);
    results_fini(&results);
    contenders_fini(&contenders);
    options_fini(&options);
    return status;
}
