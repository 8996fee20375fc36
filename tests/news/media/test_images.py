import re
import struct
import zlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from shutil import rmtree

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import ProtectedError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image as Picture
from PIL import ImageCms, PngImagePlugin

from news.media import images
from news.models import Article, Image
from news.models.image import FORMATS, SHARE, WIDTHS
from tests.support.factories import (
    make_article,
    make_image,
    make_person,
    make_picture,
    make_source,
    make_topic,
    make_user,
)

NAMES = [*(f"{width}.{format}" for width in WIDTHS for format in FORMATS), SHARE]
NO_PICTURE = "The file is not a picture in JPEG, PNG, WebP, AVIF or GIF."
DAMAGED = "The picture is damaged or incomplete; export it again and upload that."
TOO_MANY_PIXELS = "The picture is too large: it may have up to 60 million pixels, and a JPEG twice as many."
MOVES = "The picture is animated; save a single frame of it and upload that."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'


def saved(picture: Picture.Image, format: str, **options) -> bytes:
    file = BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def upload(content: bytes, name: str = "upload") -> ContentFile:
    return ContentFile(content, name)


def refusal(content: bytes) -> list[str]:
    with translation.override("en"), pytest.raises(images.NotAPicture) as caught:
        images.add_image(upload(content, "photo.jpg"))
    return caught.value.messages


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG of one bit a pixel, made without the memory that its pixels would take."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def moving(format: str) -> bytes:
    stills = [Picture.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    return saved(stills[0], format, save_all=True, append_images=stills[1:], duration=100)


def corners() -> Picture.Image:
    """Red, green / blue, white."""
    picture = Picture.new("RGB", (40, 20), "white")
    picture.paste("red", (0, 0, 20, 10))
    picture.paste("lime", (20, 0, 40, 10))
    picture.paste("blue", (0, 10, 20, 20))
    return picture


def stored(image: Image) -> dict[str, bytes]:
    folder = images.folder_of(image)
    return {
        name: images.read_content(default_storage, f"{folder}/{name}") for name in default_storage.listdir(folder)[1]
    }


def opened(content: bytes) -> Picture.Image:
    return Picture.open(BytesIO(content))


def near(colour: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(colour, wanted, strict=True))


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def addresses(image: Image) -> list[str]:
    return [image.folder + name for name in NAMES]


def statuses(client, image: Image) -> set[int]:
    return {client.get(address).status_code for address in addresses(image)}


# In


@pytest.mark.django_db
def test_picture_is_made_in_every_width_and_format():
    image = images.add_image(upload(make_picture(2500, 1000, "JPEG")), alt_kk="Сурет")

    assert image.width == 2500
    assert image.height == 1000
    assert image.alt_kk == "Сурет"
    sizes = {name: (opened(content).format, opened(content).size) for name, content in stored(image).items()}
    made = {
        f"{width}.{extension}": (format, (width, height))
        for width, height in ((320, 128), (640, 256), (960, 384), (1280, 512), (1920, 768))
        for extension, format in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG"))
    }
    assert sizes == {"original.jpg": ("JPEG", (2500, 1000)), **made}


@pytest.mark.django_db
def test_picture_is_never_enlarged():
    image = images.add_image(upload(make_picture(700, 70)))

    widths = {name: opened(content).width for name, content in stored(image).items() if name.endswith("webp")}
    assert widths == {"320.webp": 320, "640.webp": 640, "960.webp": 700}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((1, 1), (1, 1)),
        ((10_000, 1), (3840, 1)),
        ((1, 10_000), (1, 10_000)),
        ((1, 20_000), (1, 16383)),
        ((5000, 100), (3840, 77)),
    ],
)
def test_picture_of_extreme_size_is_bounded(size, kept):
    image = images.add_image(upload(make_picture(*size)))

    width, height = kept
    assert image.width == width
    assert image.height == height
    assert {opened(content).width <= kept[0] for content in stored(image).values()} == {True}


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_format_is_found_in_the_content_whatever_the_name(format):
    image = images.add_image(upload(make_picture(40, 30, format), "../../odd name.svg"))

    assert image.width == 40
    assert image.height == 30
    assert image.file.name == f"{images.folder_of(image)}/original.jpg"


def test_telephone_picture_with_a_second_lens_is_taken_by_its_first():
    second = Picture.new("RGB", (40, 20), "black")

    picture = images.decode_upload(upload(saved(corners(), "MPO", save_all=True, append_images=[second], quality=100)))

    assert picture.size == (40, 20)
    assert near(picture.getpixel((4, 4)), (255, 0, 0))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", NO_PICTURE),
        (SVG, NO_PICTURE),
        (b"<!doctype html><title>x</title><script>alert(1)</script>", NO_PICTURE),
        (b"%PDF-1.7\n", NO_PICTURE),
        (make_picture(40, 30, "TIFF"), NO_PICTURE),
        (make_picture(40, 30, "BMP"), NO_PICTURE),
        (make_picture(400, 300, "JPEG")[:-900], DAMAGED),
        (make_picture(400, 300, "JPEG", progressive=True)[:-900], DAMAGED),
        (make_picture(400, 300, "PNG")[:-60], DAMAGED),
        (make_picture(400, 300, "WEBP", lossless=True)[:-20], NO_PICTURE),
        (make_picture(400, 300, "AVIF")[:-20], DAMAGED),
        (moving("GIF"), MOVES),
        (moving("PNG"), MOVES),
        (moving("WEBP"), MOVES),
        (moving("AVIF"), MOVES),
    ],
)
def test_what_cannot_be_taken_is_refused_in_one_sentence(content, sentence, settings):
    assert refusal(content) == [sentence]

    assert Image.objects.count() == 0
    assert files_below(settings.MEDIA_ROOT) == []


@pytest.mark.parametrize("side", [8_000, 12_000, 16_000])  # above our limit, Pillow's warning, Pillow's error
def test_bomb_is_refused(side):
    bomb = png(side, side, bytes((side // 8 + 1) * side))

    assert len(bomb) < 35_000
    assert refusal(bomb) == [TOO_MANY_PIXELS]


def test_size_is_judged_before_a_pixel_is_decoded():
    headers_only = png(8_000, 8_000, b"")

    assert refusal(headers_only) == [TOO_MANY_PIXELS]
    assert refusal(png(800, 800, b"")) == [DAMAGED]


def test_file_of_too_many_bytes_is_refused(settings):
    settings.IMAGE_MAX_BYTES = 2048

    assert refusal(make_picture() + bytes(2048)) == ["The file is too large: a picture may have up to 2.0\xa0KB."]


@given(st.sampled_from(["JPEG", "PNG", "WEBP", "AVIF", "GIF"]), st.data())
@examples(max_examples=60, deadline=None)
def test_damaged_bytes_are_read_or_refused(format, data):
    content = bytearray(saved(corners(), format))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    try:
        mode = images.decode_upload(upload(bytes(content))).mode
    except images.NotAPicture:
        mode = "RGB"

    assert mode in ("RGB", "RGBA")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_picture_is_turned_upright(format):
    exif = Picture.Exif()
    exif[0x0112] = 6  # the camera was held on its side: the reader has to turn it by a quarter to the right
    content = saved(corners(), format, exif=exif, quality=100)

    picture = images.decode_upload(upload(content))

    assert picture.size == (20, 40)
    assert near(picture.getpixel((4, 8)), (0, 0, 255))
    assert near(picture.getpixel((15, 8)), (255, 0, 0))
    assert near(picture.getpixel((15, 32)), (0, 255, 0))


def test_broken_exif_does_not_spoil_a_good_picture():
    content = saved(corners(), "JPEG", exif=b"Exif\0\0MM\0\x2a\0\0\0\x08\xff\xff\xff\xff")

    assert images.decode_upload(upload(content)).size == (40, 20)


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_a_file_says_beside_its_pixels_is_dropped(format, mode):
    exif = Picture.Exif()
    exif[0x010E] = "secret description"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 7.0, 30.0), 29: "secret day"})
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret text")
    options = {
        "JPEG": {"comment": b"secret comment", "xmp": b"<x>secret xmp</x>"},
        "PNG": {"pnginfo": text},
        "WEBP": {"xmp": b"<x>secret xmp</x>"},
        "AVIF": {"xmp": b"<x>secret xmp</x>"},
    }[format]
    picture = Picture.new("RGB" if format == "JPEG" else mode, (400, 300), (10, 20, 30))
    if picture.mode == "RGBA":
        picture.putpixel((0, 0), (0, 0, 0, 0))
    content = saved(picture, format, exif=exif, icc_profile=blue_is_red(), **options)

    image = images.add_image(upload(content))

    assert content.count(b"secret") >= 3
    kept = {name: (opened(data).getexif(), set(opened(data).info)) for name, data in stored(image).items()}
    harmless = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression", "loop", "background"}
    harmless |= {"timestamp", "duration"}
    assert {name: (dict(exif), info - harmless) for name, (exif, info) in kept.items()} == {
        name: ({}, set()) for name in kept
    }
    assert [name for name, data in stored(image).items() if b"secret" in data or b"Exif" in data] == []


def test_jpeg_comment_is_dropped_although_pillow_would_write_it_again():
    content = saved(corners(), "JPEG", comment=b"call me at home")

    picture = images.decode_upload(upload(content))

    assert saved(opened(content), "JPEG").count(b"call me at home") == 1
    assert saved(picture, "JPEG").count(b"call me at home") == 0


def blue_is_red() -> bytes:
    """A colour profile in which the first channel shines blue and the third red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"????", b"bXYZ", 1)
    return swapped.replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be"))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_colours_are_converted_by_the_profile_of_the_picture(mode):
    picture = Picture.new(mode, (8, 8), (255, 0, 0))
    if mode == "RGBA":
        picture.putalpha(128)

    read = images.decode_upload(upload(saved(picture, "PNG", icc_profile=blue_is_red())))

    assert read.mode == mode
    assert near(read.getpixel((4, 4))[:3], (0, 0, 255))
    assert read.getpixel((4, 4))[3:] == picture.getpixel((4, 4))[3:]


def test_profile_that_makes_no_sense_is_left_aside():
    content = saved(Picture.new("RGB", (8, 8), (200, 100, 50)), "PNG", icc_profile=b"not a profile")

    assert images.decode_upload(upload(content)).getpixel((4, 4)) == (200, 100, 50)


def test_printers_colours_become_screen_colours():
    content = saved(Picture.new("CMYK", (16, 16), (255, 0, 0, 0)), "JPEG", quality=100)

    picture = images.decode_upload(upload(content))

    assert picture.mode == "RGB"
    assert near(picture.getpixel((8, 8)), (0, 255, 255)) is True


def test_sixteen_bits_of_grey_become_eight():
    content = saved(Picture.frombytes("I;16", (3, 1), struct.pack("<3H", 0x0000, 0x8000, 0xFFFF)), "PNG")

    picture = images.decode_upload(upload(content))

    assert [picture.getpixel((x, 0)) for x in range(3)] == [(0, 0, 0), (128, 128, 128), (255, 255, 255)]


@pytest.mark.django_db
def test_transparency_is_kept_and_white_in_jpeg():
    picture = Picture.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 32, 64))

    image = images.add_image(upload(saved(picture, "PNG")))

    files = stored(image)
    right = {name: opened(content).convert("RGBA").getpixel((56, 32)) for name, content in files.items()}
    assert image.file.name.endswith("/original.png")
    assert {name: pixel[3] for name, pixel in right.items()} == {
        "original.png": 0, "320.avif": 0, "320.webp": 0, "320.jpg": 255,
    }  # fmt: skip
    assert near(right["320.jpg"], (255, 255, 255, 255))
    assert near(opened(files["320.jpg"]).getpixel((8, 32)), (255, 0, 0))
    assert near(opened(files["320.webp"]).convert("RGB").getpixel((8, 32)), (255, 0, 0))


@pytest.mark.parametrize(
    ("picture", "format", "options", "pixel"),
    [
        (Picture.new("RGBA", (4, 4), (9, 8, 7, 255)), "PNG", {}, (9, 8, 7)),
        (Picture.new("L", (4, 4), 77), "PNG", {}, (77, 77, 77)),
        (Picture.new("1", (4, 4), 1), "PNG", {}, (255, 255, 255)),
        (Picture.new("LA", (4, 4), (77, 128)), "PNG", {}, (77, 77, 77, 128)),
        (Picture.new("RGB", (4, 4), (9, 8, 7)), "PNG", {"transparency": (9, 8, 7)}, (9, 8, 7, 0)),
        (Picture.new("P", (4, 4), 0), "GIF", {"transparency": 0}, (0, 0, 0, 0)),
        (Picture.new("P", (4, 4), 0), "PNG", {}, (0, 0, 0)),
    ],
)
def test_every_kind_of_pixel_becomes_colour_with_or_without_transparency(picture, format, options, pixel):
    content = saved(picture, format, **options)

    assert images.decode_upload(upload(content)).getpixel((2, 2)) == pixel


class FullDisk(FileSystemStorage):
    """A real folder that has no space after so many files."""

    space = 0

    def _save(self, name, content):
        if len(files_below(Path(self.location))) >= self.space:
            raise OSError(28, "No space left on device")
        return super()._save(name, content)


@pytest.mark.django_db
def test_full_disk_leaves_neither_row_nor_files(settings, monkeypatch):
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "tests.news.media.test_images.FullDisk"}}
    monkeypatch.setattr(FullDisk, "space", 2)

    with pytest.raises(images.NotStored):
        make_image()

    assert Image.objects.count() == 0
    assert files_below(settings.MEDIA_ROOT) == []


@pytest.mark.django_db
def test_replacing_keeps_the_addresses(client, django_capture_on_commit_callbacks):
    image = images.add_image(upload(make_picture(1000, 500)), alt_kk="Сурет")
    make_article(cover=image)
    before, named, former = image.srcset_webp, image.src, images.folder_of(image)
    first = client.get(image.src)

    with django_capture_on_commit_callbacks(execute=True):
        images.replace_image(image, upload(make_picture(400, 400)))

    again = Image.objects.get(alt_kk="Сурет")
    second = client.get(named)
    assert default_storage.exists(former) is False
    assert again.width == 400
    assert again.height == 400
    assert again.token in before
    assert {client.get(source.split(" ")[0]).status_code for source in before.split(", ")} == {200}
    assert [opened(response.content).size for response in (first, second)] == [(640, 320), (400, 400)]
    assert first["ETag"] != second["ETag"]
    # A page made now names an address that no browser has kept; the old one answers all the same.
    assert again.src != named
    assert again.src.partition("?")[0] == named.partition("?")[0]


@pytest.mark.django_db
def test_refused_replacement_leaves_the_picture(client):
    image = make_image()
    make_article(cover=image)
    before = stored(image)

    with pytest.raises(images.NotAPicture):
        images.replace_image(image, upload(SVG))

    assert stored(Image.objects.get()) == before


@pytest.mark.django_db
def test_deleting_takes_the_files_away(settings, django_capture_on_commit_callbacks):
    image = make_image()

    with django_capture_on_commit_callbacks(execute=True):
        images.delete_image(image)

    assert Image.objects.count() == 0
    assert list((settings.MEDIA_ROOT / "images").iterdir()) == []


@pytest.mark.django_db
def test_picture_whose_files_are_lost_is_deleted_all_the_same(
    client, settings, django_capture_on_commit_callbacks, caplog
):
    image = make_image()
    rmtree(settings.MEDIA_ROOT / "images")
    client.force_login(make_user(is_superuser=True))

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/admin/news/image/{image.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 302
    assert Image.objects.count() == 0
    assert "discard_folder" in caplog.text


@pytest.mark.django_db
def test_cover_in_use_is_not_deleted():
    image = make_image()
    make_article(cover=image, status=Article.Status.DRAFT)

    with pytest.raises(ProtectedError):
        images.delete_image(image)

    assert len(stored(Image.objects.get())) == 4


# Out


@pytest.mark.django_db
def test_published_cover_answers_at_every_address(client):
    image = make_image()
    make_article(cover=image)

    responses = {name: client.get(image.folder + name) for name in NAMES}

    assert {name: (answer.status_code, answer["Content-Type"]) for name, answer in responses.items()} == {
        name: (200, FORMATS[name.rpartition(".")[2]]) for name in NAMES
    }
    sizes = {name: opened(answer.content).size for name, answer in responses.items()}
    assert sizes == {name: (64, 34) if name == SHARE else (64, 40) for name in NAMES}


@pytest.mark.django_db
def test_public_picture_may_be_cached_and_depends_on_no_cookie(client, django_assert_num_queries):
    image = make_image()
    make_article(cover=image)
    client.force_login(make_user())

    with django_assert_num_queries(1):
        response = client.get(image.src)

    assert response["Cache-Control"] == "public, max-age=300"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert int(response["Content-Length"]) == len(response.content)
    assert response.has_header("Vary") is False
    assert response.cookies == {}


@pytest.mark.django_db
def test_head_says_what_get_says(client):
    image = make_image()
    make_article(cover=image)

    head, get = client.head(image.src), client.get(image.src)

    assert head.status_code == 200
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.django_db
def test_picture_the_browser_has_is_not_sent_again(client):
    image = make_image()
    make_article(cover=image)
    etag = client.get(image.src)["ETag"]

    response = client.get(image.src, headers={"If-None-Match": etag})

    assert response.status_code == 304
    assert response.content == b""
    assert response["Cache-Control"] == "public, max-age=300"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["original.png", "original.jpg", "321.webp", "0320.webp", "٣٢٠.webp", "320.png", "320.webp.jpg", "320", ".webp",
     "320.WEBP", "..%2F320.webp", "%2e%2e", "-1.jpg", "3840.avif"],
)  # fmt: skip
def test_nothing_else_is_an_address(client, name):
    image = make_image()
    make_article(cover=image)

    assert client.get(image.folder + name).status_code == 404


@pytest.mark.django_db
def test_address_with_a_nul_is_senseless(client):
    image = make_image()
    make_article(cover=image)

    assert client.get(f"{image.folder}320.jpg%00").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "state",
    [
        {"status": Article.Status.DRAFT},
        {"status": Article.Status.DRAFT, "publish_at": None},
        {"status": Article.Status.WITHDRAWN},
        {"publish_at": timezone.now() + timedelta(days=400)},
    ],
)
def test_unpublished_cover_answers_nobody_without_the_right(client, state):
    image = make_image()
    make_article(cover=image, **state)
    stranger = statuses(client, image)
    client.force_login(make_user("news.view_article"))
    colleague = statuses(client, image)
    client.force_login(make_user("news.view_image"))
    editor = statuses(client, image)

    assert stranger == {404}
    assert colleague == {404}
    assert editor == {200}


@pytest.mark.django_db
def test_picture_without_an_article_is_not_public(client):
    assert statuses(client, make_image()) == {404}


@pytest.mark.django_db
def test_unpublished_picture_is_kept_in_no_cache(client):
    image = make_image()
    hidden = client.get(image.src)
    client.force_login(make_user("news.view_image"))

    shown = client.get(image.src)

    assert hidden.status_code == 404
    assert hidden["Cache-Control"] == "no-store"
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_cover_appears_on_the_second_of_its_article_and_goes_with_it(client):
    moment = timezone.now().replace(microsecond=0) + timedelta(days=1)
    image = make_image()
    article = make_article(cover=image, publish_at=moment)

    seen = []
    for second in (-1, 0):
        with time_machine.travel(moment + timedelta(seconds=second), tick=False):
            seen.append(statuses(client, image))
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN)
    with time_machine.travel(moment + timedelta(seconds=1), tick=False):
        seen.append(statuses(client, image))

    assert seen == [{404}, {200}, {404}]


@pytest.mark.django_db
def test_cover_of_a_published_and_a_drafted_article_is_public(client):
    image = make_image()
    make_article(cover=image)
    make_article(cover=image, status=Article.Status.DRAFT)

    assert statuses(client, image) == {200}


@pytest.mark.django_db
def test_photographs_and_emblems_are_public_even_when_shared(client):
    photograph, emblem = make_image(), make_image()
    make_person(photograph=photograph)
    make_person(photograph=photograph)
    make_source(emblem=emblem)
    make_source(emblem=emblem)

    assert statuses(client, photograph) == {200}
    assert statuses(client, emblem) == {200}
    assert list(Image.objects.public()) == [emblem, photograph]


@pytest.mark.django_db
def test_lost_rendition_is_made_again_from_the_original(client):
    image = images.add_image(upload(make_picture(700, 350)))
    make_article(cover=image)
    path = f"{images.folder_of(image)}/640.webp"
    default_storage.delete(path)

    response = client.get(image.address(640, "webp"))

    assert response.status_code == 200
    assert opened(response.content).size == (640, 320)
    assert images.read_content(default_storage, path) == response.content


@pytest.mark.django_db
def test_full_disk_does_not_keep_a_lost_rendition_from_readers(client, settings):
    image = make_image()
    make_article(cover=image)
    default_storage.delete(f"{images.folder_of(image)}/320.webp")
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "tests.news.media.test_images.FullDisk"}}

    assert client.get(image.address(320, "webp")).status_code == 200


@pytest.mark.django_db
def test_lost_original_is_not_found(client):
    image = make_image()
    make_article(cover=image)
    images.discard_folder(default_storage, images.folder_of(image))

    assert client.get(image.src).status_code == 404


@pytest.mark.django_db
def test_unreadable_disk_is_answered_calmly(client, settings):
    image = make_image()
    make_article(cover=image)
    path = settings.MEDIA_ROOT / images.folder_of(image) / "320.jpg"
    path.unlink()
    path.mkdir()

    assert client.get(image.src).status_code == 503


@pytest.mark.django_db
def test_storage_that_is_no_folder_serves_as_well(client, settings, django_capture_on_commit_callbacks):
    settings.STORAGES = {
        **settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }  # fmt: skip
    image = make_image()
    article = make_article(cover=image)
    default_storage.delete(f"{images.folder_of(image)}/320.avif")

    served = statuses(client, image)
    article.delete()
    with django_capture_on_commit_callbacks(execute=True):
        images.delete_image(image)

    assert served == {200}
    assert default_storage.listdir("images") == ([], [])
    assert files_below(settings.MEDIA_ROOT) == []


# The focal point


@pytest.mark.django_db
def test_cut_for_messengers_keeps_the_focal_point_and_follows_it(client):
    picture = Picture.new("RGB", (400, 1200), "white")
    picture.paste("red", (0, 0, 400, 210))
    picture.paste("blue", (0, 990, 400, 1200))
    image = images.add_image(upload(saved(picture, "PNG")), focus_y=0)
    make_article(cover=image)

    seen = []
    for focus_y in (0, 50, 100):
        Image.objects.update(focus_y=focus_y)
        answer = client.get(image.share_src)
        seen.append((opened(answer.content).getpixel((200, 105)), answer["ETag"]))

    colours = [(255, 0, 0), (255, 255, 255), (0, 0, 255)]
    assert [near(colour, wanted) for (colour, _), wanted in zip(seen, colours, strict=True)] == [True] * 3
    assert len({etag for _, etag in seen}) == 3
    assert opened(answer.content).size == image.share_size == (400, 210)


@pytest.mark.django_db
def test_focal_point_is_kept_wherever_a_picture_is_cut(client):
    image = make_image(focus_x=12, focus_y=88)
    person, source = make_person(photograph=image), make_source(emblem=image)
    article = make_article(cover=image, source=source, people=[person], topics=[topic := make_topic()])
    make_article(topics=[topic])
    feeds = ["/news/", topic.get_absolute_url(), person.get_absolute_url(), source.get_absolute_url()]

    for path in ["/", article.get_absolute_url(), *feeds]:
        page = client.get(path).content.decode()
        found = re.findall(f"<img[^>]*{image.token}[^>]*>", page)
        assert [path for tag in found if not re.search("focus-x-10 focus-y-90", tag)] == []
        assert len(found) == (2 if path in feeds[2:] else 1)


def test_every_class_of_a_focal_point_is_in_the_style_sheet():
    classes = {name for point in range(101) for name in Image(focus_x=point, focus_y=point).focus_class.split()}
    sheet = Path(finders.find("css/tokens.css")).read_text()

    assert {name for name in classes if f".{name} {{" not in sheet} == set()
    assert len(classes) == 20


@pytest.mark.django_db
def test_focal_point_lies_on_the_picture(client):
    image = make_image()
    client.force_login(make_user("news.view_image", "news.change_image"))

    client.post(f"/admin/news/image/{image.pk}/change/", {"focus_x": "101", "focus_y": "20"})
    outside = Image.objects.get()
    client.post(f"/admin/news/image/{image.pk}/change/", {"focus_x": "100", "focus_y": "20"})
    inside = Image.objects.get()

    assert [(each.focus_x, each.focus_y) for each in (outside, inside)] == [(50, 50), (100, 20)]


# In templates


def test_sources_name_true_widths_up_to_the_whole_picture():
    image = Image(token="abc", width=1000, height=501)

    assert image.srcset_avif == (
        "/media/abc/320.avif 320w, /media/abc/640.avif 640w, /media/abc/960.avif 960w, /media/abc/1280.avif 1000w"
    )
    assert image.srcset_webp == image.srcset_avif.replace("avif", "webp")
    assert image.src == "/media/abc/640.jpg"
    assert image.thumbnail == "/media/abc/320.webp"
    assert image.share_src == "/media/abc/share.jpg"
    assert image.share_size == (954, 501)


def test_sources_of_the_smallest_and_of_a_wide_picture():
    small, wide = Image(token="abc", width=1, height=1), Image(token="abc", width=3840, height=1)

    assert small.srcset_webp == "/media/abc/320.webp 1w"
    assert small.src == "/media/abc/320.jpg"
    assert small.share_src == "/media/abc/share.jpg"  # fmt: skip
    assert wide.srcset_webp.rpartition(", ")[2] == "/media/abc/1920.webp 1920w"
    assert small.share_size == (1, 1)
    assert wide.share_size == (2, 1)


@pytest.mark.parametrize("code", ["kk", "ru", "en"])
def test_picture_has_the_same_address_in_every_edition(code):
    with translation.override(code):
        assert Image(token="abc", width=9, height=9).src == "/media/abc/320.jpg"


@pytest.mark.django_db
def test_cards_show_covers_without_further_queries(django_assert_num_queries):
    for _ in range(3):
        make_article(cover=make_image())

    with django_assert_num_queries(1):
        sources = [article.cover.srcset_avif for article in Article.objects.readable().for_list()]

    assert len(set(sources)) == 3
