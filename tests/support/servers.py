"""Servers on loopback that stand in for those of others."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread


@contextmanager
def serving[Server: BaseServer](server: Server) -> Iterator[Server]:
    """It answers as long as the block runs."""
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
