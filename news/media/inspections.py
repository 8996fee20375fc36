"""Has a foreign file looked into by a process of its own, which is stopped when it takes too much."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

from django.conf import settings

logger = logging.getLogger(__name__)

MEMORY = 300_000_000
"""Bytes of address space."""
CPU_SECONDS = 4
MOST_AT_ONCE = 2
"""In each process of the portal: readers need the processors too."""
LONGEST_WAIT = 0.5
"""Seconds for a place among those at once; with INSPECTION_SECONDS less than the five in which a person is answered."""

places = BoundedSemaphore(MOST_AT_ONCE)

PASSED_ON = ("PATH", "LD_LIBRARY_PATH")


class InspectionStopped(Exception):
    """The file takes more time or memory than any honest one."""


class TooBusy(Exception):
    """Other files are being looked into; this one would come too late."""


@contextmanager
def inspect_file(task: str, content: bytes, *arguments: str) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
    """The verdict on a file, and what follows it in the output. Raises InspectionStopped and TooBusy.

    Both ways lead through files: a pipe would have to be filled and emptied at once.
    """
    with TemporaryFile() as given, TemporaryFile() as output:
        given.write(content)
        given.seek(0)
        run_inspector([task, str(MEMORY), str(CPU_SECONDS), *arguments], given, output)
        output.seek(0)
        yield read_verdict(output.readline()), output


def run_inspector(arguments: list[str], given: IO[bytes], output: IO[bytes]) -> None:
    if not places.acquire(timeout=LONGEST_WAIT):
        raise TooBusy
    try:
        process = subprocess.Popen(  # noqa: S603  (the arguments are ours)
            [sys.executable, "-E", "-s", "-W", "ignore", "-m", "news.media.inspector", *arguments],
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ}
            | {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},  # a secret that is not there cannot leak
            stdin=given,
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
        try:
            status = process.wait(settings.INSPECTION_SECONDS)
        except BaseException as error:
            process.kill()
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            logger.warning("The inspection of a file was stopped after %s seconds", settings.INSPECTION_SECONDS)
            raise InspectionStopped from error
    finally:
        places.release()
    if status:
        logger.warning("The inspection of a file was stopped with the status %s", status)
        raise InspectionStopped


def read_verdict(line: bytes) -> dict[str, Any]:
    verdict: dict[str, Any] = json.loads(line)
    return verdict
