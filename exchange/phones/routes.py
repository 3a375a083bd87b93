"""The phones' HTTP face (`protocol.md`): place calls, drive them, follow them; scripted phones; the browser phone."""

from aiohttp import web

from exchange.switch import Switch


def routes(switch: Switch) -> list[web.AbstractRouteDef]:
    """What the exchange's server mounts (`app.add_routes(routes(switch))`). `switch.phones` has to be a `Phones`."""
    del switch
    return []
