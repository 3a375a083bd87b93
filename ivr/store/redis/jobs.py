"""Hints to the workers over RQ. A job says "look at X again"; nothing depends on its coming, or on its coming once.

RQ has connections of its own: it changes the time-outs of the pool it is given, and its commands are longer than those
of the state client. Nothing here raises: what isn't enqueued is found by a deadline (services/overdue.py).
"""

import logging
import time
from collections.abc import Mapping

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry as ConnectionRetry
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

from ivr.store.redis.breaker import Breaker

CALLS, RECORDS, SLOW = "calls", "records", "slow"

QUEUE_OF: Mapping[str, str] = {
    "ring": CALLS,
    "bridge": CALLS,
    "drop_leg": CALLS,
    "record_call": RECORDS,
    "keep_message": RECORDS,
    "keep_callback": RECORDS,
    "send_text": RECORDS,
    "send_kept_text": RECORDS,
    "tidy_texts": RECORDS,
    "tidy_calls": RECORDS,
    "agent_rang_out": RECORDS,
    "keep_result": RECORDS,
    "sweep": CALLS,
    "tidy_events": RECORDS,
    "deliver_webhooks": SLOW,
    "fetch_recording": SLOW,
    "tidy_recordings": SLOW,
}
"""Which jobs there are, and the queue of each: somebody on the phone waits for `calls`, nobody for `records`, as short;
what is long or risky is `slow`, forked."""

_TIMEOUT = {CALLS: 20, RECORDS: 20, SLOW: 300}
_FIRST = frozenset({"ring", "bridge"})
"""Jobs that go before others of their queue: two people wait for each of them, nobody for the end of a ring."""
_ONCE = frozenset({"ring", "agent_rang_out"})
"""Jobs asked for once for good: their first argument carries an epoch."""
_ONCE_A_WHILE = frozenset(
    {"record_call", "fetch_recording", "keep_message", "tidy_recordings", "tidy_texts", "tidy_events"}
)
"""Jobs asked for again and again until they are done: at most once in `WHILE_SECONDS`."""
WHILE_SECONDS = 30

TIMEOUT_SECONDS = 0.5
"""How long a reply may take where nobody says otherwise: what a silent Redis costs a caller."""

FAILURE_SECONDS = 7 * 24 * 3600
RESULT_SECONDS = 60
"""How long a job that is done keeps its id, so that it isn't asked for again; one without its own is gone at once."""

_log = logging.getLogger(__name__)


class RqJobs:
    """The `Jobs` port. Safe to share between threads."""

    def __init__(self, url: str, *, timeout: float | None = None) -> None:
        timeout = TIMEOUT_SECONDS if timeout is None else timeout
        connection = Redis.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=ConnectionRetry(NoBackoff(), 0),
            protocol=2,
        )
        self._queues = {
            name: Queue(name, connection=connection, serializer=JSONSerializer, default_timeout=seconds)
            for name, seconds in _TIMEOUT.items()
        }
        self._known: set[str] = set()
        self._breaker = Breaker()

    def hint(self, job: str, *args: str) -> None:
        """Ask a worker to look at something soon. Never raises."""
        if not self._breaker.closed and not self._breaker.admits():
            return
        queue = self._queues[QUEUE_OF.get(job, CALLS)]
        try:
            self._enqueue(queue, job, args)
        except DuplicateJobError:
            self._breaker.succeeded()
        except (RedisError, OSError, ValueError) as error:
            self._breaker.failed()
            _log.warning("job not hinted", extra={"job": job, "reason": type(error).__name__})
        else:
            self._breaker.succeeded()

    def _enqueue(self, queue: Queue, job: str, args: tuple[str, ...]) -> None:
        """In one round trip: without a pipeline RQ takes two, one of them only to write down that the queue exists."""
        job_id = _job_id(job, args)
        with queue.connection.pipeline() as together:
            queue.enqueue_call(
                f"queue_worker.jobs.{job}",
                args=list(args),
                job_id=job_id,
                unique=job_id is not None,
                description=job,
                retry=Retry(max=3),
                result_ttl=RESULT_SECONDS if job_id else 0,
                failure_ttl=FAILURE_SECONDS,
                at_front=job in _FIRST,
                pipeline=together,
            )
            if job_id is None or queue.name not in self._known:  # a unique job has gone already, by a script of RQ's
                together.execute()
                self._known.add(queue.name)


def _job_id(job: str, args: tuple[str, ...]) -> str | None:
    """The job's deterministic id, None for one that may be asked for at any time. Letters, digits, `_` and `-` only."""
    if job in _ONCE:
        return "-".join((job, *args))
    if job in _ONCE_A_WHILE:
        # The machine's own time, whatever the calls' clock: how long RQ keeps an id is measured by it.
        return "-".join((job, *args, str(int(time.time()) // WHILE_SECONDS)))
    return None
