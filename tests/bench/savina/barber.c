/* SPDX-License-Identifier: MIT */
/*
 * barber.c - the sleeping barber. A request to enter is kept by the room while its customer waits, and then
 * handed on to the barber, who answers it. SIZE: customers; there is a chair for each fifth
 * of them, up to Savina's 1,000.
 */
#include "barber.actor.h"
#include "savina.h"

enum { CUSTOMERS = 5000, CUSTOMERS_MAX = 1000000, WORK_MAX = 1000, WORK_MIN = 10 };

/* What the others count. Main looks at it when all have gone. */
struct books {
    uint32_t cut;    /* by the barber */
    uint32_t let_in; /* by the room */
    uint32_t turned_away;
    uint32_t most_waiting;
};

static struct books books;

/* ---- Barber --------------------------------------------------------------------------- */

struct barber_barber {
    uint64_t random;
    uint64_t hair;
};
ACTOR_STATE(barber_barber);

actor_result barber_barber_on_enter(
        barber_barber *self, const barber_enter *msg, barber_enter_call call)
{
    barber_barber_tell_customer_start(self, msg->customer, NULL);
    (void)actor_flush(self);
    self->hair += savina_work(savina_below(&self->random, WORK_MAX) + WORK_MIN);
    books.cut++;
    barber_enter_answer_done(call, NULL);
    barber_barber_tell_room_next(self, msg->room, NULL);
    return ACTOR_CONTINUE;
}

actor_result barber_barber_on_wait(barber_barber *self, const barber_wait *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Room ----------------------------------------------------------------------------- */

struct guest {
    barber_enter_call call;
    barber_customer_ref customer;
};

struct barber_room {
    barber_barber_ref barber;
    uint32_t first;
    uint32_t waiting;
    uint32_t chair_count;
    struct guest chairs[BARBER_CHAIRS_MAX];
};
ACTOR_STATE(barber_room);

actor_result barber_room_at_start(barber_room *self, const barber_room_args *args)
{
    self->barber = args->barber;
    self->chair_count = args->chairs;
    return ACTOR_CONTINUE;
}

static void serve(barber_room *self, struct guest guest)
{
    barber_room_delegate_barber_enter(self, guest.call, self->barber,
            &(barber_enter){ .customer = guest.customer, .room = barber_room_self(self) });
}

actor_result barber_room_asleep_on_enter(
        barber_room *self, const barber_enter *msg, barber_enter_call call)
{
    books.let_in++;
    serve(self, (struct guest){ .call = call, .customer = msg->customer });
    barber_room_become_busy(self);
    return ACTOR_CONTINUE;
}

actor_result barber_room_busy_on_enter(
        barber_room *self, const barber_enter *msg, barber_enter_call call)
{
    if (self->waiting == self->chair_count) {
        books.turned_away++;
        barber_enter_answer_full(call, NULL);
        return ACTOR_CONTINUE;
    }
    self->chairs[(self->first + self->waiting) % self->chair_count] =
            (struct guest){ .call = call, .customer = msg->customer };
    self->waiting++;
    books.let_in++;
    books.most_waiting =
            self->waiting > books.most_waiting ? self->waiting : books.most_waiting;
    barber_enter_keep(call);
    barber_room_tell_customer_wait(self, msg->customer, NULL);
    return ACTOR_CONTINUE;
}

actor_result barber_room_busy_on_next(barber_room *self, const barber_next *msg)
{
    (void)msg;
    if (self->waiting == 0) {
        barber_room_tell_barber_wait(self, self->barber, NULL);
        barber_room_become_asleep(self);
        return ACTOR_CONTINUE;
    }
    serve(self, self->chairs[self->first]);
    self->first = (self->first + 1) % self->chair_count;
    self->waiting--;
    return ACTOR_CONTINUE;
}

/* ---- Customer ------------------------------------------------------------------------- */

struct barber_customer {
    barber_room_ref room;
    barber_factory_ref factory;
};
ACTOR_STATE(barber_customer);

actor_result barber_customer_at_start(barber_customer *self, const barber_customer_args *args)
{
    self->room = args->room;
    self->factory = args->factory;
    return ACTOR_CONTINUE;
}

actor_result barber_customer_on_visit(barber_customer *self, const barber_visit *msg)
{
    (void)msg;
    barber_customer_ask_enter(self, self->room,
            &(barber_enter){ .customer = barber_customer_self(self), .room = self->room });
    return ACTOR_CONTINUE;
}

/* Who has been served leaves when he has heard all that was said to him before. */
actor_result barber_customer_got_enter(barber_customer *self, const barber_enter_reply *reply)
{
    barber_customer_ref me = barber_customer_self(self);
    switch (reply->kind) {
    case BARBER_ENTER_REPLY_FULL:
        barber_customer_tell_factory_returned(
                self, self->factory, &(barber_returned){ .customer = me });
        break;
    case BARBER_ENTER_REPLY_DONE:
        barber_customer_tell_factory_done(self, self->factory, NULL);
        barber_customer_stop(NULL, me);
        break;
    case BARBER_ENTER_REPLY_ERROR: return actor_fail(self, "%s", actor_err_text(reply->error));
    }
    return ACTOR_CONTINUE;
}

actor_result barber_customer_on_wait(barber_customer *self, const barber_wait *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

actor_result barber_customer_on_start(barber_customer *self, const barber_start *msg)
{
    (void)self;
    (void)msg;
    return ACTOR_CONTINUE;
}

/* ---- Factory -------------------------------------------------------------------------- */

struct barber_factory {
    barber_room_ref room;
    barber_open_call call;
    uint64_t random;
    uint64_t parts;
    uint32_t customers;
    uint32_t haircuts;
    uint32_t visits;
};
ACTOR_STATE(barber_factory);

actor_result barber_factory_at_start(barber_factory *self, const barber_factory_args *args)
{
    self->room = args->room;
    return ACTOR_CONTINUE;
}

actor_result barber_factory_on_open(
        barber_factory *self, const barber_open *msg, barber_open_call call)
{
    barber_customer_args args = { .room = self->room, .factory = barber_factory_self(self) };
    self->customers = msg->customers;
    self->visits = msg->customers;
    self->call = call;
    barber_open_keep(call);
    for (uint32_t i = 0; i < msg->customers; i++) {
        barber_customer_ref customer;
        if (barber_factory_spawn_customer(self, &args, &customer) != ACTOR_OK) {
            return actor_fail(self, "no customer");
        }
        barber_factory_tell_customer_visit(self, customer, NULL);
        (void)actor_flush(self);
        self->parts += savina_work(savina_below(&self->random, WORK_MAX) + WORK_MIN);
    }
    return ACTOR_CONTINUE;
}

actor_result barber_factory_on_returned(barber_factory *self, const barber_returned *msg)
{
    self->visits++;
    barber_factory_tell_customer_visit(self, msg->customer, NULL);
    return ACTOR_CONTINUE;
}

actor_result barber_factory_on_done(barber_factory *self, const barber_done *msg)
{
    (void)msg;
    if (++self->haircuts == self->customers) {
        barber_open_answer_closed(self->call,
                &(barber_closed){ .haircuts = self->haircuts, .visits = self->visits });
    }
    return ACTOR_CONTINUE;
}

/* ---- Shop ----------------------------------------------------------------------------- */

struct barber_shop {
    char nothing;
};
ACTOR_STATE(barber_shop);

actor_result barber_shop_on_open(
        barber_shop *self, const barber_open *msg, barber_open_call call)
{
    barber_shop_delegate_factory_open(self, call, barber_shop_child_factory(self), msg);
    return ACTOR_CONTINUE;
}

/* ---- The run -------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
    struct savina s = savina_open(argc, argv,
            &(struct savina_plan){ .name = "barber", .size = CUSTOMERS, .max = CUSTOMERS_MAX });
    barber_shop_args args = { .chairs = s.size < 5 ? 1 : s.size / 5 };
    barber_shop_ref shop;
    barber_open_reply *reply = NULL;
    args.chairs = args.chairs > BARBER_CHAIRS_MAX ? BARBER_CHAIRS_MAX : args.chairs;
    savina_start_clock(&s);
    savina_check(&s, "start", barber_shop_start(s.system, &args, &shop));
    savina_check(&s, "cut hair",
            barber_shop_ask_open(s.system, shop, &(barber_open){ .customers = s.size },
                    actor_seconds(SAVINA_PATIENCE_S), &reply));
    savina_stop_clock(&s);
    savina_stop(&s);
    savina_expect(&s, "haircuts", s.size, reply->closed.haircuts);
    savina_expect(&s, "haircuts of the barber", s.size, books.cut);
    savina_expect(&s, "customers let in", s.size, books.let_in);
    savina_expect(&s, "visits", s.size + books.turned_away, reply->closed.visits);
    savina_expect(&s, "too many in the room", 0, books.most_waiting > args.chairs);
    actor_reply_free(reply);
    return savina_close(&s);
}
