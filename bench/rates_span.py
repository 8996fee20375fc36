"""Five years of rates from a local server, killed and started again: python -m bench.rates_span [--years 5].

Makes an answer of 39 currencies for each day, serves them on loopback, runs `update_rates --from --to`, kills it with
SIGKILL a few times on its way and starts it again. Then compares every figure in the database with the answers as
text, and runs the span twice more: once more nothing is asked, with --again everything, and nothing changes.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = (ROOT / "tests/samples/nbk/get_rates_2024-03-07.xml").read_text()
ITEM = re.compile(r"<item>.*?</item>", re.DOTALL)
FIELDS = re.compile(
    r"<title>(\w+)</title>\s*<description>([^<]*)</description>\s*<quant>([^<]*)</quant>"
    r"\s*<index>[^<]*</index>\s*<change>([^<]*)</change>"
)


def answers(first: date, last: date) -> dict[date, str]:
    """Values that wander by at most 2 % a day, written as the bank does, without trailing zeros."""
    chance = random.Random(1)
    cents = {code: int(Decimal(value) * 100) for code, value, _, _ in FIELDS.findall(SAMPLE)}
    made = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        before = dict(cents)
        if day.weekday() < 5:
            cents = {
                code: max(20, value + chance.randint(-1, 1) * chance.randint(0, max(1, value // 50)))
                for code, value in cents.items()
            }

        now = dict(cents)

        def rewritten(item: re.Match[str], before: dict[str, int] = before, now: dict[str, int] = now) -> str:
            code = re.search(r"<title>(\w+)", item[0])[1]
            value = f"{Decimal(now[code]).scaleb(-2):.2f}".rstrip("0").rstrip(".")
            text = re.sub(r"<description>[^<]*", f"<description>{value}", item[0])
            return re.sub(r"<change>[^<]*", f"<change>{Decimal(now[code] - before[code]).scaleb(-2):+.2f}", text)

        made[day] = re.sub(r"<date>[^<]*", f"<date>{day:%d.%m.%Y}", ITEM.sub(rewritten, SAMPLE))
    return made


def serve(texts: dict[date, str], asked: Counter[date]) -> str:
    class Bank(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            day, month, year = map(int, self.path.rpartition("=")[2].split("."))
            asked[date(year, month, day)] += 1
            body = texts[date(year, month, day)].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bank)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    last = date(2025, 12, 31)
    first = date(last.year - options.years + 1, 1, 1)
    texts, asked = answers(first, last), Counter()
    folder = tempfile.mkdtemp()
    os.environ |= {"DEBUG": "1", "DATA_DIR": folder, "RATES_URL": serve(texts, asked), "PYTHONPATH": str(ROOT)}
    os.environ |= {"DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], check=True)
    command = [*manage, "update_rates", "--from", str(first), "--to", str(last), "--pause", "0"]

    start = time.monotonic()
    for number in range(options.kills):
        running = subprocess.Popen(command)
        while asked.total() < len(texts) * (number + 1) // (options.kills + 1):
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.wait()
        print(f"killed after {asked.total()} answers")
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
    seconds = time.monotonic() - start
    twice = {day: count for day, count in asked.items() if count > 1}
    print(
        f"{len(texts)} days in {seconds:.0f} s; asked twice after a kill: {len(twice)}; "
        f"never: {len(texts.keys() - asked)}"
    )

    import django

    django.setup()
    from rates.models import BankAnswer, Rate

    def stored() -> dict[date, list[tuple[str, str, str, str]]]:
        found: dict[date, list[tuple[str, str, str, str]]] = {}
        rates = (
            Rate.objects.in_force()
            .order_by("day", "currency__code")
            .values_list("day", "currency__code", "value", "nominal", "change")
        )
        for day, code, value, nominal, change in rates.iterator():
            text = f"{value:f}".rstrip("0").rstrip(".")
            found.setdefault(day, []).append((code, text, str(nominal), f"{change:+.2f}"))
        return found

    def said() -> dict[date, list[tuple[str, str, str, str]]]:
        return {day: sorted(FIELDS.findall(text)) for day, text in texts.items()}

    before = stored()
    kept = {answer.asked_for: answer.data.decode() for answer in BankAnswer.objects.iterator()}
    size = sum(len(bytes(answer.compressed)) for answer in BankAnswer.objects.iterator())
    held = Rate.objects.held_back().count()
    print(
        f"figures equal as text: {before == said()}; held back: {held}; "
        f"kept answers equal: {kept == texts}, {size:,} bytes"
    )
    asked.clear()
    print(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip(), f"({asked.total()} asked)"
    )
    rows = list(Rate.objects.order_by("pk").values_list())
    print(subprocess.run([*command, "--again"], check=True, capture_output=True, text=True).stdout.strip())
    same = list(Rate.objects.order_by("pk").values_list()) == rows
    print(f"a third run changed nothing: {same}")
    sys.exit(not (before == said() and kept == texts and same and not held))


if __name__ == "__main__":
    main()
