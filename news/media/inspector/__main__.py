"""Looks into the file at standard input: python -m news.media.inspector TASK MEMORY SECONDS [ARGUMENT ...].

The first line of the output is the verdict in JSON: {"refused": reason}, or what the task found. A process that was
stopped at one of its limits has written none.
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

from news.media.inspector.refusals import FileRefused

LARGEST_OUTPUT = 300 * 1024 * 1024


def limit_resources(memory: int, seconds: int) -> None:
    """`memory` is in bytes of address space, `seconds` of processor time. The kernel ends what goes beyond."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: LARGEST_OUTPUT,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        hard = resource.getrlimit(limit)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def inspect_file(task: str, file: BinaryIO, arguments: list[str]) -> tuple[dict[str, Any], Iterator[bytes]]:
    """The verdict and what comes with it. Raises FileRefused. Imports only what the task needs, as it starts often."""
    if task == "document":
        from news.media.inspector.documents import find_kind
        from news.media.inspector.texts import extract_text

        content = file.read()
        kind = find_kind(content, arguments[0])
        return {"kind": kind, "text": extract_text(content, kind)}, iter(())
    from news.media.inspector.pictures import decode_picture

    return decode_picture(file, int(arguments[0]))


def main() -> None:
    task, memory, seconds, *arguments = sys.argv[1:]
    limit_resources(int(memory), int(seconds))
    try:
        verdict, pieces = inspect_file(task, sys.stdin.buffer, arguments)
        sys.stdout.buffer.write(json.dumps(verdict).encode() + b"\n")
        for piece in pieces:
            sys.stdout.buffer.write(piece)
    except FileRefused as refusal:
        sys.stdout.buffer.write(json.dumps({"refused": refusal.reason}).encode() + b"\n")


if __name__ == "__main__":
    main()
