/* SPDX-License-Identifier: MIT */
/* compare.c - see compare.h. */
#include "compare.h"

#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* One commit for each sale is slow on real disks; these take half a minute at the worst. */
enum { ORDERS_MAX = 2000, PATH_SIZE = 4096 };

/* Removes a database, whether it is there or not; false if it stays. */
static bool remove_database(const char *path)
{
    static const char *const SUFFIXES[] = { "", "-wal", "-journal", "-shm" };
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        char file[PATH_SIZE + 16];
        (void)snprintf(file, sizeof file, "%s%s", path, SUFFIXES[i]);
        if (unlink(file) != 0 && errno != ENOENT) {
            (void)fprintf(stderr, "shop: cannot remove '%s': %s\n", file, strerror(errno));
            return false;
        }
    }
    return true;
}

/* Sells with at most `group` sales in a commit; gives the rate. */
static bool measure(const struct sell_config *config, uint32_t group, double *ret_rate)
{
    char database[PATH_SIZE];
    struct sell_config measured = *config;
    if ((size_t)snprintf(database, sizeof database, "%s.compare-%" PRIu32, config->database,
                group) >= sizeof database) {
        (void)fputs("shop: the name of the database is too long\n", stderr);
        return false;
    }
    measured.database = database;
    measured.group = group;
    measured.show_progress = false;
    if (measured.limit > ORDERS_MAX) {
        measured.limit = ORDERS_MAX;
    }
    if (!remove_database(database)) {
        return false;
    }
    struct sale sale;
    bool sold = sell(&measured, &sale) && sale.books.mismatches == 0;
    *ret_rate = report_rate(&sale);
    sale_fini(&sale);
    return remove_database(database) && sold;
}

bool compare_commits(const struct sell_config *config)
{
    double single;
    double grouped;
    if (strcmp(config->orders, "-") == 0) {
        (void)fputs(
                "shop: --compare-commits reads the orders twice, so not from standard input\n",
                stderr);
        return false;
    }
    if (!measure(config, 1, &single)) {
        return false;
    }
    (void)printf("one commit for each sale: %12.0f purchases per second\n", single);
    if (!measure(config, config->group, &grouped)) {
        return false;
    }
    (void)printf("groups of up to %4" PRIu32 ":     %12.0f purchases per second\n",
            config->group, grouped);
    (void)printf("ratio:                    %12.1f\n", single > 0 ? grouped / single : 0);
    return true;
}
