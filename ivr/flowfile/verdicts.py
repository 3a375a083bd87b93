"""What was found in files checked before, kept on disk by their content: an unchanged file is not checked again.

A verdict hangs on the file's text, on what stands around it (queues, sound files, the flows it runs) and on the checker
itself: change one of them and the key is another. No flow is kept here, only problems and faces, as JSON.
"""

import hashlib
import json
import logging
import sys
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from ivr.core.flow.problem import Problem
from ivr.core.flow.registry import Face, RunFrom, World
from ivr.flowfile.atomic import write_whole

FILE = "checked.json"
MOST = 20_000
"""Verdicts kept; past it those of files no longer there are dropped."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outline:
    """What reading a file told, without the flow: its face, the flows it runs, whether it could be read."""

    face: Face
    runs: tuple[str, ...]
    readable: bool


class Verdicts:
    """Outlines by content, and problems by content and surroundings. Without a folder they live in memory only."""

    def __init__(self, folder: Path | None = None) -> None:
        self._path = None if folder is None else folder / FILE
        self._outlines: dict[str, Outline] = {}
        self._problems: dict[str, list[Problem]] = {}
        self._used: set[str] = set()
        self._changed = False
        self._load()

    def outline(self, key: str) -> Outline | None:
        """What is known of a file's content."""
        self._used.add(key)
        return self._outlines.get(key)

    def note_outline(self, key: str, outline: Outline) -> None:
        """Keep what reading told."""
        self._outlines[key] = outline
        self._changed = True

    def problems(self, key: str) -> list[Problem] | None:
        """The problems of a file in its surroundings, None where they have not been looked for."""
        self._used.add(key)
        return self._problems.get(key)

    def note_problems(self, key: str, problems: list[Problem]) -> None:
        """Keep what checking told."""
        self._problems[key] = problems
        self._changed = True

    def keep(self) -> None:
        """Write to disk what is new. A disk that fails is logged: the next start takes longer."""
        if not self._changed:
            return
        if len(self._outlines) + len(self._problems) > MOST:
            self._outlines = {key: one for key, one in self._outlines.items() if key in self._used}
            self._problems = {key: one for key, one in self._problems.items() if key in self._used}
        self._used.clear()
        self._changed = False
        if self._path is None:
            return
        content = {
            "checker": checker(),
            "outlines": {key: _as_json(outline) for key, outline in self._outlines.items()},
            "problems": {key: [astuple(one) for one in several] for key, several in self._problems.items()},
        }
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(content, ensure_ascii=False).encode(), flush=False)
        except OSError as error:
            _log.warning("verdicts not kept: %s: %s; flows are checked again at the next start", self._path, error)

    def _load(self) -> None:
        try:
            content = json.loads(self._path.read_bytes()) if self._path is not None else {}
            if content.get("checker") == checker():
                self._outlines = {key: _outline(one) for key, one in content["outlines"].items()}
                self._problems = {
                    key: [Problem(*one) for one in several] for key, several in content["problems"].items()
                }
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("verdicts can't be read: %s: %s; flows are checked anew", self._path, error)


def content_key(name: str, source: bytes) -> str:
    """The key of a file's content."""
    return hashlib.blake2b(source, key=name.encode()[:64], digest_size=16).hexdigest()


def surroundings_key(world: World) -> str:
    """The key of what all flows are checked against, but for the flows themselves."""
    parts = {field.name: _plain(getattr(world, field.name)) for field in fields(world) if field.name != "flows"}
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def verdict_key(content: str, surroundings: str, file: str, runs: Iterable[tuple[str, Face | None]]) -> str:
    """The key of a file in its surroundings; `runs` are the flows it runs, None for one that isn't there."""
    faces = [(name, None if face is None else [*_face(face).values(), face.silent]) for name, face in runs]
    around = json.dumps([file, faces], sort_keys=True).encode()
    return f"{content}-{surroundings}-{hashlib.blake2b(around, digest_size=8).hexdigest()}"


@cache
def checker() -> str:
    """The checker's own version: a digest of the code that reads and checks."""
    found = hashlib.blake2b(sys.version.encode(), digest_size=16)
    root = Path(__file__).parents[1]
    for path in sorted([*(root / "core").rglob("*.py"), *(root / "flowfile").rglob("*.py")]):
        found.update(path.read_bytes())
    return found.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    if hasattr(value, "items"):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, str | int | bool | None) else repr(value)


def _as_json(outline: Outline) -> dict[str, Any]:
    face = outline.face
    found: dict[str, Any] = {"runs": outline.runs, "readable": outline.readable}
    if face != Face():
        found["face"] = _face(face)
    return found


def _face(face: Face) -> dict[str, Any]:
    """A face as it was worked out from its own file alone, in a stable order."""
    return {
        "parameters": sorted(face.parameters),
        "results": sorted(face.results),
        "first": face.first,
        "calls": [asdict(call) for call in face.calls],
        "queues": face.queues,
        "mailboxes": face.mailboxes,
    }


def _outline(found: dict[str, Any]) -> Outline:
    one = found.get("face")
    face = Face()
    if one is not None:
        calls = tuple(RunFrom(call["step"], call["flow"], tuple(call["after"])) for call in one["calls"])
        face = Face(
            frozenset(one["parameters"]),
            frozenset(one["results"]),
            tuple(one["first"]),
            calls,
            queues=tuple(one["queues"]),
            mailboxes=tuple(one["mailboxes"]),
        )
    return Outline(face, tuple(found["runs"]), bool(found["readable"]))
