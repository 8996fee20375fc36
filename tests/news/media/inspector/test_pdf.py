import pytest

from news.media.inspector.pdf import MOST_ACTIONS, check_pdf
from news.media.inspector.refusals import FileRefused
from tests.support.factories import make_pdf
from tests.support.hostile_files import make_stream, open_with


def find_reason(content: bytes) -> str:
    """Of the refusal; empty when there is none."""
    try:
        check_pdf(content)
    except FileRefused as refusal:
        return refusal.reason
    return ""


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (b"[3 0 R /Fit]", ""),
        (b"<</S /Named /N /Print>>", ""),
        (b"<</S /GoTo /D (x) /Next [<</S /GoTo /D (y)>>]>>", ""),
        (b"<</S /GoTo /D (x) /Next [<</S /URI /URI (https://a.example/)>>]>>", "fetches"),
        (b"<</S /GoToR /F (a.pdf)>>", "fetches"),
        (b"<</S /Sound>>", "active"),
        (b"<</S /Unknown>>", "active"),
    ],
)
def test_only_a_move_within_the_document_happens_by_itself(action, reason):
    assert find_reason(open_with(action)) == reason


@pytest.mark.parametrize(("count", "reason"), [(MOST_ACTIONS, ""), (MOST_ACTIONS + 1, "active")])
def test_chain_of_actions_has_an_end(count, reason):
    action = b"<</S /GoTo /D (x) /Next [%s]>>" % (b"<</S /GoTo /D (x)>>" * (count - 1))

    assert find_reason(open_with(action)) == reason


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"(annex.pdf)", ""),
        (b"<</F (annex.pdf)>>", ""),
        (b"(https://a.example/annex.pdf)", "fetches"),
        (b"(//host/annex.pdf)", "fetches"),
        (b"<</FS /URL /F (a)>>", "fetches"),
        (b"<</UF (\\\\\\\\host\\\\a)>>", "fetches"),
    ],
)
def test_pressed_link_to_a_document_stays_on_the_readers_machine(file, reason):
    assert find_reason(make_pdf(b"<</A <</S /GoToR /F %s>>>>" % file)) == reason


def test_page_of_another_document_is_not_drawn():
    assert find_reason(make_pdf(make_stream(b"", b"/Subtype /Form /Ref <</F (a.pdf)>>"))) == "fetches"


@pytest.mark.parametrize(
    ("hidden", "reason"),
    [
        (b"<</Type /Font>>", ""),
        (b"<</S /JavaScript>>", "active"),
        (b"<</S /J#61vaScript>>", "active"),
        (b"<</JS (app.alert)>>", "active"),
        (b"<</Type /ObjStm>>", "damaged"),
    ],
)
def test_object_that_no_table_lists_is_looked_at(hidden, reason):
    assert find_reason(make_pdf(b"<<>>\nendobj\n9 0 obj\n" + hidden)) == reason


@pytest.mark.parametrize(("packed", "reason"), [(b"/JS /EF by chance", ""), (b"/JavaScript", "active")])
def test_damaged_file_is_looked_through_byte_by_byte(packed, reason):
    assert find_reason(b"%PDF-1.4\n\n" + make_pdf(make_stream(packed))[9:]) == reason


def test_thousands_of_objects_are_read():
    assert find_reason(make_pdf(*[b"<</S /P /K [1 2 3]>>"] * 20_000)) == ""
    assert find_reason(make_pdf(*[b"<</S /P /K [1 2 3]>>"] * 20_000, b"[[<</A <</S /Launch>>>>]]")) == "active"
