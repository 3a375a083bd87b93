"""RQ's parts, made safe: which jobs run, who holds the maintenance lock, what outlives a killed parent.

What is overridden here, and why, was measured on RQ 3.0.0: a JSON job naming `os.system` is run; a job hash that can't
be read stops every worker that meets it; a worker killed during maintenance blocks all recovery for 899 s; a job whose
parent died runs on and is run a second time beside itself.
"""

import ctypes
import logging
import os
import signal
import sys
import time
import uuid
from typing import Any

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from queue_worker.jobs import ALLOWED

WORKER_TTL = 30
MAINTENANCE_SECONDS = 15
MONITORING_SECONDS = 5
HEARTBEAT_SECONDS = 25
"""Beyond the longest job of `calls` (20 s), so that a slow job isn't taken for an abandoned one."""
LOCK_SECONDS = 30
BEAT_SECONDS = 1.0

_PR_SET_PDEATHSIG = 1

_log = logging.getLogger(__name__)


class NotAllowed(Exception):  # noqa: N818 - says what it is
    """A job asked for something that isn't on the list."""


class AllowListedJob(Job):
    """A job that runs a function of `queue_worker.jobs` and nothing else: no method, no callback, no webhook."""

    @property
    def func(self) -> Any:
        """The function. Raises NotAllowed."""
        name = self.func_name
        if name not in ALLOWED or self.instance is not None:
            raise NotAllowed("a job asked for a function that isn't allowed")
        return super().func

    def restore(self, raw_data: Any) -> Any:
        """The job as kept. One that can't be read counts as gone, instead of stopping each worker that meets it."""
        try:
            restored = super().restore(raw_data)
        except NoSuchJobError:
            raise
        except Exception as error:
            _log.warning("job quarantined", extra={"job": self.id, "reason": type(error).__name__})
            raise NoSuchJobError(f"job {self.id} can't be read") from error
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        return restored


class OwnedLockQueue(Queue):
    """A queue whose maintenance lock names its holder and lasts 30 s: a killed holder doesn't block the others."""

    def acquire_maintenance_lock(self) -> bool:
        """Take the lock, where nobody has it."""
        self._lock_owner = uuid.uuid4().hex
        return bool(self.connection.set(self.registry_cleaning_key, self._lock_owner, nx=True, ex=LOCK_SECONDS))

    def release_maintenance_lock(self) -> None:
        """Give the lock back, where it is still ours."""
        if self.connection.get(self.registry_cleaning_key) == self._lock_owner.encode():
            self.connection.delete(self.registry_cleaning_key)


class CallsWorker(SimpleWorker):
    """Runs short jobs in this process: 1 to 2 ms from hint to start."""

    max_connection_wait_time = 1.0
    exponential_backoff_factor = 1.0
    _beaten = _asked = -BEAT_SECONDS

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say that this worker lives and what it does: once a second, not five times a job, each a round trip."""
        if time.monotonic() - self._beaten >= BEAT_SECONDS:
            self._beaten = time.monotonic()
            super().set_state(self.get_state())
            super().heartbeat(timeout, pipeline)

    def set_state(self, state: str, pipeline: Any = None) -> None:
        """Busy or idle; told with the next sign of life where that is a round trip of its own."""
        if pipeline is None:
            self._state = state
        else:
            super().set_state(state, pipeline)

    def check_for_suspension(self, burst: bool) -> None:
        """Whether workers are to rest (`rq suspend`): asked once a second, instead of before each job."""
        if time.monotonic() - self._asked >= BEAT_SECONDS:
            self._asked = time.monotonic()
            super().check_for_suspension(burst)

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """How long until a job without a heartbeat counts as abandoned, s."""
        del job, working_time
        return HEARTBEAT_SECONDS


class SlowWorker(Worker):
    """Runs each long or risky job in a child of its own, which dies with this process."""

    max_connection_wait_time = 1.0
    exponential_backoff_factor = 1.0

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """How long until a job without a heartbeat counts as abandoned, s; heartbeats come every 5."""
        del job, working_time
        return HEARTBEAT_SECONDS

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Start the child, which notes whose child it is."""
        self._parent_pid = os.getpid()
        super().fork_work_horse(job, queue)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """The child. Tied to its parent's death, or the job would be run a second time beside it."""
        _die_with_parent(self._parent_pid)
        super().main_work_horse(job, queue)


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)


def make_worker(queue: str, redis_url: str) -> SimpleWorker | Worker:
    """A worker of exactly one queue: on several, a kill between taking a job and starting it loses the job."""
    connection = Redis.from_url(redis_url, retry=Retry(ConstantBackoff(0.2), 3), protocol=2)
    served = OwnedLockQueue(queue, connection=connection, serializer=JSONSerializer, job_class=AllowListedJob)
    chosen = SlowWorker if queue == "slow" else CallsWorker
    return chosen(
        [served],
        connection=connection,
        job_class=AllowListedJob,
        queue_class=OwnedLockQueue,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MONITORING_SECONDS,
        log_job_description=False,
    )
