"""No English is left between Kazakh or Russian words: neither Django's, nor the used apps', nor ours."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import global_settings, settings
from django.contrib.admin.widgets import get_select2_language
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.utils.translation import ngettext, override
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog

from tests.support.factories import make_topic

OWN = settings.BASE_DIR / "portal" / "locale"
DJANGOS = settings.BASE_DIR / "portal" / "locale_django"
DOMAINS = ("django", "djangojs")

# Names that no language translates.
NAMES = {"Facebook", "IPv4", "IPv6", "Instagram", "JSON", "OK", "RSS", "Telegram", "URL", "WhatsApp", "X", "YouTube"}
# settings.LANGUAGES names our three languages; Django's list of all the others is never shown.
LANGUAGE_NAMES = {name for code, name in global_settings.LANGUAGES if code not in dict(settings.LANGUAGES)}
# The page that greets an empty project: ours has addresses.
WELCOME = {
    "The install worked successfully! Congratulations!",
    'View <a href="https://docs.djangoproject.com/en/%(version)s/releases/" target="_blank" rel="noopener">'
    "release notes</a> for Django %(version)s",
    'You are seeing this page because <a href="https://docs.djangoproject.com/en/%(version)s/ref/settings/#debug" '
    'target="_blank" rel="noopener">DEBUG=True</a> is in your settings file and you have not configured any URLs.',
    "Django Documentation",
    "Topics, references, &amp; how-to’s",
    "Tutorial: A Polling App",
    "Get started with Django",
    "Django Community",
    "Connect, get help, or contribute",
}

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|\{\w*\}")
TAG = re.compile(r"</?\w+[^>]*>")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def singular(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def entries(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def shipped(domain: str) -> Iterator[Message]:
    """What Django and the apps that are not ours say: their English catalogue, or their code where they have none."""
    core = Path(django.__file__).parent / "conf"
    for path in (core, *(Path(app.path) for app in apps.get_app_configs())):
        english = path / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po"
        if english.exists():
            yield from entries(catalogue(english))
        elif domain == "django" and not path.is_relative_to(core.parent) and path.parent != settings.BASE_DIR:
            for _, _, words, _, context in extract_from_dir(
                path, method_map=[("tests/**", "ignore"), ("**.py", "python")]
            ):
                yield Message(words, context=context)


def appearing(domain: str) -> Iterator[Message]:
    return (message for message in shipped(domain) if singular(message) not in LANGUAGE_NAMES | WELCOME)


def forms(translation: DjangoTranslation, message: Message) -> set[str]:
    if message.pluralizable:
        return {translation.ngettext(*message.id, number) for number in (1, 2, 5, 21)}
    if message.context:
        return {translation.pgettext(message.context, message.id)}
    return {translation.gettext(message.id)}


def is_english(form: str, message: Message) -> bool:
    """As it was, with letters in it: punctuation between placeholders is nobody's language."""
    same = form in (message.id if message.pluralizable else (message.id,))
    return not form or (same and form not in NAMES and any(map(str.isalpha, PLACEHOLDER.sub("", form))))


def slots(text: str) -> tuple[set[str], list[str], list[str]]:
    """Named placeholders may be repeated or left to one mention; unnamed ones count, and so do tags."""
    found = PLACEHOLDER.findall(text)
    named = {each for each in found if each[0] == "{" or each[1] == "("}
    return named, [each for each in found if each not in named], sorted(TAG.findall(text))


def disagreeing(message: Message, translated: set[str]) -> set[str]:
    expected = slots(message.id[1] if message.pluralizable else message.id)
    return {form for form in translated if slots(form) != expected}


@pytest.fixture
def translation(request, settings) -> DjangoTranslation:
    """One language without the fall-back to the first language, which would hide a gap in Russian."""
    settings.LANGUAGE_CODE = "en"
    language, domain = request.param
    return DjangoTranslation(language, domain=domain)


everywhere = pytest.mark.parametrize(
    "translation", [(language, domain) for language in ("kk", "ru") for domain in DOMAINS], indirect=True, ids="-".join
)


@everywhere
def test_words_of_django_and_apps_are_translated(translation):
    messages = list(appearing(translation.domain))

    english = [message.id for message in messages for form in forms(translation, message) if is_english(form, message)]

    assert len(messages) > 80
    assert english == []


@everywhere
def test_words_of_django_and_apps_keep_their_placeholders(translation):
    wrong = [disagreeing(message, forms(translation, message)) for message in appearing(translation.domain)]

    assert [forms for forms in wrong if forms] == []


@pytest.mark.parametrize("path", sorted(DJANGOS.rglob("*.po")), ids=lambda path: "-".join(path.parts[-3::2]))
def test_catalogue_for_django_holds_only_what_django_and_apps_say(path):
    said = {(message.context, singular(message)) for message in appearing(path.stem)}

    written = entries(catalogue(path))

    assert [message.id for message in written if message.fuzzy] == []
    assert [message.id for message in written if (message.context, singular(message)) not in said] == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_our_words_are_translated(language):
    written = entries(catalogue(OWN / language / "LC_MESSAGES" / "django.po"))

    translated = [(message, set(message.string) if message.pluralizable else {message.string}) for message in written]

    assert [message.id for message in written if message.fuzzy] == []
    assert [message.id for message, forms in translated if any(is_english(form, message) for form in forms)] == []
    assert [(message.id, wrong) for message, forms in translated if (wrong := disagreeing(message, forms))] == []


@pytest.mark.skipif(
    not shutil.which("xgettext"), reason="GNU gettext is not installed: nothing can collect our strings"
)
def test_our_catalogues_hold_every_word_of_the_code(tmp_path, monkeypatch, settings):
    for folder in ("portal", "news", "rates", "templates"):
        unread = shutil.ignore_patterns("__pycache__", "demo", "locale_django", "*.mo")
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=unread)
    copy = tmp_path / "portal" / "locale"
    copy.mkdir(exist_ok=True)
    settings.LOCALE_PATHS = [copy]
    monkeypatch.chdir(tmp_path)

    call_command("makemessages", locale=["kk"], verbosity=0)

    collected = {
        (message.context, message.id) for message in entries(catalogue(copy / "kk" / "LC_MESSAGES" / "django.po"))
    }
    for language in ("kk", "ru"):
        ours = {(each.context, each.id) for each in entries(catalogue(OWN / language / "LC_MESSAGES" / "django.po"))}
        assert collected - ours == set(), language


def test_autocomplete_of_the_admin_says_everything_in_kazakh():
    folder = Path("admin", "js", "vendor", "select2", "i18n")

    with override("kk"):
        kazakh = finders.find(folder / f"{get_select2_language()}.js")

    english = finders.find(folder / "en.js")
    phrase = re.compile(r"(\w+):\s*(?:function\s*)?\(")
    assert Path(kazakh).name == "kk.js"
    assert set(phrase.findall(Path(kazakh).read_text())) == set(phrase.findall(Path(english).read_text()))


def test_calendar_of_the_admin_has_right_kazakh_weekdays(rf):
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    short = ["Mon", "Tue", "Wed", "Thur", "Fri", "Sat", "Sun"]

    response = JSONCatalog.as_view(packages=["django.contrib.admin"])(rf.get("/"))

    words = json.loads(response.content)["catalog"]
    assert [words[day] for day in days] == [
        "Дүйсенбі", "Сейсенбі", "Сәрсенбі", "Бейсенбі", "Жұма", "Сенбі", "Жексенбі",
    ]  # fmt: skip
    abbreviated = [words[f"abbrev. day {day}\x04{name}"] for day, name in zip(days, short, strict=True)]
    assert abbreviated == ["Дс", "Сс", "Ср", "Бс", "Жм", "Сб", "Жс"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("kk", ["1 күн", "2 күн", "5 күн", "21 күн"]),
        ("ru", ["1 день", "2 дня", "5 дней", "21 день"]),
    ],
)
def test_noun_after_a_number(language, shown):
    with override(language):
        texts = [ngettext("%(num)d day", "%(num)d days", days) % {"num": days} for days in (1, 2, 5, 21)]

    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts] == shown


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "shown"), [("kk", "Барлығы: 2"), ("ru", "Всего: 2"), ("en", "In all: 2")])
def test_list_of_the_admin_has_no_noun_after_its_number(admin_client, settings, language, shown):
    for name in ("one", "two"):
        make_topic(slug=name)
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    response = admin_client.get("/admin/news/topic/")

    footer = response.content.decode().rpartition('class="paginator"')[2].partition("</nav>")[0]
    assert " ".join(footer.partition("</h2>")[2].split()) == shown
