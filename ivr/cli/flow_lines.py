"""`hotline flows lines`: who may answer what, from which second on."""

import json
from pathlib import Path

import click

from ivr.cli.archive import archive
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.coverage import Covered, Roster, coverage, in_words
from ivr.flowfile.folder import Reader
from ivr.flowfile.plain import spoken_seconds


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
        _show(queue, covered[queue.name])
    if not roster:
        click.echo("no agents are known: `hotline agents add`, or flows/agents.yaml")


def _database() -> Roster:
    with archive() as kept:
        return {agent.id: agent.skills for agent in kept.agents.all()}


def _show(queue: QueueDefinition, rings: tuple[Covered, ...]) -> None:
    notes: list[str] = [queue.strategy] if queue.strategy != "longest_idle" else []
    if queue.prefer_seconds:
        notes.append(f"own adviser or last agent first, for {spoken_seconds(queue.prefer_seconds)}")
    if queue.overflow:
        notes.append(f"then {queue.overflow.queue}")
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
