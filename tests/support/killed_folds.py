"""Run by test_hits_crash.py, with a database of its own: folding is killed at each of its lines in turn.

Prints how many times it was killed and how many readings were written down.
"""

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402

from news.hits import counting, journals  # noqa: E402

READINGS = 3


def main(article_id: int) -> None:
    # Here first, so that not each child has to import what this needs.
    write_down(article_id)
    counting.end_own_journal()
    connection.close()
    kills = 0
    while True:
        in_child(write_down, article_id)
        if in_child(fold_until_line, kills):  # a fold has no more lines than that
            break
        kills += 1
    print(kills, (kills + 2) * READINGS)


def in_child(function: Callable[..., Any], *arguments: int) -> bool:
    """Whether it came to its end; False if it was killed. The parent never has a connection to leave to a child."""
    if not (child := os.fork()):
        try:
            function(*arguments)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, -signal.SIGKILL):
        sys.exit(f"{function.__name__}: {status}")
    return status == 0


def write_down(article_id: int) -> None:
    counting.fold_journals()  # what the one before was killed over
    for _ in range(READINGS):
        counting.record_hit(article_id, "kk", "t.me")


def fold_until_line(last: int) -> None:
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in (counting.__file__, journals.__file__):
            return None
        if event == "line":
            if lines == last:
                os.kill(os.getpid(), signal.SIGKILL)
            lines += 1
        return trace

    sys.settrace(trace)
    counting.fold_journals()
    sys.settrace(None)


main(int(sys.argv[1]))
