# SPDX-License-Identifier: MIT
"""The workloads of the benchmark with Pykka's ThreadingActor.

usage: bench.py WORKLOAD COUNT
"""

import os
import sys
import time
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

import pykka

# Nobody is kept waiting for longer, in seconds.
PATIENCE = 600


def check(what, value, expected):
    if value != expected:
        raise ValueError(f"{what}: {value}, not {expected}")


def share(count, parts, i):
    """The part of count that falls to the i-th of parts."""
    return count // parts + (i < count % parts)


def seconds(run):
    """Returns how long it takes to run, and the result."""
    began = time.monotonic()
    result = run()
    return time.monotonic() - began, result


def ask_all(actors, message):
    """Returns all answers; the actors work on them at the same time."""
    futures = [actor.ask(message, block=False) for actor in actors]
    return pykka.get_all(futures, timeout=PATIENCE)


def stop_all(actors):
    for actor in actors:
        actor.stop(block=False)


# ---- ping-pong and ring


class Next(NamedTuple):
    actor: pykka.ActorRef


class Token(NamedTuple):
    left: int


class Handled:
    """Asks how many messages an actor has handled."""


class Member(pykka.ThreadingActor):
    def __init__(self, over):
        super().__init__()
        self.over = over
        self.next = None
        self.handled = 0

    def on_receive(self, message):
        match message:
            case Token(0):
                self.handled += 1
                self.over.put(True)
            case Token(left):
                self.handled += 1
                self.next.tell(Token(left - 1))
            case Next(actor):
                self.next = actor
            case Handled():
                return self.handled


def ring(members, count):
    over = SimpleQueue()
    actors = [Member.start(over) for _ in range(members)]
    for actor, following in zip(actors, actors[1:] + actors[:1]):
        actor.tell(Next(following))

    def play():
        actors[0].tell(Token(count - 1))
        over.get(timeout=PATIENCE)

    took, _ = seconds(play)
    check("hops", sum(ask_all(actors, Handled())), count)
    stop_all(actors)
    return took


# ---- counting, fork-join and many-to-one


class Increment(NamedTuple):
    by: int


class Flood(NamedTuple):
    increments: int


class Counter(pykka.ThreadingActor):
    def __init__(self):
        super().__init__()
        self.sum = 0

    def on_receive(self, message):
        match message:
            case Increment(by):
                self.sum += by
            case Handled():
                return self.sum


class Producer(pykka.ThreadingActor):
    def __init__(self, counters):
        super().__init__()
        self.counters = counters

    def on_receive(self, message):
        counters = self.counters
        for i in range(message.increments):
            counters[i % len(counters)].tell(Increment(1))


def flood(producers, counters, count):
    """Producers flood counters: one to one is counting, one to many fork-join."""
    flooded = [Counter.start() for _ in range(counters)]
    flooding = [Producer.start(flooded) for _ in range(producers)]

    def play():
        futures = [
            producer.ask(Flood(share(count, producers, i)), block=False)
            for i, producer in enumerate(flooding)
        ]
        pykka.get_all(futures, timeout=PATIENCE)
        return sum(ask_all(flooded, Handled()))

    took, total = seconds(play)
    check("increments", total, count)
    stop_all(flooded + flooding)
    return took


# ---- create


class Work(NamedTuple):
    n: int


class Mayfly(pykka.ThreadingActor):
    """Ends with its first message."""

    def __init__(self, ended):
        super().__init__()
        self.ended = ended
        self.handled = 0

    def on_receive(self, message):
        self.handled += message.n
        self.stop()

    def on_stop(self):
        self.ended.put(self.handled)


class Creator(pykka.ThreadingActor):
    def __init__(self, ended):
        super().__init__()
        self.ended = ended

    def on_receive(self, message):
        for _ in range(message.n):
            Mayfly.start(self.ended).tell(Work(1))


def create(count):
    ended = SimpleQueue()
    creator = Creator.start(ended)

    def play():
        creator.tell(Work(count))
        return sum(ended.get(timeout=PATIENCE) for _ in range(count))

    took, handled = seconds(play)
    check("messages", handled, count)
    creator.stop()
    return took


# ---- big


class Play(NamedTuple):
    others: list


class Ping(NamedTuple):
    sender: pykka.ActorRef
    n: int


class Pong(NamedTuple):
    n: int


class Player(pykka.ThreadingActor):
    def __init__(self, seed, pings, over):
        super().__init__()
        self.seed = seed
        self.left = pings
        self.over = over
        self.others = []
        self.handled = 0

    def serve(self):
        self.seed = (self.seed * 1309 + 13849) & 65535
        other = self.others[self.seed % len(self.others)]
        other.tell(Ping(self.actor_ref, self.left))

    def on_receive(self, message):
        match message:
            case Ping(sender, n):
                self.handled += 1
                sender.tell(Pong(n))
            case Pong(n):
                check("pong", n, self.left)
                self.left -= 1
                if self.left > 0:
                    self.serve()
                else:
                    self.over.put(True)
            case Play(others):
                self.others = others
                self.serve()
            case Handled():
                return self.handled


def big(actors, count):
    pings = count // actors // 2
    over = SimpleQueue()
    players = [Player.start(i, pings, over) for i in range(actors)]

    def play():
        for player in players:
            player.tell(Play([other for other in players if other is not player]))
        for _ in players:
            over.get(timeout=PATIENCE)

    took, _ = seconds(play)
    check("pings", sum(ask_all(players, Handled())), actors * pings)
    stop_all(players)
    return took * count / (2 * actors * pings)


# ---- chameneos

COLOURS = 3


class Meet(NamedTuple):
    visitor: pykka.ActorRef
    colour: int


class Change(NamedTuple):
    colour: int


class Visit:
    """Sends a creature to the mall."""


class Home:
    """Sends a creature home."""


class Met(NamedTuple):
    meetings: int


def complement(a, b):
    """The third colour, unless both are the same."""
    return a if a == b else COLOURS - a - b


class Creature(pykka.ThreadingActor):
    def __init__(self, mall, colour):
        super().__init__()
        self.mall = mall
        self.colour = colour
        self.meetings = 0

    def visit(self):
        self.mall.tell(Meet(self.actor_ref, self.colour))

    def on_receive(self, message):
        match message:
            case Meet(other, colour):
                self.colour = complement(self.colour, colour)
                self.meetings += 1
                other.tell(Change(self.colour))
                self.visit()
            case Change(colour):
                self.colour = colour
                self.meetings += 1
                self.visit()
            case Visit():
                self.visit()
            case Home():
                self.mall.tell(Met(self.meetings))
                self.stop()


class Mall(pykka.ThreadingActor):
    def __init__(self, creatures, count, over):
        super().__init__()
        self.inside = creatures
        self.left = count
        self.over = over
        self.waiting = None
        self.meetings = 0

    def on_receive(self, message):
        match message:
            case Meet(visitor, _) if self.left == 0:
                visitor.tell(Home())
            case Meet(visitor, _) if self.waiting is None:
                self.waiting = visitor
            case Meet():
                self.left -= 1
                self.waiting.tell(message)
                self.waiting = None
            case Met(meetings):
                self.meetings += meetings
                self.inside -= 1
                if self.inside == 0:
                    self.over.put(self.meetings)
                    self.stop()


def chameneos(creatures, count):
    over = SimpleQueue()
    mall = Mall.start(creatures, count, over)
    visitors = [Creature.start(mall, i % COLOURS) for i in range(creatures)]

    def play():
        for visitor in visitors:
            visitor.tell(Visit())
        return over.get(timeout=PATIENCE)

    took, meetings = seconds(play)
    check("meetings", meetings, 2 * count)
    return took


# ---- shop and ask

PRODUCTS = 240


class Buy(NamedTuple):
    product: int
    count: int


class Stock:
    """Asks what is left of all products."""


class Inventory(pykka.ThreadingActor):
    def __init__(self, stock):
        super().__init__()
        self.stock = [stock] * PRODUCTS

    def on_receive(self, message):
        match message:
            case Buy(product, count):
                if self.stock[product] < count:
                    raise ValueError("insufficient stock")
                self.stock[product] -= count
                return self.stock[product]
            case Stock():
                return sum(self.stock)


class GoShopping(NamedTuple):
    purchases: int


class Buyer(pykka.ThreadingActor):
    def __init__(self, inventory, product):
        super().__init__()
        self.inventory = inventory
        self.product = product

    def on_receive(self, message):
        sold = 0
        for _ in range(message.purchases):
            self.product = (self.product + 7) % PRODUCTS
            self.inventory.ask(Buy(self.product, 1), timeout=PATIENCE)
            sold += 1
        return sold


def shop(buyers, count):
    inventory = Inventory.start(count)
    customers = [Buyer.start(inventory, i) for i in range(buyers)]

    def play():
        futures = [
            customer.ask(GoShopping(share(count, buyers, i)), block=False)
            for i, customer in enumerate(customers)
        ]
        return sum(pykka.get_all(futures, timeout=PATIENCE))

    took, sold = seconds(play)
    check("sold", sold, count)
    check("in stock", inventory.ask(Stock()), PRODUCTS * count - count)
    stop_all([inventory, *customers])
    return took


def ask(count):
    """Returns the median and the 99th percentile, of the program's first thread."""
    inventory = Inventory.start(count)
    times = []
    for expected in range(count - 1, -1, -1):
        began = time.monotonic()
        left = inventory.ask(Buy(0, 1), timeout=PATIENCE)
        times.append(time.monotonic() - began)
        check("left", left, expected)
    check("in stock", inventory.ask(Stock()), PRODUCTS * count - count)
    inventory.stop()
    times.sort()
    return times[count // 2], times[count * 99 // 100]


# ---- memory


class Idler(pykka.ThreadingActor):
    def __init__(self):
        super().__init__()
        self.sum = 0

    def on_receive(self, message):
        self.sum += message.n
        return self.sum


def kernel(name):
    return int(Path("/proc/sys", name).read_text())


def resident_bytes():
    resident = Path("/proc/self/statm").read_text().split()[1]
    return int(resident) * os.sysconf("SC_PAGESIZE")


def memory(count):
    """Returns the bytes that an idle actor takes.

    There are at most so many that half of the threads are left for others.
    """
    most = min(kernel("kernel/pid_max"), kernel("kernel/threads-max"))
    # A thread maps a stack and a guard.
    most = min(most, kernel("vm/max_map_count") // 2) // 2
    if count > most:
        print(
            f"scaled down to {most:,} actors: so many threads may be", file=sys.stderr
        )
        count = most
    before = resident_bytes()
    idlers = []
    for _ in range(count):
        idlers.append(Idler.start())
        check("messages", idlers[-1].ask(Work(1)), 1)
    after = resident_bytes()
    stop_all(idlers)
    return (after - before) / count


# ---- The program

TIMED = {
    "ping-pong": lambda count: ring(2, count),
    "counting": lambda count: flood(1, 1, count),
    "ring": lambda count: ring(100, count),
    "create": create,
    "fork-join": lambda count: flood(1, 60, count),
    "big": lambda count: big(120, count),
    "chameneos": lambda count: chameneos(100, count),
    "many-to-one": lambda count: flood(100, 1, count),
    "shop": lambda count: shop(1000, count),
}


def main(workload, count):
    if workload == "memory":
        print(f"memory {memory(count):.0f} bytes")
    elif workload == "ask":
        p50, p99 = ask(count)
        print(f"ask {p50 * 1e6:.3f} us {p99 * 1e6:.3f}")
    elif workload in TIMED:
        print(f"{workload} {TIMED[workload](count) * 1e9 / count:.2f} ns")
    else:
        print("no such workload", file=sys.stderr)
        return 77
    return 0


if __name__ == "__main__":
    try:
        status = main(sys.argv[1], int(sys.argv[2]))
    except BaseException as error:
        print(f"{sys.argv[1]}: {error!r}", file=sys.stderr)
        status = 1
    sys.stdout.flush()
    # Actors that are left must not keep a program that has failed.
    os._exit(status)
