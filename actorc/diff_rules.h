/* SPDX-License-Identifier: MIT */
/*
 * diff_rules.h - what may change between two versions of a schema, and whom that breaks. This
 * table is the one place that decides; the manual page of the language prints it.
 *
 * Three kinds of contract can break:
 *   wire      one side has the old version, the other the new one: what one of them sends, the
 *             other must understand and accept;
 *   source    code written against the old header must be changed. Code that must only be added,
 *             such as the handler of a new message, is no break;
 *   protocol  all compiles, and actors no longer behave towards each other as was agreed.
 * What breaks none is compatible.
 */
#ifndef DIFF_RULES_H
#define DIFF_RULES_H

enum diff_breaks { DIFF_NONE = 0, DIFF_WIRE = 1, DIFF_SOURCE = 2, DIFF_PROTOCOL = 4 };

/* clang-format off */
/* Id, name in outputs, what it breaks, what it is. */
#define DIFF_RULES(X)                                                                          \
    X(PREFIX, "prefix", DIFF_SOURCE, "the prefix of all names in C")                           \
    X(SCHEMA_NAME, "schema-name", DIFF_SOURCE, "the name by which others import the schema")   \
    X(DECL_REMOVED, "declaration-removed", DIFF_SOURCE, "a declaration is gone")               \
    X(DECL_RENAMED, "declaration-renamed", DIFF_SOURCE, "a declaration has another name")      \
    X(DECL_KIND, "declaration-kind", DIFF_WIRE | DIFF_SOURCE, "a name declares something else")\
    X(DECL_ADDED, "declaration-added", DIFF_NONE, "a new declaration")                         \
    X(CONST_TYPE, "const-type", DIFF_SOURCE, "the type of a constant")                         \
    X(CONST_VALUE, "const-value", DIFF_NONE, "the value of a constant")                        \
    X(ENUM_WIDTH, "enum-width", DIFF_WIRE | DIFF_SOURCE, "the width of an enum")               \
    X(ENUM_CLOSED, "enum-closed", DIFF_WIRE, "an open enum refuses unknown numbers now")       \
    X(ENUM_OPENED, "enum-opened", DIFF_NONE, "an enum keeps unknown numbers now")              \
    X(MEMBER_REMOVED, "member-removed", DIFF_WIRE | DIFF_SOURCE, "an enum has lost a member")  \
    X(MEMBER_RENAMED, "member-renamed", DIFF_SOURCE, "a member has another name")              \
    X(MEMBER_VALUE, "member-value", DIFF_WIRE, "a member has another number")                  \
    X(MEMBER_ADDED, "member-added", DIFF_WIRE, "old receivers refuse the new member")          \
    X(MEMBER_ADDED_OPEN, "member-added-open", DIFF_NONE, "an open enum has a new member")      \
    X(FIELD_REMOVED, "field-removed", DIFF_WIRE | DIFF_SOURCE, "and its number is free again") \
    X(FIELD_RESERVED, "field-reserved", DIFF_SOURCE, "a field is gone, its number reserved")   \
    X(FIELD_RENAMED, "field-renamed", DIFF_SOURCE, "a field has another name")                 \
    X(FIELD_REPLACED, "field-replaced", DIFF_WIRE | DIFF_SOURCE, "a number has another field") \
    X(FIELD_NUMBER, "field-number", DIFF_WIRE, "a field has another number")                   \
    X(FIELD_PLACE, "field-place", DIFF_SOURCE, "initialisers without names mean another field")\
    X(FIELD_ADDED, "field-added", DIFF_NONE, "a new field")                                    \
    X(FIELD_REQUIRED, "field-required", DIFF_WIRE | DIFF_SOURCE, "a new field may not be zero")\
    X(RESERVED_AGAIN, "reserved-reused", DIFF_WIRE, "a reserved number or name is used")       \
    X(RESERVED_LOST, "reserved-lost", DIFF_WIRE, "a reserved number or name is free again")    \
    X(RESERVED_NEW, "reserved-added", DIFF_NONE, "a number or name is reserved")               \
    X(TYPE_CHANGED, "type", DIFF_WIRE | DIFF_SOURCE, "another type")                           \
    X(TYPE_NARROWER, "type-narrower", DIFF_WIRE | DIFF_SOURCE, "a type with a smaller range")  \
    X(TYPE_WIDER, "type-wider", DIFF_SOURCE, "a type that holds all that the old one did")     \
    X(BOUND_SMALLER, "bound-smaller", DIFF_WIRE, "what was sent may be too long now")          \
    X(BOUND_LARGER, "bound-larger", DIFF_NONE, "old receivers refuse what is longer")          \
    X(ARRAY_SIZE, "array-size", DIFF_WIRE | DIFF_SOURCE, "an array of another size")           \
    X(OPTIONAL_NOW, "optional", DIFF_SOURCE, "a field may be absent")                          \
    X(OPTIONAL_LOST, "optional-lost", DIFF_WIRE | DIFF_SOURCE, "a field may not be absent")    \
    X(DEFAULT, "default", DIFF_PROTOCOL, "another default: unchanged code sends another value")\
    X(DEPRECATED, "deprecated", DIFF_NONE, "a field is deprecated, or no longer")              \
    X(UNION_REMOVED, "union-removed", DIFF_WIRE | DIFF_SOURCE, "a union has lost a member")    \
    X(UNION_ADDED, "union-added", DIFF_WIRE, "old receivers do not know the new member")       \
    X(ANSWER_REMOVED, "answer-removed", DIFF_SOURCE | DIFF_PROTOCOL, "an answer is gone")      \
    X(ANSWER_ADDED, "answer-added", DIFF_SOURCE | DIFF_PROTOCOL, "askers do not expect it")    \
    X(REQUEST_NOW, "request", DIFF_SOURCE | DIFF_PROTOCOL, "its handlers owe an answer now")   \
    X(REQUEST_LOST, "request-lost", DIFF_SOURCE | DIFF_PROTOCOL, "it can not be asked now")    \
    X(ARG_REMOVED, "argument-removed", DIFF_SOURCE, "an actor takes one argument less")        \
    X(ARG_RENAMED, "argument-renamed", DIFF_SOURCE, "an argument has another name")            \
    X(ARG_TYPE, "argument-type", DIFF_SOURCE, "an argument has another type")                  \
    X(ARG_BOUND, "argument-bound", DIFF_SOURCE, "an argument may be less long")                \
    X(ARG_ADDED, "argument-added", DIFF_NONE, "one more, which is zero where it is not given") \
    X(ARGS_FIRST, "arguments-first", DIFF_SOURCE, "an actor takes arguments, and took none")   \
    X(ARGS_GONE, "arguments-gone", DIFF_SOURCE, "an actor takes no arguments any more")        \
    X(HOOK_REMOVED, "hook-removed", DIFF_SOURCE, "a hook is not called any more")              \
    X(HOOK_ADDED, "hook-added", DIFF_NONE, "a hook is to be written")                          \
    X(HANDLER_REMOVED, "handler-removed", DIFF_SOURCE | DIFF_PROTOCOL, "no longer handled")    \
    X(HANDLER_ADDED, "handler-added", DIFF_NONE, "a handler is to be written")                 \
    X(HANDLER_URGENT, "handler-urgent", DIFF_PROTOCOL, "it overtakes, or no longer does")      \
    X(LIMIT_SMALLER, "limit-smaller", DIFF_PROTOCOL, "fewer of a message may wait")            \
    X(LIMIT_LARGER, "limit-larger", DIFF_NONE, "more of a message may wait")                   \
    X(LIMIT_POLICY, "limit-policy", DIFF_PROTOCOL, "what happens past a limit")                \
    X(RESERVE_CHANGED, "reserve", DIFF_PROTOCOL, "places kept for one message, or for others") \
    X(MAILBOX_SMALLER, "mailbox-smaller", DIFF_PROTOCOL, "fewer messages may wait")            \
    X(MAILBOX_LARGER, "mailbox-larger", DIFF_NONE, "more messages may wait")                   \
    X(MAILBOX_POLICY, "mailbox-policy", DIFF_PROTOCOL, "what happens past the bound")          \
    X(DEDICATED_LOST, "dedicated-lost", DIFF_SOURCE, "handlers that block hold up others now") \
    X(DEDICATED_NOW, "dedicated", DIFF_NONE, "an actor has a thread of its own")               \
    X(STATE_CHANGED, "state", DIFF_SOURCE, "who declares the state of an actor")               \
    X(STATE_FIELD, "state-field", DIFF_SOURCE, "a field of the state is gone or another")      \
    X(STATE_ADDED, "state-added", DIFF_NONE, "a new field of the state")                       \
    X(STATE_BOUND, "state-bound", DIFF_NONE, "a bound in the state is another")                \
    X(MODE_REMOVED, "mode-removed", DIFF_SOURCE | DIFF_PROTOCOL, "a mode is gone")             \
    X(MODE_RENAMED, "mode-renamed", DIFF_SOURCE, "a mode has another name")                    \
    X(MODE_ADDED, "mode-added", DIFF_NONE, "a new mode")                                       \
    X(MODE_INITIAL, "mode-initial", DIFF_PROTOCOL, "an actor begins in another mode")          \
    X(MODE_UNHANDLED, "mode-unhandled", DIFF_SOURCE | DIFF_PROTOCOL, "not handled in a mode")  \
    X(MODE_STASHED, "mode-stashed", DIFF_SOURCE | DIFF_PROTOCOL, "kept for later in a mode")   \
    X(MODE_HANDLED, "mode-handled", DIFF_NONE, "handled or kept in a mode, where it was not")  \
    X(MODE_FUNCTION, "mode-function", DIFF_SOURCE, "another function handles it in a mode")    \
    X(BECOME_REMOVED, "become-removed", DIFF_SOURCE, "a handler may not become a mode now")    \
    X(BECOME_ADDED, "become-added", DIFF_NONE, "a handler may become a mode now")              \
    X(TELL_REMOVED, "tell-removed", DIFF_SOURCE, "an actor may not send a message now")        \
    X(TELL_ADDED, "tell-added", DIFF_NONE, "an actor may send a message now")                  \
    X(ASK_REMOVED, "ask-removed", DIFF_SOURCE, "an actor may not ask for something now")       \
    X(ASK_RENAMED, "ask-renamed", DIFF_SOURCE, "an ask has another name")                      \
    X(ASK_ADDED, "ask-added", DIFF_NONE, "a continuation is to be written")                    \
    X(ASK_TARGET, "ask-target", DIFF_SOURCE | DIFF_PROTOCOL, "another actor or message")       \
    X(ASK_EXCLUSIVE, "ask-exclusive", DIFF_PROTOCOL, "whether others wait until the reply")    \
    X(ASK_SHORTER, "ask-shorter", DIFF_PROTOCOL, "an ask ends earlier without a reply")        \
    X(ASK_LONGER, "ask-longer", DIFF_NONE, "an ask waits longer")                              \
    X(ASK_WITH, "ask-with", DIFF_SOURCE, "what an ask keeps for its continuation")             \
    X(ASK_CALL, "ask-call", DIFF_SOURCE, "the call that an ask carries")                       \
    X(DELEGATE_REMOVED, "delegate-removed", DIFF_SOURCE, "an actor may not hand a call on now")\
    X(DELEGATE_ADDED, "delegate-added", DIFF_NONE, "an actor may hand a call on now")          \
    X(WATCH_REMOVED, "watch-removed", DIFF_SOURCE, "an actor may not watch others now")        \
    X(WATCH_ADDED, "watch-added", DIFF_NONE, "what sees the end of others is to be written")   \
    X(TIMER_REMOVED, "timer-removed", DIFF_SOURCE, "a timer is gone")                          \
    X(TIMER_ADDED, "timer-added", DIFF_NONE, "a new timer")                                    \
    X(TIMER_KIND, "timer-kind", DIFF_SOURCE, "a timer goes by itself, or no longer does")      \
    X(TIMER_PERIOD, "timer-period", DIFF_PROTOCOL, "a timer goes more or less often")          \
    X(FD_CHANGED, "fd", DIFF_SOURCE, "how an actor hears of file descriptors")                 \
    X(SPAWN_REMOVED, "spawn-removed", DIFF_SOURCE, "an actor may not start others now")        \
    X(SPAWN_ADDED, "spawn-added", DIFF_NONE, "an actor may start others now")                  \
    X(CHILD_REMOVED, "child-removed", DIFF_SOURCE, "a child is gone")                          \
    X(CHILD_RENAMED, "child-renamed", DIFF_SOURCE, "a child has another name")                 \
    X(CHILD_ADDED, "child-added", DIFF_NONE, "a new child")                                    \
    X(CHILD_ORDER, "child-order", DIFF_PROTOCOL, "children start and stop in another order")   \
    X(CHILD_TYPE, "child-type", DIFF_SOURCE, "a child is another actor")                       \
    X(CHILD_ARGUMENT, "child-argument", DIFF_NONE, "a child gets another argument")            \
    X(POOL_SIZE, "pool-size", DIFF_NONE, "a pool has more or fewer members")                   \
    X(POOL_ROUTE, "pool-route", DIFF_PROTOCOL, "which messages keep their order")              \
    X(STRATEGY, "strategy", DIFF_PROTOCOL, "what becomes of children that fail")               \
    X(RESTARTS_FEWER, "restarts-fewer", DIFF_PROTOCOL, "a supervisor gives up earlier")        \
    X(RESTARTS_MORE, "restarts-more", DIFF_NONE, "a supervisor gives up later")                \
    X(BACKOFF, "backoff", DIFF_NONE, "how long a supervisor waits before a restart")
/* clang-format on */

enum diff_rule {
#define DIFF_RULE(id, ...) DIFF_##id,
    DIFF_RULES(DIFF_RULE)
#undef DIFF_RULE
            DIFF_RULE_COUNT
};

struct diff_rule_info {
    const char *name;
    unsigned breaks; /* enum diff_breaks */
    const char *what;
};

extern const struct diff_rule_info diff_rules[DIFF_RULE_COUNT];

#endif
