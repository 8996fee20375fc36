"""A week of two `run_jobs` on one database, one of them killed at random: python -m bench.jobs --database-url postgres://…

Two processes share a clock that runs faster than the world's; now and then one is killed with SIGKILL
and started again, in the middle of a job or between two. Every run of a job writes a line when it begins and when it
has ended. What it prints:
  due       times that jobs were due in the week
  done      of these, recorded as done; must be all
  finished  lines of runs that came to their end
  repeated  times for which more than one run came to its end
  excused   of these, after a kill between the end of a run and its record, which no design can avoid: a job that is
            begun again must do no harm
  broken    runs cut off by a kill
Exits with 1 when a time was skipped, or repeated without such a kill.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START = datetime(2026, 11, 23, tzinfo=UTC)
WEEK = timedelta(days=7)
JOBS = [("rates", "rates", ["09:00"]), ("next", "next", [f"{hour:02}:05" for hour in range(10, 20)])]


def worker(origin: float, lines: str, speed: float) -> None:
    """One `run_jobs`, by the fast clock; its jobs take a second each."""
    import django

    django.setup()
    from portal.jobs import Plan, Runner, load_plans
    from portal.models import JobRun

    def now() -> datetime:
        return START + timedelta(seconds=(time.monotonic() - origin) * speed)

    def run(plan: Plan) -> tuple[str, str]:
        # Not plan.due(now()): what was broken off is made up for after the next time has come.
        taken = JobRun.objects.get(job__name=plan.name, holder=runner.name, outcome="")
        due = taken.due_at.isoformat()
        say(lines, "begin", plan.name, due, str(os.getpid()))
        time.sleep(1)
        say(lines, "end", plan.name, due, str(os.getpid()))
        return "done", ""

    say(lines, "ready")
    runner = Runner(load_plans(), now=now, run=run, beat=0.1, dead_after=2.0)
    while now() < START + WEEK + timedelta(hours=2):
        runner.run_due()
        time.sleep(0.02)


def say(path: str, *words: str) -> None:
    with open(path, "a") as file:
        file.write(" ".join(words) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", required=True, help="an empty PostgreSQL database")
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--speed", type=float, default=1000, help="of the clock; less on a busy machine")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ |= {
        "DATABASE_URL": options.database_url,
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "bench.jobs_settings",
        "DATA_DIR": tempfile.mkdtemp(),
        "PYTHONPATH": str(ROOT),
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from portal.jobs import create_missing_jobs, load_plans
    from portal.models import JobRun

    call_command("migrate", verbosity=0)
    JobRun.objects.all().delete()
    create_missing_jobs()
    connections.close_all()

    chance = random.Random(options.seed)
    lines = tempfile.mktemp()
    Path(lines).touch()
    origin = time.monotonic() + 8
    length = WEEK.total_seconds() / options.speed

    def start() -> subprocess.Popen:
        code = f"from bench.jobs import worker; worker({origin!r}, {lines!r}, {options.speed!r})"
        return subprocess.Popen([sys.executable, "-c", code])

    def wait_for_both(starts: int) -> None:
        while Path(lines).read_text().count("ready") < starts:
            time.sleep(0.05)

    def who_begins(otherwise: int) -> int:
        """Which worker begins the next job."""
        known = Path(lines).read_text().count("begin")
        while workers[0].poll() is None:
            begun = [line for line in Path(lines).read_text().splitlines() if line.startswith("begin")]
            if len(begun) > known:
                return next(n for n, each in enumerate(workers) if str(each.pid) == begun[-1].split()[-1])
            time.sleep(0.02)
        return otherwise

    def cut_off(worker: subprocess.Popen) -> Iterator[tuple[str, str]]:
        """The time for which a run of a killed worker came to its end and was not recorded."""
        said = [line.split() for line in Path(lines).read_text().splitlines()]
        ends = [line[1:3] for line in said if line[0] == "end" and line[-1] == str(worker.pid)]
        for name, due in ends[-1:]:
            recorded = JobRun.objects.filter(job__name=name, due_at=datetime.fromisoformat(due), outcome="done")
            if not recorded.exists():
                yield name, due

    workers = [start(), start()]
    excused = set()
    kills = sorted(chance.uniform(0, length) for _ in range(options.kills))
    for count, at in enumerate(kills):
        wait_for_both(2 + count)
        time.sleep(max(0, origin + at - time.monotonic()))
        number = chance.randrange(2)
        if count % 2:  # in the middle of a job
            number = who_begins(number)
            time.sleep(chance.uniform(0, 1))
        workers[number].send_signal(signal.SIGKILL)
        workers[number].wait()
        excused.update(cut_off(workers[number]))
        workers[number] = start()
    codes = [each.wait() for each in workers]

    end = START + WEEK
    due = {
        (plan.name, moment)
        for plan in load_plans()
        for day in range(-1, 9)
        for at in plan.times
        if START <= (moment := datetime.combine((START + timedelta(days=day)).date(), at, plan.due(START).tzinfo)) < end
    }
    done = {(run.job.name, run.due_at) for run in JobRun.objects.filter(outcome="done").select_related("job")}
    said = [line.split() for line in Path(lines).read_text().splitlines()]
    ends = Counter((line[1], line[2]) for line in said if line[0] == "end")
    repeated = {time for time, count in ends.items() if count > 1}
    begun = sum(line[0] == "begin" for line in said)
    skipped = sorted(f"{name} {moment:%d %H:%M}" for name, moment in due - done)
    print(
        f"due {len(due)}  done {len(due & done)}  finished {ends.total()}  repeated {len(repeated)}  "
        f"excused {len(repeated & excused)}  broken {begun - ends.total()}  kills {len(kills)}  exit codes {codes}"
    )
    if skipped:
        print("skipped:", ", ".join(skipped))
        for run in JobRun.objects.exclude(outcome="done").select_related("job"):
            print(f"not done: {run.job.name} {run.due_at:%d %H:%M} {run.outcome or 'begun'}, attempt {run.attempts}")
    for name, moment in sorted(repeated - excused):
        print("repeated without a kill:", name, moment)
    sys.exit(bool(skipped or repeated - excused))


if __name__ == "__main__":
    main()
