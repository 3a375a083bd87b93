"""The console's pages and what they ask the server for."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ivr.core.phone import spaced
from ivr.services.results import NOTHING
from ivr.store.redis.overview import agent_now
from ivr.web.auth import local_name
from ivr.web.policy import policy
from ivr.web.site import Site

WATCHERS = ("supervisor", "operator")


def blueprint(site: Site) -> Blueprint:
    """The console's blueprint, with its templates and static files."""
    console = Blueprint(
        "console", __name__, template_folder="templates", static_folder="static", static_url_path="/static/console"
    )

    @console.context_processor
    def _everywhere() -> dict[str, Any]:
        return {
            "user": current_user,
            "phone_url": site.phone_url,
            "publishes": site.publishing is not None,
            "steers": site.desk is not None,
        }

    @console.get("/console/")
    @console.get("/")
    @policy("agent", *WATCHERS)
    def home() -> ResponseReturnValue:
        """To the page one's role begins with."""
        return redirect(url_for("console.live" if current_user.role in WATCHERS else "console.mine"))

    @console.get("/console/live")
    @policy(*WATCHERS)
    def live() -> str:
        """Calls, queues and agents now."""
        lines = site.flows.lines()
        first = spaced(lines[0].number) if lines else ""
        return render_template("console/live.html", events_url=_events_url(site), first_number=first)

    if site.desk is not None:
        _add_lines(console, site)

    @console.get("/console/directory.json")
    @policy(*WATCHERS)
    def directory() -> Response:
        """Names for the ids of the event stream: lines, queues and agents."""
        return jsonify(
            lines=[
                {"name": line.name, "title": line.title or line.name, "number": spaced(line.number)}
                for line in site.flows.lines()
            ],
            queues=[
                {"name": queue.name, "title": queue.title or queue.name, "skills": dict(queue.skills)}
                for queue in site.flows.queues()
            ],
            agents=[{"id": agent.id, "name": agent.name, "skills": agent.skills} for agent in site.agents.all()],
        )

    @console.get("/console/session")
    @policy("agent", *WATCHERS)
    def session_alive() -> Response:
        """204 while signed in; a page in use asks now and then, which keeps its session."""
        return Response(status=204)

    @console.get("/console/mine")
    @policy("agent", *WATCHERS)
    def mine() -> str:
        """An agent's own state."""
        agent_id = current_user.account.agent_id
        profile = site.agents.get(agent_id) if agent_id else None
        fields = site.redis.execute("HGETALL", f"{site.keys.prefix}agent:{agent_id}") if profile else []
        now = agent_now(agent_id, dict(zip(fields[::2], fields[1::2], strict=True)))
        return render_template(
            "console/mine.html",
            profile=profile,
            state=now,
            for_ms=max(0, site.clock.now_ms() - now.since_ms),
            results=site.results.asked(agent_id).names if profile and site.results is not None else (),
        )

    @console.post("/console/mine/result")
    @policy("agent", *WATCHERS)
    def say_result() -> ResponseReturnValue:
        """What came of the agent's own last talk. Said meanwhile, perhaps by phone, it stays as it was."""
        agent_id = current_user.account.agent_id
        asked = site.results.asked(agent_id) if agent_id and site.results is not None else NOTHING
        if site.results is not None and request.form.get("result", "") in asked.names:
            site.results.say(asked, request.form["result"])
        return redirect(url_for("console.mine"))

    return console


def _add_lines(console: Blueprint, site: Site) -> None:
    @console.get("/console/lines")
    @policy(*WATCHERS)
    def lines() -> str:
        """Every line with its waiting calls, and what may be done with them."""
        return render_template("console/lines.html", events_url=_events_url(site))

    @console.get("/console/agents")
    @policy(*WATCHERS)
    def agents() -> str:
        """Every agent's skills and levels, to be changed."""
        return render_template("console/agents.html")


def _events_url(site: Site) -> str:
    """Where this browser finds the event streams: on this machine, under the name it uses itself."""
    return local_name(site.events_url, urlsplit(request.host_url).hostname or "")
