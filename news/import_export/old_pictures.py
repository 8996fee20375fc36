"""The pictures of an old site: files of a folder, and what is fetched into it from hosts that the operator named."""

import hashlib
import http.client
import os
import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from news.import_export.line_format import BadLine, to_printable
from portal.outgoing import connect

SECONDS = 60.0
"""For all of one picture."""
MOST_REDIRECTS = 3
RESIZED = re.compile(r"-(?:\d{2,5}x\d{2,5}|scaled)(?=\.\w{3,4}$)")
"""What WordPress adds to the name of a file that it made smaller."""


class OldPictures:
    """Finds pictures by their old addresses. `folder` is a copy of the old site's files, or of a part of them."""

    def __init__(self, folder: Path, hosts: frozenset[str], *, dry_run: bool = False) -> None:
        self.folder, self.hosts, self.dry_run = folder.resolve(), hosts, dry_run
        self.found = self.fetched = self.to_fetch = 0

    def find(self, address: str) -> str | None:
        """The path of the picture in the folder; None if a dry run would fetch it. Raises BadLine if nobody has it."""
        try:
            parts = urlsplit(address)
        except ValueError as error:
            raise BadLine(_("This is no address: %s.") % to_printable(address)) from error
        if path := self.find_file(parts):
            self.found += 1
            return path
        if parts.scheme not in ("http", "https") or parts.netloc.lower() not in self.hosts:
            raise BadLine(_("There is no such picture: %s.") % to_printable(address))
        if self.dry_run:
            self.to_fetch += 1
            return None
        return self.fetch(address)

    def find_file(self, parts: SplitResult) -> str | None:
        """The largest file that has the address: below the folder, or below what the beginning of the address names."""
        whole = unquote(parts.path).lstrip("/")
        for path in dict.fromkeys((RESIZED.sub("", whole), whole)):
            steps = path.split("/")
            candidates = ["/".join(steps[first:]) for first in range(max(len(steps) - 1, 1))]
            if parts.netloc:
                candidates.insert(0, own_name(parts, path))
            for each in candidates:
                if self.is_file(each):
                    return each
        return None

    def is_file(self, path: str) -> bool:
        try:
            file = (self.folder / path).resolve()
            return bool(path) and file.is_relative_to(self.folder) and file.is_file()
        except (OSError, ValueError):
            return False

    def fetch(self, address: str) -> str:
        """Stores the picture below the name of its host. It gets its name when it is complete."""
        asked = address
        try:
            for _redirect in range(MOST_REDIRECTS + 1):
                data, moved_to = download(urlsplit(asked))
                if moved_to is None:
                    break
                asked = urljoin(asked, moved_to)
                if urlsplit(asked).netloc.lower() not in self.hosts:
                    raise BadLine(
                        _("%(address)s leads to a host that is not named: %(host)s.")
                        % {"address": to_printable(address), "host": to_printable(urlsplit(asked).netloc)}
                    )
            else:
                raise OSError(_("too many redirects"))
            parts = urlsplit(address)
            name = own_name(parts, unquote(parts.path).lstrip("/"))
            target = (self.folder / name).resolve()
            if not target.is_relative_to(self.folder):
                raise OSError(_("no name for a file"))
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.part")
            part.write_bytes(data)
            os.replace(part, target)
        except (OSError, ValueError, http.client.HTTPException) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise BadLine(
                _("%(address)s cannot be fetched: %(why)s.") % {"address": to_printable(address), "why": why}
            ) from error
        self.fetched += 1
        return name


def own_name(parts: SplitResult, path: str) -> str:
    """Where a fetched picture is stored; its query decides too, as in image.php?id=5."""
    query = f".{hashlib.sha256(parts.query.encode()).hexdigest()[:12]}" if parts.query else ""
    return f"{parts.netloc.lower().replace(':', '_')}/{path}{query}"


def download(address: SplitResult) -> tuple[bytes, str | None]:
    """What the address answers, or where it leads. Raises OSError."""
    with connect(address, SECONDS) as connection:
        path = address.path or "/"
        path = "".join(each if each.isascii() and each > " " else quote_utf8(each) for each in path)
        connection.request("GET", f"{path}?{address.query}" if address.query else path, headers={"Connection": "close"})
        response = connection.getresponse()
        if response.status in (301, 302, 303, 307, 308):
            return b"", response.headers.get("Location", "")
        if response.status != http.client.OK:
            raise OSError(f"HTTP {response.status}")
        data = response.read(settings.IMAGE_MAX_BYTES + 1)
        if len(data) > settings.IMAGE_MAX_BYTES:
            raise OSError(_("the picture is too large"))
        return data, None


def quote_utf8(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode())
