"""The application as commands find it here: by the environment, else by the stack running beside them."""

import json
import os
from pathlib import Path

import click

from ivr.settings import Settings, SettingsMissing
from ivr.wiring import Hotline, build


def hotline_here() -> Hotline:
    """The application's services for a command. Raises click.ClickException naming every missing setting.

    `hotline run` leaves its settings in `var/run/env.json` (readable by its user only) while it runs; what the
    environment sets goes first.
    """
    var = Path(os.environ.get("HOTLINE_VAR", "var"))
    try:
        kept: dict[str, str] = json.loads((var / "run" / "env.json").read_text())
    except (OSError, ValueError):
        kept = {}
    for name, value in kept.items():
        os.environ.setdefault(name, value)
    try:
        return build(Settings.read())
    except SettingsMissing as error:
        raise click.ClickException(str(error)) from None
