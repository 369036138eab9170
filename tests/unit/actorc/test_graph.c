/* SPDX-License-Identifier: MIT */
/* Unit tests of graph.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "graph.h"

/* What was visited, as "0>1>0;". */
static void visit(void *context, const struct graph_edge *const *cycle, size_t len)
{
    char *text = context;
    char *end = text + strlen(text);
    for (size_t i = 0; i < len; i++) {
        *end++ = (char)('0' + cycle[i]->from);
        *end++ = '>';
        assert_int_equal(cycle[i]->to, cycle[(i + 1) % len]->from);
    }
    *end++ = ';';
    *end = '\0';
}

static void test_a_graph_without_edges_has_no_cycles(void **state)
{
    (void)state;
    char text[64] = "";
    struct graph graph = { .node_count = 3 };
    graph_cycles(&graph, visit, text);
    assert_string_equal("", text);
    graph_fini(&graph);
}

static void test_two_ways_to_one_node_are_no_cycle(void **state)
{
    (void)state;
    char text[64] = "";
    struct graph graph = { .node_count = 4 };
    graph_add(&graph, 0, 1, NULL);
    graph_add(&graph, 0, 2, NULL);
    graph_add(&graph, 1, 3, NULL);
    graph_add(&graph, 2, 3, NULL);
    graph_cycles(&graph, visit, text);
    assert_string_equal("", text);
    graph_fini(&graph);
}

static void test_cycles_are_visited_from_their_first_edge(void **state)
{
    (void)state;
    char text[64] = "";
    struct graph graph = { .node_count = 5 };
    graph_add(&graph, 0, 1, NULL);
    graph_add(&graph, 1, 2, NULL);
    graph_add(&graph, 2, 3, NULL);
    graph_add(&graph, 2, 1, NULL);
    graph_add(&graph, 3, 3, NULL);
    graph_add(&graph, 4, 0, NULL);
    graph_cycles(&graph, visit, text);
    assert_string_equal("3>;1>2>;", text);
    graph_fini(&graph);
}

static void test_nodes_that_reach_each_other_are_one_component(void **state)
{
    (void)state;
    static const struct {
        size_t from, to;
    } edges[] = { { 5, 5 }, { 3, 1 }, { 0, 1 }, { 2, 3 }, { 1, 2 }, { 2, 4 }, { 4, 5 },
        { 0, 4 } };
    struct graph graph = { .node_count = 6 };
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        graph_add(&graph, edges[i].from, edges[i].to, NULL);
    }
    graph_group(&graph);
    for (size_t i = 1; i < graph.edge_count; i++) {
        assert_true(graph.edges[i - 1].from <= graph.edges[i].from);
    }
    assert_int_equal(graph.edges[0].to, 1);
    assert_int_equal(graph.edges[1].to, 4);
    size_t of[6];
    graph_components(&graph, of);
    assert_int_equal(of[1], of[2]);
    assert_int_equal(of[2], of[3]);
    static const size_t different[] = { 0, 1, 4, 5 };
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(of[different[i]], of[different[j]]);
        }
    }
    graph_fini(&graph);
}

static void count(void *context, const struct graph_edge *const *cycle, size_t len)
{
    (void)cycle;
    *(size_t *)context += len;
}

static void test_a_long_chain_needs_no_deep_stack(void **state)
{
    (void)state;
    enum { LENGTH = 1000000 };
    size_t total = 0;
    struct graph graph = { .node_count = LENGTH };
    for (size_t i = 0; i < LENGTH; i++) {
        graph_add(&graph, i, (i + 1) % LENGTH, NULL);
    }
    graph_cycles(&graph, count, &total);
    assert_int_equal(LENGTH, total);
    graph_fini(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_graph_without_edges_has_no_cycles),
        cmocka_unit_test(test_two_ways_to_one_node_are_no_cycle),
        cmocka_unit_test(test_cycles_are_visited_from_their_first_edge),
        cmocka_unit_test(test_nodes_that_reach_each_other_are_one_component),
        cmocka_unit_test(test_a_long_chain_needs_no_deep_stack),
    };
    return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
