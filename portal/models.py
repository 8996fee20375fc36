"""The site's own tables: its settings, the generation of its pages, its jobs, and what belongs to signing in."""

import hashlib

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from portal.hosts import HOST, find_wrong_hosts


class SiteSettings(models.Model):
    """Contacts, links and texts of the whole site, in one row."""

    main_site_url = models.URLField(
        _("main site"),
        blank=True,
        help_text=_("Where “Go to the main site” leads from pages without a source of their own."),
    )
    about = models.TextField(
        _("about"), blank=True, help_text=_("Shown on the page “About us”. A blank line begins a new paragraph.")
    )
    address = models.CharField(_("postal address"), max_length=300, blank=True)
    phone = models.CharField(_("telephone"), max_length=50, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    telegram = models.URLField("Telegram", blank=True)
    facebook = models.URLField("Facebook", blank=True)
    instagram = models.URLField("Instagram", blank=True)
    x = models.URLField("X", blank=True)
    youtube = models.URLField("YouTube", blank=True)

    video_hosts = models.TextField(
        _("hosts of video players"),
        blank=True,
        default="www.youtube-nocookie.com",
        help_text=_(
            "One in a line. Videos of these hosts play on our pages after a press; others are links. "
            "www.youtube-nocookie.com is YouTube's."
        ),
    )
    four_eyes = models.BooleanField(
        _("four eyes"), default=False, help_text=_("Nobody approves what they wrote themselves.")
    )

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_site_settings")]

    def __str__(self) -> str:
        return str(_("Site settings"))

    def clean(self) -> None:
        # Not a validator of the field: the migration would have to import it for ever.
        if wrong := find_wrong_hosts(self.video_hosts):
            sentence = _("These are no names of hosts: %(wrong)s. Write them like video.example.kz, without https://.")
            raise ValidationError({"video_hosts": ValidationError(sentence, params={"wrong": ", ".join(wrong)})})

    @classmethod
    def load(cls) -> "SiteSettings":
        """The one row, or an unsaved one with the defaults if there is none yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def player_hosts(self) -> list[str]:
        """The hosts whose frames a page with a video may contain, without anything that is no host."""
        return [host for host in self.video_hosts.lower().split() if HOST.fullmatch(host)]

    @property
    def social_links(self) -> list[tuple[str, str]]:
        """Names and addresses of the site's pages in social networks."""
        names = ("Telegram", "Facebook", "Instagram", "X", "YouTube")
        return [(name, url) for name in names if (url := getattr(self, name.lower()))]


class Generation(models.Model):
    """The names of the current pages and copies, a row each; changes replace them (portal.page_cache.generation)."""

    name = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()  # nobody changes it by hand

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """A job of settings.JOBS, in one row: which process runs it now, and its heartbeats (see portal.jobs)."""

    name = models.CharField(_("job"), max_length=100, unique=True)
    holder = models.CharField(_("running on"), max_length=100, blank=True)
    beats = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["name"]

    def __str__(self) -> str:
        return gettext(self.name)  # marked in the settings


class JobRun(models.Model):
    """A run of a job for a time it was due. While the outcome is empty, it is running or its process has died."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        LOST = "lost", _("broken off")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="runs", verbose_name=_("job"))
    due_at = models.DateTimeField(_("due"))
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome, blank=True)
    message = models.TextField(_("message"), blank=True)
    holder = models.CharField(_("run by"), max_length=100)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("run of a job")
        verbose_name_plural = _("runs of jobs")
        ordering = ["-due_at", "job__name"]
        constraints = [models.UniqueConstraint(fields=["job", "due_at"], name="one_run_of_a_job_for_each_time")]
        indexes = [models.Index(fields=["due_at", "id"], name="job_run_by_time")]

    def __str__(self) -> str:
        return f"{self.job}, {timezone.localtime(self.due_at):%Y-%m-%d %H:%M}"


class RefusedSignIn(AccessFailureLog):
    """An attempt to sign in with a wrong name or password, recorded by axes."""

    class Meta:
        proxy = True
        verbose_name = _("refused sign-in")
        verbose_name_plural = _("refused sign-ins")
        ordering = ["-attempt_time"]

    def __str__(self) -> str:
        return f"{self.username}, {timezone.localtime(self.attempt_time):%Y-%m-%d %H:%M}"


# Signing in


class Session(AbstractBaseSession):
    """A session with what its owner recognises it by, so that it can be listed and ended (portal.sign_in.sessions)."""

    user = models.ForeignKey(User, models.DB_CASCADE, null=True, verbose_name=_("user"), related_name="sessions")
    browser = models.CharField(_("browser"), max_length=100)
    began_at = models.DateTimeField(_("signed in"), null=True)

    class Meta(AbstractBaseSession.Meta):
        default_permissions = ()  # only superusers see those of others
        verbose_name = _("session")  # type: ignore[assignment]  # lazy, which the stub of the base does not know
        verbose_name_plural = _("sessions")  # type: ignore[assignment]
        ordering = ["-began_at"]

    def __str__(self) -> str:
        began = timezone.localtime(self.began_at) if self.began_at else None
        return f"{self.user}, {self.browser}, {began:%Y-%m-%d %H:%M}" if began else self.browser

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class DirectoryAccount(models.Model):
    """Who an account belongs to in the office's directory, by the name that never changes there."""

    user = models.OneToOneField(User, models.DB_CASCADE, related_name="directory")
    subject = models.CharField(max_length=255, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCodes(Device):
    """The codes of a person who has neither telephone nor passkey at hand. They are stored as digests."""

    user = models.ForeignKey(User, models.DB_CASCADE)

    class Meta:
        default_permissions = ()
        verbose_name = verbose_name_plural = _("recovery codes")

    def verify_token(self, token: str) -> bool:
        """Whether the token is one of the codes, which then is none any more."""
        return self.codes.filter(digest=RecoveryCode.digest_of(token)).delete()[0] == 1


class RecoveryCode(models.Model):
    device = models.ForeignKey(RecoveryCodes, models.DB_CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        verbose_name = verbose_name_plural = _("recovery codes")

    def __str__(self) -> str:
        return str(self.device)

    @staticmethod
    def digest_of(code: str) -> str:
        """A plain digest: nobody tries the 2^80 codes that there are."""
        letters = "".join(letter for letter in code.lower() if letter.isalnum())
        return hashlib.sha256(letters.encode()).hexdigest()


class LostSecondFactor(models.Model):
    """Somebody knows their password and asks to be let in without a second factor, which a second person confirms."""

    user = models.ForeignKey(User, models.DB_CASCADE, verbose_name=_("user"), related_name="+")
    number = models.CharField(max_length=6)
    """What the asker sees and tells the second person, who so knows that both speak of the same request."""
    browser = models.CharField(_("browser"), max_length=100)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.DB_SET_NULL, null=True, blank=True, verbose_name=_("decided by"), related_name="+"
    )
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    wrong_numbers = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        permissions = [("confirm_lostsecondfactor", _("Can confirm who lost the second factor"))]
        verbose_name = _("lost second factor")
        verbose_name_plural = _("lost second factors")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.user}, {timezone.localtime(self.asked_at):%Y-%m-%d %H:%M}"
