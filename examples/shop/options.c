/* SPDX-License-Identifier: MIT */
/* options.c - see options.h. */
#include "options.h"

#include "number.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

/* Beyond these a mistyped number is likelier than a wish. */
enum { CUSTOMERS_MAX = 10000, GROUP_MAX = 4096, WORKERS_MAX = 64 };

static const struct sell_config DEFAULTS = {
    .orders = "examples/shop/data/orders.csv",
    .catalogue = "examples/shop/data/catalogue.csv",
    .database = "build/shop.db",
    .limit = UINT64_MAX,
    .group = 256,
    .customers = 64,
    .show_progress = true,
};

static const char HELP[] =
        "usage: shop [OPTION]... [ORDERS.csv|-]\n"
        "Sells what ORDERS.csv orders (lines of customer,product_id,count; - is the standard "
        "input)\n"
        "from a stock in an SQLite database, and checks the books.\n"
        "\n"
        "  --catalogue FILE   the products (lines of id,name,stock); those that the database "
        "does\n"
        "                     not have yet are added (examples/shop/data/catalogue.csv)\n"
        "  --database FILE    made when it is missing, continued when not (build/shop.db)\n"
        "  --customers N      how many order at a time (64)\n"
        "  --group N          most sales in one commit; 1: each its own (256)\n"
        "  --workers N        threads that run actors (0: one for each core)\n"
        "  --limit N          sell the first N orders only\n"
        "  --log FILE         append each sale, as the audit sees it\n"
        "  --journal FILE     append each answer, as the customer gets it: "
        "order_id,outcome,left\n"
        "  --check            sell nothing; check the books, and --journal's answers against "
        "them\n"
        "  --compare-commits  sell the first 2,000 orders to new databases beside --database, "
        "with\n"
        "                     a commit for each sale and with --group, and print both rates\n"
        "  --help, --version\n"
        "\n"
        "Without ORDERS.csv it sells examples/shop/data/orders.csv. Only one process at a time "
        "can\n"
        "use a database.\n"
        "\n"
        "Exit status: 0 all orders were answered and the books balance; 1 not; 2 wrong "
        "usage.\n";

enum option_code {
    OPTION_CATALOGUE = 256,
    OPTION_DATABASE,
    OPTION_CUSTOMERS,
    OPTION_GROUP,
    OPTION_WORKERS,
    OPTION_LIMIT,
    OPTION_LOG,
    OPTION_JOURNAL,
    OPTION_CHECK,
    OPTION_COMPARE,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option OPTIONS[] = {
    { "catalogue", required_argument, NULL, OPTION_CATALOGUE },
    { "database", required_argument, NULL, OPTION_DATABASE },
    { "customers", required_argument, NULL, OPTION_CUSTOMERS },
    { "group", required_argument, NULL, OPTION_GROUP },
    { "workers", required_argument, NULL, OPTION_WORKERS },
    { "limit", required_argument, NULL, OPTION_LIMIT },
    { "log", required_argument, NULL, OPTION_LOG },
    { "journal", required_argument, NULL, OPTION_JOURNAL },
    { "check", no_argument, NULL, OPTION_CHECK },
    { "compare-commits", no_argument, NULL, OPTION_COMPARE },
    { "help", no_argument, NULL, OPTION_HELP },
    { "version", no_argument, NULL, OPTION_VERSION },
    { NULL, 0, NULL, 0 },
};

void options_help(FILE *out)
{
    (void)fputs(HELP, out);
}

/* Reads the number of an option; what is not one, or out of its range, is said. */
static bool read_number(
        const char *option, const char *text, uint64_t min, uint64_t max, uint64_t *ret_number)
{
    if (number_read(text, max, ret_number) == NUMBER_OK && *ret_number >= min) {
        return true;
    }
    (void)fprintf(stderr, "shop: --%s takes a number from %llu to %llu, not '%s'\n", option,
            (unsigned long long)min, (unsigned long long)max, text);
    return false;
}

static bool read_small(
        const char *option, const char *text, uint64_t min, uint32_t max, uint32_t *ret_number)
{
    uint64_t number;
    if (!read_number(option, text, min, max, &number)) {
        return false;
    }
    *ret_number = (uint32_t)number;
    return true;
}

/* Takes one option; getopt_long() has said what is wrong with those it does not know. */
static bool take(struct options *options, int option)
{
    struct sell_config *config = &options->sell;
    switch (option) {
    case OPTION_CATALOGUE: config->catalogue = optarg; return true;
    case OPTION_DATABASE: config->database = optarg; return true;
    case OPTION_LOG: config->log = optarg; return true;
    case OPTION_JOURNAL: config->journal = optarg; return true;
    case OPTION_CUSTOMERS:
        return read_small("customers", optarg, 1, CUSTOMERS_MAX, &config->customers);
    case OPTION_GROUP: return read_small("group", optarg, 1, GROUP_MAX, &config->group);
    case OPTION_WORKERS: return read_small("workers", optarg, 0, WORKERS_MAX, &config->workers);
    case OPTION_LIMIT: return read_number("limit", optarg, 0, UINT64_MAX, &config->limit);
    case OPTION_CHECK: options->command = COMMAND_CHECK; return true;
    case OPTION_COMPARE: options->command = COMMAND_COMPARE; return true;
    case OPTION_HELP: options->command = COMMAND_HELP; return true;
    case OPTION_VERSION: options->command = COMMAND_VERSION; return true;
    }
    return false;
}

bool options_read(int argc, char **argv, struct options *ret_options)
{
    *ret_options = (struct options){ .command = COMMAND_SELL, .sell = DEFAULTS };
    int option;
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (!take(ret_options, option)) {
            return false;
        }
        if (ret_options->command == COMMAND_HELP || ret_options->command == COMMAND_VERSION) {
            return true;
        }
    }
    if (argc - optind > 1) {
        (void)fprintf(stderr, "shop: one file of orders, not %d\n", argc - optind);
        return false;
    }
    if (optind < argc) {
        ret_options->sell.orders = argv[optind];
    }
    return true;
}
