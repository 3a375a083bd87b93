"""The database as commands find it here: by the environment, else that of the stack running beside them, else ./var.

Commands that only read or change the history need no other setting, and work while nothing else runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from ivr.cli.places import ACTOR, setting
from ivr.services.clock import Clock, clock_from
from ivr.services.ports import HistoryDown
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.answers import SqlAnswers
from ivr.store.sql.audit import Act, SqlAudit
from ivr.store.sql.callbacks import SqlCallbacks
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.contacts import SqlContacts
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.deliveries import SqlDeliveries
from ivr.store.sql.engine import Database, DatabaseUnusable
from ivr.store.sql.messages import SqlMessages
from ivr.store.sql.subscribers import SqlSubscribers
from ivr.store.sql.surveys import SqlSurveys
from ivr.store.sql.texts import SqlTexts
from ivr.store.sql.tokens import SqlTokens
from ivr.store.sql.vault import Vault, former_keys


@dataclass(frozen=True, slots=True)
class Archive:
    """The history's tables, by noun. `region` reads national numbers."""

    agents: SqlAgents
    accounts: SqlAccounts
    tokens: SqlTokens
    history: SqlHistory
    contacts: SqlContacts
    messages: SqlMessages
    callbacks: SqlCallbacks
    texts: SqlTexts
    surveys: SqlSurveys
    answers: SqlAnswers
    decisions: SqlDecisions
    subscribers: SqlSubscribers
    deliveries: SqlDeliveries
    audit: SqlAudit
    clock: Clock
    region: str

    def note(self, action: str, subject: str, detail: str = "") -> None:
        """Add an act of whoever sits at this command line to the audit."""
        self.audit.note(Act(self.clock.now(), ACTOR, action, subject, detail))


def vault_here() -> Vault:
    """What seals and opens secrets in the database, by the settings here."""
    return Vault(setting("HOTLINE_SECRET_KEY"), former_keys(setting("HOTLINE_SECRET_KEYS_FORMER")))


@contextmanager
def archive() -> Iterator[Archive]:
    """The tables, for one command. What keeps it from them ends the command with a sentence."""
    try:
        database = Database(setting("DATABASE_URL"))
    except DatabaseUnusable as fault:
        raise click.ClickException(str(fault)) from None
    try:
        yield Archive(
            agents=SqlAgents(database),
            accounts=SqlAccounts(database),
            tokens=SqlTokens(database),
            history=SqlHistory(database),
            contacts=SqlContacts(database),
            messages=SqlMessages(database),
            callbacks=SqlCallbacks(database),
            texts=SqlTexts(database),
            surveys=SqlSurveys(database),
            answers=SqlAnswers(database),
            decisions=SqlDecisions(database),
            subscribers=SqlSubscribers(database, vault_here()),
            deliveries=SqlDeliveries(database),
            audit=SqlAudit(database),
            clock=clock_from(setting("HOTLINE_CLOCK")),
            region=setting("HOTLINE_REGION"),
        )
    except HistoryDown as fault:
        raise click.ClickException(f"the database can't be used: {fault}") from None
    finally:
        database.close()
