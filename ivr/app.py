"""The web application: `granian --interface wsgi ivr.app:wsgi`. Read next: `web/voice.py`."""

import secrets
from typing import TYPE_CHECKING

from flask import Blueprint, Flask

from ivr.core.flow.effects import Say
from ivr.core.phrases import phrase
from ivr.log import configure
from ivr.services.lines import LineDesk
from ivr.services.ports import HistoryDown
from ivr.services.screening import Screening
from ivr.services.skills import Skilling
from ivr.settings import Settings
from ivr.store.redis.faces import RedisFaces
from ivr.store.sql.tokens import SqlTokens
from ivr.store.sql.vault import former_keys
from ivr.web import agents_line, callbacks, console, gate, health, numbers, offers, playback, prompts, voice
from ivr.web.metrics import timed
from ivr.web.outage import Outage
from ivr.web.site import Site
from ivr.web.webhooks import Webhooks
from ivr.wiring import Hotline, build, default_language

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


WEBHOOKS = "webhooks"
"""The carrier's application among the extensions of the whole one, for those who walk all routes."""


def create_app(hotline: Hotline) -> Flask:
    """The application over one process's parts. Starts no thread. Raises PolicyMissing for a route nobody guards."""
    blueprint = Blueprint("voice", __name__)
    door = _gate(hotline)
    voice.register(blueprint, door, _voice(hotline))
    offers.register(blueprint, door, hotline.offering, hotline.clock)
    callbacks.register(blueprint, door, hotline.calling_back, texting=hotline.texting, clock=hotline.clock)
    agents_line.register(blueprint, door, _agents_line(hotline))
    webhooks = Webhooks(door)
    webhooks.register_blueprint(blueprint)

    app = Flask(__name__, static_folder=None)
    numbers.bound(app)
    app.extensions[WEBHOOKS] = webhooks
    prompts.register(app, hotline.settings.hotline_flows / "prompts")
    playback.register(app, hotline.playback.audio)
    console.register(app, _site(hotline))
    app.wsgi_app = webhooks.in_front_of(app.wsgi_app)  # type: ignore[method-assign,assignment]  # Flask's way to wrap
    app.wsgi_app = timed(app.wsgi_app, hotline.meter)  # type: ignore[method-assign,assignment]  # Flask's way to wrap
    return app


def serve() -> "WSGIApplication":
    """This process's application, by the environment, with its threads running: deadlines are kept here too."""
    settings = Settings.read()
    hidden = (settings.twilio_auth_token, settings.twilio_auth_token_secondary, settings.twilio_api_key_secret)
    keys = (settings.hotline_secret_key, *former_keys(settings.hotline_secret_keys_former))
    configure(settings.hotline_log_level, secrets=(*filter(None, hidden), *keys))
    hotline = build(settings)
    app = create_app(hotline)
    hotline.sweeper.start()
    hotline.watcher.start()
    return app


def __getattr__(name: str) -> "WSGIApplication":
    """`wsgi` is made when a server asks for it, not when somebody imports this module."""
    if name != "wsgi":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["wsgi"] = app = serve()
    return app


def _gate(hotline: Hotline) -> gate.Gate:
    def apology() -> str:
        language = default_language(hotline.flows)
        words = f"{phrase('technical_problem', language)} {phrase('call_again', language)}"
        return hotline.documents.close((Say(words, language),))

    return gate.Gate(
        check=hotline.check,
        account_sid=hotline.settings.twilio_account_sid,
        fallback=hotline.conversation.fallback,
        apology=apology,
        meter=hotline.meter,
        fault_id=lambda: secrets.token_hex(4),
    )


def _voice(hotline: Hotline) -> voice.Voice:
    return voice.Voice(
        talk=hotline.conversation,
        unended=hotline.unended,
        wait=hotline.waiting,
        documents=hotline.documents,
        jobs=hotline.jobs,
        clock=hotline.clock,
        outage=Outage(),
        screening=Screening(hotline.sessions, hotline.documents),
    )


def _agents_line(hotline: Hotline) -> agents_line.AgentsLine:
    return agents_line.AgentsLine(
        agents=hotline.agents,
        presence=hotline.presence,
        results=hotline.results,
        tries=hotline.pin_tries,
        documents=hotline.documents,
        clock=hotline.clock,
        region=hotline.settings.hotline_region,
        language=default_language(hotline.flows),
    )


def _desk(hotline: Hotline) -> LineDesk:
    return LineDesk(
        store=hotline.lines,
        flows=hotline.flows,
        agents=hotline.agents,
        faces=RedisFaces(hotline.redis, hotline.keys),
        audit=hotline.audit,
        jobs=hotline.jobs,
        clock=hotline.clock,
        forecasts=hotline.forecasting,
        called_back=hotline.called_back,
    )


def _site(hotline: Hotline) -> Site:
    settings = hotline.settings

    def ask_history() -> None:
        with hotline.database.reading() as connection:
            connection.exec_driver_sql("select 1")

    return Site(
        redis=hotline.redis,
        redis_url=settings.redis_url,
        accounts=hotline.accounts,
        agents=hotline.agents,
        flows=hotline.flows,
        clock=hotline.clock,
        secret_key=settings.hotline_secret_key,
        public_base_url=settings.public_base_url,
        events_url=settings.hotline_events_url,
        keys=hotline.keys,
        phone_url=f"{settings.hotline_exchange_url}/phone" if settings.hotline_exchange_url else "",
        metrics_token=settings.hotline_metrics_token,
        proxies=settings.hotline_proxies,
        publishing=hotline.publishing,
        walks=hotline.walks,
        prompts=settings.hotline_flows / "prompts",
        desk=_desk(hotline),
        results=hotline.results,
        explaining=hotline.explaining,
        skills=Skilling(hotline.agents, hotline.audit, hotline.clock, hotline.presence),
        tokens=SqlTokens(hotline.database),
        test_callers=lambda: hotline.flows.testers,
        problems=lambda: hotline.flows.problems,
        checks={
            "redis": health.redis_check(hotline.redis),
            "flows": health.flows_check(hotline.flows),
            "history": health.answer_check(ask_history, "the database does not answer", HistoryDown),
        },
    )
