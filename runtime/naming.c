/* SPDX-License-Identifier: MIT */
/*
 * naming.c - how a handler takes a name for its actor, and gives it back: the entry points of the
 * stubs. Floor 18.
 */
#include "tx.h"

#include <string.h>

struct naming_entry {
    struct tx_entry entry;
    struct name *name; /* to be shown; NULL: it is about the one below */
    bool drops;        /* that; else it is to stay, whatever came before */
    char text[];
};

static void commit_naming(struct local *l, struct tx_entry *entry);

/* True if the handler went on to take the name that it has given back. In between nobody else may have it. */
static bool is_taken_again(const struct local *l, const char *text)
{
    for (struct msg *m = l->tx.outbox.head; m != NULL; m = m->next) {
        const struct naming_entry *e = (const struct naming_entry *)(const void *)m;
        if (m->kind == MSG_EFFECT && e->entry.commit == commit_naming && e->name == NULL &&
                !e->drops && strcmp(e->text, text) == 0) {
            return true;
        }
    }
    return false;
}

static void commit_naming(struct local *l, struct tx_entry *entry)
{
    struct naming_entry *e = (struct naming_entry *)(void *)entry;
    if (e->name != NULL) {
        names_show(l->shared->names, l->tx.cell, e->name);
    } else if (e->drops && !is_taken_again(l, e->text)) {
        names_drop(l->shared->names, l->tx.cell, e->text);
    }
    msg_free(&l->pool, &entry->msg);
}

static void abort_naming(struct local *l, struct tx_entry *entry)
{
    struct naming_entry *e = (struct naming_entry *)(void *)entry;
    if (e->name != NULL) {
        names_forget(l->shared->names, e->name);
    }
    msg_free(&l->pool, &entry->msg);
}

/* Notes that `name` is to be shown or, if that is NULL, that `text` is to be dropped, or to stay. */
static actor_err note_naming(struct local *l, struct name *name, bool drops, const char *text)
{
    size_t bytes = sizeof(struct naming_entry) + strlen(text) + 1;
    actor_err err;
    struct naming_entry *e = (struct naming_entry *)(void *)tx_note(
            l, bytes, bytes, commit_naming, abort_naming, &err);
    if (e != NULL) {
        e->name = name;
        e->drops = drops;
        memcpy(e->text, text, strlen(text) + 1);
    }
    return err;
}

actor_err actor__register(const void *self, const char *name)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    if (cell_status(l->tx.cell) == CELL_LEAVING) {
        return ACTOR_ERR_SHUTDOWN; /* its stop hook: who finds it would find it dead */
    }
    struct name *taken = NULL;
    actor_err err = names_reserve(l->shared->names, l->tx.cell, name, &taken);
    if (err == ACTOR_OK) {
        err = note_naming(l, taken, false, taken == NULL ? name : "");
    }
    if (err != ACTOR_OK && taken != NULL) {
        names_forget(l->shared->names, taken);
    }
    return err;
}

actor_err actor__unregister(const void *self, const char *name)
{
    struct local *l = handler_of(self);
    if (l == NULL) {
        return ACTOR_ERR_MISUSE;
    }
    size_t len = name == NULL ? 0 : strnlen(name, NAME_BYTES_MAX + 1);
    return len == 0 || len > NAME_BYTES_MAX ? ACTOR_ERR_INVALID
                                            : note_naming(l, NULL, true, name);
}
