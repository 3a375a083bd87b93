"""The `twilio` library pointed at the exchange (contract 4.0): scheme and host swapped, a time limit set."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response


class ViolationError(AssertionError):
    """The validating proxy refused a request or an answer."""


class ExchangeHttpClient(TwilioHttpClient):
    """Sends to `base` (scheme and host) what was meant for the carrier. An objection of the validating proxy is an
    error of its own, so that no test takes it for the exchange's.
    """

    def __init__(self, base: str, timeout: float = 8.0) -> None:
        super().__init__(timeout=timeout)
        self._base = urlsplit(base)
        self.last_headers: dict[str, str] = {}

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """As the library's, elsewhere."""
        swapped = urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))
        response = super().request(method, swapped, *args, **kwargs)
        self.last_headers = dict(response.headers or {})
        if "problem+json" in self.last_headers.get("Content-Type", self.last_headers.get("content-type", "")):
            raise ViolationError(f"{method} {url}: {response.text}")
        return response
