"""What was published when, by whom and why: a line of JSON a version, added and never changed, one file a flow.

`published.json` beside it tells the newest version of each flow, `pins.json` the lines that keep one. Both are written
as a whole; the journals are what they can be made from again.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ivr.flowfile.atomic import append_line, write_whole
from ivr.services.ports import Version

JOURNALS, PUBLISHED, PINS = "journal", "published.json", "pins.json"

_log = logging.getLogger(__name__)


class Journal:
    """The journals of a folder of versions. Writing needs the lock that `Shelf` holds; reading never does."""

    def __init__(self, versions: Path) -> None:
        self.folder = versions

    def versions(self, flow: str) -> list[Version]:
        """A flow's versions, oldest first. A line that was cut off or is no version is left out and logged."""
        path = self._path(flow)
        if not path.exists():
            return []
        found = []
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            version = _version(flow, line)
            if version is not None:
                found.append(version)
            elif line.strip():
                _log.error("a line of a flow's journal can't be read: %s, line %d", path, number)
        return found

    def add(self, version: Version) -> Version:
        """Note a version as the newest; it gets its number here. Raises OSError."""
        before = self.versions(version.flow)
        numbered = replace(version, number=max((one.number for one in before), default=0) + 1)
        entry = {
            "number": numbered.number,
            "digest": numbered.digest,
            "at": numbered.at.isoformat(),
            "who": numbered.who,
            "message": numbered.message,
        } | ({"restores": numbered.restores} if numbered.restores else {})
        path = self._path(version.flow)
        path.parent.mkdir(parents=True, exist_ok=True)
        append_line(path, json.dumps(entry, ensure_ascii=False).encode())
        self._keep(PUBLISHED, {**self.published(), version.flow: version.digest})
        return numbered

    def published(self) -> dict[str, str]:
        """The digest of each flow's newest version."""
        return _table(self.folder / PUBLISHED)

    def pins(self) -> dict[str, str]:
        """The digest each pinned line keeps, by the line's name."""
        return _table(self.folder / PINS)

    def pin(self, line: str, digest: str | None) -> None:
        """Pin a line, or free it. Raises OSError."""
        others = {name: one for name, one in self.pins().items() if name != line}
        self._keep(PINS, others | ({line: digest} if digest else {}))

    def _keep(self, name: str, table: Mapping[str, str]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        content = json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True)
        write_whole(self.folder / name, f"{content}\n".encode())

    def _path(self, flow: str) -> Path:
        return self.folder / JOURNALS / f"{flow}.jsonl"


def _version(flow: str, line: bytes) -> Version | None:
    try:
        entry = json.loads(line)
        at = datetime.fromisoformat(entry["at"])
        return Version(
            flow,
            int(entry["number"]),
            str(entry["digest"]),
            at,
            str(entry["who"]),
            str(entry["message"]),
            int(entry.get("restores", 0)),
        )
    except (ValueError, KeyError, TypeError):  # cut off within the line
        return None


def _table(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.error("can't be read: %s: %s", path, error)
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
