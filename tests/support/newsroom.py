"""People of a newsroom at the admin's own forms over HTTP, several of them in the same moment."""

import threading
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from lxml import html

from tests.support.factories import make_user

WRITER = ("news.view_article", "news.add_article", "news.change_article")
CHIEF = (*WRITER, "news.publish_article", "news.delete_article")
LIST = "/admin/news/article/"


class Colleague:
    """Somebody with a browser of their own."""

    def __init__(self, *permissions: str) -> None:
        self.user: User = make_user(*permissions)
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        self.client.cookies["django_language"] = "en"

    def open(self, pk: int) -> dict[str, Any]:
        """The fields of the article's form as they are now."""
        return read_fields(self.client.get(f"{LIST}{pk}/change/"))

    def send(self, pk: int, fields: dict[str, Any], button: str = "_continue") -> Any:
        return self.client.post(f"{LIST}{pk}/change/", fields | {button: "1"})

    def press(self, pk: int, button: str, fields: dict[str, Any] | None = None) -> list[str]:
        """What the admin says after a button of the form, by default of one just opened."""
        response = self.send(pk, self.open(pk) if fields is None else fields, button)
        return read_messages(self.client.get(response["Location"])) if response.status_code == 302 else []

    def do(self, verb: str, pk: int, **data: str) -> list[str]:
        """What the admin says after a verb's own page, opened and sent."""
        address = f"{LIST}do/{verb}/?ids={pk}"
        fields = read_fields(self.client.get(address), "//form[@class='verb-form']")
        return read_messages(self.client.post(address, fields | data, follow=True))


def read_fields(response: Any, form: str = "//form[@id='article_form']") -> dict[str, Any]:
    """The values of a form's fields as a browser sends them; a radio button that nobody chose is not among them."""
    found = html.fromstring(response.content.decode()).xpath(form)
    fields: dict[str, list[Any]] = {}
    if not found:
        return {}
    for box in found[0].xpath(".//input[@name][not(@type) or @type='text'][not(@value)]"):
        fields[box.get("name")] = [""]  # lxml leaves out what has no value; a browser sends it empty
    for name, value in found[0].form_values():
        fields.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def read_conflicts(response: Any) -> dict[str, str]:
    """What there is to decide on the page of a conflict: the buttons' name, and what the other side says.

    Read off the page, because the context of a response holds what other threads have rendered meanwhile.
    """
    boxes = html.fromstring(response.content.decode()).xpath("//fieldset[contains(@class, 'conflict')]")
    return {box.xpath(".//input/@name")[0]: box.xpath("./div[1]")[0].text_content() for box in boxes}


def read_messages(response: Any) -> list[str]:
    """What the admin says above the page, each with its kind: "success: …"."""
    items = html.fromstring(response.content.decode()).xpath("//ul[@class='messagelist']/li")
    return [f"{item.get('class')}: {' '.join(item.text_content().split())}" for item in items]


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Their results, in their order; each works in a thread with a connection of its own, and all begin together."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)
    errors: list[BaseException] = []

    def work(place: int) -> None:
        try:
            barrier.wait(30)
            results[place] = works[place]()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results
