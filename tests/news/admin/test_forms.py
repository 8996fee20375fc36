import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from news.admin.forms import ImageForm
from news.media import images
from news.models import Image
from tests.support.factories import make_image, make_picture


def upload(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"upload": SimpleUploadedFile("photo.jpg", content)}


@pytest.mark.django_db
def test_new_picture_is_kept_with_its_texts():
    form = ImageForm({"alt_kk": "Сурет", "credit_ru": "Пресс-служба"}, upload(make_picture(300, 200)))

    form.save()

    image = Image.objects.get()
    assert image.width == 300
    assert image.height == 200
    assert image.alt_kk == "Сурет"
    assert image.credit_ru == "Пресс-служба"
    assert images.rendition(image, "320.jpg")[:2] == b"\xff\xd8"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg/>", "The file is not a picture in JPEG, PNG, WebP, AVIF or GIF."),
        (b"", "The file is not a picture in JPEG, PNG, WebP, AVIF or GIF."),
        (
            make_picture(300, 200, "JPEG")[:-200],
            "The picture is damaged or incomplete; export it again and upload that.",
        ),
    ],
)
def test_refused_file_is_one_sentence_and_the_texts_stay(content, sentence):
    form = ImageForm({"alt_kk": "Сурет"}, upload(content))

    with translation.override("en"):
        errors = form.errors

    assert errors == {"upload": [sentence]}
    assert form["alt_kk"].value() == "Сурет"
    assert Image.objects.count() == 0


@pytest.mark.django_db
def test_new_picture_needs_a_file():
    with translation.override("en"):
        assert ImageForm({"alt_kk": "Сурет"}).errors == {"upload": ["This field is required."]}


@pytest.mark.django_db
def test_texts_change_without_the_file():
    image = make_image()
    before = image.file.name

    ImageForm({"alt_kk": "Басқа"}, instance=image).save()

    again = Image.objects.get()
    assert again.alt_kk == "Басқа"
    assert again.file.name == before
    assert again.width == 64


@pytest.mark.django_db
def test_another_file_replaces_the_picture():
    image = make_image()
    address = image.folder

    ImageForm({"alt_kk": "Басқа"}, upload(make_picture(30, 20)), instance=image).save()

    again = Image.objects.get()
    assert again.folder == address
    assert again.alt_kk == "Басқа"
    assert again.width == 30
    assert again.height == 20


@pytest.mark.django_db
def test_form_saved_in_two_steps_as_the_admin_does():
    form = ImageForm({"alt_kk": "Сурет"}, upload(make_picture(30, 20)))

    unsaved = form.save(commit=False)
    form.save()
    form.save_m2m()

    assert unsaved == Image.objects.get()
