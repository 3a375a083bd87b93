"""`hotline flows graph` and `hotline flows schema`: a flow as a picture, and what a flow's file may contain."""

import json
import sys
from pathlib import Path

import click

from ivr.core.flow.model import Flow
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.folder import Reader
from ivr.flowfile.graph import graph_of, mermaid, svg
from ivr.flowfile.paths import QUEUES, SUFFIX
from ivr.flowfile.schema import flow_schema, queues_schema

_LINES = f"{Path(QUEUES).stem}."
"""Before the names of the flows that lines run."""


@click.command()
@click.argument("name")
@click.option("--flows", "folder", type=click.Path(path_type=Path), default=Path("flows"), show_default=True)
@click.option("--format", "shape", type=click.Choice(["svg", "mermaid"]), help="Told by --out's ending, else mermaid.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file to write; without it, shown here.")
def graph(name: str, folder: Path, shape: str | None, out: Path | None) -> None:
    """Draw a flow: its steps and where each leads.

    NAME is a flow of the folder, a file, or what a line runs by itself, such as queues.reception.menu. A broken file is
    drawn as far as it can be read, and said to be broken.
    """
    path = Path(name) if name.endswith(SUFFIX) else folder / f"{name}{SUFFIX}"
    drawn = graph_of(_of_a_line(name, folder) if name.startswith(_LINES) and not path.exists() else _read(path))
    wanted = shape or ("svg" if out is not None and out.suffix == ".svg" else "mermaid")
    text = svg(drawn) if wanted == "svg" else mermaid(drawn)
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror or error}") from None
    click.echo(f"{out}: {len(drawn.nodes)} steps of '{drawn.name}'")


@click.command()
@click.argument("kind", type=click.Choice(["flow", "queues"]), default="flow")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file to write; without it, shown here.")
def schema(kind: str, out: Path | None) -> None:
    """Tell what a flow's file, or queues.yaml, may contain, as JSON Schema, for editors such as VS Code.

    Begin a flow's file with `# yaml-language-server: $schema=PATH`, and the editor completes and checks it.
    """
    found = flow_schema() if kind == "flow" else queues_schema()
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror or error}") from None
    which = "a flow of the same folder" if kind == "flow" else "queues.yaml"
    click.echo(f"{out}: begin {which} with   # yaml-language-server: $schema={out.name}")


def _of_a_line(name: str, folder: Path) -> Flow:
    queues = Reader().read(folder).queues
    if queues is None:
        raise click.ClickException(f"queues.yaml can't be read: `hotline flows check {folder}` tells why")
    if name not in queues.flows:
        there = ", ".join(sorted(queues.flows)) or "none"
        raise click.ClickException(f"no line runs '{name}' by itself; there are: {there}")
    return queues.flows[name]


def _read(path: Path) -> Flow:
    try:
        source = path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror or error}") from None
    decoded = decode_flow(source, path.stem, str(path))
    if decoded.drafted is None:
        for problem in decoded.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)
    if decoded.flow is None:
        click.echo(f"{path} has errors: `hotline flows check {path}` tells them; drawn is what can be read", err=True)
    return decoded.drafted
