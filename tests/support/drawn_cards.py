"""Examples of everything that is drawn for sharing, to be compared with how they looked when somebody last looked.

    DEBUG=1 .venv/bin/python manage.py shell -c "from tests.support.drawn_cards import draw_all; draw_all()"

draws tests/samples/cards anew. Look at them before you commit.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from django.utils.translation import override
from PIL import Image as Picture

from news.models import Article, Source
from news.share_cards import article, quote
from portal import editions

FOLDER = Path(__file__).resolve().parent.parent / "samples" / "cards"
TITLE = "Сенат Қазақстан Республикасының кейбір заңнамалық актілеріне өзгерістер енгізу туралы заңды қабылдады"
WORDS = "«Заң – халықтың келісімі: ол әр отбасының дастарқанына, әр баланың болашағына қатысты»"


def draw_article_card(code: str, title: str = TITLE, with_cover: bool = False) -> Picture.Image:
    spelling = editions.get_edition(code).transliterate
    words = map(spelling, (title, "Сенат", "07 Наурыз, 2024", "Парламент жаңалықтары"))
    cover = Picture.linear_gradient("L").resize((article.COVER_WIDTH, article.HEIGHT)).convert("RGB")
    card = article.Card(*words, is_from_right=code == "kk-arab", cover="1" if with_cover else "")
    return article.draw_card(card, cover if with_cover else None)


def draw_quotation_card(code: str, size: str, office: str) -> Picture.Image:
    spelling = editions.get_edition(code).transliterate
    source = Source(name_kk="Қазақстан Республикасы Парламентінің Сенаты", short_name_kk="Сенат")
    published = Article(source=source, publish_at=datetime.fromisoformat("2024-03-07T12:00:00+05:00"))
    with override(code):
        words = (spelling(each) for each in (WORDS, "Мәулен Әшімбаев", office))
        return quote.draw_quotation(published, quote.Quotation(*words), size)


CARDS: dict[str, Callable[[], Picture.Image]] = {
    "article-kk": partial(draw_article_card, "kk"),
    "article-kk-cover": partial(draw_article_card, "kk", "Заң", with_cover=True),
    "article-kk-latn": partial(draw_article_card, "kk-latn", with_cover=True),
    "article-kk-arab": partial(draw_article_card, "kk-arab"),
    "article-kk-arab-years": partial(draw_article_card, "kk-arab", "Бір үлкен өзгеріс: 2027–2029 жылдар, 5-VII заң"),
    "article-kk-arab-cover": partial(draw_article_card, "kk-arab", "Ұ" * 60, with_cover=True),
    "quotation-kk-square": partial(draw_quotation_card, "kk", "square", "Сенат Төрағасы"),
    "quotation-kk-wide": partial(draw_quotation_card, "kk", "wide", ""),
    "quotation-kk-arab-story": partial(draw_quotation_card, "kk-arab", "story", "Сенат Төрағасы"),
}


def draw_all() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in CARDS.items():
        draw().save(FOLDER / f"{name}.webp", lossless=True, method=6)
