"""The widget of a text, and what it tells the editor's script."""

import json

from django.utils.translation import override

from news.admin.body_widget import BUTTONS, BodyEditor


def options(language: str) -> dict:
    return json.loads(BodyEditor(language).get_context("body", "<p>x</p>", {})["widget"]["attrs"]["data-body-editor"])


def test_addresses_are_those_of_the_language_of_the_text():
    addresses = options("ru")["addresses"]

    assert addresses == {
        "clean": "/admin/news/article/clean/",
        "articles": "/admin/news/article/find/ru/",
        "people": "/admin/news/article/find-person/ru/",
    }


def test_buttons_are_named_in_the_language_of_the_editor():
    with override("ru"):
        russian = options("kk")["buttons"]
    with override("en"):
        english = options("kk")["buttons"]

    assert list(russian) == list(BUTTONS)
    assert english["bold"] == "Bold"
    assert russian["bold"] == "Полужирный"


def test_field_has_the_language_of_its_text():
    assert 'lang="en"' in BodyEditor("en").render("body_en", "<p>Text</p>")
