"""The command behind `make run`: starts a portal with the demo content from a freshly installed copy."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from portal.management.commands.load_demo import accounts_file

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = (
        "Prepares the database, the demo content and the static files, "
        "then serves the portal and runs its jobs on this machine until Ctrl+C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where to listen (8000)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        require_free_port(port)
        try:
            call_command("migrate", verbosity=0)
            call_command("load_demo", channel=True, stdout=self.stdout)
            if not settings.DEBUG:
                call_command("collectstatic", interactive=False, verbosity=0)
        except OSError as error:
            raise CommandError(f"The portal could not write its files: {error}.") from error
        connections.close_all()
        # Drawing the demo's pictures for sharing takes some seconds, so it goes on in the background.
        draw = [sys.executable, sys.argv[0], "draw_cards", "--all"]
        serve = [sys.executable, "-m", "portal.server", "--bind", f"{HOST}:{port}", "--workers", "2"]
        work = [sys.executable, sys.argv[0], "run_jobs"]
        with (
            jobs_log().open("ab") as log,
            subprocess.Popen(draw, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),  # noqa: S603
            subprocess.Popen(work, stdout=log, stderr=log, env=os.environ | dry_run()) as jobs,  # noqa: S603
            subprocess.Popen(serve) as server,  # noqa: S603
        ):
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())
            signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to the server, too
            try:
                if answers(port, server):
                    self.print_now(welcome_message(port))
                server.wait()
            finally:
                jobs.terminate()
        if server.returncode:
            raise CommandError("The server has stopped; why is said above.")

    def print_now(self, text: str) -> None:
        """Print without buffering, even into a file or a pipe, because the server then runs for hours."""
        self.stdout.write(text)
        self.stdout.flush()


def jobs_log() -> Path:
    """What the jobs say: among it that the bank cannot be reached, on a machine without a network."""
    return settings.DATA_DIR / "jobs.log"


def dry_run() -> dict[str, str]:
    """Settings with which posts for Telegram become files, unless there is a bot."""
    if settings.TELEGRAM_TOKEN:
        return {}
    return {"TELEGRAM_TOKEN": "dry-run", "TELEGRAM_URL": (settings.DATA_DIR / "telegram").absolute().as_uri()}


def answers(port: int, server: subprocess.Popen) -> bool:
    """Waits until the server answers. False if it has ended before."""
    while server.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


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
    mail = settings.MAILERS["default"]["OPTIONS"].get("file_path")
    if mail:
        lines.append(f"Letters to subscribers go into {mail} within two minutes.")
    if not settings.TELEGRAM_TOKEN:
        lines.append(f"Posts for Telegram go into {settings.DATA_DIR / 'telegram'}, and nowhere else.")
    lines.append(f"What the jobs say is in {jobs_log()}.")
    return " ".join(lines)
