"""What may happen at the worst moments of a backup; each takes the place of `settings.HOLD_JOURNALS`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.core.files.base import ContentFile

from news.hits import counting
from news.hits.copies import hold_journals
from news.media import images
from news.models import Image
from tests.support.factories import make_image, make_picture


@contextmanager
def upload_before() -> Iterator[dict[str, BinaryIO]]:
    """A picture comes after the first pass over the uploads, and before the snapshot."""
    make_image()
    with hold_journals() as held:
        yield held


@contextmanager
def replace_after() -> Iterator[dict[str, BinaryIO]]:
    """A picture is replaced after the snapshot that names it, before the second pass; so its file is gone for good."""
    is_first = not Image.objects.exists()
    if is_first:
        make_image()
    with hold_journals() as held:
        yield held
    if is_first:
        images.replace_image(Image.objects.get(), ContentFile(make_picture(), "new.png"))


@contextmanager
def fold_before() -> Iterator[dict[str, BinaryIO]]:
    """A journal is counted to its end and deleted just before nobody may fold any more."""
    counting.end_own_journal()
    counting.fold_journals()
    with hold_journals() as held:
        yield held
