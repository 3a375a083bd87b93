"""`hotline`: the command line. Each command lives in a file of its own and is imported only when called for."""

import importlib
from collections.abc import Mapping
from typing import Final

import click

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "run": ("ivr.cli.run:run", "Start everything here: Redis, web, workers and a local telephone exchange."),
    "call": ("ivr.cli.call:call", "Dial a line from this terminal, through the exchange."),
    "load": ("ivr.cli.load:load", "Let real call records dial in, and count what became of each call."),
    "simulate": ("ivr.cli.simulate:simulate", "Play a day of calls through the lines in seconds, without telephones."),
    "flows": ("ivr.cli.flows:flows", "Check, talk with, test, publish and bring back what operators wrote."),
    "incident": ("ivr.cli.incident:incident", "Tell callers of a disturbance, the waiting ones as well."),
    "agents": ("ivr.cli.agents:agents", "The people who answer: their numbers, skills and state."),
    "history": ("ivr.cli.history:history", "Calls, callers and messages that were."),
    "forecast": ("ivr.cli.forecast:forecast", "Fit the forecast of callers' waits on this house's own; take one back."),
    "messages": ("ivr.cli.messages:messages", "Voicemails: list, read, settle; whom to tell of them."),
    "why": ("ivr.cli.why:why", "Why a call waits, went to whom, or left: every decision, in words."),
    "todo": ("ivr.cli.todo:todo", "What callers were promised and is not done: callbacks and messages, by due time."),
    "webhooks": ("ivr.cli.webhooks:webhooks", "Other systems that are told what happens, as it happens."),
    "accounts": ("ivr.cli.accounts:accounts", "Who may sign in to the console."),
    "db": ("ivr.cli.db:db", "Bring the history's tables up to date."),
    "settings": ("ivr.cli.settings:settings", "What can be set, by which name, and how it is set here."),
}


class LazyGroup(click.Group):
    """A group that imports a command when it is used, so that each starts fast and fails alone."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, in the order of `COMMANDS`."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command by its name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{attribute} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands for `--help`, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hotline", prog_name="hotline")
def main() -> None:
    """A telephone answering and call-routing server: `hotline run` starts it, `hotline call` dials in."""
