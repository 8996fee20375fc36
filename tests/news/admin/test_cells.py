"""What lists of the admin show in a cell."""

import pytest

from news.admin import cells
from tests.support.factories import make_article, make_image, make_person

pytestmark = pytest.mark.django_db


def test_thumbnail_has_an_empty_alternative_text_and_is_missing_without_a_picture():
    image = make_image()

    assert f'src="{image.thumbnail}" alt=""' in cells.thumbnail(image)
    assert cells.thumbnail(None) == ""


def test_headline_escapes_the_name():
    assert cells.headline(None, "<b>Сенат</b>") == (
        '<span class="headline"><strong>&lt;b&gt;Сенат&lt;/b&gt;</strong></span>'
    )


def test_change_address_is_that_of_the_form():
    article, person = make_article(), make_person()

    assert cells.change_address(article) == f"/admin/news/article/{article.pk}/change/"
    assert cells.change_address(person) == f"/admin/news/person/{person.pk}/change/"
