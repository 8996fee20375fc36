"""The command behind `make run`: starts a portal with the demo content from a freshly installed copy."""

import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from gunicorn.app.base import BaseApplication

from portal.management.commands.load_demo import accounts_file

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = (
        "Prepares the database, the demo content and the static files, "
        "then serves the portal on this machine until Ctrl+C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to listen (8000)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        require_free_port(port)
        try:
            call_command("migrate", verbosity=0)
            call_command("load_demo", stdout=self.stdout)
            if not settings.DEBUG:
                call_command("collectstatic", interactive=False, verbosity=0)
        except OSError as error:
            raise CommandError(f"The portal could not write its files: {error}.") from error
        # Drawing the demo's pictures for sharing takes some seconds, so it goes on in the background.
        draw = [sys.executable, sys.argv[0], "draw_cards", "--all"]
        connections.close_all()  # the server's processes may not share a connection
        with subprocess.Popen(draw, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):  # noqa: S603
            Server(port, lambda server: self.print_now(welcome_message(port))).run()

    def print_now(self, text: str) -> None:
        """Print without buffering, even into a file or a pipe, because the server then runs for hours."""
        self.stdout.write(text)
        self.stdout.flush()


class Server(BaseApplication):
    """gunicorn with the settings of the deployment notes, only smaller."""

    def __init__(self, port: int, when_ready: Any) -> None:
        self.own_settings = {
            "bind": f"{HOST}:{port}",
            "workers": 2,
            "worker_class": "gthread",
            "threads": 4,
            "limit_request_line": 0,  # a long text pasted into the search box is answered by the search page
            "loglevel": "warning",
            "control_socket_disable": True,
            "reload": settings.DEBUG,
            "when_ready": when_ready,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.own_settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from portal.wsgi import (
            application,
        )  # in the worker, because the threads it starts must not be shared with others

        return application


def require_free_port(port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used ({error}). Choose another one: PORT=8123 make run"
            ) from error


def welcome_message(port: int) -> str:
    lines = [f"The portal is at http://{HOST}:{port}/ – stop it with Ctrl+C."]
    desk = f"http://{HOST}:{port}/{settings.ADMIN_PATH}"
    if accounts_file().exists():
        names = [line.split() for line in accounts_file().read_text().splitlines()]
        accounts = ", ".join(f"{name} (password {password})" for name, password in names)
        lines.append(f"Editors sign in at {desk} as {accounts}.")
    else:
        lines.append(f"Editors sign in at {desk} (manage.py createsuperuser makes an account).")
    return " ".join(lines)
