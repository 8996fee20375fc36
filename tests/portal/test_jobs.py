"""Jobs by a clock that the tests turn; the week of two processes, one of them killed, is bench/jobs.py."""

import threading
from contextlib import suppress
from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.core.management import call_command, get_commands
from django.utils import timezone

from portal import jobs
from portal.jobs import Plan, Runner
from portal.models import Job, JobRun
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db

RATES = Plan("rates", "update_rates", (time(9), time(16)))
WEEK = [(f"{day} {hour}", "done") for day in range(22, 29) for hour in ("09:00", "16:00")][1:]
"""The runs of a week that begins before nine on the 23rd: first what was due the day before."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+05:00")


class Clock:
    """The time of day, which may jump, and the steady seconds, which may not."""

    def __init__(self, text: str) -> None:
        self.now = at(text)
        self.steady = 1000.0

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.steady += seconds


@pytest.fixture
def clock() -> Clock:
    Job.objects.create(name="rates")
    return Clock("23 08:59")


def make_runner(clock: Clock, ran: list[datetime] | None = None, **options) -> Runner:
    def run(plan: Plan) -> tuple[str, str]:
        if ran is not None:
            ran.append(clock.now)
        return JobRun.Outcome.DONE, "Fine."

    return Runner([RATES], now=lambda: clock.now, steady=lambda: clock.steady, **{"run": run, **options})


def runs() -> list[tuple[str, str]]:
    return [(f"{timezone.localtime(run.due_at):%d %H:%M}", run.outcome) for run in JobRun.objects.order_by("due_at")]


def dies(plan: Plan) -> tuple[str, str]:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("now", "due", "following"),
    [
        ("23 00:00", "22 16:00", "23 09:00"),
        ("23 08:59", "22 16:00", "23 09:00"),
        ("23 09:00", "23 09:00", "23 16:00"),
        ("23 23:59", "23 16:00", "24 09:00"),
    ],
)
def test_plan_knows_what_is_due_and_what_comes_next(now, due, following):
    assert RATES.due(at(now)) == at(due)
    assert RATES.next(at(now)) == at(following)


def test_plans_are_read_from_the_settings(settings):
    settings.JOBS = [("rates", "update_rates --missing", ["09:00", "16:05"])]

    assert jobs.load_plans() == [Plan("rates", "update_rates --missing", (time(9), time(16, 5)))]


def test_a_job_runs_on_days_of_the_week(settings):
    settings.JOBS = [("mixed", "clearsessions", ["09:00", "Mon 06:30", "Sun 23:00"])]

    assert jobs.load_plans() == [Plan("mixed", "clearsessions", (time(9),), ((0, time(6, 30)), (6, time(23))))]


@pytest.mark.parametrize("written", ["Monday 09:00", "mon 09:00", "25:00", "Mon"])
def test_a_time_that_is_none_is_refused(settings, written):
    settings.JOBS = [("wrong", "clearsessions", [written])]

    with pytest.raises(ValueError):  # noqa: PT011  # of Python's own, whose words are not ours
        jobs.load_plans()


@pytest.mark.parametrize(
    ("now", "due", "following"),
    [
        ("23 06:29", "16 06:30", "23 06:30"),  # the 23rd is a Monday
        ("23 06:30", "23 06:30", "30 06:30"),
        ("29 23:59", "23 06:30", "30 06:30"),
        ("22 12:00", "16 06:30", "23 06:30"),
    ],
)
def test_a_weekly_job_is_due_on_its_day(now, due, following):
    plan = Plan("weekly", "clearsessions", (), ((0, time(6, 30)),))

    assert plan.due(at(now)) == at(due)
    assert plan.next(at(now)) == at(following)


def test_a_weekly_job_runs_once_a_week():
    Job.objects.create(name="weekly")
    clock = Clock("23 06:00")
    plan = Plan("weekly", "clearsessions", (), ((0, time(6, 30)), (3, time(18))))
    runner = Runner(
        [plan], now=lambda: clock.now, steady=lambda: clock.steady, run=lambda plan: (JobRun.Outcome.DONE, "Fine.")
    )
    for _hour in range(8 * 24):
        runner.run_due()
        clock.passes(3600)

    due = [f"{timezone.localtime(run.due_at):%a %d %H:%M}" for run in JobRun.objects.order_by("due_at")]
    assert due == ["Thu 19 18:00", "Mon 23 06:30", "Thu 26 18:00", "Mon 30 06:30"]


def test_every_job_of_the_settings_names_a_command_that_there_is():
    assert [plan.command for plan in jobs.load_plans() if plan.command.split()[0] not in get_commands()] == []
    assert len({plan.name for plan in jobs.load_plans()}) == len(jobs.load_plans())


def test_runner_runs_a_job_once_for_each_time_it_is_due(clock):
    ran = []
    runner = make_runner(clock, ran)

    for _ in range(24 * 60):
        runner.run_due()
        clock.passes(60)

    assert ran == [at("23 08:59"), at("23 09:00"), at("23 16:00")]
    assert runs() == [("22 16:00", "done"), ("23 09:00", "done"), ("23 16:00", "done")]
    assert list(JobRun.objects.order_by("due_at").values_list("finished_at", flat=True)) == ran


def test_two_runners_share_the_times(clock):
    ran = []
    runners = [make_runner(clock, ran), make_runner(clock, ran)]

    for _ in range(3 * 24 * 4):
        for runner in runners:
            runner.run_due()
        clock.passes(900)

    assert len(ran) == 7
    assert runs() == WEEK[:7]


def test_runner_makes_up_for_the_newest_time_it_has_missed(clock):
    ran = []
    make_runner(clock, ran).run_due()

    clock.passes(3 * 24 * 3600)
    make_runner(clock, ran).run_due()

    assert runs() == [("22 16:00", "done"), ("25 16:00", "done")]


def test_runner_takes_a_job_over_from_a_dead_one_and_runs_it_again(clock):
    clock.now = at("23 08:30")
    ran = []
    with pytest.raises(KeyboardInterrupt):
        make_runner(clock, run=dies).run_due()
    other = make_runner(clock, ran)

    counts = []
    for _ in range(4):
        counts.append(other.run_due())
        clock.passes(20)

    assert counts == [0, 0, 0, 1]
    assert len(ran) == 1
    assert runs() == [("22 16:00", "done")]
    assert Job.objects.get().holder == ""


def test_runner_leaves_a_job_to_one_that_gives_signs_of_life(clock):
    with pytest.raises(KeyboardInterrupt):
        make_runner(clock, run=dies).run_due()
    other = make_runner(clock)

    counts = []
    for beat in range(30):
        counts.append(other.run_due())
        clock.passes(20)
        Job.objects.update(beats=1000 + beat)

    assert set(counts) == {0}


def test_runner_gives_signs_of_life_while_a_job_runs(transactional_db):
    Job.objects.create(name="rates")
    seen = []

    def run(plan):
        for _ in range(200):
            seen.append(Job.objects.get().beats)
            if seen[-1] >= 4:
                break
            threading.Event().wait(0.02)
        return JobRun.Outcome.DONE, ""

    Runner([RATES], run=run, beat=0.02).run_due()

    assert seen[-1] >= 4
    assert [job.holder for job in Job.objects.all()] == [""]


def test_runner_does_not_write_over_who_took_its_job(clock):
    def sleeps_too_long(plan):
        Job.objects.update(holder="another")
        JobRun.objects.update(holder="another")
        return JobRun.Outcome.DONE, "Late."

    make_runner(clock, run=sleeps_too_long).run_due()

    assert runs() == [("22 16:00", "")]
    assert Job.objects.get().holder == "another"


def test_runner_makes_up_for_what_was_broken_off_though_a_later_time_has_come(clock):
    with pytest.raises(KeyboardInterrupt):
        make_runner(clock, run=dies).run_due()
    other = make_runner(clock)
    other.run_due()

    clock.passes(120)
    counts = [other.run_due() for _ in range(3)]

    assert counts == [1, 1, 0]
    assert runs() == [("22 16:00", "done"), ("23 09:00", "done")]


def test_runner_gives_up_what_kills_its_runners(clock):
    clock.now = at("23 01:00")
    begun = []

    def kills(plan: Plan) -> tuple[str, str]:
        begun.append(plan)
        raise KeyboardInterrupt

    for _ in range(20):
        runner = make_runner(clock, run=kills)
        for _ in range(2):
            with suppress(KeyboardInterrupt):
                runner.run_due()
            clock.passes(61)

    assert len(begun) == 5
    assert runs() == [("22 16:00", "lost")]
    assert Job.objects.get().holder == ""


@pytest.mark.parametrize("hours", [-6, -1, 1, 6])
def test_a_clock_that_jumps_and_jumps_back_neither_repeats_nor_skips_a_time(clock, hours):
    ran = []
    runner = make_runner(clock, ran)

    def pass_a_day() -> None:
        for _ in range(24 * 6):
            runner.run_due()
            clock.passes(600)

    pass_a_day()
    clock.now += timedelta(hours=hours)
    pass_a_day()
    clock.now -= timedelta(hours=hours)
    pass_a_day()

    assert runs() == WEEK[:7]
    assert len(ran) == 7


def test_a_clock_that_was_days_ahead_makes_nobody_skip_them(clock):
    ran = []
    runner = make_runner(clock, ran)
    runner.run_due()
    clock.now += timedelta(days=3)
    runner.run_due()
    clock.now -= timedelta(days=3)

    for _ in range(4 * 24):
        runner.run_due()
        clock.passes(3600)

    assert runs() == WEEK[:9]
    assert len(ran) == 10  # once by the wrong clock


def test_a_clock_that_jumps_takes_no_job_from_who_runs_it(clock):
    with pytest.raises(KeyboardInterrupt):
        make_runner(clock, run=dies).run_due()
    other = make_runner(clock)
    other.run_due()

    clock.now += timedelta(minutes=50)
    count = other.run_due()

    assert count == 0


def test_run_tells_what_a_command_said(settings):
    assert jobs.run_plan(Plan("sessions", "clearsessions", ())) == ("done", "")


def test_run_tells_why_a_command_failed():
    outcome, message = jobs.run_plan(Plan("rates", "update_rates --file /nowhere/rates.xml", ()))

    assert outcome == "failed"
    assert message.startswith("/nowhere/rates.xml")


def test_run_survives_a_command_that_there_is_not():
    outcome, message = jobs.run_plan(Plan("nothing", "do_nothing", ()))

    assert outcome == "failed"
    assert message == "Unknown command: 'do_nothing'"


def test_run_jobs_runs_what_is_due_once(settings, capsys):
    settings.JOBS = [("sessions", "clearsessions", ["00:00"]), ("broken", "update_rates --file /nowhere", ["00:00"])]

    with time_machine.travel("2026-11-23 10:00+05:00", tick=False):
        call_command("run_jobs", once=True)
        call_command("run_jobs", once=True)

    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()] == ["2.", "0."]
    assert list(JobRun.objects.order_by("job__name").values_list("job__name", "outcome")) == [
        ("broken", "failed"),
        ("sessions", "done"),
    ]


def test_run_keeps_runs_for_some_time_only(clock):
    runner = make_runner(clock)
    runner.run_due()

    clock.passes(91 * 24 * 3600)
    runner.run_due()

    assert JobRun.objects.count() == 1


def test_admin_shows_last_and_next_run_and_outcome(client, settings):
    settings.JOBS = [("rates", "update_rates --missing", ["09:00", "16:05"]), ("never yet", "clearsessions", ["03:00"])]
    jobs.create_missing_jobs()
    job = Job.objects.get(name="rates")
    for day, outcome, message in (("22 16:05", "done", "Old."), ("23 09:00", "failed", "The bank is away.")):
        JobRun.objects.create(job=job, due_at=at(day), started_at=at(day), outcome=outcome, message=message)
    client.force_login(make_user("portal.view_job"))

    with time_machine.travel("2026-11-23 10:00+05:00", tick=False):
        shown = client.get("/admin/portal/job/").context["cl"].result_list

    assert [(job.name, job.last_due_at, job.last_outcome, job.last_message) for job in shown] == [
        ("never yet", None, None, None),
        ("rates", at("23 09:00"), "failed", "The bank is away."),
    ]


def test_admin_shows_jobs_that_have_never_run(client):
    client.force_login(make_user("portal.view_job"))

    html = client.get("/admin/portal/job/").text

    assert html.count('<td class="field-next_run') == len(jobs.load_plans())
