"""A mail server on loopback, as much of SMTP as a client asks for; it keeps what it was given."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer

from tests.support.servers import serving


class MailServer(ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, str, EmailMessage]] = []
        """Envelope sender, recipient and letter."""
        self.raw: list[bytes] = []
        """The letters as they came over the wire."""
        self.refuses: dict[str, str] = {}
        """What RCPT of an address is answered, such as "550 No such user"."""
        self.breaks_after_data = False
        self.on_letter: Callable[[], object] = lambda: None
        """Done when a letter has come, before the server says so."""

    @property
    def port(self) -> int:
        return self.server_address[1]

    def to(self, email: str) -> list[EmailMessage]:
        return [letter for _sender, recipient, letter in self.got if recipient == email]


class Handler(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 ready")
        sender = recipient = ""
        while line := self.rfile.readline().decode().strip():
            verb, argument = line[:4].upper(), line[4:].strip()
            if verb == "MAIL":
                sender = argument.partition("<")[2].partition(">")[0]
            if verb == "RCPT":
                recipient = argument.partition("<")[2].partition(">")[0]
                if recipient in self.server.refuses:
                    self.say(self.server.refuses[recipient])
                    continue
            if verb == "DATA":
                self.say("354 go on")
                self.server.got.append((sender, recipient, self.letter()))
                self.server.on_letter()
                if self.server.breaks_after_data:
                    return
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def letter(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.server.raw.append(b"".join(lines))
        return message_from_bytes(self.server.raw[-1], policy=policy.default)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def mail_server() -> AbstractContextManager[MailServer]:
    return serving(MailServer())


def mailers_of(port: int) -> dict:
    """The setting that leads there."""
    options = {"host": "127.0.0.1", "port": port, "timeout": 10}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
