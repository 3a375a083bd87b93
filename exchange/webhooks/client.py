"""One webhook: sent, redirected, repeated under its policy, within the carrier's time limits (contract 1.1, 1.6)."""

import asyncio
import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import quote_plus, unquote, urljoin, urlsplit, urlunsplit

import aiohttp
from yarl import URL

from exchange.clock import Clock
from exchange.faults import Faults
from exchange.records import Hook
from exchange.webhooks.digest import digest_header
from exchange.webhooks.overrides import Overrides, split
from exchange.webhooks.sign import signature

_REDIRECTS = 10
_CONNECTIONS = 400
_HEADERS = {
    "User-Agent": "TwilioProxy/1.1",
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "X-Home-Region": "us1",
}
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_MOST = 256 * 1024


@dataclass(frozen=True, slots=True)
class _User:
    name: str
    password: str

    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.name}:{self.password}".encode()).decode()


class FetchError(Exception):
    """A request that brought nothing: `code` from the carrier's table, `url` asked, `kind` for the retry policy."""

    def __init__(self, code: int, message: str, url: str, kind: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.url = url
        self.kind = kind
        self.reported = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `url` is the address it came from in the end, without what GET appended."""

    url: str
    method: str
    status: int
    content_type: str
    body: bytes


@dataclass(slots=True)
class Jar:
    """One call's cookies, sent back browser-style. Empty until a server sets one."""

    cookies: aiohttp.CookieJar | None = None

    def header(self, url: URL) -> str:
        """The Cookie header for `url`, empty where there is none."""
        if self.cookies is None:
            return ""
        return "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.filter_cookies(url).items())

    def keep(self, set_cookies: SimpleCookie, url: URL) -> None:
        """Take what an answer set."""
        if not set_cookies:
            return
        if self.cookies is None:
            self.cookies = aiohttp.CookieJar(unsafe=True)
        self.cookies.update_cookies(set_cookies, url)


@dataclass(slots=True)
class WebhookClient:
    """Sends webhooks over one shared session. `open` before use, `close` after."""

    clock: Clock
    token: str
    faults: Faults
    shared_token: bool = True
    _session: aiohttp.ClientSession | None = field(default=None, repr=False)

    async def open(self) -> None:
        """Make the session; must run on the loop that uses it."""
        # A burst (a room of a thousand hanging up) shares connections instead of opening thousands at once; waiting for
        # one counts towards the total limit alone.
        connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=30.0, ttl_dns_cache=60)
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=None)
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The shared session. Raises RuntimeError before `open`."""
        if self._session is None:
            raise RuntimeError("the webhook client is not open")
        return self._session

    async def send(self, hook: Hook, form: Mapping[str, str], jar: Jar, tokens: "Tokens") -> Reply:
        """One logical webhook with its retries and redirects. Raises FetchError where nothing usable came."""
        address, overrides = split(hook.url)
        if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
            raise FetchError(11100, f"{hook.url!r} is no absolute http or https address", hook.url)
        attempt = 0
        try:
            async with asyncio.timeout(self.clock.limit(overrides.total)):
                while True:
                    try:
                        reply = await self._follow(
                            address, hook.method, form, jar=jar, token=tokens.next(), overrides=overrides
                        )
                    except FetchError as error:
                        if attempt >= overrides.retries or not overrides.retried(error.kind):
                            raise
                    else:
                        kind = f"{reply.status // 100}xx"
                        if (
                            reply.status < HTTPStatus.BAD_REQUEST
                            or attempt >= overrides.retries
                            or not overrides.retried(kind)
                        ):
                            return reply
                    attempt += 1
        except TimeoutError as error:
            raise FetchError(11205, f"no answer within {overrides.total:g} s", address, "rt") from error

    async def _follow(
        self, address: str, method: str, form: Mapping[str, str], *, jar: Jar, token: str, overrides: Overrides
    ) -> Reply:
        for _ in range(_REDIRECTS + 1):
            reply, onward = await self._once(address, method, form, jar=jar, token=token, overrides=overrides)
            if onward is None:
                return reply
            # Documented for Gather: what was pressed does not survive a redirect (contract 1.1, D).
            form = {name: value for name, value in form.items() if name != "Digits"}
            address = urljoin(address, onward)
            if reply.status not in {307, 308}:
                method = "GET"
        raise FetchError(11215, f"more than {_REDIRECTS} redirects", address)

    async def _once(
        self, address: str, method: str, form: Mapping[str, str], *, jar: Jar, token: str, overrides: Overrides
    ) -> tuple[Reply, str | None]:
        address, user = _without_user(address)
        target, data = address, b""
        if method == "GET":
            target = with_query(address, form)
        else:
            data = form_body(form).encode()
        headers = dict(_HEADERS)
        headers["I-Twilio-Idempotency-Token"] = token
        if not self.faults.strike("signature_missing", address):
            secret = "0" * 32 if self.faults.strike("signature_wrong", address) else self.token
            headers["X-Twilio-Signature"] = signature(secret, target, form if method != "GET" else {})
        url = URL(target, encoded=True)
        cookie = jar.header(url)
        if cookie:
            headers["Cookie"] = cookie
        if method != "GET":
            headers["Content-Type"] = _FORM
        return await self._exchange(
            address, url, method, data, headers=headers, user=user, jar=jar, overrides=overrides
        )

    async def _exchange(
        self,
        address: str,
        url: URL,
        method: str,
        data: bytes,
        *,
        headers: dict[str, str],
        user: _User | None,
        jar: Jar,
        overrides: Overrides,
    ) -> tuple[Reply, str | None]:
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=self.clock.limit(overrides.connect),
            sock_read=self.clock.limit(overrides.read),
        )
        stale = True
        while True:
            try:
                async with self.session.request(
                    method, url, data=data or None, headers=headers, allow_redirects=False, timeout=timeout
                ) as response:
                    jar.keep(response.cookies, url)
                    if (
                        response.status == HTTPStatus.UNAUTHORIZED
                        and user is not None
                        and "Authorization" not in headers
                    ):
                        # Credentials go out only once they were asked for (contract 1.1, D).
                        headers["Authorization"] = _authorization(response, url, method, user)
                        continue
                    body = await response.content.read(_MOST)
                    while len(body) < _MOST and not response.content.at_eof():
                        body += await response.content.read(_MOST)
                    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                    reply = Reply(address, method, response.status, kind, body)
                    onward = (
                        response.headers.get("Location")
                        if HTTPStatus.MULTIPLE_CHOICES <= response.status < HTTPStatus.BAD_REQUEST
                        else None
                    )
                    return reply, onward
            except aiohttp.ServerDisconnectedError as error:
                # A pooled connection the server closed meanwhile: not an answer lost, so a fresh one is tried once.
                if not stale:
                    raise FetchError(11206, f"the connection was closed: {error}", address, "rt") from error
                stale = False
            except (aiohttp.ClientError, OSError) as error:
                raise _as_fetch_error(error, address) from error


def _as_fetch_error(error: Exception, address: str) -> FetchError:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(11210, f"unknown host: {error}", address, "ct")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        wrong_name = isinstance(error.certificate_error, ssl.CertificateError) and "match" in str(error)
        return FetchError(11235 if wrong_name else 11237, f"certificate: {error}", address, "ct")
    if isinstance(error, aiohttp.ClientSSLError):
        return FetchError(11220, f"TLS: {error}", address, "ct")
    if isinstance(error, aiohttp.SocketTimeoutError | aiohttp.ConnectionTimeoutError | TimeoutError):
        connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
        return FetchError(11205, f"timed out: {error}", address, "ct" if connecting else "rt")
    if isinstance(error, aiohttp.ClientConnectorError):
        return FetchError(11205, f"no connection: {error}", address, "ct")
    return FetchError(11206, f"broken HTTP: {error}", address, "rt")


@dataclass(slots=True)
class Tokens:
    """Idempotency tokens of one logical webhook: the same for every attempt, or (`shared` off) one each (open point
    3).
    """

    first: str
    shared: bool = True
    _count: int = 0

    def next(self) -> str:
        """The next attempt's token."""
        self._count += 1
        return self.first if self.shared or self._count == 1 else f"{self.first}-{self._count}"


_quoted = lru_cache(maxsize=8192)(quote_plus)


def form_body(form: Mapping[str, str]) -> str:
    """The form urlencoded. Names and most values come again and again, so their quoted form is kept."""
    return "&".join([f"{_quoted(name)}={_quoted(value)}" for name, value in form.items()])


def with_query(address: str, form: Mapping[str, str]) -> str:
    """The address with the form appended to its query, what was there kept byte for byte."""
    if not form:
        return address
    return address + ("&" if "?" in address else "?") + form_body(form)


def _without_user(address: str) -> tuple[str, _User | None]:
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address, None
    host = parts.netloc.rpartition("@")[2]
    user = _User(unquote(parts.username or ""), unquote(parts.password or ""))
    return urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment)), user


def _authorization(response: aiohttp.ClientResponse, url: URL, method: str, user: _User) -> str:
    challenge = response.headers.get("WWW-Authenticate", "")
    if challenge.lower().startswith("digest"):
        return digest_header(challenge, method, url.raw_path_qs, user.name, user.password)
    return user.basic()
