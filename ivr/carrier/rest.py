"""The `Carrier` port over REST, through the twilio library (contract section 4).

The library is imported on first use: it costs 100 ms and 26 MB, and only workers and the sweeper ring phones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from ivr.services.ports import CarrierError, Leg, OpenRoom

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT_SECONDS = 4.0
LEGS_LISTED = 20
ROOMS_LISTED = 1000
"""A page of the carrier's; more agents than that don't talk at once here."""
_RETRY = "#rc=2&rp=ct,5xx"
_EVENTS = ["initiated", "ringing", "answered", "completed"]
_GONE_CODES = frozenset({20404, 21220})
_NOT_FOUND = 404
_TOO_MANY = 429
_SERVER_ERROR = 500

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks. The API key is used where it is set, else the auth token."""

    account_sid: str
    auth_token: str
    api_key_sid: str = ""
    api_key_secret: str = ""

    @property
    def basic(self) -> tuple[str, str]:
        """User and password."""
        if self.api_key_sid and self.api_key_secret:
            return self.api_key_sid, self.api_key_secret
        return self.account_sid, self.auth_token


class RestCarrier:
    """Rings, redirects and ends legs. Safe to share between threads.

    `public_base_url` is where the carrier finds this server; `api_url` replaces the carrier's own address where set
    (the exchange's, in a local start). `failed` hears of every request that failed, for metrics.
    """

    def __init__(
        self,
        credentials: Credentials,
        public_base_url: str,
        *,
        api_url: str = "",
        timeout: float = TIMEOUT_SECONDS,
        failed: Callable[[CarrierError], None] | None = None,
    ) -> None:
        self._credentials = credentials
        self._base = public_base_url.rstrip("/")
        self._api_url = api_url
        self._timeout = timeout
        self._failed = failed

    @cached_property
    def _client(self) -> "Client":
        from twilio.rest import Client

        from ivr.carrier.http import BoundedHttpClient

        user, password = self._credentials.basic
        http = BoundedHttpClient(api_url=self._api_url, timeout=self._timeout)
        return Client(user, password, self._credentials.account_sid, http_client=http)

    def call(self, *, to_number: str, from_number: str, path: str, status_path: str, ring_seconds: int) -> str:
        """Ring a phone; when answered its document is fetched from `path`. Returns the leg's SID."""
        leg = self._ask(
            lambda: self._client.calls.create(
                to=to_number,
                from_=from_number,
                url=self._base + path + _RETRY,
                status_callback=self._base + status_path,
                status_callback_event=_EVENTS,  # a field each: one joined text would silence every callback (4.1 M)
                timeout=ring_seconds,
            )
        )
        return str(leg.sid)

    def redirect(self, call_sid: str, path: str) -> None:
        """Make a live call fetch its next document from `path`."""
        self._ask(lambda: self._client.calls(call_sid).update(url=self._base + path + _RETRY))

    def hang_up(self, call_sid: str) -> None:
        """End a leg in whatever state; gone already is fine."""
        try:
            self._ask(lambda: self._client.calls(call_sid).update(status="completed"))
        except CarrierError as error:
            if not error.gone:
                raise

    def leg(self, call_sid: str) -> Leg:
        """What the carrier knows of a leg."""
        found = self._ask(lambda: self._client.calls(call_sid).fetch())
        return Leg(str(found.sid), str(found.status), str(found.to or ""))

    def legs_to(self, to_number: str, since: datetime) -> Sequence[Leg]:
        """Outbound legs to a number since a moment, newest first: the look-up after an ambiguous create."""
        found = self._ask(
            lambda: self._client.calls.list(
                to=to_number, start_time_after=since, limit=LEGS_LISTED, page_size=LEGS_LISTED
            )
        )
        outbound = [leg for leg in found if str(leg.direction or "").startswith("outbound")]
        return [Leg(str(leg.sid), str(leg.status), str(leg.to or "")) for leg in outbound]

    def rooms(self) -> Sequence[OpenRoom]:
        """The conferences in progress."""
        found = self._ask(
            lambda: self._client.conferences.list(status="in-progress", limit=ROOMS_LISTED, page_size=ROOMS_LISTED)
        )
        return [OpenRoom(str(room.sid), str(room.friendly_name)) for room in found]

    def in_room(self, room_sid: str) -> Sequence[str]:
        """The legs in a conference; none in one that is over."""
        try:
            found = self._ask(
                lambda: self._client.conferences(room_sid).participants.list(limit=LEGS_LISTED, page_size=LEGS_LISTED)
            )
        except CarrierError as error:
            if error.gone:
                return []
            raise
        return [str(leg.call_sid) for leg in found]

    def text(self, *, to_number: str, from_number: str, text: str, status_path: str) -> str:
        """Send a text; what becomes of it is told at `status_path`. Returns the message's SID."""
        message = self._ask(
            lambda: self._client.messages.create(
                to=to_number, from_=from_number, body=text, status_callback=self._base + status_path
            )
        )
        return str(message.sid)

    def recording(self, recording_sid: str) -> bytes:
        """A recording's audio (WAV). A 404 counts as `gone`, and may only mean that it isn't ready (contract 4.5 D)."""
        from ivr.carrier.http import BoundedHttpClient

        http = self._client.http_client
        if not isinstance(http, BoundedHttpClient):
            raise TypeError("the carrier's client was replaced")
        account = self._credentials.account_sid
        url = f"https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{recording_sid}.wav"
        return self._ask(lambda: http.media(url, self._credentials.basic))

    def delete_recording(self, recording_sid: str) -> None:
        """Delete a recording at the carrier; gone already is fine."""
        try:
            self._ask(lambda: self._client.recordings(recording_sid).delete())
        except CarrierError as error:
            if not error.gone:
                raise

    def _ask(self, request: Callable[[], Answer]) -> Answer:
        try:
            return self._asked(request)
        except CarrierError as error:
            if self._failed is not None:
                self._failed(error)
            raise

    def _asked(self, request: Callable[[], Answer]) -> Answer:
        import requests
        from twilio.base.exceptions import TwilioException, TwilioRestException

        try:
            return request()
        except TwilioRestException as error:
            raise _refused(error.status, error.code or 0, error.msg) from None
        except TwilioException as error:  # of a list, the library tells what was wrong by the response itself
            status = getattr(error.args[-1], "status_code", 0) if error.args else 0
            raise _refused(int(status), 0, str(error.args[0]) if error.args else "") from None
        except requests.RequestException as error:
            unsent = _never_sent(error)
            raise CarrierError(f"no answer: {type(error).__name__}", retry=unsent, ambiguous=not unsent) from error


def _refused(status: int, code: int, message: str) -> CarrierError:
    return CarrierError(
        f"HTTP {status}, code {code}: {message}",
        code=code,
        gone=status == _NOT_FOUND or code in _GONE_CODES,
        retry=status == _TOO_MANY,
        ambiguous=status >= _SERVER_ERROR,
    )


def _never_sent(error: Exception) -> bool:
    """Whether a request certainly did not reach the carrier: no connection was made."""
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)
