"""gunicorn reads this from the folder it is started in; what its command line says goes first."""

from typing import Any


def post_worker_init(worker: Any) -> None:
    # Not only with its first request: behind nginx, which answers most readers, that may take long to come, and nobody
    # would count what nginx has written down.
    from news.hits import worker as hits_worker

    hits_worker.start()
