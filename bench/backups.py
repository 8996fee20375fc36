"""Backs up a portal while readers read and editors write, restores it into an empty place and compares.

    DATABASE_URL=postgres://postgres@127.0.0.1/bench_100k DATA_DIR=… python -m bench.backups --into backups_restored

Prints what each step took and whether every reading of before the backup is restored once. The database and the uploads
have to be there already (bench.loading); `--into` names a PostgreSQL database that must not exist yet.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
WRITERS = """
import django; django.setup()
import itertools, sys, threading, time
from django.core.files.base import ContentFile
from django.utils import timezone
from news.hits import counting, worker
from news.media import images
from news.models import Article
from tests.support.factories import make_image, make_picture
numbers = list(Article.objects.order_by("pk").values_list("pk", flat=True)[:100])
done = [0, 0, 0]
def read():
    for number in itertools.cycle(numbers):
        counting.record_hit(number, "kk"); done[0] += 1; time.sleep(0.0005)
def edit():
    for number in itertools.cycle(numbers):
        Article.objects.filter(pk=number).update(title_kk=f"Title {time.time()}"); done[1] += 1; time.sleep(0.01)
def upload():
    while True:
        images.replace_image(make_image(), ContentFile(make_picture(), "new.png")); done[2] += 1
worker.start_folding()
for each in (read, edit, upload):
    threading.Thread(target=each, daemon=True).start()
for _line in sys.stdin:
    print(*done, flush=True)
"""


def run(data: Path, database: str, *command: str) -> float:
    """Seconds that a command took."""
    began = time.monotonic()
    environment = os.environ | {"DATA_DIR": str(data), "DATABASE_URL": database}
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", required=True)
    parser.add_argument("--recipient", default="")
    options = parser.parse_args()
    source, data = os.environ["DATABASE_URL"], Path(os.environ["DATA_DIR"])
    target = source.rpartition("/")[0] + "/" + options.into
    writers = subprocess.Popen(
        [sys.executable, "-c", WRITERS], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def count() -> list[int]:
        writers.stdin.write("\n")
        writers.stdin.flush()
        return [int(number) for number in writers.stdout.readline().split()]

    with psycopg.connect(source.rpartition("/")[0] + "/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{options.into}"')
    query = "SELECT coalesce(sum(counted), 0) FROM news_hittotal"
    with psycopg.connect(source) as before:
        earlier = before.execute(query).fetchone()[0]
    with tempfile.TemporaryDirectory(dir=data.parent) as name:
        place, restored = Path(name, "backups"), Path(name, "restored")
        while min(count()) < 3:
            time.sleep(0.5)
        began = count()
        print("before:", began)
        recipient = ["--recipient", options.recipient] if options.recipient else []
        print(f"backup: {run(data, source, 'backup', str(place), *recipient):.1f} s")
        ended = count()
        print("after:", ended)
        print(f"second backup: {run(data, source, 'backup', str(place), *recipient):.1f} s")
        writers.kill()
        first = str(min(path for path in place.iterdir() if path.is_dir()))
        print(f"backup --check: {run(data, source, 'backup', str(place), '--check'):.1f} s")
        print(f"restore: {run(restored, target, 'restore', first):.1f} s")
        print(f"restore --check: {run(restored, target, 'restore', first, '--check'):.1f} s")
        run(restored, target, "fold_hits")
        with psycopg.connect(target) as after:
            readings = after.execute(query).fetchone()[0] - earlier
        print(f"readings: {began[0]} <= {readings} <= {ended[0]}: {began[0] <= readings <= ended[0]}")


if __name__ == "__main__":
    main()
