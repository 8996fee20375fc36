"""The table of contents of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from news.urls import unprefixed as news_unprefixed
from portal import health, views
from rates.urls import unprefixed as rates_unprefixed

urlpatterns = [
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("robots.txt", views.robots, name="robots"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    *news_unprefixed,
    *rates_unprefixed,
    *i18n_patterns(
        path("about/", views.AboutView.as_view(), name="about"),
        path("rates/", include("rates.urls")),
        path("", include("news.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
