from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = pgettext_lazy("section of the admin", "News")
