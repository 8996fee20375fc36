"""A server on loopback that answers as Telegram's Bot API does, and keeps what its channels show."""

import json
from contextlib import AbstractContextManager
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from tests.support.servers import serving

TOKEN = "123456:for-tests"


class BotApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.messages: dict[int, dict[str, Any]] = {}
        self.numbers = count(101)
        self.answers: list[Any] = []
        """Given in turn in the place of its own; None cuts the connection after it has done what was asked."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def do(self, method: str, fields: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        text = fields.get("caption") or fields.get("text")
        if method in ("sendMessage", "sendPhoto"):
            number = next(self.numbers)
            self.messages[number] = {"chat": fields["chat_id"], "text": text, "photo": fields.get("photo")}
            return 200, {"ok": True, "result": {"message_id": number, "chat": {"id": -1001, "type": "channel"}}}
        message = self.messages.get(int(fields["message_id"]))
        if method == "deleteMessage":
            if message is None:
                return refusal(400, "Bad Request: message to delete not found")
            del self.messages[int(fields["message_id"])]
            return 200, {"ok": True, "result": True}
        if message is None:
            return refusal(400, "Bad Request: message to edit not found")
        if bool(message["photo"]) != (method == "editMessageCaption"):
            return refusal(400, "Bad Request: there is no text in the message to edit")
        if message["text"] == text:
            return refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
                "same as a current content and reply markup of the message",
            )
        message["text"] = text
        return 200, {"ok": True, "result": {"message_id": int(fields["message_id"])}}


def refusal(code: int, description: str, **parameters: int) -> tuple[int, dict[str, Any]]:
    more = {"parameters": parameters} if parameters else {}
    return code, {"ok": False, "error_code": code, "description": description, **more}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BotApi

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = self.fields(body)
        token, _slash, method = self.path.removeprefix("/bot").partition("/")
        self.server.asked.append((method, fields))
        if token != TOKEN:
            return self.answer(*refusal(401, "Unauthorized"))
        given = self.server.answers.pop(0) if self.server.answers else "its own"
        if given is None:
            self.server.do(method, fields)
            self.close_connection = True
            return None
        return self.answer(*(self.server.do(method, fields) if given == "its own" else given))

    def fields(self, body: bytes) -> dict[str, Any]:
        kind = self.headers["Content-Type"]
        if kind == "application/json":
            return json.loads(body)
        form = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        found = {}
        for part in form.get_payload():
            content = part.get_payload(decode=True)
            name = part.get_param("name", header="Content-Disposition")
            found[name] = content if part.get_filename() else content.decode()
        return found

    def answer(self, status: int, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


def bot_api() -> AbstractContextManager[BotApi]:
    return serving(BotApi())
