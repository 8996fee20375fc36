"""The fields kept in kk, ru and en."""

from modeltranslation.translator import TranslationOptions, register

from rates.models import Currency


@register(Currency)
class CurrencyTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("kk", "ru", "en")
