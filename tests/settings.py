"""The portal's own settings, with the services that the tests are given."""

import os
import re
import tempfile

os.environ.update(
    SECRET_KEY="for tests only",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    SITE_URL="http://testserver",
    DEBUG="",
    LOG_FORMAT="text",
    DATA_DIR=tempfile.mkdtemp(prefix="portal-tests-"),
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", ""),
    CACHE_URL=os.environ.get("TEST_CACHE_URL", ""),
    EMAIL_URL="",
    RATES_URL="http://127.0.0.1:9/",  # nobody answers there: no test goes to the bank
)

from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 1_000_000)  # a test asks as often as a town
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
INSPECTION_SECONDS = 60  # a busy machine is no mistake of the file; its processor time stays limited
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the threads of a live server come and go
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file as in real life: connections to a database in memory cannot be closed, nor wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
elif not DATABASE_POOLED:
    # A test's data need not survive a power cut.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
if CACHE_URL:
    # Each worker empties its Redis database before each test: it must not be another worker's (Redis has 16).
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHE_URL = re.sub(r"(?<=/)\d+$", lambda number: str((int(number[0]) + worker) % 16), CACHE_URL)
    CACHES["default"]["LOCATION"] = CACHE_URL
