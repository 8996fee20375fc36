"""Pictures in and out: an upload is checked, cleaned and made into what readers get; each asking is answered."""

import logging
import posixpath
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from io import BytesIO
from typing import Any

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
from PIL import ImageCms, ImageOps

from news.media import placements
from news.media.attachments import NotStored
from news.models import Image
from news.models.image import FORMATS, SHARE, WIDTHS, fit_size
from portal.page_cache.generation import invalidate_pages

logger = logging.getLogger(__name__)

ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
LARGEST_ORIGINAL = (3840, 16383)  # WebP can be no taller
ENCODINGS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 60, "speed": 8},
    "webp": {"format": "WEBP", "quality": 78, "method": 2},
    "jpg": {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
    "original.jpg": {"format": "JPEG", "quality": 92, "subsampling": 0},
    "original.png": {"format": "PNG", "compress_level": 3},
}
SRGB = ImageCms.createProfile("sRGB")

one_at_a_time = threading.Lock()
"""A decoded picture takes hundreds of megabytes: a process holds no two of them."""


class NotAPicture(ValidationError):
    """Why a file cannot be taken, in a sentence for whoever brought it."""


def add(upload: File, **fields: Any) -> Image:
    """A new picture of the library. Raises NotAPicture and NotStored."""
    return keep(Image(**fields), read(upload))


def replace(image: Image, upload: File) -> Image:
    """Another picture at the same addresses. Raises NotAPicture and NotStored."""
    return keep(image, read(upload))


@transaction.atomic
def delete(image: Image) -> None:
    """The row, then its files: a picture still in use raises ProtectedError and loses nothing."""
    if waiting := placements.articles_waiting_with(image):
        raise ProtectedError("The picture stands in a text that waits for publication.", set(waiting))
    storage, folder = image.file.storage, folder_of(image)
    image.delete()
    invalidate_pages()
    transaction.on_commit(partial(discard, storage, folder), robust=True)


# In


def read(upload: File) -> Picture.Image:
    """The picture in a file: upright, in sRGB, and nothing else that the file said. Raises NotAPicture."""
    upload.open()
    data = upload.read(settings.IMAGE_MAX_BYTES + 1)
    if len(data) > settings.IMAGE_MAX_BYTES:
        raise NotAPicture(
            _("The file is too large: a picture may have up to %s.") % filesizeformat(settings.IMAGE_MAX_BYTES)
        )
    with one_at_a_time, warnings.catch_warnings(action="ignore"):  # what Pillow remarks about odd files helps nobody
        return cleaned(decoded(data))


def decoded(data: bytes) -> Picture.Image:
    """Looks at the bytes, not at a name. The size in the header is judged before a single pixel is made."""
    try:
        picture = Picture.open(BytesIO(data), formats=ACCEPTED)
        too_many = picture.width * picture.height > settings.IMAGE_MAX_PIXELS
        moves = getattr(picture, "is_animated", False) and picture.format != "MPO"  # a telephone's second lens
    except Picture.DecompressionBombError:  # Pillow's own limit, far above ours
        too_many, moves = True, False
    except Exception as error:  # bytes made to harm may fail a decoder in any way
        raise NotAPicture(_("The file is not a picture in JPEG, PNG, WebP, AVIF or GIF.")) from error
    if too_many:
        raise NotAPicture(
            _("The picture is too large: it may have up to %s million pixels.")
            % (settings.IMAGE_MAX_PIXELS // 1_000_000)
        )
    if moves:
        raise NotAPicture(_("The picture moves; save one still of it and upload that."))
    try:
        picture.load()
    except Exception as error:
        raise NotAPicture(_("The picture is damaged or incomplete; export it again and upload that.")) from error
    return picture


def cleaned(picture: Picture.Image) -> Picture.Image:
    with suppress(Exception):  # in place, it has turned before it can stumble over what else a camera wrote
        ImageOps.exif_transpose(picture, in_place=True)
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits of grey, which convert() would cut at white
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    if mode == "RGBA" or picture.mode not in ("L", "CMYK"):  # those are converted by their profile, if any
        picture = in_mode(picture, mode)
    picture.thumbnail(LARGEST_ORIGINAL, Picture.Resampling.LANCZOS)
    picture = in_srgb(picture, profile, mode)
    if mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    picture.info.clear()  # where it was taken, by whom, with what; Pillow would write some of it again
    return picture


def in_mode(picture: Picture.Image, mode: str) -> Picture.Image:
    return picture if picture.mode == mode else picture.convert(mode)


def in_srgb(picture: Picture.Image, profile: bytes | None, mode: str) -> Picture.Image:
    """The colours that the picture's own profile means; without a profile that fits, sRGB was meant."""
    if profile:
        with suppress(ImageCms.PyCMSError, OSError):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(own):
                picture = ImageCms.profileToProfile(picture, own, SRGB, outputMode=mode) or picture
    return in_mode(picture, mode)


def keep(image: Image, picture: Picture.Image) -> Image:
    """Stores what `read()` gave as the picture of `image`, new or known. Raises NotStored."""
    return save(image, put(image, picture))


def put(image: Image, picture: Picture.Image) -> str:
    """Stores all files, before a row names them; returns the folder of the former ones. Raises NotStored."""
    storage, former = image.file.storage, folder_of(image)
    before = image.file.name, image.width, image.height
    original = "original.png" if picture.mode == "RGBA" else "original.jpg"
    try:
        image.width, image.height = picture.size
        image.file.save(original, ContentFile(encoded(picture, original)), save=False)
        for name, content in renditions(picture, image.widths):
            storage.save(f"{folder_of(image)}/{name}", ContentFile(content))
    except BaseException as error:
        if (folder := folder_of(image)) != former:
            with suppress(OSError):
                discard(storage, folder)
        image.file, image.width, image.height = before
        if not isinstance(error, OSError):
            raise
        logger.exception("A picture could not be stored")
        raise NotStored from error
    return former


def save(image: Image, former: str) -> Image:
    """The row of a picture whose files `put()` has stored; those of the former one go with it."""
    storage = image.file.storage
    try:
        image.save()
    except BaseException:
        discard(storage, folder_of(image))
        raise
    if former:
        transaction.on_commit(partial(discard, storage, former), robust=True)
    return image


def renditions(picture: Picture.Image, widths: Iterator[int]) -> Iterator[tuple[str, bytes]]:
    for width in widths:
        narrowed = at_most(width, picture)
        for format in FORMATS:
            yield f"{width}.{format}", encoded(narrowed, format)


def at_most(width: int, picture: Picture.Image) -> Picture.Image:
    size = fit_size(*picture.size, width)
    return picture if size == picture.size else picture.resize(size, Picture.Resampling.LANCZOS, reducing_gap=2.0)


def encoded(picture: Picture.Image, encoding: str) -> bytes:
    if encoding == "jpg" and picture.mode == "RGBA":
        paper = Picture.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture)
        picture = paper
    file = BytesIO()
    picture.save(file, **ENCODINGS[encoding])
    return file.getvalue()


def folder_of(image: Image) -> str:
    """Where the original and all that was made of it are kept; empty before there is one."""
    return posixpath.dirname(image.file.name or "")


def discard(storage: Storage, folder: str) -> None:
    for name in storage.listdir(folder)[1]:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)


# Out


def answer(image: Image, name: str, cache_control: str) -> HttpResponse:
    """A picture in one width and format, or as it is shared; whether the asker may see it has been decided."""
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
    """From the storage, or made again from the original when it is not there."""
    storage = image.file.storage

    def made() -> bytes:
        picture = Picture.open(BytesIO(content_of(storage, str(image.file.name))))
        width, _dot, format = name.partition(".")
        return encoded(cut(image, picture, image.share_size) if name == SHARE else at_most(int(width), picture), format)

    return kept_or_made(storage, f"{folder_of(image)}/{file_name(image, name)}", made, one_at_a_time)


def kept_or_made(storage: Storage, path: str, make: Callable[[], bytes], one_at_a_time: threading.Lock) -> bytes:
    with suppress(FileNotFoundError):
        return content_of(storage, path)
    with one_at_a_time:
        with suppress(FileNotFoundError):
            return content_of(storage, path)  # another thread made it while this one waited
        content = make()
        try:
            storage.save(path, ContentFile(content))
        except OSError:
            logger.exception("%s could not be kept", path)  # a full disk: this reader gets it all the same
    return content


def file_name(image: Image, name: str) -> str:
    """A cut is another file for each focal point."""
    return f"{image.focus_x}-{image.focus_y}-{name}" if name == SHARE else name


def cut(image: Image, picture: Picture.Image, size: tuple[int, int]) -> Picture.Image:
    """With the focal point as near to where it was as the edges allow."""
    centering = (image.focus_x / 100, image.focus_y / 100)
    return ImageOps.fit(picture, size, Picture.Resampling.LANCZOS, centering=centering)


def length(image: Image, width: int, format: str) -> int:
    """How many bytes it has in one of its widths and formats; 0 when it cannot be had."""
    path = f"{folder_of(image)}/{width}.{format}"
    try:
        return length_of(image.file.storage, path)
    except OSError:
        logger.error("%s has no length", path)
        return 0


@lru_cache(maxsize=4096)
def length_of(storage: Storage, path: str) -> int:
    """A storage may be far away, and a file never changes under its name: it is asked once."""
    return storage.size(path)


def content_of(storage: Storage, path: str) -> bytes:
    with storage.open(path) as file:
        return file.read()
