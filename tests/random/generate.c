/* SPDX-License-Identifier: MIT */
/*
 * generate.c - prints a random schema that is legal, with names that are chosen to hurt: keywords
 * of C, C++ and of the language itself, macros of libc, what generated code calls its own things,
 * names of 200 characters and names that look alike in snake_case. The same seed, the same schema.
 *
 * Two names may by chance become one in C; then the compiler has to say so, and run.sh looks whether
 * that was all it said.
 *
 * usage: generate SEED NAME      NAME is the schema's
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENUMS_MAX = 4, MEMBERS_MAX = 5, MESSAGES_MAX = 24, UNIONS_MAX = 3, ACTORS_MAX = 6 };
enum { HANDLERS_MAX = 8, ARGS_MAX = 5, ANSWERS_MAX = 3, NAME_SIZE = 240, NAMES_MAX = 1200 };

static uint64_t state;

static unsigned draw(unsigned below)
{
    /* xorshift64*, Vigna 2016. */
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (unsigned)((state * UINT64_C(2685821657736338717)) >> 33) % below;
}

static bool chance(unsigned percent)
{
    return draw(100) < percent;
}

/* ---- Names ------------------------------------------------------------------------------ */

static const char *const hostile[] = { "int", "class", "errno", "NULL", "restrict", "self",
    "msg", "reply", "kind", "error", "system", "args", "out", "count", "items", "data", "len",
    "init", "type", "info", "parts", "INIT", "EOF", "stdin", "stdout", "assert", "unix",
    "linux", "signed", "unsigned", "auto", "register", "volatile", "inline", "static", "extern",
    "template", "namespace", "operator", "this", "new", "delete", "virtual", "typename",
    "export", "concept", "co_await", "and", "or", "not", "xor", "compl", "nullptr", "wchar_t",
    "char16_t", "INT_MAX", "UINT32_MAX", "SIZE_MAX", "offsetof", "alignas", "noreturn",
    "thread_local", "signal", "major", "minor", "I", "complex", "main", "malloc", "printf",
    "memcpy", "timeout", "ret", "context", "value", "name", "size", "struct", "x", "X", "A",
    "B", "a", "b", "Ref", "Args", "Call", "Reply", "Error", "Actor", "Int", "Self", "Start",
    "Stop", "StopReply", "HTTPGet", "HttpGet", "IOError", "has_x", "n1", "N1", "item", "first",
    "next", "Event", "Handler", "at_start", "on_x", "become", "log", "fail", "own", "flush",
    "keep", "answer", "find", "equal", "copy", "free", "print", "max_size", "environ", "sun",
    "NAN", "INFINITY", "EINVAL", "SIGINT", "va_list", "FILE", "fopen", "stat", "time", "index",
    "read", "write", "long", "short", "double", "float", "char", "void", "if", "else", "for",
    "while", "do", "switch", "case", "default", "break", "goto", "return", "sizeof", "typedef",
    "asm", "typeof" };

/* Words of the language may name fields, arguments and children. */
static const char *const words[] = { "actor", "as", "ask", "bool", "call", "child", "const",
    "enum", "every", "false", "fd", "hash", "in", "key", "limit", "message", "mode", "on",
    "process", "ref", "schema", "spawn", "start", "state", "stop", "string", "tell", "timer",
    "to", "true", "u32", "union", "version", "with" };

static char names[NAMES_MAX][NAME_SIZE];
static unsigned name_count;

static bool is_taken(unsigned from, const char *name)
{
    for (unsigned i = from; i < name_count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void long_name(char *out)
{
    unsigned len = 180 + draw(20);
    for (unsigned i = 0; i < len; i++) {
        out[i] = "abcdefghijklmnopqrstuvwxyzABC0123"[draw(i == 0 ? 26 : 33)];
    }
    out[len] = '\0';
}

/* A name that no other since `from` has. `shape` is printed with a number for plain names; those in
 * lower case are of fields, arguments and children. */
static const char *new_name(unsigned from, const char *shape)
{
    bool may_be_word = shape[0] >= 'a';
    char name[NAME_SIZE];
    do {
        unsigned kind = draw(100);
        if (kind < 8 && may_be_word) {
            snprintf(name, sizeof name, "%s", words[draw(sizeof words / sizeof *words)]);
        } else if (kind < 35) {
            snprintf(name, sizeof name, "%s", hostile[draw(sizeof hostile / sizeof *hostile)]);
        } else if (kind < 40) {
            long_name(name);
        } else {
            snprintf(name, sizeof name, shape, draw(1000));
        }
    } while (is_taken(from, name) || name_count == NAMES_MAX);
    strcpy(names[name_count], name);
    return names[name_count++];
}

/* ---- What is planned -------------------------------------------------------------------- */

struct enumeration {
    const char *name;
    const char *members[MEMBERS_MAX];
    unsigned count;
    bool is_narrow;
};

struct message {
    const char *name;
    unsigned answers[ANSWERS_MAX]; /* numbers of messages */
    unsigned answer_count;
    bool is_unbounded; /* so it cannot be in a `state` */
    unsigned weight;   /* about how many bytes it has there */
};

struct arg {
    const char *name;
    char type[NAME_SIZE + 32];
    int actor; /* of a reference, or -1 */
    bool is_plain_u32;
};

struct actor {
    const char *name;
    unsigned handlers[HANDLERS_MAX];
    unsigned handler_count;
    struct arg args[ARGS_MAX];
    unsigned arg_count;
    unsigned bound;       /* of its mailbox; 0 = none */
    const char *overflow; /* past that */
    bool has_modes;
};

static struct enumeration enums[ENUMS_MAX];
static unsigned enum_count;
static struct message messages[MESSAGES_MAX];
static unsigned message_count;
static const char *unions[UNIONS_MAX];
static struct message union_sizes[UNIONS_MAX]; /* as those of messages */
static unsigned union_count;
static struct actor actors[ACTORS_MAX];
static unsigned actor_count;
static const char *constant;

static const char *const scalars[] = { "bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32",
    "i64", "f32", "f64", "duration", "timestamp" };
enum { SCALARS = sizeof scalars / sizeof *scalars };

static void plan_enums(void)
{
    enum_count = draw(ENUMS_MAX + 1);
    for (unsigned i = 0; i < enum_count; i++) {
        struct enumeration *e = &enums[i];
        e->name = new_name(0, "Enum%u");
        e->count = 1 + draw(MEMBERS_MAX);
        e->is_narrow = chance(30);
    }
    for (unsigned i = 0; i < enum_count; i++) {
        unsigned from = name_count;
        for (unsigned m = 0; m < enums[i].count; m++) {
            enums[i].members[m] = new_name(from, "MEMBER_%u");
        }
    }
}

static void plan_messages(void)
{
    message_count = 2 + draw(MESSAGES_MAX - 1);
    for (unsigned i = 0; i < message_count; i++) {
        messages[i].name = new_name(0, "Message%u");
    }
    /* Answers are no requests themselves, so those with even numbers ask for odd ones. */
    for (unsigned i = 0; i < message_count; i += 2) {
        struct message *m = &messages[i];
        unsigned wanted = chance(50) ? 1 + draw(ANSWERS_MAX) : 0;
        for (unsigned a = 1; a < message_count && m->answer_count < wanted; a += 2) {
            if (chance(40)) {
                m->answers[m->answer_count++] = a;
            }
        }
    }
}

static void plan_args(struct actor *actor, unsigned number)
{
    unsigned from = name_count;
    actor->arg_count = draw(ARGS_MAX + 1);
    for (unsigned i = 0; i < actor->arg_count; i++) {
        struct arg *arg = &actor->args[i];
        arg->name = new_name(from, "arg_%u");
        arg->actor = -1;
        unsigned kind = draw(5);
        if (kind == 0 && number + 1 < actor_count) {
            arg->actor = (int)(number + 1 + draw(actor_count - number - 1));
        } else if (kind == 1 && enum_count > 0) {
            snprintf(arg->type, sizeof arg->type, "%s", enums[draw(enum_count)].name);
        } else if (kind == 2) {
            snprintf(arg->type, sizeof arg->type, "opaque \"struct thing\"");
        } else if (kind == 3) {
            snprintf(arg->type, sizeof arg->type, chance(50) ? "string" : "string<20>");
        } else {
            snprintf(arg->type, sizeof arg->type, "u32");
            arg->is_plain_u32 = true;
        }
    }
}

static void plan_actors(void)
{
    actor_count = 1 + draw(ACTORS_MAX);
    for (unsigned i = 0; i < actor_count; i++) {
        actors[i].name = new_name(0, "Actor%u");
    }
    for (unsigned i = 0; i < actor_count; i++) {
        struct actor *actor = &actors[i];
        for (unsigned m = 0; m < message_count && actor->handler_count < HANDLERS_MAX; m++) {
            if (chance(35)) {
                actor->handlers[actor->handler_count++] = m;
            }
        }
        plan_args(actor, i);
        for (unsigned a = 0; a < actor->arg_count; a++) {
            if (actor->args[a].actor >= 0) {
                snprintf(actor->args[a].type, sizeof actor->args[a].type, "ref %s",
                        actors[actor->args[a].actor].name);
            }
        }
        if (chance(35)) {
            static const char *const policies[] = { "refuse", "drop_oldest", "drop_newest",
                "throttle" };
            actor->bound = 1000 + draw(100000);
            actor->overflow = policies[draw(4)];
        }
        actor->has_modes = actor->handler_count >= 3 && chance(30);
        if (actor->has_modes) {
            actor->handler_count = 3;
        }
    }
}

static void plan(void)
{
    plan_enums();
    for (union_count = 0; union_count < draw(UNIONS_MAX + 1); union_count++) {
        unions[union_count] = new_name(0, "Union%u");
    }
    constant = chance(60) ? new_name(0, "CONSTANT_%u") : NULL;
    plan_messages();
    plan_actors();
}

/* ---- What is printed -------------------------------------------------------------------- */

static void print_doc(const char *indent)
{
    static const char *const docs[] = { "/// It says /* so */ here.",
        "/// A line.\n/// And another \\", "// a comment", "/* nested /* comment */ */",
        "/// \"quotes\", %d, \\n and ?\?/", "/// ünïcödé *\\/" };
    fputs(indent, stdout);
    if (chance(80)) {
        return;
    }
    for (const char *c = docs[draw(sizeof docs / sizeof *docs)]; *c != '\0'; c++) {
        putchar(*c);
        fputs(*c == '\n' ? indent : "", stdout);
    }
    putchar('\n');
    fputs(indent, stdout);
}

/* Of the type that was printed last. */
static bool is_unbounded;
static unsigned weight;

static void weigh(const struct message *m)
{
    is_unbounded = m->is_unbounded;
    weight = m->weight;
}

static void add_weight(struct message *m)
{
    enum { WEIGHT_MAX = 1 << 20 };
    m->is_unbounded = m->is_unbounded || is_unbounded;
    m->weight = m->weight + weight > WEIGHT_MAX ? WEIGHT_MAX : m->weight + weight;
}

/* Prints a type without '?', '[]' and such. Messages are contained in those of lower number only. */
static void print_base(unsigned below)
{
    unsigned kind = draw(100);
    is_unbounded = false;
    weight = 8;
    if (kind < 45) {
        fputs(scalars[draw(SCALARS)], stdout);
    } else if (kind < 60) {
        fputs(chance(50) ? "string" : "bytes", stdout);
        weight = 312;
        is_unbounded = chance(40);
        if (!is_unbounded) {
            if (constant != NULL && chance(30)) {
                printf("<%s>", constant);
            } else {
                printf("<%u>", 1 + draw(300));
            }
        }
    } else if (kind < 72 && enum_count > 0) {
        fputs(enums[draw(enum_count)].name, stdout);
    } else if (kind < 80) {
        printf("ref %s", actors[draw(actor_count)].name);
    } else if (kind < 92 && below > 0) {
        const struct message *m = &messages[draw(below)];
        fputs(m->name, stdout);
        weigh(m);
    } else {
        fputs("u32", stdout);
    }
}

static void print_suffix(void)
{
    switch (draw(10)) {
    case 0: fputs("?", stdout); break;
    case 1:
        fputs("[]", stdout);
        is_unbounded = true;
        break;
    case 2: printf("[..%u]", 1 + draw(20)); break;
    case 3: printf("[%u]", 1 + draw(9)); break;
    default: break;
    }
    weight = 20 * weight + 16;
}

static void print_fields(struct message *m, unsigned below, unsigned count)
{
    unsigned from = name_count;
    bool numbered = chance(20);
    for (unsigned i = 0; i < count; i++) {
        is_unbounded = false;
        weight = 4;
        print_doc("    ");
        if (numbered) {
            printf("%u: ", 3 * i + 1 + draw(3));
        }
        if (count < 50 && chance(40)) {
            print_base(below);
            print_suffix();
            printf(" %s", new_name(from, "field_%u"));
        } else {
            printf("u32 %s", count < 500 ? new_name(from, "field_%u") : "");
            if (count >= 500) {
                printf("field_%u", i);
            }
            fputs(chance(20) ? " = 5" : "", stdout);
        }
        puts(chance(5) ? " deprecated;" : ";");
        add_weight(m);
    }
    name_count = from;
}

static void print_enum(const struct enumeration *e)
{
    print_doc("");
    printf("%senum %s%s {\n", chance(20) ? "open " : "", e->name, e->is_narrow ? " : u8" : "");
    for (unsigned m = 0; m < e->count; m++) {
        print_doc("    ");
        printf("%s = %u;\n", e->members[m], m * 7 + draw(7));
    }
    puts("}\n");
}

static void print_message(unsigned number)
{
    struct message *m = &messages[number];
    print_doc("");
    printf("message %s", m->name);
    if (chance(75)) {
        puts(" {");
        unsigned size = draw(100);
        print_fields(m, number, size < 2 ? 1000 : size < 20 ? 0 : draw(12));
        fputs("}", stdout);
        if (m->answer_count == 0) {
            puts("\n");
            return;
        }
    }
    for (unsigned a = 0; a < m->answer_count; a++) {
        printf("%s%s", a == 0 ? " -> " : " | ", messages[m->answers[a]].name);
    }
    puts(";\n");
}

static void print_union(unsigned number)
{
    unsigned from = name_count;
    print_doc("");
    printf("union %s {\n", unions[number]);
    unsigned count = 1 + draw(4);
    for (unsigned i = 0; i < count; i++) {
        print_doc("    ");
        print_base(message_count);
        add_weight(&union_sizes[number]);
        printf(" %s;\n", new_name(from, "member_%u"));
    }
    name_count = from;
    puts("}\n");
}

/* A message that holds a union and a message that holds many. */
static void print_holders(void)
{
    for (unsigned i = 0; i < union_count; i++) {
        unsigned from = name_count;
        printf("message Holder%u { %s %s; ", i, unions[i], new_name(from, "field_%u"));
        printf("%s[..3] %s; ", unions[i], new_name(from, "field_%u"));
        printf("%s? %s; }\n", unions[i], new_name(from, "field_%u"));
        name_count = from;
    }
}

/* ---- Actors ----------------------------------------------------------------------------- */

/* Hands the message on to those who handle it as well. */
static void print_delegates(unsigned number, unsigned message, const char *indent)
{
    for (unsigned target = number + 1; target < actor_count; target++) {
        for (unsigned i = 0; i < actors[target].handler_count; i++) {
            if (actors[target].handlers[i] == message && chance(50)) {
                printf("%sdelegate %s.%s;\n", indent, actors[target].name,
                        messages[message].name);
            }
        }
    }
}

/* Effects go to actors of higher number, so that no two wait for each other. */
static void print_effects(unsigned number, const char *indent)
{
    unsigned done[ACTORS_MAX][MESSAGES_MAX] = { { 0 } };
    for (unsigned n = 0; n < 3; n++) {
        if (number + 1 == actor_count) {
            break;
        }
        unsigned target = number + 1 + draw(actor_count - number - 1);
        const struct actor *actor = &actors[target];
        if (actor->handler_count == 0) {
            continue;
        }
        unsigned message = actor->handlers[draw(actor->handler_count)];
        if (done[target][message]++ > 0) {
            continue;
        }
        printf("%s", indent);
        if (messages[message].answer_count > 0 && chance(60)) {
            printf("ask %s%s.%s as ask_%u_%u_%u", chance(15) ? "exclusive " : "", actor->name,
                    messages[message].name, n, target, draw(100000));
            if (chance(40)) {
                printf(" within %ums", 1000 - 10 * number);
            }
            if (chance(25)) {
                printf(" with %s", messages[draw(message_count)].name);
            }
            puts(";");
        } else {
            printf("tell %s.%s;\n", actor->name, messages[message].name);
        }
    }
}

static void print_handler(
        unsigned number, unsigned message, bool attributes, const char *become)
{
    print_doc("    ");
    printf("on %s", messages[message].name);
    if (attributes && chance(15)) {
        fputs(" urgent", stdout);
    }
    bool may_reserve =
            actors[number].bound > 0 && strcmp(actors[number].overflow, "drop_oldest") != 0;
    if (attributes && may_reserve && chance(25)) {
        printf(" reserve %u", 1 + draw(20));
    } else if (attributes && chance(15)) {
        printf(" limit %u %s", 1 + draw(1000),
                (const char *[]){
                        "refuse", "drop_oldest", "drop_newest", "throttle" }[draw(4)]);
    }
    bool has_block = chance(30);
    if (has_block) {
        puts(" {");
        print_effects(number, "        ");
        if (messages[message].answer_count > 0) {
            print_delegates(number, message, "        ");
        }
        fputs("    }", stdout);
    }
    if (become != NULL) {
        printf(" => %s", become);
    }
    puts(";");
}

static void print_modes(unsigned number)
{
    const struct actor *actor = &actors[number];
    unsigned from = name_count;
    const char *first = new_name(from, "Mode%u");
    const char *second = new_name(from, "Mode%u");
    name_count = from;
    /* The first message is handled in all, the second only in the one mode, the third in both. */
    print_handler(number, actor->handlers[0], false, NULL);
    printf("    mode %s {\n", first);
    print_handler(number, actor->handlers[1], false, second);
    print_handler(number, actor->handlers[2], false, NULL);
    puts("    }");
    printf("    mode %s {\n", second);
    printf("        stash %s;\n", messages[actor->handlers[1]].name);
    print_handler(number, actor->handlers[2], false, first);
    puts("    }");
}

static bool can_start(const struct actor *actor)
{
    for (unsigned i = 0; i < actor->arg_count; i++) {
        if (!actor->args[i].is_plain_u32) {
            return false;
        }
    }
    return true;
}

static void print_children(unsigned number)
{
    unsigned from = name_count;
    /* No child has the name of an argument. */
    for (unsigned i = 0; i < actors[number].arg_count && name_count < NAMES_MAX; i++) {
        strcpy(names[name_count++], actors[number].args[i].name);
    }
    bool supervises = false;
    for (unsigned a = number + 1; a < actor_count; a++) {
        if (!can_start(&actors[a]) || chance(50)) {
            continue;
        }
        if (!supervises && chance(50)) {
            printf("    supervise %s, %u restarts in %us%s;\n",
                    (const char *[]){ "one_for_one", "all_for_one", "rest_for_one" }[draw(3)],
                    1 + draw(9), 1 + draw(60), chance(50) ? ", backoff 10ms to 1s" : "");
        }
        supervises = true;
        printf("    child %s: %s", new_name(from, "child_%u"), actors[a].name);
        for (unsigned i = 0; i < actors[a].arg_count; i++) {
            printf("%s%u", i == 0 ? "(" : ", ", draw(1000));
        }
        fputs(actors[a].arg_count > 0 ? ")" : "", stdout);
        if (chance(15)) {
            printf(" * %u by %s", 1 + draw(8), chance(50) ? "round_robin" : "least_loaded");
        }
        puts(";");
    }
    name_count = from;
}

static void print_timers(const struct actor *actor)
{
    for (unsigned i = 0; i < actor->handler_count; i++) {
        if (messages[actor->handlers[i]].answer_count == 0 && chance(10)) {
            printf(chance(50) ? "    timer %s;\n" : "    every 250ms %s;\n",
                    messages[actor->handlers[i]].name);
        }
    }
}

/* ---- States ----------------------------------------------------------------------------- */

/* Returns a message or union that a state can hold, or NULL. */
static const char *small_struct(void)
{
    enum { SMALL = 4000 };
    unsigned from = draw(message_count + union_count);
    const struct message *m =
            from < message_count ? &messages[from] : &union_sizes[from - message_count];
    const char *name = from < message_count ? m->name : unions[from - message_count];
    return m->is_unbounded || m->weight > SMALL ? NULL : name;
}

static void print_state_field(unsigned from)
{
    static const char *const suffixes[] = { "", "", "?", "[..3]", "[3]", "[..3]?", "[2]?",
        "[2][..3]", "[..3][2]", "[2][2]", "?[..3]", "?[2]", "?[2][..2]" };
    enum { SUFFIXES = sizeof suffixes / sizeof *suffixes, OF_STRUCTS = 3 };
    const char *type = chance(40) ? small_struct() : NULL;
    bool is_struct = type != NULL;
    if (is_struct) {
        fputs(type, stdout);
    } else if (chance(40)) {
        printf("%s<%u>", chance(50) ? "string" : "bytes", 1 + draw(40));
    } else if (chance(20) && enum_count > 0) {
        fputs(enums[draw(enum_count)].name, stdout);
    } else if (chance(20)) {
        printf("ref %s", actors[draw(actor_count)].name);
    } else {
        fputs(scalars[draw(SCALARS)], stdout);
    }
    printf("%s %s;\n", suffixes[draw(is_struct ? SUFFIXES : SUFFIXES - OF_STRUCTS)],
            new_name(from, "field_%u"));
}

static void print_state(void)
{
    unsigned from = name_count;
    puts("    state {");
    for (unsigned i = draw(10); i > 0; i--) {
        print_doc("        ");
        print_state_field(from);
    }
    if (chance(30)) {
        printf("        opaque \"struct thing\" %s;\n", new_name(from, "field_%u"));
    }
    for (unsigned m = 0; m < message_count; m += 2) {
        if (messages[m].answer_count > 0 && chance(20)) {
            printf("        call %s %s;\n", messages[m].name, new_name(from, "field_%u"));
        }
    }
    if (chance(30)) {
        printf("        string<8> %s = \"a\\\"b\";\n", new_name(from, "field_%u"));
        printf("        u32? %s = 7;\n", new_name(from, "field_%u"));
    }
    puts("    }");
    name_count = from;
}

static void print_actor(unsigned number)
{
    const struct actor *actor = &actors[number];
    print_doc("");
    printf("actor %s", actor->name);
    for (unsigned i = 0; i < actor->arg_count; i++) {
        printf("%s%s %s", i == 0 ? "(" : ", ", actor->args[i].type, actor->args[i].name);
    }
    puts(actor->arg_count > 0 ? ") {" : " {");
    puts(chance(70) || actor->arg_count > 0 || actor->handler_count == 0 ? "    on start;"
                                                                         : "");
    puts(chance(40) ? "    on stop;" : "");
    if (actor->bound > 0) {
        printf("    mailbox %u %s;\n", actor->bound, actor->overflow);
    }
    puts(chance(10) ? "    dedicated;" : "");
    if (actor->has_modes) {
        print_modes(number);
    } else {
        for (unsigned i = 0; i < actor->handler_count; i++) {
            print_handler(number, actor->handlers[i], true, NULL);
        }
    }
    print_timers(actor);
    if (actor->handler_count > 0 && chance(20)) {
        print_effects(number, "    ");
    }
    if (number + 1 < actor_count && chance(20)) {
        printf("    watch %s;\n", actors[number + 1].name);
    }
    if (chance(40)) {
        print_state();
    }
    print_children(number);
    puts("}\n");
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: generate SEED NAME\n", stderr);
        return 2;
    }
    state = strtoull(argv[1], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    for (int i = 0; i < 10; i++) {
        draw(2);
    }
    plan();
    printf("schema %s;\n\n", argv[2]);
    if (constant != NULL) {
        printf("const u32 %s = %u;\n", constant, 1 + draw(100));
    }
    for (unsigned i = 0; i < enum_count; i++) {
        print_enum(&enums[i]);
    }
    for (unsigned i = 0; i < message_count; i++) {
        print_message(i);
    }
    for (unsigned i = 0; i < union_count; i++) {
        print_union(i);
    }
    print_holders();
    for (unsigned i = 0; i < actor_count; i++) {
        print_actor(i);
    }
    return 0;
}
