"""Debian's Chromium, driven by Playwright, with an ear for whatever the content policy or another host would notice."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
"""The same browser without its windows takes a third of the time."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BLOCKED = "Service Worker registration blocked by Playwright"
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
    """A page, and what should not have happened on it: script errors, policy reports, requests to other hosts.

    No service worker unless `service_workers` allows it: it would ask on its own, and answer for the server.
    """
    options.setdefault("service_workers", "block")
    with browser.new_context(base_url=base_url, **options) as context:
        context.set_default_timeout(20_000)
        page, trouble = context.new_page(), []
        page.on(
            "console",
            lambda message: (
                trouble.append(message.text)
                if message.type in ("error", "warning") and message.text != BLOCKED
                else None
            ),
        )
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(base_url) else trouble.append(request.url))
        yield page, trouble


def wait_until(page: Page, promise: str) -> None:
    """Asks until the promise is kept with something true; Playwright's own `wait_for_function` waits for no promise."""
    end = time.monotonic() + 20
    while not page.evaluate(promise):
        assert time.monotonic() < end, promise
        page.wait_for_timeout(50)


def wait_for_the_editor(page: Page) -> None:
    """Until it has taken the place of the form's own field, which has the same name and is hidden then."""
    page.locator(".ProseMirror").first.wait_for()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA: rule and element."""
    if page.evaluate("!window.axe"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", WCAG)
    return [f"{each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]]


def faults(page: Page, *looks: tuple[int, str]) -> list[str]:
    """What axe finds on the page at each width and colour scheme, and whether it is wider than the screen there."""
    found = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("document.getAnimations().forEach(each => each.finish())")  # colours pass over slowly
        found += [f"{width} {scheme} {each}" for each in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width} {scheme} wider than the screen")
    return found
