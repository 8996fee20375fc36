from news.content.text import text_of
from news.models import Article


def test_text_is_title_lead_and_body_of_one_language():
    article = Article(title_kk="Тақырып", lead_kk="Кіріспе", body_kk="<p>За<em>ң</em> &amp; сот</p>", title_ru="Закон")

    assert text_of(article, "kk") == "Тақырып\nКіріспе\n Заң & сот "


def test_text_of_a_language_with_a_title_alone_has_nothing_else():
    assert text_of(Article(title_kk="Тақырып", title_ru="Закон"), "ru") == "Закон\n\n"
