"""Work counted in steps, which are the same on a slow machine and on a busy one."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


def count_steps(work: Callable[[], Any]) -> int:
    """Calls of Python and C functions that `work` makes. What goes on inside a C function, such as a search, is one."""
    steps = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return steps


class StillRunning(Exception):
    """The work would have gone on for minutes."""


@contextmanager
def ends_before_long(cpu_seconds: int = 60) -> Iterator[None]:
    """Stops what would go on and on: a guard against a search that hangs, not a measure of speed.

    The limit is hundreds of times what the work takes, and counts only this process's own CPU time.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise StillRunning(f"still running after {cpu_seconds} s of CPU time")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
