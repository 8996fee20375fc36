"""The live place of a page: marked by the template, taken off on the way out, told to the page cache."""

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from portal.kazakh_scripts.transliterate import to_arabic, to_latin
from portal.page_cache.live_place import LivePlaceMiddleware
from tests.support.doors import Answered, make_door
from tests.support.factories import make_article

PAGE = Template("{% load live %}<h1>{{ title }}</h1><p>{% live %}{{ number }} оқылым{% endlive %}</p><hr>")


def answer(request):
    return LivePlaceMiddleware(
        lambda request: HttpResponse(PAGE.render(Context({"request": request, "title": "<live>", "number": 5})))
    )(request)


def test_page_has_no_mark_and_its_parts_are_told():
    response = answer(RequestFactory().get("/"))

    assert response.text == "<h1>&lt;live&gt;</h1><p>5 оқылым</p><hr>"
    assert [part.decode() for part in response.parts] == ["<h1>&lt;live&gt;</h1><p>", "5 оқылым", "</p><hr>"]


def test_page_without_a_live_place_has_no_parts():
    response = LivePlaceMiddleware(lambda request: HttpResponse("<p>5</p>"))(RequestFactory().get("/"))

    assert response.text == "<p>5</p>"
    assert not hasattr(response, "parts")


def test_text_that_answers_no_request_has_no_mark():
    assert PAGE.render(Context({"title": "a", "number": 5})) == "<h1>a</h1><p>5 оқылым</p><hr>"


@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "spelling"), [("", str), ("/kk-latn", to_latin), ("/kk-arab", to_arabic)])
def test_article_in_each_script_has_its_live_place_around_the_number_alone(client, prefix, spelling):
    with override("kk"):
        address = make_article("kk").get_absolute_url()

    response = client.get(prefix + address)
    parts = [part.decode() for part in response.parts]

    assert "".join(parts) == response.text
    assert parts[0].endswith('<p class="hits">')
    assert parts[1] == spelling("0 рет көрсетілді")
    assert parts[2].startswith("</p>")
    assert "live>" not in response.text
    assert parts[1] in Answered(make_door(), prefix + address).text
