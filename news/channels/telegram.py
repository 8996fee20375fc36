"""A client of Telegram's Bot API: one request, one response. It knows no article.

Each kind of failure has its own exception, because it decides whether a request may be repeated. The address of a
request contains the bot's token and therefore appears in no message.
"""

import json
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from django.conf import settings

from portal.circuit import PAUSE_OF_JOBS, Circuit, Paused
from portal.outgoing import connect

TIMEOUT = 30
"""Seconds that a request may take, from the connection to the last byte of the response."""
MAX_BYTES = 1024 * 1024
OF_THE_CHANNEL = (
    "chat not found",
    "chat_id is empty",
    "chat was deleted",
    "chat was deactivated",
    "upgraded to a supergroup",
    "not a member",
    "bot was kicked",
    "bot was blocked",
    "not enough rights",
    "no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "chat_send_",
    "channel_private",
    "channel_invalid",
    "peer_id_invalid",
    "user_deactivated",
)
"""What stands in a refusal (400) that would meet any post: about the channel, or what our bot may do there."""
circuit = Circuit(PAUSE_OF_JOBS)

type Answer = dict[str, Any]


class NotDone(Exception):
    """Telegram has certainly done nothing; the same request may be repeated later."""

    def __init__(self, reason: str, seconds: int = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds
        """How long Telegram wants us to wait."""


class NotReached(NotDone):
    """There was no connection to Telegram."""


class Rejected(Exception):
    """Telegram has done nothing and never will: the text says why."""


class ChannelRefused(Exception):
    """Telegram has done nothing, and does nothing in this channel before somebody mends what the text says."""

    def __init__(self, reason: str, chat_id: int | None = None) -> None:
        super().__init__(reason)
        self.chat_id = chat_id
        """The new number of a group that became a supergroup."""


class UnknownOutcome(Exception):
    """The request was sent, and it is unknown whether Telegram carried it out."""


def call_method(method: str, fields: Answer, photo: bytes | None = None) -> Any:
    """Calls a method of the API and returns its result. Raises NotDone, Rejected, ChannelRefused or UnknownOutcome."""
    try:
        with circuit.attempt(NotReached, UnknownOutcome):
            return parse_result(*send_request(method, fields, photo))
    except Paused as pause:
        raise NotReached(f"Telegram: {pause}") from pause


def send_request(method: str, fields: Answer, photo: bytes | None) -> tuple[int, Any]:
    """The status and the content of the response. Raises NotReached or UnknownOutcome."""
    body, content_type = encode_body(fields, photo)
    address = urlsplit(settings.TELEGRAM_URL)
    if address.scheme == "file":
        return 200, {"ok": True, "result": {"message_id": write_request(Path(unquote(address.path)), method, fields)}}
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(connect(address, TIMEOUT))
        except OSError as error:
            raise NotReached(f"Telegram cannot be reached: {error.strerror or type(error).__name__}") from error
        try:
            path = f"{address.path.rstrip('/')}/bot{settings.TELEGRAM_TOKEN}/{method}"
            connection.request("POST", path, body, {"Content-Type": content_type})
            response = connection.getresponse()
            return response.status, json.loads(response.read(MAX_BYTES))
        except (OSError, HTTPException, ValueError) as error:
            raise UnknownOutcome(f"Telegram's answer did not come: {type(error).__name__}") from error


def write_request(folder: Path, method: str, fields: Answer) -> int:
    """Writes a request into a file instead of sending it: a dry run. Returns the number of the message it would be."""
    folder.mkdir(parents=True, exist_ok=True)
    number = max((int(file.name.partition("-")[0]) for file in folder.glob("*-*.json")), default=0) + 1
    (folder / f"{number}-{method}.json").write_text(json.dumps(fields, ensure_ascii=False, indent=1), encoding="utf-8")
    return number


def parse_result(status: int, answer: Any) -> Any:
    if not isinstance(answer, dict) or status >= 500:
        raise UnknownOutcome(f"Telegram is in trouble itself ({status})")
    if answer.get("ok") is True:
        return answer.get("result")
    reason = str(answer.get("description", status))
    if status == 429:
        raise NotDone(reason, seconds=int(parameters_of(answer).get("retry_after", 60)))
    if status in (401, 404):
        raise NotDone("Telegram does not know the bot: see TELEGRAM_TOKEN")
    moved_to = parameters_of(answer).get("migrate_to_chat_id")
    if status == 403 or moved_to or any(sign in reason.lower() for sign in OF_THE_CHANNEL):
        raise ChannelRefused(reason, moved_to if isinstance(moved_to, int) else None)
    raise Rejected(reason)


def parameters_of(answer: Answer) -> Answer:
    parameters = answer.get("parameters")
    return parameters if isinstance(parameters, dict) else {}


def message_number(message: Any) -> int:
    """The number of a message that was sent, by which it can be changed or deleted. Raises UnknownOutcome."""
    try:
        return int(message["message_id"])
    except (TypeError, KeyError, ValueError) as error:
        raise UnknownOutcome("Telegram's answer is not that of its Bot API") from error


def encode_body(fields: Answer, photo: bytes | None) -> tuple[bytes, str]:
    if photo is None:
        return json.dumps(fields).encode(), "application/json"
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = 'Content-Disposition: form-data; name="photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg'
    parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + photo + f"\r\n--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
