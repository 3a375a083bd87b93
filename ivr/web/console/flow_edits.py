"""What the editor of a flow asks for: problems while typing, drafts, publishing, going back, a call on its way.

All bodies and answers are JSON. What changes anything is the operator's alone; every change is in the audit.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ivr.core.flow.problem import Problem, errors_in
from ivr.services.publishing import FileChanged, NotPublished, Publishing, Version
from ivr.store.redis.sessions import RedisSessions
from ivr.web.console import flow_view
from ivr.web.policy import policy
from ivr.web.site import Site

_CONFLICT, _REFUSED = 409, 422


def add(blueprint: Blueprint, site: Site, publishing: Publishing) -> None:
    """Add the addresses to the console's blueprint."""
    _add_texts(blueprint, site, publishing)
    _add_versions(blueprint, site, publishing)
    _add_calls(blueprint, RedisSessions(site.redis, site.keys))


def _add_texts(blueprint: Blueprint, site: Site, publishing: Publishing) -> None:
    @blueprint.post("/console/flows/<name>/check")
    @policy("operator")
    def flow_check(name: str) -> Response:
        """The problems of a text, its picture, and what is different from the published one."""
        flow_view.known(name)
        text = _text()
        return jsonify(_looked_at(site, publishing, name, text, publishing.check_text(name, text)))

    @blueprint.post("/console/flows/<name>/draft")
    @policy("operator")
    def flow_draft(name: str) -> Response:
        """Keep a text as the draft, which test callers hear."""
        flow_view.known(name)
        text = _text()
        problems = publishing.save_draft(name, text, current_user.account.name, site.clock.now())
        return jsonify(_looked_at(site, publishing, name, text, problems))

    @blueprint.post("/console/flows/<name>/drop")
    @policy("operator")
    def flow_drop(name: str) -> Response:
        """Take the draft away; the text is the published one again."""
        flow_view.known(name)
        publishing.drop_draft(name, current_user.account.name, site.clock.now())
        text, base = publishing.text(name)
        return jsonify(
            text=text, base=base, **_looked_at(site, publishing, name, text, publishing.check_text(name, text))
        )


def _add_versions(blueprint: Blueprint, site: Site, publishing: Publishing) -> None:
    @blueprint.post("/console/flows/<name>/publish")
    @policy("operator")
    def flow_publish(name: str) -> ResponseReturnValue:
        """Publish a text: 409 where the file is another by now, 422 where it can't be."""
        flow_view.known(name)
        text, body = _text(), _body()
        who, now = current_user.account.name, site.clock.now()
        try:
            _keep_what_was(publishing, name, text, who, now)
            publishing.publish(name, text, str(body.get("message", "")), who, now, base=str(body.get("base", "")))
        except FileChanged:
            return _changed()
        except NotPublished as refusal:
            return _refused(refusal)
        return jsonify(_state(publishing, name))

    @blueprint.post("/console/flows/<name>/rollback")
    @policy("operator")
    def flow_rollback(name: str) -> ResponseReturnValue:
        """Publish an earlier version anew."""
        flow_view.known(name)
        body = _body()
        number = body.get("number")
        if not isinstance(number, int) or isinstance(number, bool):
            abort(400)
        try:
            publishing.rollback(name, current_user.account.name, site.clock.now(), number, str(body.get("base", "")))
        except FileChanged:
            return _changed()
        except NotPublished as refusal:
            return _refused(refusal)
        text, _ = publishing.text(name)
        return jsonify(
            text=text,
            **_state(publishing, name),
            **_looked_at(site, publishing, name, text, publishing.check_text(name, text)),
        )

    @blueprint.get("/console/flows/<name>/versions/<int:number>")
    @policy("supervisor", "operator")
    def flow_version(name: str, number: int) -> Response:
        """A version: its text, and what it changed in words."""
        flow_view.known(name)
        try:
            text = publishing.version_text(name, number)
        except NotPublished:
            abort(404)
        older = [version.number for version in publishing.versions(name) if version.number < number]
        before = flow_view.read(name, publishing.version_text(name, older[0])) if older else None
        return jsonify(text=text, changes=flow_view.changes(before, flow_view.read(name, text)))


def _add_calls(blueprint: Blueprint, sessions: RedisSessions) -> None:
    @blueprint.get("/console/flows/<name>/calls/<call_sid>")
    @policy("operator")
    def flow_call(name: str, call_sid: str) -> Response:
        """Where a call is in this flow: the step it waits at, and those it has been through."""
        flow_view.known(name)
        found = sessions.load(call_sid)
        if found is None:
            abort(404)
        session = found[0]
        if name not in {session.flow, *(frame.flow for frame in session.frames)}:
            return jsonify(step="", visited=[], ended=session.ended, digest=session.digest)
        within = next((frame.step for frame in session.frames if session.flow == name), "")
        inside = any(frame.flow == name for frame in session.frames) and session.flow != name
        prefix = f"{name}/" if inside else ""
        visited = [step.removeprefix(prefix) for step in session.visits if step.startswith(prefix)]
        return jsonify(
            step=within or session.step,
            visited=[step for step in visited if "/" not in step],
            ended=session.ended,
            digest=session.digest,
        )


def _keep_what_was(publishing: Publishing, name: str, text: str, who: str, now: datetime) -> None:
    """Before the first publishing the file itself becomes version 1: there must be something to go back to."""
    before, base = publishing.text(name)
    if before and before != text and not publishing.versions(name):
        with suppress(NotPublished):  # a file with errors answers no call: nobody would want it back
            publishing.publish(name, before, "As it was in its file", who, now, base=base)


def _looked_at(site: Site, publishing: Publishing, name: str, text: str, problems: list[Problem]) -> dict[str, Any]:
    """What the page shows of a text."""
    read = flow_view.read(name, text)
    published, _ = publishing.text(name)
    draft = publishing.draft(name)
    return {
        "problems": flow_view.as_json(problems),
        "errors": len(errors_in(problems)),
        "picture": flow_view.picture(read, _counts(site, name, read.time_zone if read else "UTC")),
        "changes": flow_view.changes(flow_view.read(name, published) if published else None, read),
        "draft": draft is not None,
        "draft_digest": publishing.digest(name, draft.encode()) if draft is not None else "",
    }


def _state(publishing: Publishing, name: str) -> dict[str, Any]:
    """What the page knows of a flow's versions."""
    _, base = publishing.text(name)
    return {"base": base, "versions": [version_json(version) for version in publishing.versions(name)]}


def version_json(version: Version) -> dict[str, Any]:
    """A version for the browser."""
    return {
        "number": version.number,
        "at": version.at.isoformat(),
        "who": version.who,
        "message": version.message,
        "restores": version.restores,
        "digest": version.digest,
    }


def _counts(site: Site, name: str, zone: str) -> flow_view.Traffic | None:
    """The figures of the period the page shows; a redrawn picture keeps them."""
    period = request.args.get("period", "yesterday")
    if period not in flow_view.PERIODS:
        abort(400)
    return flow_view.cached_traffic(site, name, zone, period)


def _body() -> dict[str, Any]:
    body = request.get_json()
    if not isinstance(body, dict):
        abort(400)
    return body


def _text() -> str:
    text = _body().get("text")
    if not isinstance(text, str):
        abort(400)
    if len(text) > flow_view.MOST_CHARACTERS:
        abort(413)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character, which JSON can carry and no file can
        abort(400)
    return text


def _changed() -> ResponseReturnValue:
    words = "Somebody else has changed this flow since you began. Copy your text, load the page again, and compare."
    return jsonify(error=words), _CONFLICT


def _refused(refusal: NotPublished) -> ResponseReturnValue:
    return jsonify(error=str(refusal), problems=flow_view.as_json(refusal.problems)), _REFUSED
