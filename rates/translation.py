"""The fields that have a column for each language of the settings."""

from django.conf import settings
from modeltranslation.translator import TranslationOptions, register

from rates.models import Currency


@register(Currency)
class CurrencyTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = settings.MODELTRANSLATION_LANGUAGES
