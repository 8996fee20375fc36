from django.db import models
from django.utils.translation import gettext_lazy as _


class Placement(models.Model):
    """An image in the gallery or the text of an article, as readers get it. `news.media.placements` writes these rows.

    The article itself says which image is where. These rows answer the reverse: whether an image is public, where it
    is used, and whether it may be deleted.
    """

    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="placements")
    image = models.ForeignKey("news.Image", on_delete=models.PROTECT, related_name="placements")

    class Meta:
        verbose_name = _("picture in an article")
        verbose_name_plural = _("pictures in articles")
        constraints = [models.UniqueConstraint(fields=["article", "image"], name="picture_of_an_article_once")]

    def __str__(self) -> str:
        return f"{self.article_id} – {self.image_id}"
