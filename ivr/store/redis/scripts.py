"""The Lua files, read once. A line `-- include: name` is replaced by `lua/name.lua`, each file at most once a script.

Redis has no modules, so what scripts share is put in front of them as text. Every call of a script makes each function
in front of it anew, so that only those are put there which it needs (`_needed`), each as far inside as can be
(`_nested`): together the others would cost as much as what it does. A script is known by the SHA-1 of the whole text,
so an old and a new version of the program can run side by side during a deploy.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_DEFINED = re.compile(
    r"^local function (?P<function>\w+)\((?:[^\n]* end|.*?^end)\n|^local (?P<value>\w+) = [^\n(]*[^\n({,]\n",
    re.MULTILINE | re.DOTALL,
)
"""A function, or a value that calls nothing, on the outermost level; a function ends with `end` at the left edge."""

_OPENING = re.compile(r"local function \w+\([^)\n]*\)")
_LOCAL = re.compile(r"^local ([\w, ]+)", re.MULTILINE)
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

    def names(self) -> set[str]:
        """What it defines for those behind it, at least."""
        return {self.name} if self.name else set(_WORD.findall(" ".join(_LOCAL.findall(self.text))))

    def loops(self) -> bool:
        """Whether anything in it may run more than once."""
        return bool({"for", "while", "repeat"} & self.words())

    def opening(self) -> str:
        """How a function begins, up to its parameters; empty where this is none."""
        found = _OPENING.match(self.text)
        return found[0] if found and self.name else ""

    def parameters(self) -> set[str]:
        """The names a function gives what it is handed."""
        return set(_WORD.findall(self.opening().partition("(")[2]))


def _needed(text: str) -> str:
    """A script's text without the functions and values it never names, in its own lines or in those it needs."""
    parts = _parts(text)
    wanted = set().union(*(part.words() for part in parts if not part.name))
    kept: set[str] = set()
    while more := {part.name for part in parts if part.name in wanted - kept}:
        kept |= more
        wanted = wanted.union(*(part.words() for part in parts if part.name in more))
    return _nested([part for part in parts if not part.name or part.name in kept])


def _nested(parts: Sequence[_Part]) -> str:
    """The text of these parts, with each function inside the one that alone leads to it: it is made only where that one
    runs. Not inside one that may run more than once, and not where a parameter has the name of what it refers to."""
    words = [part.words() for part in parts]
    holder: dict[int, int | None] = {}
    for at in reversed(range(len(parts))):
        if parts[at].opening():
            users = [user for user in range(at + 1, len(parts)) if parts[at].name in words[user]]
            holder[at] = _within(at, users, holder, parts, words)

    def whole(at: int) -> str:
        inside = "".join(whole(other) for other in holder if holder[other] == at)
        opening = parts[at].opening()
        return parts[at].text if not inside else f"{opening}\n{inside}{parts[at].text[len(opening) :]}"

    holder = dict(sorted(holder.items()))
    return "".join(whole(at) for at in range(len(parts)) if holder.get(at) is None)


def _within(
    at: int, users: Sequence[int], holder: Mapping[int, int | None], parts: Sequence[_Part], words: Sequence[set[str]]
) -> int | None:
    """The innermost function around all uses of one that can hold it; None for the outermost level."""

    def around(user: int) -> list[int | None]:
        found: list[int | None] = [user if user in holder else None]
        while found[-1] is not None:
            found.append(holder[found[-1]])
        return found

    ways = [around(user) for user in users]
    known = set().union(*(part.names() for part in parts[: at + 1]))
    meant = known & words[at] | {parts[at].name}
    for held in ways[0] if ways else ():
        if held is None or not all(held in way for way in ways):
            continue
        again = any(parts[held].name in words[user] and parts[user].loops() for user in range(held + 1, len(parts)))
        if not again and not parts[held].parameters() & meant:
            return held
    return None


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    at = 0
    for found in _DEFINED.finditer(text):
        parts += (_Part("", text[at : found.start()]), _Part(found["function"] or found["value"], found[0]))
        at = found.end()
    return [*parts, _Part("", text[at:])]
