"""`hotline accounts token`, `tokens`, `revoke-token`: what other programs use the API with (docs/api.md)."""

import click

from ivr.cli.archive import archive
from ivr.services.tokens import LABEL_CHARACTERS
from ivr.store.sql.tokens import UnknownAccount


@click.command()
@click.argument("name")
@click.option("--label", default="", help="What it is for, such as `wallboard in the hall`.")
def token(name: str, label: str) -> None:
    """Make a token with which a program uses the API as this account. It is shown once."""
    if len(label) > LABEL_CHARACTERS:
        raise click.ClickException(f"a label has at most {LABEL_CHARACTERS} characters")
    with archive() as kept:
        try:
            made, text = kept.tokens.add(name, label, kept.clock.now())
        except UnknownAccount:
            raise click.ClickException(
                f"there is no account {name}: `hotline accounts list` shows who there is"
            ) from None
        kept.note("account.token", made.account, f"{made.id} {made.label}".strip())
    click.echo(text)
    click.echo(f"shown once; take it back with: hotline accounts revoke-token {made.id}", err=True)


@click.command()
@click.argument("name", default="")
def tokens(name: str) -> None:
    """Show which tokens there are, of one account or of all."""
    with archive() as kept:
        found = kept.tokens.all(name)
    for token in found:
        used = f"used {token.used_at:%Y-%m-%d %H:%M}" if token.used_at else "never used"
        click.echo(f"{token.id}  {token.account:<24} {token.made_at:%Y-%m-%d}  {used:<22} {token.label}".rstrip())
    if not found:
        click.echo("no tokens")


@click.command("revoke-token")
@click.argument("token_id")
def revoke_token(token_id: str) -> None:
    """Take a token back. It is refused from the next request on."""
    with archive() as kept:
        if not kept.tokens.revoke(token_id):
            raise click.ClickException(f"there is no token {token_id}: `hotline accounts tokens` shows which there are")
        kept.note("account.token-revoked", token_id)
    click.echo(f"{token_id} is of no use any more")


COMMANDS = (token, tokens, revoke_token)
