/* SPDX-License-Identifier: MIT */
/*
 * session.c - see session.h.
 */
#include "session.h"

#include "diag_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool wants_colour(void)
{
    const char *none = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && (none == NULL || *none == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

void session_init(struct session *session)
{
    memset(session, 0, sizeof *session);
    diags_init(&session->diags, &session->arena, &session->sources);
    intern_init(&session->intern, &session->arena);
    imports_init(&session->imports, &session->arena, &session->intern, &session->sources,
            &session->diags);
    session->colour = wants_colour();
}

void session_restart(struct session *session, const struct sources_text *instead)
{
    struct session old = *session;
    session_init(session);
    session->json = old.json;
    session->name = old.name;
    session->sources.instead = instead;
    memcpy(session->diags.enabled, old.diags.enabled, sizeof old.diags.enabled);
    session->diags.warnings_are_errors = old.diags.warnings_are_errors;
    session->imports.folders = old.imports.folders;
    session->imports.folder_count = old.imports.folder_count;
    old.imports.folders = NULL;
    session_fini(&old);
}

const char *session_name(const struct session *session, const char *path)
{
    if (strcmp(path, "-") != 0) {
        return path;
    }
    return session->name == NULL ? "stdin" : session->name;
}

void session_fini(struct session *session)
{
    imports_fini(&session->imports);
    intern_fini(&session->intern);
    sources_fini(&session->sources);
    arena_fini(&session->arena);
}

bool session_option(struct session *session, int option, const char *value)
{
    if (option == 'I') {
        imports_add_folder(&session->imports, value);
        return true;
    }
    if (option == SESSION_NAME) {
        session->name = value;
        return true;
    }
    if (option == SESSION_DIAGNOSTICS) {
        session->json = strcmp(value, "json") == 0;
        if (!session->json && strcmp(value, "text") != 0) {
            fprintf(stderr, "actorc: error: diagnostics are text or json, not '%s'\n", value);
            return false;
        }
        return true;
    }
    if (option != 'W') {
        base_bug("no option of a session: %d", option);
    }
    if (strcmp(value, "error") == 0) {
        session->diags.warnings_are_errors = true;
        return true;
    }
    if (!diags_switch(&session->diags, value)) {
        fprintf(stderr, "actorc: error: there is no warning '%s'\n", value);
        return false;
    }
    return true;
}

const char *session_misuse(const struct session *session, char *const *paths, size_t count)
{
    if (session->name == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(paths[i], "-") == 0) {
            return NULL;
        }
    }
    return "--name is for the standard input, and '-' is not given";
}

static void worsen(struct session *session, int status)
{
    session->status = status > session->status ? status : session->status;
}

const struct model *session_check(struct session *session, const char *path)
{
    const struct model *model = strcmp(path, "-") == 0 ? imports_check_stdin(&session->imports,
                                                                 session_name(session, path))
                                                       : imports_check(&session->imports, path);
    if (model == NULL) {
        worsen(session, session->imports.unreadable ? BASE_EXIT_IO : BASE_EXIT_INPUT);
    }
    return model;
}

size_t session_check_all(struct session *session, char *const *paths, size_t count,
        const struct model **ret_models)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct model *model = session_check(session, paths[i]);
        size_t k = 0;
        while (k < found && ret_models[k] != model) {
            k++;
        }
        if (model != NULL && k == found) {
            ret_models[found++] = model;
        }
    }
    return found;
}

int session_report(struct session *session)
{
    struct diags *diags = &session->diags;
    imports_check_closed(&session->imports);
    if (diags->warnings_are_errors && diags->warnings > 0) {
        worsen(session, BASE_EXIT_INPUT);
    }
    struct buf text = { 0 };
    if (session->json) {
        diags_json(diags, &text);
    } else {
        diags_render(diags, session->colour, &text);
    }
    if (text.len > 0) {
        fwrite(text.data, 1, text.len, stderr);
    }
    buf_fini(&text);
    return session->status;
}
