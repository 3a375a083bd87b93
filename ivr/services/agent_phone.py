"""The agents' line as a dialogue: a place in it and the keys pressed give words and the next place. Pure.

    (call) --> pin --right--> menu --2--> pause --1..3--> menu
                |               |--1, 3, 4, 9--> menu (the wish done, the new state said)
                '--3 wrong--> (goodbye)   '--silence three times--> (goodbye)

The place stands in the address the carrier asks next, which its signature covers: a caller can press keys, and only
whoever pressed the right PIN is ever sent to `menu` or `pause`. Checking a PIN and carrying out a wish are the shell's
(`ivr/web/agents_line.py`).
"""

from dataclasses import dataclass
from typing import Literal

from ivr.core.agent import AgentState

Place = Literal["pin", "menu", "pause"]
Verb = Literal["available", "pause", "finish", "extend", "log_out"]

PIN_TRIES = 3
"""Per call. `ivr/store/redis/pin_tries.py` limits those per day."""

SILENCES = 3
PAUSE_REASONS = {"1": "break", "2": "meal", "3": "meeting"}

_WORKING: tuple[AgentState, ...] = ("available", "reserved", "on_call", "wrap_up", "paused")
# Which menu entries mean something in which state; `finish` is also reached by 1.
_MENU: tuple[tuple[str, tuple[AgentState, ...]], ...] = (
    ("press_available", ("offline", "paused")),
    ("press_finish", ("wrap_up",)),
    ("press_extend", ("wrap_up",)),
    ("press_pause", _WORKING),
    ("press_log_out", _WORKING),
)


@dataclass(frozen=True, slots=True)
class At:
    """Where an agent's call is. `count` counts wrong PINs at `pin`, silences elsewhere."""

    place: Place
    count: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agent wants to become of their state. `reason` is why they pause."""

    verb: Verb
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said (keys of `agent_words`) and where the next keys go; `at` None ends the call."""

    said: tuple[str, ...]
    at: At | None = None


def opening(*, known: bool, has_pin: bool, locked: bool) -> Reply:
    """The first words. `known`: the number is an agent's."""
    if not known:
        return Reply(("unknown_number",))
    if not has_pin:
        return Reply(("no_pin",))
    return Reply(("locked",)) if locked else Reply(("ask_pin",), At("pin"))


def wrong_pin(at: At, *, locked: bool) -> Reply:
    """After a PIN that isn't right, or none."""
    tries = at.count + 1
    if locked:
        return Reply(("locked",))
    return Reply(("wrong_pin",), At("pin", tries)) if tries < PIN_TRIES else Reply(("refused",))


def menu(state: AgentState, before: tuple[str, ...] = (), count: int = 0) -> Reply:
    """The state in words, and what can be done about it. `before` is said first."""
    entries = tuple(entry for entry, states in _MENU if state in states)
    return Reply((*before, state, *entries), At("menu", count))


def pressed(at: At, keys: str, state: AgentState) -> Reply | Wish:
    """What a key at the menu or among the pause reasons leads to; a wish is carried out, then `menu` follows."""
    if not keys:
        return _silence(at, state)
    key = keys[0]
    if at.place == "pause":
        return Wish("pause", PAUSE_REASONS[key]) if key in PAUSE_REASONS else Reply(("which_pause",), at)
    if key == "2" and state != "offline":
        return Reply(("which_pause",), At("pause"))
    if key == "9" and state != "offline":
        return Wish("log_out")
    if state == "wrap_up" and key in {"1", "3"}:
        return Wish("finish")
    if state == "wrap_up" and key == "4":
        return Wish("extend")
    if key == "1" and state != "available":
        return Wish("available")
    return menu(state)


def done(wish: Wish, state: AgentState, *, later: bool, refused: bool) -> Reply:
    """After a wish: what came of it. Logging out ends the call."""
    if refused:
        return menu(state, ("not_now",))
    if wish.verb == "log_out" and not later:
        return Reply(("offline", "goodbye"))
    if wish.verb == "extend":
        return menu(state, ("extended",))
    return menu(state, ("later",) if later else ())


def _silence(at: At, state: AgentState) -> Reply:
    count = at.count + 1
    if count >= SILENCES:
        return Reply(("goodbye",))
    if at.place == "pause":
        return Reply(("which_pause",), At("pause", count))
    return menu(state, count=count)
