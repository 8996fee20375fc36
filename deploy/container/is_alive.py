#!/usr/bin/env python3
"""Fails unless the portal at $BIND answers /health/live, for the health check of a container."""

import http.client
import os
import socket
import sys

PATIENCE = 4.0


def is_alive(bound: str) -> bool:
    """Whether the portal that is bound to `unix:/path` or `address:port` answers."""
    path = bound.removeprefix("unix:")
    connection = http.client.HTTPConnection("localhost", int(bound.rpartition(":")[2]) if path == bound else 80)
    try:
        if path == bound:
            connection.timeout = PATIENCE
        else:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(PATIENCE)
            connection.sock.connect(path)
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_alive(os.environ["BIND"]))
