/* SPDX-License-Identifier: MIT */
/* Unit tests of flow.c and of what prints it: each relation is told apart from the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "flow_print.h"

/* A schema in which Asker asks and tells Server, whose mailbox can be full. */
struct world {
    struct arena arena;
    struct buf text;
    struct source source;
    struct message question;
    struct message answer;
    struct answer answers;
    struct handler handlers[2];
    struct actor server;
    struct actor asker;
    struct ask ask;
    struct tell tell;
    struct model model;
};

static struct cname name_of(const char *schema, const char *stem)
{
    return (struct cname){ schema, stem, stem, stem, stem };
}

static void build(struct world *w, enum overflow overflow, bool exclusive)
{
    *w = (struct world){ .source = { .path = "s.actor" } };
    w->model = (struct model){ .schema = "s",
        .prefix = "s",
        .macro_prefix = "S",
        .source = &w->source,
        .messages = &w->question,
        .actors = &w->server };
    w->answer = (struct message){ .home = &w->model, .name = name_of("Answer", "answer") };
    w->answers = (struct answer){ .message = &w->answer, .member = "answer" };
    w->question = (struct message){ .next = &w->answer,
        .home = &w->model,
        .name = name_of("Question", "question"),
        .answers = &w->answers,
        .answer_count = 1 };
    w->handlers[0] = (struct handler){
        .next = &w->handlers[1], .message = &w->question, .in_all_modes = true
    };
    w->handlers[1] =
            (struct handler){ .message = &w->answer, .index = 1, .in_all_modes = true };
    w->server = (struct actor){ .next = &w->asker,
        .home = &w->model,
        .name = name_of("Server", "server"),
        .handlers = w->handlers,
        .handler_count = 2,
        .mailbox = 5,
        .overflow = overflow };
    w->ask = (struct ask){ .target = &w->server,
        .handler = &w->handlers[0],
        .exclusive = exclusive,
        .name = "question",
        .within_ns = 5000000000 };
    w->tell = (struct tell){ .target = &w->server, .handler = &w->handlers[1] };
    w->asker = (struct actor){ .home = &w->model,
        .name = name_of("Asker", "asker"),
        .index = 1,
        .asks = &w->ask,
        .ask_count = 1,
        .tells = &w->tell };
}

static void clear(struct world *w)
{
    buf_fini(&w->text);
    arena_fini(&w->arena);
}

typedef void printer(const struct flow *flow, const char *title, struct buf *out);

static const char *print(struct world *w, printer *print_flow)
{
    const struct model *model = &w->model;
    struct flow flow;
    flow_init(&flow, &w->arena, &model, 1);
    print_flow(&flow, "s", &w->text);
    flow_fini(&flow);
    return w->text.data;
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("no '%s' in:\n%s", part, text);
    }
}

static void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        fail_msg("'%s' in:\n%s", part, text);
    }
}

static void test_sends_to_a_mailbox_that_throttles_are_throttled(void **state)
{
    (void)state;
    struct world w;
    build(&w, OVERFLOW_THROTTLE, false);
    const struct model *model = &w.model;
    struct flow flow;
    flow_init(&flow, &w.arena, &model, 1);
    for (size_t i = 0; i < flow.edge_count; i++) {
        bool is_send = flow.edges[i].kind == FLOW_ASK || flow.edges[i].kind == FLOW_TELL;
        assert_int_equal(flow.edges[i].throttled, is_send);
    }
    assert_int_equal(flow.edge_count, 3);
    assert_true(flow_has_throttled(&flow));
    flow_fini(&flow);
    clear(&w);
}

static void test_sends_to_other_mailboxes_are_not(void **state)
{
    static const enum overflow others[] = { OVERFLOW_REFUSE, OVERFLOW_DROP_OLDEST,
        OVERFLOW_DROP_NEWEST };
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct world w;
        build(&w, others[i], false);
        assert_has_not(print(&w, flow_print_json), "\"throttled\": true");
        clear(&w);
    }
}

static void test_nobody_outside_is_throttled(void **state)
{
    (void)state;
    struct world w;
    build(&w, OVERFLOW_THROTTLE, false);
    w.server.next = NULL;
    const char *json = print(&w, flow_print_json);
    assert_has(json, "\"from\": \"outside\"");
    assert_has_not(json, "\"throttled\": true");
    clear(&w);
}

static void test_each_language_shows_what_is_throttled(void **state)
{
    static const struct {
        printer *print;
        const char *parts[3];
    } languages[] = {
        { flow_print_dot,
                { "arrowhead=normaltee]", "arrowhead=veetee]", "waits while it is full" } },
        { flow_print_mermaid, { "<i>asks, waits while full</i>", "<i>tells, waits while full",
                                      "<i>answers</i>" } },
        { flow_print_json,
                { "\"kind\": \"ask\", \"from\": \"s.Asker\", \"to\": \"s.Server\", "
                  "\"supervised\": false, \"throttled\": true",
                        "\"kind\": \"tell\", \"from\": \"s.Asker\", \"to\": "
                        "\"s.Server\", \"supervised\": false, \"throttled\": true",
                        "\"kind\": \"answer\", \"from\": \"s.Server\", \"to\": "
                        "\"s.Asker\", \"supervised\": false, \"throttled\": false" } },
    };
    (void)state;
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        struct world w;
        build(&w, OVERFLOW_THROTTLE, false);
        const char *text = print(&w, languages[i].print);
        for (size_t k = 0; k < 3; k++) {
            assert_has(text, languages[i].parts[k]);
        }
        clear(&w);
    }
}

static void test_each_language_shows_what_is_exclusive(void **state)
{
    static const struct {
        printer *print;
        const char *part;
    } languages[] = {
        { flow_print_dot, "penwidth=2.8" },
        { flow_print_mermaid, " ==>|\"<i>asks exclusively</i>" },
        { flow_print_json, "\"kind\": \"exclusive\"" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
        struct world w;
        build(&w, OVERFLOW_REFUSE, true);
        assert_has(print(&w, languages[i].print), languages[i].part);
        clear(&w);
        build(&w, OVERFLOW_REFUSE, false);
        assert_has_not(print(&w, languages[i].print), languages[i].part);
        clear(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sends_to_a_mailbox_that_throttles_are_throttled),
        cmocka_unit_test(test_sends_to_other_mailboxes_are_not),
        cmocka_unit_test(test_nobody_outside_is_throttled),
        cmocka_unit_test(test_each_language_shows_what_is_throttled),
        cmocka_unit_test(test_each_language_shows_what_is_exclusive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
