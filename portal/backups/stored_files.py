"""Files of a backup: written once with their checksums, encrypted by age where a key is set, and verified later.

`SHA256SUMS` has a line for each file in the form of sha256sum(1), so anyone can verify a backup without the portal.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import pyrage

SUMS = "SHA256SUMS"
ENCRYPTED = ".age"
PIECE = 1024 * 1024
IN_MEMORY = 16 * 1024 * 1024


class Content(NamedTuple):
    """What a file holds before it is encrypted."""

    bytes: int
    sha256: str


class Hashing:
    """A file that is read or written from its beginning to its end and hashed meanwhile."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest, self.bytes = file, hashlib.sha256(), 0

    def read(self, most: int = -1) -> bytes:
        return self._seen(self.file.read(most))

    def write(self, piece: bytes) -> int:
        self.file.write(self._seen(piece))
        return len(piece)

    def flush(self) -> None:
        self.file.flush()

    def _seen(self, piece: bytes) -> bytes:
        self.digest.update(piece)
        self.bytes += len(piece)
        return piece

    @property
    def content(self) -> Content:
        return Content(self.bytes, self.digest.hexdigest())


def hash_content(source: IO[bytes]) -> Content:
    """The length and the digest of what is left to read."""
    hashing = Hashing(source)
    while hashing.read(PIECE):
        pass
    return hashing.content


def write_file(source: IO[bytes], path: Path, recipients: Sequence[str]) -> tuple[Content, str]:
    """Copies `source` into a new file, encrypted for `recipients` if there are any.

    Returns what was read, and the SHA-256 of what was written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        reader, writer = Hashing(source), Hashing(file)
        if recipients:
            pyrage.encrypt_io(reader, writer, [parse_recipient(each) for each in recipients])
        else:
            shutil.copyfileobj(reader, writer, PIECE)
    return reader.content, writer.content.sha256


@contextmanager
def open_file(path: Path, identities: Sequence[pyrage.x25519.Identity]) -> Iterator[IO[bytes]]:
    """The content of a file, decrypted if its name says that it is encrypted. Raises pyrage.DecryptError."""
    with path.open("rb") as file:
        if path.suffix != ENCRYPTED:
            yield file
            return
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as plain:
            pyrage.decrypt_io(file, plain, identities)
            plain.seek(0)
            yield plain  # type: ignore[misc]  # it is a file in all but its type


def parse_recipient(key: str) -> pyrage.x25519.Recipient:
    """A public key as `age-keygen` prints it. Raises pyrage.RecipientError."""
    return pyrage.x25519.Recipient.from_str(key)


def read_identities(path: Path) -> list[pyrage.x25519.Identity]:
    """The secret keys in a file of `age-keygen`. Raises OSError and pyrage.IdentityError."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]


def write_sums(folder: Path, sums: dict[str, str]) -> None:
    (folder / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())))


def read_sums(folder: Path) -> dict[str, str]:
    """The digests of `SHA256SUMS` by the names of their files; what is no such line has no part in it."""
    lines = (folder / SUMS).read_text(errors="replace").splitlines()
    return {name: digest for digest, space, name in (line.partition("  ") for line in lines) if space}


def find_damage(folder: Path) -> Iterator[tuple[str, str]]:
    """The files that are not as they were written: each name with `missing`, `unknown` or `changed`."""
    sums = read_sums(folder)
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    del present[SUMS]
    for name in sorted(sums.keys() | present.keys()):
        if name not in present:
            yield name, "missing"
        elif name not in sums:
            yield name, "unknown"
        else:
            with present[name].open("rb") as file:
                if hash_content(file).sha256 != sums[name]:
                    yield name, "changed"
