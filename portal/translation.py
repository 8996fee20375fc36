"""The site's texts kept in kk, ru and en."""

from modeltranslation.translator import TranslationOptions, register

from portal.models import SiteSettings


@register(SiteSettings)
class SiteSettingsTranslation(TranslationOptions):
    fields = ("about", "address")
    fallback_languages = {"default": ("kk", "ru", "en")}
