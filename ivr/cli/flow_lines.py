"""`hotline flows lines`: who may answer what, from which second on."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from ivr.core.flow.model import Flow
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
    """Show for each line which agents can answer it, ring by ring, by what queues.yaml asks for.

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
        click.echo(json.dumps({name: [_as_json(ring) for ring in rings] for name, rings in covered.items()}, indent=2))
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


def _keys(menu: Flow) -> str:
    """What keys do while waiting, by the kind of step each leads to."""
    keys = getattr(menu.steps[menu.start], "keys", {})
    return "keys " + ", ".join(f"{key} {choice.next.partition('-')[0]}" for key, choice in keys.items())


def _show(queue: QueueDefinition, rings: tuple[Covered, ...], menu: Flow | None) -> None:
    notes: list[str] = [queue.strategy] if queue.strategy != "longest_idle" else []
    if queue.prefer_seconds:
        notes.append(f"own adviser or last agent first, for {spoken_seconds(queue.prefer_seconds)}")
    if queue.overflow:
        notes.append(_onward(queue.overflow))
    if menu is not None:
        notes.append(_keys(menu))
    told = f"  ({'; '.join(notes)})" if notes else ""
    click.echo(f"{queue.name}{told}")
    for number, ring in enumerate(rings, 1):
        opens = "at once" if not ring.after_seconds else f"after {spoken_seconds(ring.after_seconds)}"
        who = ", ".join(ring.added) if ring.added else "nobody" if not ring.agents else "nobody else"
        click.echo(f"  {number}  {opens:<12} {'' if number == 1 else '+ '}{who}   [{in_words(ring.wanted)}]")


def _as_json(ring: Covered) -> dict[str, object]:
    return {
        "after_seconds": ring.after_seconds,
        "asks": in_words(ring.wanted),
        "agents": list(ring.agents),
        "added": list(ring.added),
    }
