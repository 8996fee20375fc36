"""The pages about rates in a real Chromium: chart, converter and amounts under pointer, finger and keyboard."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from rates.models import BankAnswer, Currency, Rate
from tests.support.browser import faults, needs_chromium, violations, watched_page
from tests.support.factories import make_article, make_rate, make_user

pytestmark = [pytest.mark.once, needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def history() -> list[Rate]:
    """The dollar's forty days, one tenge more on each, none on a Sunday; oldest first."""
    today = timezone.localdate()
    dollar, _ = Currency.objects.update_or_create(
        code="USD",
        defaults={"name_kk": "АҚШ доллары", "name_ru": "доллар США", "name_en": "US dollar", "in_widget": True},
    )
    rates = [
        Rate(currency=dollar, day=today - timedelta(days=number), value=Decimal(1500) - number, change=Decimal(1))
        for number in range(39, -1, -1)
    ]
    return Rate.objects.bulk_create(rate for rate in rates if rate.day.weekday() != 6)


def describe_rate(rate: Rate) -> str:
    return f"{rate.day:%d.%m.%Y}: {rate.value:,}".replace(",", "\N{NO-BREAK SPACE}") + ",00 ₸"


@pytest.mark.parametrize("prefix", ["", "/kk-arab"])
def test_pages_pass_wcag_and_stay_inside_the_screen(browser, live_server, history, prefix):
    make_rate("IRR", history[-1].day, "0.4", nominal=1000)
    found = {}
    with watched_page(browser, live_server.url) as (page, trouble):
        for path in ("/rates/?q=zzz", "/rates/usd/", "/rates/irr/", "/rates/converter/?amount=x"):
            page.goto(prefix + path)
            found[path] = faults(page, (360, "light"), (1280, "dark"))

    assert {path: each for path, each in found.items() if each} == {}
    assert trouble == []


@pytest.mark.parametrize("prefix", ["", "/kk-arab"])
def test_chart_tells_the_value_under_the_pointer_and_the_arrow_keys(browser, live_server, history, prefix):
    with watched_page(browser, live_server.url, viewport={"width": 1280, "height": 900}) as (page, trouble):
        page.goto(f"{prefix}/rates/usd/")
        box, output = page.locator("svg.chart-wide").bounding_box(), page.locator("output")
        page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 50)
        output.filter(has_text=describe_rate(history[-1])).wait_for()
        page.get_by_role("slider").focus()
        page.keyboard.press("ArrowLeft")
        yesterday = history[-1].day - timedelta(days=1)
        output.filter(has_text=describe_rate([rate for rate in history if rate.day <= yesterday][-1])).wait_for()
        page.keyboard.press("Home")
        output.filter(has_text=describe_rate(history[0])).wait_for()
        spoken = page.get_by_role("slider").get_attribute("aria-valuetext")

    assert spoken == describe_rate(history[0])
    assert trouble == []


def test_chart_tells_the_value_under_a_finger(browser, live_server, history):
    options = {"viewport": {"width": 360, "height": 800}, "has_touch": True}
    with watched_page(browser, live_server.url, **options) as (page, _):
        page.goto("/rates/usd/")
        box = page.locator("svg.chart-narrow").bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] * 59 / 360, box["y"] + 60)
        output = page.locator("output", has_text="₸")
        output.wait_for()
        text = output.inner_text()

    assert text == describe_rate(history[0])


def test_chart_and_table_stand_without_scripts(browser, live_server, history):
    with watched_page(browser, live_server.url, java_script_enabled=False) as (page, _):
        page.goto("/rates/usd/")
        shown = [page.locator("svg.chart-wide").is_visible(), page.get_by_role("slider").count()]
        rows = page.locator("tbody tr").count()

    assert shown == [True, 0]
    assert rows == len(history)


@pytest.mark.parametrize("edition", ["", "/kk-arab"])
def test_converter_answers_while_one_types_and_as_a_form(browser, live_server, history, edition):
    answers = []
    for scripts in (True, False):
        with watched_page(browser, live_server.url, java_script_enabled=scripts) as (page, trouble):
            page.goto(f"{edition}/rates/")
            page.locator("[data-converter] [name=amount]").focus()
            page.keyboard.press("Control+A")
            page.keyboard.type("2,5")
            if not scripts:
                page.keyboard.press("Enter")
            page.locator(".converted strong", has_text="3").wait_for()
            page.locator(".converted", has_text="2,50").wait_for()
            answers.append(page.locator(".converted strong").inner_text())
            assert trouble == []

    tenge = f"{Decimal('2.5') * history[-1].value:,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    assert answers == [f"{tenge} KZT"] * 2


def test_amount_in_an_article_opens_its_value_by_keyboard_and_is_copied_like_text(browser, live_server, history):
    article = make_article("en", body_en="<p>It cost $2 million in all.</p>")
    with override("en"):
        address = article.get_absolute_url()

    with watched_page(browser, live_server.url, viewport={"width": 360, "height": 800}) as (page, trouble):
        page.goto(address)
        page.locator(".amount button").focus()
        page.keyboard.press("Enter")
        value = page.locator(".amount-value:popover-open .amount-result").inner_text()
        found = violations(page)
        page.keyboard.press("Escape")
        closed = page.locator(".amount-value:popover-open").count()
        copied = page.evaluate(
            "getSelection().selectAllChildren(document.querySelector('.prose p')), getSelection().toString()"
        )

    assert value == f"{2_000_000 * history[-1].value:,}.00 ₸"
    assert closed == 0
    assert copied == "It cost $2 million in all."
    assert found == []
    assert trouble == []


def test_pages_of_the_rates_clerk_and_of_the_operator_pass_wcag(browser, live_server, history, client):
    make_rate("USD", history[-1].day + timedelta(days=1), "15000", state=Rate.State.HELD_BACK)
    answer = BankAnswer.record(b"<rates/>", "a file", None)
    client.force_login(make_user(is_superuser=True))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    found, titles = {}, []
    with watched_page(browser, live_server.url, viewport={"width": 1280, "height": 800}) as (page, trouble):
        page.context.add_cookies([session])
        lists = ["rates/heldrate/", "rates/rate/", "rates/bankanswer/", "portal/job/"]
        for path in [*lists, "rates/rate/add/", f"rates/bankanswer/{answer.pk}/change/"]:
            page.goto(f"/admin/{path}")
            titles.append(page.url.removeprefix(f"{live_server.url}/admin/"))
            found[path] = violations(page)

    assert titles == list(found)
    assert {path: faults for path, faults in found.items() if faults} == {}
    assert trouble == []
