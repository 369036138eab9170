/* SPDX-License-Identifier: MIT */
/*
 * actorc/generated.h - what the C that actorc writes is made of and calls: how values lie in memory, what a schema
 * says of its actors, and the entry points of the stubs. Programs get it with their generated headers and need nothing
 * of it by name; it is documented for those who read what actorc has written.
 *
 * Nothing here is stable between values of ACTOR_ABI. `self` is the running handler's own, and what is called from
 * elsewhere with it is ACTOR_ERR_MISUSE, or does nothing.
 */
#ifndef ACTORC_GENERATED_H
#define ACTORC_GENERATED_H

#include <actorc/actor.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Values ------------------------------------------------------------------------ */

typedef enum actor_field_kind {
    ACTOR_FIELD_BOOL,
    ACTOR_FIELD_U8,
    ACTOR_FIELD_U16,
    ACTOR_FIELD_U32,
    ACTOR_FIELD_U64,
    ACTOR_FIELD_I8,
    ACTOR_FIELD_I16,
    ACTOR_FIELD_I32,
    ACTOR_FIELD_I64,
    ACTOR_FIELD_F32,
    ACTOR_FIELD_F64,
    ACTOR_FIELD_DURATION,
    ACTOR_FIELD_TIMESTAMP,
    ACTOR_FIELD_STRING,
    ACTOR_FIELD_BYTES,
    ACTOR_FIELD_ENUM,
    ACTOR_FIELD_REF,
    ACTOR_FIELD_OPAQUE,
    ACTOR_FIELD_MESSAGE,
    ACTOR_FIELD_UNION,
    ACTOR_FIELD_LIST,
    ACTOR_FIELD_ARRAY,
    ACTOR_FIELD_OPTIONAL, /* a value with a bool beside it */
    ACTOR_FIELD_POINTER,  /* an optional message or union; NULL = absent */
    /* Only in states that a schema declares; see actor_kept. */
    ACTOR_FIELD_CALL,
    ACTOR_FIELD_KEPT_STRING, /* uint32_t len; char data[bound + 1] */
    ACTOR_FIELD_KEPT_BYTES,  /* likewise */
    ACTOR_FIELD_KEPT_LIST    /* uint32_t count; T items[bound] */
} actor_field_kind;

typedef struct actor_enum_member {
    const char *name;
    int64_t value;
} actor_enum_member;

typedef struct actor_enum {
    const char *name;       /* "shop.Refusal" */
    actor_field_kind width; /* ACTOR_FIELD_U8 … ACTOR_FIELD_I64: what a value must fit */
    uint32_t member_count;
    const actor_enum_member *members;
    bool open; /* numbers without a name are as good as those with one */
} actor_enum;

typedef struct actor_field {
    const char *name;
    uint32_t offset; /* in the C struct */
    actor_field_kind kind;
    /* Of string and bytes: most bytes. Of a list: most items. Of both UINT32_MAX = no bound. Of an
     * array: its items. Of an optional: offset of its bool. */
    uint32_t bound;
    /* Of an enum its actor_enum, of a message its actor_layout, of a union its actor_union; of a
     * list, an array, an optional and a pointer the actor_item that they hold. */
    const void *detail;
} actor_field;

/* What is held once, or again and again. */
typedef struct actor_item {
    uint32_t size; /* sizeof in C */
    bool plain;    /* as in actor_layout */
    actor_field field;
} actor_item;

/* What every list is in memory. */
typedef struct actor_list {
    const void *items;
    size_t count;
} actor_list;

/* A field of a state, which has no pointers, and the same as messages have it, from which it is set
 * and as which it is looked at. In a KEPT_LIST the offset of the items is from the beginning of the
 * list; `plain` says that they are as in messages. An optional message is one with a bool beside it. */
typedef struct actor_kept {
    const actor_field *kept;
    actor_field form; /* at offset 0; of an optional what it holds */
} actor_kept;

/* Of a member of a member: where it is in that, and what it has in bytes. */
#define ACTOR_WITHIN(type, of, member) (offsetof(type, of.member) - offsetof(type, of))
#define ACTOR_SIZEOF(type, member) sizeof(((const type *)NULL)->member)

typedef struct actor_union_member {
    int kind; /* as at the beginning of the C struct */
    bool plain;
    actor_field field;
} actor_union_member;

/* How a union lies in memory; an int or unsigned int that says which member it is comes first. */
typedef struct actor_union {
    const char *name; /* "shop.Payment" */
    uint32_t size;    /* sizeof the C struct */
    uint32_t member_count;
    const actor_union_member *members;
} actor_union;

/* How a message, or the arguments of an actor, lie in memory. */
typedef struct actor_layout {
    const char *name; /* "shop.BuyProduct" */
    uint32_t size;    /* sizeof the C struct; 0 if it has no fields and is never looked at */
    uint16_t field_count;
    /* Copying `size` bytes is all there is to do: no string, bytes, list, union, optional message or
     * narrow enum, also further down. */
    bool plain;
    const actor_field *fields;
} actor_layout;

/* What S_M_equal(), S_M_print(), S_M_copy(), S_M_free(), S_E_name() and S_E_parse() call. */
bool actor__equal(const actor_layout *layout, const void *a, const void *b);
size_t actor__print(const actor_layout *layout, char *text, size_t size, const void *message);
actor_err actor__copy(const actor_layout *layout, const void *message, void **ret_copy);
void actor__free(void *copy);
const char *actor__enum_name(const actor_enum *e, int64_t value);
bool actor__enum_parse(const actor_enum *e, const char *name, int64_t *ret_value);

/* ---- What a schema says of an actor ------------------------------------------------ */

/* A message with answers. A reply is a C struct of kind, error and a union of the answers. */
typedef struct actor_request {
    const actor_layout *message;
    uint32_t reply_size;
    uint32_t answer_offset; /* of the union in the reply struct */
    uint16_t answer_count;
    const actor_layout *const *answers; /* reply kind k (from 1) is answers[k - 1] */
} actor_request;

/* The beginning of every reply struct. */
typedef struct actor_reply {
    int kind; /* 0 = error; else 1 + index of the answer */
    actor_err error;
} actor_reply;

typedef enum actor_overflow {
    ACTOR_REFUSE,
    ACTOR_DROP_OLDEST,
    ACTOR_DROP_NEWEST,
    ACTOR_THROTTLE /* who sends waits; past twice the bound it is refused as well */
} actor_overflow;

/* One `on M` of an actor. */
typedef struct actor_class {
    const actor_layout *message;
    const actor_request *request; /* NULL if M has no answers */
    bool urgent;
    actor_overflow overflow; /* past `limit` */
    uint32_t limit;          /* queued messages of this class; 0 = none */
} actor_class;

/* What a mode does with a message, and which modes its handler may become: bit m is mode m. */
typedef enum actor_action { ACTOR_UNHANDLED, ACTOR_HANDLED, ACTOR_STASHED } actor_action;

typedef struct actor_reaction {
    actor_action action;
    uint64_t becomes;
} actor_reaction;

/* One `mode` of an actor. */
typedef struct actor_mode {
    const char *name;
    const actor_reaction *reactions; /* by class */
} actor_mode;

/* One `timer M` or `every D M` of an actor. */
typedef struct actor_timer {
    uint16_t class_index;
    actor_duration period; /* 0 = started by hand, rings once */
    const void *message;   /* with a period: what is sent each time; NULL if it has no fields */
} actor_timer;

typedef struct actor_info actor_info;

/* One `ask A.M` of an actor. */
typedef struct actor_ask {
    const char *name;
    const actor_info *target;
    uint16_t target_class; /* index into the target's classes */
    actor_duration within;
    const actor_layout *context; /* of `with`; NULL if it keeps nothing */
    bool exclusive;              /* until the reply the actor handles nothing else */
} actor_ask;

typedef enum actor_strategy {
    ACTOR_NO_SUPERVISION,
    ACTOR_ONE_FOR_ONE,
    ACTOR_ALL_FOR_ONE,
    ACTOR_REST_FOR_ONE,
    ACTOR_RESUME
} actor_strategy;

typedef struct actor_supervision {
    actor_strategy strategy;
    uint32_t restarts; /* more than this in `window` escalate */
    actor_duration window;
    actor_duration backoff_min; /* 0 = restart at once */
    actor_duration backoff_max;
} actor_supervision;

/* What a schema says of an actor. */
struct actor_info {
    const char *name;         /* "shop.Inventory" */
    const actor_layout *args; /* NULL if it takes none */
    const void
            *state; /* what a state declared in the schema begins as; NULL: the application's */
    const actor_class *classes;
    const actor_ask *asks;
    const actor_mode *modes;     /* NULL if it has but one behaviour; it begins in the first */
    const uint64_t *ask_becomes; /* by ask: modes that the continuation may become */
    const uint64_t
            *watch_becomes; /* by watch: modes that an actor may become that sees the end */
    const actor_timer *timers;
    uint16_t class_count;
    uint16_t ask_count;
    uint16_t child_count;
    uint16_t mode_count;
    uint16_t timer_count;
    uint16_t fd; /* 1 + the class that readiness of a descriptor arrives as; 0 = none */
    bool has_start;
    bool has_stop;
    bool dedicated;
    actor_overflow overflow;  /* past `mailbox` */
    uint32_t mailbox;         /* bound in messages; 0 = none */
    uint32_t reserved;        /* how many of these are in `reserves` */
    const uint32_t *reserves; /* by class: places that only it can use; NULL = none */
    actor_supervision supervision;
};

/* ---- An actor with its handlers ---------------------------------------------------- */

/* What the runtime asks an actor to do. `kind` below ACTOR_EVENT_START is an index into the
 * actor's classes; ACTOR_EVENT_REPLY + i is the reply to its ask i, ACTOR_EVENT_ENDED + i the end
 * of an actor that it watches by its `watch` statement i. */
enum {
    ACTOR_EVENT_START = 0x10000,
    ACTOR_EVENT_STOP = 0x10001,
    ACTOR_EVENT_REPLY = 0x20000,
    ACTOR_EVENT_ENDED = 0x30000
};

/* Who has ended, and why. */
typedef struct actor_ended {
    uint64_t ref;
    actor_err why;
} actor_ended;

typedef struct actor_event {
    uint32_t kind;
    uint32_t mode;       /* of the actor, for messages */
    const void *body;    /* message, reply, arguments or actor_ended */
    uint64_t call;       /* of the request, or the one its ask carried; 0 = none */
    const void *context; /* of a reply: what its ask kept; NULL = nothing */
} actor_event;

typedef struct actor_type actor_type;

/* How a pool chooses the member that gets a message. */
typedef enum actor_route { ACTOR_ROUND_ROBIN, ACTOR_LEAST_LOADED, ACTOR_HASH } actor_route;

/* A static child that is several actors. */
typedef struct actor_pool {
    uint32_t size;
    actor_route route;
    const uint16_t *keys; /* ACTOR_HASH: by class, the index of the field that is hashed */
} actor_pool;

/* A static child. `args` fills the child's arguments from its parent's and from the
 * references of the children before it; NULL if the child takes none. */
typedef struct actor_child {
    const char *name;
    const actor_type *(*type)(void);
    void (*args)(const void *parent_args, const uint64_t *siblings, void *ret_args);
    const actor_pool *pool; /* NULL if it is one actor */
} actor_child;

/* An actor with its handlers. */
struct actor_type {
    const actor_info *info;
    size_t state_size;
    actor_result (*dispatch)(void *state, const actor_event *event);
    const actor_child *(*children)(void); /* info->child_count of them; NULL if none */
};

/* ---- What stubs for outside threads call ------------------------------------------- */

/* Starts a root actor, waits for its whole tree. `args` is copied. Outside only. Returns
 * ACTOR_ERR_FAILED when it failed to start, LIMIT, NO_MEMORY, SHUTDOWN, INVALID, OS, MISUSE. */
actor_err actor__start(
        actor_system *system, const actor_type *type, const void *args, uint64_t *ret_ref);
/* Asks an actor to stop after what is queued; does not wait. Any thread. */
actor_err actor__stop(actor_system *system, uint64_t ref);
/* Ends an actor before the next message; does not wait. Any thread. */
actor_err actor__kill(actor_system *system, uint64_t ref);
/* Finds the actor of a type that has the name; ACTOR_ERR_UNKNOWN: none has. Any thread; `system` is not
 * looked at inside a handler. */
actor_err actor__find(
        actor_system *system, const actor_info *type, const char *name, uint64_t *ret_ref);
/* Gives the reference of static child `index`. Outside only. ACTOR_ERR_STOPPED if `ref` is dead. */
actor_err actor__child_of(
        actor_system *system, uint64_t ref, uint16_t index, uint64_t *ret_child);
/* Sends `message` to class `index` of `target`. Outside only. If its mailbox throttles and is full it
 * blocks until there is room, for actor_config.tell_timeout: then ACTOR_ERR_TIMEOUT. */
actor_err actor__tell_from_outside(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message);
/* Asks and waits. `*ret_reply` is the reply struct, given to the caller. Outside only. */
actor_err actor__ask_from_outside(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message, actor_duration timeout, void **ret_reply);

/* Asks without waiting. */
actor_err actor__ask_async(actor_system *system, uint64_t ref, const actor_info *target,
        uint16_t index, const void *message, actor_duration timeout, actor_future **ret_future);
/* What ACTOR_FUTURE() is made of: they check that the future is that of such a request. `call` calls
 * `callback` as what it is. */
actor_err actor__await(actor_future *future, const actor_request *request, void **ret_reply);
actor_err actor__then(actor_future *future, const actor_request *request,
        void (*call)(void (*callback)(void), void *context, const void *reply),
        void (*callback)(void), void *context);

/* ---- What stubs for handlers call -------------------------------------------------- */

/* Sends `message` to class `index` of `target` when the handler returns well. */
actor_err actor__tell(const void *self, uint64_t ref, const actor_info *target, uint16_t index,
        const void *message);
/* What a plain message begins with: its class in the target's type, that it is plain, the class of its block in the
 * pool, its size. */
#define ACTOR_PLAIN_HEAD(index, size)                                                          \
    ((uint64_t)(index) << 16 | UINT64_C(128) << 40 | ((uint64_t)(size) + 23) / 16 << 48 |      \
            (uint64_t)(size) << 56)
/* Quicker, for a message that is not urgent and whose copy is complete with its bytes, which are at most
 * ACTOR_PLAIN_MAX. Returns where the caller copies it to at once; NULL: it is for actor__tell(). */
void *actor__tell_plain(const void *self, uint64_t ref, uint64_t head);
#define ACTOR_PLAIN_MAX 64
/* `ask` is an index into the actor's asks; `call` and a copy of `context` travel to the
 * continuation; a context that cannot be copied ends the ask with the error. */
void actor__ask(const void *self, uint64_t call, uint64_t ref, uint16_t ask,
        const void *message, const void *context);
/* Hands `call` on, with the message that its new owner gets; an empty call is told. On an error the call
 * stays where it is; if it was refused (ACTOR_ERR_REFUSED) and nobody ends it, that is its end. */
actor_err actor__delegate(const void *self, uint64_t call, uint64_t ref,
        const actor_info *target, uint16_t index, const void *message);
actor_err actor__spawn(
        const void *self, const actor_type *type, const void *args, uint64_t *ret_ref);
/* Changes the mode when the handler returns well. ACTOR_ERR_MISUSE: its `=>` does not name it. */
actor_err actor__become(const void *self, uint16_t mode);
/* `delay` and `message` mean nothing for a timer with a period. */
actor_err actor__start_timer(
        const void *self, uint16_t timer, actor_duration delay, const void *message);
actor_err actor__cancel_timer(const void *self, uint16_t timer);
/* Take a name for the actor, and give it back. */
actor_err actor__register(const void *self, const char *name);
actor_err actor__unregister(const void *self, const char *name);
/* Watches an actor, by `watch` statement `index`, or no longer. */
actor_err actor__watch(const void *self, uint16_t index, uint64_t ref);
actor_err actor__unwatch(const void *self, uint16_t index, uint64_t ref);
/* `events`: ACTOR_FD_READ, ACTOR_FD_WRITE; others are ACTOR_ERR_INVALID. */
actor_err actor__watch_fd(const void *self, int fd, uint32_t events);
actor_err actor__unwatch_fd(const void *self, int fd);
/* The reference of static child `index`, and the actor's own. */
uint64_t actor__child(const void *self, uint16_t index);
uint64_t actor__self(const void *self);

/* Ends a call; handlers only. ACTOR_ERR_GONE if it has ended, or was told and not asked. */
actor_err actor__answer(
        uint64_t call, const actor_request *request, uint16_t kind, const void *answer);
actor_err actor__fail_call(uint64_t call, actor_err err);
/* Lets a call outlive its handler. */
actor_err actor__keep_call(uint64_t call);

/* ---- States that the schema declares ----------------------------------------------- */

/* Sets a text. ACTOR_ERR_INVALID: longer than its bound, or nowhere. */
actor_err actor__set_text(
        void *data, uint32_t *ret_len, uint32_t bound, const void *from, size_t len);
/* Sets any field from `value`, as a message has it; NULL makes an optional absent and
 * a list empty. These check all of the value first: ACTOR_ERR_INVALID if something in it is outside
 * the bounds of the schema, and then nothing has changed. */
actor_err actor__keep(const actor_kept *field, void *state, const void *value);
/* Sets an item of a list or array. ACTOR_ERR_INVALID too if there is none of this index. */
actor_err actor__keep_item(
        const actor_kept *field, void *state, size_t index, const void *item);
/* Adds an item to a list. ACTOR_ERR_LIMIT if it is full. */
actor_err actor__keep_more(const actor_kept *field, void *state, const void *item);
/* Takes an item out of a list; those behind it move up. ACTOR_ERR_INVALID if there is none. */
actor_err actor__keep_less(const actor_kept *field, void *state, size_t index);
/* Return a field or an item as messages have it, or NULL if it is absent. Where the state has it in
 * the same form that is in the state, else it is made in `value`, with all that needs pointers to
 * itself in `room`; texts stay in the state. */
const void *actor__kept(const actor_kept *field, const void *state, void *value, void *room);
const void *actor__kept_item(
        const actor_kept *field, const void *state, size_t index, void *value, void *room);

/* ---- What makes typed functions ---------------------------------------------------- */

/* S_M_equal() and S_M_print(). */
#define ACTOR_VALUE(type)                                                                      \
    static inline bool type##_equal(const type *a, const type *b)                              \
    {                                                                                          \
        return actor__equal(&type##__layout, a, b);                                            \
    }                                                                                          \
    static inline size_t type##_print(char *text, size_t size, const type *msg)                \
    {                                                                                          \
        return actor__print(&type##__layout, text, size, msg);                                 \
    }                                                                                          \
    struct type

/* S_M_copy() and S_M_free(). */
#define ACTOR_VALUE_COPY(type)                                                                 \
    static inline actor_err type##_copy(const type *msg, type **ret_copy)                      \
    {                                                                                          \
        void *copy = NULL;                                                                     \
        actor_err err = actor__copy(&type##__layout, msg, &copy);                              \
        if (err == ACTOR_OK) {                                                                 \
            *ret_copy = (type *)copy;                                                          \
        }                                                                                      \
        return err;                                                                            \
    }                                                                                          \
    static inline void type##_free(type *copy)                                                 \
    {                                                                                          \
        actor__free(copy);                                                                     \
    }                                                                                          \
    struct type

/* S_E_name() and S_E_parse(). */
#define ACTOR_ENUM(type)                                                                       \
    static inline const char *type##_name(type value)                                          \
    {                                                                                          \
        return actor__enum_name(&type##__enum, (int64_t)value);                                \
    }                                                                                          \
    static inline bool type##_parse(const char *name, type *ret_value)                         \
    {                                                                                          \
        int64_t value = 0;                                                                     \
        bool is_known = actor__enum_parse(&type##__enum, name, &value);                        \
        if (is_known) {                                                                        \
            *ret_value = (type)value;                                                          \
        }                                                                                      \
        return is_known;                                                                       \
    }                                                                                          \
    struct actor_enum

/* S_M_await() and S_M_then(). */
#define ACTOR_FUTURE(type)                                                                     \
    static inline actor_err type##_await(actor_future *future, type##_reply **ret_reply)       \
    {                                                                                          \
        void *reply = NULL;                                                                    \
        actor_err err = actor__await(future, &type##__request, &reply);                        \
        if (err == ACTOR_OK) {                                                                 \
            *ret_reply = (type##_reply *)reply;                                                \
        }                                                                                      \
        return err;                                                                            \
    }                                                                                          \
    static inline void type##__call(void (*callback)(void), void *context, const void *reply)  \
    {                                                                                          \
        ((void (*)(void *, const type##_reply *))callback)(                                    \
                context, (const type##_reply *)reply);                                         \
    }                                                                                          \
    static inline actor_err type##_then(actor_future *future,                                  \
            void (*callback)(void *context, const type##_reply *reply), void *context)         \
    {                                                                                          \
        return actor__then(                                                                    \
                future, &type##__request, type##__call, (void (*)(void))callback, context);    \
    }                                                                                          \
    struct type

#ifdef __cplusplus
}
#endif

#endif
