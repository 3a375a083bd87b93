"""What the pages of a flow show, from its text: picture, problems, what is different, the names an editor offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import abort
from markupsafe import Markup

from ivr.core.flow.compare import differences
from ivr.core.flow.fields import NAME
from ivr.core.flow.model import Flow
from ivr.core.flow.problem import CODES, Problem
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.graph import graph_of, svg
from ivr.flowfile.graph.svg import Counts
from ivr.flowfile.paths import prompts_in
from ivr.services.ports import HistoryDown
from ivr.web.site import Site

PERIODS: Final[Mapping[str, str]] = {"yesterday": "Yesterday", "today": "Today", "week": "Last 7 days"}
MOST_NAME = 64
"""Characters of a flow's name: its versions' names are longer by their digest."""

MOST_CHARACTERS = 1_000_000
"""A longer text is not a flow."""


_FRESH_SECONDS = 60
_MOST_KNOWN = 200


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many calls came through a flow in a period, and the counts for its picture."""

    calls: int
    counts: Counts


_known: dict[tuple[int, str, str, str], tuple[datetime, Traffic | None]] = {}


def known(name: str) -> str:
    """A flow's name. 404 for what can be none."""
    if NAME.pattern.fullmatch(name) is None or len(name) > MOST_NAME:
        abort(404)
    return name


def read(name: str, text: str) -> Flow | None:
    """A text as a flow, as much as can be read; None where nothing can."""
    return decode_flow(text.encode(), name, f"{name}.yaml").drafted


def picture(flow: Flow | None, traffic: Traffic | None = None) -> Markup:
    """The drawing of a flow, for the page; its texts are escaped by the drawing itself. Empty for nothing."""
    if flow is None or not flow.steps:
        return Markup()
    counts = traffic.counts if traffic is not None and traffic.calls else None
    return Markup(svg(graph_of(flow), counts, standalone=False))  # noqa: S704 - escaped by svg()


def traffic_of(site: Site, name: str, zone: str, period: str, now: datetime) -> Traffic | None:
    """The calls of a period in the flow's own time zone; None where no history is kept here. Raises HistoryDown."""
    if site.walks is None:
        return None
    since, until = bounds(period, zone, now)
    found = site.walks.tally(name, since, until, site.test_callers())
    return Traffic(found.calls, Counts(found.ways, found.entered, found.hung_up))


def cached_traffic(site: Site, name: str, zone: str, period: str) -> Traffic | None:
    """The same, at most a minute old; None as well where the history is away: an editor redraws at every pause."""
    now = site.clock.now()
    key = (id(site), name, zone, period)
    known = _known.get(key)
    if known is not None and abs((now - known[0]).total_seconds()) < _FRESH_SECONDS:
        return known[1]
    try:
        found = traffic_of(site, name, zone, period, now)
    except HistoryDown:
        return None
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[key] = (now, found)
    return found


def bounds(period: str, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """From when until when a period lasts, by the midnights of a time zone."""
    here = now.astimezone(ZoneInfo(zone or "UTC"))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "today":
        return midnight, midnight + timedelta(days=1)
    return midnight - timedelta(days=7 if period == "week" else 1), midnight


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems for the browser, gravest first at each line."""
    return [
        {
            "line": problem.line,
            "column": problem.column,
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.message,
            "hint": problem.hint,
            "about": CODES[problem.code][1],
        }
        for problem in sorted(problems, key=lambda one: (one.line, one.severity != "error", one.column))
    ]


def changes(old: Flow | None, new: Flow | None) -> list[str]:
    """What is different, in words."""
    if new is None:
        return ["The text can't be read as a flow."]
    if old is None:
        return ["This flow is new."]
    return differences(old, new)


def names(site: Site) -> dict[str, list[str]]:
    """The names an editor offers beside the steps of the text itself."""
    folder = site.prompts.parent if site.prompts is not None else None
    return {
        "queue": sorted(queue.name for queue in site.flows.queues()),
        "flow": sorted(site.publishing.shelf.names()) if site.publishing is not None else [],
        "prompt": sorted(prompts_in(folder)) if folder is not None else [],
    }
