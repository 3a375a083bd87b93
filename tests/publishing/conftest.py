"""A folder of flows of its own, and publishing on it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from ivr.services.ports import Act, HistoryDown
from ivr.services.publishing import Publishing, Version
from ivr.wiring import publishing_of

HOUSE = Path(__file__).parents[1] / "flowfile" / "house"
FLOW = "town-hall"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class Acts:
    """The audit, in memory; or away."""

    noted: list[Act] = field(default_factory=list)
    down: bool = False

    def note(self, act: Act) -> None:
        if self.down:
            raise HistoryDown("away")
        self.noted.append(act)


@dataclass
class Desk:
    """An operator at work: the folders, the verbs, and a clock that goes on by a minute an act."""

    folder: Path
    var: Path
    acts: Acts
    publishing: Publishing
    minutes: int = 0

    @property
    def now(self) -> datetime:
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    @property
    def file(self) -> Path:
        return self.folder / f"{FLOW}.yaml"

    @property
    def versions(self) -> Path:
        return self.var / "flows"

    def text(self, *changes: tuple[str, str]) -> str:
        """The flow's file with words changed."""
        text = self.file.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return text

    def publish(self, message: str, *changes: tuple[str, str], base: str | None = None) -> Version:
        """Publish the file with words changed."""
        return self.publishing.publish(FLOW, self.text(*changes), message, "ana", self.now, base=base)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder, var, acts = copytree(HOUSE, tmp_path / "flows"), tmp_path / "var", Acts()
    return Desk(folder, var, acts, publishing_of(folder, var, acts))
