import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from news.import_export.line_format import MAX_LINE, BadLine, Names, read_line
from tests.support.factories import make_picture

NAMES = Names(sources={"senat": 1}, topics={"budget": 2, "regions": 3}, people={"asan": 4})
LINE = {
    "id": "a-1",
    "source": "senat",
    "publish_at": "2024-03-07T10:00:00+05:00",
    "title": {"kk": "Сенат отырысы"},
    "body": {"kk": "<p>Мәтін</p>"},
}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def read(folder: Path | None = None, **fields):
    return read_line(json.dumps({**LINE, **fields}), NAMES, folder)


def refusal(line: str | bytes, folder: Path | None = None) -> str:
    with pytest.raises(BadLine) as caught:
        read_line(line, NAMES, folder)
    return str(caught.value)


def refusal_of(folder: Path | None = None, **fields) -> str:
    return refusal(json.dumps({**LINE, **fields}), folder)


def without(*fields: str) -> str:
    return json.dumps({field: value for field, value in LINE.items() if field not in fields})


def test_read_line_takes_the_least_there_may_be():
    entry = read()

    assert entry.id == "a-1"
    assert {name: value for name, value in entry.columns.items() if value} == {
        "source_id": 1,
        "kind": "news",
        "status": "approved",
        "publish_at": datetime(2024, 3, 7, 5, tzinfo=UTC),
        "title_kk": "Сенат отырысы",
        "slug_kk": "senat-otyrysy",
        "body_kk": "<p>Мәтін</p>",
    }
    assert entry.topics == set()
    assert entry.people == set()
    assert entry.cover is None
    assert entry.says_cover is False
    assert entry.hits == 0
    assert entry.languages == ["kk"]


def test_read_line_takes_all_there_may_be(tmp_path):
    (tmp_path / "covers").mkdir()
    (tmp_path / "covers" / "1.png").write_bytes(make_picture())

    entry = read(
        tmp_path,
        kind="speech",
        status="withdrawn",
        pinned=True,
        title={"kk": " Бір\n екі ", "ru": "Один", "en": None},
        body={"kk": "<p>Мәтін</p>", "ru": "Текст", "en": ""},
        lead={"ru": " Коротко "},
        slug={"kk": "Басқа атау", "ru": ""},
        dateline={"kk": "Астана"},
        byline={"kk": "Асан"},
        topics=["regions", "budget", "regions"],
        people=["asan"],
        cover={"file": "covers/1.png", "alt": {"kk": "Зал"}, "credit": {"ru": "Фото"}},
        hits=65,
    )

    assert {name: value for name, value in entry.columns.items() if value} == {
        "source_id": 1,
        "kind": "speech",
        "status": "withdrawn",
        "publish_at": datetime(2024, 3, 7, 5, tzinfo=UTC),
        "pinned": True,
        "title_kk": "Бір екі",
        "title_ru": "Один",
        "slug_kk": "baska-atau",
        "slug_ru": "odin",
        "lead_ru": "Коротко",
        "body_kk": "<p>Мәтін</p>",
        "body_ru": "<p>Текст</p>",
        "dateline_kk": "Астана",
        "byline_kk": "Асан",
    }
    assert entry.topics == {2, 3}
    assert entry.people == {4}
    assert entry.hits == 65
    assert entry.cover.path == tmp_path / "covers" / "1.png"
    assert {name: text for name, text in entry.cover.texts.items() if text} == {"alt_kk": "Зал", "credit_ru": "Фото"}


def test_read_line_sanitises_the_body():
    entry = read(body={"kk": "<div class=x>a<b style='y'> b</b></div>"})

    assert entry.columns["body_kk"] == "<p>a <strong>b</strong></p>"


def test_read_line_takes_bytes_with_a_mark_of_their_order():
    assert read_line(b"\xef\xbb\xbf" + json.dumps(LINE).encode(), NAMES, None).id == "a-1"


def test_read_line_takes_the_longest_line_and_no_longer_one():
    line = json.dumps(LINE).encode().ljust(MAX_LINE)

    assert read_line(line, NAMES, None).id == "a-1"
    with translation.override("en"), pytest.raises(BadLine, match=r"^The line is longer than 5 MB\.$"):
        read_line(line + b" ", NAMES, None)


def test_read_line_takes_a_draft_that_is_only_begun():
    entry = read(status="draft", title={}, body={"ru": "Текст"}, publish_at=None)

    assert entry.languages == []
    assert entry.columns["body_ru"] == "<p>Текст</p>"
    assert entry.columns["publish_at"] is None


def test_read_line_takes_an_approved_article_that_waits_for_its_moment():
    assert read(publish_at=None).columns["publish_at"] is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "The line is not JSON: Expecting property name enclosed in double quotes."),
        ("[" * 200_000, None),
        ('{"hits": ' + "9" * 5000 + "}", None),
        (b'{"id": "\xff"}', "The line is not UTF-8."),
        (json.dumps(LINE).encode("utf-16"), "The line is not UTF-8."),
        ("[]", "The line is not a JSON object."),
        ("null", "The line is not a JSON object."),
        ('"' + "a" * 5 * 1024 * 1024 + '"', "The line is longer than 5 MB."),
        (without("id"), "“id” is missing."),
        (without("source"), "“source” is missing."),
        (without("title"), "“title” is missing."),
        (without("body"), "“title.kk” has no “body.kk”."),
        (without("publish_at"), "An approved article needs “publish_at”."),
    ],
)
def test_read_line_refuses_what_is_no_article(line, problem):
    said = refusal(line)

    assert said == problem if problem else said.startswith("The line is not JSON: ")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"id": 7}, "“id” has to be text."),
        ({"id": " "}, "“id” is missing."),
        ({"id": "a" * 201}, "“id” has 201 characters, more than 200."),
        ({"headline": "a"}, "“headline” is unknown."),
        ({"head\x1bline" + "e" * 80: "a"}, "“head\ufffdline" + "e" * 51 + "…” is unknown."),
        ({"source": "mazhilis"}, "“source”: “mazhilis” is unknown."),
        ({"source": ["senat"]}, "“source” has to be text."),
        ({"kind": "poem"}, "“kind”: “poem” is unknown."),
        ({"kind": {}}, "“kind” has to be text."),
        ({"status": "published"}, "“status”: “published” is unknown."),
        ({"topics": ["budget", "war"]}, "“topics”: “war” is unknown."),
        ({"topics": "budget"}, "“topics” has to be a list."),
        ({"people": ["aset"]}, "“people”: “aset” is unknown."),
        ({"people": [None]}, "“people” is missing."),
        ({"pinned": 1}, "“pinned” has to be true or false."),
        ({"hits": -1}, "“hits” has to be a whole number, not negative."),
        ({"hits": 1.5}, "“hits” has to be a whole number, not negative."),
        ({"hits": True}, "“hits” has to be a whole number, not negative."),
        ({"hits": "65"}, "“hits” has to be a whole number, not negative."),
        ({"hits": 10**30}, "“hits” has to be a whole number, not negative."),
        ({"hits": float("nan")}, "“hits” has to be a whole number, not negative."),
        ({"title": "Сенат"}, "“title” has to be an object with a text for each language."),
        ({"title": {"kk": 5}}, "“title.kk” has to be text."),
        ({"title": {"kz": "Сенат"}}, "“title.kz” is unknown."),
        ({"title": {"kk": " "}}, "“title” is missing."),
        ({"title": {}}, "“title” is missing."),
        ({"title": {"kk": "a" * 301}}, "“title.kk” has 301 characters, more than 300."),
        ({"title": {"kk": "a\x00"}}, "“title.kk” has a character that no text has."),
        ({"title": {"kk": "a\ud800"}}, "“title.kk” has a character that no text has."),
        ({"title": {"kk": "Сенат", "ru": "Сенат"}}, "“title.ru” has no “body.ru”."),
        ({"lead": {"kk": "a" * 1001}}, "“lead.kk” has 1001 characters, more than 1000."),
        ({"body": {"kk": "<p>a</p>", "ru": "<p>b</p>"}}, "“body.ru” has no “title.ru”."),
        ({"body": {"kk": ""}}, "“title.kk” has no “body.kk”."),
        ({"body": {"kk": "<p>&nbsp;</p>"}}, "“title.kk” has no “body.kk”."),
        ({"body": {"kk": "a\x00b"}}, "“body.kk” has a character that no text has."),
        ({"body": {"kk": "\udfff"}}, "“body.kk” has a character that no text has."),
        (
            {"body": {"kk": "<p onclick='x'>a</p><script>1</script>"}},
            "“body.kk” has forbidden HTML: <script>, onclick.",
        ),
        (
            {"body": {"kk": "a" * 300_001}},
            "body.kk: The text has more than 300000 characters of HTML: divide it into several articles.",
        ),
        (
            {"publish_at": "2024-03-07T10:00:00"},
            "“publish_at” has no offset from UTC, such as +05:00: 2024-03-07T10:00:00.",
        ),
        ({"publish_at": "2024-03-07"}, "“publish_at” has no offset from UTC, such as +05:00: 2024-03-07."),
        (
            {"publish_at": "2024-02-30T10:00:00+05:00"},
            "“publish_at” is not a date and time like 2024-03-07T10:00:00+05:00: 2024-02-30T10:00:00+05:00.",
        ),
        (
            {"publish_at": "07.03.2024"},
            "“publish_at” is not a date and time like 2024-03-07T10:00:00+05:00: 07.03.2024.",
        ),
        ({"publish_at": 1709787600}, "“publish_at” has to be text."),
        ({"publish_at": "0001-01-01T00:00:00+05:00"}, "“publish_at” is not of this time: 0001-01-01T00:00:00+05:00."),
        ({"publish_at": "9999-12-31T23:59:59-05:00"}, "“publish_at” is not of this time: 9999-12-31T23:59:59-05:00."),
        ({"cover": "1.png"}, "“cover” has to be an object."),
        ({"cover": {}}, "“cover.file” is missing."),
        ({"cover": {"file": 1}}, "“cover.file” has to be text."),
        ({"cover": {"file": "x.png", "author": "y"}}, "“cover.author” is unknown."),
        ({"cover": {"file": "x.png", "alt": {"kk": "a" * 301}}}, "“cover.alt.kk” has 301 characters, more than 300."),
        ({"cover": {"file": "x.png"}}, "There is no such file: x.png."),
        ({"cover": {"file": "."}}, "There is no such file: .."),
        ({"cover": {"file": "x" * 5000}}, f"There is no such file: {'x' * 60}…."),
        ({"cover": {"file": "../secret.png"}}, "The file is not in the archive's folder: ../secret.png."),
        ({"cover": {"file": "/etc/hostname"}}, "The file is not in the archive's folder: /etc/hostname."),
        ({"cover": {"file": "link.png"}}, "The file is not in the archive's folder: link.png."),
        ({"cover": {"file": "loop.png"}}, "There is no such file: loop.png."),
    ],
)
def test_read_line_says_what_is_wrong(fields, problem, tmp_path):
    (tmp_path / "secret.png").write_bytes(make_picture())
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "loop.png").symlink_to(folder / "loop.png")

    assert refusal_of(folder, **fields) == problem


def test_read_line_has_no_covers_beside_a_stream():
    problem = "An archive that is not a file has no files beside it."

    assert refusal_of(None, cover={"file": "x.png"}) == problem
