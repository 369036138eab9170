# SPDX-License-Identifier: MIT
"""The scenarios of COMPARISON.md with Pykka: pip install pykka; python3 pykka_scenarios.py"""
import importlib.metadata
import logging
import threading
import time

import pykka

logging.disable(logging.CRITICAL)


class Worker(pykka.ThreadingActor):
    def __init__(self, gate, handled):
        super().__init__()
        self.gate = gate
        self.handled = handled

    def on_receive(self, message):
        self.gate.wait()
        if message == "fail":
            raise ValueError("as told")
        self.handled.append(message)
        return message


def start():
    gate = threading.Event()
    handled = []
    return Worker.start(gate, handled), gate, handled


def outcome(call):
    try:
        return repr(call())
    except BaseException as error:
        return type(error).__name__


def settle(ref):
    """Waits until the actor has handled what it was sent, or is dead."""
    outcome(lambda: ref.ask("end", timeout=2))


print("pykka", importlib.metadata.version("pykka"))

ref, gate, handled = start()
gate.set()
ref.tell("fail")
settle(ref)
print("a failing tell: alive:", ref.is_alive(), "- the next tell:", outcome(lambda: ref.tell(1)))

ref, gate, handled = start()
gate.set()
print("a failing ask:", outcome(lambda: ref.ask("fail")), "- alive:", ref.is_alive())
ref.stop()
print("an ask to a dead actor:", outcome(lambda: ref.ask(1)))

ref, gate, handled = start()
for message in ["fail", 1, 2, 3]:
    ref.tell(message)
gate.set()
settle(ref)
print("the queue behind a failure: 3 told, handled:", handled)

ref, gate, handled = start()
print("an expired ask: the asker:", outcome(lambda: ref.ask(1, timeout=0.01)))
gate.set()
settle(ref)
print("an expired ask: handled all the same:", 1 in handled)
ref.stop()

ref, gate, handled = start()
for message in range(100000):
    ref.tell(message)
print("a full mailbox: there is none: 100000 told, none refused")
began = time.monotonic()
gate.set()
ref.stop()
print("a stop with messages queued: handled first:", len(handled))
