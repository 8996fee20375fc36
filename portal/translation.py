"""The site's texts that have a column for each language of the settings."""

from django.conf import settings
from modeltranslation.translator import TranslationOptions, register

from portal.models import SiteSettings


@register(SiteSettings)
class SiteSettingsTranslation(TranslationOptions):
    fields = ("about", "address")
    fallback_languages = {"default": settings.MODELTRANSLATION_LANGUAGES}
