/* SPDX-License-Identifier: MIT */
/*
 * matrix.c - C = A B, by blocks of at most 128 x 128, or an eighth of the size. SIZE: rows and columns, a power of two.
 */
#include "matrix.actor.h"
#include "savina.h"

enum { SIZE = 1024, LARGEST = 8192, BLOCK = 128, VALUES = 16 };

static const uint64_t SEED = 1024;

/* Three squares, row by row. */
struct matrices {
    uint32_t size;
    double *a;
    double *b;
    double *c;
};

/* ---- Worker --------------------------------------------------------------------------- */

struct matrix_worker {
    const struct matrices *matrices;
};
ACTOR_STATE(matrix_worker);

actor_result matrix_worker_at_start(matrix_worker *self, const matrix_worker_args *args)
{
    self->matrices = args->matrices;
    return ACTOR_CONTINUE;
}

static void multiply(const struct matrices *m, const matrix_multiply *block)
{
    for (uint32_t i = 0; i < block->size; i++) {
        double *c = m->c + (size_t)(block->a_row + i) * m->size + block->b_column;
        const double *a = m->a + (size_t)(block->a_row + i) * m->size + block->a_column;
        for (uint32_t k = 0; k < block->size; k++) {
            const double *b = m->b + (size_t)(block->b_row + k) * m->size + block->b_column;
            for (uint32_t j = 0; j < block->size; j++) {
                c[j] += a[k] * b[j];
            }
        }
    }
}

/* Returns one of eight parts: the bits of `i` say which half of rows, columns and sums. The block of C is
 * numbered by where it begins. */
static matrix_multiply part_of(
        const struct matrices *m, const matrix_multiply *whole, uint32_t i)
{
    matrix_multiply part = *whole;
    part.size = whole->size / 2;
    part.a_row += (i >> 2 & 1) * part.size;
    part.b_column += (i >> 1 & 1) * part.size;
    part.a_column += (i & 1) * part.size;
    part.b_row += (i & 1) * part.size;
    part.block = part.a_row * m->size + part.b_column;
    return part;
}

actor_result matrix_worker_on_multiply(
        matrix_worker *self, const matrix_multiply *msg, matrix_multiply_call call)
{
    const struct matrices *m = self->matrices;
    matrix_multiply parts[8];
    if (msg->size <= BLOCK && msg->size <= (m->size + 7) / 8) {
        multiply(m, msg);
        matrix_multiply_answer_multiplied(call, NULL);
        return ACTOR_CONTINUE;
    }
    for (uint32_t i = 0; i < 8; i++) {
        parts[i] = part_of(m, msg, i);
    }
    matrix_multiply_answer_split(call, &(matrix_split){ .parts = { parts, 8 } });
    return ACTOR_CONTINUE;
}

/* ---- Master --------------------------------------------------------------------------- */

struct matrix_master {
    uint32_t asked;
    matrix_finished so_far;
};
ACTOR_STATE(matrix_master);

static void ask(matrix_master *self, matrix_run_call call, const matrix_multiply *block)
{
    self->asked++;
    matrix_master_ask_multiply(self, call, matrix_master_child_workers(self), block);
}

actor_result matrix_master_on_run(
        matrix_master *self, const matrix_run *msg, matrix_run_call call)
{
    ask(self, call, &(matrix_multiply){ .size = msg->size });
    return ACTOR_CONTINUE;
}

actor_result matrix_master_got_multiply(
        matrix_master *self, const matrix_multiply_reply *reply, matrix_run_call call)
{
    switch (reply->kind) {
    case MATRIX_MULTIPLY_REPLY_MULTIPLIED: self->so_far.products++; break;
    case MATRIX_MULTIPLY_REPLY_SPLIT:
        self->so_far.splits++;
        for (size_t i = 0; i < reply->split.parts.count; i++) {
            ask(self, call, &reply->split.parts.items[i]);
        }
        break;
    case MATRIX_MULTIPLY_REPLY_ERROR:
        matrix_run_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    if (self->so_far.products + self->so_far.splits == self->asked) {
        matrix_run_answer_finished(call, &self->so_far);
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* Small numbers, so that all sums are exact. With Savina's, A[i][j] = i and B[i][j] = j, some blocks could be
 * mistaken for others. */
static void fill(const struct savina *s, struct matrices *m)
{
    size_t cells = (size_t)m->size * m->size;
    uint64_t random = SEED;
    m->a = malloc(cells * sizeof *m->a);
    m->b = malloc(cells * sizeof *m->b);
    m->c = calloc(cells, sizeof *m->c);
    if (m->a == NULL || m->b == NULL || m->c == NULL) {
        savina_check(s, "begin", ACTOR_ERR_NO_MEMORY);
    }
    for (size_t i = 0; i < cells; i++) {
        m->a[i] = savina_below(&random, VALUES);
        m->b[i] = savina_below(&random, VALUES);
    }
}

/* Puts the product of a square and a vector into `product`. */
static void apply(uint32_t size, const double *square, const double *vector, double *product)
{
    for (uint32_t i = 0; i < size; i++) {
        product[i] = 0;
        for (uint32_t j = 0; j < size; j++) {
            product[i] += square[(size_t)i * size + j] * vector[j];
        }
    }
}

/* C v = A (B v) for random vectors: a wrong cell escapes each with one in 1,000 (Freivalds). */
static void check_product(const struct savina *s, const struct matrices *m)
{
    static double v[LARGEST], bv[LARGEST], abv[LARGEST], cv[LARGEST];
    uint64_t random = SEED + 1;
    for (int times = 0; times < 3; times++) {
        for (uint32_t i = 0; i < m->size; i++) {
            v[i] = savina_below(&random, 1000);
        }
        apply(m->size, m->b, v, bv);
        apply(m->size, m->a, bv, abv);
        apply(m->size, m->c, v, cv);
        for (uint32_t i = 0; i < m->size; i++) {
            savina_expect(s, "a row of C, times a vector", (uint64_t)abv[i], (uint64_t)cv[i]);
        }
    }
}

/* Returns how many products are made: of blocks that are small enough, each size/block times. */
static uint64_t product_count(uint32_t size)
{
    uint64_t blocks = 1;
    while (size / blocks > BLOCK || size / blocks > (size + 7) / 8) {
        blocks *= 2;
    }
    return blocks * blocks * blocks;
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "matrix", .size = SIZE, .max = LARGEST });
    struct matrices matrices = { .size = s.size };
    matrix_master_ref master;
    matrix_run_reply *reply = NULL;
    if ((s.size & (s.size - 1)) != 0) {
        savina_refuse(&s, argv[1]);
    }
    fill(&s, &matrices);
    savina_start_clock(&s);
    savina_check(&s, "start",
            matrix_master_start(
                    s.system, &(matrix_master_args){ .matrices = &matrices }, &master));
    savina_check(&s, "multiply",
            matrix_master_ask_run(s.system, master, &(matrix_run){ .size = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    check_product(&s, &matrices);
    savina_expect(&s, "products", product_count(s.size), reply->finished.products);
    actor_reply_free(reply);
    free(matrices.a);
    free(matrices.b);
    free(matrices.c);
    savina_stop(&s);
    return savina_close(&s);
}
