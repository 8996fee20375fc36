"""When a sign-in to the admin is refused without a look at the password (docs/decisions/0027-sign-in-limits.md)."""

from collections import Counter
from datetime import timedelta

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.utils import timezone

from portal.client_address import network_of

ACCOUNT_LIMIT = 20
"""Wrong passwords for one account from all networks together, after which only networks it is known from may try."""
KNOWN_FOR = timedelta(days=30)
"""How long a network is known from which somebody signed in."""
LOGGED = 1000
"""Refused sign-ins that are kept for each name, the newest ones."""


class SignInHandler(AxesDatabaseHandler):
    """Counts wrong passwords by account and network, and by account alone for networks that the account is new to."""

    def get_failures(self, request, credentials=None) -> int:
        """The wrong passwords that count for this request; settings.AXES_FAILURE_LIMIT of them lock it out."""
        username = get_client_username(request, credentials)
        since = get_cool_off_threshold(request)
        attempts = AccessAttempt.objects.filter(username=username, attempt_time__gte=since)
        failures: Counter[str] = Counter()
        for address, count in attempts.values_list("ip_address", "failures_since_start"):
            failures[network_of(address)] += count
        own = network_of(request.axes_ip_address)
        # At most the limit from each network, so that one stranger never locks the account for others.
        in_all = sum(min(count, settings.AXES_FAILURE_LIMIT) for count in failures.values())
        if in_all >= ACCOUNT_LIMIT and own not in find_known_networks(username):
            return max(failures[own], settings.AXES_FAILURE_LIMIT)
        return failures[own]

    def user_login_failed(self, sender, credentials, request=None, **kwargs) -> None:
        """Also logs a sign-in that was refused without a look at the password, which axes counts but does not log."""
        was_locked = getattr(request, "axes_locked_out", False)
        super().user_login_failed(sender, credentials, request, **kwargs)
        if was_locked:
            username = get_client_username(request, credentials)
            AccessFailureLog.objects.create(
                username=username,
                ip_address=request.axes_ip_address,
                user_agent=request.axes_user_agent,
                http_accept=request.axes_http_accept,
                path_info=request.axes_path_info,
                attempt_time=request.axes_attempt_time,
                locked_out=True,
            )
            self.remove_out_of_limit_failure_logs(username=username)

    def filter_user_attempts(self, request, credentials=None) -> list:
        """The attempts of this account from this network, which a right password ends."""
        username = get_client_username(request, credentials)
        own = network_of(request.axes_ip_address)
        attempts = AccessAttempt.objects.filter(username=username).values_list("pk", "ip_address")
        return [AccessAttempt.objects.filter(pk__in=[pk for pk, address in attempts if network_of(address) == own])]

    def remove_out_of_limit_failure_logs(self, *, username, limit=LOGGED) -> int:
        """Removes the oldest of a name's refused sign-ins; axes itself would remove the newest."""
        failures = AccessFailureLog.objects.filter(username=username)
        first = failures.order_by("-pk").values_list("pk", flat=True)[limit : limit + 1].first()
        return failures.filter(pk__lte=first).delete()[0] if first else 0


def find_known_networks(username: str) -> set[str]:
    """The networks from which the account signed in lately."""
    signed_in = AccessLog.objects.filter(username=username, attempt_time__gte=timezone.now() - KNOWN_FOR)
    return {network_of(address) for address in signed_in.values_list("ip_address", flat=True).distinct()}
