"""Names of other hosts, as an editor types them and as they may stand in the content policy."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HOST = re.compile(r"(?=.{1,100}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[1-9][0-9]{0,4})?")


def check_hosts(lines: str) -> None:
    wrong = [host for host in lines.lower().split() if not HOST.fullmatch(host)]
    if wrong:
        raise ValidationError(
            _("These are no names of hosts: %(wrong)s. Write them like video.example.kz, without https://."),
            params={"wrong": ", ".join(wrong)},
        )
