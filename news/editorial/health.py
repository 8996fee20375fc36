"""For operators: what editors lack on this machine."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from news.language.hunspell import find_dictionary, package_of
from news.models.languages import TRANSLATIONS
from portal.doctor.findings import Finding, hint


def check_dictionaries() -> Iterator[Finding]:
    missing = [package_of(code) for code in TRANSLATIONS if not find_dictionary(settings.HUNSPELL_FOLDER, code)]
    if missing:
        yield hint(_("The spelling check lacks dictionaries. Install the packages: %s.") % ", ".join(missing))
