from news.language.stemming import stems, strict_stems, tokens


def test_a_text_is_cut_into_words_in_small_letters():
    assert list(tokens("«Қасым-Жомарт» Тоқаев 5\u2011ке дейін: бюд\u00adжет, Kazakhstan’s GDP_2024.")) == [
        "қасым-жомарт", "тоқаев", "5-ке", "дейін", "бюджет", "kazakhstan's", "gdp", "2024",
    ]  # fmt: skip


def test_a_word_with_a_hyphen_is_found_by_its_parts_too():
    assert {"қасым-жомарттың", "қасым", "жомарт"} <= set(stems("қасым-жомарттың", "kk"))
    assert strict_stems("жомарт", "kk")[0] == "жомарт"


def test_senate_and_senator_stay_apart_in_english():
    assert not set(strict_stems("senate", "en")) & set(stems("senators", "en"))
    assert set(strict_stems("senators", "en")) & set(stems("senator", "en"))


def test_a_russian_word_is_found_in_its_forms_with_ё_or_е():
    assert set(strict_stems("заседание", "ru")) & set(stems("заседаниями", "ru"))
    assert strict_stems("отчёт", "ru")[-1] == strict_stems("отчет", "ru")[-1] == "отчет"


def test_a_judge_is_not_a_court():
    assert not set(strict_stems("суд", "ru")) & set(stems("судьи", "ru"))
    assert set(strict_stems("суд", "ru")) & set(stems("судами", "ru"))


def test_what_is_too_long_for_a_word_is_cut():
    assert [len(word) for word in tokens("ы" * 10_000)] == [60]


def test_language_without_a_stemmer_is_searched_by_its_plain_words():
    assert stems("Kitoblar", "uz") == strict_stems("Kitoblar", "uz") == ("Kitoblar",)


def test_language_that_snowball_knows_needs_no_line_here():
    assert strict_stems("häuser", "de") == ("häuser", "haus")
