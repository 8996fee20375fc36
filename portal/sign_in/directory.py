"""Signing in with the account of the office's own directory, by OpenID Connect (settings.OIDC_ISSUER).

Authlib makes the requests and checks the tokens. Each sign-in makes the roles anew from the groups of the token, so who
has left a group has lost the role, and who is in no group of ours is refused.
"""

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import CharField
from django.http import HttpRequest, HttpResponse
from django.http.response import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from joserfc.errors import JoseError
from requests import RequestException

from portal.admin import audit
from portal.models import DirectoryAccount
from portal.rate_limits import require_allowance
from portal.sign_in import sessions, steps

logger = logging.getLogger(__name__)

ADDRESS = "directory_address"
"""In a session: where the person wanted to go."""
PATIENCE = 10
"""Seconds for each answer of the directory."""
FAILURES = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError)
"""What Authlib raises when the directory is away, refuses, or says what cannot be believed."""
SHOWN_TWO_FACTORS = "mfa"
"""Among the ways of signing in that a token names (RFC 8176)."""


class Refused(Exception):
    """Says in a sentence why the directory's account opens nothing here."""


def is_from_directory(user: User) -> bool:
    """Whether the directory alone lets this person in."""
    return bool(settings.OIDC_ISSUER) and DirectoryAccount.objects.filter(user=user).exists()


def make_client() -> Any:
    """The client of the directory of the settings; it remembers the directory's addresses and keys."""
    return build_client(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


@lru_cache(maxsize=1)
def build_client(issuer: str, client_id: str, client_secret: str) -> Any:
    return OAuth().register(
        "directory",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.OIDC_SCOPE,
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
        },
    )


@never_cache
def ask_directory(request: HttpRequest) -> HttpResponse:
    """Sends the person to the directory. Raises TooManyRequests."""
    if not settings.OIDC_ISSUER:
        raise Http404
    require_allowance(request, "sign-in")
    address = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    request.session[ADDRESS] = address if is_ours else ""
    try:
        return make_client().authorize_redirect(request, request.build_absolute_uri(reverse("admin:directory_back")))
    except FAILURES as error:
        return back_to_the_form(request, error)


@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    """Takes whom the directory sends back. Raises TooManyRequests."""
    if not settings.OIDC_ISSUER:
        raise Http404
    require_allowance(request, "sign-in")
    address = request.session.pop(ADDRESS, "") or reverse("admin:index")
    try:
        claims = fetch_claims(request)
    except FAILURES as error:
        return back_to_the_form(request, error)
    try:
        user = bring_account(claims)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("admin:login")
    return steps.begin(request, user, address, second_factor_shown=SHOWN_TWO_FACTORS in names_of(claims.get("amr")))


def back_to_the_form(request: HttpRequest, error: Exception) -> HttpResponse:
    # The text of the error may name the person or have a token in it.
    logger.warning("The directory did not sign somebody in: %s", type(error).__name__)
    messages.error(request, _("The office's directory did not sign you in. Try again in a minute."))
    return redirect("admin:login")


def fetch_claims(request: HttpRequest) -> Mapping[str, Any]:
    """What the directory says of the person, from a token that it has signed for this sign-in."""
    client = make_client()
    token = client.authorize_access_token(request)
    claims = dict(token["userinfo"])
    if settings.OIDC_GROUPS_CLAIM not in claims and "userinfo_endpoint" in client.load_server_metadata():
        more = client.userinfo(token=token)
        if more.get("sub") == claims["sub"]:
            claims = {**more, **claims}
    return claims


def names_of(value: Any) -> list[str]:
    """The names in a claim, which is a list of them or one."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def bring_account(claims: Mapping[str, Any]) -> User:
    """The account of a person of the directory, with the roles of their groups. Raises Refused."""
    groups = names_of(claims.get(settings.OIDC_GROUPS_CLAIM))
    roles = list(Group.objects.filter(name__in={role for group, role in settings.OIDC_ROLES if group in groups}))
    link = DirectoryAccount.objects.select_related("user").filter(subject=claims["sub"]).first()
    if not roles:
        if link:
            take_roles_away(link.user)
        raise Refused(_("Your groups in the office's directory give you no role here. Ask an administrator."))
    with transaction.atomic():
        return update_account(link.user if link else link_account(claims), claims, roles)


def update_account(user: User, claims: Mapping[str, Any], roles: list[Group]) -> User:
    """The account with what the directory says of the person. Raises Refused."""
    if not user.is_active:
        raise Refused(_("This account is not active. Ask an administrator."))
    for name, claim in (("first_name", "given_name"), ("last_name", "family_name"), ("email", "email")):
        field, value = cast(CharField, User._meta.get_field(name)), claims.get(claim)
        if isinstance(value, str):
            setattr(user, name, value[: field.max_length])
    user.is_staff = True
    user.save(update_fields=["first_name", "last_name", "email", "is_staff"])
    give_roles(user, roles)
    return user


def link_account(claims: Mapping[str, Any]) -> User:
    """A new account, or one of the same name where the settings say that these are the directory's. Raises Refused."""
    name = claims.get(settings.OIDC_NAME_CLAIM)
    field = User._meta.get_field("username")
    try:
        name = field.clean(name, None)
    except ValidationError as error:
        raise Refused(_("The office's directory gives you no name that can be used here.")) from error
    user = User.objects.filter(username__iexact=name).first()
    is_taken = user and (not settings.OIDC_ADOPT_ACCOUNTS or user.is_superuser or hasattr(user, "directory"))
    if is_taken:
        raise Refused(_("There is another account of your name here. Ask an administrator."))
    user = user or User(username=name)
    user.set_unusable_password()
    try:
        user.save()
        DirectoryAccount.objects.create(user=user, subject=claims["sub"])
    except IntegrityError as error:  # the same person signs in twice at the same moment
        raise Refused(_("Try again.")) from error
    return user


def give_roles(user: User, roles: list[Group]) -> None:
    """Make these the roles of the account, in the place of all others."""
    before = set(user.groups.all())
    if before != set(roles):
        user.groups.set(roles)
        names = ", ".join(sorted(role.name for role in roles)) or "-"
        message = f"{audit.ROLES_FROM_DIRECTORY} {names}"
        LogEntry.objects.log_actions(user.pk, [user], CHANGE, change_message=message, single_object=True)


@transaction.atomic
def take_roles_away(user: User) -> None:
    """Of somebody who is in no group of ours any more; their sessions end too."""
    give_roles(user, [])
    sessions.end_sessions(user)
