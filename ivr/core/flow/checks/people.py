"""A person within a few keys, from wherever a caller is asked something."""

from collections.abc import Iterator
from heapq import heappop, heappush

from ivr.core.flow.checks.view import View, Way, check
from ivr.core.flow.fields import FlowName
from ivr.core.flow.inputs import Digits, Recorded
from ivr.core.flow.registry import Found, Step

_HINT = "give key 0 a way to a queue, or set `human_within` under `limits`; 0 where nobody answers this line"


@check(whole=True)
def within_reach(view: View) -> Iterator[Found]:
    """From each menu and question before a person was reached, one is at most `human_within` keys away.

    Steps only come to out of hours are left out: nobody is there. 0 turns the check off, for a line that only informs.
    A flow that another runs, or that runs another, is taken to lead to people there.
    """
    most = view.flow.limits.human_within
    steps = view.flow.steps
    if not most:
        return

    def on_duty(name: str, way: Way) -> bool:
        return not steps[name].people and way.field not in steps[name].off_duty

    distance = _keys_to_people(view)
    asking = [name for name in view.reached([view.flow.start], on_duty) if _asks(steps[name])]
    if asking and not any(name in distance for name in asking):
        yield Found("F050", f"steps.{asking[0]}", "no caller of this flow can reach a person", _HINT)
        return
    for name in asking:
        away = distance.get(name)
        if away is None:
            yield Found("F050", f"steps.{name}", f"from '{name}' no way leads to a person", _HINT)
        elif away > most:
            message = f"from '{name}' a person is {away} keys away; at most {most} are wanted"
            yield Found("F050", f"steps.{name}", message, _HINT)


def _asks(step: Step) -> bool:
    return Digits in step.accepts and Recorded not in step.accepts and not step.people


def _keys_to_people(view: View) -> dict[str, int]:
    """For each step the fewest keys to a step where a person may answer."""
    steps = view.flow.steps
    came_from: dict[str, list[tuple[str, int]]] = {name: [] for name in steps}
    for name, several in view.ways.items():
        for way in several:
            came_from[way.to].append((name, steps[name].presses(way.field)))
    distance: dict[str, int] = {}
    waiting = [(0, name) for name, step in steps.items() if step.people or _leaves(view, name)]
    while waiting:
        keys, name = heappop(waiting)
        if name in distance:
            continue
        distance[name] = keys
        for before, pressed in came_from[name]:
            if before not in distance:
                heappush(waiting, (keys + pressed, before))
    return distance


def _leaves(view: View, name: str) -> bool:
    """Whether the call goes on in another flow from here."""
    step = view.flow.steps[name]
    return step.word == "return" or any(link.kind is FlowName for link in view.found[name])
