"""`hotline flows lines`: who may answer what, from which second on."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ivr.core.flow.line_ways import LINE
from ivr.core.flow.model import Flow
from ivr.core.flow.steps.handoff import HandoffStep
from ivr.core.flow.steps.menu import Choice
from ivr.core.flow.steps.return_ import ReturnStep
from ivr.core.queue_rules import OVERFLOW_CAUSES, Overflow, OverflowCause, QueueDefinition
from ivr.core.routing.coverage import Covered, Roster, coverage, in_words
from ivr.flowfile.folder import Reader
from ivr.flowfile.plain import spoken_seconds
from ivr.flowfile.queues import Queues

_CAUSES: Mapping[OverflowCause, str] = {
    "timeout": "too long",
    "full": "full",
    "nobody": "nobody is there",
    "unanswered": "nobody answers",
    "closed": "closed",
}


@click.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("flows"))
@click.option("--agents", "known", type=click.Choice(["file", "database"]), default="file", show_default=True,
              help="Agents of agents.yaml, or of the database, which has the say once they are imported.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def lines(path: Path, known: str, *, as_json: bool) -> None:
    """Show for each line which agents can answer it, ring by ring, by what queues.yaml asks for, and where it leads on.

    What single steps ask for comes on top, as do preferred agents. A ring that is given to nobody is marked `nobody`.
    """
    checked = Reader().read(path)
    if checked.queues is None:
        raise click.ClickException(f"queues.yaml can't be read: `hotline flows check {path}` tells why")
    roster = _database() if known == "database" else checked.roster
    covered = {
        queue.name: coverage([queue.skills], queue.rings, roster) for queue in checked.queues.definitions.values()
    }
    if as_json:
        lines = checked.queues.definitions.values()
        found = {line.name: _as_json(line, covered[line.name], _menu(checked.queues, line.name)) for line in lines}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for queue in checked.queues.definitions.values():
        _show(queue, covered[queue.name], _menu(checked.queues, queue.name))
    if not roster:
        click.echo("no agents are known: `hotline agents add`, or flows/agents.yaml")


def _database() -> Roster:
    from ivr.cli.archive import archive  # the database's tables: slow to import, and needed by this command alone

    with archive() as kept:
        return {agent.id: agent.skills for agent in kept.agents.all()}


def _menu(queues: Queues, name: str) -> Flow | None:
    ways = queues.ways.get(name)
    return queues.flows.get(ways.menu) if ways is not None else None


def _onward(overflow: Overflow) -> str:
    """Where a line leads on to, in words: the most common way first, then each cause that has another."""
    ways = {cause: onward for cause in OVERFLOW_CAUSES if (onward := overflow.of(cause)) is not None}
    said = {cause: way.to if way.kind == "queue" else f"{way.kind} {way.to}" for cause, way in ways.items()}
    usual, times = Counter(said.values()).most_common(1)[0]
    first = f"then {usual}" if times > 1 or len(said) == 1 else ""
    others = [f"where {_CAUSES[cause]} {way}" for cause, way in said.items() if way != usual or not first]
    return ", ".join([*([first] if first else []), *others])


def _keys(menu: Flow, line: str) -> str:
    """What keys do while waiting, as people read it: the line itself isn't named again."""
    return "keys " + ", ".join(
        f"{key} {does} {'' if to == line else to}".rstrip() for key, does, to, _ in _choices(menu)
    )


def _choices(menu: Flow) -> Iterator[tuple[str, str, str, str]]:
    """Of each key of a line's menu what it does, where to (empty where that is nowhere else), and its label."""
    keys: Mapping[str, Choice] = getattr(menu.steps[menu.start], "keys", {})
    for key, choice in keys.items():
        step = menu.steps[choice.next]
        to = ""
        if isinstance(step, ReturnStep):
            to = step.value.choose("", "")[1].render(lambda _: "") if step.value and step.result == LINE else ""
        elif isinstance(step, HandoffStep):
            to = step.to.line or step.to.number
        else:
            to = str(getattr(step, step.main))
        yield key, choice.next.partition("-")[0], to, choice.label


def _show(queue: QueueDefinition, rings: tuple[Covered, ...], menu: Flow | None) -> None:
    notes: list[str] = [queue.strategy] if queue.strategy != "longest_idle" else []
    if queue.prefer_seconds:
        notes.append(f"own adviser or last agent first, for {spoken_seconds(queue.prefer_seconds)}")
    if queue.overflow:
        notes.append(_onward(queue.overflow))
    if menu is not None:
        notes.append(_keys(menu, queue.name))
    told = f"  ({'; '.join(notes)})" if notes else ""
    click.echo(f"{queue.name}{told}")
    for number, ring in enumerate(rings, 1):
        opens = "at once" if not ring.after_seconds else f"after {spoken_seconds(ring.after_seconds)}"
        who = ", ".join(ring.added) if ring.added else "nobody" if not ring.agents else "nobody else"
        click.echo(f"  {number}  {opens:<12} {'' if number == 1 else '+ '}{who}   [{in_words(ring.wanted)}]")


def _as_json(queue: QueueDefinition, rings: tuple[Covered, ...], menu: Flow | None) -> dict[str, object]:
    ways = {cause: onward for cause in OVERFLOW_CAUSES if queue.overflow and (onward := queue.overflow.of(cause))}
    return {
        "title": queue.title,
        "strategy": queue.strategy,
        "prefer_seconds": queue.prefer_seconds,
        "rings": [_ring(ring) for ring in rings],
        "overflow": {cause: {"kind": way.kind, "to": way.to} for cause, way in ways.items()},
        "menu": [
            {"key": key, "does": does, "to": to, "label": label}
            for key, does, to, label in (_choices(menu) if menu is not None else ())
        ],
    }


def _ring(ring: Covered) -> dict[str, object]:
    return {
        "after_seconds": ring.after_seconds,
        "asks": in_words(ring.wanted),
        "agents": list(ring.agents),
        "added": list(ring.added),
    }
