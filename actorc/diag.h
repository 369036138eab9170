/* SPDX-License-Identifier: MIT */
/*
 * diag.h - what is wrong with a schema: collected while it is compiled, then sorted and shown.
 * The catalogue below is the one list of codes; they are stable, and a code is never used again
 * for something else.
 */
#ifndef DIAG_H
#define DIAG_H

#include "arena.h"
#include "buf.h"
#include "source.h"
#include "suggest.h"

/* Errors: id, code, what it is about. */
#define DIAG_ERRORS(X)                                                                         \
    X(DIAG_UNREADABLE, "E0001", "a file that cannot be read")                                  \
    X(DIAG_NOT_TEXT, "E0002", "a file that is not text")                                       \
    X(DIAG_EMPTY, "E0003", "an empty file")                                                    \
    X(DIAG_UTF8, "E0004", "bytes that are not UTF-8")                                          \
    X(DIAG_SYNTAX, "E0100", "something that does not belong here")                             \
    X(DIAG_MISSING_SEMICOLON, "E0101", "a missing ';'")                                        \
    X(DIAG_MISTYPED_KEYWORD, "E0102", "a mistyped keyword")                                    \
    X(DIAG_MISSING_BRACE, "E0103", "a missing '}'")                                            \
    X(DIAG_UNTERMINATED, "E0104", "a comment or string without end")                           \
    X(DIAG_CHARACTER, "E0105", "a character that has no meaning here")                         \
    X(DIAG_IDENTIFIER, "E0106", "a name that is not allowed")                                  \
    X(DIAG_LITERAL, "E0107", "a literal that is malformed or too large")                       \
    X(DIAG_ESCAPE, "E0108", "an unknown escape in a string")                                   \
    X(DIAG_DEPTH, "E0109", "braces that are nested too deeply")                                \
    X(DIAG_ORDER, "E0110", "a missing, repeated or misplaced 'schema'")                        \
    X(DIAG_UNSUPPORTED, "E0199", "a construct that this version does not compile yet")         \
    X(DIAG_UNKNOWN, "E0200", "an unknown name")                                                \
    X(DIAG_WRONG_KIND, "E0201", "a name of something else")                                    \
    X(DIAG_DUPLICATE, "E0202", "a name that is declared twice")                                \
    X(DIAG_CLASH, "E0203", "two things that would get one name in C")                          \
    X(DIAG_PREFIX, "E0204", "a prefix that belongs to the runtime")                            \
    X(DIAG_IMPORT_MISSING, "E0205", "an import that is not there")                             \
    X(DIAG_IMPORT_OUTSIDE, "E0206", "an import that leaves its folder")                        \
    X(DIAG_IMPORT_CYCLE, "E0207", "a schema that would import itself")                         \
    X(DIAG_AMBIGUOUS, "E0208", "a name that several imports have")                             \
    X(DIAG_RANGE, "E0300", "a number outside its range")                                       \
    X(DIAG_TYPE, "E0301", "a value of the wrong type")                                         \
    X(DIAG_NUMBERED, "E0302", "fields of which only some are numbered")                        \
    X(DIAG_NUMBER, "E0303", "a number that is used twice")                                     \
    X(DIAG_RESERVED, "E0304", "a number or name that is reserved")                             \
    X(DIAG_EMPTY_ENUM, "E0305", "an enum or union without members")                            \
    X(DIAG_ZERO, "E0306", "a bound or duration of zero")                                       \
    X(DIAG_TOO_MANY, "E0307", "more than a limit allows")                                      \
    X(DIAG_PLACE, "E0308", "a type that may not be used here")                                 \
    X(DIAG_ANSWER, "E0309", "an answer that a reply cannot hold")                              \
    X(DIAG_CONTAINS, "E0310", "a message that would contain itself")                           \
    X(DIAG_REPEATED, "E0400", "a statement that is made twice")                                \
    X(DIAG_NOT_HANDLED, "E0401", "a message that its target does not handle")                  \
    X(DIAG_NO_ANSWERS, "E0402", "an ask of a message without answers")                         \
    X(DIAG_ASK_NAME, "E0403", "two asks with one name")                                        \
    X(DIAG_ARGUMENTS, "E0404", "a wrong number of arguments")                                  \
    X(DIAG_ARGUMENT_TYPE, "E0405", "an argument of the wrong type")                            \
    X(DIAG_UNREAD, "E0406", "an argument that nobody reads")                                   \
    X(DIAG_CHILD_CYCLE, "E0407", "an actor that would start itself without end")               \
    X(DIAG_LATER_CHILD, "E0408", "a child that is used before it is started")                  \
    X(DIAG_DEADLINE, "E0409", "a deadline longer than that of the request it serves")          \
    X(DIAG_UNUSED_EFFECT, "E0410", "an effect that nothing in its actor can cause")            \
    X(DIAG_DEADLOCK, "E0411", "an actor that may wait for itself")                             \
    X(DIAG_DELEGATE, "E0412", "a request that cannot be handed on")                            \
    X(DIAG_MODE, "E0420", "a mode that nobody can enter")                                      \
    X(DIAG_STASH, "E0421", "a message that is kept for ever")                                  \
    X(DIAG_RESERVE, "E0422", "places in a mailbox that cannot be reserved")                    \
    X(DIAG_POOL_KEY, "E0430", "a field that a pool cannot be hashed by")                       \
    X(DIAG_RESUME, "E0431", "a child that cannot go on after a failure")

/* Warnings: id, code, name for -W, on by default, what it is about. */
#define DIAG_WARNINGS(X)                                                                       \
    X(DIAG_TELL_LOOP, "W0500", "tell-loop", true, "tells that multiply without end")           \
    X(DIAG_CLOSED, "W0501", "closed", false, "a message or actor that nobody uses")            \
    X(DIAG_EVERY, "W0502", "every", true, "periods of an actor that may fall behind unseen")   \
    X(DIAG_STYLE, "W0510", "style", false, "a name that is spelt in another style")

enum diag_code {
#define DIAG_MEMBER(id, ...) id,
    DIAG_ERRORS(DIAG_MEMBER) DIAG_WARNINGS(DIAG_MEMBER)
#undef DIAG_MEMBER
            DIAG_CODE_COUNT
};

/* What the catalogue says of a code. */
struct diag_entry {
    const char *code;    /* "E0101" */
    const char *title;   /* "a missing ';'" */
    const char *warning; /* its name for -W; NULL if it is an error */
    bool enabled;        /* it is an error, or a warning that is on by default */
};

struct diag_entry diag_entry(enum diag_code code);

/* Errors beyond these are only counted, and broken statements beyond those not looked after. */
enum { DIAG_SHOWN_MAX = 20, DIAG_GUESSES_MAX = 2 * DIAG_SHOWN_MAX };

struct diag;
struct diag_report;

/* Where the first of the text are, in its order. */
struct diag_places {
    uint32_t lo[DIAG_SHOWN_MAX];
    size_t count;
};

struct diags {
    struct arena *arena;
    struct sources *sources;
    struct diag *first; /* those that may be shown, in the order of their creation */
    struct diag *last;
    struct diag *unseen;         /* stands for each that is only counted */
    struct diag_report *reports; /* all, in the order of their creation */
    size_t report_count;
    size_t report_max;
    struct diag_places places[2]; /* of warnings, of errors */
    struct span guesses[DIAG_GUESSES_MAX];
    size_t guess_count;
    size_t errors;
    size_t warnings;
    bool enabled[DIAG_CODE_COUNT];
    bool warnings_are_errors;
};

void diags_init(struct diags *diags, struct arena *arena, struct sources *sources);

/*
 * Turns a warning on or off by its name, as after -W: "closed", "no-closed".
 *
 * Returns: false if there is none of that name.
 */
bool diags_switch(struct diags *diags, const char *name);

/* Notes that something is wrong at `span`. Texts are lower case, without a full stop, and have
 * schema names in single quotes. */
struct diag *diags_add(struct diags *diags, enum diag_code code, struct span span,
        const char *format, ...) BASE_PRINTF(4, 5);

/* Notes that something is wrong with a file as a whole; `at` is anywhere in it. */
struct diag *diags_add_file(struct diags *diags, enum diag_code code, uint32_t at,
        const char *format, ...) BASE_PRINTF(4, 5);

/* Adds another place that has to do with it, or what to do about it. Of very many places the first are
 * shown, and the last. */
void diag_note(struct diags *diags, struct diag *diag, struct span span, const char *format,
        ...) BASE_PRINTF(4, 5);
void diag_hint(struct diags *diags, struct diag *diag, const char *format, ...)
        BASE_PRINTF(3, 4);

/* Whether a fix may be made without asking anybody. */
enum diag_trust { DIAG_GUESSED, DIAG_CERTAIN };

/* Adds a change that puts it right: `text`, which is lent, in the place of the span. */
void diag_fix(struct diags *diags, struct diag *diag, struct span span, const char *text,
        enum diag_trust trust);

/* Adds "did you mean" the best candidate, if there is one, and to write it in the place of the name
 * at `span`. Returns whether there is. */
bool diag_meant(struct diags *diags, struct diag *diag, struct span span,
        const struct suggest *suggest);

/* Takes back what was reported at `offset` or behind it. */
void diags_forget(struct diags *diags, uint32_t offset);

/* Says whether an error at `lo` would only be counted, so that its text does not matter. */
bool diags_only_counts(const struct diags *diags, uint32_t lo);

/* Says whether what is added to it can come to be shown; if not, costly help is not worth it. */
bool diags_shows(const struct diags *diags, const struct diag *diag);

/* Notes which statements have a syntax that is wrong: they were repaired by a guess, or not read.
 * What is reported from then on of their meaning is a consequence, and can be taken back. */
void diags_find_guesses(struct diags *diags);
void diags_drop_consequences(struct diags *diags);

/* Take back all that was reported since the mark was set. */
size_t diags_mark(const struct diags *diags);
void diags_cut(struct diags *diags, size_t mark);

/* Says whether more errors would only be counted, so that costly help is not worth it. */
bool diags_full(const struct diags *diags);

/* Appends all that was collected, by position, to `out`. */
void diags_render(struct diags *diags, bool colour, struct buf *out);

/* A place with its line, as diagnostics show it, for what is no mistake:
 * "shop.actor:3:5: WORD: TEXT [TAG]". */
struct diag_excerpt {
    struct span span;
    const char *word;
    const char *text;
    const char *tag; /* NULL = none */
    bool is_error;   /* coloured like one, else like a note */
};

void diag_excerpt(const struct sources *sources, const struct diag_excerpt *excerpt,
        bool colour, struct buf *out);

/* ---- For those that show what was collected, or act on it -------------------------------------- */

struct diag_remark {
    struct diag_remark *next;
    bool is_hint; /* a hint has no place */
    struct span span;
    const char *text;
};

/* A change of the text that puts it right. */
struct diag_fix {
    struct diag_fix *next;
    struct span span; /* is replaced; empty = something is put in */
    const char *text;
    bool certain;
};

struct diag {
    struct diag *next;
    enum diag_code code;
    bool is_error;
    bool whole_file;
    struct span span;
    size_t order; /* of creation; sorts those at one place */
    const char *text;
    struct diag_remark *first;
    struct diag_remark *last;
    size_t note_count;
    char *omission; /* the text of the note that stands for those left out, or NULL */
    struct diag_fix *fixes;
};

/* Returns those that are shown, by position, as pointers to be freed. */
const struct diag **diags_sorted(const struct diags *diags, size_t *ret_count);

#endif
