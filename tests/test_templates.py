"""What holds for the source of every template."""

from pathlib import Path

from django.conf import settings

LONGEST_LINE = 140


def test_no_line_of_a_template_is_too_long():
    folder = Path(settings.BASE_DIR, "templates")
    files = [file for file in folder.rglob("*") if file.suffix in {".html", ".txt", ".js"}]

    too_long = [
        f"{file.relative_to(folder)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]

    assert files
    assert too_long == []
