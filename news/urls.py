"""The readers' addresses of the news."""

from django.urls import path, register_converter

from news.api import dump_views
from news.api import views as api_views
from news.newsletter import views as newsletter_views
from news.pages import indexes, views
from news.pages.filters import FILTERS
from news.preview import views as preview_views
from news.search import views as search_views
from news.search.forms import CHOICES, DAYS
from news.syndication import feeds, sitemaps
from news.syndication.feed_formats import FORMATS
from portal.embedding import embeddable
from portal.log_lines import SecretConverter
from portal.page_cache.policy import cached_page
from portal.rate_limits import limited


class YearConverter:
    regex = "[12][0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


class NumberConverter:
    """A number that fits into a column of the database; in other numbers there is no such page."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class DigitsConverter(NumberConverter):
    """A month or a day; whether the calendar has it is for the view to say."""

    regex = "[0-9]{1,2}"


class FormatConverter:
    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(YearConverter, "year")
register_converter(NumberConverter, "number")
register_converter(DigitsConverter, "digits")
register_converter(FormatConverter, "format")
register_converter(SecretConverter, "secret")

a_feed = cached_page("before")

urlpatterns = [
    path("", cached_page(*sorted(views.WORDPRESS_KEYS))(views.front), name="front"),
    path("feed.<format:form>", cached_page()(feeds.all_news_feed), name="feed_file"),
    path("sources/<slug:slug>/feed.<format:form>", cached_page()(feeds.source_feed), name="source_feed"),
    path("topics/<slug:slug>/feed.<format:form>", cached_page()(feeds.topic_feed), name="topic_feed"),
    path("people/<slug:slug>/feed.<format:form>", cached_page()(feeds.person_feed), name="person_feed"),
    path("feeds.opml", cached_page()(feeds.opml), name="opml"),
    path("sitemap-<number:part>.xml", cached_page()(sitemaps.part), name="sitemap_part"),
    path("embed/headlines/", cached_page("source", "topic")(embeddable(views.headlines)), name="embed_headlines"),
    path("news/", cached_page("before", *FILTERS)(views.AllNewsView.as_view()), name="feed"),
    path("news/<number:pk>-<str:slug>/", cached_page()(views.article), name="article"),
    path("news/<number:pk>/card-<slug:version>.jpg", views.card, name="card"),
    path("news/<number:pk>/reading/", limited("beacon")(views.record_reading), name="reading"),
    path("sources/", cached_page()(indexes.sources), name="sources"),
    path("topics/", cached_page()(indexes.topics), name="topics"),
    path("people/", cached_page()(indexes.people), name="people"),
    path("sources/<slug:slug>/", a_feed(views.SourceView.as_view()), name="source"),
    path("topics/<slug:slug>/", a_feed(views.TopicView.as_view()), name="topic"),
    path("people/<slug:slug>/", a_feed(views.PersonView.as_view()), name="person"),
    path(
        "search/",
        cached_page("q", *CHOICES, *DAYS, "before")(limited("search")(search_views.search_page)),
        name="search",
    ),
    path(
        "search/feed.<format:form>",
        cached_page("q", *CHOICES, *DAYS)(limited("search")(feeds.search_feed)),
        name="search_feed",
    ),
    path(
        "search/suggestions/",
        cached_page("q")(limited("suggestions")(search_views.suggestions)),
        name="search_suggestions",
    ),
    path("subscribe/", newsletter_views.subscribe, name="subscribe"),
    path("subscribe/asked/", newsletter_views.subscription_requested, name="subscribe_asked"),
    path("subscribe/<secret:token>/", newsletter_views.manage_subscription, name="subscription"),
    path("subscribe/<secret:token>/leave/", newsletter_views.unsubscribe, name="unsubscribe"),
    path("archive/", a_feed(views.ArchiveView.as_view()), name="archive"),
    path("archive/<year:year>/", a_feed(views.ArchiveView.as_view()), name="archive_year"),
    path("archive/<year:year>/<digits:month>/", a_feed(views.ArchiveView.as_view()), name="archive_month"),
    path(
        "archive/<year:year>/<digits:month>/<digits:day>/",
        a_feed(views.ArchiveView.as_view()),
        name="archive_day",
    ),
]

# The same in every edition.
unprefixed = [
    path("indexnow-key.txt", sitemaps.indexnow_key, name="indexnow_key"),
    path("sitemap.xml", cached_page()(sitemaps.index), name="sitemap"),
    path("sitemap-pages.xml", cached_page()(sitemaps.pages), name="sitemap_pages"),
    path("sitemap-news.xml", cached_page()(sitemaps.news), name="sitemap_news"),
    path("api/v1/", api_views.start, name="api"),
    path("api/v1/articles/", api_views.articles, name="api_articles"),
    path("api/v1/articles/<number:pk>/", api_views.article, name="api_article"),
    path("api/v1/sources/", api_views.sources, name="api_sources"),
    path("api/v1/topics/", api_views.topics, name="api_topics"),
    path("api/v1/people/", api_views.people, name="api_people"),
    path("api/v1/dump/", dump_views.manifest, name="api_dump"),
    path("open-data/articles.jsonl.gz", dump_views.file, name="dump_file"),
    path("open-data/articles.jsonl.gz.sha256", dump_views.checksum, name="dump_checksum"),
    path("api/v1/statistics/", api_views.statistics, name="api_statistics"),
    path("media/<str:token>/<str:name>", views.image, name="image"),
    path("files/<str:token>/<str:name>", views.file, name="file"),
    path("preview/<secret:token>/<str:code>/", preview_views.by_link, name="preview"),
    path(
        "preview/<secret:token>/media/<str:image_token>/<str:name>", preview_views.image_by_link, name="preview_image"
    ),
    path("preview/<secret:token>/files/<str:file_token>/<str:name>", preview_views.file_by_link, name="preview_file"),
]
