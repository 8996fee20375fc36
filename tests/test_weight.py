"""What the first visit to an article weighs on the wire, in bytes, besides its pictures."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db

HTML_AND_CSS, EVERYTHING = 15_000, 60_000
HEADERS = 1_000
"""Of the page's answer; those of the files are shorter."""


def test_article_is_light(client, settings):
    lines = (settings.BASE_DIR / "portal" / "demo" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    longest = max(map(json.loads, lines), key=lambda line: len("".join(line["body"].values())))
    texts = {f"{field}_{code}": text for field in ("lead", "body") for code, text in longest[field].items()}
    article = make_article("kk ru en", topics=[make_topic() for _ in range(5)], **texts)
    for _ in range(4):
        make_article("kk ru en", topics=[article.topics.first()], **texts)

    weights = {}
    for prefix in ("", "/ru", "/en"):
        weights[prefix] = weigh(client.get(f"{prefix}/news/{article.pk}-x/", follow=True).content)

    assert {prefix: found for prefix, found in weights.items() if found[0] > HTML_AND_CSS} == {}
    assert {prefix: found for prefix, found in weights.items() if found[1] > EVERYTHING} == {}


def weigh(html: bytes) -> tuple[int, int]:
    """Of HTML and style sheets, and of all; every font is counted, also those whose letters do not occur."""
    page = html.decode()
    files = {Path(finders.find(name)) for name in re.findall(r'(?:href|src)="/static/([^"]+)"', page)}
    files = {file for file in files if file.name != "apple-touch-icon.png"}  # fetched when put on a home screen
    sheets = {file for file in files if file.suffix == ".css"}
    for sheet in sheets:
        files |= {(sheet.parent / name).resolve() for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text())}
    text = HEADERS + len(gzip.compress(html)) + sum(map(compressed, sheets))
    return text, text + sum(compressed(file) for file in files - sheets)


def compressed(file: Path) -> int:
    data = file.read_bytes()
    return len(data) if file.suffix in (".woff2", ".png", ".webp") else len(gzip.compress(data))
