"""Debian's Chromium, driven by Playwright, with an ear for whatever the content policy or another host would notice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or ""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@contextmanager
def watched_page(browser: Browser, base_url: str, **options) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what should not have happened on it: script errors, policy reports, requests to other hosts."""
    with browser.new_context(base_url=base_url, **options) as context:
        context.set_default_timeout(20_000)
        page, trouble = context.new_page(), []
        page.on(
            "console", lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(base_url) else trouble.append(request.url))
        yield page, trouble


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA: rule and element."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [f"{each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]]
