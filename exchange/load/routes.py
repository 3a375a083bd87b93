"""Loads over HTTP, one at a time: `POST /phones/load` a plan, `GET` how it goes, `DELETE` to dial no further."""

import json

from aiohttp import web

from exchange.load.plan import PlanProblem, plan_from
from exchange.load.run import LoadRun
from exchange.switch import Switch


def load_routes(switch: Switch) -> list[web.AbstractRouteDef]:
    """What `exchange.phones.routes` mounts beside the phones."""
    desk = _Loads(switch)
    return [
        web.post("/phones/load", desk.start),
        web.get("/phones/load", desk.progress),
        web.delete("/phones/load", desk.stop),
    ]


class _Loads:
    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._run: LoadRun | None = None

    async def start(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return _problem(415, "send application/json")
        if self._run is not None and not self._run.progress()["over"]:
            return _problem(409, "a load is under way")
        try:
            plan = plan_from(await request.json())
        except (PlanProblem, json.JSONDecodeError) as problem:
            return _problem(400, str(problem))
        self._run = LoadRun(self._switch, plan)
        self._run.start()
        return web.json_response({"planned": len(plan.arrivals)}, status=201)

    async def progress(self, request: web.Request) -> web.StreamResponse:
        del request
        return _problem(404, "no load was started") if self._run is None else web.json_response(self._run.progress())

    async def stop(self, request: web.Request) -> web.StreamResponse:
        del request
        if self._run is None:
            return _problem(404, "no load was started")
        await self._run.stop()
        return web.json_response(self._run.progress())


def _problem(status: int, text: str) -> web.Response:
    return web.json_response({"errors": [text]}, status=status)
