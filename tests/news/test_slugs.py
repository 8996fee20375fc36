import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.slugs import MAX_LENGTH, make_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Сенат отырысы", "senat-otyrysy"),
        ("Мәслихаттың елдік жүгі", "maslihattyn-eldik-zhugi"),
        ("Қазақстан Республикасының Құрылтайы", "kazakstan-respublikasynyn-kuryltaiy"),
        ("Әділ, ғылым, өңір, ұлт, үй, һәм, іс", "adil-gylym-onir-ult-ui-ham-is"),
        ("ӘҒҚҢӨҰҮҺІ", "agknouuhi"),
        (
            "Цех, щётка, чек, шам, эфир, юрта, яғни, объект, ультра",
            "tseh-shchyotka-chek-sham-efir-yurta-yagni-obekt-ultra",
        ),
        ("№ 5 «Заң» – 2024", "no-5-zan-2024"),
    ],
)
def test_make_slug_writes_kazakh_in_latin_letters(title, slug):
    assert make_slug(title, "kk") == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Заседание Сената", "zasedanie-senata"),
        ("Новый закон о хлебе принят", "novyy-zakon-o-khlebe-prinyat"),
        ("Ещё объём щёк", "eshche-obem-shchek"),
        ("Сенаторы в Қостанае", "senatory-v-kostanae"),
    ],
)
def test_make_slug_writes_russian_in_latin_letters(title, slug):
    assert make_slug(title, "ru") == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("The Senate's work & the “Law”", "the-senates-work-the-law"),
        ("Café Zürich Łódź Ærø İstanbul", "cafe-zurich-lodz-aero-istanbul"),
        ("Qazaqstan Parlamentі: Söz, şara", "qazaqstan-parlamenti-soz-sara"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ ﬁ", "full-width-fi"),
    ],
)
def test_make_slug_takes_marks_off_latin_letters(title, slug):
    assert make_slug(title, "en") == slug


def test_make_slug_is_the_same_for_composed_and_decomposed_letters():
    assert make_slug("и\u0306", "ru") == make_slug("й", "ru") == "y"


@pytest.mark.parametrize("title", ["", "  ", "2024", "12 : 30", "🎉🎉", "新华社", "—"])
def test_make_slug_is_empty_without_a_letter_to_write(title):
    assert make_slug(title, "kk") == ""


def test_make_slug_ends_with_a_whole_word():
    slug = make_slug("Қазақстан Республикасы Парламенті Сенатының кезектен тыс жалпы отырысы бүгін өтті", "kk")

    assert slug == "kazakstan-respublikasy-parlamenti-senatynyn-kezekten-tys-zhalpy-otyrysy-bugin"


def test_make_slug_keeps_a_word_that_fits_exactly():
    assert make_slug(f"{'a' * 40} {'b' * 39} c", "en") == f"{'a' * 40}-{'b' * 39}"


def test_make_slug_cuts_a_word_that_is_longer_than_a_slug():
    assert make_slug("щ" * 100, "kk") == "shch" * 20


@given(st.text(max_size=300), st.sampled_from(["kk", "ru", "en"]))
def test_make_slug_is_always_fit_for_an_address(title, language):
    slug = make_slug(title, language)

    assert len(slug) <= MAX_LENGTH
    assert slug == "-".join(word for word in slug.split("-") if word.isascii() and word.isalnum())
    assert make_slug(slug, language) == slug
