"""A server on loopback that accepts every connection and never says a word."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread


class Frozen:
    def __init__(self, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.accepted: list[socket.socket] = []
        """Its connections, which stay open; their number is how often somebody tried."""

    @property
    def attempts(self) -> int:
        return len(self.accepted)


@contextmanager
def frozen_server() -> Iterator[Frozen]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=500)
    server = Frozen(listener)

    def accept() -> None:
        with suppress(OSError):
            while True:
                server.accepted.append(listener.accept()[0])

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()
        for connection in server.accepted:
            connection.close()
