"""Pictures of the library: checks an upload, makes the files that readers get, and answers requests for them."""

import logging
import posixpath
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image as Picture
from PIL import ImageOps

from news.media import placements
from news.media.attachments import NotStored
from news.media.inspections import InspectionStopped, TooBusy, inspect_file
from news.models import Image
from news.models.image import FORMATS, SHARE, WIDTHS, fit_size
from portal.page_cache.generation import invalidate_pages

logger = logging.getLogger(__name__)

ENCODINGS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 60, "speed": 8},
    "webp": {"format": "WEBP", "quality": 78, "method": 2},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
    "original.jpg": {"format": "JPEG", "quality": 92, "subsampling": 0},
    "original.png": {"format": "PNG", "compress_level": 3},
}
one_at_a_time = threading.Lock()
"""A decoded picture may take hundreds of megabytes, so a process makes one lost rendition at a time."""


class NotAPicture(ValidationError):
    """Why a file cannot be taken, in a sentence for the person who uploaded it."""


def add_image(upload: File, **fields: Any) -> Image:
    """A new picture of the library. Raises NotAPicture and NotStored."""
    return store_image(Image(**fields), decode_upload(upload))


def replace_image(image: Image, upload: File) -> Image:
    """Puts another picture at the same addresses. Raises NotAPicture and NotStored."""
    return store_image(image, decode_upload(upload))


@transaction.atomic
def delete_image(image: Image) -> None:
    """Deletes the row, then its files. Raises ProtectedError, and deletes nothing, while the picture is in use."""
    if waiting := placements.articles_waiting_with(image):
        raise ProtectedError("The picture stands in a text that waits for publication.", set(waiting))
    storage, folder = image.file.storage, folder_of(image)
    image.delete()
    invalidate_pages()
    transaction.on_commit(partial(discard_folder, storage, folder), robust=True)


# In


def decode_upload(upload: File) -> Picture.Image:
    """The picture in a file: upright, in sRGB, and nothing else that the file said. Raises NotAPicture."""
    upload.open()
    data = upload.read(settings.IMAGE_MAX_BYTES + 1)
    if len(data) > settings.IMAGE_MAX_BYTES:
        raise NotAPicture(
            _("The file is too large: a picture may have up to %s.") % filesizeformat(settings.IMAGE_MAX_BYTES)
        )
    try:
        with inspect_file("picture", data, str(settings.IMAGE_MAX_PIXELS)) as (verdict, pixels):
            if "refused" in verdict:
                raise NotAPicture(explain_refusal(verdict["refused"]))
            return assemble_picture(verdict, pixels)
    except InspectionStopped as error:
        raise NotAPicture(explain_refusal("too_demanding")) from error
    except TooBusy as error:
        raise NotAPicture(
            _("Other files are being checked just now; upload this one again in a few seconds.")
        ) from error


def explain_refusal(reason: str) -> str:
    """`reason` is one of `news.media.inspector.refusals`."""
    return {
        "not_a_picture": _("The file is not a picture in JPEG, PNG, WebP, AVIF or GIF."),
        "too_many_pixels": _("The picture is too large: it may have up to %s million pixels, and a JPEG twice as many.")
        % (settings.IMAGE_MAX_PIXELS // 1_000_000),
        "moves": _("The picture is animated; save a single frame of it and upload that."),
        "damaged_picture": _("The picture is damaged or incomplete; export it again and upload that."),
        "too_demanding": _(
            "Decoding the picture takes too much time or memory; make it smaller or export it as JPEG and upload that."
        ),
    }[reason]


def assemble_picture(verdict: dict[str, Any], pixels: IO[bytes]) -> Picture.Image:
    """What the inspector has decoded; a large picture it leaves to be turned here."""
    picture = Picture.frombytes(verdict["mode"], (verdict["width"], verdict["height"]), pixels.read())
    if verdict["turn"] is not None:
        picture = picture.transpose(Picture.Transpose(verdict["turn"]))
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    return picture


def store_image(image: Image, picture: Picture.Image) -> Image:
    """Stores what `decode_upload()` returned as the picture of `image`, which may be new. Raises NotStored."""
    return save_row(image, store_files(image, picture))


def store_files(image: Image, picture: Picture.Image) -> str:
    """Stores all files, before a row names them; returns the folder of the former ones. Raises NotStored."""
    storage, former = image.file.storage, folder_of(image)
    before = image.file.name, image.width, image.height
    original = "original.png" if picture.mode == "RGBA" else "original.jpg"
    try:
        image.width, image.height = picture.size
        image.file.save(original, ContentFile(encode_picture(picture, original)), save=False)
        for name, content in renditions(picture, image.widths):
            storage.save(f"{folder_of(image)}/{name}", ContentFile(content))
    except BaseException as error:
        if (folder := folder_of(image)) != former:
            with suppress(OSError):
                discard_folder(storage, folder)
        image.file, image.width, image.height = before
        if not isinstance(error, OSError):
            raise
        logger.exception("A picture could not be stored")
        raise NotStored from error
    return former


def save_row(image: Image, former: str) -> Image:
    """Saves the row of a picture whose files `store_files()` has stored, then deletes the files of the former one."""
    storage = image.file.storage
    try:
        image.save()
    except BaseException:
        discard_folder(storage, folder_of(image))
        raise
    if former:
        transaction.on_commit(partial(discard_folder, storage, former), robust=True)
    return image


def renditions(picture: Picture.Image, widths: Iterator[int]) -> Iterator[tuple[str, bytes]]:
    for width in widths:
        narrow = narrow_picture(width, picture)
        for format in FORMATS:
            yield f"{width}.{format}", encode_picture(narrow, format)


def narrow_picture(width: int, picture: Picture.Image) -> Picture.Image:
    size = fit_size(*picture.size, width)
    return picture if size == picture.size else picture.resize(size, Picture.Resampling.LANCZOS, reducing_gap=2.0)


def encode_picture(picture: Picture.Image, encoding: str) -> bytes:
    if encoding == "jpg" and picture.mode == "RGBA":
        paper = Picture.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture)
        picture = paper
    file = BytesIO()
    picture.save(file, **ENCODINGS[encoding])
    return file.getvalue()


def folder_of(image: Image) -> str:
    """The folder of the original and its renditions; empty before there is one."""
    return posixpath.dirname(image.file.name or "")


def discard_folder(storage: Storage, folder: str) -> None:
    for name in storage.listdir(folder)[1]:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)


# Out


def respond_with_image(image: Image, name: str, cache_control: str) -> HttpResponse:
    """A picture in one width and format, or cropped for sharing. The caller has checked that the visitor may see it."""
    width, _dot, format = name.partition(".")
    if name != SHARE and (width not in map(str, WIDTHS) or format not in FORMATS):
        raise Http404
    try:
        content = rendition(image, name)
    except FileNotFoundError as error:
        logger.error("The original of picture %s is lost: %s", image.pk, image.file.name)
        raise Http404 from error
    headers = {
        "Content-Length": str(len(content)),
        "Cache-Control": cache_control,
        "ETag": f'"{image.version}-{file_name(image, name)}-{len(content)}"',
    }
    return HttpResponse(content, content_type=FORMATS[format], headers=headers)


def rendition(image: Image, name: str) -> bytes:
    """Read from the storage, or made again from the original when it is missing there."""
    storage = image.file.storage

    def make() -> bytes:
        picture = Picture.open(BytesIO(read_content(storage, str(image.file.name))))
        width, _dot, format = name.partition(".")
        return encode_picture(
            crop_picture(image, picture, image.share_size) if name == SHARE else narrow_picture(int(width), picture),
            format,
        )

    return load_or_make(storage, f"{folder_of(image)}/{file_name(image, name)}", make, one_at_a_time)


def load_or_make(storage: Storage, path: str, make: Callable[[], bytes], one_at_a_time: threading.Lock) -> bytes:
    with suppress(FileNotFoundError):
        return read_content(storage, path)
    with one_at_a_time:
        with suppress(FileNotFoundError):
            return read_content(storage, path)  # another thread made it while this one waited
        content = make()
        try:
            storage.save(path, ContentFile(content))
        except OSError:
            logger.exception(
                "%s could not be stored", path
            )  # the disk may be full: this reader gets the picture all the same
    return content


def file_name(image: Image, name: str) -> str:
    """The crop for sharing is another file for each focal point."""
    return f"{image.focus_x}-{image.focus_y}-{name}" if name == SHARE else name


def crop_picture(image: Image, picture: Picture.Image, size: tuple[int, int]) -> Picture.Image:
    """Crops to a shape, with the focal point as near to its place as the edges allow."""
    centering = (image.focus_x / 100, image.focus_y / 100)
    return ImageOps.fit(picture, size, Picture.Resampling.LANCZOS, centering=centering)


def rendition_length(image: Image, width: int, format: str) -> int:
    """The bytes of a picture in one of its widths and formats; 0 when the storage does not say."""
    path = f"{folder_of(image)}/{width}.{format}"
    try:
        return length_of(image.file.storage, path)
    except OSError:
        logger.error("%s has no length", path)
        return 0


@lru_cache(maxsize=4096)
def length_of(storage: Storage, path: str) -> int:
    """A storage may be far away and a file never changes under its name, so one query is enough."""
    return storage.size(path)


def read_content(storage: Storage, path: str) -> bytes:
    with storage.open(path) as file:
        return file.read()
