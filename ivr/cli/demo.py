"""What an embedded start fills in on its first run: tables, a console account, the demo's agents on duty."""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from ivr.cli.stack import Stack
from ivr.settings import Settings
from ivr.wiring import Hotline, build


@contextlib.contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """This process's environment replaced by `values` for a while."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Demo:
    """The application's own services, in this process, with a stack's settings."""

    def __init__(self, stack: Stack) -> None:
        with environment(stack.env):
            self.settings = Settings.read()
        self.hotline: Hotline = build(self.settings)


def first_account(demo: Demo) -> tuple[str, str] | None:
    """Make the console's first account; its name and password, or None where there is one already."""
    if demo.hotline.accounts.all():
        return None
    password = secrets.token_urlsafe(12)
    demo.hotline.accounts.add("admin", password, role="operator", now=demo.hotline.clock.now())
    return "admin", password


def seed_agents(demo: Demo, path: Path, progress: Callable[[str], None]) -> None:
    """Import the agents of `path` where there are none yet, and log everyone in."""
    from ivr.cli.agents import import_agents

    hotline = demo.hotline
    if not hotline.agents.all() and path.exists():
        import_agents(path, hotline.agents)
    for agent in hotline.agents.all():
        hotline.presence.log_in(agent.id)
    names = ", ".join(agent.name for agent in hotline.agents.all())
    progress(f"Agents: {names or 'none; add some with `hotline agents add`'}")
