"""The account's numbers and their webhooks (contract 4.9)."""

from aiohttp import web

from exchange.errors import ExchangeError
from exchange.records import Hook, Number, StatusHook
from exchange.rest import refusals
from exchange.rest.addresses import normalised
from exchange.rest.endpoint import Ask, Endpoint, created, deleted, found
from exchange.rest.form import Form
from exchange.rest.paging import page
from exchange.rest.shapes import VERSION, Json, formatted, number_sid, uri, when
from exchange.switch import Switch

LONGEST_NAME = 64


def show(account_sid: str, number: Number) -> Json:
    """A number as JSON; what the exchange doesn't have (addresses, bundles, SMS webhooks) is empty."""
    sid = number_sid(account_sid, number.number)
    voice, fallback, status = number.voice, number.fallback, number.status
    return {
        "account_sid": account_sid,
        "address_sid": None,
        "address_requirements": "none",
        "api_version": VERSION,
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "date_created": when(number.date_created),
        "date_updated": when(number.date_updated),
        "friendly_name": number.friendly_name or formatted(number.number),
        "identity_sid": None,
        "phone_number": number.number,
        "origin": "twilio",
        "sid": sid,
        "sms_application_sid": None,
        "sms_fallback_method": "POST",
        "sms_fallback_url": None,
        "sms_method": "POST",
        "sms_url": None,
        "status_callback": status.url if status else None,
        "status_callback_method": status.method if status else "POST",
        "trunk_sid": None,
        "uri": uri(account_sid, "IncomingPhoneNumbers", sid),
        "voice_receive_mode": "voice",
        "voice_application_sid": None,
        "voice_caller_id_lookup": False,
        "voice_fallback_method": fallback.method if fallback else "POST",
        "voice_fallback_url": fallback.url if fallback else None,
        "voice_method": voice.method if voice else "POST",
        "voice_url": voice.url if voice else None,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "bundle_sid": None,
        "status": "in-use",
        "type": "local",
    }


def create(switch: Switch, ask: Ask) -> web.Response:
    """`POST IncomingPhoneNumbers.json`: takes a number in; 21421 where it is none, 21422 where it is taken."""
    given = ask.form.text("PhoneNumber")
    if given is None:
        raise refusals.missing_parameter("PhoneNumber", 21421)
    wanted = normalised(given)
    if wanted is None:
        raise ExchangeError(21421, f"PhoneNumber is invalid: {given}")
    if wanted in switch.numbers:
        raise ExchangeError(21422, f"{wanted} is not available.")
    number = Number(wanted, date_created=ask.now)
    _apply(number, ask.form)
    number.date_updated = ask.now
    switch.numbers[wanted] = number
    return created(show(ask.account_sid, number))


def fetch(switch: Switch, ask: Ask) -> web.Response:
    """`GET IncomingPhoneNumbers/{PN}.json`."""
    return found(show(ask.account_sid, _one(switch, ask)))


def list_numbers(switch: Switch, ask: Ask) -> web.Response:
    """`GET IncomingPhoneNumbers.json`; `PhoneNumber` matches parts of a number."""
    name, part = ask.query.text("FriendlyName"), ask.query.text("PhoneNumber")
    numbers = [
        number
        for number in switch.numbers.values()
        if (part is None or part in number.number)
        and (name is None or name == (number.friendly_name or formatted(number.number)))
    ]
    return page(
        ask,
        "incoming_phone_numbers",
        numbers,
        lambda number: number_sid(ask.account_sid, number.number),
        lambda number: show(ask.account_sid, number),
    )


def update(switch: Switch, ask: Ask) -> web.Response:
    """`POST IncomingPhoneNumbers/{PN}.json`: other webhooks or another name; an empty URL takes a webhook away."""
    number = _one(switch, ask)
    _apply(number, ask.form)
    number.date_updated = ask.now
    return found(show(ask.account_sid, number))


def delete(switch: Switch, ask: Ask) -> web.Response:
    """`DELETE IncomingPhoneNumbers/{PN}.json`: gives the number back."""
    del switch.numbers[_one(switch, ask).number]
    return deleted()


def _one(switch: Switch, ask: Ask) -> Number:
    for number in switch.numbers.values():
        if number_sid(ask.account_sid, number.number) == ask.path["sid"]:
            return number
    raise refusals.no_such_address(ask.address)


def _apply(number: Number, form: Form) -> None:
    """Change what was sent; nothing changes where something is refused."""
    if form.text("VoiceApplicationSid"):
        raise ExchangeError(21218, "Invalid ApplicationSid: this account has no TwiML applications")
    voice = _hook(form, "VoiceUrl", "VoiceMethod", number.voice)
    fallback = _hook(form, "VoiceFallbackUrl", "VoiceFallbackMethod", number.fallback)
    kept = Hook(number.status.url, number.status.method) if number.status else None
    status = _hook(form, "StatusCallback", "StatusCallbackMethod", kept)
    name = form.text("FriendlyName", longest=LONGEST_NAME)
    if fallback is not None and voice is None:
        raise ExchangeError(21405, "A voice fallback URL needs a voice URL")
    number.voice, number.fallback = voice, fallback
    number.status = StatusHook(status.url, status.method) if status else None
    number.friendly_name = number.friendly_name if name is None else name


def _hook(form: Form, url: str, method: str, now: Hook | None) -> Hook | None:
    address, how = form.url(url), form.method(method, now.method if now else "POST")
    if address is not None:
        return Hook(address, how)
    if form.has(url) or now is None:
        return None
    return Hook(now.url, how)


ENDPOINTS = (
    Endpoint("POST", "/{account}/IncomingPhoneNumbers.json", create),
    Endpoint("GET", "/{account}/IncomingPhoneNumbers.json", list_numbers),
    Endpoint("GET", "/{account}/IncomingPhoneNumbers/{sid}.json", fetch),
    Endpoint("POST", "/{account}/IncomingPhoneNumbers/{sid}.json", update),
    Endpoint("DELETE", "/{account}/IncomingPhoneNumbers/{sid}.json", delete),
)
