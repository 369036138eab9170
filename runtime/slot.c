/* SPDX-License-Identifier: MIT */
/* slot.c - see slot.h. */
#include "slot.h"

static void collect_cells(struct local *l)
{
    /* relaxed: only a hint. */
    if (load_rlx(&l->returned_cells) == NULL) {
        return;
    }
    /* acq_rel: the acquire half pairs with cell_go_home(). */
    struct cell *c = xchg_acq_rel(&l->returned_cells, NULL);
    while (c != NULL) {
        struct cell *next = c->run_next;
        c->run_next = l->free_cells;
        l->free_cells = c;
        c = next;
    }
}

struct cell *slot_take(struct local *l)
{
    if (l->free_cells == NULL) {
        collect_cells(l);
    }
    if (l->free_cells == NULL) {
        struct cell_chunk *chunk = cells_grow(&l->shared->cells, l);
        for (uint32_t i = CELL_CHUNK; chunk != NULL && i-- > 0;) {
            chunk->cells[i].run_next = l->free_cells;
            l->free_cells = &chunk->cells[i];
        }
    }
    struct cell *c = l->free_cells;
    if (c != NULL) {
        l->free_cells = c->run_next;
    }
    return c;
}

void slot_put(struct local *l, struct cell *c)
{
    struct local *home = cell_home(c);
    if (home == l) {
        c->run_next = l->free_cells;
        l->free_cells = c;
        return;
    }
    /* release: hands the cell over; pairs with the acquire in send_deliver(). */
    store_rel(&c->owner, home);
    /* relaxed: the compare-and-swap decides. */
    struct cell *head = load_rlx(&home->returned_cells);
    do {
        c->run_next = head;
        /* acq_rel: the release half pairs with collect_cells(). */
    } while (!cas_acq_rel(&home->returned_cells, &head, c));
}
