"""Feeds as WordPress, Bitrix, Joomla and others write them (tests/samples/old_sites/feeds)."""

from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from news.models import Article, Image, OldAddress
from tests.support.factories import make_picture, make_source
from tests.support.servers import serving

pytestmark = pytest.mark.django_db

FEEDS = Path(__file__).parents[2] / "samples" / "old_sites" / "feeds"


@pytest.fixture(autouse=True)
def _english():
    make_source(slug="senat")
    with translation.override("en"):
        yield


@pytest.fixture
def pictures(tmp_path):
    for name in ("wp-content/uploads/zal.jpg", "upload/iblock/1a2/zal.jpg"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(make_picture(700, 400, "JPEG"))
    return tmp_path


def run(path, *options):
    out, err = StringIO(), StringIO()
    try:
        call_command("import_rss", str(path), "--source", "senat", *options, stdout=out, stderr=err)
    except CommandError as error:
        return [*err.getvalue().splitlines(), str(error)], out.getvalue(), error.returncode
    return err.getvalue().splitlines(), out.getvalue(), 0


def by_title(code: str, title: str) -> Article:
    return Article.objects.get(**{f"title_{code}": title})


def test_folder_of_feeds_comes_in_and_what_is_broken_is_named(pictures):
    said, told, status = run(FEEDS, "--pictures", str(pictures))
    before = list(Article.objects.order_by("pk").values())
    again = run(FEEDS, "--pictures", str(pictures))[0]

    assert said == [
        "letter.xml: This is no feed.",
        "broken.xml, line 5: The feed is broken: mismatched tag.",
        "broken.xml, item 2, “Бұл <b>бүлінген”: It has neither an id nor an address.",
        "2024-02-wordpress.xml, item 2, “Күнсіз жаңалық”: The date cannot be read: .",
        "Articles: 6 created, 0 changed, 0 same, 4 refused. Problems: 4.",
    ]
    assert status == 1
    assert told.splitlines() == ["pictures found: 2", "in several feeds, taken once: 1", "topics added: 3"]
    assert again[-1] == "Articles: 0 created, 0 changed, 6 same, 4 refused. Problems: 4."
    assert list(Article.objects.order_by("pk").values()) == before


def test_feed_of_wordpress(pictures):
    run(FEEDS, "--pictures", str(pictures))

    found = by_title("kk", "Мәслихаттың елдік жүгі")
    (picture,) = Image.objects.filter(placements__article=found)
    assert found.publish_at == datetime(2024, 3, 7, 5, tzinfo=UTC)
    assert found.byline_kk == "Асан Үсенов"
    assert found.lead_kk == "Сенатта жиын өтті."
    assert found.body_kk == (
        f'<p>Сенатта <strong>жиын</strong> өтті.</p><figure data-image="{picture.pk}"></figure>'
        '<p><a href="https://old.example.kz/about/" rel="noopener">Біз туралы</a></p>'
    )
    assert [topic.name_kk for topic in found.topics.all()] == ["Өңірлер"]
    assert sorted(found.old_addresses.values_list("path", "language")) == [("/2024/03/07/jyk", "kk"), ("/?p=41", "kk")]


def test_feed_of_bitrix_in_windows_1251(pictures, client):
    run(FEEDS, "--pictures", str(pictures))

    found = by_title("ru", 'Сенат рассмотрел закон о "маслихатах"')
    assert found.publish_at == datetime(2024, 2, 15, 4, tzinfo=UTC)
    assert found.lead_ru == "Коротко о заседании."
    assert found.body_ru == "<p>Спикер открыл заседание.</p><p>Депутаты одобрили закон.</p>"
    assert found.cover.width == 700
    response = client.get("/news/detail.php?SECTION_ID=7&ID=1523&yclid=1")
    assert (response.status_code, response.headers["Location"]) == (
        301, f"/ru/news/{found.pk}-senat-rassmotrel-zakon-o-maslikhatakh/",
    )  # fmt: skip


def test_feed_of_joomla_has_its_local_time_and_no_address_of_its_author(pictures):
    run(FEEDS, "--pictures", str(pictures))

    found = by_title("en", "Parliament meets the regions")
    assert found.publish_at == datetime(2024, 3, 8, 3, 30, tzinfo=UTC)
    assert found.body_en == "<p>The conference opens in April.</p><ul><li>Astana</li></ul>"
    assert found.byline_en == "Press office"


def test_atom_and_rdf(pictures):
    run(FEEDS, "--pictures", str(pictures))

    atom, rdf = by_title("ru", "Закон & порядок"), by_title("ru", "Старая новость")
    assert atom.publish_at == datetime(2023, 5, 1, 4, tzinfo=UTC)
    assert atom.body_ru == "<p>Текст <em>закона</em>.</p>"
    assert atom.byline_ru == "Марат Ахметов"
    assert rdf.publish_at == datetime(2008, 11, 3, 3, 15, tzinfo=UTC)
    assert rdf.body_ru == "<p>Первая строка<br>Вторая строка</p>"
    assert rdf.lead_ru == "Начало"


def test_address_of_joomla_with_a_number_leads_to_its_article_and_not_to_ours(pictures, client):
    """Joomla's /…/57-parliament-meets looks like an address of this site, whose article 57 is another."""
    run(FEEDS, "--pictures", str(pictures))
    found, other = by_title("en", "Parliament meets the regions"), by_title("ru", "Старая новость")
    OldAddress.objects.create(path=f"/news/{other.pk}-parliament", article=found, language="en")

    for old in (f"/news/{other.pk}-parliament", f"/news/{other.pk}-parliament/"):
        response = client.get(old)

        assert (response.status_code, response.headers["Location"]) == (
            301, f"/en/news/{found.pk}-parliament-meets-the-regions/",
        )  # fmt: skip


class OldHost(BaseHTTPRequestHandler):
    """A site with one picture, one address that leads to it, and one that leads to another host."""

    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/moved.jpg":
            self.answer(302, b"", Location="/img/zal.jpg")
        elif self.path == "/away.jpg":
            self.answer(302, b"", Location="http://127.0.0.2/zal.jpg")
        elif self.path == "/img/zal.jpg":
            self.answer(200, make_picture(700, 400, "JPEG"))
        else:
            self.answer(404, b"")

    def answer(self, status: int, data: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args):
        pass


def test_pictures_are_fetched_once_and_only_from_hosts_that_are_named(tmp_path):
    OldHost.asked = []
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), OldHost)) as server:
        host = f"127.0.0.1:{server.server_port}"
        feed = tmp_path / "feed.xml"
        images = "".join(f"&lt;img src='http://{host}/{name}'&gt;" for name in ("moved.jpg", "away.jpg", "lost.jpg"))
        feed.write_text(
            f"<rss version='2.0'><channel><title>a</title><link>http://{host}/</link><language>kk</language><item>"
            f"<title>Сурет</title><link>http://{host}/1</link><pubDate>Fri, 08 Mar 2024 08:30:00 +0500</pubDate>"
            f"<description>&lt;p&gt;Мәтін&lt;/p&gt;{images}</description></item></channel></rss>"
        )

        not_named = run(feed)[0]
        nothing_asked = list(OldHost.asked)
        dry = run(feed, "--fetch-from", host, "--dry-run")[1]
        still_nothing = list(OldHost.asked)
        said, told, status = run(feed, "--fetch-from", host)
        asked = list(OldHost.asked)
        again = run(feed, "--fetch-from", host)[0]

    assert not_named[0] == f"feed.xml, item 1, “Сурет”: There is no such picture: http://{host}/moved.jpg."
    assert nothing_asked == still_nothing == []
    assert "pictures to fetch: 3" in dry.splitlines()
    assert said == [
        f"feed.xml, item 1, “Сурет”: http://{host}/away.jpg leads to a host that is not named: 127.0.0.2.",
        f"feed.xml, item 1, “Сурет”: http://{host}/lost.jpg cannot be fetched: HTTP 404.",
        "Articles: 0 created, 1 changed, 0 same, 0 refused. Problems: 2.",
    ]
    assert status == 1
    assert "pictures fetched: 1" in told.splitlines()
    assert asked == ["/moved.jpg", "/img/zal.jpg", "/away.jpg", "/lost.jpg"]
    assert again[-1] == "Articles: 0 created, 0 changed, 1 same, 0 refused. Problems: 2."
    assert OldHost.asked[4:] == ["/away.jpg", "/lost.jpg"]
    assert Article.objects.get().body_kk == f'<p>Мәтін</p><figure data-image="{Image.objects.get().pk}"></figure>'


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--source", "mazhilis"), "“--source”: “mazhilis” is unknown."),
        (("--zone", "Asia/Nowhere"), "“'No time zone found with key Asia/Nowhere'” is unknown."),
        (("--encoding", "klingon"), "“unknown encoding: klingon” is unknown."),
    ],
)
def test_options_that_make_no_sense_are_refused(options, problem):
    assert run(FEEDS, *options)[0] == [problem]


def test_feed_that_is_not_there_is_refused(tmp_path):
    said, _told, status = run(tmp_path / "none.xml")

    assert said == [f"{tmp_path}/none.xml cannot be read: there is no such file."]
    assert status == 1
