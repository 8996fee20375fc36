"""Runs in a process of its own, with settings that add Uzbek and Turkish: migrates, stores an article, searches."""

import json

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import IntegrityError, connection, transaction
    from django.utils import timezone
    from django.utils.translation import override

    from news.models import Article, SearchEntry, Source
    from news.models.search import article_at
    from news.search.editors import find_anywhere
    from news.search.engine import search_articles
    from news.search.indexing import index_articles, reindex_articles
    from news.search.query import parse_query
    from news.slugs import make_slug

    call_command("makemigrations", "news", name="languages", verbosity=0)
    call_command("makemigrations", "news", check_changes=True, dry_run=True, verbosity=0)
    call_command("migrate", verbosity=0)
    source = Source.objects.create(slug="senat", **{f"name_{code}": "Senat" for code in ("kk", "ru", "en", "uz", "tr")})
    now = timezone.now()
    texts = {"title_uz": "Парламент мажлиси", "title_tr": "Kitaplar"}
    article = Article.objects.create(source=source, status="approved", publish_at=now, **texts)
    found = {}
    index_articles([article.pk])
    for language, words in (("uz", "мажлиси"), ("tr", "kitaplar"), ("kk", "kitaplar")):
        with override(language):
            found[language] = [
                each.pk for each in search_articles(Article.objects.readable(), parse_query(words, language)).articles
            ]
    with override("uz"):
        list(Article.objects.readable().for_list())
    try:
        with transaction.atomic():
            Article.objects.create(source=source, status="approved", publish_at=now)
        without_a_title = "stored"
    except IntegrityError:
        without_a_title = "refused"
    entries = SearchEntry.objects.order_by("language").values_list("language", "place")
    result = {
        "found": found,
        "anywhere": list(find_anywhere("мажлиси")),
        "entries": [(language, article_at(place)) for language, place in entries],
        "without a title": without_a_title,
        "feed indexes": sorted(
            each
            for each in connection.introspection.get_constraints(connection.cursor(), "news_article")
            if each.startswith("feed_")
        ),
        "slug": make_slug("Мажлис", "uz"),
        "reindexed": reindex_articles(lambda done: None),
    }
    article.delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM news_searchtext_uz")
        result["texts left"] = cursor.fetchone()[0]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
