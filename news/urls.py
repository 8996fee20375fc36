"""The readers' addresses of the news."""

from django.urls import path, register_converter

from news import preview_views, views


class YearConverter:
    regex = "[12][0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04d}"


register_converter(YearConverter, "year")

urlpatterns = [
    path("", views.front, name="front"),
    path("news/", views.FeedView.as_view(), name="feed"),
    path("news/<int:pk>-<str:slug>/", views.article, name="article"),
    path("sources/<slug:slug>/", views.SourceView.as_view(), name="source"),
    path("topics/<slug:slug>/", views.TopicView.as_view(), name="topic"),
    path("people/<slug:slug>/", views.PersonView.as_view(), name="person"),
    path("archive/", views.ArchiveView.as_view(), name="archive"),
    path("archive/<year:year>/", views.ArchiveView.as_view(), name="archive_year"),
    path("archive/<year:year>/<int:month>/", views.ArchiveView.as_view(), name="archive_month"),
    path("archive/<year:year>/<int:month>/<int:day>/", views.ArchiveView.as_view(), name="archive_day"),
]

# The same in every edition.
unprefixed = [
    path("media/<str:token>/<str:name>", views.image, name="image"),
    path("preview/<str:token>/<str:code>/", preview_views.by_link, name="preview"),
    path("preview/<str:token>/media/<str:image_token>/<str:name>", preview_views.image_by_link, name="preview_image"),
]
