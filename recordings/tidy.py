"""What lost jobs and second thoughts leave: messages without audio are asked for again, unused recordings deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.services.keeping import Messages, RecordingIndex
from ivr.services.ports import Jobs
from recordings.keep import AudioFolder
from recordings.stream import delete_recording

LATE = timedelta(minutes=5)
"""After this a message's audio should be here."""

GIVEN_UP = timedelta(days=7)
"""After this the carrier won't have it any more."""

UNUSED = timedelta(hours=1)
"""After this a recording that became no message never will."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many recordings were asked for again and how many deleted."""

    asked_again: int
    deleted: int


def tidy(
    *, messages: Messages, index: RecordingIndex, folder: AudioFolder, jobs: Jobs, now: Callable[[], datetime]
) -> Tidied:
    """One round, of a bounded number each. Raises ports.HistoryDown; repeating it harms nobody."""
    missing = [message for message in messages.without_audio(now() - LATE) if message.left_at > now() - GIVEN_UP]
    for message in missing:
        jobs.hint("fetch_recording", message.recording_sid, message.call_sid)
    strays = index.strays(now() - UNUSED)
    gone = [delete_recording(stray.id, index, folder, now) for stray in strays]
    return Tidied(len(missing), sum(gone))
