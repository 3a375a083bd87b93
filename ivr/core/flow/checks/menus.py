"""Menus a caller can keep in mind: not too wide, not too deep."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.registry import Found
from ivr.core.flow.steps.menu import MenuStep


@check()
def width(view: View) -> Iterator[Found]:
    """As many choices as the flow allows; a key that only says the menu again is none."""
    most = view.flow.limits.menu_width
    for name, step in view.flow.steps.items():
        if isinstance(step, MenuStep):
            choices = sum(1 for choice in step.keys.values() if choice.next != name)
            if choices > most:
                message = f"this menu has {choices} choices; more than {most} are hard to keep in mind"
                yield Found("F052", f"steps.{name}.keys", message, "make two menus, or one question that sorts first")


@check(whole=True)
def depth(view: View) -> Iterator[Found]:
    """As many menus one after another as the flow allows, on the shortest way to each."""
    most = view.flow.limits.menu_depth
    level: dict[str, int] = {}
    for name, before in view.from_start.items():
        above = level[before] if before is not None else 0
        level[name] = above + isinstance(view.flow.steps[name], MenuStep)
        if level[name] == most + 1 and isinstance(view.flow.steps[name], MenuStep):
            message = f"this is menu number {level[name]} one after another; callers give up after {most}"
            yield Found("F053", f"steps.{name}", message, "ask what sorts most callers first")
