import re

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from news.editorial import revisions, workflow
from news.editorial.comparison import compare, describe_value
from news.preview import links
from portal.models import SiteSettings
from tests.support.browser import needs_chromium, violations, watched_page
from tests.support.factories import make_article, make_image, make_user

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ID = "dQw4w9WgX-_"
OWN = "https://video.example.kz/embed/12"
YOUTUBE = f'<figure data-video="youtube:{ID}">Отырыс &lt;толық&gt;</figure>'
BODY = f'<p>Мәтін</p>{YOUTUBE}<figure data-video="{OWN}">Кездесу</figure>'


def policy(answer) -> str:
    return answer.headers["Content-Security-Policy"]


def videos_on_page(answer) -> list[tuple[str, str | None, str]]:
    """Link, player and title of each video of a page."""
    page = answer.content.decode()
    starts = re.findall(
        r'<a class="video-start" href="([^"]+)"([^>]*)>.*?<span class="video-title">([^<]*)', page, re.DOTALL
    )
    return [(link, (re.findall('data-player="([^"]+)"', rest) or [None])[0], title) for link, rest, title in starts]


def test_page_shows_stills_and_no_frame(client):
    answer = client.get(make_article(body_kk=BODY).get_absolute_url())

    assert videos_on_page(answer) == [
        (
            f"https://www.youtube.com/watch?v={ID}",
            f"https://www.youtube-nocookie.com/embed/{ID}?autoplay=1&amp;rel=0",
            "Отырыс &lt;толық&gt;",
        ),
        (OWN, None, "Кездесу"),
    ]
    assert "<iframe" not in answer.content.decode()
    assert "js/site/video.js" in answer.content.decode()


def test_video_shows_the_picture_that_is_its_still_and_no_words_of_it(client):
    image = make_image(caption_kk="Сөз", alt_kk="Зал")
    article = make_article(body_kk=BODY.replace("</figure>", f'<figure data-image="{image.pk}"></figure></figure>', 1))
    page = client.get(article.get_absolute_url()).content.decode()
    first, second = re.findall(r'<figure class="video">.*?</figure>', page, re.DOTALL)

    assert image.src in first
    assert first.count("<img") == 1
    assert first.count('alt=""') == 1
    assert "<img" not in second
    assert "Зал" not in page
    assert "Сөз" not in page
    assert len(videos_on_page(client.get(article.get_absolute_url()))) == 2
    assert [each.image for each in article.placements.all()] == [image]
    assert "[сурет №" in describe_value("body_kk", article.body_kk)


def test_only_a_page_with_a_video_may_show_frames_and_only_of_named_hosts(client):
    SiteSettings.objects.create(pk=1, video_hosts="video.example.kz\nWWW.youtube-nocookie.com")
    plain, filmed = make_article(), make_article("kk ru", body_kk=BODY)
    with override("ru"):
        in_russian = client.get(filmed.get_absolute_url())
    answers = [client.get("/"), client.get(plain.get_absolute_url()), in_russian]
    answer = client.get(filmed.get_absolute_url())

    assert ["frame-src" in policy(each) for each in answers] == [False] * 3
    assert "frame-src 'self' https://video.example.kz https://www.youtube-nocookie.com" in policy(answer)
    assert policy(answer).replace(
        "; frame-src 'self' https://video.example.kz https://www.youtube-nocookie.com", ""
    ) == (policy(answers[0]))
    assert [player for _link, player, _title in videos_on_page(answer)][1] == OWN


def test_where_no_host_is_named_videos_are_links(client):
    SiteSettings.objects.create(pk=1, video_hosts="")
    answer = client.get(make_article(body_kk=BODY).get_absolute_url())

    assert [player for _link, player, _title in videos_on_page(answer)] == [None, None]
    assert "frame-src 'self';" in policy(answer) + ";"


@pytest.mark.parametrize(
    "lines",
    [
        "https://video.example.kz",
        "video.example.kz; script-src *",
        "*",
        "*.example.kz",
        "localhost",
        "video.example.kz/x",
    ],
)
def test_what_is_no_host_is_refused_and_never_gets_into_the_policy(client, lines):
    site = SiteSettings(pk=1, video_hosts=lines)
    with pytest.raises(ValidationError):
        site.full_clean()
    site.save()

    answer = client.get(make_article(body_kk=BODY).get_absolute_url())

    assert set(re.search(r"frame-src ([^;]*)", policy(answer))[1].split()) <= {"'self'", "https://video.example.kz"}
    assert "script-src" not in policy(answer)


def test_chief_editor_names_the_hosts(client):
    SiteSettings.objects.create(pk=1)
    client.force_login(make_user("portal.change_sitesettings", "portal.view_sitesettings", "news.publish_article"))

    client.post("/admin/portal/sitesettings/1/change/", {"video_hosts": "video.example.kz"})

    assert SiteSettings.load().player_hosts == ["video.example.kz"]


def test_preview_plays_too(client):
    article = make_article(body_kk=BODY, status="draft")
    writer = make_user("news.change_article", "news.view_article")
    link = links.create_link(article, by=writer)
    answers = [client.get(f"/preview/{link}/kk/")]
    client.force_login(writer)
    answers += [client.get(f"/admin/news/article/{article.pk}/preview/kk/")]

    assert [len(videos_on_page(answer)) for answer in answers] == [2, 2]
    assert ["frame-src 'self' https://www.youtube-nocookie.com" in policy(answer) for answer in answers] == [True, True]
    assert ["frame-ancestors 'self'" in policy(answer) for answer in answers] == [True, True]


def test_feed_has_a_link_instead(client):
    make_article(body_kk=BODY)
    feed = client.get("/feed.json").json()["items"][0]["content_html"]

    assert f'<p>▶ <a href="https://www.youtube.com/watch?v={ID}">Отырыс &lt;толық&gt;</a></p>' in feed
    assert f'<p>▶ <a href="{OWN}">Кездесу</a></p>' in feed
    assert "<figure" not in feed


def test_article_of_a_video_alone_can_be_published():
    article, chief = (
        make_article(body_kk=YOUTUBE, status="draft"),
        make_user("news.publish_article", "news.change_article"),
    )
    revisions.latest(article)

    workflow.publish(article, by=chief)

    assert article.status == "approved"


def test_another_video_is_a_difference_of_revisions():
    old, new = {"body_kk": YOUTUBE}, {"body_kk": YOUTUBE.replace(ID, "x" * 11)}

    (difference,) = compare(old, new)

    assert difference.runs == [
        ("same", "▶ Отырыс <толық> "),
        ("gone", f"(youtube:{ID})"),
        ("new", f"(youtube:{'x' * 11})"),
    ]


@needs_chromium
@pytest.mark.django_db(transaction=True)
def test_player_comes_after_a_press_and_not_before(live_server, browser):
    SiteSettings.objects.create(pk=1, video_hosts="www.youtube-nocookie.com")
    article = make_article(body_kk=YOUTUBE)
    with watched_page(browser, live_server.url) as (page, trouble):
        page.route("https://www.youtube-nocookie.com/**", lambda route: route.fulfill(body="player"))
        page.goto(article.get_absolute_url())
        before = (page.locator("iframe").count(), list(trouble), violations(page))
        page.get_by_role("button", name="Отырыс <толық>").focus()
        page.keyboard.press("Space")
        page.frame_locator(".video iframe").get_by_text("player").wait_for()
        player = page.locator(".video iframe")

        assert before == (0, [], [])
        assert trouble == [f"https://www.youtube-nocookie.com/embed/{ID}?autoplay=1&rel=0"]
        assert player.get_attribute("title") == "Отырыс <толық>"
        assert player.evaluate("frame => document.activeElement === frame")
    with watched_page(browser, live_server.url, java_script_enabled=False) as (page, trouble):
        page.goto(article.get_absolute_url())

        assert (
            page.get_by_role("link", name="Отырыс <толық>").get_attribute("href")
            == f"https://www.youtube.com/watch?v={ID}"
        )
        assert trouble == []


@needs_chromium
@pytest.mark.django_db(transaction=True)
def test_address_pasted_on_an_empty_line_becomes_a_video(live_server, browser, client):
    writer, still = (
        make_user("news.add_article", "news.change_article", "news.view_article", "news.view_image"),
        make_image(),
    )
    client.force_login(writer)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    with watched_page(browser, live_server.url) as (page, trouble):
        page.context.add_cookies([cookie])
        page.goto("/admin/news/article/add/")
        editor = page.locator(".field-body_kk .ProseMirror")
        editor.click()
        empty = editor.locator("> *").evaluate_all("parts => parts.map((part) => part.tagName)")
        editor.evaluate(PASTE, f"https://youtu.be/{ID}?t=90")
        dialog = page.locator("dialog[open]")
        dialog.wait_for()
        address, title = page.locator("#video-address"), page.locator("#video-title")
        pasted = address.input_value()
        title.fill("Отырыс")
        page.get_by_role("button", name="Кітапханадан таңдау").click()
        page.locator(".chooser > ul button").click()
        dialog.get_by_text(f"№ {still.pk} ").wait_for()
        address.fill("https://www.youtube.com/@senate")
        page.keyboard.press("Enter")
        dialog.get_by_role("alert").wait_for()
        faults = [fault for fault in violations(page) if "editor-dialog" in fault]
        address.fill(pasted)
        page.keyboard.press("Enter")
        dialog.wait_for(state="hidden")
        typed = page.locator("[name=body_kk]").input_value()

        assert empty == ["P"]
        assert pasted == f"https://youtu.be/{ID}?t=90"
        assert typed.startswith(
            f'<figure data-video="youtube:{ID}@90">Отырыс<figure data-image="{still.pk}"></figure></figure>'
        )
        assert trouble == []
        assert faults == []


PASTE = """(editor, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
