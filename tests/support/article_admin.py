"""The admin of articles as a test uses it: signing in, filling in the form, reading what the page says."""

from django.contrib.messages import get_messages
from django.utils import timezone, translation

from news.models import Source
from tests.support.factories import (
    make_source,
    make_user,
)

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
CHIEF = [*WRITER, "news.publish_article"]
LIST = "/admin/news/article/"


def sign_in(client, *permissions):
    """In English, whose words are those of the code."""
    user = make_user(*permissions)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def article_form(**fields):
    source = Source.objects.first() or make_source()
    return {"kind": "news", "source": source.pk, "publish_at_0": "", "publish_at_1": "", **fields}


def form_data(article, **fields):
    """The form as it stands, with some fields changed."""
    texts = {f"{field}_kk": getattr(article, f"{field}_kk") or "" for field in ("title", "lead", "body", "slug")}
    moment = timezone.localtime(article.publish_at) if article.publish_at else None
    when = {"publish_at_0": moment.strftime("%Y-%m-%d"), "publish_at_1": moment.strftime("%H:%M:%S")} if moment else {}
    return {**texts, **when, **fields}


def change_address(article):
    return f"/admin/news/article/{article.pk}/change/"


def messages_of(response):
    with translation.override("en"):
        return [str(message) for message in get_messages(response.wsgi_request)]


def errors_of(response):
    with translation.override("en"):
        form = response.context["adminform"].form
        return {field: [str(sentence) for sentence in sentences] for field, sentences in form.errors.items()}


def listed_pks(response):
    return {article.pk for article in response.context["cl"].result_list}


def run_action(client, action, *articles):
    return client.post(LIST, {"action": action, "_selected_action": [article.pk for article in articles]})
