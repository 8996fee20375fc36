"""Who changes what readers see: each cell of the table in docs/rights.md is tried at the admin's own pages.

What counts is the reader's page afterwards, and what is stored; a refusal is told on a page of the admin.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client

from news.editorial import revisions
from news.models import (
    Article,
    Attachment,
    FrontSection,
    Image,
    Person,
    Revision,
    Source,
    Term,
    Topic,
    TranslatorLanguage,
)
from portal.models import SiteSettings
from tests.support.factories import (
    make_article,
    make_attachment,
    make_image,
    make_person,
    make_picture,
    make_source,
    make_topic,
    make_user,
)
from tests.support.newsroom import read_fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]

TABLE = Path(__file__).parents[3] / "docs" / "rights.md"
ROLES = {
    "writer": "Тілші",
    "translator": "Аудармашы",
    "chief editor": "Бас редактор",
    "rates clerk": "Бағам маманы",
    "administrator": "Әкімші",
}
PEOPLE = [*ROLES, "staff without a role", "stranger"]
NAMES = {f"name_{code}": "Жаңа атау" for code in ("kk", "ru", "en")}


def read_table() -> dict[tuple[str, str], str]:
    """What is meant, by what is changed and by role."""
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and "---" not in line
    ]
    head, *body = rows
    return {(row[0], role): cell for row in body for role, cell in zip(head[1:], row[1:], strict=True)}


MEANT = read_table()


class World:
    """Two of each: one that readers see, and one that they do not."""

    def __init__(self) -> None:
        SiteSettings.objects.create(pk=1, address_kk="Астана")
        self.emblem, self.portrait, self.cover = make_image(), make_image(), make_image()
        self.source = make_source(slug="senat", emblem=self.emblem)
        self.other_source = make_source(slug="majilis")
        self.topic, self.other_topic = make_topic(), make_topic()
        self.person = make_person(photograph=self.portrait)
        self.document = make_attachment()
        self.article = make_article(
            "kk ru",
            source=self.source,
            cover=self.cover,
            topics=[self.topic],
            people=[self.person],
            attachments=[self.document],
            body_kk="<p>Сот шешімі жарияланды.</p><p>Заң күшіне енді.</p>",
        )
        self.draft = make_article("kk", status="draft", publish_at=None, source=self.source)
        self.section = FrontSection.objects.create(kind="newsletter")
        self.term = Term.objects.create(name_kk="Сот", name_ru="Суд", name_en="Court", explanation_kk="Орган")
        for article in (self.article, self.draft):
            revisions.begin(article, by=make_user())

    def page(self, address: str) -> str:
        """What a reader who has never been here gets, and the status; without the count of readings."""
        response = Client(raise_request_exception=False).get(address)
        content = response.content.decode(errors="replace")
        return f"{response.status_code} {re.sub('<time[^>]*>', '', content)}"


@dataclass
class Attempt:
    """Something a person tries at the admin, and the reader's page that it would change."""

    act: Callable[[Client, World], Any]
    address: Callable[[World], str]


def topic_page(world: World) -> str:
    return f"/topics/{world.topic.slug}/"


def person_page(world: World) -> str:
    return f"/people/{world.person.slug}/"


def draft_page(world: World) -> str:
    return f"/news/{world.draft.pk}-{world.draft.slug_kk}/"


def article_page(world: World) -> str:
    return f"/news/{world.article.pk}-{world.article.slug_kk}/"


def at(address: str) -> Callable[[World], str]:
    return lambda world: address


def send(client: Client, address: str, fields: dict[str, Any]) -> Any:
    """A form of the admin with some fields changed, opened first as a person does, or sent without that."""
    form = client.get(address)
    opened = {}
    if form.status_code == 200:
        opened = read_fields(form, "//form[contains(@id, '_form') and not(contains(@id, 'logout'))]")
    opened = {name: value for name, value in opened.items() if value is not None and not name.startswith("_")}
    return client.post(address, opened | fields)


def change(model: str, thing: str, **fields: Any) -> Callable[[Client, World], Any]:
    def act(client: Client, world: World) -> Any:
        given = {name: value() if callable(value) else value for name, value in fields.items()}
        return send(client, f"/admin/news/{model}/{getattr(world, thing).pk}/change/", given)

    return act


def add(model: str, **fields: Any) -> Callable[[Client, World], Any]:
    return lambda client, world: send(client, f"/admin/news/{model}/add/", fields)


def delete(model: str, thing: str) -> Callable[[Client, World], Any]:
    return lambda client, world: client.post(f"/admin/news/{model}/{getattr(world, thing).pk}/delete/", {"post": "yes"})


def delete_from_list(client: Client, world: World) -> Any:
    chosen = {"action": "delete_selected", "_selected_action": [world.topic.pk], "post": "yes"}
    return client.post("/admin/news/topic/", chosen)


def do(verb: str, article: str, **fields: Callable[[World], Any]) -> Callable[[Client, World], Any]:
    def act(client: Client, world: World) -> Any:
        pk = getattr(world, article).pk
        client.post("/admin/news/article/", {"action": verb, "_selected_action": [pk]})
        return client.post(
            f"/admin/news/article/do/{verb}/?ids={pk}", {name: value(world) for name, value in fields.items()}
        )

    return act


def picture() -> ContentFile:
    return ContentFile(make_picture(90, 30), "other.png")


def set_address(client: Client, world: World) -> Any:
    return send(client, "/admin/portal/sitesettings/1/change/", {"address_kk": "Алматы"})


def change_portrait(client: Client, world: World) -> Any:
    return send(client, f"/admin/news/person/{world.person.pk}/change/", {"photograph": world.cover.pk})


def change_emblem(client: Client, world: World) -> Any:
    return send(client, f"/admin/news/source/{world.source.pk}/change/", {"emblem": world.cover.pk})


def publish_front_page(client: Client, world: World) -> Any:
    return client.post("/admin/news/frontsection/publish/")


LAW = {"name_kk": "Заң", "name_ru": "Закон", "name_en": "Law", "explanation_kk": "Міндетті ереже"}
TEXT = {"title_kk": "Басқа тақырып", "title_ru": "Другой заголовок"}
ATTEMPTS = {
    "text of an article": Attempt(change("article", "article", **TEXT), article_page),
    "publication of a draft": Attempt(do("publish", "draft"), draft_page),
    "topic added to an article, from the list": Attempt(
        do("add_topic", "article", topic=lambda world: world.other_topic.pk), article_page
    ),
    "source of an article, from the list": Attempt(
        do("change_source", "article", source=lambda world: world.other_source.pk), article_page
    ),
    "deletion of an article": Attempt(delete("article", "article"), article_page),
    "alternative text of a picture": Attempt(change("image", "cover", alt_kk="Басқа"), article_page),
    "caption of a picture": Attempt(change("image", "cover", caption_kk="Басқа"), article_page),
    "credit of a picture": Attempt(change("image", "cover", credit_kk="Басқа"), article_page),
    "focal point of a picture": Attempt(change("image", "cover", focus_x="0", focus_y="0"), article_page),
    "file of a picture": Attempt(change("image", "cover", upload=picture), article_page),
    "file of an emblem": Attempt(change("image", "emblem", upload=picture), lambda world: world.emblem.src),
    "alternative text of an emblem": Attempt(change("image", "emblem", alt_kk="Басқа"), at("/sources/senat/")),
    "file of a portrait": Attempt(change("image", "portrait", upload=picture), lambda world: world.portrait.src),
    "alternative text of a portrait": Attempt(change("image", "portrait", alt_kk="Басқа"), person_page),
    "title of a document": Attempt(change("attachment", "document", title_kk="Басқа"), article_page),
    "name of a topic": Attempt(change("topic", "topic", name_kk="Басқа"), topic_page),
    "address of a topic": Attempt(change("topic", "topic", slug="baska"), at("/topics/baska/")),
    "deletion of a topic": Attempt(delete("topic", "topic"), topic_page),
    "deletion of topics, from the list": Attempt(delete_from_list, topic_page),
    "new topic": Attempt(add("topic", **NAMES), at("/api/v1/topics/")),
    "name of a person": Attempt(change("person", "person", name_kk="Басқа"), person_page),
    "portrait of a person": Attempt(change_portrait, person_page),
    "deletion of a person": Attempt(delete("person", "person"), person_page),
    "new person": Attempt(add("person", **NAMES), at("/api/v1/people/")),
    "name of a source": Attempt(change("source", "source", short_name_kk="Басқа"), article_page),
    "emblem of a source": Attempt(change_emblem, at("/sources/senat/")),
    "new source": Attempt(
        add("source", **NAMES, **{f"short_{name}": value for name, value in NAMES.items()}, position="0"),
        at("/api/v1/sources/"),
    ),
    "explanation of a term": Attempt(change("term", "term", explanation_kk="Басқа"), article_page),
    "deletion of a term": Attempt(delete("term", "term"), article_page),
    "new term": Attempt(
        add("term", name_kk="Заң", name_ru="Закон", name_en="Law", explanation_kk="Міндетті ереже"), article_page
    ),
    "plan of the front page": Attempt(change("frontsection", "section", title_kk="Басқа"), at("/")),
    "front page given to readers": Attempt(publish_front_page, at("/")),
    "settings of the site": Attempt(set_address, at("/about/")),
}


@pytest.fixture
def world() -> World:
    return World()


def sign_in(person: str, *languages: str) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies["django_language"] = "en"
    if person == "stranger":
        return client
    user = make_user()
    if person in ROLES:
        user.groups.add(Group.objects.get(name=ROLES[person]))
    for code in languages:
        TranslatorLanguage.objects.create(user=user, language=code)
    client.force_login(user)
    return client


def read_rows() -> list[Any]:
    """Everything that the attempts could store."""
    models = (Article, Attachment, FrontSection, Image, Person, Source, Term, Topic, SiteSettings)
    return [Revision.objects.count(), *(list(model._base_manager.order_by("pk").values()) for model in models)]


def test_table_and_attempts_name_the_same():
    assert list(ATTEMPTS) == list(dict.fromkeys(what for what, _role in MEANT))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("what", ATTEMPTS)
def test_readers_see_what_the_table_says(world, what, person):
    attempt, meant = ATTEMPTS[what], MEANT.get((what, person), "no")
    address = attempt.address(world)
    client = sign_in(person, *(("kk", "ru") if person == "translator" else ()))
    before, rows = world.page(address), read_rows()

    response = attempt.act(client, world)

    is_changed, is_stored = world.page(address) != before, read_rows() != rows
    assert is_changed == (meant == "changes")
    assert is_stored == (meant != "no")
    if person == "stranger":
        assert response["Location"].startswith("/admin/login/")
    elif meant == "no":
        assert is_told_in_the_admin(client, response)


def is_told_in_the_admin(client: Client, response: Any) -> bool:
    """Whether a refusal is a sentence on a page of the admin, or its list, which does not offer the action."""
    page = client.get(response["Location"]) if response.status_code == 302 else response
    text = page.content.decode()
    is_list = 'id="changelist"' in text and "delete_selected" not in text
    return 'id="site-name"' in text and ("errornote" in text or "messagelist" in text or is_list)


# What no reader sees yet


def test_writer_corrects_a_topic_that_waits_until_a_chief_editor_gives_it_to_readers(world):
    writer, chief = sign_in("writer"), sign_in("chief editor")
    send(writer, "/admin/news/topic/add/", {f"name_{code}": "Бюджт" for code in ("kk", "ru", "en")})
    topic = Topic.objects.get(name_kk="Бюджт")

    send(writer, f"/admin/news/topic/{topic.pk}/change/", {"name_kk": "Бюджет", "is_waiting": ""})
    topic.refresh_from_db()
    assert topic.name_kk == "Бюджет"
    assert topic.is_waiting
    assert world.page(f"/topics/{topic.slug}/").startswith("404")

    fields = {f"name_{code}": "Бюджет" for code in ("kk", "ru", "en")} | {"slug": topic.slug}
    chief.post(f"/admin/news/topic/{topic.pk}/change/", fields)
    assert "Бюджет" in world.page(f"/topics/{topic.slug}/")


@pytest.mark.parametrize("kind", ["topic", "person"])
def test_what_waits_is_shown_with_the_article_that_is_published_with_it(world, kind):
    make = {"topic": make_topic, "person": make_person}[kind]
    waiting, embargoed = make(is_waiting=True), make(is_waiting=True)
    relation = {"topic": "topics", "person": "people"}[kind]
    make_article("kk", **{relation: [waiting]})
    make_article("kk", status="draft", **{relation: [embargoed]})

    pages = [world.page(each.get_absolute_url())[:3] for each in (waiting, embargoed)]
    listed = world.page(f"/api/v1/{relation}/")

    assert pages == ["200", "404"]
    assert waiting.slug in listed
    assert embargoed.slug not in listed


def test_photograph_of_a_person_who_waits_is_no_public_picture(world):
    image = make_image()
    make_person(photograph=image, is_waiting=True)

    assert world.page(image.src).startswith("404")
    assert world.page(world.portrait.src).startswith("200")


@pytest.mark.parametrize(
    ("person", "stored"),
    [
        ("writer", {"alt_kk": "Зал", "alt_ru": "Зал"}),
        ("translator", {"alt_kk": "Сурет", "alt_ru": "Зал"}),
        ("rates clerk", {"alt_kk": "Сурет", "alt_ru": "Снимок"}),
    ],
)
def test_texts_of_a_picture_that_no_reader_sees(world, person, stored):
    image = make_image()
    client = sign_in(person, "ru")

    for name in ("alt_kk", "alt_ru"):
        send(client, f"/admin/news/image/{image.pk}/change/", {name: "Зал"})

    image.refresh_from_db()
    assert {name: getattr(image, name) for name in stored} == stored


@pytest.mark.parametrize(
    ("person", "stored"),
    [
        ("writer", {"title_ru": "Проект", "title_en": "Draft"}),
        ("translator", {"title_ru": "Проект", "title_en": "The bill"}),
        ("rates clerk", {"title_ru": "Законопроект", "title_en": "The bill"}),
    ],
)
def test_titles_of_a_document_in_languages_that_readers_do_not_have(world, person, stored):
    document = make_attachment()
    make_article("kk", attachments=[document])
    client = sign_in(person, "ru")

    for name, title in {"title_ru": "Проект", "title_en": "Draft", "title_kk": "Жоба"}.items():
        send(client, f"/admin/news/attachment/{document.pk}/change/", {name: title})

    document.refresh_from_db()
    assert {name: getattr(document, name) for name in stored} == stored
    assert document.title_kk == "Заң жобасы"


def test_published_article_has_no_button_to_delete_it(world):
    client = sign_in("chief editor")

    pages = [
        client.get(f"/admin/news/article/{each.pk}/change/").content.decode() for each in (world.article, world.draft)
    ]

    assert [f"/admin/news/article/{each.pk}/delete/" in page for each, page in
            zip((world.article, world.draft), pages, strict=True)] == [False, True]  # fmt: skip


def test_refused_field_is_repeated_so_that_nothing_typed_is_lost(world):
    client = sign_in("writer")

    response = send(client, f"/admin/news/image/{world.cover.pk}/change/", {"alt_kk": "Ұзақ мәтін"})

    assert "You gave: Ұзақ мәтін" in response.content.decode()


@pytest.mark.parametrize("person", ["writer", "staff without a role"])
def test_refused_form_token_is_told_in_the_admin(person):
    client = sign_in(person)
    client.handler.enforce_csrf_checks = True

    response = client.post("/admin/news/topic/add/", {})

    assert response.status_code == 403
    assert is_told_in_the_admin(client, response)
