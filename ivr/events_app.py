"""The event streams' process: `granian --interface asgi ivr.events_app:app`. Settings as for the web's.

Small on purpose: it reads Redis, nothing else, so it needs neither database nor flows, and webhooks never wait for it.
"""

from urllib.parse import urlsplit

from ivr.log import configure
from ivr.services.clock import clock_from
from ivr.settings import Settings
from ivr.store.redis.keys import Keys
from ivr.web.stream.app import make_app


def web_origins(public_base_url: str) -> list[str]:
    """The console's origins. A server on this machine is reached by both of its names."""
    parts = urlsplit(public_base_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    names = ("127.0.0.1", "localhost")
    if parts.hostname not in names:
        return [origin]
    return [origin.replace(f"//{parts.hostname}", f"//{name}") for name in names]


_settings = Settings.read()
configure(_settings.hotline_log_level, secrets=(_settings.twilio_auth_token, _settings.hotline_secret_key))

app = make_app(
    redis_url=_settings.redis_url,
    web_origins=web_origins(_settings.public_base_url),
    secure=_settings.public_base_url.startswith("https://"),
    clock=clock_from(_settings.hotline_clock),
    keys=Keys(_settings.hotline_centre),
)
