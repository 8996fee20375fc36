"""Servers on loopback that behave as badly as a test asks for."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

CERTIFICATE = Path(__file__).parents[1] / "samples" / "untrusted.pem"

type Behaviour = Callable[[socket.socket, list[bytes]], None]


@contextmanager
def serve(behave: Behaviour, *, tls: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """The address of a server, and what its clients ask it; `behave` is given each connection."""
    requests: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if tls:
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(CERTIFICATE)
                with context.wrap_socket(connection, server_side=True) as wrapped:
                    behave(wrapped, requests)
            else:
                behave(connection, requests)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()

    Thread(target=accept, daemon=True).start()
    scheme = "https" if tls else "http"
    try:
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}", requests
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def response(
    body: bytes = b"", status: str = "200 OK", content_type: str = "text/xml; charset=UTF-8", **headers: str
) -> bytes:
    """An answer in bytes; a header given as an empty text is left out."""
    fields = {"Content_Type": content_type, "Content_Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def sends(data: bytes) -> Behaviour:
    def behave(connection: socket.socket, requests: list[bytes]) -> None:
        requests.append(connection.recv(65536))
        connection.sendall(data)

    return behave


def sends_slowly(data: bytes, *, after: bytes = b"") -> Behaviour:
    """All of `after` at once, then a byte at a time, each soon enough for a timeout that counts from the last one.

    It hangs up after ten seconds: a client that waits for so long tells another error than one that gave up by itself.
    """

    def behave(connection: socket.socket, requests: list[bytes]) -> None:
        requests.append(connection.recv(65536))
        connection.sendall(after)
        for byte in data[:200]:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    return behave


def keeps_silent(connection: socket.socket, requests: list[bytes]) -> None:
    """It hangs up after ten seconds, as `sends_slowly` does."""
    connection.settimeout(10)
    while connection.recv(65536):
        pass
