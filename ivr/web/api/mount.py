"""Mounts the API below `/api/`."""

from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue

from ivr.services.lines import Refused
from ivr.services.ports import HistoryDown, StoreDown
from ivr.store.redis.repeats import RedisRepeats
from ivr.web.api import agents, explained, lines, once, openapi
from ivr.web.api.bearer import PER_ACCOUNT, account_now
from ivr.web.api.problems import PROBLEMS, ApiProblem, problem
from ivr.web.api.shapes import Problem, answer
from ivr.web.auth import auth_of
from ivr.web.policy import OPEN, policy
from ivr.web.site import Site


def add(app: Flask, site: Site) -> None:
    """Mount it, where the site has a desk of the lines."""
    if site.desk is None:
        return
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.before_request
    def _not_too_often() -> ResponseReturnValue | None:
        auth = auth_of(app)
        if not auth.table.get(request.endpoint or "", frozenset()) & OPEN:
            auth.budget.spend(PER_ACCOUNT, account_now().id)
        return None

    once.add(api, RedisRepeats(site.redis, site.keys), auth_of(app).budget)

    @api.get("/openapi.json")
    @policy("public")
    def openapi_json() -> Response:
        """This API in OpenAPI 3.1."""
        return answer(openapi.document())

    @api.get("/problems/<code>")
    @policy("public")
    def problem_type(code: str) -> Response:
        """What a problem's code means."""
        if code not in PROBLEMS:
            raise ApiProblem("unknown_address")
        status, title = PROBLEMS[code]
        return answer(Problem(f"/api/problems/{code}", title, status, code))

    lines.add(api, site.desk)
    if site.explaining is not None:
        explained.add(api, site.explaining)
    if site.skills is not None:
        agents.add(api, agents=site.agents, store=site.desk.store, skills=site.skills, clock=site.clock)
    _add_errors(api)
    app.register_blueprint(api)


def _add_errors(api: Blueprint) -> None:
    @api.errorhandler(ApiProblem)
    def _problem(error: ApiProblem) -> Response:
        return of_problem(error)

    @api.errorhandler(Refused)
    def _refused(error: Refused) -> Response:
        return problem(error.code)

    @api.errorhandler(StoreDown)
    def _store_down(error: StoreDown) -> Response:  # noqa: ARG001 - the hook's shape
        return problem("store_down")

    @api.errorhandler(HistoryDown)
    def _history_down(error: HistoryDown) -> Response:  # noqa: ARG001 - the hook's shape
        return problem("store_down", "The database does not answer.")


def of_problem(error: ApiProblem) -> Response:
    """A problem raised on the way, as an answer."""
    return problem(error.code, error.detail, retry_after=error.retry_after)
