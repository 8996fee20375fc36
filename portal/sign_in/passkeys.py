"""Passkeys: what django-otp-webauthn asks of a browser and checks, joined to our own steps of signing in."""

import json
from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django_otp_webauthn import views
from django_otp_webauthn.exceptions import CredentialDisabled, InvalidState, MalformedRequest
from django_otp_webauthn.models import WebAuthnCredential

from portal.rate_limits import require_allowance
from portal.sign_in import directory, steps
from portal.sign_in.browsers import name_browser
from portal.sign_in.second_factor import FROM_DIRECTORY
from portal.sign_in.views import add_way, find_user


class ReadableMixin:
    """Refuses what is no JSON in a sentence, also where its bytes or its depth are what makes it unreadable."""

    def _parse_request_data(self, request: HttpRequest) -> Any:
        try:
            data = super()._parse_request_data(request)  # type: ignore[misc]  # of the view that it is mixed into
        except (ValueError, RecursionError) as error:
            raise MalformedRequest from error
        if not isinstance(data, Mapping):
            raise MalformedRequest
        return data


class OwnerMixin(ReadableMixin, views.RegistrationCeremonyMixin):
    """Whoever may set up a second factor: a person who is signed in, or who came to the page for it."""

    def get_user(self) -> User | None:
        return find_user(self.request)

    def user_is_mfa_enrolled(self, user: User) -> bool:
        """Whether only somebody who showed a second factor may go on."""
        is_trusted = not self.request.user.is_authenticated or self.request.session.get(FROM_DIRECTORY)
        return not is_trusted and super().user_is_mfa_enrolled(user)


class BeginSetUp(OwnerMixin, views.BeginCredentialRegistrationView):
    pass


class CompleteSetUp(OwnerMixin, views.CompleteCredentialRegistrationView):
    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        user = cast(User, self.get_user())
        answer = super().post(*args, **kwargs)
        device = WebAuthnCredential.objects.get(pk=json.loads(answer.content)["id"])
        device.name = name_browser(self.request)
        return as_json(add_way(self.request, user, device))


class PersonMixin(ReadableMixin, views.AuthenticationCeremonyMixin):
    """Whoever made the first step, or nobody yet: then the passkey has to be unlocked, which makes it both factors."""

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        require_allowance(request, "sign-in")
        super().initial(request, *args, **kwargs)

    def get_user(self) -> User | None:
        return steps.find_person(self.request)


class BeginSignIn(PersonMixin, views.BeginCredentialAuthenticationView):
    pass


class CompleteSignIn(PersonMixin, views.CompleteCredentialAuthenticationView):
    def get_state(self) -> dict[str, Any]:
        """What was asked for; a passkey that was asked for as a second step is none without the first one."""
        state = super().get_state()
        if self.get_user() is None and not state["require_user_verification"]:
            raise InvalidState
        return state

    def check_device_usable(self, device: WebAuthnCredential) -> None:
        super().check_device_usable(device)
        is_first_step = self.get_user() is None
        if not device.user.is_staff or (is_first_step and directory.is_from_directory(device.user)):
            raise CredentialDisabled

    def complete_auth(self, device: WebAuthnCredential) -> None:
        """Nothing: `get_success_data` begins the session, whose cookies belong to the answer."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().post(*args, **kwargs)
        device = WebAuthnCredential.objects.select_related("user").get(pk=json.loads(answer.content)["id"])
        return as_json(steps.finish(self.request, device.user, device, address=self.get_redirect_url()))


def as_json(response: HttpResponse) -> JsonResponse:
    """A redirect for a script, which goes there itself; with its cookies."""
    answer = JsonResponse({"address": response["Location"]})
    answer.cookies = response.cookies
    return answer
