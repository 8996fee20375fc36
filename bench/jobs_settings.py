"""The portal's settings with a week's jobs for bench/jobs.py."""

from bench.jobs import JOBS as JOBS_OF_THE_WEEK
from portal.settings import *  # noqa: F403

JOBS = JOBS_OF_THE_WEEK
