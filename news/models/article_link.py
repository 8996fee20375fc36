from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.languages import LANGUAGE_LENGTH


class ArticleLink(models.Model):
    """A link from an article's text to another article. `news.content.internal_links` writes it with the text."""

    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="links")
    language = models.CharField(_("language"), max_length=LANGUAGE_LENGTH)
    target = models.CharField(
        _("leads to"), max_length=200, help_text=_("The origin of an article, which may be gone by now.")
    )

    class Meta:
        verbose_name = _("link to an article")
        verbose_name_plural = _("links to articles")
        constraints = [
            models.UniqueConstraint(fields=["article", "language", "target"], name="one_row_a_link"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.language} → {self.target}"
