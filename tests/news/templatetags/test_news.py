import pytest
from django.template import Context, Template

from news.api import dumps
from news.editorial import workflow
from news.templatetags import news
from tests.support.factories import make_article, make_attachment, make_user

pytestmark = pytest.mark.django_db


def render(template: str, **context) -> str:
    return Template("{% load news %}" + template).render(Context(context))


def test_attachments_without_a_title_in_the_language_are_left_out():
    with_title = make_attachment()
    make_attachment(title_kk="")

    found = news.with_title([with_title, make_attachment(title_kk="")])

    assert found == [with_title]


def test_dump_is_available_until_something_in_it_is_withdrawn():
    article = make_article()
    before = news.available_dump()
    dump = dumps.make_dump()

    after = news.available_dump()
    workflow.withdraw(article, by=make_user("news.publish_article"), reasons={"kk": "Қате"})

    assert before is None
    assert after == dump
    assert news.available_dump() is None


def test_json_ld_cannot_be_ended_by_a_headline():
    html = render("{% json_ld data %}", data=[{"name": "</script><b>&\u2028Заң"}])

    assert html == (
        '<script type="application/ld+json">[{"name":"\\u003c/script\\u003e\\u003cb\\u003e\\u0026\\u2028Заң"}]</script>'
    )
