"""The Lua files, read once. A line `-- include: name` is replaced by `lua/name.lua`, each file at most once a script.

Redis has no modules, so what scripts share is put in front of them as text. A script is known by the SHA-1 of the
whole text, so an old and a new version of the program can run side by side during a deploy.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_INCLUDE = re.compile(r"^-- include: ([a-z_]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """A script's whole text and the digest EVALSHA knows it by."""

    name: str
    text: str
    sha: str


@cache
def load_script(name: str) -> Script:
    """The script of `lua/<name>.lua`. Raises FileNotFoundError where it, or a file it includes, doesn't exist."""
    text = _resolve(name, set())
    return Script(name, text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def script_names() -> tuple[str, ...]:
    """Every script that can be called, by name. Files that begin with an underscore are only included."""
    names = (entry.name for entry in (files(__package__) / "lua").iterdir())
    return tuple(
        sorted(name.removesuffix(".lua") for name in names if name.endswith(".lua") and not name.startswith("_"))
    )


def _resolve(name: str, seen: set[str]) -> str:
    seen.add(name)
    text = (files(__package__) / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda line: "" if line[1] in seen else _resolve(line[1], seen), text)
