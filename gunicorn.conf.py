"""gunicorn reads this from the folder it is started in; options of its command line have priority."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    # Not with the first request: behind nginx, which answers most readers, that may come late, and the readings that
    # nginx has logged would not be counted until then.
    from news.hits import worker as hits_worker
    from portal.log_lines import protect_logger

    hits_worker.start_folding()
    # What gunicorn itself writes names addresses too, and some of them are keys.
    for logger in (worker.log.error_log, worker.log.access_log):
        protect_logger(logger)
