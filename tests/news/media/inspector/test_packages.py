import pytest

from news.media.inspector import packages
from news.media.inspector.packages import check_package
from news.media.inspector.refusals import FileRefused
from tests.support.hostile_files import make_open_xml, make_text, relate, spread_field


def find_reason(content: bytes) -> str:
    """Of the refusal; empty when there is none."""
    try:
        check_package(content)
    except FileRefused as refusal:
        return refusal.reason
    return ""


def test_package_that_grows_beyond_measure_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(packages, "MOST_UNPACKED", 1_000_000)

    assert find_reason(make_open_xml(more={"word/large.xml": bytes(1_000_000)})) == "unpacks_too_large"


def test_large_embedded_file_is_not_looked_into(monkeypatch):
    monkeypatch.setattr(packages, "LARGEST_EMBEDDED", 100)

    assert find_reason(make_open_xml(more={"word/a.xlsx": make_open_xml("xlsx")})) == "unpacks_too_large"


def test_package_in_a_package_in_a_package_is_refused():
    inner = make_open_xml("xlsx", {"xl/a.docx": make_open_xml()})

    assert find_reason(inner) == ""
    assert find_reason(make_open_xml(more={"word/a.xlsx": inner})) == "active"


@pytest.mark.parametrize(
    ("kind", "target", "reason"),
    [
        ("hyperlink", "https://example.org/", ""),
        ("hyperlink", "mailto:press@example.org", ""),
        ("hyperlink", "#page", ""),
        ("hyperlink", "annex.docx", ""),
        ("hyperlink", "\\\\files.example.org\\annex.docx", ""),
        ("hyperlink", "C:\\annex.docx", ""),
        ("hyperlink", "javascript:alert(1)", "active"),
        ("hyperlink", "search-ms:query=x", "active"),
        ("attachedTemplate", "file:///C:/a.dotx", ""),
        ("attachedTemplate", "C:\\a.dotx", ""),
        ("attachedTemplate", "file://host/a.dotx", "fetches"),
        ("attachedTemplate", "file:///\\\\host\\a.dotx", "fetches"),
        ("attachedTemplate", "//host/a.dotx", "fetches"),
        ("attachedTemplate", " HTTPS://host/a.dotx", "fetches"),
        ("image", "a.png", "fetches"),
        ("frame", "ftp://host/a", "fetches"),
        ("subDocument", "https://host/a.docx", "fetches"),
        ("externalLinkPath", "a.xlsx", ""),
        ("externalLinkPath", "https://host/a.xlsx", "fetches"),
    ],
)
def test_only_what_a_reader_presses_leads_elsewhere(kind, target, reason):
    assert find_reason(make_open_xml(more=relate(kind, target))) == reason


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("PAGE", ""),
        (' HYPERLINK "https://example.org/"', ""),
        ("LINKED", ""),
        ("DDE cmd /c", "active"),
        ("  ddeauto cmd", "active"),
        ("INCLUDETEXT //host/a", "fetches"),
        ("LINK Excel.Sheet a.xlsx", "fetches"),
    ],
)
def test_fields_bring_in_no_other_file(code, reason):
    assert find_reason(make_text(spread_field(code))) == reason
    assert find_reason(make_text(f'<w:fldSimple w:instr="{code.replace(chr(34), "")}"/>')) == reason


def test_each_field_is_read_by_itself():
    assert find_reason(make_text(spread_field("PAGE") + spread_field("DDE cmd"))) == "active"
