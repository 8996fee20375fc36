"""Keeps slow clients from holding the threads that answer readers.

granian itself waits for the heads of requests, and for readers to take finished answers. A thread waits for a client in
two cases only: while it reads what is sent, and while it streams an answer that is too long for the memory. Some of the
threads may do that, as many more may wait a moment to do it, and whoever comes besides is asked to come again. Behind a
proxy that buffers, as nginx does, hardly a thread ever waits.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from io import BytesIO
from queue import Empty, SimpleQueue
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore, Thread
from typing import Any, BinaryIO

logger = logging.getLogger(__name__)

SHARE = 4
"""A fourth of the threads may wait for what clients send, and as many for clients that take a long answer."""
WAIT = 2.0
"""Seconds to wait for a place to send: most of what is sent comes at once, so a place is soon free."""
PIECE = 16 * 1024
PATIENCE = 20.0
"""Seconds in which each piece of what a client sends has to come."""
LARGEST = 100 * 1024 * 1024
"""Bytes that a client may send. Far more than a file may have (news.media), for the form itself says that one is too
large and keeps what was typed."""
IN_MEMORY = 1024 * 1024
"""Bytes of an answer, or of what is sent, that wait in memory; more of what is sent waits on the disk."""
SENTENCES = {
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "Қазір сұрау тым көп. Бірнеше секундтан кейін қайталап көріңіз.",
        "Сейчас слишком много запросов. Повторите через несколько секунд.",
        "There are too many requests now. Please try again in a few seconds.",
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "Байланыс тым баяу: жіберілген мәлімет толық келмеді. Қайталап көріңіз.",
        "Соединение слишком медленное: отправленное пришло не полностью. Повторите попытку.",
        "The connection is too slow: what you sent did not arrive in full. Please try again.",
    ),
    HTTPStatus.BAD_REQUEST: (
        "Байланыс үзілді: жіберілген мәлімет толық келмеді. Қайталап көріңіз.",
        "Соединение прервалось: отправленное пришло не полностью. Повторите попытку.",
        "The connection broke: what you sent did not arrive in full. Please try again.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "Жіберілген файлдар тым үлкен.",
        "Отправленные файлы слишком велики.",
        "The files that you sent are too large.",
    ),
}
"""In no catalogue: nothing is known of the reader's language before the request has been read."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Refused(Exception):
    """A request that is answered with a status instead of being passed on."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


class SlowClients:
    """A WSGI application around another one that gets whole requests and may answer at any length."""

    def __init__(self, application: Application, threads: int) -> None:
        self.application = application
        self.senders = BoundedSemaphore(max(1, threads // SHARE))
        self.senders_and_next = BoundedSemaphore(2 * max(1, threads // SHARE))
        self.takers = BoundedSemaphore(max(1, threads // SHARE))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
                environ["wsgi.input"] = self.receive(environ)
            answer = self.application(environ, start_response)
            return answer if isinstance(answer, list) else self.send(answer)
        except Refused as refused:
            return refuse(refused.status, start_response)

    def receive(self, environ: Environ) -> BinaryIO:
        """All that the client sends. Raises Refused if that is too much or too slow, or breaks off."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length == 0 and "HTTP_TRANSFER_ENCODING" not in environ:
            return BytesIO()
        if length > LARGEST:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not self.senders_and_next.acquire(blocking=False):
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            if not self.senders.acquire(timeout=WAIT):
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
            try:
                body, received = receive_body(environ["wsgi.input"])
            finally:
                self.senders.release()
        finally:
            self.senders_and_next.release()
        if "CONTENT_LENGTH" in environ and received != length:
            raise Refused(HTTPStatus.BAD_REQUEST)  # Django would take what has come for the whole
        environ["CONTENT_LENGTH"] = str(received)
        return body

    def send(self, answer: Any) -> Iterable[bytes]:
        """The answer as a list if it is short, so that no thread waits until it is taken, or else as a stream.

        Raises Refused if too many clients are taking long answers.
        """
        taken: list[bytes] = []
        pieces = iter(answer)
        try:
            size = 0
            for piece in pieces:
                taken.append(piece)
                size += len(piece)
                if size > IN_MEMORY:
                    break
            else:
                close(answer)
                return taken
            if not self.takers.acquire(blocking=False):
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        except BaseException:
            close(answer)
            raise
        return Stream(taken, pieces, answer, self.takers)


class Stream:
    """An answer that is read on while the client takes it. Its place is free again when it is closed."""

    def __init__(self, taken: list[bytes], pieces: Iterator[bytes], answer: Any, places: BoundedSemaphore) -> None:
        self.taken, self.pieces, self.answer, self.places = taken, pieces, answer, places

    def __iter__(self) -> Iterator[bytes]:
        yield from self.taken
        self.taken.clear()
        yield from self.pieces

    def close(self) -> None:
        self.places.release()
        close(self.answer)


def close(answer: Any) -> None:
    """As PEP 3333 asks of whoever does not pass an answer on."""
    if hasattr(answer, "close"):
        answer.close()


def receive_body(stream: Any) -> tuple[BinaryIO, int]:
    """What comes from a client, and its length. Raises Refused if it is too much, or comes too slowly.

    granian has no limit of time for it, so another thread reads. One that is given up ends with its connection.
    """
    pieces: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=read_pieces, args=[stream, pieces.put], name="receiving", daemon=True).start()
    body: Any = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # whoever reads it lets go of it
    received = 0
    try:
        while piece := pieces.get(timeout=PATIENCE):
            received += len(piece)
            if received > LARGEST:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            body.write(piece)
    except Empty:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
    except OSError as error:
        logger.error("What a client sends cannot be kept: %s", error)  # the disk of temporary files is full
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from error
    body.seek(0)
    return body, received


def read_pieces(stream: Any, put: Callable[[bytes], None]) -> None:
    """Reads a stream to its end, of which an empty piece tells, or as far as it may be long."""
    left = LARGEST + 1
    try:
        while left > 0 and (piece := stream.read(PIECE)):
            put(piece)
            left -= len(piece)
    finally:
        put(b"")


def refuse(status: HTTPStatus, start_response: StartResponse) -> Iterable[bytes]:
    """A short page without a template: none of Django's parts has seen the request."""
    logger.warning("A client was refused: %s", status.phrase)
    body = "\n".join(SENTENCES[status]).encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "5"))
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
