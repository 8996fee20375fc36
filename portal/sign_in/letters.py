"""Mails to a person about their own account. Nobody who signs in waits for the mail server, or fails with it."""

import logging
from smtplib import SMTPException
from threading import Thread

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from portal.sign_in.browsers import name_browser

logger = logging.getLogger(__name__)
THREAD = "letter about an account"


def tell(user: User, subject: str, sentence: str) -> None:
    """Mail somebody a sentence about their account, and what to do if it was not them."""
    page = f"{settings.SITE_URL}{reverse('admin:sign_in')}"
    if_not = _("If this was not you, change your password now, end the other sessions and tell an administrator:")
    send_later(user, subject, [sentence, if_not, page])


def tell_of_lost(person: User, user: User) -> None:
    """Mail somebody who may confirm it that this user has lost the second factor."""
    sentence = _("%(name)s has lost the second factor and waits for somebody who confirms that it is them.")
    ask = _("Speak with them, ask for the number that they see, and type it here:")
    page = f"{settings.SITE_URL}{reverse('admin:portal_lostsecondfactor_changelist')}"
    send_later(person, _("Lost second factor"), [sentence % {"name": user.get_username()}, ask, page])


def send_later(person: User, subject: str, paragraphs: list[str]) -> None:
    """Mail somebody, if they have an address, in a thread."""
    if person.email:
        letter = EmailMessage(subject, "\n\n".join(paragraphs) + "\n", to=[person.email])
        Thread(target=send, args=[letter], name=THREAD).start()


def send(letter: EmailMessage) -> None:
    """Send a mail; the log says in the end why it could not be sent, and not to whom."""
    try:
        letter.send()
    except (OSError, SMTPException) as error:
        logger.warning("A letter about an account could not be sent: %s", type(error).__name__)


def tell_of_new_browser(request: HttpRequest, user: User) -> None:
    sentence = _("Your account %(name)s was used to sign in with a browser that is new to it: %(browser)s, %(time)s.")
    tell(user, _("Sign-in with a new browser"), sentence % details(request, user))


def tell_of_change(request: HttpRequest, user: User, what: str) -> None:
    """`what` is a sentence of portal.admin.audit, in the language of whoever made the change."""
    place = _("Account %(name)s, browser %(browser)s, %(time)s.") % details(request, user)
    tell(user, _("Your second factor was changed"), f"{what} {place}")


def details(request: HttpRequest, user: User) -> dict[str, str]:
    time = formats.localize(timezone.localtime())
    return {"name": user.get_username(), "browser": name_browser(request), "time": time}
