/* SPDX-License-Identifier: MIT */
/* ledger.c - see ledger.h. */
#include "ledger.h"

#include <stdlib.h>

void ledger_init(struct ledger *l)
{
    for (int i = 0; i < LEDGER_FAN; i++) {
        /* relaxed: not shared yet. */
        store_rlx(&l->tables[i], NULL);
    }
}

void ledger_fini(struct ledger *l)
{
    for (int i = 0; i < LEDGER_FAN; i++) {
        /* relaxed: no other thread is left. */
        _Atomic(struct counts *) *table = load_rlx(&l->tables[i]);
        for (int k = 0; table != NULL && k < LEDGER_FAN; k++) {
            free(load_rlx(&table[k]));
        }
        free(table);
    }
}

bool ledger_open(struct ledger *l, uint16_t type, uint16_t class_count)
{
    if (ledger_of_type(l, type) != NULL) {
        return true;
    }
    /* relaxed: only this thread stores here. */
    _Atomic(struct counts *) *table = load_rlx(&l->tables[type / LEDGER_FAN]);
    if (table == NULL) {
        table = calloc(LEDGER_FAN, sizeof *table);
        if (table == NULL) {
            return false;
        }
        /* release: pairs with the acquire in ledger_of_type(). */
        store_rel(&l->tables[type / LEDGER_FAN], table);
    }
    struct counts *c = calloc(class_count > 0 ? class_count : 1, sizeof *c);
    if (c == NULL) {
        return false;
    }
    /* release: pairs with the acquire in ledger_of_type(). */
    store_rel(&table[type % LEDGER_FAN], c);
    return true;
}
