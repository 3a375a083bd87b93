"""One way in for every REST request: credentials, faults on demand, the carrier's headers, errors as JSON."""

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import BasicAuth, web
from multidict import MultiDict

from exchange.errors import ExchangeError
from exchange.rest import refusals
from exchange.rest.form import Form
from exchange.rest.shapes import VERSION
from exchange.switch import Switch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """One authenticated request. `path`: the address's variable parts; `address`: its path as sent; `origin`: scheme
    and host; `opened`: when the exchange began to serve.
    """

    account_sid: str
    path: Mapping[str, str]
    address: str
    origin: str
    query: Form
    form: Form
    now: datetime
    opened: datetime


Handler = Callable[[Switch, Ask], web.Response | Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one address below `/2010-04-01/Accounts`."""

    method: str
    path: str
    handler: Handler


def found(shape: object) -> web.Response:
    """200 with a resource."""
    return web.json_response(shape)


def created(shape: object) -> web.Response:
    """201 with a resource."""
    return web.json_response(shape, status=201)


def deleted() -> web.Response:
    """204."""
    return web.Response(status=204)


@dataclass(slots=True)
class Gate:
    """Lets requests in and answers in the carrier's manner. API keys are accepted beside the account's credentials."""

    switch: Switch
    under_way: int = 0
    opened: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.opened = self.switch.clock.now()

    def route(self, endpoint: Endpoint) -> web.RouteDef:
        """The aiohttp route of an endpoint."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, endpoint.handler)

        return web.route(endpoint.method, f"/{VERSION}/Accounts{endpoint.path}", answer)

    def refuse(self, path: str, error: Callable[[web.Request], ExchangeError]) -> web.RouteDef:
        """A route that answers every method with an error, after the credentials."""

        async def answer(request: web.Request) -> web.StreamResponse:
            def handler(_switch: Switch, _ask: Ask) -> web.Response:
                raise error(request)

            return await self._answer(request, handler)

        return web.route("*", path, answer)

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.under_way += 1
        try:
            response = await self._guarded(request, handler)
            response.headers["Twilio-Concurrent-Requests"] = str(self.under_way)
        finally:
            self.under_way -= 1
        response.headers["Twilio-Request-Id"] = "RQ" + self.switch.ids.draw()
        return response

    async def _guarded(self, request: web.Request, handler: Handler) -> web.Response:
        try:
            self._authenticate(request)
            return await self._act(request, handler)
        except ExchangeError as error:
            return _refusal(request, error)
        except Exception:  # the client gets the carrier's 20500, the operator the traceback; the exchange lives on
            log.exception("REST request failed: %s %s", request.method, request.path)
            return _refusal(request, refusals.internal())

    async def _act(self, request: web.Request, handler: Handler) -> web.Response:
        about, faults = f"{request.method} {request.path}", self.switch.faults
        if faults.strike("rest_429", about):
            raise refusals.too_many_requests()
        answer = handler(self.switch, self._ask(request, await _form(request)))
        response = answer if isinstance(answer, web.Response) else await answer
        late = faults.strike("rest_late", about)
        if late is not None:
            await self.switch.clock.sleep(late.seconds)
        if faults.strike("rest_500_after_acting", about):
            raise refusals.internal()
        if faults.strike("rest_drop_after_acting", about) and request.transport is not None:
            request.transport.abort()
        return response

    def _ask(self, request: web.Request, form: Form) -> Ask:
        account_sid = request.match_info.get("account", self.switch.account_sid)
        if account_sid != self.switch.account_sid:
            raise refusals.no_such_address(request.path)
        return Ask(
            account_sid=account_sid,
            path=request.match_info,
            address=request.rel_url.raw_path,
            origin=f"{request.scheme}://{request.host}",
            query=Form(request.query),
            form=form,
            now=self.switch.clock.now(),
            opened=self.opened,
        )

    def _authenticate(self, request: web.Request) -> None:
        try:
            given = BasicAuth.decode(request.headers.get("Authorization", ""), "utf-8")
        except ValueError as error:
            raise refusals.unauthenticated() from error
        secrets = {self.switch.account_sid: self.switch.auth_token, **self.switch.config.api_keys}
        expected = secrets.get(given.login, "")
        if not expected or not hmac.compare_digest(expected.encode(), given.password.encode()):
            raise refusals.unauthenticated()


async def _form(request: web.Request) -> Form:
    """The fields of a form-encoded body; anything else in a body is passed over, as the carrier does (K)."""
    fields: MultiDict[str] = MultiDict()
    if request.method == "POST" and request.content_type == "application/x-www-form-urlencoded":
        for name, value in (await request.post()).items():
            fields.add(name, str(value))
    return Form(fields)


def _refusal(request: web.Request, error: ExchangeError) -> web.Response:
    if error.code == refusals.NOT_FOUND:
        error = refusals.no_such_address(request.path)
    response = web.json_response(refusals.body_of(error), status=error.http_status)
    if error.http_status == refusals.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response
