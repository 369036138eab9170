/* SPDX-License-Identifier: MIT */
/*
 * session.h - one run over schemas: reads and checks them, collects what is wrong and shows it.
 * What all commands that read schemas have in common, their options among it.
 */
#ifndef SESSION_H
#define SESSION_H

#include "diag.h"
#include "imports.h"
#include "intern.h"
#include "model.h"

struct session {
    struct arena arena; /* holds the models */
    struct intern intern;
    struct sources sources;
    struct diags diags;
    struct imports imports;
    bool colour;
    bool json;        /* diagnostics are for a program */
    const char *name; /* of the standard input, the schema "-"; NULL if it was not said */
    int status;       /* the worst so far, a BASE_EXIT_* */
};

/* The short options of every session, to stand in getopt's list. */
#define SESSION_OPTIONS "W:I:"

enum { SESSION_DIAGNOSTICS = 512, SESSION_NAME };

/* Their long ones, likewise. */
#define SESSION_LONG_OPTIONS                                                                   \
    { "diagnostics", required_argument, NULL, SESSION_DIAGNOSTICS },                           \
    {                                                                                          \
        "name", required_argument, NULL, SESSION_NAME                                          \
    }

void session_init(struct session *session);
void session_fini(struct session *session);

/* Forgets all but the options. The texts, which may be NULL, are lent: they take the place of files. */
void session_restart(struct session *session, const struct sources_text *instead);

/*
 * Takes one of the session's options.
 *
 * Returns: false if its value is wrong; that has been said on stderr.
 */
bool session_option(struct session *session, int option, const char *value);

/* Returns what a schema that was given is called: "-", the standard input, as was said by --name. */
const char *session_name(const struct session *session, const char *path);

/* Says what is wrong with the session's options for the schemas that were given; NULL if nothing is. */
const char *session_misuse(const struct session *session, char *const *paths, size_t count);

/*
 * Reads and checks a schema, or the standard input, "-". What is wrong is collected for session_report().
 *
 * Returns: the model, which lives as long as the session; NULL if there were errors.
 */
const struct model *session_check(struct session *session, const char *path);

/*
 * Reads and checks the schemas that were given. One that is given twice, under whatever name, counts
 * once.
 *
 * Returns: the number of models, at most `count`; of those with errors there are none.
 */
size_t session_check_all(struct session *session, char *const *paths, size_t count,
        const struct model **ret_models);

/*
 * Shows what was collected, on stderr, by position.
 *
 * Returns: the session's status; other than BASE_EXIT_OK nothing may be made of the models.
 */
int session_report(struct session *session);

#endif
