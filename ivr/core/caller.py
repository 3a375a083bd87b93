"""Who calls, as far as the number tells: contact and past calls become `CallerFacts`. A number is a claim, not a proof.

A matching number buys a greeting, a remembered language and a place in the agent's whisper; nothing is read out to the
caller on its account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.core.flow.session import CallerFacts
from ivr.core.phone import Address, Caller, Hidden, Malformed, Number


@dataclass(frozen=True, slots=True)
class Contact:
    """A person in the address book. `language` is a locale (`fr-FR`), `adviser` an agent's id; either may be empty."""

    name: str
    language: str = ""
    adviser: str = ""


@dataclass(frozen=True, slots=True)
class PastCall:
    """One earlier call from the same number; `path` is the caller's way in words.

    `language` is the locale last chosen in a call from there, which may be an earlier one; empty for none.
    """

    started_at: datetime
    path: tuple[str, ...] = ()
    language: str = ""


def facts(
    caller: Caller,
    contacts: Sequence[Contact] = (),
    calls_before: int = 0,
    last: PastCall | None = None,
    last_agent: str = "",
) -> CallerFacts:
    """What a flow and an agent may know of a caller.

    Of a caller who hides, or whose number is none, nothing is known whatever is handed in. Where several contacts share
    the number nobody is named: it could be any of them. Their language and adviser count where they agree on it;
    without a language, the one last chosen in a call from there does. `last_agent` (id) spoke with somebody there last.
    """
    match caller:
        case Number(e164):
            names = {contact.name for contact in contacts}
            advisers = {contact.adviser for contact in contacts}
            languages = {contact.language for contact in contacts if contact.language}
            return CallerFacts(
                kind="known" if contacts or calls_before else "new",
                number=e164,
                name=names.pop() if len(names) == 1 else "",
                calls_before=calls_before,
                last_call_at=last.started_at.astimezone(UTC).isoformat() if last else "",
                last_reason=", ".join(last.path) if last else "",
                language=languages.pop() if len(languages) == 1 else last.language if last and not languages else "",
                last_agent=last_agent,
                adviser=advisers.pop() if len(advisers) == 1 else "",
            )
        case Hidden():
            return CallerFacts(kind="hidden")
        case Address() | Malformed():
            return CallerFacts(kind="malformed")


def may_be_called_back(kind: str) -> bool:
    """Whether a callback may be offered to a caller of this kind: only to one with a telephone number."""
    return kind in {"known", "new"}
