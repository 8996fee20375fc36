"""The field in which a gallery is typed as numbers of pictures."""

import pytest
from django.core.exceptions import ValidationError

from news.admin.gallery_field import MAX_PICTURES, GalleryField, GalleryInput
from tests.support.factories import make_image

pytestmark = pytest.mark.django_db


def test_numbers_are_read_in_their_order_each_once():
    first, second = make_image().pk, make_image().pk

    value = GalleryField().to_python(f" № {second}, {first};{second}\n{first} ")

    assert value == [second, first]


@pytest.mark.parametrize("text", ["", " , ; ", None])
def test_nothing_typed_is_an_empty_gallery(text):
    assert GalleryField().to_python(text) == []


@pytest.mark.parametrize("text", ["1, two", "-5", "1.5", "9" * 19])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValidationError):
        GalleryField().to_python(text)


def test_number_without_a_picture_is_named():
    image = make_image()

    with pytest.raises(ValidationError, match=f": {image.pk + 7}\\."):
        GalleryField().to_python(f"{image.pk}, {image.pk + 7}")


def test_gallery_has_a_limit():
    with pytest.raises(ValidationError, match=str(MAX_PICTURES)):
        GalleryField().to_python(", ".join(map(str, range(1, MAX_PICTURES + 2))))


def test_change_is_of_the_pictures_and_not_of_the_spelling():
    field, pk = GalleryField(), make_image().pk

    assert not field.has_changed([pk], f" {pk} ")
    assert not field.has_changed(None, "")
    assert field.has_changed([pk], "")
    assert field.has_changed([], "no number")


def test_widget_shows_the_pictures_that_exist_in_their_order():
    first, second = make_image(), make_image()

    context = GalleryInput().get_context("gallery", f"{second.pk}, {first.pk}, {second.pk + 50}", {})

    assert context["images"] == [second, first]
