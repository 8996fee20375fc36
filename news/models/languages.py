"""The languages that texts are kept in. The project lists them once, in the settings."""

from django.conf import settings

TRANSLATIONS: tuple[str, ...] = tuple(settings.MODELTRANSLATION_LANGUAGES)
"""The languages an article may be written in: the columns that `news.translation` adds.

A new one is added at the end, because a search entry holds the position of its language (`news.models.search`). What
needs a language of its own rules (stems, dictionaries, slugs) names it; every other language does without these rules.
"""

LANGUAGE_LENGTH = max(map(len, TRANSLATIONS))
"""Letters of the longest code: what a column that names a language has to hold."""
