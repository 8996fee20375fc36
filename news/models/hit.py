"""The counts of readings. They are not in the articles' own rows, so counting never locks what an editor saves.

The database itself deletes them with their article. Django would delete the hits first and then the article: a reading
that was counted between the two would make the deletion fail, and the admin would list each day for confirmation.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HitTotal(models.Model):
    """All readings of an article: those counted here and those of an older site."""

    article = models.OneToOneField(
        "news.Article", on_delete=models.DB_CASCADE, primary_key=True, related_name="hit_total"
    )
    counted = models.PositiveBigIntegerField(_("counted here"), default=0)
    brought = models.PositiveBigIntegerField(_("brought along"), default=0)
    ranked = models.PositiveBigIntegerField(db_default=0, editable=False)
    """The total when the articles were last put in order by it (`news.hits.ranking`), by which editors sort their list.
    An index of the total itself would have to change with each reading, which doubles what counting costs."""

    class Meta:
        verbose_name = _("total of hits")
        verbose_name_plural = _("totals of hits")
        indexes = [models.Index(fields=["ranked", "article"], name="most_read_article")]

    def __str__(self) -> str:
        return str(self.total)

    @property
    def total(self) -> int:
        return self.counted + self.brought


class DailyHits(models.Model):
    """Readings of an article in one edition on one day, by the time of Kazakhstan."""

    article = models.ForeignKey("news.Article", on_delete=models.DB_CASCADE, related_name="daily_hits")
    edition = models.CharField(_("edition"), max_length=10)
    day = models.DateField(_("day"))
    count = models.PositiveBigIntegerField(_("hits"), default=0)

    class Meta:
        verbose_name = _("hits of a day")
        verbose_name_plural = _("hits by day")
        constraints = [models.UniqueConstraint(fields=["article", "edition", "day"], name="one_row_of_hits_a_day")]
        indexes = [models.Index(fields=["day", "article"], name="hits_of_recent_days")]

    def __str__(self) -> str:
        return f"{self.day} {self.edition}: {self.count}"


class ReferrerHits(models.Model):
    """Readings of an article that came from another site. For the others no site is known."""

    article = models.ForeignKey("news.Article", on_delete=models.DB_CASCADE, related_name="referrer_hits")
    host = models.CharField(_("site"), max_length=100)
    count = models.PositiveBigIntegerField(_("hits"), default=0)

    class Meta:
        verbose_name = _("hits from a site")
        verbose_name_plural = _("hits by site")
        constraints = [models.UniqueConstraint(fields=["article", "host"], name="one_row_of_hits_a_site")]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.host}: {self.count}"


class HitJournal(models.Model):
    """How far a journal is folded. The offset moves in the transaction that adds the sums, so nothing counts twice."""

    name = models.CharField(max_length=64, primary_key=True)
    offset = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("journal of hits")
        verbose_name_plural = _("journals of hits")

    def __str__(self) -> str:
        return f"{self.name}: {self.offset}"
