"""All addresses of the site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import set_language

from news.urls import unprefixed as news_unprefixed
from portal import health, metrics, views
from portal.embedding import embeddable
from portal.json_api import answers, openapi
from portal.page_cache.policy import cached_page
from rates import views as rates_views
from rates.urls import unprefixed as rates_unprefixed

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("robots.txt", cached_page()(views.robots), name="robots"),
    path(".well-known/security.txt", cached_page()(views.security_txt), name="security_txt"),
    path("worker.js", cached_page()(views.worker), name="worker"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    *news_unprefixed,
    *rates_unprefixed,
    path("api/v1/openapi.json", openapi.description, name="openapi"),
    re_path(r"^api/v1/[\s\S]+/$", answers.unknown_address),
    *i18n_patterns(
        path("about/", cached_page()(views.AboutView.as_view()), name="about"),
        path("accessibility/", cached_page()(views.AccessibilityView.as_view()), name="accessibility"),
        path("privacy/", cached_page()(views.PrivacyView.as_view()), name="privacy"),
        path("manifest.webmanifest", cached_page()(views.manifest), name="manifest"),
        path("offline/", cached_page()(views.OfflineView.as_view()), name="offline"),
        path("open-data/", cached_page()(openapi.page), name="open_data"),
        path("rates/", include("rates.urls")),
        path("embed/rates/", cached_page()(embeddable(rates_views.embed)), name="embed_rates"),
        path("", include("news.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "portal.views.bad_request"
handler403 = "portal.views.forbidden"
handler404 = "portal.views.not_found"
handler500 = "portal.views.server_error"
