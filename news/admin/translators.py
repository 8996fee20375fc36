"""The admin for translators: an article's form in which they edit their own languages and read the others."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from news.content import images
from news.editorial import revisions
from news.markup.sanitizer import sanitise
from news.models import TRANSLATIONS, TranslatorLanguage
from news.models.article import SHORT_TEXT_FIELDS
from portal.admin.users_and_log import UserAdmin

TEXTS = ("title", "lead", "body", *SHORT_TEXT_FIELDS, "slug")


def body_display(code):
    """The admin field that displays a text as readers see it."""

    @admin.display(description=_("text"))
    def body(article):
        text = images.insert_pictures(
            sanitise(getattr(article, f"body_{code}") or ""), images.load_placed_images(article)
        )
        # It scrolls on its own to stay in view beside the translation, so the keyboard has to reach it.
        return format_html(
            '<div class="original-text" lang="{}" tabindex="0" role="region" aria-label="{} – {}">{}</div>',
            code,
            capfirst(_("text")),
            get_language_info(code)["name_translated"],
            text,
        )

    return body


BODY_DISPLAYS = {code: body_display(code) for code in TRANSLATIONS}


class TranslatorMixin(admin.ModelAdmin):
    """Narrows the form to a translator's languages. `news.editorial.revisions` also rejects changes of the others."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or request.user.has_perm("news.translate_article")

    def get_fieldsets(self, request, obj=None):
        if not is_translator(request.user):
            return super().get_fieldsets(request, obj)
        own = revisions.languages_of(request.user)
        names = dict(settings.LANGUAGES)
        return [
            *(
                (names[code], {"classes": ["original"], "fields": readonly_fields_of(code)})
                for code in TRANSLATIONS
                if code not in own
            ),
            *(
                (names[code], {"classes": ["language", f"language-{code}"], "fields": text_fields_of(code)})
                for code in TRANSLATIONS
                if code in own
            ),
            (None, {"fields": ["base", "compared"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        if not is_translator(request.user):
            return super().get_readonly_fields(request, obj)
        own = revisions.languages_of(request.user)
        return [field for code in TRANSLATIONS if code not in own for field in readonly_fields_of(code)]


def is_translator(user):
    return user.has_perm("news.translate_article") and not user.has_perm("news.change_article")


def text_fields_of(code):
    return [f"{name}_{code}" for name in TEXTS]


def readonly_fields_of(code):
    return [BODY_DISPLAYS[code] if name == "body" else f"{name}_{code}" for name in TEXTS if name != "slug"]


class TranslatorLanguageInline(admin.StackedInline):
    model = TranslatorLanguage
    extra = 0
    verbose_name_plural = _("Translates into")


admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(UserAdmin):
    """A person's account, with the languages they translate into."""

    def get_inlines(self, request, obj):
        return [TranslatorLanguageInline] if obj else []
