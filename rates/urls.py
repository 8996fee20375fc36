"""Readers' pages below /rates/, and the JSON below /api/v1/rates/, which has no edition."""

from django.urls import path, re_path

from portal.page_cache.policy import cached_page
from rates import api, views

urlpatterns = [
    path("", cached_page("date", "q")(views.day), name="rates"),
    path("converter/", cached_page("amount", "from", "to", "date")(views.converter), name="rates_converter"),
    re_path(r"^(?P<code>[a-z]{3})/$", cached_page("range")(views.currency), name="rate_history"),
    re_path(r"^(?P<code>[a-z]{3})\.csv$", cached_page("range")(views.currency_csv), name="rate_history_csv"),
]

unprefixed = [
    path("api/v1/rates/", api.day, name="api_rates"),
    re_path(r"^api/v1/rates/(?P<code>[A-Za-z]{3})/$", api.rate_history, name="api_rate_history"),
]
