"""The Lua files, read once. A line `-- include: name` is replaced by `lua/name.lua`, each file at most once a script.

Redis has no modules, so what scripts share is put in front of them as text. Every call of a script makes each function
in front of it anew, so that only those are put there which it needs (`_needed`): together the others would cost as much
as what it does. A script is known by the SHA-1 of the whole text, so an old and a new version of the program can run
side by side during a deploy.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_DEFINED = re.compile(
    r"^local function (?P<function>\w+)\((?:[^\n]* end|.*?^end)\n|^local (?P<value>\w+) = [^\n(]*[^\n({,]\n",
    re.MULTILINE | re.DOTALL,
)
"""A function, or a value that calls nothing, on the outermost level; a function ends with `end` at the left edge."""

_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"\b[A-Za-z_]\w*")
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
    text = _needed(_resolve(name, set()))
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


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines of a script. `name` is what they define where they define a function or a value and do nothing else."""

    name: str
    text: str

    def words(self) -> set[str]:
        """Every name it may refer to."""
        return set(_WORD.findall(_COMMENT.sub("", self.text)))


def _needed(text: str) -> str:
    """A script's text without the functions and values it never names, in its own lines or in those it needs."""
    parts = _parts(text)
    wanted = set().union(*(part.words() for part in parts if not part.name))
    kept: set[str] = set()
    while more := {part.name for part in parts if part.name in wanted - kept}:
        kept |= more
        wanted = wanted.union(*(part.words() for part in parts if part.name in more))
    return "".join(part.text for part in parts if not part.name or part.name in kept)


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    at = 0
    for found in _DEFINED.finditer(text):
        parts += (_Part("", text[at : found.start()]), _Part(found["function"] or found["value"], found[0]))
        at = found.end()
    return [*parts, _Part("", text[at:])]
