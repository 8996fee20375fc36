"""The press office's five groups at work: what each does, and what each is refused by verbs and forms alike."""

from datetime import date
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.utils import translation

from news.editorial import revisions, workflow
from news.editorial.content import SETS, TEXTS
from news.models import Article, TranslatorLanguage
from portal.admin.users_and_log import PermissionsField
from portal.models import SiteSettings
from rates.models import Rate
from tests.support.factories import make_article, make_rate, make_user

pytestmark = pytest.mark.django_db


def make_member(role: str, **fields) -> User:
    user = make_user(**fields)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_translator(*languages: str) -> User:
    user = make_member("Аудармашы")
    for code in languages:
        TranslatorLanguage.objects.create(user=user, language=code)
    return user


def make_draft(languages="kk", **fields) -> Article:
    return make_article(languages, status=Article.Status.DRAFT, publish_at=None, **fields)


def change(article: Article) -> str:
    return f"/admin/news/article/{article.pk}/change/"


def newest(article: Article) -> dict:
    return revisions.latest(article).content


class Fields(HTMLParser):
    """The names that a page's forms would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("input", "textarea", "select") and dict(attrs).get("name"):
            self.names.add(dict(attrs)["name"])


def test_five_groups_are_there():
    assert set(Group.objects.values_list("name", flat=True)) == {
        "Тілші",
        "Аудармашы",
        "Бас редактор",
        "Бағам маманы",
        "Әкімші",
    }


# Writer


@pytest.mark.parametrize("verb", ["approve", "publish"])
def test_writer_submits_but_does_not_publish(verb):
    writer, article = make_member("Тілші"), make_draft()

    workflow.submit(article, by=writer)
    with pytest.raises(PermissionDenied):
        getattr(workflow, verb)(article, by=writer)

    article.refresh_from_db()
    assert article.status == Article.Status.REVIEW


# Chief editor


def test_chief_editor_does_not_approve_their_own_work_when_four_eyes_are_asked_for(client):
    SiteSettings.objects.create(pk=1)
    chief, other, article = make_member("Бас редактор"), make_member("Бас редактор"), make_draft()
    revisions.save(article, newest(article) | {"title_kk": "Бас редактор жазды"}, by=chief)
    client.force_login(chief)

    client.post("/admin/portal/sitesettings/1/change/", {"four_eyes": "on"})
    with pytest.raises(workflow.Refused):
        workflow.approve(article, by=chief)
    workflow.approve(article, by=other)

    article.refresh_from_db()
    assert article.status == Article.Status.APPROVED


def test_chief_editor_approves_their_own_work_otherwise():
    chief, article = make_member("Бас редактор"), make_draft()
    revisions.save(article, newest(article) | {"title_kk": "Бас редактор жазды"}, by=chief)

    workflow.approve(article, by=chief)

    article.refresh_from_db()
    assert article.status == Article.Status.APPROVED


# Translator


def test_translator_writes_the_languages_given_to_them():
    translator, article = make_translator("ru", "en"), make_draft()
    texts = {"title_ru": "Заголовок", "body_ru": "<p>Текст</p>", "title_en": "Title"}

    revisions.save(article, newest(article) | texts, by=translator)

    article.refresh_from_db()
    assert article.title_ru == "Заголовок"
    assert article.body_ru == "<p>Текст</p>"
    assert article.title_en == "Title"


@pytest.mark.parametrize(
    "fields",
    [
        {"title_kk": "Басқа"},
        {"body_en": "<p>Other</p>"},
        {"slug_kk": "other"},
        {"kind": "speech"},
        {"pinned": True},
        {"publish_at": "2030-01-01T00:00:00+05:00"},
        {"topics": [1]},
        {"title_ru": "Заголовок", "title_kk": "Басқа"},
    ],
)
def test_translator_changes_nothing_else(fields):
    translator, article = make_translator("ru"), make_draft()
    before = newest(article)

    with pytest.raises(PermissionDenied):
        revisions.save(article, before | fields, by=translator)

    assert article.revisions.count() == 1
    assert newest(article) == before


def test_translator_without_a_language_writes_none():
    translator, article = make_translator(), make_draft()

    with pytest.raises(PermissionDenied):
        revisions.save(article, newest(article) | {"title_ru": "Заголовок"}, by=translator)


def test_language_given_to_somebody_without_the_role_allows_nothing():
    stranger, article = make_user(), make_draft()
    TranslatorLanguage.objects.create(user=stranger, language="ru")

    with pytest.raises(PermissionDenied):
        revisions.save(article, newest(article) | {"title_ru": "Заголовок"}, by=stranger)


def test_translators_form_has_their_languages_to_write_and_the_others_to_read(client):
    article = make_draft("kk ru", body_kk="<p>Қазақша <strong>мәтін</strong></p>")
    client.force_login(make_translator("ru"))

    page = client.get(change(article)).content.decode()

    names = {name for name in Fields(page).names if name in {*TEXTS, *SETS, "kind", "source"}}
    assert names == {f"{field}_ru" for field in ("title", "lead", "body", "dateline", "byline", "slug")}
    assert "<p>Қазақша <strong>мәтін</strong></p>" in page


def test_translator_saves_their_language_and_leaves_all_else(client):
    article = make_draft("kk", lead_kk="Лид", dateline_kk="Астана")
    before = newest(article)
    client.force_login(make_translator("ru"))
    base = client.get(change(article)).context["adminform"].form["base"].value()

    response = client.post(
        change(article),
        {"title_ru": "Заголовок", "body_ru": "<p>Текст</p>", "title_kk": "Басқа", "kind": "speech", "base": base},
    )

    texts = {"title_ru": "Заголовок", "body_ru": "<p>Текст</p>", "slug_ru": "zagolovok"}
    assert response.status_code == 302
    assert newest(article) == before | texts


def test_translation_is_merged_with_what_the_writer_saved_meanwhile(client):
    article = make_draft("kk")
    writer = make_member("Тілші")
    client.force_login(make_translator("ru"))
    base = client.get(change(article)).context["adminform"].form["base"].value()
    revisions.save(article, newest(article) | {"title_kk": "Жаңа тақырып"}, by=writer)

    client.post(change(article), {"title_ru": "Заголовок", "base": base})

    assert newest(article)["title_kk"] == "Жаңа тақырып"
    assert newest(article)["title_ru"] == "Заголовок"


def test_translator_submits_from_the_form(client):
    article = make_draft("kk")
    client.force_login(make_translator("ru"))

    client.post(
        change(article), {"title_ru": "Заголовок", "base": revisions.latest(article).number, "_submit": "Submit"}
    )

    article.refresh_from_db()
    assert article.status == Article.Status.REVIEW
    assert article.title_ru == "Заголовок"


def test_translation_of_a_published_article_waits_beside_it(client):
    article = make_article("kk")
    client.force_login(make_translator("ru"))

    client.post(change(article), {"title_ru": "Заголовок", "base": revisions.latest(article).number})

    article.refresh_from_db()
    assert (article.title_ru or "") == ""
    assert article.pending == "draft"
    assert newest(article)["title_ru"] == "Заголовок"


def test_translator_restores_no_revision(client):
    article = make_draft("kk ru")
    revisions.save(article, newest(article) | {"title_ru": "Заголовок"}, by=make_member("Тілші"))
    client.force_login(make_translator("ru"))

    response = client.post(f"/admin/news/article/{article.pk}/revisions/1/")

    assert response.status_code == 403
    assert newest(article)["title_ru"] == "Заголовок"


# Rates clerk


def test_rates_clerk_decides_what_is_held_back_and_sees_no_articles(client):
    rate = make_rate("EUR", date(2024, 3, 7), state=Rate.State.HELD_BACK)
    article = make_draft()
    client.force_login(make_member("Бағам маманы"))

    client.post("/admin/rates/heldrate/", {"action": "accept", "_selected_action": [rate.pk]})

    rate.refresh_from_db()
    assert rate.state == Rate.State.IN_FORCE
    assert client.get(change(article)).status_code == 403


# Administrator


def test_administrator_gives_people_roles_and_languages_but_makes_no_superuser(client):
    administrator, other = make_member("Әкімші"), make_user(username="other")
    client.force_login(administrator)

    response = client.post(
        f"/admin/auth/user/{other.pk}/change/",
        {
            "username": "other",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "groups": [Group.objects.get(name="Аудармашы").pk],
            "date_joined_0": "2024-01-01",
            "date_joined_1": "00:00:00",
            "translator_languages-TOTAL_FORMS": "1",
            "translator_languages-INITIAL_FORMS": "0",
            "translator_languages-0-language": "ru",
        },
    )

    other.refresh_from_db()
    assert response.status_code == 302
    assert other.is_superuser is False
    assert [each.language for each in other.translator_languages.all()] == ["ru"]
    assert [group.name for group in other.groups.all()] == ["Аудармашы"]


@pytest.mark.parametrize("page", ["change", "password", "delete"])
def test_administrator_does_not_touch_a_superuser(client, page):
    superuser = make_user(is_superuser=True, password="kept", email="kept@example.org")
    client.force_login(make_member("Әкімші"))

    data = {"password1": "x9-long-enough", "password2": "x9-long-enough", "email": "taken@example.org", "post": "yes"}
    response = client.post(f"/admin/auth/user/{superuser.pk}/{page}/", data)

    superuser.refresh_from_db()
    assert response.status_code == 403
    assert superuser.check_password("kept")
    assert superuser.email == "kept@example.org"


def test_superuser_may_make_another(client):
    client.force_login(make_user(is_superuser=True))
    other = make_user(username="other")

    page = client.get(f"/admin/auth/user/{other.pk}/change/").content.decode()

    assert "is_superuser" in Fields(page).names


# What permissions are called


@pytest.mark.parametrize(
    ("codename", "language", "label"),
    [
        ("view_article", "en", "News | article | may see"),
        ("publish_article", "en", "News | article | Can publish and withdraw articles"),
        ("publish_article", "ru", "Новости | статья | Может публиковать и отзывать статьи"),
    ],
)
def test_permission_is_called_in_the_readers_language(codename, language, label):
    field = PermissionsField(Permission.objects.all())

    with translation.override(language):
        assert field.label_from_instance(Permission.objects.get(codename=codename)) == label


@pytest.mark.parametrize("page", ["user", "group"])
def test_permissions_are_offered_for_what_is_in_the_admin(client, page):
    thing = make_user() if page == "user" else Group.objects.first()
    client.force_login(make_user(is_superuser=True))

    form = client.get(f"/admin/auth/{page}/{thing.pk}/change/").context["adminform"].form

    field = form.fields["permissions" if page == "group" else "user_permissions"]
    apps = set(field.queryset.values_list("content_type__app_label", flat=True))
    assert type(field) is PermissionsField
    assert apps == {"news", "rates", "portal", "auth", "admin"}
