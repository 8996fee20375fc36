"""The site's settings as the press office edits them: readers see them, so those who may publish do."""

from django.contrib import admin

from news.admin.autosaving import AutosaveMixin
from news.admin.rights import AlwaysPublishedMixin
from portal.admin.users_and_log import SiteSettingsAdmin
from portal.models import SiteSettings

admin.site.unregister(SiteSettings)


@admin.register(SiteSettings)
class PressOfficeSettingsAdmin(AutosaveMixin, AlwaysPublishedMixin, SiteSettingsAdmin):
    """`portal` knows neither articles nor who may publish them, so both are added here."""
