from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.models.delivery import Delivery
from portal.editions import EDITIONS


class Channel(models.Model):
    """A Telegram channel that gets the articles of one edition."""

    name = models.CharField(_("name"), max_length=100)
    chat_id = models.CharField(
        _("address of the channel"),
        max_length=64,
        help_text=_("@name of a public channel, or the number of a private one. Our bot has to be its administrator."),
    )
    edition = models.CharField(
        _("language"), max_length=7, choices=[(each.code, each.label) for each in EDITIONS], default=EDITIONS[0].code
    )
    is_held = models.BooleanField(
        _("a chief editor lets each post go"), default=False, help_text=_("Otherwise posts go by themselves.")
    )
    is_active = models.BooleanField(_("gets posts"), default=True)
    since = models.DateTimeField(
        _("posts since"), default=timezone.now, help_text=_("Articles published earlier are not posted.")
    )
    max_age = models.PositiveSmallIntegerField(
        _("days that an article is worth a post"),
        default=3,
        help_text=_(
            "Older articles are not posted, even after a long outage: nobody wants a week of news in one minute."
        ),
    )
    trouble = models.CharField(_("trouble"), max_length=300, blank=True, editable=False)
    """Why Telegram refuses anything in the channel, in its own words. Its posts wait."""
    waits_until = models.DateTimeField(null=True, blank=True, editable=False)
    """Telegram asked us to send nothing to the channel until then."""

    class Meta:
        verbose_name = _("channel of Telegram")
        verbose_name_plural = _("channels of Telegram")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ChannelPost(Delivery):
    """A post of an article in a channel."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="posts", verbose_name=_("channel"))
    article = models.ForeignKey(
        "news.Article", on_delete=models.CASCADE, related_name="posts", verbose_name=_("article")
    )
    message_id = models.BigIntegerField(_("number of the message"), null=True, blank=True)
    is_picture = models.BooleanField(default=False, editable=False)
    """Whether the text belongs to a picture: then Telegram calls it a caption and edits it by another method."""
    text = models.TextField(_("text"), blank=True, editable=False)
    """The text as it is in the channel."""
    compared_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the text was last found to be the same as on the site."""
    sent_at = models.DateTimeField(_("posted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "article"], name="one_post_of_an_article_in_a_channel")
        ]
        indexes = [models.Index(fields=["state", "id"], name="post_state")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.article}"
