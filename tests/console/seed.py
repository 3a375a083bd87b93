"""Live calls and agents put into a real Redis, as the scripts of sessions and lines leave them there."""

import json
import time

import msgspec
from redis import Redis

from ivr.core.events import Event
from ivr.core.flow.session import CallerFacts, Session
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.sessions import RedisSessions

KEYS = Keys()


def now_ms() -> int:
    """Now."""
    return time.time_ns() // 1_000_000


class Seeder:
    """Writes what callers and agents do."""

    def __init__(self, url: str) -> None:
        self.redis = Redis.from_url(url)
        self.sessions = RedisSessions(StateClient(url), KEYS)
        self.turns: dict[str, Session] = {}

    def call(
        self,
        sid: str,
        number: str = "+33612345678",
        *,
        name: str = "",
        line: str = "town-hall",
        ago: int = 0,
        kind: str = "new",
    ) -> None:
        """A call comes in, `ago` seconds ago."""
        from datetime import UTC, datetime, timedelta

        started = datetime.now(UTC) - timedelta(seconds=ago)
        caller = CallerFacts(kind=kind, number=number, name=name)
        session = Session(
            sid, line, line, "digest", "start", "fr-FR", number, "+33199001000", started.isoformat(), caller=caller
        )
        self.turns[sid] = session
        at = now_ms() - ago * 1000
        self.sessions.save(session, "<Response/>", [Event("call.started", at, sid, {"line": line})])

    def says(self, sid: str, *captions: tuple[str, str], path: tuple[str, ...] = ()) -> None:
        """A turn: who said what."""
        session = self.turns[sid]
        session = (
            msgspec.structs.replace(session, turn=session.turn + 1)
            if hasattr(session, "__struct_fields__")
            else _next(session, path)
        )
        self.turns[sid] = session
        kinds = {"hotline": "call.heard", "caller": "call.did"}
        self.sessions.save(
            session, "<Response/>", [Event(kinds[who], now_ms(), sid, {"text": text}) for who, text in captions]
        )  # type: ignore[arg-type]

    def joins(self, sid: str, queue: str, *, ago: int = 0) -> None:
        """A call stands in a line."""
        at = now_ms() - ago * 1000
        self.redis.hset(
            f"{KEYS.prefix}call:{sid}",
            mapping={"state": "waiting", "queue": queue, "group": f"L{queue}", "start": at},
        )
        self.redis.zadd(f"{KEYS.prefix}group:L{queue}:calls", {sid: at})
        self.redis.sadd(f"{KEYS.prefix}queue:{queue}:groups", f"L{queue}")
        self.redis.sadd(f"{KEYS.prefix}queues", queue)
        self.emit("call.joined", sid, {"queue": queue})

    def way(self, sid: str, state: str, agent: str, event: str, **more: int) -> None:
        """A call's line moves on."""
        self.redis.hset(f"{KEYS.prefix}call:{sid}", mapping={"state": state, "agent": agent, **more})
        self.emit(event, sid, {"agent": agent})

    def agent(self, agent: str, state: str, *, call: str = "", reason: str = "", ago: int = 0, name: str = "") -> None:
        """An agent's state."""
        self.redis.sadd(f"{KEYS.prefix}agents", agent)
        since = now_ms() - ago * 1000
        self.redis.hset(
            f"{KEYS.prefix}agent:{agent}",
            mapping={"state": state, "since": since, "call": call, "pause_reason": reason, "name": name},
        )
        self.emit("agent.changed", "", {"agent": agent, "state": state, "reason": reason})

    def ends(self, sid: str, outcome: str = "talked") -> None:
        """A call is over."""
        self.sessions.end(sid, outcome, now_ms())

    def emit(self, kind: str, sid: str, data: dict[str, str]) -> None:
        """An event."""
        self.redis.xadd(KEYS.events, {"type": kind, "at_ms": now_ms(), "call": sid, "data": json.dumps(data)})


def _next(session: Session, path: tuple[str, ...]) -> Session:
    from dataclasses import replace

    return replace(session, turn=session.turn + 1, path=path or session.path)


def busy_morning(seed: Seeder) -> None:
    """Six calls and five agents, in every state."""
    seed.call("CA" + "1" * 32, "+33612345678", name="Marie Dupont", ago=222, kind="known")
    seed.says(
        "CA" + "1" * 32, ("hotline", "Bonjour et bienvenue à la mairie. Pour un passeport, tapez 1."), ("caller", "1")
    )
    seed.says(
        "CA" + "1" * 32,
        ("hotline", "Pour un passeport perdu, tapez 2."),
        ("caller", "2"),
        ("hotline", "Un conseiller va vous répondre. Votre attente est estimée à deux minutes."),
        path=("Passports", "Lost"),
    )
    seed.joins("CA" + "1" * 32, "passports", ago=190)
    seed.way("CA" + "1" * 32, "bridged", "ana", "call.bridged", bridged=now_ms() - 130_000, accepted=now_ms() - 131_000)
    seed.call("CA" + "2" * 32, "+447700900123", ago=95)
    seed.says("CA" + "2" * 32, ("hotline", "Bonjour et bienvenue à la mairie."), ("caller", "1"), path=("Passports",))
    seed.joins("CA" + "2" * 32, "passports", ago=83)
    seed.call("CA" + "3" * 32, "", ago=12, kind="hidden")
    seed.says(
        "CA" + "3" * 32,
        (
            "hotline",
            "Bonjour et bienvenue à la mairie. Passeport : tapez 1. Impôts : tapez 2. Nos horaires : tapez 3.",
        ),
    )
    seed.call(
        "CA" + "4" * 32,
        "+33688997711",
        name="Jean-Baptiste de la Rochefoucauld-Montbel",
        line="taxes",
        ago=301,
        kind="known",
    )
    seed.says(
        "CA" + "4" * 32,
        ("hotline", "Centre des impôts, bonjour."),
        ("caller", "je voudrais un délai de paiement"),
        ("hotline", "D'accord."),
        path=("Payment", "More time"),
    )
    seed.joins("CA" + "4" * 32, "taxes", ago=260)
    seed.way("CA" + "4" * 32, "offered", "dan", "call.offered")
    seed.agent("ana", "on_call", call="CA" + "1" * 32, ago=130, name="Ana Lima")
    seed.agent("bo", "paused", reason="lunch", ago=1200, name="Bo Winter")
    seed.agent("chloe", "available", ago=35, name="Chloé Martin")
    seed.agent("dan", "reserved", call="CA" + "4" * 32, ago=8, name="Dan Okafor")
    seed.agent("eve", "wrap_up", ago=6, name="Eve Laurent")
