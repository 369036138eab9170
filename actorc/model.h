/* SPDX-License-Identifier: MIT */
/*
 * model.h - what a schema means: names are resolved, defaults have values, every thing has its
 * names in C. Made by resolve, examined by the checks, and from then on constant; it is all that
 * the emitters see. Lists are in the order of the schema.
 */
#ifndef MODEL_H
#define MODEL_H

#include "source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "BuyProduct" of schema "shop". */
struct cname {
    const char *schema; /* "BuyProduct", interned */
    const char *stem;   /* "buy_product" */
    const char *upper;  /* "BUY_PRODUCT" */
    const char *c;      /* "shop_buy_product"; ends with '_' if that is a reserved word */
    const char *macro;  /* "SHOP_BUY_PRODUCT" */
};

/* Scalars stand in the order of enum ast_type_kind and of actor_field_kind. */
enum type_kind {
    TYPE_BOOL,
    TYPE_U8,
    TYPE_U16,
    TYPE_U32,
    TYPE_U64,
    TYPE_I8,
    TYPE_I16,
    TYPE_I32,
    TYPE_I64,
    TYPE_F32,
    TYPE_F64,
    TYPE_DURATION,
    TYPE_TIMESTAMP,
    TYPE_STRING,
    TYPE_BYTES,
    TYPE_ENUM,
    TYPE_REF,
    TYPE_OPAQUE,
    TYPE_MESSAGE,
    TYPE_UNION,
    TYPE_CALL,
    TYPE_LIST,     /* item[], item[..bound] */
    TYPE_ARRAY,    /* item[bound] */
    TYPE_OPTIONAL, /* item? */
    TYPE_POISON    /* wrong, and reported */
};

#define TYPE_NO_BOUND UINT32_MAX

struct type {
    enum type_kind kind;
    uint32_t
            bound; /* bytes in a string or bytes, items in a list: at most; items of an array */
    union {
        const struct enumeration *enumeration;
        struct message *message; /* also the request of a call */
        struct union_type *union_type;
        const struct actor *actor;
        const char *opaque;      /* "struct sqlite3" */
        const struct type *item; /* of list, array, optional */
    };
};

enum value_kind {
    VALUE_NONE,
    VALUE_POISON, /* wrong, and reported */
    VALUE_INTEGER,
    VALUE_FLOAT,
    VALUE_BOOL,
    VALUE_TEXT,
    VALUE_MEMBER,
    VALUE_ARG,  /* of an actor, given on to its child */
    VALUE_CHILD /* the reference of an earlier child */
};

struct value {
    enum value_kind kind;
    union {
        struct {
            uint64_t magnitude;
            bool negative;
        } integer;
        double number;
        bool truth;
        struct {
            const char *data;
            size_t len;
        } text;
        const struct member *member;
        struct field *arg;
        const struct child *child;
    };
};

struct member {
    struct member *next;
    const char *schema;
    const char *c; /* "SHOP_REFUSAL_UNKNOWN_PRODUCT" */
    const char *doc;
    struct span span;
    struct span value_span;
    int64_t value;
};

struct enumeration {
    struct enumeration *next;
    const struct model *home; /* the schema that declares it */
    struct cname name;
    const char *doc;
    struct span span;
    enum type_kind width;
    bool open; /* numbers without a name are kept when decoding */
    struct member *members;
    uint32_t member_count;
};

struct field {
    struct field *next;
    const char *schema;
    const char *c;   /* name of the struct's member */
    const char *has; /* of the bool beside an optional: "has_count"; NULL if there is none */
    const char *doc;
    struct span span; /* of the name */
    struct type type;
    struct value value; /* the default */
    uint32_t number;
    struct span number_span; /* empty if not numbered */
    bool deprecated;
    bool passed_on; /* an argument that some child gets */
};

struct reserved {
    struct reserved *next;
    struct span span;
    const char *name; /* NULL if numbers are reserved */
    uint32_t from;
    uint32_t to;
};

#define MEASURES_UNBOUNDED UINT64_MAX

/* What a struct takes in memory, on machines of 64 bits; known when it is checked. */
struct measures {
    bool plain;        /* copying the struct copies and checks all there is */
    bool variable;     /* something of it is behind pointers */
    bool roomy;        /* kept in a state, see kept_needs_room() */
    uint64_t size;     /* of the C struct, in bytes */
    uint64_t align;    /* likewise; 0 until it is known */
    uint64_t tail_max; /* what is behind pointers takes at most; or MEASURES_UNBOUNDED */
    uint32_t height;   /* 1 + that of the highest that it contains */
    bool tail_known;
    bool tail_asked;
};

struct fields {
    struct field *first;
    uint32_t count;
    bool broken; /* some were left out because of errors */
    struct measures measures;
    struct reserved *reserved;
};

/* "const u32 MAX_ITEMS = 64;" */
struct constant {
    struct constant *next;
    const struct model *home;
    struct cname name;
    const char *doc;
    struct span span;
    struct type type;
    struct value value;
};

/* A tagged struct: exactly one of its members. */
struct union_type {
    struct union_type *next;
    const struct model *home;
    struct cname name;
    const char *doc;
    struct span span;
    struct fields members;
};

struct answer {
    struct answer *next;
    struct message *message;
    const char *member; /* its name in the reply's union */
    struct span span;
};

struct message {
    struct message *next;
    const struct model *home;
    struct cname name;
    const char *doc;
    struct span span;
    struct fields fields;
    struct answer *answers; /* NULL if it is no request */
    uint32_t answer_count;
    bool broken; /* an answer was left out because of an error */
};

enum overflow {
    OVERFLOW_REFUSE,
    OVERFLOW_DROP_OLDEST,
    OVERFLOW_DROP_NEWEST,
    OVERFLOW_THROTTLE
};

/* A message class: what one actor receives, in all its modes. */
struct handler {
    struct handler *next;
    const struct message *message;
    const char *doc;
    struct span span;
    uint32_t index;
    bool in_all_modes;      /* it has an `on` outside modes; true where there are none */
    struct span attributes; /* where its admission is said; empty if nowhere */
    bool urgent;
    uint32_t reserve; /* places that only this class can use; 0 = none */
    struct span reserve_span;
    uint32_t limit; /* 0 = none */
    enum overflow overflow;
    struct become *becomes; /* of the `on` outside modes */
};

/* One name after "=>". */
struct become {
    struct become *next;
    const struct mode *mode;
    struct span span;
};

/* What a mode does with a message: handles it in its own way, or keeps it for later. */
struct mode_entry {
    struct mode_entry *next;
    const struct message *message;
    const struct handler *handler; /* its class */
    const char *doc;
    struct span span;
    bool stash;
    struct become *becomes;
};

enum { MODES_MAX = 64 };

struct mode {
    struct mode *next;
    const char *schema; /* "Open" */
    const char *stem;   /* "open" */
    const char *doc;
    struct span span;
    uint32_t index; /* 0 is the first, in which the actor begins */
    struct mode_entry *entries;
    bool named; /* some "=>" names it */
};

struct tell {
    struct tell *next;
    const struct actor *target;
    const struct handler *handler; /* the target's */
    const struct handler *from;    /* whose block it is in, or NULL */
    const struct mode *mode;       /* whose handler `from` is, or NULL */
    bool repeated;                 /* another block has it too; one stub will do */
    struct span span;
};

struct ask {
    struct ask *next;
    const struct actor *target;
    const struct handler *handler; /* the target's */
    const struct handler *from;    /* whose block it is in, or NULL */
    const struct mode *mode;       /* whose handler `from` is, or NULL */
    const struct message *with;    /* kept for the continuation, or NULL */
    bool exclusive;
    bool in_hook;     /* it is in the block of a hook, so no handler does it */
    const char *name; /* in snake_case */
    int64_t within_ns;
    struct span span;
    struct span within_span; /* empty if it is the default */
    uint32_t index;
};

struct delegate {
    struct delegate *next;
    const struct actor *target;
    const struct handler *handler; /* the target's */
    const struct handler *from;    /* whose block it is in, or NULL */
    const struct mode *mode;       /* whose handler `from` is, or NULL */
    bool repeated;
    struct span span;
};

struct watch {
    struct watch *next;
    const struct actor *actor;
    const struct handler *from; /* whose block it is in, or NULL */
    const struct mode *mode;    /* whose handler `from` is, or NULL */
    bool repeated;
    uint32_t index; /* the same for all that are repeated */
    struct span span;
};

/* "timer M;" and "every D M;" */
struct timer {
    struct timer *next;
    const struct handler *handler;
    int64_t period_ns; /* 0 = it is started by hand and rings once */
    struct span span;
    uint32_t index;
};

struct spawn {
    struct spawn *next;
    const struct actor *actor;
    bool repeated;
    struct span span;
};

struct argument {
    struct argument *next;
    const struct field *field; /* of the child */
    struct value value;
};

enum route { ROUTE_ROUND_ROBIN, ROUTE_LEAST_LOADED, ROUTE_HASH };

struct pool {
    uint32_t size;
    enum route route;
    const char *field; /* of hash, interned */
    uint32_t *keys; /* of hash: by class of the members, which of the message's fields it is */
    struct span span;
};

struct child {
    struct child *next;
    const char *schema;
    const char *stem;
    const char *doc;
    struct span span;
    const struct actor *actor;
    struct span actor_span;
    struct argument *arguments; /* one for each of the child's, in their order */
    struct pool *pool;          /* NULL if it is one actor */
    uint32_t index;
};

enum strategy {
    STRATEGY_NONE,
    STRATEGY_ONE_FOR_ONE,
    STRATEGY_ALL_FOR_ONE,
    STRATEGY_REST_FOR_ONE,
    STRATEGY_RESUME
};

struct supervision {
    enum strategy strategy;
    uint32_t restarts;
    int64_t window_ns;
    int64_t backoff_min_ns; /* 0 = none */
    int64_t backoff_max_ns;
};

struct actor {
    struct actor *next;
    const struct model *home;
    struct cname name;
    const char *doc;
    struct span span;
    uint32_t index; /* among the actors */
    struct fields args;
    bool broken;    /* something was left out because of an error */
    bool lost_mode; /* some "=>" names a mode that there is not */

    struct handler *handlers;
    uint32_t handler_count;
    bool on_start;
    bool on_stop;
    const char *start_doc;
    const char *stop_doc;
    struct tell *tells;
    struct ask *asks;
    uint32_t ask_count;
    struct delegate *delegates;
    struct watch *watches;
    struct timer *timers;
    uint32_t timer_count;
    struct span fd_span;
    const struct handler *fd; /* what readiness of a descriptor arrives as, or NULL */
    struct spawn *spawns;
    struct mode *modes; /* NULL if it has but one behaviour */
    uint32_t mode_count;
    struct child *children;
    uint32_t child_count;

    bool dedicated;
    uint32_t mailbox; /* 0 = unbounded */
    enum overflow overflow;
    struct supervision supervision;
    struct fields *state; /* declared in the schema, or NULL */
    bool started;         /* some child or spawn names it */

    /* Where the statements are that stand once; empty if there is none. */
    struct span mailbox_span;
    struct span dedicated_span;
    struct span supervise_span;
    struct span start_span;
    struct span stop_span;
    struct span state_span;
};

/* The order in which structs and replies can be written so that each is complete before use. */
struct block {
    const struct message *message;       /* or NULL: it is a union */
    const struct union_type *union_type; /* or NULL */
    bool is_reply;                       /* the message's reply, else its struct */
};

struct import {
    struct import *next;
    const struct model *model;
    struct span span; /* of the path */
};

struct model {
    const char *schema; /* "shop" */
    struct span schema_span;
    const char *prefix;       /* "shop" */
    const char *macro_prefix; /* "SHOP" */
    const char *doc;
    const struct source *source;
    struct import *imports;
    struct constant *constants;
    struct enumeration *enumerations;
    struct union_type *unions;
    struct message *messages;
    struct actor *actors;
    struct block *blocks;
    size_t block_count;
    struct block *kept; /* what states keep in a form of their own, in such an order */
    size_t kept_count;
    uint64_t fingerprint;
};

/* Says whether it is a message or union that may be absent, and so a pointer in C. */
static inline bool type_is_pointer(const struct type *type)
{
    return type->kind == TYPE_OPTIONAL &&
           (type->item->kind == TYPE_MESSAGE || type->item->kind == TYPE_UNION);
}

/* Says whether a field of the type has a bool beside it in C. */
static inline bool type_has_flag(const struct type *type)
{
    return type->kind == TYPE_OPTIONAL && !type_is_pointer(type);
}

/* Says whether an enum of this width can hold whatever its type in C can. */
static inline bool type_is_wide(enum type_kind width)
{
    return width != TYPE_U8 && width != TYPE_U16 && width != TYPE_I8 && width != TYPE_I16;
}

/* Returns the fields or members of a message or union; NULL if the type is neither. */
static inline struct fields *type_fields(const struct type *type)
{
    return type->kind == TYPE_MESSAGE ? &type->message->fields
           : type->kind == TYPE_UNION ? &type->union_type->members
                                      : NULL;
}

/* Returns the request whose call the ask carries, or NULL. */
static inline const struct message *ask_call(const struct ask *ask)
{
    return ask->from != NULL && ask->from->message->answers != NULL ? ask->from->message : NULL;
}

/* What an actor has to do itself: with none of these it needs no state and no dispatch. */
static inline bool actor_acts(const struct actor *actor)
{
    return actor->handlers != NULL || actor->asks != NULL || actor->on_start || actor->on_stop;
}

#endif
