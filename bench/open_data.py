"""Asks the API thousands of questions made from its own OpenAPI description, and judges each answer by it.

    python -m bench.open_data [--cases 5000] [--seed 1]

On a database of its own with the demo content, in this process: schemathesis makes the questions, sensible and
senseless ones, Django answers them, and every check that schemathesis has looks at the answer.
"""

import argparse
import logging
import os
import sys
import tempfile
from io import StringIO


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from tests.support.api_fuzz import ask

        asked, failures = ask(options.cases, options.seed)
    print(f"{asked.total()} cases, {len(failures)} failures")
    for (operation, status), count in sorted(asked.items()):
        print(f"  {operation:45} {status} {count:6}")
    for failure in failures[:20]:
        print(failure)
    return bool(failures) or asked.total() < options.cases


def prepare(folder: str) -> None:
    os.environ |= {"DEBUG": "1", "DATA_DIR": folder, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    os.environ |= {"API_REQUESTS": "1000000", "ALLOWED_HOSTS": "localhost", "SITE_URL": "http://localhost"}
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False
    logging.disable(logging.ERROR)  # thousands of questions are to be refused
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=StringIO())
    call_command("export_articles", "--public", stdout=StringIO(), stderr=StringIO())


if __name__ == "__main__":
    sys.exit(main())
