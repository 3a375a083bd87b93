"""Endless rounds: steps that lead back to themselves without asking the caller anything."""

from collections.abc import Iterator, Mapping

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.fields import FlowName
from ivr.core.flow.registry import Found

_HINT = "put a menu, a queue or a hangup between them"


@check(whole=True)
def endless(view: View) -> Iterator[Found]:
    """No way goes round in silence."""
    steps = view.flow.steps
    silent = {name for name, step in steps.items() if step.silent and not step.ends and not _asked(view, name)}
    passed = {
        name: fields for name, step in steps.items() if name not in silent and (fields := step.passes(view.world))
    }
    graph = {
        name: [
            way.to
            for way in view.ways[name]
            if (way.to in silent or way.to in passed) and (name in silent or way.field in passed[name])
        ]
        for name in steps
        if name in silent or name in passed
    }
    order = {name: number for number, name in enumerate(steps)}
    for group in circles(graph):
        first = min(group, key=order.__getitem__)
        way = _round(graph, first, group)
        message = f"these steps go round without asking the caller anything: {' -> '.join([*way, first])}"
        yield Found("F023", f"steps.{first}", message, _HINT)


def _asked(view: View, name: str) -> bool:
    """Whether the caller is asked something in a flow that a step runs."""
    run = [link.value for link in view.found[name] if link.kind is FlowName]
    faces = view.world.flows or {}
    return bool(run) and not all(flow in faces and faces[flow].silent for flow in run)


def circles(graph: Mapping[str, list[str]]) -> list[list[str]]:
    """The groups of nodes that lead to each other (strongly connected), in time linear in the ways (Kosaraju's)."""
    backward: dict[str, list[str]] = {name: [] for name in graph}
    for name, several in graph.items():
        for to in several:
            backward[to].append(name)
    groups: list[list[str]] = []
    seen: set[str] = set()
    for root in reversed(_finished(graph)):
        if root not in seen:
            seen.add(root)
            group = [root]
            for name in group:
                before = [one for one in dict.fromkeys(backward[name]) if one not in seen]
                seen.update(before)
                group += before
            if len(group) > 1 or root in graph[root]:
                groups.append(group)
    return groups


def _finished(graph: Mapping[str, list[str]]) -> list[str]:
    """The nodes in the order in which a walk in depth is done with them."""
    done: list[str] = []
    seen: set[str] = set()
    for root in graph:
        if root in seen:
            continue
        seen.add(root)
        walk = [(root, iter(graph[root]))]
        while walk:
            name, following = walk[-1]
            to = next((one for one in following if one not in seen), None)
            if to is None:
                done.append(name)
                walk.pop()
            else:
                seen.add(to)
                walk.append((to, iter(graph[to])))
    return done


def _round(graph: Mapping[str, list[str]], start: str, group: list[str]) -> list[str]:
    """The steps of a shortest way from `start` back to itself within its group."""
    inside = set(group)
    came_from: dict[str, str] = {}
    waiting = [start]
    for name in waiting:
        for to in graph[name]:
            if to == start:
                way = [name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if to in inside and to not in came_from:
                came_from[to] = name
                waiting.append(to)
    return [start]
