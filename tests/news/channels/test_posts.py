"""Articles in the channels of Telegram: each once, as readers have it, and nothing that readers do not have."""

import json
import re
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from news.channels import posts
from news.channels import texts as channel_texts
from news.editorial import revisions, workflow
from news.models import Article, Channel, ChannelPost
from tests.support.bot_api import TOKEN, bot_api, refusal
from tests.support.cases import cases_of, content_of
from tests.support.factories import make_article, make_image, make_user, write_newer
from tests.support.pauses import end_pauses

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
State = ChannelPost.State


@pytest.fixture
def telegram(settings):
    with bot_api() as server:
        settings.TELEGRAM_URL, settings.TELEGRAM_TOKEN = server.address, TOKEN
        yield server


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def post(minutes: float = 0) -> str:
    said = StringIO()
    with time_machine.travel(later(minutes), tick=False):
        call_command("post_to_channels", stdout=said)
    return said.getvalue().strip()


def make_channel(**fields) -> Channel:
    return Channel.objects.create(
        **{"name": "Сенат", "chat_id": "@senat", "edition": "kk", "since": later(-600), **fields}
    )


def make_member(*names: str):
    return make_user(*(f"news.{name}" for name in names))


def texts(telegram) -> list[str]:
    return [message["text"] for message in telegram.messages.values()]


def test_article_is_posted_once_with_picture_text_and_link_after_its_moment(telegram):
    make_channel()
    make_article("kk", publish_at=later(-1000))  # before the channel was there
    make_article("ru", publish_at=later(-1))
    make_article("kk", status="draft", publish_at=later(-1))
    article = make_article("kk ru", publish_at=later(7), lead_kk="Палата <отырысы> өтті.", cover=make_image())
    before = post(6)

    said = [before, post(8), post(10)]

    assert said == [
        "Жарияланғаны: 0, өзгертілгені: 0, кері қайтарып алынғаны: 0, қаралуға тиісі: 0.",
        "Жарияланғаны: 1, өзгертілгені: 0, кері қайтарып алынғаны: 0, қаралуға тиісі: 0.",
        "Жарияланғаны: 0, өзгертілгені: 0, кері қайтарып алынғаны: 0, қаралуға тиісі: 0.",
    ]
    assert [method for method, _fields in telegram.asked] == ["sendPhoto"]
    (message,) = telegram.messages.values()
    assert message["chat"] == "@senat"
    assert message["photo"].startswith(b"\xff\xd8\xff")
    assert message["text"] == (
        f"<b>{article.title_kk}</b>\n\nПалата &lt;отырысы&gt; өтті.\n\n"
        f'<a href="http://testserver/news/{article.pk}-{article.slug_kk}/">Толық оқу</a>'
    )
    assert ChannelPost.objects.get().message_id == 101


@pytest.mark.parametrize(("edition", "start"), [("ru", "<b>Title"), ("kk-latn", "<b>Senat otyrysy</b>")])
def test_each_channel_gets_its_edition(telegram, edition, start):
    make_channel(edition=edition)
    make_article("kk ru", publish_at=later(-1), title_kk="Сенат отырысы")

    post()

    assert [text[: len(start)] for text in texts(telegram)] == [start]
    assert f"/{edition}/news/" in texts(telegram)[0]


def test_longest_texts_fit_under_a_picture():
    article = make_article("kk", title_kk="Ә" * 300, lead_kk="Сөз" * 330)
    article.corrections.create(note_kk="Ж" * 400)

    shown = re.sub("<[^>]*>", "", channel_texts.post_text(article))

    assert channel_texts.telegram_length(shown) == channel_texts.CAPTION
    assert [part[-3:] for part in shown.split("\n\n")] == ["ӘӘӘ", "өз…", "ЖЖЖ", "оқу"]


def test_what_is_sending_when_its_process_dies_is_unknown_and_never_sent_again_by_itself(telegram, monkeypatch):
    make_channel()
    make_article(publish_at=later(-1))
    telegram.answers = [None]  # sent, and nobody hears of it
    with pytest.raises(CommandError, match="answer did not come"):
        post()

    post(2)

    assert ChannelPost.objects.get().state == State.UNKNOWN
    assert len(telegram.messages) == 1


def test_row_of_a_dead_process_becomes_unknown_and_a_late_outcome_still_counts(telegram):
    channel = make_channel()
    row = ChannelPost.objects.create(channel=channel, article=make_article(publish_at=later(-1)))
    with time_machine.travel(NOW, tick=False):
        assert row.begin()
        assert not ChannelPost.objects.get(pk=row.pk).begin()
    post(9)
    assert ChannelPost.objects.get().state == State.SENDING
    post(11)
    assert ChannelPost.objects.get().state == State.UNKNOWN
    assert telegram.messages == {}

    row.end(State.SENT, message_id=7)

    assert ChannelPost.objects.get().state == State.SENT


def test_wait_that_telegram_asks_for_is_kept_and_nothing_is_lost(telegram):
    make_channel()
    make_article(publish_at=later(-2))
    make_article(publish_at=later(-1))
    telegram.answers = [refusal(429, "Too Many Requests: retry after 300", retry_after=300)]

    asked = []
    for minute in (0, 4, 6):
        post(minute)
        asked.append(len(telegram.asked))

    assert asked == [1, 1, 3]
    assert len(telegram.messages) == 2


def refuse(telegram, answer) -> None:
    """Telegram gives this answer to whatever is asked next, as often as it is."""
    telegram.answers = [answer] * 10


@pytest.mark.parametrize("case", cases_of("telegram"))
def test_case_of_a_refused_channel_loses_no_post(telegram, case):
    channel = make_channel()
    for minute in (-3, -2, -1):
        make_article(publish_at=later(minute))
    answer = json.loads(content_of(case))
    refuse(telegram, (answer["status"], answer["body"]))
    post()
    due = ChannelPost.objects.filter(state=State.DUE).count()

    channel.refresh_from_db()
    trouble = channel.trouble
    telegram.answers.clear()
    Channel.objects.filter(pk=channel.pk).update(chat_id="-1009876543210")
    post(2)

    assert due == case["expect"]["due"]
    assert trouble == answer["body"]["description"]
    assert len(telegram.messages) == case["expect"]["sent after"]
    channel.refresh_from_db()
    assert channel.trouble == ""


def test_new_number_of_a_group_is_taken(telegram):
    channel = make_channel()
    make_article(publish_at=later(-1))
    sentence = "Bad Request: group chat was upgraded to a supergroup chat"
    refuse(telegram, refusal(400, sentence, migrate_to_chat_id=-1001))

    post()
    telegram.answers.clear()
    post(2)

    channel.refresh_from_db()
    assert channel.chat_id == "-1001"
    assert [message["chat"] for message in telegram.messages.values()] == ["-1001"]


@pytest.mark.parametrize(
    ("code", "sentence", "state"),
    [
        (400, "Bad Request: chat not found", "due"),
        (403, "Forbidden: the group chat was deleted", "due"),
        (403, "Forbidden: bot was blocked by the user", "due"),
        (400, "Bad Request: not enough rights to send photos to the chat", "due"),
        (400, "Bad Request: need administrator rights in the channel chat", "due"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", "due"),
        (400, "Bad Request: have no rights to send a message", "due"),
        (400, "Bad Request: message caption is too long", "refused"),
        (400, "Bad Request: can't parse entities: Unsupported start tag", "refused"),
        (413, "Request Entity Too Large", "refused"),
    ],
)
def test_refusal_meets_the_channel_or_the_post(telegram, code, sentence, state):
    channel = make_channel()
    make_article(publish_at=later(-1))
    refuse(telegram, refusal(code, sentence))

    post()

    channel.refresh_from_db()
    assert ChannelPost.objects.get().state == state
    assert channel.trouble == (sentence if state == "due" else "")


def test_post_that_waits_longer_than_the_editor_set_is_given_up(telegram):
    make_channel(max_age=1)
    make_article(publish_at=later(-1))
    make_article(publish_at=later(23 * 60))
    refuse(telegram, refusal(403, "Forbidden: bot was kicked from the channel chat"))
    post()
    post(24 * 60)
    telegram.answers.clear()

    post(24 * 60 + 2)

    assert list(ChannelPost.objects.order_by("pk").values_list("state", flat=True)) == ["skipped", "sent"]


def test_bot_that_may_not_delete_posts_all_the_same(telegram):
    make_channel()
    article = make_article(publish_at=later(-5))
    post()
    Article.objects.filter(pk=article.pk).update(status="withdrawn")
    make_article(publish_at=later(1))
    telegram.answers = [refusal(400, "Bad Request: not enough rights to delete a message")]

    post(2)

    assert len(telegram.messages) == 2
    assert "not enough rights" in Channel.objects.get().trouble


def test_editor_reads_why_a_channel_waits(client):
    channel = make_channel(trouble="Forbidden: bot was kicked from the channel chat")
    client.force_login(make_user(is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(f"/admin/news/channel/{channel.pk}/change/").content.decode()

    assert "Forbidden: bot was kicked from the channel chat" in page


def test_refused_post_says_why_and_others_go_on(telegram):
    make_channel()
    for minute in (-2, -1):
        make_article(publish_at=later(minute))
    telegram.answers = [refusal(400, "Bad Request: message caption is too long")]

    post()
    post(2)

    assert list(ChannelPost.objects.order_by("pk").values_list("state", "trouble")) == [
        ("refused", "Bad Request: message caption is too long"),
        ("sent", ""),
    ]


def test_unreachable_or_unknown_bot_is_told_without_its_token_and_loses_nothing(telegram, settings):
    make_channel()
    make_article(publish_at=later(-1))
    troubles = []
    for address, token in (("http://127.0.0.1:9", TOKEN), (telegram.address, "wrong")):
        settings.TELEGRAM_URL, settings.TELEGRAM_TOKEN = address, token
        with pytest.raises(CommandError) as caught:
            post()
        troubles.append(str(caught.value))
        end_pauses()

    settings.TELEGRAM_URL, settings.TELEGRAM_TOKEN = telegram.address, TOKEN
    post(2)

    assert troubles == [
        "Telegram cannot be reached: Connection refused",
        "Telegram does not know the bot: see TELEGRAM_TOKEN",
    ]
    assert len(telegram.messages) == 1


def test_correction_changes_the_post_once(telegram):
    make_channel()
    article = make_article(publish_at=later(-1), cover=make_image())
    editor = make_member("publish_article", "change_article")
    revisions.begin(article, by=editor)
    post()
    with time_machine.travel(later(5), tick=False):
        revisions.save(article, revisions.latest(article).content | {"title_kk": "Дұрыс тақырып"}, by=editor)
        workflow.correct(write_newer(article), by=editor, notes={"kk": "Тақырып."})

    said = [post(6), post(8)]

    assert [line.split(",")[1] for line in said] == [" өзгертілгені: 1", " өзгертілгені: 0"]
    assert [method for method, _fields in telegram.asked] == ["sendPhoto", "editMessageCaption"]
    assert texts(telegram)[0].startswith("<b>Дұрыс тақырып</b>\n\n")
    assert "<i>Түзетілді: Тақырып.</i>" in texts(telegram)[0]


def test_change_that_telegram_has_already_is_no_trouble(telegram):
    make_channel()
    article = make_article(publish_at=later(-1))
    post()
    with time_machine.travel(later(5), tick=False):
        workflow.correct(write_newer(article), by=make_member("publish_article"), notes={"kk": "Күні."})
    telegram.answers = [None]  # changed, and the answer was lost
    with pytest.raises(CommandError):
        post(6)

    end_pauses()
    post(8)
    post(10)

    assert [method for method, _fields in telegram.asked] == ["sendMessage", "editMessageText", "editMessageText"]
    assert list(ChannelPost.objects.values_list("state", "trouble")) == [("sent", "")]


def test_withdrawn_article_leaves_the_channel_and_comes_back_when_restored(telegram):
    make_channel()
    article, editor = make_article(publish_at=later(-1)), make_member("publish_article")
    post()
    with time_machine.travel(later(5), tick=False):
        workflow.withdraw(article, by=editor, reasons={"kk": "Қате."})
    post(6)
    left = dict(telegram.messages)
    with time_machine.travel(later(15), tick=False):
        workflow.restore(article, by=editor)

    post(16)
    post(18)

    assert left == {}
    assert [method for method, _fields in telegram.asked] == ["sendMessage", "deleteMessage", "sendMessage"]
    assert len(telegram.messages) == 1


def test_post_too_old_to_be_deleted_says_that_its_article_was_withdrawn(telegram):
    make_channel()
    article, editor = make_article(publish_at=later(-1)), make_member("publish_article")
    post()
    with time_machine.travel(later(5000), tick=False):
        workflow.withdraw(article, by=editor, reasons={"kk": "Қате <дерек>."})
    telegram.answers = [refusal(400, "Bad Request: message can't be deleted for everyone")]
    post(5001)
    instead = texts(telegram)
    with time_machine.travel(later(5005), tick=False):
        workflow.restore(article, by=editor)

    post(5006)

    assert instead == ["Бұл мақала кері қайтарып алынды\n\nҚате &lt;дерек&gt;."]
    assert [text.split("\n")[0] for text in texts(telegram)] == [f"<b>{article.title_kk}</b>"]


def test_held_post_goes_when_a_chief_editor_lets_it_and_not_when_withdrawn_before(telegram, client):
    make_channel(is_held=True)
    chief = make_member("change_channelpost", "view_channelpost", "publish_article")
    articles = [make_article(publish_at=later(minute)) for minute in (-3, -2, -1)]
    post()
    assert telegram.asked == []
    with time_machine.travel(later(1), tick=False):
        workflow.withdraw(articles[0], by=chief, reasons={"kk": "Қате."})
    held = list(ChannelPost.objects.order_by("article__publish_at").values_list("pk", flat=True))
    client.force_login(chief)
    desk = client.get("/admin/").content.decode()
    action = {"action": "release", "_selected_action": held[:2]}
    client.post("/admin/news/channelpost/", action)

    post(2)

    assert "бас редакторды күтуде: 3" in desk
    assert [text.split("\n")[0] for text in texts(telegram)] == [f"<b>{articles[1].title_kk}</b>"]
    assert list(ChannelPost.objects.order_by("article__publish_at").values_list("state", flat=True)) == [
        "due",
        "sent",
        "held",
    ]


@pytest.mark.parametrize(
    ("decision", "number", "state", "sent"),
    [
        ("again", "", "sent", 2),
        ("arrived", "101", "sent", 1),
        ("arrived", "", "unknown", 1),
        ("skip", "", "skipped", 1),
    ],
)
def test_person_decides_about_an_unknown_post(telegram, client, decision, number, state, sent):
    make_channel()
    article = make_article(publish_at=later(-1))
    telegram.answers = [None]
    with pytest.raises(CommandError):
        post()
    end_pauses()
    client.force_login(make_member("change_channelpost", "view_channelpost"))
    address = f"/admin/news/channelpost/{ChannelPost.objects.get().pk}/change/"

    client.post(address, {"decision": decision, "message_id": number})
    post(2)

    assert ChannelPost.objects.get().state == state
    assert len(telegram.messages) == sent
    if state == "sent":  # and what happens to the article reaches it
        with time_machine.travel(later(5), tick=False):
            workflow.withdraw(article, by=make_member("publish_article"), reasons={"kk": "Қате."})
        post(6)
        assert len(telegram.messages) == sent - 1


def test_who_may_only_look_decides_nothing(telegram, client):
    make_channel(is_held=True)
    make_article(publish_at=later(-1))
    post()
    row = ChannelPost.objects.get()
    client.force_login(make_member("view_channelpost"))

    answers = [
        client.get(f"/admin/news/channelpost/{row.pk}/change/").status_code,
        client.post(f"/admin/news/channelpost/{row.pk}/change/", {"decision": "release"}).status_code,
        client.post("/admin/news/channelpost/", {"action": "release", "_selected_action": [row.pk]}).status_code,
    ]

    assert answers == [200, 403, 200]  # the list has no such action and shows itself again
    assert ChannelPost.objects.get().state == State.HELD


def test_run_with_nothing_to_do_asks_as_little_however_much_was_posted(telegram, django_assert_num_queries):
    make_channel()
    for _each in range(5):
        make_article(publish_at=later(-1))
    post()

    with django_assert_num_queries(8), time_machine.travel(later(2), tick=False):
        posts.post_to_channels()

    assert len(telegram.messages) == 5


def test_article_page_of_the_admin_has_drafts_to_copy_and_tells_of_the_channels(telegram, client):
    make_channel()
    article = make_article("kk", publish_at=later(-1), lead_kk="«Кіріспе» & тағы", title_kk="Жаңа *заң*")
    draft = make_article("ru", status="draft", publish_at=None)
    revisions.begin(draft, by=make_user())
    post()
    client.force_login(make_member("view_article", "view_channelpost"))

    page, of_draft = (client.get(f"/admin/news/article/{pk}/messengers/") for pk in (article.pk, draft.pk))

    url = f"http://testserver/news/{article.pk}-{article.slug_kk}/"
    assert page.context["drafts"][0][1:] == (
        f"*Жаңа ∗заң∗*\n\n«Кіріспе» & тағы\n\n{url}",
        f"Жаңа *заң*\n\n«Кіріспе» & тағы\n\n{url}",
    )
    assert "Сенат</a>: жіберілді" in page.content.decode()
    assert [edition.code for edition, *_texts in of_draft.context["drafts"]] == ["ru"]
    client.force_login(make_member("view_channelpost"))
    assert client.get(f"/admin/news/article/{article.pk}/messengers/").status_code == 403
