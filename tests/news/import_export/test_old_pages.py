"""Saved pages of an old site (tests/samples/old_sites/pages): the seed page, and what else lies in such a folder."""

import shutil
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from news.import_export.old_dates import parse_date
from news.models import Article, Image
from tests.support.factories import make_picture, make_source

SAMPLES = Path(__file__).parents[2] / "samples"
SELECTORS = SAMPLES / "old_sites" / "selectors.toml"
ALMATY = ZoneInfo("Asia/Almaty")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path, db):
    make_source(slug="senat")
    folder = tmp_path / "pages"
    shutil.copytree(SAMPLES / "old_sites" / "pages", folder)
    (folder / "seed_page_files").mkdir()
    (folder / "seed_page_files" / "zal.jpg").write_bytes(make_picture(900, 600, "JPEG"))
    return folder


def run(folder, *options, selectors=SELECTORS):
    out, err = StringIO(), StringIO()
    try:
        call_command(
            "import_html", str(folder), "--source", "senat", "--selectors", str(selectors), *options,
            stdout=out, stderr=err,
        )  # fmt: skip
    except CommandError as error:
        return [*err.getvalue().splitlines(), str(error)], out.getvalue(), error.returncode
    return err.getvalue().splitlines(), out.getvalue(), 0


def test_seed_page_comes_in_with_every_part_of_it(folder, client):
    run(folder)

    found = Article.objects.get(title_kk="Мәслихаттың елдік жүгі")
    (picture,) = Image.objects.filter(placements__article=found)
    text = (SAMPLES / "seed_page.txt").read_text(encoding="utf-8").partition("көрсетілді")[2].split("\n\n")
    paragraphs = "".join(f"<p>{each.strip()}</p>" for each in text if each.strip())
    assert found.publish_at == datetime(2024, 3, 6, 19, tzinfo=UTC)
    assert found.hits == 65
    assert found.body_kk == f'<figure data-image="{picture.pk}"></figure>{paragraphs}'
    assert found.cover.width == 900
    assert picture.alt_kk == "Мәжіліс залы"
    assert sorted(topic.name_kk for topic in found.topics.all()) == ["Мәслихат", "Сенат"]
    with translation.override("kk"):
        address = found.get_absolute_url()
    response = client.get("/kz/news/maslihattyn-eldik-zhugi")
    assert (response.status_code, response.headers["Location"]) == (301, address)


def test_page_in_windows_1251_comes_in(folder, client):
    run(folder)

    found = Article.objects.get(title_ru="Забота маслихата")
    assert found.publish_at == datetime(2024, 3, 7, 11, 45, tzinfo=UTC)
    assert found.hits == 1234
    assert found.body_ru == "<p>Спикер <strong>Сената</strong> провёл заседание.</p><p>Второй абзац.</p>"
    assert client.get("/ru/news/zabota-maslihata").headers["Location"] == f"/ru/news/{found.pk}-zabota-maslikhata/"


def test_broken_pages_are_named_and_a_second_run_changes_nothing(folder):
    said, told, status = run(folder)
    before = list(Article.objects.order_by("pk").values())
    pictures = list(Image.objects.order_by("pk").values())
    again = run(folder)[0]

    refused = [
        "empty.html: The page is empty.",
        "list.html: The page has nothing at “title”.",
        "no_date.html: The date cannot be read: кеше.",
    ]
    assert said == [*refused, "Articles: 2 created, 0 changed, 0 same, 3 refused. Problems: 3."]
    assert status == 1
    assert told.splitlines() == ["pictures found: 2", "topics added: 2"]
    assert again == [*refused, "Articles: 0 created, 0 changed, 2 same, 3 refused. Problems: 3."]
    assert list(Article.objects.order_by("pk").values()) == before
    assert list(Image.objects.order_by("pk").values()) == pictures


def test_address_of_the_folder_gives_pages_theirs(folder, client):
    page = (folder / "ru" / "zabota.htm").read_bytes().replace(b"canonical", b"nothing")
    (folder / "ru" / "zabota.htm").write_bytes(page)

    run(folder, "--address", "https://old.example.kz/site/")

    assert client.get("/site/ru/zabota.htm").status_code == 301


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title = ", "selectors.toml is not TOML: Invalid value (at end of document)."),
        ('title = "h1"\ndate = ".d"', "“body” is missing."),
        ('title = "h1"\ndate = ".d"\nbody = "p"\nauthor = "b"', "“author” is unknown."),
        ('title = 1\ndate = ".d"\nbody = "p"', "“title” has to be text."),
    ],
)
def test_file_of_selectors_is_checked(folder, tmp_path, text, problem):
    (tmp_path / "selectors.toml").write_text(text)

    said, _told, status = run(folder, selectors=tmp_path / "selectors.toml")

    assert said == [problem]
    assert status == 1


def test_selector_that_is_none_is_refused(folder, tmp_path):
    (tmp_path / "selectors.toml").write_text('title = "h1["\ndate = ".d"\nbody = "p"')

    assert run(folder, selectors=tmp_path / "selectors.toml")[0][0].startswith("“title”: h1[ is no CSS selector: ")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Сенат 07 Наурыз, 2024", datetime(2024, 3, 7, tzinfo=ALMATY)),
        ("2024 жылғы 29 ақпан, 18:30", datetime(2024, 2, 29, 18, 30, tzinfo=ALMATY)),
        ("7 марта 2024 года в 9:05", datetime(2024, 3, 7, 9, 5, tzinfo=ALMATY)),
        ("March 7, 2024", datetime(2024, 3, 7, tzinfo=ALMATY)),
        ("07.03.2024 10:15", datetime(2024, 3, 7, 10, 15, tzinfo=ALMATY)),
        ("2024-03-07T10:15:00Z", datetime(2024, 3, 7, 10, 15, tzinfo=UTC)),
        ("2024-03-07", datetime(2024, 3, 7, tzinfo=ALMATY)),
        ("Thu, 07 Mar 2024 10:00:00 +0500", datetime(2024, 3, 7, 5, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_people_write_them(text, moment):
    assert parse_date(text, ALMATY) == moment


def test_days_before_march_2024_are_an_hour_further_from_greenwich():
    assert parse_date("29.02.2024 10:00", ALMATY).astimezone(UTC).hour == 4
    assert parse_date("01.03.2024 10:00", ALMATY).astimezone(UTC).hour == 5


@pytest.mark.parametrize("text", ["", "кеше", "31.02.2024", "7 қаңтарша 2024"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text, ALMATY)
