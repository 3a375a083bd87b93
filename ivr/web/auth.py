"""Signing in and staying safe: who asks, may they, and is the form ours.

`protect(app, site)` installs the whole of it; `close(app)`, called once every route is there, refuses to go on where
one has no policy. Read `policy.py` for policies, `sessions.py` for what a session is, `attempts.py` for the limits.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix
from wtforms import ValidationError

from ivr.services.ports import Account
from ivr.store.redis.console_sessions import ConsoleSessions
from ivr.web.api.bearer import Budget, has_token, take_token
from ivr.web.api.problems import ApiProblem, is_api, problem
from ivr.web.attempts import Attempts
from ivr.web.policy import OPEN, SIGNED_PREFIX, policies
from ivr.web.sessions import BrowserSession, RedisSessions
from ivr.web.site import Site
from ivr.web.trust import content_rules, permissions

log = structlog.stdlib.get_logger(__name__)

SIGN_IN = "console.sign_in"
_EXTENSION = "hotline_auth"
_WITHOUT_SESSION = (SIGNED_PREFIX, "/healthz", "/readyz", "/metrics", "/static/")
_LOCAL = frozenset({"127.0.0.1", "localhost"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class User(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """The signed-in person, as flask-login's `current_user`."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id

    @property
    def role(self) -> str:
        """What they may do."""
        return self.account.role


@dataclass(frozen=True, slots=True)
class Auth:
    """What `protect` installed, for the sign-in pages. `table` maps endpoints to their policies once closed."""

    site: Site
    sessions: ConsoleSessions
    attempts: Attempts
    budget: Budget
    origin: str
    table: dict[str, frozenset[str]] = field(default_factory=dict)


def auth_of(app: Flask) -> Auth:
    """What `protect` installed in this app."""
    found: Auth = app.extensions[_EXTENSION]
    return found


def protect(app: Flask, site: Site) -> None:
    """Install sessions, sign-in, CSRF, limits, headers and the gate in front of every view."""
    app.secret_key = site.secret_key
    app.config |= {
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session
    }
    sessions = ConsoleSessions(site.redis, site.keys)
    app.session_interface = RedisSessions(sessions, secure=site.secure, without=_WITHOUT_SESSION)
    login = LoginManager()
    login.session_protection = None  # sessions live in Redis and can be revoked; a phone may change its address
    # Neither library's init_app: each adds hooks to every request, webhooks too, for what is not used here (remember-me
    # cookies) or what the gate does itself. Measured: 4.4 us less a webhook.
    app.login_manager = login  # type: ignore[attr-defined]  # where flask-login looks for it
    app.jinja_env.globals["csrf_token"] = generate_csrf
    login.user_loader(lambda user_id: _user(site, user_id))
    attempts = Attempts(site.redis_url, site.keys)
    budget = Budget(site.redis_url, site.keys)
    app.extensions[_EXTENSION] = Auth(site, sessions, attempts, budget, _origin(site.public_base_url))
    if site.proxies:
        fixed = ProxyFix(app.wsgi_app, x_for=site.proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]  # Flask's documented way to wrap an app
    app.before_request(_gate)
    app.after_request(_headers)


def close(app: Flask) -> None:
    """Every route is there: read the policies. Raises PolicyMissing naming all routes without one."""
    auth_of(app).table.update(policies(app))


def sign_in(account: Account) -> None:
    """Make this browser's session the account's, under a new id; nothing of the old one remains."""
    kept = _browser_session()
    kept.clear()
    kept.renew(account.id, account.role, int(time.time()))
    login_user(User(account))


def sign_out() -> None:
    """End this browser's session, here and on its event streams."""
    logout_user()
    _browser_session().end()


def _gate() -> ResponseReturnValue | None:
    """Who may go on. Runs before every view; webhooks leave it at its first line."""
    if request.path.startswith(SIGNED_PREFIX) or request.endpoint is None:
        return None
    auth = auth_of(current_app)
    if getattr(_any_session(), "down", False):
        abort(503)
    allowed = auth.table.get(request.endpoint)
    if allowed is None:
        log.error("route without a policy refused", endpoint=request.endpoint)
        abort(403)
    if is_api() and has_token() and not allowed & OPEN:
        return _by_token(auth, allowed)
    return _by_session(auth, allowed)


def _by_session(auth: Auth, allowed: frozenset[str]) -> ResponseReturnValue | None:
    """Somebody at a browser, or nobody known."""
    if is_api() and not allowed & OPEN and not current_user.is_authenticated:
        abort(401)
    if request.method not in _SAFE and "machine" not in allowed:
        _same_origin(auth)
        _our_form()
    if allowed & OPEN:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    if current_user.role not in allowed:
        log.warning("refused by role", account=current_user.id, endpoint=request.endpoint)
        raise Forbidden
    return None


def _by_token(auth: Auth, allowed: frozenset[str]) -> ResponseReturnValue | None:
    """A program's request: no page of a browser's can make one, so it needs no form token."""
    try:
        account = take_token(auth.site, auth.site.tokens, auth.budget)
    except ApiProblem as refusal:
        log.warning("token refused", address=request.remote_addr, code=refusal.code)
        return problem(refusal.code, refusal.detail, retry_after=refusal.retry_after)
    if account.role not in allowed:
        log.warning("refused by role", account=account.id, endpoint=request.endpoint)
        raise Forbidden
    return None


def _to_sign_in() -> ResponseReturnValue:
    if request.method not in _SAFE or request.is_json or not request.accept_mimetypes.accept_html:
        abort(401)
    after = request.full_path.rstrip("?") if request.path != "/" else None
    return redirect(url_for(SIGN_IN, next=after))


def _our_form() -> None:
    """Refuse a form without the token we put into it for this very session. Raises CSRFError."""
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
    except ValidationError as error:
        raise CSRFError(str(error)) from None


def _same_origin(auth: Auth) -> None:
    """Refuse a form sent by another site's page. Browsers say which: Sec-Fetch-Site, or at least Origin."""
    fetch = request.headers.get("Sec-Fetch-Site")
    if fetch is not None and fetch not in ("same-origin", "none"):
        raise CSRFError("The form was sent by another site.")
    origin = request.headers.get("Origin")
    if origin is not None and origin not in (auth.origin, request.host_url.rstrip("/")):
        raise CSRFError("The form was sent by another site.")


def _headers(response: Response) -> Response:
    """What every page tells the browser about how far to trust it."""
    if request.path.startswith(SIGNED_PREFIX):
        return response
    site = auth_of(current_app).site
    events = _origin(local_name(site.events_url, request.host.partition(":")[0]))
    connect = f"'self' {events}".rstrip()
    response.headers.update(
        {
            "Content-Security-Policy": f"default-src 'self'; connect-src {connect}; img-src 'self' data:; "
            f"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'{content_rules()}",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": permissions(),
        }
    )
    if site.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def local_name(url: str, host: str) -> str:
    """`url` under the name `host`, where both are this very machine's: a cookie goes to the name it was set under."""
    parts = urlsplit(url)
    if parts.hostname in _LOCAL and host in _LOCAL:
        return url.replace(f"//{parts.hostname}", f"//{host}", 1)
    return url


def _user(site: Site, user_id: str) -> User | None:
    account = site.accounts.get(user_id)
    return User(account) if account is not None else None


def _browser_session() -> BrowserSession:
    kept = _any_session()
    if not isinstance(kept, BrowserSession):
        raise TypeError(f"{request.path} has no session")
    return kept


def _any_session() -> Any:
    return session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Werkzeug's documented accessor


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
