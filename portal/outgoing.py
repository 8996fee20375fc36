"""Connections to servers of others, with one time limit for all that is sent and received.

A timeout alone would start again with each byte of a slow server.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Buffer, Iterator
from contextlib import closing, contextmanager
from urllib.parse import SplitResult


@contextmanager
def connect(address: SplitResult, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """An open connection to the server of an http or https address; after so many seconds its use raises TimeoutError.

    Raises OSError if the server cannot be reached.
    """
    deadline = time.monotonic() + seconds
    connection = _make_connection(address, timeout=seconds)
    connection.connect()
    with closing(connection.sock) as plain:
        connection.sock = _SocketWithDeadline(plain, deadline)
        yield connection


def _make_connection(address: SplitResult, timeout: float) -> http.client.HTTPConnection:
    host = address.hostname or ""
    if address.scheme == "http":
        return http.client.HTTPConnection(host, address.port, timeout=timeout)
    # The default context verifies the certificate and the name in it.
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, address.port, timeout=timeout, context=context)


def _seconds_until(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("The time limit is over.")
    return seconds


class _SocketWithDeadline(io.RawIOBase):
    """A socket with one deadline for everything."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self.plain = plain
        self.deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        self.plain.settimeout(_seconds_until(self.deadline))
        return self.plain.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        self.plain.settimeout(_seconds_until(self.deadline))
        self.plain.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Does nothing: http.client closes it before the body is read, and `connect` closes the socket."""
