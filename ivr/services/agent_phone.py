"""The agents' line as a dialogue: a place in it and the keys pressed give words and the next place. Pure.

    (call) --> pin --right--> menu --2--> pause --1..3--> menu
                |               |--5--> result --1..9--> menu (what came of the last talk is noted)
                |               |--1, 3, 4, 9--> menu (the wish done, the new state said)
                '--3 wrong--> (goodbye)   '--silence three times--> (goodbye)

The place stands in the address the carrier asks next, which its signature covers: a caller can press keys, and only
whoever pressed the right PIN is ever sent to `menu` or `pause`. Checking a PIN and carrying out a wish are the shell's
(`ivr/web/agents_line.py`).
"""

from dataclasses import dataclass
from typing import Literal

from ivr.core.agent import AgentState

Place = Literal["pin", "menu", "pause", "result"]
Verb = Literal["available", "pause", "finish", "extend", "result", "log_out"]

PIN_TRIES = 3
"""Per call. `ivr/store/redis/pin_tries.py` limits those per day."""

SILENCES = 3
PAUSE_REASONS = {"1": "break", "2": "meal", "3": "meeting"}

_FINISH = frozenset({"1", "3"})
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
    """What an agent wants to become of their state. `reason` is why they pause, or what came of their last talk."""

    verb: Verb
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said (keys of `agent_words`) and where the next keys go; `at` None ends the call.

    `choices` are read out with the keys 1 to 9.
    """

    said: tuple[str, ...]
    at: At | None = None
    choices: tuple[str, ...] = ()


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


def menu(state: AgentState, before: tuple[str, ...] = (), count: int = 0, results: tuple[str, ...] = ()) -> Reply:
    """The state in words, and what can be done about it. `before` is said first; `results` may still be said."""
    entries = tuple(entry for entry, states in _MENU if state in states)
    more = ("press_result",) if results else ()
    return Reply((*before, state, *more, *entries), At("menu", count))


def results_menu(results: tuple[str, ...], before: tuple[str, ...] = (), count: int = 0) -> Reply:
    """What may be said of the last talk."""
    return Reply((*before, "which_result"), At("result", count), results[:9])


def pressed(
    at: At, keys: str, state: AgentState, results: tuple[str, ...] = (), *, required: bool = False
) -> Reply | Wish:
    """What a key at the menu or among the pause reasons leads to; a wish is carried out, then `menu` follows.

    `results`: what may still be said of the last talk; `required`: and has to be, before wrap-up is finished.
    """
    if not keys:
        return _silence(at, state, results)
    if at.place == "result" and results:
        return _result(keys[0], results)
    if at.place == "pause":
        return Wish("pause", PAUSE_REASONS[keys[0]]) if keys[0] in PAUSE_REASONS else Reply(("which_pause",), at)
    if results and (keys[0] == "5" or (required and keys[0] in _FINISH)):
        return results_menu(results, () if keys[0] == "5" else ("result_first",))
    return _at_menu(keys[0], state) or menu(state, results=results)


def _at_menu(key: str, state: AgentState) -> Reply | Wish | None:
    if key == "2" and state != "offline":
        return Reply(("which_pause",), At("pause"))
    if key == "9" and state != "offline":
        return Wish("log_out")
    if state == "wrap_up" and key in _FINISH:
        return Wish("finish")
    if state == "wrap_up" and key == "4":
        return Wish("extend")
    return Wish("available") if key == "1" and state != "available" else None


def _result(key: str, results: tuple[str, ...]) -> Reply | Wish:
    place = int(key) if key.isdecimal() else 0
    return Wish("result", results[place - 1]) if 0 < place <= min(9, len(results)) else results_menu(results)


def done(
    wish: Wish, state: AgentState, *, later: bool, refused: bool, results: tuple[str, ...] = (), required: bool = False
) -> Reply:
    """After a wish: what came of it. Logging out ends the call.

    A wish that waits until it was said what came of the talk is told so, and that is asked. Saying it grants the wish.
    """
    if refused:
        return menu(state, ("not_now",))
    if later and required and state == "wrap_up":
        return results_menu(results, ("later_result",))
    if wish.verb == "result" and state == "offline":
        return Reply(("noted", "offline", "goodbye"))
    if wish.verb == "log_out" and not later:
        return Reply(("offline", "goodbye"))
    if wish.verb == "extend":
        return menu(state, ("extended",))
    if wish.verb == "result":
        return menu(state, ("noted",))
    return menu(state, ("later",) if later else ())


def _silence(at: At, state: AgentState, results: tuple[str, ...]) -> Reply:
    count = at.count + 1
    if count >= SILENCES:
        return Reply(("goodbye",))
    if at.place == "result" and results:
        return results_menu(results, count=count)
    if at.place == "pause":
        return Reply(("which_pause",), At("pause", count))
    return menu(state, count=count, results=results)
