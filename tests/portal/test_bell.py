"""A thread that waits is rung by handlers of signals, which run in that thread itself, at any moment."""

import subprocess
import sys

from bench.own_portal import ROOT

STORM = """
import os, signal, threading, time
from portal.bell import Bell
bell, is_over = Bell(), False
signal.signal(signal.SIGUSR1, lambda *_: bell.set())
def storm():
    global is_over
    for _ in range(20_000):
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(0)
    is_over = True
threading.Thread(target=storm).start()
while not is_over:
    bell.set()
    bell.wait()
print("over")
"""
"""With a threading.Event in its place the handler waits for a lock that its own thread holds, each time."""


def test_a_storm_of_signals_stops_nobody():
    done = subprocess.run([sys.executable, "-c", STORM], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.stderr == ""
    assert done.stdout == "over\n"


def test_what_rings_before_the_wait_is_not_forgotten():
    code = (
        "from portal.bell import Bell\nbell = Bell()\nbell.set()\nbell.set()\nbell.clear()\n"
        "print(bell.wait(0), bell.wait(0))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert done.stdout == "True False\n"
