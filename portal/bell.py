"""What a main thread waits for while handlers of signals may ring it, in place of a threading.Event.

A handler runs in the main thread. It would wait for ever for the lock of an event that this thread holds just then, and
an event that is cleared forgets what was told in between. A pipe does neither.
"""

import os
import select
from contextlib import suppress


class Bell:
    """Rung from a handler, another thread or a child, and heard once."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        os.set_blocking(self.writer, False)

    def set(self) -> None:
        with suppress(BlockingIOError):  # it has been rung 65,536 times, and nobody has heard it yet
            os.write(self.writer, b"!")

    def wait(self, seconds: float | None = None) -> bool:
        """Returns when it has been rung since the last time, or False after so many seconds."""
        if not select.select([self.reader], [], [], seconds)[0]:
            return False
        os.read(self.reader, 65536)
        return True

    def clear(self) -> None:
        """Nothing is left to do: wait() has."""
