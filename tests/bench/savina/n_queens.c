/* SPDX-License-Identifier: MIT */
/*
 * n_queens.c - all ways to place as many queens as the board has rows. Each solution is a message. SIZE: rows.
 */
#include "n_queens.actor.h"
#include "savina.h"

#include <string.h>

enum { ROWS = 12, THRESHOLD = 4 };

/* Whether the queen of the last row can be taken by none of those before. */
static bool is_safe(const uint8_t *columns, uint32_t rows)
{
    uint32_t last = rows - 1;
    for (uint32_t row = 0; row < last; row++) {
        int apart = columns[row] - columns[last];
        if (apart == 0 || abs(apart) == (int)(last - row)) {
            return false;
        }
    }
    return true;
}

/* ---- Worker --------------------------------------------------------------------------- */

struct n_queens_worker {
    n_queens_master_ref master;
};
ACTOR_STATE(n_queens_worker);

actor_result n_queens_worker_at_start(n_queens_worker *self, const n_queens_worker_args *args)
{
    self->master = args->master;
    return ACTOR_CONTINUE;
}

/* Sends all solutions that begin with `placed` queens. */
static void solve(n_queens_worker *self, uint8_t *columns, uint32_t placed, uint32_t rows)
{
    if (placed == rows) {
        n_queens_worker_tell_master_solution(self, self->master, NULL);
        return;
    }
    for (uint32_t column = 0; column < rows; column++) {
        columns[placed] = (uint8_t)column;
        if (is_safe(columns, placed + 1)) {
            solve(self, columns, placed + 1, rows);
        }
    }
}

/* Sends each board with one queen more. */
static void extend(n_queens_worker *self, uint8_t *columns, uint32_t placed, uint32_t rows)
{
    for (uint32_t column = 0; column < rows; column++) {
        columns[placed] = (uint8_t)column;
        if (is_safe(columns, placed + 1)) {
            n_queens_worker_tell_master_board(self, self->master,
                    &(n_queens_board){ .rows = rows, .columns = { columns, placed + 1 } });
        }
    }
}

actor_result n_queens_worker_on_board(n_queens_worker *self, const n_queens_board *msg)
{
    uint8_t columns[N_QUEENS_ROWS_MAX];
    uint32_t placed = (uint32_t)msg->columns.count;
    if (placed > 0) {
        memcpy(columns, msg->columns.items, placed);
    }
    if (placed < THRESHOLD && placed < msg->rows) {
        extend(self, columns, placed, msg->rows);
    } else {
        solve(self, columns, placed, msg->rows);
    }
    n_queens_worker_tell_master_done(self, self->master, NULL);
    return ACTOR_CONTINUE;
}

/* ---- Master --------------------------------------------------------------------------- */

struct n_queens_master {
    n_queens_worker_ref workers;
    n_queens_solve_call call;
    uint64_t sent;
    uint64_t done;
    uint64_t solutions;
};
ACTOR_STATE(n_queens_master);

actor_result n_queens_master_on_board(n_queens_master *self, const n_queens_board *msg)
{
    self->sent++;
    n_queens_master_tell_worker_board(self, self->workers, msg);
    return ACTOR_CONTINUE;
}

actor_result n_queens_master_on_solve(
        n_queens_master *self, const n_queens_solve *msg, n_queens_solve_call call)
{
    if (!msg->has_workers) {
        n_queens_solve_fail(call, ACTOR_ERR_INVALID);
        return ACTOR_CONTINUE;
    }
    self->workers = msg->workers;
    self->call = call;
    n_queens_solve_keep(call);
    return n_queens_master_on_board(self, &(n_queens_board){ .rows = msg->rows });
}

actor_result n_queens_master_on_solution(n_queens_master *self, const n_queens_solution *msg)
{
    (void)msg;
    self->solutions++;
    return ACTOR_CONTINUE;
}

actor_result n_queens_master_on_done(n_queens_master *self, const n_queens_done *msg)
{
    (void)msg;
    if (++self->done == self->sent) {
        n_queens_solve_answer_solutions(
                self->call, &(n_queens_solutions){ .count = self->solutions });
    }
    return ACTOR_CONTINUE;
}

/* ---- Root ----------------------------------------------------------------------------- */

struct n_queens_root {
    char nothing;
};
ACTOR_STATE(n_queens_root);

actor_result n_queens_root_on_solve(
        n_queens_root *self, const n_queens_solve *msg, n_queens_solve_call call)
{
    n_queens_root_delegate_master_solve(self, call, n_queens_root_child_master(self),
            &(n_queens_solve){ .rows = msg->rows,
                    .has_workers = true,
                    .workers = n_queens_root_child_workers(self) });
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* Counts solutions by sets of columns and diagonals that are taken. */
static uint64_t solutions_of(uint32_t rows, uint32_t columns, uint32_t left, uint32_t right)
{
    uint32_t all = (UINT32_C(1) << rows) - 1;
    uint64_t count = 0;
    if (columns == all) {
        return 1;
    }
    for (uint32_t open = all & ~(columns | left | right); open != 0; open &= open - 1) {
        uint32_t queen = open & -open;
        count += solutions_of(rows, columns | queen, (left | queen) << 1, (right | queen) >> 1);
    }
    return count;
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){
                    .name = "n-queens", .size = ROWS, .max = N_QUEENS_ROWS_MAX });
    n_queens_root_ref root;
    n_queens_solve_reply *reply = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", n_queens_root_start(s.system, &root));
    savina_check(&s, "solve",
            n_queens_root_ask_solve(s.system, root, &(n_queens_solve){ .rows = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    savina_expect(&s, "solutions", solutions_of(s.size, 0, 0, 0), reply->solutions.count);
    actor_reply_free(reply);
    savina_stop(&s);
    return savina_close(&s);
}
