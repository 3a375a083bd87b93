"""Flask's session, kept in Redis. Only addresses of people have one; webhooks and machines never touch it."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from ivr.services.ports import StoreDown
from ivr.store.redis.console_sessions import ConsoleSession, ConsoleSessions, cookie_name, seconds_left

log = structlog.stdlib.get_logger(__name__)

_TOUCH_SECONDS = 60
"""How stale a session's idle time may be: it is renewed in Redis at most this often."""

_SEEN = "_seen"


class BrowserSession(CallbackDict[str, Any], SessionMixin):
    """The session as views see it. `renew()` gives it a new id, which sign-in does; `end()` forgets it."""

    def __init__(self, kept: ConsoleSession | None, created: int) -> None:
        def changed(_: Any) -> None:
            self.modified = True

        super().__init__(kept.data if kept else {}, changed)
        self.kept = kept
        self.new = kept is None
        self.modified = False
        self.created = kept.created if kept else created
        self.account = kept.account if kept else ""
        self.role = kept.role if kept else ""
        self.renewed = False
        self.down = False

    def renew(self, account: str, role: str, now: int) -> None:
        """A new id and a new absolute life, for this account. The old id is dead once the response is made."""
        self.account, self.role, self.created = account, role, now
        self.renewed = self.modified = True

    def end(self) -> None:
        """Sign out: nothing of this session remains."""
        self.clear()
        self.account = self.role = ""
        self.modified = True


class _Nothing(dict[str, Any], SessionMixin):
    """For addresses that have no session. Shared, so nothing can be put into it."""

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError(f"this address has no session to keep {key!r} in")


_NOTHING = _Nothing()


class RedisSessions(SessionInterface):
    """Opens and saves browser sessions."""

    def __init__(
        self, sessions: ConsoleSessions, *, secure: bool, without: tuple[str, ...], now: Callable[[], float] = time.time
    ) -> None:
        self._sessions = sessions
        self._secure = secure
        self._without = without
        self._now = now
        self._cookie = cookie_name(secure)

    def is_null_session(self, obj: object) -> bool:
        """Whether there is nothing to save."""
        return isinstance(obj, _Nothing)

    def open_session(self, app: Flask, request: Request) -> SessionMixin:  # noqa: ARG002 - Flask's signature
        """The session of a request. Where the store is away it says so (`down`), and the gate answers 503."""
        if request.path.startswith(self._without):
            return _NOTHING
        now = int(self._now())
        try:
            kept = self._sessions.load(request.cookies.get(self._cookie, ""), now)
        except StoreDown:
            session = BrowserSession(None, now)
            session.down = True
            return session
        return BrowserSession(kept, now)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Store what changed, send the cookie."""
        if not isinstance(session, BrowserSession) or session.down:
            return
        try:
            self._save(session, response)
        except StoreDown:
            log.warning("a console session could not be stored", account=session.account)
            response.status_code = 503
            response.content_type = "text/plain; charset=utf-8"
            response.set_data("Hotline can't reach its store. Try again in a moment.\n")

    def _save(self, session: BrowserSession, response: Response) -> None:
        response.vary.add("Cookie")
        now = int(self._now())
        if not session:
            self._forget(session, response)
            return
        fresh = now - int(session.get(_SEEN, 0)) < _TOUCH_SECONDS
        if not session.modified and fresh:
            return
        session[_SEEN] = now
        if session.renewed and session.kept is not None:
            self._sessions.drop(session.kept)
        kept = None if session.renewed else session.kept
        keep_id = kept is not None
        session_id = kept.id if kept is not None else secrets.token_urlsafe(32)
        record = ConsoleSession(session_id, session.created, session.account, session.role, dict(session))
        self._sessions.save(record, now, new=not keep_id)
        if not keep_id:
            response.set_cookie(
                self._cookie, session_id, max_age=seconds_left(session.created, now) if not session.account else None,
                httponly=True, samesite="Lax", secure=self._secure, path="/",
            )  # fmt: skip

    def _forget(self, session: BrowserSession, response: Response) -> None:
        if session.kept is not None:
            self._sessions.drop(session.kept)
            response.delete_cookie(self._cookie, path="/", secure=self._secure, httponly=True, samesite="Lax")
