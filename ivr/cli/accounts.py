"""`hotline accounts`: who may sign in to the console."""

import re
import secrets

import click

from ivr.cli import account_tokens
from ivr.cli.archive import Archive, archive
from ivr.cli.places import setting
from ivr.services.ports import Account, Role, StoreDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.console_sessions import ConsoleSessions
from ivr.store.redis.keys import Keys
from ivr.store.sql.accounts import ROLES, AccountTaken

SHORTEST_PASSWORD = 12
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


@click.group()
def accounts() -> None:
    """Who may sign in to the console."""


for _command in account_tokens.COMMANDS:
    accounts.add_command(_command)


@accounts.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True, help="What they may do.")
@click.option("--agent", "agent_id", default="", help="The agent they are, where they also answer calls.")
@click.option("--generate", is_flag=True, help="Invent a password and show it once, instead of asking for one.")
def add(name: str, role: Role, agent_id: str, *, generate: bool) -> None:
    """Make an account. The password is asked for, or invented."""
    if not _NAME.fullmatch(name.casefold()):
        raise click.ClickException("a name has 1 to 64 letters, digits and . _ @ - and begins with a letter or digit")
    with archive() as kept:
        if agent_id and kept.agents.get(agent_id) is None:
            raise click.ClickException(f"there is no agent {agent_id}: `hotline agents list` shows who there is")
        password = _password(generate=generate)
        try:
            made = kept.accounts.add(name, password, role=role, now=kept.clock.now(), agent_id=agent_id)
        except AccountTaken:
            raise click.ClickException(f"there is an account {name} already: `hotline accounts list`") from None
        kept.note("account.add", made.name, role)
    _show(made.name, password, generate=generate)


@accounts.command("list")
def list_accounts() -> None:
    """Show every account."""
    with archive() as kept:
        for account in kept.accounts.all():
            state = "disabled" if account.disabled else "active"
            click.echo(f"{account.name:<24} {account.role:<11} {state:<9} {account.agent_id}".rstrip())


@accounts.command("password")
@click.argument("name")
@click.option("--generate", is_flag=True, help="Invent a password and show it once, instead of asking for one.")
def password_(name: str, *, generate: bool) -> None:
    """Give an account another password."""
    with archive() as kept:
        account = _account(kept, name)
        password = _password(generate=generate)
        kept.accounts.set_password(name, password)
        kept.note("account.password", account.name)
    _sign_out(account)
    _show(name, password, generate=generate)


@accounts.command()
@click.argument("name")
def disable(name: str) -> None:
    """Shut an account out."""
    _set_disabled(name, disabled=True)


@accounts.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a disabled account in again."""
    _set_disabled(name, disabled=False)


@accounts.command()
@click.argument("name")
@click.confirmation_option(prompt="Remove this account for good?")
def remove(name: str) -> None:
    """Forget an account."""
    with archive() as kept:
        account = _account(kept, name)
        kept.accounts.remove(name)
        kept.note("account.remove", account.name)
    _sign_out(account)
    click.echo(f"{name.casefold()} is gone")


def _set_disabled(name: str, *, disabled: bool) -> None:
    with archive() as kept:
        account = _account(kept, name)
        kept.accounts.set_disabled(name, disabled)
        kept.note("account.disable" if disabled else "account.enable", account.name)
    if disabled:
        _sign_out(account)
    click.echo(f"{name.casefold()} is {'disabled' if disabled else 'active'}")


def _account(kept: Archive, name: str) -> Account:
    for account in kept.accounts.all():
        if account.name == name.casefold():
            return account
    raise click.ClickException(f"there is no account {name}: `hotline accounts list` shows who there is")


def _sign_out(account: Account) -> None:
    """End the account's sessions, and with them its event streams."""
    url = setting("REDIS_URL")
    if not url.startswith(("redis", "unix")):
        return  # no stack runs here
    client = StateClient(url)
    try:
        ended = ConsoleSessions(client, Keys(setting("HOTLINE_CENTRE"))).revoke(account.id)
    except StoreDown:
        click.echo("the state store can't be reached: event streams that are open now stay open", err=True)
    else:
        if ended:
            click.echo(f"signed out of {ended} browser{'s' * (ended != 1)}")
    finally:
        client.close()


def _password(*, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(12)
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(f"a password has at least {SHORTEST_PASSWORD} characters")
    return password


def _show(name: str, password: str, *, generate: bool) -> None:
    click.echo(f"{name.casefold()} can sign in")
    if generate:
        click.echo(f"password: {password}  (shown once)")
