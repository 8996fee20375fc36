"""The admin of sources, topics and people."""

import pytest

from news.models import Person, Topic
from tests.support.article_admin import (
    errors_of,
    sign_in,
)
from tests.support.factories import (
    make_person,
    make_source,
    make_topic,
)

pytestmark = pytest.mark.django_db


def test_topic_has_its_address_made_from_its_kazakh_name(client):
    sign_in(client, "news.add_topic", "news.view_topic")

    client.post("/admin/news/topic/add/", {"name_kk": "Заң шығару", "name_ru": "Законы", "name_en": "Laws", "slug": ""})

    assert Topic.objects.get().slug == "zan-shygaru"


@pytest.mark.parametrize(
    "q", ["Әшімбаевтың", "Ашимбаев", "ashimbaev", "мәулен әш", "fibv,ftd", "اشىمباەۆ", "Ашимбаеву", "maulen-ashimbaev"]
)
def test_person_is_found_by_any_form_in_any_letters_in_list_and_picker(admin_client, q):
    make_person(slug="maulen-ashimbaev", name_kk="Мәулен Әшімбаев", name_ru="Маулен Ашимбаев", name_en="")
    make_person(slug="other", name_kk="Асқар Мамин", name_ru="Аскар Мамин", name_en="")

    listed = admin_client.get("/admin/news/person/", {"q": q}).context["cl"].result_list
    offered = admin_client.get(
        "/admin/autocomplete/", {"term": q, "app_label": "news", "model_name": "article", "field_name": "people"}
    )

    assert [person.slug for person in listed] == ["maulen-ashimbaev"]
    assert [each["text"] for each in offered.json()["results"]] == [str(listed[0])]


def test_address_that_another_has_is_refused_in_a_sentence(client):
    make_topic(slug="zandar")
    sign_in(client, "news.add_topic", "news.view_topic")

    response = client.post("/admin/news/topic/add/", {"name_kk": "Заңдар", "name_ru": "Законы", "name_en": "Laws"})

    assert errors_of(response) == {"slug": ["Topic with this Address already exists."]}


def test_long_name_makes_an_address_that_fits(client):
    sign_in(client, "news.add_person", "news.view_person")

    client.post("/admin/news/person/add/", {"name_kk": "Әбдіғаппар " * 8, "name_ru": "А", "name_en": "A"})

    assert Person.objects.get().slug == "abdigappar-abdigappar-abdigappar-abdigappar-abdiga"


def test_source_may_not_follow_itself(client):
    source = make_source(slug="senat")
    names = {f"{field}_{code}": "Сенат" for field in ("name", "short_name") for code in ("kk", "ru", "en")}
    sign_in(client, "news.change_source", "news.view_source", "news.publish_article")

    response = client.post(
        f"/admin/news/source/{source.pk}/change/", {**names, "slug": "senat", "position": "0", "successor": source.pk}
    )

    assert errors_of(response) == {"successor": ["A source cannot be its own successor."]}
