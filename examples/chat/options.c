/* SPDX-License-Identifier: MIT */
/* options.c - see options.h. */
#include "options.h"

#include "../shop/number.h"

#include <getopt.h>

static const struct options DEFAULTS = { .host = "127.0.0.1", .port = 7000 };

static const char HELP[] =
        "usage: chat [OPTION]...\n"
        "Serves a chat: whoever connects by TCP can say lines to all others.\n"
        "\n"
        "  --host HOST    the name or address to listen at (127.0.0.1)\n"
        "  --port N       the port; 0: the kernel picks a free one (7000)\n"
        "  --allow-crash  the line /crash crashes the session that gets it, /crash room the "
        "room\n"
        "  --help, --version\n"
        "\n"
        "It prints where it listens. Try it with: nc 127.0.0.1 7000\n"
        "SIGTERM and SIGINT end it in order: everybody is told good-bye.\n"
        "\n"
        "Exit status: 0 it ended in order; 1 not; 2 wrong usage.\n";

enum option_code {
    OPTION_HOST = 256,
    OPTION_PORT,
    OPTION_ALLOW_CRASH,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option OPTIONS[] = {
    { "host", required_argument, NULL, OPTION_HOST },
    { "port", required_argument, NULL, OPTION_PORT },
    { "allow-crash", no_argument, NULL, OPTION_ALLOW_CRASH },
    { "help", no_argument, NULL, OPTION_HELP },
    { "version", no_argument, NULL, OPTION_VERSION },
    { NULL, 0, NULL, 0 },
};

void options_help(FILE *out)
{
    (void)fputs(HELP, out);
}

static bool read_port(const char *text, uint16_t *ret_port)
{
    uint64_t number;
    if (number_read(text, UINT16_MAX, &number) != NUMBER_OK) {
        (void)fprintf(stderr, "chat: --port takes a number from 0 to 65535, not '%s'\n", text);
        return false;
    }
    *ret_port = (uint16_t)number;
    return true;
}

/* Takes one option; getopt_long() has said what is wrong with those it does not know. */
static bool take(struct options *options, int option)
{
    switch (option) {
    case OPTION_HOST: options->host = optarg; return true;
    case OPTION_PORT: return read_port(optarg, &options->port);
    case OPTION_ALLOW_CRASH: options->allow_crash = true; return true;
    case OPTION_HELP: options->wish = WISH_HELP; return true;
    case OPTION_VERSION: options->wish = WISH_VERSION; return true;
    }
    return false;
}

bool options_read(int argc, char **argv, struct options *ret_options)
{
    *ret_options = DEFAULTS;
    int option;
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (!take(ret_options, option)) {
            return false;
        }
        if (ret_options->wish != WISH_SERVE) {
            return true;
        }
    }
    if (optind < argc) {
        (void)fprintf(stderr, "chat: what is '%s'?\n", argv[optind]);
        return false;
    }
    return true;
}
