"""The sound of a recording: the address of its metadata without a suffix, or with `.wav` (contract 4.5)."""

from aiohttp import web

from exchange.errors import ExchangeError
from exchange.rest.endpoint import Ask, Endpoint
from exchange.switch import Switch

_SID = r"{sid:RE[0-9a-fA-F]{32}}"


async def wav(switch: Switch, ask: Ask) -> web.Response:
    """`GET Recordings/{RE}` and `{RE}.wav`: WAV, 404 until completed and after deletion."""
    channels = ask.query.integer("RequestedChannels", 1, 2)
    sound = await switch.recordings.media_later(ask.path["sid"], channels)
    return web.Response(body=sound, content_type="audio/x-wav")


async def mp3(switch: Switch, ask: Ask) -> web.Response:
    """`GET Recordings/{RE}.mp3`: the exchange has no MP3 encoder and says so, rather than send WAV as one."""
    await switch.recordings.media_later(ask.path["sid"])
    raise ExchangeError(20001, "This exchange keeps recordings as WAV only: ask for .wav, or no suffix", 406)


ENDPOINTS = (
    Endpoint("GET", "/{account}/Recordings/" + _SID, wav),
    Endpoint("GET", "/{account}/Recordings/" + _SID + ".wav", wav),
    Endpoint("GET", "/{account}/Recordings/" + _SID + ".mp3", mp3),
)
