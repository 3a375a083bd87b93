"""The pages of the flows: the list, one flow with its picture, text, phone and history, and the schema for editors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ivr.core.flow.problem import Problem, errors_in
from ivr.core.phone import spaced
from ivr.flowfile.graph import graph_of, svg
from ivr.flowfile.graph.svg import style as graph_style
from ivr.flowfile.schema import flow_schema
from ivr.services.ports import HistoryDown, Line
from ivr.services.publishing import Publishing
from ivr.web.auth import local_name
from ivr.web.console import flow_edits, flow_view
from ivr.web.policy import policy
from ivr.web.site import Site
from ivr.web.trust import may_frame, style_nonce

WATCHERS = ("supervisor", "operator")
_STARTER = """\
title: {title}
language: fr-FR
time_zone: Europe/Paris
on_fault: goodbye

steps:
  welcome:
    say: Bonjour.
    next: goodbye

  goodbye:
    hangup: Au revoir.
"""


def add(blueprint: Blueprint, site: Site) -> None:
    """Add the pages to the console's blueprint, where the site can publish."""
    publishing = site.publishing
    if publishing is None:
        return

    @blueprint.get("/console/flows")
    @policy(*WATCHERS)
    def flows() -> str:
        """Every flow, with what is wrong with it and the lines it answers."""
        lines = site.flows.lines()
        problems: dict[str, list[Problem]] = {}
        for problem in site.problems():
            problems.setdefault(Path(problem.file).stem, []).append(problem)
        entries = [_entry(site, publishing, name, lines, problems.get(name, [])) for name in publishing.shelf.names()]
        return render_template("console/flows.html", flows=entries)

    @blueprint.get("/console/flows/schema.json")
    @policy("public")
    def flow_schema_json() -> Response:
        """What a flow's file may contain, for editors outside, which can't sign in; it tells nothing of this house."""
        answer = jsonify(flow_schema())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer

    @blueprint.get("/console/flows/graph.css")
    @policy(*WATCHERS)
    def flow_graph_css() -> Response:
        """How the pictures look."""
        return Response(graph_style(), mimetype="text/css", headers={"Cache-Control": "private, max-age=300"})

    @blueprint.get("/console/flows/<name>")
    @policy(*WATCHERS)
    def flow(name: str) -> ResponseReturnValue:
        """One flow. One that doesn't exist yet begins with a few lines that answer."""
        text, base = publishing.text(flow_view.known(name))
        draft = publishing.draft(name)
        if not text and draft is None and "new" not in request.args:
            abort(404)
        shown = draft if draft is not None else text or _STARTER.format(title=name)
        period = request.args.get("period", "yesterday")
        period = period if period in flow_view.PERIODS else "yesterday"
        drawn = flow_view.read(name, shown)
        traffic, traffic_away = _traffic(site, name, drawn.time_zone if drawn else "UTC", period)
        callers = site.test_callers()
        line = next((line for line in site.flows.lines() if line.flow == name), None)
        return render_template(
            "console/flow.html",
            name=name,
            title=(drawn.title if drawn else "") or name,
            text=shown,
            published=text,
            base=base,
            has_draft=draft is not None,
            picture=flow_view.picture(drawn, traffic),
            problems=flow_view.as_json(publishing.check_text(name, shown)),
            names=flow_view.names(site),
            shown_versions=[flow_edits.version_json(version) for version in publishing.versions(name)],
            traffic=traffic,
            traffic_away=traffic_away,
            period=period,
            periods=flow_view.PERIODS,
            lines=[line for line in site.flows.lines() if line.flow == name],
            may_edit=current_user.role == "operator",
            phone=_phone(site, line),
            test_caller=spaced(callers[0]) if callers else "",
            line_number=spaced(line.number) if line else "",
            nonce=style_nonce(),
        )

    @blueprint.get("/console/flows/<name>/graph.svg")
    @policy(*WATCHERS)
    def flow_svg(name: str) -> Response:
        """The picture of the published flow as a file."""
        drawn = flow_view.read(name, publishing.text(flow_view.known(name))[0])
        if drawn is None:
            abort(404)
        headers = {"Content-Disposition": f'attachment; filename="{name}.svg"'}
        return Response(svg(graph_of(drawn)), mimetype="image/svg+xml", headers=headers)

    flow_edits.add(blueprint, site, publishing)


def _entry(
    site: Site, publishing: Publishing, name: str, lines: Sequence[Line], problems: Sequence[Problem]
) -> dict[str, Any]:
    """A flow as the list shows it. Its file is read only where it answers no calls: the others are known already."""
    answering = site.flows.current(name)
    read = answering or flow_view.read(name, publishing.text(name)[0])
    versions = publishing.versions(name)
    return {
        "name": name,
        "title": (read.title if read else "") or name,
        "steps": len(read.steps) if read else 0,
        "version": versions[0] if versions else None,
        "errors": len(errors_in(list(problems))),
        "warnings": len(problems) - len(errors_in(list(problems))),
        "draft": publishing.draft(name) is not None,
        "lines": [
            {"title": line.title or line.name, "number": spaced(line.number)} for line in lines if line.flow == name
        ],
        "answers": answering is not None,
    }


def _traffic(site: Site, name: str, zone: str, period: str) -> tuple[flow_view.Traffic | None, bool]:
    """The figures, and whether their store is away: a flow can be edited without them."""
    try:
        return flow_view.traffic_of(site, name, zone, period, site.clock.now()), False
    except HistoryDown:
        return None, True


def _phone(site: Site, line: Line | None) -> str:
    """The address of the phone beside the draft, dialling from a test caller's number; empty where there is none."""
    callers = site.test_callers()
    if not site.phone_url or line is None or not callers or current_user.role != "operator":
        return ""
    here = local_name(site.phone_url, urlsplit(request.host_url).hostname or "")
    may_frame(here)
    to, caller = line.number.replace("+", "%2B"), callers[0].replace("+", "%2B")
    return f"{here}?embed=1&to={to}&from={caller}"
