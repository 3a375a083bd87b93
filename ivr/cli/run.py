"""`hotline run`: everything on this machine, in the foreground, until Ctrl-C. Needs no account and no settings."""

import os
import signal
import threading
from pathlib import Path
from types import FrameType

import click

from ivr.cli.demo import Demo, first_account, seed_agents
from ivr.cli.layout import StackError, StackOptions
from ivr.cli.parts import line_numbers
from ivr.cli.redis_server import NoRedisServer
from ivr.cli.stack import Stack
from ivr.core.phone import spaced
from ivr.services.clock import clock_from


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    help="The web's port; the three after it serve exchange, events and Redis.",
)
@click.option(
    "--var",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Where data is kept.",
)
@click.option(
    "--flows", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("flows"), show_default=True
)
@click.option("--no-demo", is_flag=True, help="Do not import and log in the demo's agents.")
@click.option(
    "--ring-starts-per-second",
    "calls_per_second",
    default=1.0,
    show_default=True,
    help="Outgoing calls the exchange starts a second.",
)
def run(port: int, var: Path, flows: Path, calls_per_second: float, *, no_demo: bool) -> None:
    """Start Redis, the web server, event streams, workers and a local telephone exchange."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopped.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    options = StackOptions(
        var=var,
        port=port,
        flows=flows,
        clock=_clock(),
        redis_url=os.environ.get("REDIS_URL", ""),
        database_url=os.environ.get("DATABASE_URL", ""),
        calls_per_second=calls_per_second,
    )
    try:
        with Stack(options, progress=_progress) as stack:
            demo = Demo(stack)
            account = first_account(demo)
            if not no_demo:
                seed_agents(demo, flows / "agents.yaml", _progress)
            _welcome(stack, account)
            while not stopped.wait(0.5):
                if not stack.alive():
                    raise StackError(f"the supervisor has ended; see {var}/log/supervisord.log")  # noqa: TRY301 - one way out
            click.echo("\nstopping")
    except (StackError, NoRedisServer) as error:
        raise click.ClickException(str(error)) from None
    click.echo("stopped; data is kept in " + str(var))


def _clock() -> str:
    """HOTLINE_CLOCK as the environment has it, once it is known to be readable; empty for the machine's clock."""
    setting = os.environ.get("HOTLINE_CLOCK", "")
    try:
        clock_from(setting)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    return setting


def _progress(line: str) -> None:
    click.echo(f"  {line}")


def _welcome(stack: Stack, account: tuple[str, str] | None) -> None:
    click.echo(f"\nConsole   {stack.web_url}/")
    if account is not None:
        click.echo(
            f"          sign in as {account[0]} with password {account[1]}"
            " (shown once; `hotline accounts password` changes it)"
        )
    click.echo(f"Phone     {stack.exchange_url}/phone")
    lines = line_numbers(stack.options.flows)
    for number, title in lines:
        click.echo(f"Dial      {spaced(number)}  {title}")
    click.echo(f"Agents    {spaced(stack.options.agents_number)}  to log in, pause and finish wrap-up")
    if lines:
        click.echo(
            f"\nFrom another terminal:\n  hotline call --from +33612345678 --to {lines[0][0]} --press 1 --press 1"
        )
    click.echo("\nCtrl-C stops everything.")
