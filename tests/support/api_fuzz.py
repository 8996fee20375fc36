"""Questions to the API, sensible and senseless ones, that schemathesis makes from the description and judges by it."""

from collections import Counter

import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def ask(cases: int, start: int = 1) -> tuple[Counter[tuple[str, int]], list[str]]:
    """At least so many. How often each operation gave each status, and what was wrong with an answer."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [each.ok() for each in schema.get_all_operations()]
    asked: Counter[tuple[str, int]] = Counter()
    failures: dict[str, str] = {}
    for operation in operations:
        for mode in MODES:
            if mode == GenerationMode.NEGATIVE and not operation.query and not operation.path_parameters:
                continue  # there is nothing to ask wrongly
            budget = settings(
                max_examples=-(-cases // (len(operations) * len(MODES) - 1)),
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                deadline=None,
                database=None,
            )

            @seed(start)
            @budget
            @given(case=operation.as_strategy(generation_mode=mode))
            def one(case: schemathesis.Case) -> None:
                response = case.call()
                asked[operation.label, response.status_code] += 1  # noqa: B023  (called before the loop goes on)
                try:
                    case.validate_response(response)
                except FailureGroup as group:
                    for failure in group.exceptions:
                        failures.setdefault(
                            f"{case.method} {case.path} {failure.title}", f"{failure} {case.as_curl_command()}"
                        )

            one()
    return asked, list(failures.values())
