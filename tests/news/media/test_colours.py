"""Pictures look as in a browser, whatever a file says about its colours."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageCms

from news.media import images
from tests.support.cases import cases_of, content_of


def upload(content: bytes, name: str = "picture.png") -> Image.Image:
    return images.decode_upload(ContentFile(content, name))


def middle_of(picture: Image.Image) -> tuple[int, ...]:
    return picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))


@pytest.mark.parametrize("case", [case for case in cases_of("picture") if isinstance(case.values[0]["expect"], dict)])
def test_case_has_the_colour_of_a_browser(case):
    colour = middle_of(upload(content_of(case), case["file"]))

    far = [abs(one - other) for one, other in zip(colour, case["expect"]["colour"], strict=True)]
    assert max(far) <= case["expect"]["give or take"]


@pytest.mark.parametrize("case", [case for case in cases_of("picture") if case.values[0]["expect"] == "taken"])
def test_case_is_taken(case):
    content = content_of(case)

    assert upload(content, case["file"]).size == Image.open(BytesIO(content)).size


@pytest.mark.parametrize("case", [case for case in cases_of("picture") if case.values[0]["expect"] == "refused"])
def test_case_is_refused_in_a_sentence(case):
    with pytest.raises(images.NotAPicture, match=r"\w+ \w+ .*\."):
        upload(content_of(case), case["file"])


def save(picture: Image.Image, format: str, **options) -> bytes:
    file = BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(("left", "is_taken"), [(-2, True), (-1, True), (0.97, False), (0.6, False)])
def test_jpeg_is_taken_without_its_marker_and_not_without_a_pixel(progressive, left, is_taken):
    noise = Image.effect_noise((200, 150), 90).convert("RGB")
    content = save(noise, "JPEG", progressive=progressive)
    cut = content[: left if left < 0 else int(len(content) * left)]

    if is_taken:
        assert upload(cut, "a.jpg").tobytes() == upload(content, "a.jpg").tobytes()
    else:
        with pytest.raises(images.NotAPicture):
            upload(cut, "a.jpg")


def test_large_photograph_is_taken_and_shrunk():
    content = save(Image.new("RGB", (9504, 6336), (200, 80, 40)), "JPEG", quality=50)  # 60.2 million pixels

    picture = upload(content, "a.jpg")

    assert picture.size == (3840, 2560)
    assert max(abs(a - b) for a, b in zip(middle_of(picture), (200, 80, 40), strict=True)) <= 3


def test_profile_of_srgb_under_another_name_changes_nothing():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"sRGB", b"nony")
    colours = Image.new("RGB", (20, 20), (10, 120, 230))

    assert middle_of(upload(save(colours, "PNG", icc_profile=profile))) == (10, 120, 230)
