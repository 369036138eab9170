/* SPDX-License-Identifier: MIT */
/*
 * check_style.c - see check_style.h. It looks at what was written: names in C are made from any
 * spelling, and are often the same for several.
 */
#include "check_style.h"

#include "cname.h"

#include <ctype.h>
#include <string.h>

static bool has(const char *name, int (*is_kind)(int))
{
    for (; *name != '\0'; name++) {
        if (is_kind((unsigned char)*name)) {
            return true;
        }
    }
    return false;
}

static void report(struct diags *diags, struct ast_ident name, const char *what,
        const char *style, const char *right)
{
    struct diag *diag = diags_add(diags, DIAG_STYLE, name.span, "%s is spelt in %s, not '%s'",
            what, style, name.text);
    diag_hint(diags, diag, "write '%s'", right);
    diag_fix(diags, diag, name.span, right, DIAG_GUESSED); /* others may use the name */
}

/* Returns the name with a capital for each word. Words in capitals get small letters, unless there
 * is no other sign of where words end. */
static const char *pascal(struct arena *arena, const char *name)
{
    bool shouts = strchr(name, '_') != NULL && !has(name, islower);
    char *right = arena_strndup(arena, name, strlen(name));
    char *to = right;
    bool begins = true;
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '_') {
            begins = true;
            continue;
        }
        int letter = (unsigned char)*c;
        *to++ = (char)(begins ? toupper(letter) : shouts ? tolower(letter) : letter);
        begins = false;
    }
    *to = '\0';
    return right;
}

static void check_pascal(struct diags *diags, struct ast_ident name, const char *what)
{
    if (islower((unsigned char)name.text[0]) || strchr(name.text, '_') != NULL) {
        report(diags, name, what, "PascalCase", pascal(diags->arena, name.text));
    }
}

static void check_snake(struct diags *diags, struct ast_ident name, const char *what)
{
    if (has(name.text, isupper)) {
        report(diags, name, what, "snake_case", cname_snake(diags->arena, name.text));
    }
}

static void check_upper(struct diags *diags, struct ast_ident name, const char *what)
{
    if (has(name.text, islower)) {
        report(diags, name, what, "UPPER_SNAKE", cname_upper(diags->arena, name.text));
    }
}

/* ---- What has names ---------------------------------------------------------------------- */

static void check_fields(struct diags *diags, const struct ast_fields *fields, const char *what)
{
    for (const struct ast_field *field = fields->first; field != NULL; field = field->next) {
        check_snake(diags, field->name, what);
    }
}

static void check_ask(struct diags *diags, const struct ast_effect *effect)
{
    if (effect->kind == AST_ASK && effect->as.text != NULL) {
        check_snake(diags, effect->as, "an ask");
    }
}

static void check_asks(struct diags *diags, const struct ast_effects *effects)
{
    for (const struct ast_effect *effect = effects->first; effect != NULL;
            effect = effect->next) {
        check_ask(diags, effect);
    }
}

static void check_stmts(struct diags *diags, const struct ast_stmts *stmts)
{
    for (const struct ast_stmt *stmt = stmts->first; stmt != NULL; stmt = stmt->next) {
        switch (stmt->kind) {
        case AST_HANDLER: check_asks(diags, &stmt->handler.effects); break;
        case AST_EFFECT: check_ask(diags, stmt->effect); break;
        case AST_CHILD: check_snake(diags, stmt->child.name, "a child"); break;
        case AST_MODE:
            check_pascal(diags, stmt->mode.name, "a mode");
            check_stmts(diags, &stmt->mode.stmts);
            break;
        case AST_STATE: check_fields(diags, &stmt->state, "a field"); break;
        case AST_MAILBOX:
        case AST_SUPERVISE:
        case AST_STASH:
        case AST_DEDICATED:
        case AST_TIMER:
        case AST_EVERY:
        case AST_FD: break;
        }
    }
}

void check_style(const struct ast_file *file, struct diags *diags)
{
    for (const struct ast_decl *decl = file->first; decl != NULL; decl = decl->next) {
        switch (decl->kind) {
        case AST_SCHEMA:
        case AST_IMPORT: break;
        case AST_CONST: check_upper(diags, decl->name, "a constant"); break;
        case AST_ENUM:
            check_pascal(diags, decl->name, "an enum");
            for (const struct ast_member *m = decl->enumeration.members.first; m != NULL;
                    m = m->next) {
                check_upper(diags, m->name, "a member of an enum");
            }
            break;
        case AST_MESSAGE:
            check_pascal(diags, decl->name, "a message");
            check_fields(diags, &decl->message.fields, "a field");
            break;
        case AST_UNION:
            check_pascal(diags, decl->name, "a union");
            check_fields(diags, &decl->members, "a member of a union");
            break;
        case AST_ACTOR:
            check_pascal(diags, decl->name, "an actor");
            check_fields(diags, &decl->actor.args, "an argument");
            check_stmts(diags, &decl->actor.stmts);
            break;
        }
    }
}
