"""Posts and letters whose process is killed at a random moment; and the digest of many subscribers.

    python -m bench.messages --runs 1000                    SQLite
    python -m bench.messages --database-url postgres://…    an empty database
    python -m bench.messages --runs 0 --subscribers 50000

Each run publishes an article, forks a process that does the two jobs, and kills it at a moment chosen at random within
the time that the jobs take. Telegram and the mail server are local ones, which write down what has reached them before
they answer. What it prints for posts and for letters:
  once      reached its receiver once, and is written down so
  unknown   shown to a person to be looked at; of these some arrived
  lost      neither: must be 0
  twice     reached its receiver twice: must be 0
Exits with 1 when a message was lost or sent twice.
"""

import argparse
import multiprocessing
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

READERS = ("one@example.org", "two@example.org")
ARTICLE = re.compile(r"/news/(\d+)-")
PAUSE = 0.004
"""Seconds that the servers take to answer, so that many a kill finds a message under way."""


def serve(folder: str, ports: "multiprocessing.Queue[int]") -> None:
    """Both servers; each message that reaches them is a file."""
    from itertools import count
    from threading import Thread

    from tests.support import bot_api, mail_server

    sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  (clients die here by design)
    numbers = count(1)

    def keep(kind: str, receiver: str, text: str) -> None:
        (Path(folder) / f"{kind} {receiver} {next(numbers)}").write_text(text)
        time.sleep(random.uniform(0, 2 * PAUSE))

    class KeepingBot(bot_api.BotApi):
        def do(self, method: str, fields: dict) -> tuple[int, dict]:
            keep("post", "channel", fields["text"])
            return super().do(method, fields)

    class KeepingMail(mail_server.MailServer):
        def __init__(self) -> None:
            super().__init__()
            self.got = Received()

    class Received(list):
        def append(self, given: tuple) -> None:
            _sender, recipient, letter = given
            keep("letter", recipient, letter.get_body(["plain"]).get_content())

    bot, mail = KeepingBot(), KeepingMail()
    Thread(target=bot.serve_forever, daemon=True).start()
    ports.put(bot.server_port)
    ports.put(mail.port)
    mail.serve_forever()


def do_jobs() -> None:
    from news.channels import posts as channel_posts
    from news.newsletter import digests, sender

    channel_posts.post_to_channels()
    digests.create_due_letters()
    sender.send_letters()


def run_in_process(work: Callable[[], None], killed_after: float | None = None) -> bool:
    """Whether it came to its end."""
    from django.db import connections

    connections.close_all()
    with warnings.catch_warnings(
        action="ignore", category=DeprecationWarning
    ):  # a test has threads; the child uses none
        child = os.fork()
    if child == 0:
        try:
            work()
            connections.close_all()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    return os.WIFEXITED(status)


def tell(name: str, expected: set, reached: Counter, unknown: set) -> bool:
    """Prints what became of the messages; whether none was lost or sent twice."""
    twice = [each for each in expected if reached[each] > 1]
    lost = [each for each in expected - unknown if reached[each] == 0]
    once = [each for each in expected - unknown if reached[each] == 1]
    arrived = sum(reached[each] == 1 for each in unknown)
    print(
        f"{name:<8} {len(expected)} once {len(once)}  unknown {len(unknown)} (of these arrived {arrived})"
        f"  lost {len(lost)}  twice {len(twice)}"
    )
    return not twice and not lost


def kill_runs(runs: int, chance: random.Random, folder: str) -> bool:
    from django.utils import timezone

    from news.models import Channel, ChannelPost, Letter, Subscription, delivery
    from news.newsletter import digests, sender  # noqa: F401  (so that no child spends its time on it)
    from tests.support.factories import make_article

    delivery.BROKEN_OFF_AFTER = timedelta(0)  # the next run knows that the last one is dead
    Channel.objects.create(name="bench", chat_id="@bench", edition="kk", since=timezone.now() - timedelta(hours=1))
    for email in READERS:
        now = timezone.now()
        Subscription.objects.create(email=email, edition="kk", frequency="at_once", confirmed_at=now, told_at=now)
    run_in_process(do_jobs)

    articles: list[int] = []
    lengths: list[float] = []
    killed = 0
    for number in range(runs):
        articles.append(make_article("kk", publish_at=timezone.now()).pk)
        began = time.monotonic()
        if number < 5 or number % 50 == 0:  # now and then to its end: a letter leads to no more than 300 articles
            run_in_process(do_jobs)
            lengths = [*lengths[-4:], time.monotonic() - began]
        else:
            killed += not run_in_process(do_jobs, chance.uniform(0, sorted(lengths)[len(lengths) // 2] * 1.1))
    run_in_process(do_jobs)  # what was cut off last

    posts, mails = Counter[int](), Counter[tuple[str, int]]()
    for path in Path(folder).iterdir():
        kind, receiver, _number = path.name.split()
        for found in set(ARTICLE.findall(path.read_text())):
            if kind == "post":
                posts[int(found)] += 1
            else:
                mails[receiver, int(found)] += 1
    unknown_posts = set(ChannelPost.objects.filter(state="unknown").values_list("article", flat=True))
    letters = Letter.objects.filter(state="unknown").values_list("subscription__email", "articles")
    unknown_letters = {(email, article) for email, chosen in letters for article in chosen}
    print(f"runs {runs}  killed before their end {killed}  a run takes {sorted(lengths)[len(lengths) // 2]:.3f} s")
    fine = tell("posts", set(articles), posts, unknown_posts)
    expected = {(email, article) for email in READERS for article in articles}
    return tell("letters", expected, mails, unknown_letters) and fine


def digest(subscribers: int) -> None:
    """Letters for so many, with 200 articles of a week: a third gets all, a third a topic, a third a search."""
    from django.conf import settings
    from django.utils import timezone

    from news.models import Subscription
    from news.newsletter import digests, sender
    from news.search.indexing import index_articles
    from tests.support.factories import make_article, make_topic

    topics = [make_topic() for _each in range(20)]
    long_ago = timezone.now() - timedelta(days=30)
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
    digests.record_arrivals()
    for start in range(0, subscribers, 5000):
        Subscription.objects.bulk_create(
            Subscription(
                email=f"reader-{number}@example.org",
                edition="kk",
                frequency="weekly",
                confirmed_at=long_ago,
                told_at=long_ago,
                about=[[], [f"topic-{topics[number % 20].pk}"], [f"search-q=Title+{number % 1000}"]][number % 3],
            )
            for number in range(start, min(start + 5000, subscribers))
        )
    for number in range(200):
        wanted = [topics[number % 20]]
        index_articles([make_article("kk", publish_at=timezone.now(), lead_kk="Кіріспе. " * 20, topics=wanted).pk])

    def prepare() -> None:
        tracemalloc.start()
        began = time.monotonic()
        made = digests.create_due_letters()
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(
            f"prepared {made} letters in {time.monotonic() - began:.1f} s (while traced),"
            f" peak {peak:.1f} MB allocated, {resident:.0f} MB resident"
        )

    def send() -> None:
        began = time.monotonic()
        sent = sender.send_letters(seconds=30)["sent"]
        resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        seconds = time.monotonic() - began
        print(f"sent {sent} letters to nobody, {sent / seconds:.0f} a second, {resident:.0f} MB resident")

    run_in_process(prepare)
    run_in_process(send)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", help="an empty database; a SQLite file of its own unless given")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--subscribers", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder = tempfile.mkdtemp()
    os.environ |= {
        "DATABASE_URL": options.database_url or "",
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATA_DIR": tempfile.mkdtemp(),
    }
    ports: multiprocessing.Queue[int] = multiprocessing.Queue()
    servers = multiprocessing.get_context("fork").Process(target=serve, args=[folder, ports], daemon=True)
    servers.start()

    import django

    django.setup()
    import logging

    from django.conf import settings
    from django.core.management import call_command
    from django.utils import translation

    from tests.support.bot_api import TOKEN
    from tests.support.mail_server import mailers_of

    logging.disable(logging.WARNING)
    translation.activate("kk")
    settings.DEBUG = False  # or each query would be kept in memory
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_URL = TOKEN, f"http://127.0.0.1:{ports.get()}"
    settings.MAILERS = mailers_of(ports.get())
    call_command("migrate", verbosity=0)
    fine = not options.runs or kill_runs(options.runs, random.Random(options.seed), folder)
    if options.subscribers:
        digest(options.subscribers)
    servers.terminate()
    sys.exit(not fine)


if __name__ == "__main__":
    main()
