"""The files of deploy/prometheus: right by promtool, and about numbers that the portal really tells."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from portal import metrics
from portal.models import Job, JobRun
from tests.support.doors import Answered, make_door
from tests.support.factories import make_article, make_rate

FOLDER = Path(settings.BASE_DIR) / "deploy" / "prometheus"
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
ALERTS = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
EXPRESSIONS = {
    **{rule["alert"]: rule["expr"] for rule in ALERTS},
    **{f"{panel['title']} {each['refId']}": each["expr"] for panel in DASHBOARD["panels"] for each in panel["targets"]},
}
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")


def promtool(*arguments: str, folder: Path = FOLDER) -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", *arguments], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout


@needs_promtool
def test_each_alert_fires_in_its_fault_and_not_before():
    code, output = promtool("test", "rules", "alerts_test.yml")

    assert (code, "SUCCESS" in output) == (0, True), output


@needs_promtool
def test_configuration_and_rules_are_right():
    checked = [promtool("check", "config", "--syntax-only", "prometheus.yml"), promtool("check", "rules", "alerts.yml")]

    assert [code for code, _ in checked] == [0, 0], checked


def test_no_alert_is_without_a_test_of_its_fault():
    tests = yaml.safe_load((FOLDER / "alerts_test.yml").read_text())["tests"]
    fired = [each["alertname"] for test in tests for each in test["alert_rule_test"] if each["exp_alerts"]]

    assert fired == [rule["alert"] for rule in ALERTS]


@needs_promtool
def test_expressions_of_the_dashboard_are_right(tmp_path):
    rules = [
        {"record": f"panel_{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, expression in enumerate(EXPRESSIONS.values())
    ]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))

    code, output = promtool("check", "rules", "rules.yml", folder=tmp_path)

    assert code == 0, output


@pytest.mark.django_db
def test_every_number_that_alerts_and_dashboard_name_is_told(client, settings):
    settings.METRICS_TOKEN = "token"
    make_rate("USD", timezone.localdate())
    client.get("/")
    Answered(metrics.counted(make_door()), make_article().get_absolute_url())
    job, now = Job.objects.create(name="rates"), timezone.now()
    JobRun.objects.create(job=job, due_at=now, started_at=now, outcome=JobRun.Outcome.DONE)

    text = client.get("/metrics", HTTP_AUTHORIZATION="Bearer token").text
    told: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            told.setdefault(sample.name, set()).update(sample.labels)

    named = {name for expression in EXPRESSIONS.values() for name in re.findall(r"portal_\w+", expression)}
    labels = {
        (name, label)
        for expression in EXPRESSIONS.values()
        for name, inside in re.findall(r"(portal_\w+)\{([^}]*)\}", expression)
        for label in re.findall(r"(\w+)[=!]", inside)
    }
    assert named - told.keys() == set()
    assert {(name, label) for name, label in labels if label not in told[name]} == set()
