"""`/prompts/<path>`: the operator's prompt files, for the carrier to play. Public: media are fetched unsigned.

`/prompts/music/<at>-<seconds>/<path>` is a piece of one, round and round: what waiting callers hear between two words.
A whole file would keep the carrier from asking what is to be heard next until it is over.
"""

import logging
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, send_from_directory
from werkzeug.security import safe_join

from ivr.core.wav import NotAudio, Wav, read, silence
from ivr.web.policy import policy

MAX_AGE_SECONDS = 3600
MOST_SECONDS = 60
FILES_KEPT = 16

_log = logging.getLogger(__name__)


def register(app: Flask, folder: Path) -> None:
    """Mount the files below `folder`; nothing outside it can be reached."""
    root = folder.resolve()

    @app.get("/prompts/<path:name>")
    @policy("public")
    def prompt(name: str) -> Response:
        """One file; 404 where there is none."""
        return send_from_directory(root, name, max_age=MAX_AGE_SECONDS)

    @app.get("/prompts/music/<int:at>-<int:seconds>/<path:name>")
    @policy("public")
    def music(at: int, seconds: int, name: str) -> Response:
        """So many seconds of one from `at` on. Silence where that can't be had: whoever waits isn't cut off for it."""
        length = min(max(1, seconds), MOST_SECONDS)
        try:
            audio = _wav_at(root, name).piece(at, length)
        except (OSError, NotAudio) as fault:
            _log.warning("no music", extra={"file": name, "reason": str(fault) or type(fault).__name__})
            return Response(silence(length), mimetype="audio/x-wav")
        response = Response(audio, mimetype="audio/x-wav")
        response.cache_control.max_age = MAX_AGE_SECONDS
        response.cache_control.public = True
        return response


def _wav_at(root: Path, name: str) -> Wav:
    path = safe_join(str(root), name)
    if path is None:
        raise NotAudio("not below the prompts")
    state = Path(path).stat()
    return _wav(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=FILES_KEPT)
def _wav(path: str, changed_ns: int, size: int) -> Wav:
    """A file as it was when it had this time and size."""
    del changed_ns, size
    found = read(Path(path).read_bytes())
    if not found.seconds:
        raise NotAudio("it has no length")
    return found
