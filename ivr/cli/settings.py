"""`hotline settings`: every setting, what it is for and whether it is set here. Values of secrets are never shown."""

import os

import click

from ivr.settings import Settings


@click.command()
def settings() -> None:
    """List what can be set in the environment."""
    for name, field in Settings.model_fields.items():
        variable = name.upper()
        if variable in os.environ:
            state = "set"
        elif field.is_required():
            state = "MISSING"
        else:
            state = f"default {field.default!s}" if str(field.default) else "not set"
        click.echo(f"{variable}\n    {field.description}\n    {state}")
