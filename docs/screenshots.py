"""Takes the screenshots of the editors' guides and of the README: `.venv/bin/python docs/screenshots.py`.

It starts a portal of its own with the demo content, works in it as the demo editor and the demo chief editor, and
writes docs/img/*.webp in Kazakh, the first language of the editors' side. It needs Chromium.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.own_portal import Portal, Server, own_portal  # noqa: E402

PICTURES = ROOT / "docs" / "img"
WIDTH = 1280
GUIDE, FRONT = 80_000, 100_000
"""The largest sizes of a picture, in bytes."""
CHROMIUM = shutil.which("chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
CLOSE_SIDEBAR = "localStorage.setItem('django.admin.navSidebarIsOpen', 'false')"
"""The pictures show what the guide describes and not the same menu each time."""

PUBLISHED = "Су үнемдеу туралы заң жобасы бірінші оқылымға шығады"
DRAFT = "Кітапхана қорындағы сирек басылымдар цифрланады"
NEW_LEAD = (
    "Құрылтайдың Экология және су ресурстары комитеті суды есепке алу мен үнемдеуге арналған заң жобасын жалпы "
    "отырысқа ұсынды. Құжат магистральдық арналардың бәріне 2028 жылға дейін есептегіш орнатуды көздейді."
)
REASONS = {
    "kk": "Мақаладағы деректер нақтылануда. Жаңартылған мәтін бүгін кешке жарияланады.",
    "ru": "Данные в статье уточняются. Обновлённый текст появится сегодня вечером.",
    "en": "The figures in this article are being checked. An updated text will follow this evening.",
}


def main() -> None:
    with own_portal() as portal:
        portal.manage("load_demo")
        with Server(portal) as server, visitors(f"http://127.0.0.1:{server.port}") as (reader, editor, chief):
            read(reader)
            take(reader, "front", height=1180, limit=FRONT)
            chief.goto("/admin/")
            take(chief, "guide-sign-in", height=460)
            sign_in(editor, portal, "editor")
            write(editor)
            sign_in(chief, portal, "chief")
            show(chief)


@contextmanager
def visitors(address: str) -> Iterator[list[Page]]:
    """Pages of three people at three computers."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        # A headless browser names itself like a bot, and the readings of bots are not counted.
        options = playwright.devices["Desktop Chrome"] | {
            "base_url": address,
            "locale": "kk-KZ",
            "timezone_id": "Asia/Almaty",
        }
        contexts = [browser.new_context(**options) for _ in range(3)]
        for context in contexts:
            context.add_init_script(CLOSE_SIDEBAR)
        yield [context.new_page() for context in contexts]
        browser.close()


def read(reader: Page) -> None:
    """Reads a few articles, so that the front page has a list of what is read most."""
    reader.goto("/")
    addresses = [link.get_attribute("href") or "" for link in reader.locator("main article h2 a").all()]
    for rank, address in enumerate(dict.fromkeys(addresses[:10])):
        for _ in range(10 - rank):
            reader.goto(address)
    reader.wait_for_timeout(2_000)  # until they are counted
    reader.goto("/")


def sign_in(page: Page, portal: Portal, name: str) -> None:
    accounts = (Path(portal.environment()["DATA_DIR"]) / "demo-accounts.txt").read_text()
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", dict(line.split() for line in accounts.splitlines())[name])
    press(page, "#login-form [type=submit]")


def write(editor: Page) -> None:
    """Saves two newer texts of a published article, and submits a draft for review and leaves it open."""
    editor.goto(form_of(editor, PUBLISHED))
    editor.fill("#id_lead_kk", NEW_LEAD)
    press(editor, "[name=_continue]")
    editor.fill("#id_byline_kk", "Құрылтай баспасөз қызметі, су саласының тілшісі")
    press(editor, "[name=_continue]")
    editor.goto(form_of(editor, DRAFT))
    press(editor, "[name=_submit]")


def show(chief: Page) -> None:
    published, draft = form_of(chief, PUBLISHED), form_of(chief, DRAFT)
    number = re.findall(r"\d+", published)[0]
    take(chief, "guide-list", height=760)
    chief.goto("/admin/")
    take(chief, "guide-desk", height=760)
    chief.goto(f"/admin/news/article/{number}/revisions/2/")
    take(chief, "guide-revision", height=440)
    chief.goto(f"/admin/news/article/do/withdraw/?ids={number}")
    for code, reason in REASONS.items():
        chief.fill(f"#id_{code}", reason)
    take(chief, "guide-withdraw", height=500)
    chief.goto("/admin/news/image/")
    take(chief, "guide-library", height=760)
    chief.goto("/admin/news/term/")
    take(chief, "guide-terms", height=560)
    chief.goto("/admin/news/channel/add/")
    take(chief, "guide-channel", height=490)
    chief.goto(f"/admin/news/article/{number}/messengers/")
    take(chief, "guide-messengers", height=700)
    chief.goto(draft)
    take(chief, "guide-form", height=1180)


def form_of(page: Page, title: str) -> str:
    page.goto("/admin/news/article/")
    return str(page.get_by_role("link", name=title).first.get_attribute("href")).partition("?")[0]


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).last.click()


def take(page: Page, name: str, *, height: int, limit: int = GUIDE) -> None:
    """Writes a screenshot in the best quality that its size allows."""
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    for quality in range(90, 40, -5):
        file = BytesIO()
        picture.save(file, "WEBP", quality=quality, method=6)
        if file.tell() < limit:
            (PICTURES / f"{name}.webp").write_bytes(file.getvalue())
            return
    raise RuntimeError(f"{name} does not fit into {limit} bytes.")


if __name__ == "__main__":
    main()
