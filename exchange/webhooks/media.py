"""Audio that `<Play>` names: fetched once, its length kept, as the carrier's proxies keep it (contract 1.1, 3.2)."""

from collections import OrderedDict
from dataclasses import dataclass, field
from http import HTTPStatus

from exchange.records import Hook
from exchange.tape import wav_seconds
from exchange.twiml.play import AUDIO
from exchange.webhooks.client import FetchError, Jar, Tokens, WebhookClient

_KEPT = 512
_BYTES_A_SECOND = {"audio/mpeg": 16000.0, "audio/mp3": 16000.0, "audio/gsm": 1650.0, "audio/x-gsm": 1650.0}
_ULAW = 8000.0


@dataclass(slots=True)
class Media:
    """Lengths by URL, the most recently used kept."""

    client: WebhookClient
    _seconds: OrderedDict[str, float] = field(default_factory=OrderedDict)

    async def seconds(self, url: str, token: str) -> float:
        """How long the audio lasts. Raises FetchError: 11200 where it can't be had, 13420 where it is no audio."""
        if url in self._seconds:
            self._seconds.move_to_end(url)
            return self._seconds[url]
        # Media requests carry no standard parameters (contract 3.2, D).
        reply = await self.client.send(Hook(url, "GET"), {}, Jar(), Tokens(token))
        if reply.status != HTTPStatus.OK:
            raise FetchError(11200, f"HTTP {reply.status} for audio", url)
        if reply.content_type not in AUDIO:
            raise FetchError(13420, f"Content-Type {reply.content_type or '(none)'!r} is no audio", url)
        seconds = wav_seconds(reply.body)
        if seconds is None:
            seconds = len(reply.body) / _BYTES_A_SECOND.get(reply.content_type, _ULAW)
        self._seconds[url] = seconds
        if len(self._seconds) > _KEPT:
            self._seconds.popitem(last=False)
        return seconds
