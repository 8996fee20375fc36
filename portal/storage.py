"""Uploads in an S3 bucket: what settings.MEDIA_STORAGE names instead of a folder.

The bucket is private and has no address for readers; views read from it and decide who gets what. Its errors are
raised as those of a disk would be, so that no other code needs to know which of the two it uses.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from botocore.session import get_session
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

from portal.circuit import Circuit, Paused

PATIENCE = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 2},
    request_checksum_calculation="when_required",  # Ceph and other servers do not know the newer ones
    response_checksum_validation="when_required",
)
MISSING = ("NoSuchKey", "404")
PAST_THE_END = "InvalidRange"


circuit = Circuit(5)
"""Readers wait for a bucket that does not answer once in five seconds, and go without pictures until it does."""


@contextmanager
def raise_disk_errors(name: str) -> Iterator[None]:
    """Raise FileNotFoundError or OSError in place of the errors of botocore."""
    try:
        with circuit.attempt(ConnectionError, HTTPClientError):
            yield
    except Paused as pause:
        raise OSError(f"The storage was not asked for {name}: {pause}") from pause
    except ClientError as error:
        if error.response["Error"]["Code"] in MISSING:
            raise FileNotFoundError(name) from error
        raise OSError(f"The storage refused {name}: {error}") from error
    except BotoCoreError as error:
        raise OSError(f"The storage did not answer for {name}: {error}") from error


@deconstructible
class S3Storage(Storage):
    """A storage in an S3 bucket. Without key and secret it uses the node's role or AWS's environment variables."""

    def __init__(
        self, bucket: str, prefix: str = "", endpoint: str = "", region: str = "", key: str = "", secret: str = ""
    ) -> None:
        self.bucket, self.prefix = bucket, f"{prefix}/" if prefix else ""
        self.endpoint, self.region, self.credentials = endpoint, region, (key, secret)

    @cached_property
    def client(self) -> Any:
        key, secret = self.credentials
        return get_session().create_client(
            "s3",
            endpoint_url=self.endpoint or None,
            region_name=self.region or "us-east-1",
            aws_access_key_id=key or None,
            aws_secret_access_key=secret or None,
            config=PATIENCE.merge(Config(s3={"addressing_style": "path" if self.endpoint else "auto"})),
        )

    def place(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + name}

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # paths of uploads are random, so a file that exists already has the same content

    def _open(self, name: str, mode: str = "rb") -> File:
        return File(RemoteFile(self, name), name)  # type: ignore[arg-type]  # a raw stream has all that File needs

    def _save(self, name: str, content: File) -> str:
        with raise_disk_errors(name):
            self.client.put_object(**self.place(name), Body=content.read())
        return name

    def delete(self, name: str) -> None:
        with raise_disk_errors(name):
            self.client.delete_object(**self.place(name))

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        with raise_disk_errors(name):
            return self.client.head_object(**self.place(name))["ContentLength"]

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        folder = f"{self.prefix}{path.strip('/')}/" if path.strip("/") else self.prefix
        folders, files = [], []
        with raise_disk_errors(path):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=folder, Delimiter="/"):
                folders += [each["Prefix"][len(folder) : -1] for each in page.get("CommonPrefixes", [])]
                files += [each["Key"][len(folder) :] for each in page.get("Contents", []) if each["Key"] != folder]
        return folders, files

    def list_files(self) -> Iterator[tuple[str, int]]:
        """All files with their lengths in bytes, a thousand to a request, whatever their folders."""
        with raise_disk_errors("the list of all files"):
            for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix):
                for each in page.get("Contents", []):
                    if not each["Key"].endswith("/"):
                        yield each["Key"][len(self.prefix) :], each["Size"]


class RemoteFile(io.RawIOBase):
    """A stored file that is fetched from the position that is read, so a part of it costs no more than that part."""

    def __init__(self, storage: S3Storage, name: str) -> None:
        self.storage, self.name, self.position = storage, name, 0
        self.body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: lambda: 0, io.SEEK_CUR: self.tell, io.SEEK_END: lambda: self.storage.size(self.name)}
        self.close_body()
        self.position = start[whence]() + offset
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: Any) -> int:
        piece = self.fetch(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def readall(self) -> bytes:
        return self.fetch(None)

    def fetch(self, most: int | None) -> bytes:
        with raise_disk_errors(self.name):
            if self.body is None:
                self.body = self.open_body()
            piece = self.body.read(most)
        self.position += len(piece)
        return piece

    def open_body(self) -> Any:
        headers = {"Range": f"bytes={self.position}-"} if self.position else {}
        try:
            return self.storage.client.get_object(**self.storage.place(self.name), **headers)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] == PAST_THE_END:
                return io.BytesIO()
            raise

    def close_body(self) -> None:
        if self.body is not None:
            self.body.close()
            self.body = None

    def close(self) -> None:
        self.close_body()
        super().close()
