"""Does any senseless request get an error of ours? Every address of the resolver, every parameter that is read there.

    python -m bench.fuzz --database-url postgres://postgres@127.0.0.1/bench

Makes a test database beside the named one and deletes it at the end. Printed: addresses, variable parts, parameters,
requests and how often each status was the answer. Exits with 1 when one of them was 500 or higher.
"""

import argparse
import os
import sys


def report(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="", help="of PostgreSQL; SQLite without it")
    parser.add_argument("--sample", type=int, default=0, help="send only so many of the requests")
    parser.add_argument("--part", default="1/1", help="2/3 is the second third, for several processes at once")
    options = parser.parse_args()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": options.database_url}

    import django

    django.setup()

    import logging

    from django.db import connection
    from django.test.utils import setup_test_environment

    from tests.support.everything import make_one_of_each
    from tests.support.factories import make_user
    from tests.support.request_fuzz import fuzz

    logging.disable(logging.CRITICAL)  # of requests that are senseless on purpose
    setup_test_environment()
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        number, parts = map(int, options.part.split("/"))
        boss = make_user(is_superuser=True)
        findings = fuzz(make_one_of_each(), boss, options.sample, (number, parts), report=report)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(findings)
    return bool(findings.failures)


if __name__ == "__main__":
    sys.exit(main())
