"""The one door for everything that is dialled or texted: the house's rules, then the day's budgets.

Rules are pure (`core/dialable.py`); budgets are counted where all processes see them. A day is UTC's. What the budgets
are for: a caller who asks to be called back a hundred times, or a leak nobody has thought of, costs a bounded sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ivr.core.dialable import DialRules, Purpose, Verdict, may_dial
from ivr.services.callbacks_port import Budgets


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a day: to one number, and in all. 0: no limit."""

    number: int = 0
    total: int = 0


LIMITS: Mapping[Purpose, Limits] = {
    "callback": Limits(number=6, total=2_000),
    "text": Limits(number=3, total=1_000),
    "handover": Limits(),  # written by the operator: many callers a day are put through to one office
    "agent": Limits(),
}


class NoBudgets:
    """Budgets that are never used up, for where nothing costs anything."""

    def spend(self, purpose: str, number: str, day: str, operation: str, *, most: int, total: int) -> str:  # noqa: ARG002 - the port's
        """Always within."""
        return ""


@dataclass(frozen=True, slots=True)
class Dialling:
    """Says whether a number may be dialled. `spend` raises StoreDown, and then nothing is dialled."""

    rules: DialRules = field(default_factory=DialRules)
    budgets: Budgets = field(default_factory=NoBudgets)
    limits: Mapping[Purpose, Limits] = field(default_factory=lambda: LIMITS)

    def allows(self, number: str, purpose: Purpose) -> Verdict:
        """By the rules alone: nothing is spent."""
        return may_dial(number, purpose, self.rules)

    def spend(self, number: str, purpose: Purpose, now_ms: int, operation: str) -> str:
        """By the rules, and one of the day's budget. Why not, empty where it may. `operation` counts once."""
        verdict = self.allows(number, purpose)
        if not verdict.allowed:
            return verdict.reason
        limits = self.limits[purpose]
        if not limits.number and not limits.total:
            return ""
        day = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
        spent = self.budgets.spend(purpose, verdict.number, day, operation, most=limits.number, total=limits.total)
        return f"budget-{spent}" if spent else ""
