"""A whole web application on a real Redis and SQLite, and a carrier that signs what it posts and reads what it gets."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from twilio.request_validator import RequestValidator
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from ivr.app import create_app
from ivr.services.ports import AgentProfile
from ivr.settings import Settings
from ivr.wiring import Hotline, build
from tests.databases import make_tables

ACCOUNT = "AC" + "1" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
OTHER_TOKEN = "fedcba9876543210fedcba9876543210"
BASE = "https://hotline.example.org/phone"
NUMBER = "+33199001000"
CALLER = "+33612345678"
FALLBACK = "+33199009999"
CALL = "CA" + "a" * 32
LEG = "CA" + "b" * 32
ANNA = AgentProfile("anna", "Anna", "+33639980001", {"accueil": 5}, ("fr-FR",))


class House:
    """One process's application, its parts, and how the carrier talks to it."""

    def __init__(self, redis_url: str, folder: Path, **more: str) -> None:
        database = f"sqlite:///{folder / 'history.sqlite'}"
        make_tables(database)
        values: dict[str, Any] = {
            "redis_url": redis_url,
            "database_url": database,
            "public_base_url": BASE,
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_auth_token_secondary": OTHER_TOKEN,
            "hotline_secret_key": "s" * 32,
            "hotline_flows": Path(__file__).parent / "flows",
            "hotline_var": folder,
            "hotline_fallback_number": FALLBACK,
        }
        self.settings = Settings(**(values | more))
        self.hotline: Hotline = build(self.settings)
        self.app = create_app(self.hotline)
        self.client = Client(self.app, Response)

    def close(self) -> None:
        self.hotline.close()

    def form(self, **fields: str) -> dict[str, str]:
        """A voice request's fields, with some of one's own."""
        usual = {
            "CallSid": CALL,
            "AccountSid": ACCOUNT,
            "From": CALLER,
            "To": NUMBER,
            "Caller": CALLER,
            "Called": NUMBER,
            "CallStatus": "in-progress",
            "ApiVersion": "2010-04-01",
            "Direction": "inbound",
            "FromCity": "",
            "ToCountry": "FR",
        }
        return usual | fields

    def post(self, path: str, *, token: str = TOKEN, method: str = "POST", **fields: str) -> TestResponse:
        """A signed request."""
        form = self.form(**fields)
        signature = RequestValidator(token).compute_signature(BASE + path, form)
        return self.client.open(path, method=method, data=form, headers={"X-Twilio-Signature": signature})

    def say(self, path: str, **fields: str) -> ET.Element:
        """A signed request for a document, which must be one."""
        response = self.post(path, **fields)
        assert response.status_code == 200, response.status
        assert response.content_type == "text/xml; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
        root = ET.fromstring(response.data)
        assert root.tag == "Response"
        return root

    def agent_on_duty(self, profile: AgentProfile = ANNA) -> None:
        """An agent in the database, logged in."""
        self.hotline.agents.add(profile, profile.number, self.hotline.clock.now())
        self.hotline.presence.log_in(profile.id)


def verbs(root: ET.Element) -> list[str]:
    """The verbs of a document, in order."""
    return [child.tag for child in root]


def spoken(root: ET.Element) -> str:
    """All words of a document."""
    return " ".join(say.text or "" for say in root.iter("Say"))


def action(root: ET.Element) -> str:
    """Where the document's first verb with an action sends its answer, as a path."""
    found = next(element for element in root.iter() if "action" in element.attrib)
    return found.attrib["action"].removeprefix(BASE).partition("#")[0]


def is_fallback(root: ET.Element) -> bool:
    """A spoken sentence and the fallback number."""
    return verbs(root) == ["Say", "Dial"] and root.findtext("Dial/Number") == FALLBACK and bool(spoken(root))
