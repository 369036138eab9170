/* SPDX-License-Identifier: MIT */
/*
 * banking.c - transfers between a thousand accounts. An account that has asked another to take an amount keeps
 * all messages for later until it has the answer. Accounts would wait for each other in a circle, but that
 * money goes from lower numbers to higher ones only. SIZE: transfers.
 */
#include "banking.actor.h"
#include "savina.h"

enum { TRANSFERS = 50000, TRANSFERS_MAX = 10000000, ACCOUNTS = 1000, FLUSH_AFTER = 1024 };

static const uint64_t SEED = 123456;
static const uint64_t BALANCE = UINT64_C(1000) * TRANSFERS_MAX;

struct transfer {
    uint32_t from;
    uint32_t to;
    uint64_t amount;
};

/* Returns the next one; the last accounts are only credited, so that there is always a higher one. */
static struct transfer next_transfer(uint64_t *random)
{
    struct transfer t = { .from = savina_below(random, ACCOUNTS / 10 * 8) };
    t.to = t.from + 1 + savina_below(random, ACCOUNTS - t.from - 1);
    t.amount = 1 + savina_below(random, 1000);
    return t;
}

/* ---- Account -------------------------------------------------------------------------- */

struct banking_account {
    uint64_t balance;
};
ACTOR_STATE(banking_account);

actor_result banking_account_at_start(banking_account *self, const banking_account_args *args)
{
    self->balance = args->balance;
    return ACTOR_CONTINUE;
}

actor_result banking_account_open_on_credit(
        banking_account *self, const banking_credit *msg, banking_credit_call call)
{
    self->balance -= msg->amount;
    banking_account_ask_transfer(
            self, call, msg->recipient, &(banking_debit){ .amount = msg->amount });
    banking_account_become_transferring(self);
    return ACTOR_CONTINUE;
}

actor_result banking_account_got_transfer(
        banking_account *self, const banking_debit_reply *reply, banking_credit_call call)
{
    if (reply->kind == BANKING_DEBIT_REPLY_ERROR) {
        return actor_fail(self, "%s", actor_err_text(reply->error));
    }
    banking_credit_answer_booked(call, NULL);
    banking_account_become_open(self);
    return ACTOR_CONTINUE;
}

actor_result banking_account_open_on_debit(
        banking_account *self, const banking_debit *msg, banking_debit_call call)
{
    self->balance += msg->amount;
    banking_debit_answer_booked(call, NULL);
    return ACTOR_CONTINUE;
}

actor_result banking_account_open_on_get_balance(
        banking_account *self, const banking_get_balance *msg, banking_get_balance_call call)
{
    (void)msg;
    banking_get_balance_answer_balance(call, &(banking_balance){ .amount = self->balance });
    return ACTOR_CONTINUE;
}

/* ---- Teller --------------------------------------------------------------------------- */

struct banking_teller {
    banking_account_ref accounts[ACCOUNTS];
    uint64_t balances[ACCOUNTS];
    uint32_t transfers;
    uint32_t finished;
    uint32_t audited;
};
ACTOR_STATE(banking_teller);

actor_result banking_teller_at_start(banking_teller *self, const banking_teller_args *args)
{
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        banking_account_args account = { .balance = args->balance };
        if (banking_teller_spawn_account(self, &account, &self->accounts[i]) != ACTOR_OK) {
            return actor_fail(self, "no account");
        }
    }
    return ACTOR_CONTINUE;
}

actor_result banking_teller_on_run(
        banking_teller *self, const banking_run *msg, banking_run_call call)
{
    uint64_t random = SEED;
    self->transfers = msg->transfers;
    for (uint32_t i = 0; i < msg->transfers; i++) {
        struct transfer t = next_transfer(&random);
        banking_teller_ask_credit(self, call, self->accounts[t.from],
                &(banking_credit){ .amount = t.amount, .recipient = self->accounts[t.to] });
        if (i % FLUSH_AFTER == 0) {
            (void)actor_flush(self);
        }
    }
    return ACTOR_CONTINUE;
}

actor_result banking_teller_got_credit(
        banking_teller *self, const banking_credit_reply *reply, banking_run_call call)
{
    if (reply->kind == BANKING_CREDIT_REPLY_ERROR) {
        banking_run_fail(call, reply->error);
    } else if (++self->finished == self->transfers) {
        banking_run_answer_finished(call, &(banking_finished){ .transfers = self->finished });
    }
    return ACTOR_CONTINUE;
}

actor_result banking_teller_on_audit(
        banking_teller *self, const banking_audit *msg, banking_audit_call call)
{
    (void)msg;
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        banking_teller_ask_get_balance(
                self, call, self->accounts[i], NULL, &(banking_place){ .account = i });
    }
    return ACTOR_CONTINUE;
}

actor_result banking_teller_got_get_balance(banking_teller *self,
        const banking_get_balance_reply *reply, const banking_place *place,
        banking_audit_call call)
{
    if (reply->kind == BANKING_GET_BALANCE_REPLY_ERROR) {
        banking_audit_fail(call, reply->error);
        return ACTOR_CONTINUE;
    }
    self->balances[place->account] = reply->balance.amount;
    if (++self->audited == ACCOUNTS) {
        banking_audit_answer_balances(
                call, &(banking_balances){ .amounts = { self->balances, ACCOUNTS } });
    }
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

/* Each account has what it would have if all transfers had been made one after the other. */
static void check_balances(const struct savina *s, const banking_balances *balances)
{
    static uint64_t expected[ACCOUNTS];
    uint64_t random = SEED;
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        expected[i] = BALANCE;
    }
    for (uint32_t i = 0; i < s->size; i++) {
        struct transfer t = next_transfer(&random);
        expected[t.from] -= t.amount;
        expected[t.to] += t.amount;
    }
    savina_expect(s, "accounts", ACCOUNTS, balances->amounts.count);
    for (uint32_t i = 0; i < ACCOUNTS; i++) {
        savina_expect(s, "a balance", expected[i], balances->amounts.items[i]);
    }
}

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){
                    .name = "banking", .size = TRANSFERS, .max = TRANSFERS_MAX });
    banking_teller_args args = { .balance = BALANCE };
    banking_teller_ref teller;
    banking_run_reply *run = NULL;
    banking_audit_reply *audit = NULL;
    savina_start_clock(&s);
    savina_check(&s, "start", banking_teller_start(s.system, &args, &teller));
    savina_check(&s, "transfer",
            banking_teller_ask_run(s.system, teller, &(banking_run){ .transfers = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &run));
    savina_stop_clock(&s);
    savina_expect(&s, "transfers", s.size, run->finished.transfers);
    actor_reply_free(run);
    savina_check(&s, "audit",
            banking_teller_ask_audit(
                    s.system, teller, NULL, actor_seconds(SAVINA_PATIENCE_S), &audit));
    check_balances(&s, &audit->balances);
    actor_reply_free(audit);
    savina_stop(&s);
    return savina_close(&s);
}
