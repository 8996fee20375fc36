import json
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from news.editorial import revisions, workflow
from news.editorial.content import read_content
from news.editorial.errors import Refused
from news.import_export.articles import export_articles, import_articles
from news.models import Article, PreviewLink
from news.models.preview_link import hash_token
from news.preview import links
from tests.support.doors import READER
from tests.support.factories import make_article, make_attachment, make_image, make_person, make_topic, make_user

pytestmark = pytest.mark.django_db

WRITER = ("news.view_article", "news.change_article", "news.view_image")


def make_draft(**fields):
    """A draft with its first revision."""
    article = make_article(fields.pop("languages", "kk ru"), status="draft", **fields)
    revisions.latest(article)
    return article


def make_link(article, **options):
    return links.create_link(article, by=make_user(*WRITER), **options)


def address(article, code="kk", query=""):
    return f"/admin/news/article/{article.pk}/preview/{code}/{query}"


def answer_whole(client, url):
    """The status, of an answer read to its end."""
    response = client.get(url)
    b"".join(response)
    return response.status_code


def private_headers(response):
    names = ("X-Robots-Tag", "Referrer-Policy", "X-Frame-Options")
    kept = {"no-store", "private"} & set(response["Cache-Control"].split(", "))  # the admin adds more of the kind
    ancestors = re.search("frame-ancestors ([^;]*)", response["Content-Security-Policy"])[1]
    return [kept, *(response[name] for name in names), ancestors]


PRIVATE = [{"no-store", "private"}, "noindex, nofollow, noarchive", "no-referrer", "SAMEORIGIN", "'self'"]


# What is shown


def test_preview_is_the_page_that_readers_will_get(client):
    article = make_draft(topics=[make_topic()], people=[make_person()], cover=make_image(), lead_kk="Кіріспе")
    client.force_login(make_user(*WRITER))

    before = client.get(address(article, query="?framed=1")).content.decode()
    workflow.publish(article, by=make_user("news.publish_article"))
    Article.objects.filter(pk=article.pk).update(publish_at=article.publish_at, released_at=article.publish_at)
    client.logout()
    article.refresh_from_db()
    after = client.get(article.get_absolute_url()).content.decode()

    def main(html):  # but where the other languages stand, for those of a preview are previews
        return re.sub(r'href="[^"]*" lang=', "lang=", html[html.index("<main") : html.index("</main>")])

    assert main(before) == main(after)


def test_preview_is_in_the_language_of_the_edition_whatever_the_editors(client):
    article = make_draft()
    client.force_login(make_user(*WRITER))
    client.cookies["django_language"] = "en"

    response = client.get(address(article, "ru"))

    assert response.headers["Content-Language"] == "ru"
    assert response.context["edition"].code == "ru"
    assert f"<h1>{article.title_ru}</h1>" in response.content.decode()


def test_preview_has_no_page_in_a_language_without_a_title(client):
    article = make_draft(languages="kk")
    client.force_login(make_user(*WRITER))

    answers = [client.get(address(article, code)).status_code for code in ("kk", "ru", "en", "de")]

    assert answers == [200, 404, 404, 404]


def test_preview_shows_the_text_beside_the_published_one(client):
    article = make_article(title_kk="Бұрынғы")
    newer = revisions.latest(article).content | {"title_kk": "Жаңа"}
    revisions.save(article, newer, by=make_user("news.change_article"))
    client.force_login(make_user(*WRITER))

    newest = client.get(address(article)).context["article"].title
    first = client.get(address(article, query="?revision=1")).context["article"].title
    article.refresh_from_db()

    assert newest == "Жаңа"
    assert first == "Бұрынғы"
    assert article.title_kk == "Бұрынғы"


def test_preview_shows_topics_people_and_cover_of_the_revision():
    topic, person, cover = make_topic(), make_person(), make_image()
    article = make_draft(topics=[topic], people=[person], cover=cover)
    later = read_content(article) | {"topics": [], "people": [], "cover_id": None}
    revisions.save(article, later, by=None)

    old = links.state_of(article, article.revisions.get(number=1))
    new = links.state_of(article, None)

    assert [*old.topics.all()] == [topic]
    assert [*old.people.all()] == [person]
    assert old.cover == cover
    assert [*new.topics.all()] == []
    assert [*new.people.all()] == []
    assert new.cover is None


def test_preview_survives_a_revision_whose_cover_is_deleted(client):
    article = make_draft()
    revisions.save(article, read_content(article) | {"cover_id": None, "pinned": True}, by=None)
    first = article.revisions.get(number=1)
    first.content["cover_id"] = 999_999
    first.save()
    client.force_login(make_user(*WRITER))

    response = client.get(address(article, query="?revision=1"))

    assert response.status_code == 200
    assert response.context["article"].cover is None


def test_preview_of_an_article_from_an_archive_writes_nothing():
    article = make_article()

    shown = links.state_of(article, None)

    assert shown.title == article.title
    assert article.revisions.count() == 0


@pytest.mark.parametrize("number", ["2", "0", "x", "", "9" * 30])
def test_preview_of_an_unknown_revision_is_not_found(client, number):
    article = make_draft()
    client.force_login(make_user(*WRITER))

    assert client.get(address(article, query=f"?revision={number}")).status_code == 404


def test_preview_in_a_telephones_width_is_a_frame_of_that_width(client):
    article = make_draft()
    client.force_login(make_user(*WRITER))

    html = client.get(address(article, "ru", "?revision=1&width=360")).content.decode()

    frame = re.search('<iframe src="([^"]*)" width="([^"]*)"', html).groups()
    assert frame == (f"{address(article, 'ru')}?revision=1&amp;framed=1", "360")


def test_framed_page_has_no_bar_of_its_own(client):
    article = make_draft()
    client.force_login(make_user(*WRITER))

    bars = [
        client.get(address(article, query=query)).content.count(b'class="preview-bar"') for query in ("", "?framed=1")
    ]

    assert bars == [1, 0]


def test_languages_of_the_preview_keep_revision_and_width(client):
    article = make_draft()
    client.force_login(make_user(*WRITER))

    response = client.get(address(article, query="?revision=1&width=768"))

    assert [url for _, url in response.context["alternates"]] == [
        address(article, code, "?revision=1&width=768") for code in ("kk", "ru")
    ]


# Who may


@pytest.mark.parametrize(
    ("permissions", "status"),
    [(["news.view_article"], 200), (["news.change_article"], 200), (["news.view_image"], 403)],
)
def test_preview_is_for_those_who_may_see_articles(client, permissions, status):
    article = make_draft()
    client.force_login(make_user(*permissions))

    assert client.get(address(article)).status_code == status


def test_preview_sends_a_stranger_to_sign_in(client):
    article = make_draft()

    response = client.get(address(article))

    assert response.status_code == 302
    assert response["Location"] == f"/admin/login/?next={address(article)}"


def test_preview_is_private_in_every_form(client):
    article = make_draft()
    token = make_link(article)
    editors = [address(article, query=query) for query in ("", "?framed=1", "?width=360")]
    strangers = [f"/preview/{token}/kk/{query}" for query in ("", "?framed=1", "?width=360")]

    answers = [client.get(url) for url in strangers]
    client.force_login(make_user(*WRITER))
    answers += [client.get(url) for url in editors]

    assert [private_headers(response) for response in answers] == [PRIVATE] * 6


def test_page_of_readers_is_in_no_frame(client):
    response = client.get(make_article().get_absolute_url())

    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_preview_is_not_counted(client, settings):
    article = make_article()
    token = make_link(article)
    settings.HITS_DIR.mkdir(parents=True, exist_ok=True)

    client.defaults["HTTP_USER_AGENT"] = READER
    client.get(f"/preview/{token}/kk/")
    client.get(f"/preview/{token}/kk/?framed=1")
    previewed = [path for path in settings.HITS_DIR.iterdir() if path.stat().st_size]
    client.get(article.get_absolute_url())
    read = [path for path in settings.HITS_DIR.iterdir() if path.stat().st_size]

    assert len(previewed) == 0
    assert len(read) == 1


@pytest.mark.parametrize("kind", ["admin", "link"])
def test_preview_takes_as_many_queries_whatever_the_article_has(client, django_assert_num_queries, kind):
    small = make_draft(topics=[make_topic()], people=[make_person()])
    large = make_draft(topics=[make_topic() for _ in range(9)], people=[make_person() for _ in range(9)])
    for number in range(30):
        revisions.save(large, read_content(large) | {"title_kk": f"Тақырып {number}"}, by=None)
    urls = [address(each) if kind == "admin" else f"/preview/{make_link(each)}/kk/" for each in (small, large)]
    if kind == "admin":
        client.force_login(make_user(*WRITER))

    for url in urls:
        with django_assert_num_queries(13 if kind == "admin" else 9):
            client.get(url)


# Links


def test_link_shows_the_newest_text_without_an_account(client):
    article = make_draft()
    token = make_link(article)
    revisions.save(article, read_content(article) | {"title_kk": "Жаңа тақырып"}, by=None)

    response = client.get(f"/preview/{token}/kk/")

    assert response.status_code == 200
    assert response.context["article"].title == "Жаңа тақырып"


def test_link_to_a_revision_stays_with_it(client):
    article = make_draft(title_kk="Алғашқы")
    token = make_link(article, revision=article.revisions.get())
    revisions.save(article, read_content(article) | {"title_kk": "Жаңа"}, by=None)

    titles = [
        client.get(f"/preview/{token}/kk/{query}").context["article"].title
        for query in ("", "?revision=2", "?framed=1")
    ]

    assert titles == ["Алғашқы"] * 3


def test_link_lasts_a_week(client, time_machine):
    token = make_link(make_draft())
    made_at = timezone.now()

    statuses = []
    for later in (timedelta(days=7, minutes=-1), timedelta(days=7, minutes=1)):
        time_machine.move_to(made_at + later, tick=False)
        statuses.append(client.get(f"/preview/{token}/kk/").status_code)

    assert statuses == [200, 404]


def test_revoked_link_leads_nowhere(client):
    token = make_link(make_draft(cover=make_image()))

    before = client.get(f"/preview/{token}/kk/")
    picture = before.context["article"].cover.src
    links.revoke_link(PreviewLink.objects.get(), by=make_user(*WRITER))

    assert before.status_code == 200
    assert [client.get(url).status_code for url in (f"/preview/{token}/kk/", picture)] == [404, 404]


@pytest.mark.parametrize("move", ["withdraw", "delete", "import"])
def test_link_to_an_article_that_was_taken_back_leads_to_a_calm_page(client, move):
    chief = make_user("news.change_article", "news.publish_article", "news.delete_article")
    article = make_article("kk ru", status="draft" if move == "delete" else "approved", cover=make_image())
    document = make_attachment()
    article.attachments.add(document)
    token = make_link(article)
    picture = client.get(f"/preview/{token}/kk/").context["article"].cover.src
    file = f"/preview/{token}/files/{document.token}/{document.plain_name}"
    before = [answer_whole(client, url) for url in (picture, file)]

    if move == "withdraw":
        workflow.withdraw(article, by=chief, reasons={"kk": "Қате", "ru": "Ошибка"})
    elif move == "delete":
        workflow.delete(article, by=chief)
    else:
        (line,) = export_articles(Article.objects.all())
        import_articles([json.dumps(json.loads(line) | {"status": "withdrawn"})])

    pages = [client.get(f"/preview/{token}/{code}/") for code in ("kk", "ru")]
    assert before == [200, 200]
    assert [page.status_code for page in pages] == [410, 410]
    assert [private_headers(page) for page in pages] == [PRIVATE] * 2
    assert "Бұл сілтеме енді жұмыс істемейді" in pages[0].text
    assert "Эта ссылка больше не работает" in pages[1].text
    for page in pages:
        assert [
            word for word in (article.title_kk, article.title_ru, article.slug_kk, "Қате") if word in page.text
        ] == []
    assert [client.get(url).status_code for url in (picture, file, f"/preview/{token}/de/")] == [404] * 3


def test_link_works_again_when_its_article_is_given_back(client):
    chief = make_user("news.publish_article")
    article = make_article("kk")
    token = make_link(article)

    workflow.withdraw(article, by=chief, reasons={"kk": "Қате"})
    withdrawn = client.get(f"/preview/{token}/kk/").status_code
    workflow.restore(article, by=chief)

    assert (withdrawn, client.get(f"/preview/{token}/kk/").status_code) == (410, 200)


def test_no_link_is_made_to_a_withdrawn_article(client):
    article = make_article("kk", status="withdrawn", withdrawn_at=timezone.now())
    client.force_login(make_user(*WRITER))
    client.cookies["django_language"] = "en"

    page = client.post(f"/admin/news/article/{article.pk}/links/", {"days": "7"})

    assert "No link leads to an article that is withdrawn or in the bin." in page.text
    assert 'class="link-form"' not in page.text
    assert PreviewLink.objects.count() == 0
    with pytest.raises(Refused):
        make_link(article)


@pytest.mark.parametrize("guess", ["x", "hash", "prefix"])
def test_link_is_opened_by_its_token_only(client, guess):
    token = make_link(make_draft())
    guesses = {"x": "x", "hash": hash_token(token), "prefix": token[:-1]}

    assert client.get(f"/preview/{guesses[guess]}/kk/").status_code == 404


def test_link_is_kept_by_its_hash_only():
    token = make_link(make_draft())

    kept = PreviewLink.objects.values().get()

    assert [name for name, value in kept.items() if token in str(value)] == []
    assert [entry.pk for entry in LogEntry.objects.all() if token in entry.change_message] == []


def test_link_opens_nothing_else_of_the_article(client):
    article = make_draft(cover=make_image())
    token = make_link(article)
    client.get(f"/preview/{token}/kk/")

    answers = [
        client.get(url).status_code
        for url in (article.get_absolute_url(), article.cover.src, address(article), "/news/")
    ]

    assert answers == [404, 404, 302, 200]


def test_link_shows_the_pictures_of_its_article(client):
    article = make_draft(cover=make_image())
    token = make_link(article)

    shown = client.get(f"/preview/{token}/kk/").content.decode()
    addresses = {
        each.split()[0] for found in re.findall('(?:src|srcset)="([^"]*)"', shown) for each in found.split(", ")
    }
    pictures = sorted(each for each in addresses if article.cover.token in each)
    answers = [client.get(url) for url in pictures]

    assert pictures == [
        f"/preview/{token}/media/{article.cover.token}/320.{format}?v={article.cover.version}"
        for format in ("avif", "jpg", "webp")
    ]
    assert [(answer.status_code, answer["Cache-Control"]) for answer in answers] == [(200, "no-store, private")] * 3


def test_link_shows_no_picture_of_another_article(client):
    other = make_draft(cover=make_image())
    article = make_draft(cover=make_image())
    token = make_link(article)

    answers = [
        client.get(f"/preview/{token}/media/{each.cover.token}/320.jpg").status_code for each in (article, other)
    ]

    assert answers == [200, 404]


def test_link_shows_no_picture_that_its_revision_has_not(client):
    article = make_draft()
    token = make_link(article, revision=article.revisions.get())
    later = make_image()
    revisions.save(article, read_content(article) | {"cover_id": later.pk}, by=None)

    assert client.get(f"/preview/{token}/media/{later.token}/320.jpg").status_code == 404


def test_link_is_made_by_those_only_who_may_write():
    with pytest.raises(PermissionDenied):
        links.create_link(make_draft(), by=make_user("news.view_article"))

    assert PreviewLink.objects.count() == 0


def test_link_is_made_told_once_and_revoked_in_the_admin(client):
    article = make_draft()
    client.force_login(make_user(*WRITER))
    page = f"/admin/news/article/{article.pk}/links/"

    made = client.post(page, {"days": "1"}).context["new_links"]
    link = PreviewLink.objects.get()
    statuses = [client.get(url).status_code for _, url in made]
    again = client.get(page)
    client.post(page, {"revoke": link.pk})
    link.refresh_from_db()

    assert [edition.code for edition, _ in made] == ["kk", "ru"]
    assert statuses == [200, 200]
    assert again.context["new_links"] == []
    assert link.expires_at - link.made_at < timedelta(days=1, seconds=5)
    assert link.revoked_at is not None
    assert [client.get(url).status_code for _, url in made] == [404, 404]
    assert [entry.change_message.partition(".")[0] for entry in LogEntry.objects.order_by("pk")] == [
        "Created a preview link",
        "Revoked a preview link",
    ]


def test_link_of_another_article_is_not_revoked_here(client):
    make_link(make_draft())
    link, here = PreviewLink.objects.get(), make_draft()
    client.force_login(make_user(*WRITER))

    response = client.post(f"/admin/news/article/{here.pk}/links/", {"revoke": link.pk})
    link.refresh_from_db()

    assert response.status_code == 404
    assert link.revoked_at is None


@pytest.mark.parametrize(("data", "field"), [({"days": "365"}, "days"), ({"days": "7", "revision": "9"}, "revision")])
def test_link_that_cannot_be_made_is_told_at_its_field(client, data, field):
    article = make_draft()
    client.force_login(make_user(*WRITER))

    response = client.post(f"/admin/news/article/{article.pk}/links/", data)

    assert [*response.context["form"].errors] == [field]
    assert PreviewLink.objects.count() == 0
