"""What the files of a flows folder are called, and which there are."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ivr.core.flow.fields import NAME

LINES, QUEUES, AGENTS = "lines.yaml", "queues.yaml", "agents.yaml"
CALENDARS, LANGUAGES, TESTERS, HOSTS = "calendars.yaml", "languages.yaml", "testers.yaml", "hosts.yaml"
NEIGHBOURS = frozenset({LINES, QUEUES, CALENDARS, LANGUAGES, TESTERS, HOSTS})
"""The files beside the flows that are read with them."""

LIBRARY, PROMPTS, DRAFTS = "library", "prompts", "drafts"
SUFFIX, OTHER_SUFFIX = ".yaml", ".yml"


def flow_files(folder: Path) -> Iterator[Path]:
    """The YAML files of a folder and of its library, in order, but for the agents'."""
    yield from (path for path in visible(folder, SUFFIX) if path.name != AGENTS)
    if (folder / LIBRARY).is_dir():
        yield from visible(folder / LIBRARY, SUFFIX)


def visible(folder: Path, suffix: str) -> Iterator[Path]:
    """The files of a folder with that ending, in order; hidden ones are an editor's business."""
    with os.scandir(folder) as found:
        names = sorted(one.name for one in found if one.name.endswith(suffix) and one.is_file())
    return (below(folder, name) for name in names if not name.startswith("."))


@lru_cache(maxsize=8192)
def below(folder: Path, name: str) -> Path:
    """A path below a folder; making one costs more than looking at the file."""
    return folder / name


def prompts_in(folder: Path) -> frozenset[str]:
    """The sound files there are, by their path below `prompts/`."""
    root = folder / PROMPTS
    return frozenset(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def draft_files(folder: Path) -> Iterator[Path]:
    """The drafts of a folder's flows, in order."""
    if (folder / DRAFTS).is_dir():
        yield from visible(folder / DRAFTS, SUFFIX)


def flow_names(folder: Path) -> tuple[str, ...]:
    """The names of the flows that have a file in a folder or in its library."""
    files = (path for path in flow_files(folder) if path.name not in NEIGHBOURS)
    return tuple(path.stem for path in files if NAME.pattern.fullmatch(path.stem))


def is_draft(file: str) -> bool:
    """Whether a file, by its path below the folder, is a draft."""
    return file.startswith(f"{DRAFTS}/")
