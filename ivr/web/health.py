"""`/healthz`: this process lives. `/readyz`: it can serve; asked part by part, with the reason where one can't."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Flask, Response, jsonify

from ivr.services.ports import Flows, StoreDown
from ivr.store.redis.client import StateClient
from ivr.web.policy import policy
from ivr.web.site import Check


def register(app: Flask, checks: Mapping[str, Check]) -> None:
    """Mount both. `checks` are the parts `/readyz` asks, by name."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    @policy("public")
    def healthz() -> Response:
        """200 as long as this process answers at all."""
        return Response("ok\n", mimetype="text/plain")

    @pages.get("/readyz")
    @policy("public")
    def readyz() -> tuple[Response, int]:
        """200 where every part can serve, else 503; JSON `{"ready", "parts": {name: {"ready", "reason"}}}`."""
        reasons = {name: check() for name, check in checks.items()}
        parts = {name: {"ready": not reason, "reason": reason} for name, reason in reasons.items()}
        ready = not any(reasons.values())
        return jsonify(ready=ready, parts=parts), 200 if ready else 503

    app.register_blueprint(pages)


def redis_check(client: StateClient) -> Check:
    """Whether Redis answers within the client's time-out."""

    def check() -> str:
        try:
            return "" if client.execute("PING") == b"PONG" else "Redis gave an odd answer to PING"
        except StoreDown:
            return "Redis does not answer"

    return check


def flows_check(flows: Flows) -> Check:
    """Whether there is a line, and each line's flow is loaded."""

    def check() -> str:
        lines = flows.lines()
        without = [line.name for line in lines if flows.current(line.flow) is None]
        if without:
            return f"no usable flow for: {', '.join(sorted(without))}"
        return "" if lines else "no line is set up"

    return check


def answer_check(ask: Callable[[], object], reason: str, *failures: type[Exception]) -> Check:
    """Whether `ask()` returns; `reason` where it raises one of `failures`. For SQL: `select 1` and its errors."""

    def check() -> str:
        try:
            ask()
        except failures:
            return reason
        return ""

    return check
