/* SPDX-License-Identifier: MIT */
/*
 * cmd_explain.c - "actorc explain": what an error or a warning means.
 */
#include "command.h"
#include "diag.h"
#include "explain.h"
#include "options.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { OPTION_HELP = 256 };

static const struct option long_options[] = {
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

static void print_list(void)
{
    for (int i = 0; i < DIAG_CODE_COUNT; i++) {
        struct diag_entry entry = diag_entry((enum diag_code)i);
        printf("%s  %s%s%s\n", entry.code, entry.title, entry.warning == NULL ? "" : ", -W",
                entry.warning == NULL ? "" : entry.warning);
    }
}

/* Returns the code that is meant by "E0101", "e0101", "tell-loop", "-Wno-tell-loop". */
static int find(const char *word)
{
    const char *name = strncmp(word, "-W", 2) == 0 ? word + 2 : word;
    name = strncmp(name, "no-", 3) == 0 ? name + 3 : name;
    for (int i = 0; i < DIAG_CODE_COUNT; i++) {
        struct diag_entry entry = diag_entry((enum diag_code)i);
        if (strcasecmp(entry.code, word) == 0 ||
                (entry.warning != NULL && strcmp(entry.warning, name) == 0)) {
            return i;
        }
    }
    return -1;
}

static void print_page(enum diag_code code)
{
    struct diag_entry entry = diag_entry(code);
    printf("%s: %s\n", entry.code, entry.title);
    if (entry.warning != NULL && entry.enabled) {
        printf("A warning; -Wno-%s turns it off.\n", entry.warning);
    } else if (entry.warning != NULL) {
        printf("A warning; -W%s turns it on.\n", entry.warning);
    }
    for (size_t i = 0; i < explain_page_count; i++) {
        if (strcmp(explain_pages[i].code, entry.code) == 0) {
            putchar('\n');
            for (const char *const *line = explain_pages[i].lines; *line != NULL; line++) {
                puts(*line);
            }
        }
    }
}

static int run(int argc, char **argv)
{
    int option;
    while ((option = options_next(argc, argv, "W:", long_options)) != -1) {
        switch (option) {
        case 'W': break; /* found below, as a word: "-Wclosed" is what people copy */
        case OPTION_HELP: return command_help(&cmd_explain);
        default: return command_try_help(&cmd_explain);
        }
    }
    if (argc == 1) {
        print_list();
    }
    for (int i = 1; i < argc; i++) {
        int code = find(argv[i]);
        if (code < 0) {
            return command_misused(&cmd_explain,
                    "there is no code and no warning '%s'; without a word 'actorc explain' "
                    "lists them",
                    argv[i]);
        }
        fputs(i > 1 ? "\n" : "", stdout);
        print_page((enum diag_code)code);
    }
    return BASE_EXIT_OK;
}

const struct command cmd_explain = {
    .name = "explain",
    .summary = "tell what an error or a warning means",
    .help = "Usage: actorc explain [CODE | WARNING]...\n"
            "Tells what an error or a warning means and what to do about it, with an example "
            "that is\n"
            "wrong and one that is right. CODE is as in errors, such as E0101; WARNING is a "
            "name as\n"
            "after -W, such as closed. Without any it lists all codes.\n"
            "\n"
            "      --help         print this\n"
            "\n"
            "Exit status: 0 done, 2 wrong usage.\n",
    .run = run,
};
