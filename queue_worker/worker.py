"""`python -m queue_worker calls`, `records` or `slow`: a worker process. One queue a process, refused otherwise.

Workers of `calls` also run a sweeper, so that deadlines are kept as long as any of them or of the web processes lives;
those of `records` a scribe, which folds the event stream into the history. Both read the operator's files again when
they change, as the web processes do: a sweeper tells the lines their rules. `slow` forks a child for each job and
therefore runs no thread; nothing it does goes by those files.
"""

import logging
import os
import sys
from collections.abc import Sequence

from ivr.flowfile.watch import Watcher
from ivr.log import configure
from ivr.services.scribe import Scribe
from ivr.services.sweeper import Sweeper
from ivr.settings import Settings, SettingsMissing
from ivr.store.redis.jobs import CALLS, RECORDS, SLOW
from queue_worker import jobs
from queue_worker.rq_parts import make_worker

USAGE = (
    "usage: python -m queue_worker calls|records|slow   (exactly one queue a process: on several, a crash loses jobs)"
)
POLITE = 5
"""How much nicer than the others a process is that nobody on the phone waits for."""

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str]) -> int:
    """Run a worker until it is told to stop; the exit code."""
    if len(arguments) != 1 or arguments[0] not in (CALLS, RECORDS, SLOW):
        sys.stderr.write(USAGE + "\n")
        return 2
    try:
        settings = Settings.read()
    except SettingsMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    queue = arguments[0]
    if queue != CALLS:
        os.nice(POLITE)
    configure(settings.hotline_log_level, secrets=(settings.twilio_auth_token, settings.hotline_secret_key))
    container = jobs.container()
    threads: list[Watcher | Scribe] = [] if queue == SLOW else [container.watcher]
    if queue == RECORDS:
        threads.append(container.scribe)
    for thread in threads:
        thread.start()
    try:
        return run(queue, settings.redis_url)
    finally:
        for thread in reversed(threads):
            thread.stop()


def run(queue: str, redis_url: str) -> int:
    """Serve one queue of a Redis until told to stop; the exit code."""
    container = jobs.container()
    worker = make_worker(queue, redis_url)
    sweeper = None
    if queue == CALLS:
        from ivr.wiring import counted  # as heavy as the container itself: only once there is one

        recovery, hints = container.recovery, container.jobs

        def reconcile(now_ms: int) -> int:
            hints.hint("tidy_recordings")
            hints.hint("tidy_texts")
            hints.hint("tidy_calls")
            hints.hint("tidy_events")
            return recovery.reconcile(now_ms)

        sweeper = Sweeper(counted(recovery.sweep, container.meter), reconcile, container.clock)
        sweeper.start()
    _log.info("worker started", extra={"queue": queue, "pid": os.getpid()})
    try:
        worker.work(logging_level="WARNING")
    finally:
        if sweeper is not None:
            sweeper.stop()
    # Also after a stop nobody asked for (RQ leaves its loop with code 0 then): whoever supervises starts it again.
    return 0
