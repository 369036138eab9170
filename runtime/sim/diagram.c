/* SPDX-License-Identifier: MIT */
/* diagram.c - see diagram.h. */
#include "diagram.h"

#include "history.h"

#include <string.h>

enum { PARTIES_MAX = 64, WIDTH_MIN = 12, GAP = 4 };

struct parties {
    const char *names[PARTIES_MAX];
    size_t columns[PARTIES_MAX]; /* where the line of each is */
    size_t count;
};

/* Returns the index of a party, which is entered if it is new; of too many the last one. */
static size_t party(struct parties *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++) {
        if (strcmp(p->names[i], name) == 0) {
            return i;
        }
    }
    if (p->count < PARTIES_MAX) {
        p->names[p->count++] = name;
    }
    return p->count - 1;
}

/* Hooks in which nothing went wrong say nothing. */
static bool is_shown(const struct step *s)
{
    return s->from[0] != '\0' || s->result == ACTOR_FAILED || s->injected;
}

static void find_parties(struct parties *p)
{
    size_t count;
    const struct step *steps = history_steps(&count);
    p->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_shown(&steps[i])) {
            if (steps[i].from[0] != '\0') {
                (void)party(p, steps[i].from);
            }
            (void)party(p, steps[i].to);
        }
    }
    size_t column = 0;
    for (size_t i = 0; i < p->count; i++) {
        size_t width = strlen(p->names[i]);
        width = width < WIDTH_MIN ? WIDTH_MIN : width;
        p->columns[i] = column + width / 2;
        column += width + GAP;
    }
}

static const char *outcome(const struct step *s)
{
    if (s->injected) {
        return "crashes, as the simulation chose";
    }
    switch (s->result) {
    case ACTOR_FAILED: return "fails";
    case ACTOR_STOP: return "stops";
    case ACTOR_CONTINUE: break;
    }
    return NULL;
}

/* ---- Text ---------------------------------------------------------------------------------------- */

/* The line of each party, up to and without `end`. */
static size_t put_lines(FILE *out, const struct parties *p, size_t end)
{
    size_t at = 0;
    for (size_t i = 0; i < p->count && p->columns[i] < end; i++) {
        (void)fprintf(out, "%*s|", (int)(p->columns[i] - at), "");
        at = p->columns[i] + 1;
    }
    return at;
}

static void put_rest(FILE *out, const struct parties *p, size_t at)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->columns[i] >= at) {
            (void)fprintf(out, "%*s|", (int)(p->columns[i] - at), "");
            at = p->columns[i] + 1;
        }
    }
    (void)fputc('\n', out);
}

static size_t put_note(FILE *out, const struct parties *p, size_t column, const char *text)
{
    size_t at = put_lines(out, p, column + 1);
    (void)fprintf(out, " %s", text);
    return at + 1 + strlen(text);
}

static void put_arrow(FILE *out, const struct parties *p, size_t from, size_t to, char line)
{
    size_t left = p->columns[from < to ? from : to];
    size_t right = p->columns[from < to ? to : from];
    size_t at = put_lines(out, p, left + 1);
    for (; at < right; at++) {
        bool is_head = from < to ? at == right - 1 : at == left + 1;
        (void)fputc(is_head ? (from < to ? '>' : '<') : line, out);
    }
    (void)fputc('|', out);
    put_rest(out, p, right + 1);
}

static void put_step(FILE *out, struct parties *p, const struct step *s)
{
    size_t to = party(p, s->to);
    size_t from = s->from[0] == '\0' ? to : party(p, s->from);
    size_t left = p->columns[from < to ? from : to];
    char text[256];
    (void)snprintf(text, sizeof text, "%s%s", s->is_timer ? "timer: " : "", s->text);
    put_rest(out, p, put_note(out, p, left, text));
    if (from != to) {
        put_arrow(out, p, from, to, s->is_reply ? '.' : '-');
    }
    if (outcome(s) != NULL) {
        put_rest(out, p, put_note(out, p, p->columns[to], outcome(s)));
    }
}

void diagram_text(FILE *out)
{
    struct parties p;
    size_t count;
    const struct step *steps = history_steps(&count);
    find_parties(&p);
    size_t at = 0;
    for (size_t i = 0; i < p.count; i++) {
        size_t begin = p.columns[i] - strlen(p.names[i]) / 2;
        (void)fprintf(out, "%*s%s", (int)(begin - at), "", p.names[i]);
        at = begin + strlen(p.names[i]);
    }
    (void)fputc('\n', out);
    for (size_t i = 0; i < count; i++) {
        if (is_shown(&steps[i])) {
            put_step(out, &p, &steps[i]);
        }
    }
}

/* ---- Mermaid -------------------------------------------------------------------------------------- */

/* Mermaid ends a line at `;` and a comment at `#`. */
static void put_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == ';') {
            (void)fprintf(out, "#%d;", *text);
        } else {
            (void)fputc(*text, out);
        }
    }
}

void diagram_mermaid(FILE *out)
{
    struct parties p;
    size_t count;
    const struct step *steps = history_steps(&count);
    find_parties(&p);
    (void)fputs("sequenceDiagram\n", out);
    for (size_t i = 0; i < p.count; i++) {
        (void)fprintf(out, "    participant p%zu as ", i);
        put_escaped(out, p.names[i]);
        (void)fputc('\n', out);
    }
    for (size_t i = 0; i < count; i++) {
        const struct step *s = &steps[i];
        if (!is_shown(s)) {
            continue;
        }
        size_t to = party(&p, s->to);
        if (s->from[0] != '\0') {
            (void)fprintf(out, "    p%zu%sp%zu: ", party(&p, s->from),
                    s->is_reply ? "-->>" : "->>", to);
            put_escaped(out, s->text);
            (void)fputc('\n', out);
        }
        if (outcome(s) != NULL) {
            (void)fprintf(out, "    Note over p%zu: %s\n", to, outcome(s));
        }
    }
}
