"""Who is sent events: the port `Subscribers` in SQL. Secrets and addresses are sealed (`vault.py`)."""

from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import sqlalchemy as sa

from ivr.services.events_port import Webhook
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import webhooks
from ivr.store.sql.vault import Vault, VaultLocked


class SqlSubscribers:
    """Subscribers, in SQL. All methods raise ports.HistoryDown; those that write a secret VaultLocked as well."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def add(self, webhook: Webhook) -> None:
        """Keep a new one."""
        values = {
            "id": webhook.id,
            "url": self._vault.seal(webhook.url),
            "host": webhook.host,
            "events": list(webhook.events),
            "secrets": [self._vault.seal(secret) for secret in webhook.secrets],
            "added_at": webhook.added_at,
            "added_by": webhook.added_by,
            "state": webhook.state,
            "off_why": webhook.off_why,
            "failures": 0,
            "last_said": "",
            "dropped": 0,
            "holder": "",
        }
        with self._database.writing() as connection:
            connection.execute(sa.insert(webhooks).values(values))

    def all(self) -> list[Webhook]:
        """All of them, oldest first."""
        with self._database.reading() as connection:
            return [self._webhook(row) for row in connection.execute(sa.select(webhooks).order_by(webhooks.c.added_at))]

    def get(self, webhook: str) -> Webhook | None:
        """One."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(webhooks).where(webhooks.c.id == webhook)).first()
        return self._webhook(row) if row else None

    def remove(self, webhook: str) -> bool:
        """Forget one with all that waits for it; False for an unknown one."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(webhooks).where(webhooks.c.id == webhook)).rowcount == 1

    def switch(self, webhook: str, state: Literal["on", "off"], why: str = "") -> bool:
        """Switch one on, rested, or off; False for an unknown one."""
        rested: dict[str, Any] = {"failures": 0, "next_at": None} if state == "on" else {}
        return self._change(webhook, {"state": state, "off_why": why} | rested)

    def rotate(self, webhook: str, secret: str, old_until: datetime) -> bool:
        """Sign by a new secret, and by the old one as well until then; False for an unknown one."""
        with self._database.writing() as connection:
            row = connection.execute(sa.select(webhooks.c.secrets).where(webhooks.c.id == webhook)).first()
            if row is None:
                return False
            values = {"secrets": [self._vault.seal(secret), row.secrets[0]], "old_until": old_until}
            return connection.execute(sa.update(webhooks).where(webhooks.c.id == webhook).values(values)).rowcount == 1

    def reseal(self) -> list[str]:
        """Seal everything by the present key that isn't yet; the subscribers for whom that was done.

        Raises VaultLocked, naming the subscriber, where no key at hand opens what it has; nothing is changed then.
        """
        changed = []
        with self._database.writing() as connection:
            for row in connection.execute(sa.select(webhooks).order_by(webhooks.c.added_at)).all():
                if all(self._vault.fresh(kept) for kept in (row.url, *row.secrets)):
                    continue
                try:
                    url, *secrets = (self._vault.seal(self._vault.open(kept)) for kept in (row.url, *row.secrets))
                except VaultLocked as locked:
                    raise VaultLocked(f"{row.id} ({row.host}): {locked}") from None
                values = {"url": url, "secrets": secrets}
                connection.execute(sa.update(webhooks).where(webhooks.c.id == row.id).values(values))
                changed.append(row.id)
        return changed

    def _change(self, webhook: str, values: dict[str, Any]) -> bool:
        with self._database.writing() as connection:
            return connection.execute(sa.update(webhooks).where(webhooks.c.id == webhook).values(values)).rowcount == 1

    def _webhook(self, row: sa.Row[Any]) -> Webhook:
        """A row opened. Where no key fits it has neither secrets nor its address's path, and says so."""
        url, locked = f"https://{row.host}/", ""
        secrets: tuple[str, ...] = ()
        try:
            url, secrets = self._vault.open(row.url), tuple(self._vault.open(secret) for secret in row.secrets)
        except VaultLocked as why:
            locked = str(why)
        return Webhook(
            id=row.id,
            url=url,
            host=row.host or urlsplit(url).hostname or "",
            events=tuple(row.events),
            secrets=secrets,
            locked=locked,
            added_at=row.added_at,
            added_by=row.added_by,
            state=row.state,
            off_why=row.off_why,
            failures=row.failures,
            next_at=row.next_at,
            last_at=row.last_at,
            last_said=row.last_said,
            dropped=row.dropped,
            old_until=row.old_until,
        )
