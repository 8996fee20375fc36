"""Checks of how people sign in."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext as _

from portal.doctor.findings import Finding, hint, wrong
from portal.sign_in.second_factor import find_ways, needs_one

MOST_NAMES = 10


def check_roles() -> Iterator[Finding]:
    """Whether the roles that the settings name are there; a mistyped one would protect nobody."""
    in_settings = {
        "SECOND_FACTOR_ROLES": {role for role in settings.SECOND_FACTOR_ROLES if role != "*"},
        "OIDC_ROLES": {role for _group, role in settings.OIDC_ROLES},
    }
    for setting, roles in in_settings.items():
        if missing := roles - set(Group.objects.filter(name__in=roles).values_list("name", flat=True)):
            yield wrong(
                _("%(setting)s names roles that the portal does not have: %(roles)s. Write them as the admin does.")
                % {"setting": setting, "roles": ", ".join(sorted(missing))}
            )


def check_second_factors() -> Iterator[Finding]:
    if not settings.SECOND_FACTOR_ROLES:
        yield hint(
            _(
                "No role needs a second factor, so whoever finds out a password can publish with it. "
                "Name roles in SECOND_FACTOR_ROLES."
            )
        )
        return
    staff = User.objects.filter(is_active=True, is_staff=True).order_by("username")
    without = [user.get_username() for user in staff if needs_one(user) and not find_ways(user)]
    if without:
        names = ", ".join(without[:MOST_NAMES]) + ("…" if len(without) > MOST_NAMES else "")
        yield hint(_("These need a second factor and have none; they set it up when they next sign in: %s.") % names)
