"""The words of a query in a text: marked, and cut out with what is around them."""

from news.language.highlighting import LENGTH, mark_words, snippet
from news.language.stemming import strict_stems


def test_forms_of_the_words_are_marked_and_the_text_is_escaped():
    wanted = strict_stems("заң", "kk")

    assert mark_words("«Заңдар» & <заңның> занавес", wanted, "kk") == (
        "«<mark>Заңдар</mark>» &amp; &lt;<mark>заңның</mark>&gt; занавес"
    )


def test_text_without_the_words_has_no_mark():
    assert mark_words("Сенат отырысы", strict_stems("заң", "kk"), "kk") == "Сенат отырысы"
    assert mark_words("Сенат", [], "kk") == "Сенат"


def test_snippet_of_a_short_text_is_all_of_it():
    assert snippet("Senate sits", strict_stems("senate", "en"), "en") == "<mark>Senate</mark> sits"


def test_snippet_of_a_long_text_is_the_piece_with_most_of_the_words():
    text = "senate " + "filler " * 100 + "the senate passed the budget " + "filler " * 100
    wanted = {*strict_stems("senate", "en"), *strict_stems("budget", "en")}

    piece = snippet(text, wanted, "en")

    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert "<mark>senate</mark> passed the <mark>budget</mark>" in piece
    assert len(piece) <= LENGTH + len("… " + " …") + 2 * len("<mark></mark>")


def test_snippet_begins_the_text_where_nothing_is_found():
    text = "word " * 100

    assert snippet(text, strict_stems("senate", "en"), "en") == text[: LENGTH - 1] + " …"
