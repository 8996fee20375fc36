"""Why a file is refused, as one process tells the other; the sentences stand where a person reads them."""

from typing import Literal

Reason = Literal[
    "not_a_document", "damaged", "active", "locked", "fetches", "unpacks_too_large",  # documents
    "not_a_picture", "too_many_pixels", "moves", "damaged_picture",
    "too_demanding",
]  # fmt: skip


class FileRefused(Exception):
    """A file that cannot be taken."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
