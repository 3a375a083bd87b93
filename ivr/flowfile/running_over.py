"""Lines that run over into others: each leads to a line there is, that lets its callers go, and never in a circle."""

from collections.abc import Iterator, Mapping

from ivr.core.flow.model import Position
from ivr.core.queue_rules import OVERFLOW_CAUSES, QueueDefinition
from ivr.flowfile.reading import Reading, nearest


def check_overflow(reading: Reading, definitions: Mapping[str, QueueDefinition]) -> None:
    """Tells what is wrong with where lines hand on to."""
    told: set[str] = set()
    for name, queue in definitions.items():
        for path, to in _handed_on(name, queue, reading):
            at = reading.positions[path]
            if not check_into(reading, at, to, definitions):
                continue
            circle = _circle(name, to, definitions)
            if circle and not told.intersection(circle):
                told.update(circle)
                reading.bad(at, "F079", *_in_a_circle([*circle, name]))


def check_into(reading: Reading, at: Position, to: str, definitions: Mapping[str, QueueDefinition]) -> bool:
    """Tells where a line leads callers into one that isn't there, or never lets them go; whether it is there."""
    if to not in definitions:
        reading.bad(at, "F024", f"there is no queue '{to}'", nearest(to, definitions))
        return False
    if not definitions[to].max_wait_seconds:
        message = f"whoever is handed on to '{to}' may never get out: its wait has no limit"
        reading.bad(at, "F025", message, f"give '{to}' a `max_wait`")
    return True


def _in_a_circle(way: list[str]) -> tuple[str, str]:
    """What is wrong, and what to do."""
    if len(set(way)) == 1:
        return f"'{way[0]}' hands on to itself", "name another line, or a voicemail, callback or office"
    said = " to ".join(f"'{one}'" for one in way)
    return f"lines hand on in a circle: {said}", "let one of them keep its callers"


def _handed_on(name: str, queue: QueueDefinition, reading: Reading) -> Iterator[tuple[str, str]]:
    """Where each line is named that a queue runs over into, each once: (path, line)."""
    if queue.overflow is None:
        return
    seen: set[str] = set()
    for cause in OVERFLOW_CAUSES:
        to = queue.overflow.line_for(cause)
        path = f"queues.{name}.overflow.on_{cause}"
        path = path if path in reading.positions else f"queues.{name}.overflow"
        if to and path not in seen:
            seen.add(path)
            yield path, to


def _circle(start: str, first: str, definitions: Mapping[str, QueueDefinition]) -> list[str]:
    """The lines a call goes through from `start` by `first` back to it, shortest first; empty where it never does."""
    came_from = {first: start}
    waiting = [first]
    for name in waiting:
        if name == start:
            way = [came_from[name]]
            while way[-1] != start:
                way.append(came_from[way[-1]])
            return way[::-1]
        queue = definitions.get(name)
        for to in queue.overflow.lines if queue is not None and queue.overflow is not None else ():
            if to not in came_from:
                came_from[to] = name
                waiting.append(to)
    return []
