"""A Flask application for webhooks alone: no sessions, no hooks, no signals, and no way round the gate.

The console's hooks cost a request more than half of what a whole turn does, and none of them is for the carrier. So
webhooks are an application of their own, in front of the console's (`in_front_of`), and each request goes through the
gate before its view: `full_dispatch_request` is the one place where Flask calls either.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, Request, Response, request
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter

from ivr.web.gate import PREFIX, Gate
from ivr.web.numbers import bound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

F = TypeVar("F", bound=Callable[..., Any])


class Webhooks(Flask):
    """Views registered here are given a request only after `door` has admitted it, and return a `gate.Reply`."""

    def __init__(self, door: Gate) -> None:
        super().__init__(__name__, static_folder=None)
        # The carrier must never be redirected: what it posted would be lost on the way (contract 1.1 D).
        self.url_map.merge_slashes = False
        bound(self)
        self.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
        self.session_interface = _NoSessions()
        self._door = door
        self._found: dict[tuple[str, str], Any] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Addresses are matched by path and method alone: nothing here depends on what a request says of its host."""
        if request is None:
            return super().create_url_adapter(request)
        environ = request.environ
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        return _Remembering(self._found, self.url_map, "localhost", "/", "", "http", path, method)

    def full_dispatch_request(self) -> Response:
        """The gate, then the view. All that Flask does with a response is to call it, and a `Reply` can be called."""
        self._got_first_request = True
        arrived: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - asked for once
        refused = self._door.admit(arrived)
        if refused is not None:
            return cast("Response", refused)
        rule = arrived.url_rule
        if rule is None:
            raise LookupError("the gate let a request pass that has no view")
        view: Callable[..., Response] = self.view_functions[rule.endpoint]  # type: ignore[assignment]  # `spoken`, `notice`
        return view(**(arrived.view_args or {}))

    def ensure_sync(self, func: F) -> F:
        """Every view here is synchronous: nothing to look into."""
        return func

    def do_teardown_request(self, exc: Any = None) -> None:
        """Nobody waits for the end of a request here."""

    def do_teardown_appcontext(self, exc: Any = None) -> None:
        """Nor for that of its context."""

    def in_front_of(self, pages: "WSGIApplication") -> "WSGIApplication":
        """Webhooks to this application, everything else to `pages`."""
        own = self.wsgi_app
        length = len(PREFIX)

        def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            path: str = environ["PATH_INFO"]
            if path.startswith(PREFIX) and path[length : length + 1] in ("", "/"):
                return own(environ, start_response)
            return pages(environ, start_response)

        return serve


class _Remembering(MapAdapter):
    """Addresses found before: most requests are for `/voice/turn/<n>`, and calls have few turns."""

    def __init__(self, found: dict[tuple[str, str], Any], *bound: Any) -> None:
        super().__init__(*bound)
        self._found = found

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """What werkzeug finds, or found before for this method and path. Raises as werkzeug does."""
        asked = (self.default_method, self.path_info)
        found = self._found.get(asked)
        if found is None:
            found = super().match(*args, **kwargs)
            if len(self._found) < _FOUND_KEPT and self.path_info.startswith(_TURNS):
                self._found[asked] = found
        return found


_TURNS = f"{PREFIX}/turn/"
_FOUND_KEPT = 512


class _NoSessions(SessionInterface):
    _nothing = NullSession()

    def open_session(self, app: Flask, request: Any) -> NullSession:  # noqa: ARG002 - Flask's signature
        return self._nothing
