"""The twilio library's HTTP client with a time limit, no retries and, where asked, another address.

The library's own has no limit at all (contract 4.0 L), and its `Client` takes no base URL. Imported only where a
request is made: it brings in `requests`.
"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

MAX_MEDIA_BYTES = 200 * 1024 * 1024
_OK = 200


class BoundedHttpClient(TwilioHttpClient):  # type: ignore[misc] # the library has no types
    """Sends each request once, within `timeout` seconds, to `api_url`'s scheme and host where that isn't empty."""

    def __init__(self, *, api_url: str, timeout: float) -> None:
        super().__init__(timeout=timeout, max_retries=0)
        self._elsewhere = urlsplit(api_url) if api_url else None
        self.session.mount("http://", HTTPAdapter(max_retries=0, pool_maxsize=32))

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Response:
        """As the library's, elsewhere."""
        return super().request(method, self._moved(url), *arguments, **options)

    def media(self, url: str, auth: tuple[str, str]) -> bytes:
        """A file's bytes. Raises as the library's requests do; ValueError where it is larger than any recording."""
        with self.session.get(self._moved(url), auth=auth, timeout=self.timeout, stream=True) as response:
            if response.status_code != _OK:
                raise TwilioRestException(response.status_code, url, "media not available")
            pieces = []
            total = 0
            for piece in response.iter_content(65536):
                total += len(piece)
                if total > MAX_MEDIA_BYTES:
                    raise ValueError(f"a recording of more than {MAX_MEDIA_BYTES} bytes")
                pieces.append(piece)
            return b"".join(pieces)

    def _moved(self, url: str) -> str:
        if self._elsewhere is None:
            return url
        return urlunsplit(urlsplit(url)._replace(scheme=self._elsewhere.scheme, netloc=self._elsewhere.netloc))
