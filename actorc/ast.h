/* SPDX-License-Identifier: MIT */
/*
 * ast.h - what was written: all constructs of the language as the parser found them, each with
 * its span, in the order of the text, with the comments beside. Nothing is looked up here; what
 * names mean is in model.h.
 */
#ifndef AST_H
#define AST_H

#include "arena.h"
#include "intern.h"
#include "map.h"
#include "source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lists are chains through `next` with their ends known. */
#define AST_LIST(type)                                                                         \
    struct {                                                                                   \
        type *first;                                                                           \
        type *last;                                                                            \
    }

#define AST_APPEND(list, item)                                                                 \
    do {                                                                                       \
        if ((list)->last == NULL) {                                                            \
            (list)->first = (item);                                                            \
        } else {                                                                               \
            (list)->last->next = (item);                                                       \
        }                                                                                      \
        (list)->last = (item);                                                                 \
    } while (0)

/* ---- Names and literals ----------------------------------------------------------------- */

/* Texts of names are interned. */
struct ast_ident {
    const char *text;
    struct span span;
};

/* "Name" or "other.schema.Name". */
struct ast_path {
    struct ast_ident last;
    const char *qualifier; /* "other.schema", interned, or NULL */
    struct span span;
};

/* "Actor.Message". */
struct ast_target {
    struct ast_path actor;
    struct ast_ident message;
    struct span span;
};

enum ast_literal_kind {
    AST_POISON, /* was wrong and has been reported */
    AST_INTEGER,
    AST_FLOAT,
    AST_STRING,
    AST_BOOL,
    AST_DURATION,
    AST_NAME
};

struct ast_literal {
    enum ast_literal_kind kind;
    struct span span;
    union {
        struct {
            uint64_t magnitude;
            bool negative;
        } integer;
        double number;
        struct {
            const char *data; /* escapes replaced; followed by a NUL */
            size_t len;
        } string;
        bool truth;
        int64_t duration_ns;
        struct {
            const char *name; /* as written, interned: "Name" or "other.schema.Name" */
            const char *last;
            const char *qualifier; /* "other.schema", interned, or NULL */
        };
    };
};

/* A literal in a list. */
struct ast_value {
    struct ast_value *next;
    struct ast_literal literal;
};

struct ast_values {
    struct ast_value *first;
    struct ast_value *last;
};

struct ast_ident_node {
    struct ast_ident_node *next;
    struct ast_ident ident;
};

struct ast_idents {
    struct ast_ident_node *first;
    struct ast_ident_node *last;
};

struct ast_path_node {
    struct ast_path_node *next;
    struct ast_path path;
};

struct ast_paths {
    struct ast_path_node *first;
    struct ast_path_node *last;
};

/* ---- Types and fields ------------------------------------------------------------------- */

/* Scalars stand in the order of enum type_kind of the model. */
enum ast_type_kind {
    AST_TYPE_BOOL,
    AST_TYPE_U8,
    AST_TYPE_U16,
    AST_TYPE_U32,
    AST_TYPE_U64,
    AST_TYPE_I8,
    AST_TYPE_I16,
    AST_TYPE_I32,
    AST_TYPE_I64,
    AST_TYPE_F32,
    AST_TYPE_F64,
    AST_TYPE_DURATION,
    AST_TYPE_TIMESTAMP,
    AST_TYPE_STRING,
    AST_TYPE_BYTES,
    AST_TYPE_NAMED,
    AST_TYPE_REF,
    AST_TYPE_OPAQUE,
    AST_TYPE_CALL,
    AST_TYPE_LIST,    /* item[] */
    AST_TYPE_ARRAY,   /* item[bound] */
    AST_TYPE_AT_MOST, /* item[..bound] */
    AST_TYPE_OPTIONAL /* item? */
};

/* The words of the types that are built in, of the model's too. */
extern const char *const ast_scalars[AST_TYPE_NAMED];

struct ast_type {
    enum ast_type_kind kind;
    struct span span;
    struct ast_literal *bound; /* of string, bytes, array and list; NULL = none */
    struct ast_path path;      /* of a declared type, ref, call */
    struct ast_literal opaque;
    const struct ast_type *item;
};

struct ast_field {
    struct ast_field *next;
    struct span span;
    struct ast_literal *number; /* NULL if not numbered */
    const struct ast_type *type;
    struct ast_ident name;
    struct ast_literal *value; /* the default, or NULL */
    bool deprecated;
    struct span deprecated_span;
};

/* One entry of "reserved 4, 7 to 9;" or of "reserved "old";". */
struct ast_reserved {
    struct ast_reserved *next;
    struct ast_literal from; /* the name if a string */
    struct ast_literal to;   /* equal to `from` for a single number */
    struct span span;
};

/* What stands between the braces of a message. */
struct ast_fields {
    struct ast_field *first;
    struct ast_field *last;
    struct ast_reserved *first_reserved;
    struct ast_reserved *last_reserved;
    bool broken; /* something was left out because of an error */
};

struct ast_member {
    struct ast_member *next;
    struct span span;
    struct ast_ident name;
    struct ast_literal value;
};

struct ast_members {
    struct ast_member *first;
    struct ast_member *last;
    bool broken;
};

/* ---- Actors ----------------------------------------------------------------------------- */

enum ast_effect_kind { AST_TELL, AST_ASK, AST_DELEGATE, AST_SPAWN, AST_WATCH };

struct ast_effect {
    struct ast_effect *next;
    enum ast_effect_kind kind;
    struct span span;
    struct ast_target target; /* of tell, ask, delegate */
    struct ast_path actor;    /* of spawn, watch */
    struct span exclusive;    /* of the word; empty if absent */
    struct ast_ident as;      /* text NULL if absent */
    struct ast_literal *within;
    struct ast_path with; /* last.text NULL if absent */
};

struct ast_effects {
    struct ast_effect *first;
    struct ast_effect *last;
    bool broken;
};

enum ast_overflow { AST_REFUSE, AST_DROP_OLDEST, AST_DROP_NEWEST, AST_THROTTLE };

enum ast_attribute_kind { AST_URGENT, AST_RESERVE, AST_LIMIT };

struct ast_attribute {
    struct ast_attribute *next;
    enum ast_attribute_kind kind;
    struct span span;
    struct ast_literal amount; /* of reserve and limit */
    enum ast_overflow overflow;
    struct span overflow_span;
};

struct ast_attributes {
    struct ast_attribute *first;
    struct ast_attribute *last;
};

enum ast_hook { AST_ON_MESSAGE, AST_ON_START, AST_ON_STOP };

struct ast_handler {
    enum ast_hook hook;
    struct ast_path message;
    struct span name_span; /* of the message or the word start or stop */
    struct ast_attributes attributes;
    struct ast_effects effects;
    struct ast_idents modes; /* after => */
    struct span modes_span;
};

enum ast_route { AST_ROUND_ROBIN, AST_LEAST_LOADED, AST_HASH };

struct ast_pool {
    struct span span;
    struct ast_literal size;
    enum ast_route route;
    struct ast_ident field; /* of hash */
};

struct ast_child {
    struct ast_ident name;
    struct ast_path actor;
    struct ast_values values;
    struct span values_span;
    struct ast_pool *pool; /* NULL if it is one actor */
};

enum ast_strategy { AST_ONE_FOR_ONE, AST_ALL_FOR_ONE, AST_REST_FOR_ONE, AST_RESUME };

struct ast_supervise {
    enum ast_strategy strategy;
    struct span strategy_span;
    struct ast_literal restarts;
    struct ast_literal window;
    struct ast_literal *backoff_min; /* NULL if absent */
    struct ast_literal *backoff_max;
};

enum ast_stmt_kind {
    AST_HANDLER,
    AST_EFFECT,
    AST_MAILBOX,
    AST_CHILD,
    AST_SUPERVISE,
    AST_MODE,
    AST_STASH,
    AST_DEDICATED,
    AST_STATE,
    AST_TIMER,
    AST_EVERY,
    AST_FD
};

struct ast_stmts {
    struct ast_stmt *first;
    struct ast_stmt *last;
    bool broken;
};

struct ast_stmt {
    struct ast_stmt *next;
    enum ast_stmt_kind kind;
    struct span span;
    struct span word; /* the keyword it begins with */
    union {
        struct ast_handler handler;
        struct ast_effect *effect;
        struct {
            struct ast_literal bound;
            enum ast_overflow overflow;
            struct span overflow_span;
        } mailbox;
        struct ast_child child;
        struct ast_supervise supervise;
        struct {
            struct ast_ident name;
            struct ast_stmts stmts;
        } mode;
        struct ast_path message; /* of stash, timer, fd */
        struct ast_fields state;
        struct {
            struct ast_literal period;
            struct ast_path message;
        } every;
    };
};

/* ---- A file ----------------------------------------------------------------------------- */

enum ast_decl_kind {
    AST_SCHEMA,
    AST_IMPORT,
    AST_CONST,
    AST_ENUM,
    AST_MESSAGE,
    AST_UNION,
    AST_ACTOR
};

struct ast_decl {
    struct ast_decl *next;
    enum ast_decl_kind kind;
    struct span span;
    struct span word;      /* the keyword it begins with */
    struct ast_ident name; /* of a schema all of "a.b.c", and of an import nothing */
    union {
        struct ast_ident prefix;   /* of a schema; text NULL if absent */
        struct ast_literal import; /* the path */
        struct {
            const struct ast_type *type;
            struct ast_literal value;
        } constant;
        struct {
            bool open;
            struct span open_span;
            const struct ast_type *width; /* NULL if absent */
            struct ast_members members;
        } enumeration;
        struct {
            struct ast_fields fields;
            struct ast_paths answers;
            bool has_body;
            bool broken; /* its answers were left out because of an error */
        } message;
        struct ast_fields members; /* of a union */
        struct {
            struct ast_fields args;
            struct ast_stmts stmts;
        } actor;
    };
};

/* A comment, kept beside the tree for the documentation and for the formatter. */
struct ast_comment {
    struct span span;
    uint32_t next_lo;     /* where the token after it begins */
    uint32_t previous_hi; /* where the token before it ends */
    bool documents;       /* begins with three slashes */
    bool trails;          /* stands on the line of the token before it */
};

struct ast_file {
    const struct source *source;
    struct ast_decl *first;
    struct ast_decl *last;
    struct ast_comment *comments; /* in order */
    size_t comment_count;
    size_t comment_cap;
    struct map excused; /* names that stood in what was thrown away */
    bool broken;        /* a declaration was left out because of an error */
};

void ast_file_fini(struct ast_file *file);

/* Returns the name of what should have one and has none. */
const char *ast_missing(struct intern *intern);

/*
 * A name in text that was thrown away because of an error is excused: it may have been declared
 * there. So is the name of what has none. That nothing of an excused name is found is no news.
 */
void ast_file_excuse(struct ast_file *file, const char *name);
bool ast_file_excuses(const struct ast_file *file, const char *name);

/* Adds the next comment. */
void ast_file_comment(struct ast_file *file, struct ast_comment comment);

/*
 * Returns what the documenting comments say of the construct at `span`: those before it and one
 * behind it on its last line. Lines are separated by line ends; without any it is NULL.
 */
const char *ast_file_doc(const struct ast_file *file, struct arena *arena, struct span span);

/* Joins two spans that follow each other. */
static inline struct span ast_span(struct span from, struct span to)
{
    return (struct span){ from.lo, to.hi };
}

#endif
