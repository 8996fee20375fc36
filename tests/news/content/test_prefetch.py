"""What stands around a text comes with one query, as if each relation had been asked by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from news.content import images, prefetch
from news.content.glossary import Explanation
from news.models import Article, Correction, Term
from tests.support.factories import make_article, make_attachment, make_image, make_person, make_topic

pytestmark = pytest.mark.django_db


def make_full_article() -> Article:
    image = make_image()
    article = make_article(
        topics=[make_topic(name_kk="Сот"), make_topic(name_kk="Әділет"), make_topic(name_kk="Заң")],
        people=[make_person(name_kk="Ұлан", office_kk="депутат"), make_person(name_kk="Асан")],
        attachments=[make_attachment(), make_attachment(title_kk="Қосымша")],
        body_kk=f'<figure data-image="{image.pk}"></figure>',
        gallery=[make_image().pk],
    )
    for days, note in ((2, "Ертерек"), (1, "Кейін")):
        Correction.objects.create(article=article, note_kk=note, corrected_at=timezone.now() - timedelta(days=days))
    Term.objects.create(name_kk="сот", name_ru="суд", name_en="court", explanation_kk="Орган.")
    make_article(topics=[make_topic(name_kk="Басқа")], people=[make_person(name_kk="Басқа")])
    return article


def test_everything_comes_with_one_query_in_its_order(django_assert_num_queries):
    article = Article.objects.get(pk=make_full_article().pk)

    with django_assert_num_queries(1):
        prefetch.attach_related(article)
        topics = [topic.name for topic in article.topics.all()]
        people = [(person.name, person.office) for person in article.people.all()]
        attachments = [each.title for each in article.attachments.all()]
        corrections = [each.note for each in article.corrections.all()]
        placed = set(images.load_placed_images(article))

    assert topics == ["Әділет", "Заң", "Сот"]
    assert people == [("Асан", ""), ("Ұлан", "депутат")]
    assert attachments == ["Заң жобасы", "Қосымша"]
    assert corrections == ["Кейін", "Ертерек"]
    assert placed == {each.image_id for each in article.placements.all()}
    assert len(placed) == 2
    assert article.explanations == [Explanation("сот", "Орган.")]


def test_things_are_those_that_their_own_queries_bring():
    article = Article.objects.get(pk=make_full_article().pk)
    correction = article.corrections.first()

    prefetch.attach_related(article)

    (newest, _earlier) = article.corrections.all()
    assert newest == correction
    assert newest.corrected_at == correction.corrected_at
    assert newest.corrected_at.tzinfo is not None


def test_chosen_things_stand_in_place_of_the_articles_own():
    article = Article.objects.get(pk=make_full_article().pk)
    other = make_topic(name_kk="Бюджет")

    prefetch.attach_related(article, {"topics": [other.pk], "people": []})

    assert [topic.name for topic in article.topics.all()] == ["Бюджет"]
    assert list(article.people.all()) == []
    assert list(article.attachments.all()) == []
    assert [each.note for each in article.corrections.all()] == ["Кейін", "Ертерек"]


def test_explanations_are_those_of_the_active_language():
    article = make_full_article()

    with override("ru"):
        prefetch.attach_related(article)

    assert article.explanations == []
