"""Pages of the site itself: the app of a phone, its service worker, and the error pages."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.utils.translation import override
from PIL import Image as Picture

from portal import views


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "name", "lang", "dir"),
    [
        ("", "Парламент жаңалықтары", "kk", "ltr"),
        ("/kk-latn", "Parlament jañalyqtary", "kk-Latn", "ltr"),
        ("/kk-arab", "پارلامەنت جاڭالىقتارى", "kk-Arab", "rtl"),
        ("/ru", "Новости Парламента", "ru", "ltr"),
        ("/en", "Parliament News", "en", "ltr"),
    ],
)
def test_each_edition_can_be_put_on_a_telephone(client, prefix, name, lang, dir):
    page = client.get(f"{prefix}/")
    address = re.search(r'<link rel="manifest" href="([^"]*)">', page.text)[1]
    answer = client.get(address)
    manifest = json.loads(answer.content)

    assert address == f"{prefix}/manifest.webmanifest"
    assert answer["Content-Type"] == "application/manifest+json"
    assert [manifest[key] for key in ("id", "start_url", "name", "lang", "dir")] == [
        f"{prefix}/", f"{prefix}/", name, lang, dir
    ]  # fmt: skip
    assert {"worker-src 'self'", "manifest-src 'self'"} <= set(page["Content-Security-Policy"].split("; "))
    for icon in manifest["icons"]:
        with Picture.open(finders.find(icon["src"].removeprefix("/static/"))) as picture:
            assert "x".join(map(str, picture.size)) == icon["sizes"]
            assert picture.format == "PNG"


@pytest.mark.django_db
def test_worker_stands_at_the_root_and_is_asked_for_anew_each_time(client):
    answer = client.get("/worker.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "(?:/kk-latn|/kk-arab|/ru|/en)?" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("view", "status", "heading"),
    [
        (views.bad_request, 400, "Your browser sent a request we cannot read"),
        (views.forbidden, 403, "You may not open this page"),
        (views.csrf_failure, 403, "You may not open this page"),
        (views.not_found, 404, "There is no such page"),
    ],
)
def test_error_page_says_what_went_wrong_and_is_not_cached(view, status, heading):
    with override("en"):
        response = view(RequestFactory().get("/en/somewhere/"))

    assert response.status_code == status
    assert re.search("<h1[^>]*>(.*?)</h1>", response.text)[1] == heading
    assert response.headers["Cache-Control"] == "no-store"


def test_error_of_the_server_is_answered_without_the_database():
    response = views.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "Something went wrong on our side." in response.text
