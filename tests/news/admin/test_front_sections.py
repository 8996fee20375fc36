"""The front page in the admin: arranged in a plan, looked at, and then given to readers."""

from functools import partial

import pytest
from django.db import connection
from django.test import Client

from news.models import FrontSection
from news.models.front_section import publish_plan
from tests.support.doors import Answered, make_door
from tests.support.factories import make_article, make_topic, make_user
from tests.support.newsroom import at_once

pytestmark = pytest.mark.django_db

LIST = "/admin/news/frontsection/"


@pytest.fixture
def chief(client):
    client.force_login(make_user(is_superuser=True))
    return client


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_who_publish_the_plan_at_once_give_readers_each_section_once():
    for kind in ("latest", "photos", "documents"):
        FrontSection.objects.create(kind=kind)
    publish_plan()
    clients = [Client(), Client(), Client()]
    for client in clients:
        client.force_login(make_user(is_superuser=True))

    for _round in range(5):
        answers = at_once(*(partial(client.post, f"{LIST}publish/") for client in clients))
        public = sorted(FrontSection.objects.public().values_list("kind", flat=True))

        assert [answer.status_code for answer in answers] == [302, 302, 302]
        assert public == ["documents", "latest", "photos"]


def test_plan_is_seen_in_the_preview_and_reaches_readers_when_it_is_published(chief):
    topic = make_topic(name_kk="Бюджет")
    make_article()
    make_article(topics=[topic])
    for _ in range(5):
        make_article()
    door = make_door()
    before = Answered(door, "/").text

    fields = {"kind": "topic", "position": "1", "title_kk": "Бюджет туралы", "topic": topic.pk}
    chief.post(f"{LIST}add/", fields)
    preview = chief.get(f"{LIST}preview/kk/")
    planned = Answered(door, "/").text
    chief.post(f"{LIST}publish/")
    published = Answered(door, "/").text

    assert ["Бюджет туралы" in page for page in (before, planned, preview.content.decode(), published)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert "no-store" in preview.headers["Cache-Control"]
    assert "noindex" in preview.headers["X-Robots-Tag"]
    assert 'id="latest"' in before
    assert 'id="latest"' not in published


def test_order_is_changed_in_the_list(chief):
    first, second = (FrontSection.objects.create(kind=kind, position=n) for n, kind in ((1, "latest"), (2, "rates")))
    page = chief.get(LIST).content.decode()
    fields = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "Save"}
    for number, (section, position) in enumerate(((first, 5), (second, 3))):
        fields |= {f"form-{number}-id": section.pk, f"form-{number}-position": position}

    chief.post(LIST, fields)

    assert 'name="form-0-position"' in page
    assert list(FrontSection.objects.values_list("kind", flat=True)) == ["rates", "latest"]


def test_list_says_whether_readers_have_the_plan(chief):
    section = FrontSection.objects.create(kind="latest")
    is_offered = (
        "disabled>Give it to readers" not in chief.get(LIST, headers={"accept-language": "en"}).content.decode()
    )
    chief.post(f"{LIST}publish/")
    said = [chief.get(LIST).context["is_plan_public"]]
    FrontSection.objects.filter(pk=section.pk).update(position=4)
    said.append(chief.get(LIST).context["is_plan_public"])

    assert is_offered
    assert said == [True, False]


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "topic"},
        {"kind": "latest", "topic": "topic"},
        {"kind": "lead", "article": "article"},
        {"kind": "latest", "article": "article", "until_0": "01.01.2027", "until_1": "10:00"},
    ],
)
def test_section_that_does_not_fit_its_kind_is_refused(chief, fields):
    numbers = {"topic": make_topic().pk, "article": make_article().pk}
    given = {name: numbers.get(value, value) if name != "kind" else value for name, value in fields.items()}

    response = chief.post(f"{LIST}add/", {"position": "1", **given})

    assert response.status_code == 200
    assert not FrontSection.objects.exists()


def test_preview_wants_a_language_of_the_texts(chief):
    assert chief.get(f"{LIST}preview/kk-latn/").status_code == 404
