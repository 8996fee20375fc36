"""An old site of WordPress, as its export has it (tests/samples/old_sites/wordpress.xml)."""

import re
import tracemalloc
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from news.import_export import wordpress
from news.import_export.old_pictures import OldPictures
from news.import_export.old_site import OldSite, import_old_site
from news.models import Article, Image, OldAddress, Topic
from tests.support.factories import make_picture, make_source, make_topic

pytestmark = pytest.mark.django_db

EXPORT = Path(__file__).parents[2] / "samples" / "old_sites" / "wordpress.xml"
COUNTERS = ("--hits-from", "post_views_count", "--hits-from", "views")
SAID = [
    "wordpress.xml, line 126, “Өңірлер мен мәслихаттар”: There is no such picture: "
    "https://old.example.kz/wp-content/uploads/2024/02/lost.jpg.",
    "wordpress.xml, line 276, “[:kk]Екі тілде[:ru]На двух языках[:]”: Its readings are not a number: көп.",
    "wordpress.xml, line 296, “Бүлінген жазба”: The item cannot be read: unclosed CDATA section.",
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def uploads(tmp_path):
    """A copy of wp-content/uploads, from which one picture is missing."""
    make_source(slug="senat")
    folder = tmp_path / "uploads"
    for name, data in {
        "2024/03/zal.jpg": make_picture(800, 500, "JPEG"),
        "2024/03/zal-300x200.jpg": make_picture(300, 200, "JPEG"),
        "2024/03/мұқаба.png": make_picture(640, 400),
        "2024/02/ekinshi.png": make_picture(500, 300),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def run(uploads, *options, path=EXPORT):
    """What the command wrote and its status."""
    out, err = StringIO(), StringIO()
    try:
        call_command(
            "import_wordpress", str(path), "--source", "senat", "--pictures", str(uploads), *options,
            stdout=out, stderr=err,
        )  # fmt: skip
    except CommandError as error:
        return [*err.getvalue().splitlines(), str(error)], out.getvalue(), error.returncode
    return err.getvalue().splitlines(), out.getvalue(), 0


def article(number: int) -> Article:
    return Article.objects.get(origin_id=f"wordpress:old.example.kz:{number}")


def test_export_comes_in_whole_but_for_what_is_broken(uploads):
    said, told, status = run(uploads, *COUNTERS)

    assert said == [*SAID, "Articles: 7 created, 0 changed, 0 same, 1 refused. Problems: 3."]
    assert status == 1
    assert told.splitlines() == [
        "pictures found: 6",
        "left out of texts: <form>: 1",
        "left out of texts: [vc_column]: 1",
        "left out of texts: [vc_row]: 1",
        "left out: in the bin of the old site: 1",
        "left out: items of the type page: 1",
        "private or with a password, imported as drafts: 2",
        "topics added: 3",
    ]
    assert sorted(Article.objects.values_list("origin_id", "status")) == [
        ("wordpress:old.example.kz:10", "approved"),
        ("wordpress:old.example.kz:12", "approved"),
        ("wordpress:old.example.kz:13", "draft"),
        ("wordpress:old.example.kz:14", "draft"),
        ("wordpress:old.example.kz:15", "draft"),
        ("wordpress:old.example.kz:30", "approved"),
        ("wordpress:old.example.kz:32", "approved"),
    ]


def test_second_run_changes_nothing(uploads):
    run(uploads, *COUNTERS)
    before = list(Article.objects.order_by("pk").values())
    pictures = list(Image.objects.order_by("pk").values())
    topics = list(Topic.objects.order_by("pk").values())
    addresses = list(OldAddress.objects.order_by("path").values())

    said, _told, _status = run(uploads, *COUNTERS)

    assert said == [*SAID, "Articles: 0 created, 0 changed, 7 same, 1 refused. Problems: 3."]
    assert list(Article.objects.order_by("pk").values()) == before
    assert list(Image.objects.order_by("pk").values()) == pictures
    assert list(Topic.objects.order_by("pk").values()) == topics
    assert list(OldAddress.objects.order_by("path").values()) == addresses


def test_dry_run_says_the_same_and_changes_nothing(uploads):
    said, told, status = run(uploads, *COUNTERS, "--dry-run")

    assert said == [*SAID, "Dry run: 7 created, 0 changed, 0 same, 1 refused. Problems: 3."]
    assert status == 1
    assert "topics added: 3" in told.splitlines()
    assert Article.objects.count() == 0
    assert Image.objects.count() == 0
    assert Topic.objects.count() == 0
    assert OldAddress.objects.count() == 0


def test_post_of_blocks_and_its_translation_are_one_article(uploads):
    run(uploads, *COUNTERS)

    found = article(10)
    (picture,) = Image.objects.filter(placements__article=found)
    assert found.publish_at == datetime(2024, 3, 7, 5, tzinfo=UTC)
    assert found.title_kk == "Сенат – мәслихаттарға"
    assert found.slug_kk == "senat-maslihat"
    assert found.lead_kk == "Форумға дайындық барысы."
    assert found.byline_kk == "Асан Үсенов"
    assert found.body_kk == (
        "<p>Палата <strong>спикері</strong> жиын өткізді. "
        '<a href="article:wordpress%3Aold.example.kz%3A12">Бұрынғы жиын</a>.</p>'
        f'<figure data-image="{picture.pk}"></figure><figure data-video="youtube:dQw4w9WgXcQ"></figure>'
        "<blockquote><p>Қуатты өңірлер – елдің драйвері.</p><p><cite>Мәулен Әшімбаев</cite></p></blockquote>"
        "<table><thead><tr><th>Күні</th><th>Орны</th></tr></thead>"
        "<tbody><tr><td>18 сәуір</td><td>Астана</td></tr></tbody></table>"
    )
    assert found.title_ru == "Сенат – маслихатам"
    assert found.body_ru == (f'<p>Спикер палаты провёл заседание.</p><figure data-image="{picture.pk}"></figure>')
    assert (picture.width, picture.alt_kk, picture.alt_ru, picture.caption_kk) == (
        800, "Мәжіліс залы", "Зал заседаний", "Отырыс залы",
    )  # fmt: skip
    assert found.cover.width == 640
    assert found.hits == 1300
    assert sorted(found.topics.values_list("slug", "name_kk", "name_ru", "is_waiting")) == [
        ("regions", "Өңірлер", "Өңірлер", True),
        ("zandar", "Заңдар", "Законы", True),
    ]


def test_classic_post_gets_its_paragraphs_pictures_and_local_time(uploads):
    run(uploads, *COUNTERS)

    found = article(12)
    numbers = [int(number) for number in re.findall('data-image="([0-9]+)"', found.body_kk)]
    assert found.publish_at == datetime(2024, 2, 15, 4, tzinfo=UTC)
    assert found.byline_kk == ""
    assert found.hits == 65
    assert found.body_kk == (
        f'<p>Бірінші абзац<br>екінші жолы.</p><figure data-image="{numbers[0]}"></figure><h3>Тақырыпша</h3>'
        f'<p>Белгі ]]&gt; мәтінде қалады.</p><figure data-image="{numbers[1]}"></figure>'
        f'<figure data-image="{numbers[2]}"></figure><figure data-video="youtube:dQw4w9WgXcQ"></figure>'
        "<p>Бағандағы мәтін [сурет] [1].</p><ul><li>бір</li><li>екі</li></ul>"
    )
    assert [Image.objects.get(pk=number).width for number in numbers] == [800, 800, 500]
    assert numbers[0] == numbers[1]
    assert Image.objects.get(pk=numbers[0]).caption_kk == "Депутаттар залда"


def test_draft_has_its_local_time_after_the_change_of_the_zone(uploads):
    run(uploads)

    assert article(13).publish_at == datetime(2024, 3, 20, 13, 30, tzinfo=UTC)


def test_post_in_two_languages_of_one_text_is_parted(uploads):
    run(uploads)

    found = article(30)
    assert found.title_kk == "Екі тілде"
    assert found.title_ru == "На двух языках"
    assert found.body_kk == "<p>Қазақша мәтін.</p>"
    assert found.body_ru == "<p>Русский текст.</p><p>Второй абзац.</p>"


def test_text_keeps_a_video_and_loses_what_is_active(uploads):
    run(uploads)

    found = article(32)
    assert found.title_kk == "Аманат & заң жобасы"
    assert found.body_kk == (
        '<p>Бүлінгеннен кейін де</p><figure data-video="youtube:dQw4w9WgXcQ">Жиын</figure><p>оқылады.</p>'
    )


@pytest.mark.parametrize(
    ("old", "number", "language"),
    [
        ("/2024/03/07/senat-maslihat/", 10, "kk"),
        ("/2024/03/07/senat-maslihat", 10, "kk"),
        ("/2024/03/07/senat-maslihat/?utm_source=telegram", 10, "kk"),
        ("/2024/03/07/senat-eski/", 10, "kk"),
        ("/?p=10", 10, "kk"),
        ("/ru/2024/03/07/senat-maslihatam/", 10, "ru"),
        ("/?p=11", 10, "ru"),
        ("/ru/2021/05/04/eki-tilde/", 30, "ru"),
    ],
)
def test_old_address_leads_to_the_article_in_its_language(uploads, client, old, number, language):
    run(uploads)
    with translation.override(language):
        address = article(number).get_absolute_url()

    response = client.get(old)

    assert response.status_code == 301
    assert response.headers["Location"] == address


@pytest.mark.parametrize(
    "old", ["/2024/03/08/private/", "/2024/03/09/kupiya/", "/?p=13", "/?p=99", "/2024/03/11/broken/"]
)
def test_old_address_of_what_readers_have_not_is_an_unknown_one(uploads, client, old):
    run(uploads)

    assert client.get(old).status_code == 404


def test_withdrawn_article_says_so_at_its_old_address(uploads, client):
    run(uploads)
    found = article(12)
    Article.objects.filter(pk=found.pk).update(status="withdrawn", withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert client.get("/2024/02/15/klassika/", follow=True).status_code == 410


def test_addresses_that_are_gone_answer_410(uploads, client, tmp_path):
    gone = tmp_path / "gone.txt"
    gone.write_text("https://old.example.kz/contacts/\n\n/author/asan/\n")

    _said, told, _status = run(uploads, "--gone", str(gone))
    again = run(uploads, "--gone", str(gone))[1]

    assert "addresses gone for good: 2" in told.splitlines()
    assert "addresses gone for good" not in again
    assert client.get("/contacts/").status_code == 410
    assert client.get("/author/asan/").status_code == 410
    assert client.get("/author/").status_code == 404


def test_categories_become_the_topics_that_a_file_names(uploads, tmp_path):
    make_topic(slug="laws")
    topics = tmp_path / "topics.json"
    topics.write_text('{"Заңдар": "laws", "zakony": "laws", "regions": null, "uncategorized": null}')

    run(uploads, "--topics", str(topics))

    assert [topic.slug for topic in article(10).topics.all()] == ["laws"]
    assert [topic.slug for topic in article(12).topics.all()] == []
    assert Topic.objects.count() == 1


def test_pages_come_in_when_asked_for(uploads):
    run(uploads, "--types", "post,page")

    assert article(16).title_kk == "Байланыс"
    assert OldAddress.objects.filter(article=article(16)).count() == 2


def test_picture_that_is_none_is_left_out_and_named(uploads):
    (uploads / "2024" / "02" / "ekinshi.png").write_bytes(b"<svg></svg>")

    said, _told, status = run(uploads)

    assert (
        "wordpress.xml, line 126, “Өңірлер мен мәслихаттар”: ekinshi.png: The file is not a picture in JPEG, PNG, "
        "WebP, AVIF or GIF." in said
    )
    assert status == 1
    assert article(12).body_kk.count("data-image") == 2


def test_killed_import_goes_on(uploads, monkeypatch):
    class Killed(BaseException):
        """As kill -9 would have it: nobody tidies up."""

    monkeypatch.setattr("news.import_export.articles.BATCH", 2)
    make = wordpress.make_article
    made = []

    def make_some(*args):
        made.append(args)
        if len(made) > 4:
            raise Killed
        return make(*args)

    monkeypatch.setattr(wordpress, "make_article", make_some)
    with pytest.raises(Killed):
        run(uploads)
    there = Article.objects.count()
    monkeypatch.setattr(wordpress, "make_article", make)

    said, _told, _status = run(uploads)

    assert there == 4
    assert said[-1].startswith("Articles: 3 created, 0 changed, 4 same, 1 refused.")


def test_bytes_of_windows_1251_and_control_characters_are_read(uploads, tmp_path):
    export = tmp_path / "old.xml"
    whole = EXPORT.read_text(encoding="utf-8").replace("Спикер палаты провёл", "Спикер\x0b палаты провёл")
    head, russian = whole.split("	<item>\n		<title><![CDATA[Сенат – маслихатам", 1)
    russian = "	<item>\n		<title><![CDATA[Сенат – маслихатам" + russian
    russian = russian.replace("post_translations", "nothing")
    export.write_bytes(head.encode() + russian.encode("windows-1251"))

    run(uploads, path=export)

    assert article(11).title_ru == "Сенат – маслихатам"
    assert article(11).body_ru.startswith("<p>Спикер палаты провёл заседание.</p>")


def test_file_that_is_cut_off_is_reported_and_the_rest_is_there(uploads, tmp_path):
    export = tmp_path / "cut.xml"
    export.write_bytes(EXPORT.read_bytes().partition("провёл".encode())[0])

    said, _told, status = run(uploads, path=export)

    assert "cut.xml, line 317, “Сенат – маслихатам”: The item cannot be read:" in said[-2]
    assert status == 1
    assert article(10).languages == ["kk"]
    assert Article.objects.count() == 7


def test_pieces_of_a_file_are_the_same_however_it_is_read(monkeypatch):
    with EXPORT.open("rb") as file:
        whole = list(wordpress.read_pieces(file))
    for size in (37, 1000, 8192):
        monkeypatch.setattr(wordpress, "CHUNK", size)
        with EXPORT.open("rb") as file:
            assert list(wordpress.read_pieces(file)) == whole


def test_memory_does_not_grow_with_the_file(uploads, tmp_path):
    """Twenty megabytes of posts: what is held of them at once is far less."""
    export = tmp_path / "large.xml"
    head, _item, rest = EXPORT.read_text(encoding="utf-8").partition("	<item>")
    post = "	<item>" + rest.partition("</item>")[0] + "</item>\n"
    with export.open("w", encoding="utf-8") as file:
        file.write(head)
        for number in range(2000):
            file.write(
                post.replace("<wp:post_id>10<", f"<wp:post_id>{1000 + number}<")
                .replace("post_translations", "nothing")
                .replace("senat-maslihat", f"senat-{number}")
                .replace("Палата", "Палата " * 1000)
            )
        file.write("</channel></rss>")
    site = OldSite("senat", "kk", UTC, OldPictures(uploads, frozenset()), report=lambda _problem: None)

    tracemalloc.start()
    count = sum(1 for _each in wordpress.find_posts(site, export, kinds=["post"], counters=[]))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 2000
    assert export.stat().st_size > 20_000_000
    assert most < 8_000_000


def test_import_old_site_takes_any_iterable(uploads):
    site = OldSite("senat", "kk", UTC, OldPictures(uploads, frozenset()), report=lambda _problem: None)

    assert import_old_site(site, []).created == 0
