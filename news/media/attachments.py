"""Attached documents: checks and stores an upload, and answers requests for a file or for a part of it."""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Model, ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from news.media.document_checks import NotAccepted, inspect_document
from news.models import Article, Attachment, AttachmentText

logger = logging.getLogger(__name__)

PIECE = 256 * 1024
INLINE_KINDS = ("pdf",)
UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>:"/\\|?*%;]')
RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")
POLICY = "default-src 'none'; frame-ancestors 'none'"
"""A browser that opens the document runs no script of it and loads nothing for it."""


class NotStored(ValidationError):
    """The disk is full or the storage does not answer."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The file could not be stored: the disk is full or the storage does not answer. "
                "Try again in a few minutes."
            )
        )


# In


def check_upload(upload: File) -> tuple[str, str, bytes, str]:
    """The safe name, the kind, the content and the text of a file that may be attached. Raises NotAccepted."""
    upload.open()
    content = upload.read(settings.ATTACHMENT_MAX_BYTES + 1)
    if len(content) > settings.ATTACHMENT_MAX_BYTES:
        raise NotAccepted(
            _("The file is too large: a file may have up to %s.") % filesizeformat(settings.ATTACHMENT_MAX_BYTES)
        )
    stem, _dot, extension = (upload.name or "").replace("\\", "/").rpartition("/")[2].rpartition(".")
    kind, text = inspect_document(content, extension.lower())
    return f"{clean_stem(stem)}.{kind}", kind, content, text


def clean_stem(stem: str) -> str:
    """The name that a person gave the file, without characters that a system would read as more than a name."""
    stem = UNSAFE_IN_NAMES.sub(" ", unicodedata.normalize("NFC", stem))
    return " ".join(stem.split())[:100].strip(" .-") or _("file")


def store_file(attachment: Attachment, name: str, kind: str, content: bytes, text: str) -> None:
    """Stores what `check_upload()` returned; the caller saves the row by `save_row()`. Raises NotStored."""
    attachment.filename, attachment.kind, attachment.size = name, kind, len(content)
    attachment.unsaved_text = text
    attachment.sha256 = hashlib.sha256(content).hexdigest()
    try:
        attachment.file.save(name, ContentFile(content), save=False)
    except OSError as error:
        logger.exception("An attachment of %s bytes could not be stored", len(content))
        raise NotStored from error


def add_attachment(upload: File, **fields: Any) -> Attachment:
    """A new attachment that belongs to no article yet. Raises NotAccepted and NotStored."""
    attachment = Attachment(**fields)
    store_file(attachment, *check_upload(upload))
    save_row(attachment)
    return attachment


def save_row(attachment: Attachment) -> None:
    """Saves the row and the text of a file that `store_file()` has stored. If that fails, the file is deleted too."""
    try:
        with transaction.atomic():
            attachment.save()
            AttachmentText.objects.create(attachment=attachment, text=attachment.unsaved_text)
    except BaseException:
        attachment.file.storage.delete(str(attachment.file.name))
        raise


def delete_attachment(attachment: Attachment) -> None:
    """Deletes the row, then its file. Raises ProtectedError while an article has it."""
    users: set[Model] = set(Article.objects.filter(attachments=attachment))
    if users:
        raise ProtectedError("An article has this file.", users)
    storage, path = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    transaction.on_commit(partial(storage.delete, path), robust=True)


# Out


def respond_with_attachment(
    request: HttpRequest, attachment: Attachment, name: str, cache_control: str
) -> HttpResponseBase:
    """The file, or the part of it that the request names. The caller has checked that the visitor may have it."""
    if name != attachment.plain_name:
        raise Http404
    etag = f'"{attachment.sha256[:32]}"'
    headers = {
        "Content-Type": attachment.content_type,
        "Content-Disposition": content_disposition_header(attachment.kind not in INLINE_KINDS, attachment.filename),
        "Content-Security-Policy": POLICY,
        "Cache-Control": cache_control,
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "X-Robots-Tag": "noarchive",  # a search engine's copy would outlive a withdrawal
    }
    if unchanged := get_conditional_response(request, etag=etag):  # before the file is opened
        unchanged.headers["Cache-Control"] = cache_control
        return unchanged
    first, last, status = 0, attachment.size - 1, 200
    if request.method == "GET" and request.headers.get("If-Range", etag) == etag:
        requested = parse_range(request.headers.get("Range", ""), attachment.size)
        if requested is not None:
            first, last = requested
            status = 206
    if first > last and attachment.size:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{attachment.size}"})
    if status == 206:
        headers["Content-Range"] = f"bytes {first}-{last}/{attachment.size}"
    headers["Content-Length"] = str(last - first + 1)
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    try:
        pieces = FilePieces(attachment.file.storage, str(attachment.file.name), first, last)
    except FileNotFoundError as error:
        logger.error("The file of attachment %s is lost: %s", attachment.pk, attachment.file.name)
        raise Http404 from error
    return StreamingHttpResponse(pieces, status=status, headers=headers)


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a `Range` header; None means the whole file, last before first means no byte."""
    match = RANGE.fullmatch(header.replace(" ", ""))
    if match is None:  # several parts at once, or no range: HTTP lets us answer with the whole file
        return None
    first, last, suffix = match.groups()
    if suffix:
        return (size, -1) if int(suffix) == 0 else (max(0, size - int(suffix)), size - 1)
    if last and int(last) < int(first):
        return None
    return (int(first), min(int(last), size - 1) if last else size - 1) if int(first) < size else (size, -1)


class FilePieces:
    """The bytes of a file from `first` to `last`. Reads the first piece at once, so that a lost file is a 404."""

    def __init__(self, storage: Storage, path: str, first: int, last: int) -> None:
        self.file, self.remaining = storage.open(path), last - first + 1
        try:
            self.file.seek(first)
            self.ahead = self.read()
        except BaseException:
            self.file.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece, self.ahead = self.ahead, b""
        piece = piece or self.read()
        if not piece:
            raise StopIteration
        return piece

    def read(self) -> bytes:
        piece = self.file.read(min(PIECE, self.remaining))
        self.remaining -= len(piece)
        return piece

    def close(self) -> None:
        """Django calls this at the end of the answer, even when the client has gone."""
        self.file.close()
