"""Yesterday's calls on a graph: how many took each way. Pure."""

from collections.abc import Mapping

from ivr.flowfile.graph.model import Node

Way = tuple[str, str, str]
"""(step, the trail's word for the exit, the step it led to)."""


def exit_counts(node: Node, ways: Mapping[Way, int]) -> list[int]:
    """How many calls took each of a node's exits, in their order.

    Where a step has several ways to the same place, the trail's word tells them apart; what no word tells counts for
    the first of them, so that the sum is always right.
    """
    counts = [0] * len(node.exits)
    for (step, word, to), times in ways.items():
        if step != node.name:
            continue
        same = [index for index, one in enumerate(node.exits) if one.to == to]
        if not same:
            continue
        told = [index for index in same if node.exits[index].named == word]
        counts[(told or same)[0]] += times
    return counts
