"""Times the import of an archive: python bench/archive.py [--articles N] [--folder F].

Makes N articles in three languages, brings them into the database that the environment names (an empty one), brings
them in again, and writes them out. Prints the seconds, lines a second and the peak of memory of each.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = {
    "kk": "сенат отырыс заң жоба депутат мәслихат бюджет өңір халық ауыл қала білім денсаулық жол су мемлекет "
    "комитет талқылау қабылдау дамыту қолдау мәселе ұсыныс шешім баяндама конференция ынтымақтастық",
    "ru": "сенат заседание закон проект депутат маслихат бюджет регион народ село город образование здоровье дорога "
    "государство правительство комитет обсуждение принятие развитие поддержка вопрос предложение решение доклад",
    "en": "senate sitting law bill deputy maslikhat budget region people village city education health road state "
    "government committee debate adoption development support question proposal decision report cooperation",
}
TOPICS = ("budget", "regions", "society", "lawmaking", "environment", "international")
FIRST = datetime(2005, 1, 1, tzinfo=UTC)


def make_line(number: int) -> str:
    chance = random.Random(number)
    text = {code: words.split() for code, words in WORDS.items()}

    def sentence(code: str, length: int) -> str:
        return " ".join(chance.choices(text[code], k=length)).capitalize()

    def body(code: str) -> str:
        paragraphs = [f"<p>{'. '.join(sentence(code, 14) for _ in range(4))}.</p>" for _ in range(5)]
        quotation = f"<blockquote><p>«{sentence(code, 12)}» — <strong>{sentence(code, 2)}</strong></p></blockquote>"
        link = f'<p class="MsoNormal"><a href="https://example.kz/{number}">{sentence(code, 3)}</a>&nbsp;</p>'
        return "\n".join([*paragraphs, quotation, link])

    return json.dumps(
        {
            "id": f"bench-{number}",
            "source": "bench",
            "publish_at": (FIRST + timedelta(minutes=100 * number)).isoformat(),
            "title": {code: f"{sentence(code, 8)} {number}" for code in WORDS},
            "lead": {code: sentence(code, 20) for code in WORDS},
            "body": {code: body(code) for code in WORDS},
            "topics": chance.sample(TOPICS, 2),
            "hits": chance.randrange(5000),
        },
        ensure_ascii=False,
    )


def make_archive(file: Path, articles: int) -> None:
    with file.open("w", encoding="utf-8") as archive:
        for number in range(articles):
            archive.write(make_line(number) + "\n")


def prepare() -> None:
    """An empty database with one source and the topics."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from news.models import Article, Source, Topic

    if Article.objects.exists():
        sys.exit("The database has articles: name an empty one in DATABASE_URL or DATA_DIR.")
    languages = ("kk", "ru", "en")
    names = {f"{field}_{code}": "Bench" for field in ("name", "short_name") for code in languages}
    Source.objects.get_or_create(slug="bench", defaults=names)
    for slug in TOPICS:
        Topic.objects.get_or_create(slug=slug, defaults={f"name_{code}": slug for code in languages})


def run(what: str, articles: int, *arguments: str) -> None:
    """In a process of its own, whose memory is measured."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    cpu = usage.ru_utime + usage.ru_stime
    print(
        f"{what:12} {seconds:7.1f} s {articles / seconds:8.0f} lines/s {cpu:7.1f} s of CPU "
        f"{usage.ru_maxrss / 1024:6.0f} MiB peak",
        flush=True,
    )
    if process.returncode:
        sys.exit(process.returncode)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "var", help="where the archive is written")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    sys.path.insert(0, str(ROOT))
    prepare()
    file = options.folder / f"bench-{options.articles}.jsonl"
    make_archive(file, options.articles)
    print(f"{options.articles} articles in three languages, {file.stat().st_size / 2**20:.0f} MiB", flush=True)
    run("import", options.articles, "import_articles", str(file))
    run("import again", options.articles, "import_articles", str(file))
    run("export", options.articles, "export_articles", "--output", str(file.with_suffix(".out.jsonl")))


if __name__ == "__main__":
    main()
