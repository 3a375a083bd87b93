"""`hotline call`: a telephone in the terminal. Dials through the exchange and prints what is heard, as it is heard."""

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ivr.cli.exchange_client import ExchangeClient, ExchangeRefused, ExchangeUnreachable, exchange_url

KEYS = frozenset("0123456789*#ABCDwW")
SHOWN = frozenset({"rings", "answered", "hears", "pressed", "spoke", "bridged", "unbridged", "ended"})
COLOURS = {"hotline": "cyan", "caller": "green", "exchange": "bright_black"}
REACTION_SECONDS = 0.3
ACTS = ("--press", "--say")


class _OrderedActs(click.Command):
    """Keeps in which order `--press` and `--say` were given: click keeps it only within one option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, remembering the order of the acts."""
        ctx.meta["acts"] = [name for name in (arg.partition("=")[0] for arg in args) if name in ACTS]
        return super().parse_args(ctx, args)


def _keys(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    del ctx, param
    for value in values:
        if not value or set(value) - KEYS:
            raise click.BadParameter(f"{value!r} is not made of the keys 0-9 * # (w waits half a second)")
    return values


def _words(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    del ctx, param
    if any(not value.strip() for value in values):
        raise click.BadParameter("nothing to say")
    return values


@click.command(cls=_OrderedActs)
@click.option("--from", "from_number", required=True, metavar="NUMBER", help="Number to call from, or anonymous.")
@click.option("--to", "to_number", metavar="NUMBER", help="Number to dial; may be left out where there is only one.")
@click.option(
    "--press", multiple=True, callback=_keys, metavar="KEYS", help="Keys to press the next time the hotline listens."
)
@click.option(
    "--say", multiple=True, callback=_words, metavar="WORDS", help="Words to say the next time the hotline listens."
)
@click.option("--interrupt", is_flag=True, help="Press at once instead of hearing prompts out.")
@click.option(
    "--hang-up-after",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Hang up after that much talk with a person.",
)
@click.option(
    "--max",
    "max_seconds",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Hang up that long after dialling, whatever happens.",
)
@click.option(
    "--exchange", metavar="URL", help="The exchange; default HOTLINE_EXCHANGE_URL, the running stack's, or port 8001."
)
@click.option(
    "--var",
    type=click.Path(path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Data folder of the running stack.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object when the call is over.")
@click.pass_context
def call(  # noqa: PLR0917 - click passes options by name
    ctx: click.Context,
    from_number: str,
    to_number: str | None,
    press: tuple[str, ...],
    say: tuple[str, ...],
    interrupt: bool,
    hang_up_after: float | None,
    max_seconds: float | None,
    exchange: str | None,
    var: Path,
    as_json: bool,
) -> None:
    """Dial a line from this terminal, through the exchange.

    Each --press or --say is used, in the order given, when the hotline next listens; after the last one the call just
    listens. Without any, on a terminal, type keys or words while the call goes on; Ctrl-D hangs up.
    """
    client = ExchangeClient(exchange_url(exchange, var))
    acts = in_order(ctx.meta["acts"], press, say)
    try:
        dialled = to_number or _only_number(client)
        sid = client.place(from_number, dialled, script_of(acts, interrupt, hang_up_after, max_seconds))
        if not acts and sys.stdin.isatty() and not as_json:
            threading.Thread(target=_keyboard, args=(client, sid), daemon=True).start()
        summary = _listen(client, sid, quiet=as_json)
    except (ExchangeUnreachable, ExchangeRefused) as error:
        click.echo(f"hotline call: {error}", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        click.echo(in_words(summary))


def in_order(names: Sequence[str], press: Sequence[str], say: Sequence[str]) -> list[tuple[str, str]]:
    """The acts as (`press` or `say`, what), in the order of their option names on the command line."""
    values = {"--press": iter(press), "--say": iter(say)}
    return [(name.removeprefix("--"), next(values[name])) for name in names]


def script_of(
    acts: Sequence[tuple[str, str]], interrupt: bool, hang_up_after: float | None, max_seconds: float | None
) -> dict[str, Any]:
    """The script of such a caller, for the exchange (`exchange/phones/protocol.md`, "Scripts")."""
    when = "gather" if interrupt else "quiet"
    script: dict[str, Any] = {"steps": [{kind: what, "when": when, "after": REACTION_SECONDS} for kind, what in acts]}
    if hang_up_after is not None:
        script["talk"] = hang_up_after
    if max_seconds is not None:
        script["limit"] = max_seconds
    return script


def _only_number(client: ExchangeClient) -> str:
    numbers = client.numbers()
    if len(numbers) != 1:
        raise ExchangeRefused(
            f"which number? Give --to one of {', '.join(numbers) or 'none: the exchange has no numbers'}"
        )
    return numbers[0]


def _listen(client: ExchangeClient, sid: str, *, quiet: bool) -> dict[str, Any]:
    try:
        for entry in client.follow(sid):
            if entry["type"] == "summary":
                return {name: value for name, value in entry.items() if name != "type"}
            if not quiet and entry["type"] in SHOWN and entry.get("kind") != "silence":
                _show(entry)
    except KeyboardInterrupt:
        client.act(sid, "hang-up")
        return _listen(client, sid, quiet=True)
    raise ExchangeUnreachable(f"the exchange at {client.url} went away during the call")


def _show(entry: dict[str, Any]) -> None:
    minutes, seconds = divmod(entry["at"], 60)
    who = "you" if entry["type"] in {"pressed", "spoke"} else entry["who"]
    colour = COLOURS.get(entry["who"], "yellow")
    text = f"presses {entry['text']}" if entry["type"] == "pressed" else entry["text"]
    click.echo(
        f"{click.style(f'{minutes:02.0f}:{seconds:04.1f}', dim=True)}  {click.style(f'{who:<12}', fg=colour)} {text}"
    )


def in_words(summary: dict[str, Any]) -> str:
    """The summary as one sentence for people."""
    parts = [f"call over: {summary['outcome']}"]
    if summary["agent"]:
        parts.append(
            f"with {summary['agent']['name'] or summary['agent']['number']}, {summary['talk_seconds']:g} s of talk"
        )
    if summary["wait_seconds"] is not None:
        parts.append(f"{summary['wait_seconds']:g} s in line")
    return "\n".join([", ".join(parts), *(f"the exchange reports: {error}" for error in summary["errors"])])


def _keyboard(client: ExchangeClient, sid: str) -> None:
    """Reads lines: keys are pressed, other words said; the end of input hangs up."""
    try:
        for line in sys.stdin:
            text = line.strip()
            if text and not set(text) - KEYS:
                client.act(sid, "press", {"keys": text})
            elif text:
                client.act(sid, "speak", {"text": text})
        client.act(sid, "hang-up")
    except (ExchangeUnreachable, ExchangeRefused) as error:
        click.echo(f"hotline call: {error}", err=True)
