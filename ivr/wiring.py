"""How it is put together: every adapter behind its port, for the web, the workers and the command line alike.

`build` connects to nothing: each part does so when it is first used. Closing is `Hotline.close`.
"""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ivr.carrier.rest import Credentials, RestCarrier
from ivr.carrier.signature import SignatureCheck
from ivr.carrier.twiml import TwimlDocuments
from ivr.core.dialable import DialRules
from ivr.flowfile.catalog import Catalog
from ivr.flowfile.decode import decode_flow, digest_of
from ivr.flowfile.shelf import FolderShelf
from ivr.flowfile.watch import Watcher
from ivr.lookups.addresses import networks
from ivr.lookups.client import HttpLookups
from ivr.lookups.posting import HttpPost
from ivr.services.calibrating import Present
from ivr.services.callback_promises import CalledBack
from ivr.services.calling_back import CallingBack
from ivr.services.clock import Clock, RealClock, clock_from
from ivr.services.conversation import Conversation, Ways
from ivr.services.dialling import Dialling
from ivr.services.dispatch import Dispatch, DispatchSettings
from ivr.services.explaining import Explaining
from ivr.services.forecasting import Forecasting
from ivr.services.incidents import IncidentBoard
from ivr.services.known_agents import KnownAgents
from ivr.services.line_zones import LineZones
from ivr.services.offering import Offering
from ivr.services.patience import patience
from ivr.services.ports import Audit, CarrierError, Meter
from ivr.services.presence import Presence
from ivr.services.publishing import Publishing
from ivr.services.rang_out import RangOut
from ivr.services.recovery import Recovery
from ivr.services.results import Results
from ivr.services.scribe import Scribe
from ivr.services.subscribing import Subscribing
from ivr.services.sweeper import Sweeper
from ivr.services.texting import Texting
from ivr.services.unended import Unended
from ivr.services.waiting import WaitInLine
from ivr.settings import Settings
from ivr.store.redis.centre_clock import CentreClock
from ivr.store.redis.client import StateClient
from ivr.store.redis.ended import RedisEndedCalls
from ivr.store.redis.event_reader import RedisEventReader
from ivr.store.redis.incidents import RedisIncidents
from ivr.store.redis.jobs import RqJobs
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from ivr.store.redis.live import RedisLive
from ivr.store.redis.live_calls import RedisLiveCalls
from ivr.store.redis.meter import RedisMeter
from ivr.store.redis.pace import RedisPace
from ivr.store.redis.pin_tries import PinTries
from ivr.store.redis.results import RedisResults
from ivr.store.redis.sessions import RedisSessions
from ivr.store.redis.settled import RedisSettled
from ivr.store.redis.told import RedisTold
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.calibrations import SqlCalibrations
from ivr.store.sql.callbacks import SqlCallbacks
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.contacts import SqlContacts
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.deliveries import SqlDeliveries
from ivr.store.sql.engine import Database
from ivr.store.sql.messages import SqlMessages
from ivr.store.sql.recordings import SqlRecordings
from ivr.store.sql.subscribers import SqlSubscribers
from ivr.store.sql.surveys import SqlSurveys
from ivr.store.sql.texts import SqlTexts
from ivr.store.sql.vault import Vault, former_keys
from ivr.store.sql.waits import SqlWaits
from ivr.store.sql.walks import SqlWalks
from recordings.keep import AudioFolder
from recordings.playback import Playback, address


@dataclass(frozen=True, slots=True)
class Hotline:
    """All parts of one process. What each is for stands at its own definition."""

    settings: Settings
    clock: Clock
    keys: Keys
    # the operator's files and what the carrier is told
    flows: Catalog
    documents: TwimlDocuments
    check: SignatureCheck
    carrier: RestCarrier
    # the live moment
    redis: StateClient
    sessions: RedisSessions
    lines: RedisLines
    jobs: RqJobs
    live: RedisLive
    meter: RedisMeter
    ended: RedisEndedCalls
    incidents: RedisIncidents
    pin_tries: PinTries
    # what outlives it
    database: Database
    history: SqlHistory
    contacts: SqlContacts
    agents: SqlAgents
    accounts: SqlAccounts
    messages: SqlMessages
    recordings: SqlRecordings
    audit: SqlAudit
    callbacks: SqlCallbacks
    called_back: CalledBack
    calibrations: SqlCalibrations
    texts: SqlTexts
    surveys: SqlSurveys
    decisions: SqlDecisions
    subscribers: SqlSubscribers
    deliveries: SqlDeliveries
    audio: AudioFolder
    playback: Playback
    # the verbs
    dispatch: Dispatch
    presence: Presence
    conversation: Conversation
    unended: Unended
    waiting: WaitInLine
    forecasting: Forecasting
    offering: Offering
    calling_back: CallingBack
    texting: Texting
    rang_out: RangOut
    results: Results
    dialling: Dialling
    recovery: Recovery
    sweeper: Sweeper
    watcher: Watcher
    publishing: Publishing
    walks: SqlWalks
    post: HttpPost
    subscribing: Subscribing
    scribe: Scribe
    explaining: Explaining

    def close(self) -> None:
        """Stop threads and give connections back."""
        self.sweeper.stop()
        self.scribe.stop()
        self.watcher.stop()
        self.meter.close()
        self.redis.close()
        self.database.close()


def build(settings: Settings) -> Hotline:
    """Every part, by these settings. Raises ValueError for a setting that can't be used."""
    redis = StateClient(settings.redis_url)
    own_time = not settings.hotline_clock
    clock = CentreClock(redis) if own_time else clock_from(settings.hotline_clock)
    keys = Keys(settings.hotline_centre)
    flows = Catalog(
        settings.hotline_flows,
        settings.hotline_var / "flows",
        published_only=settings.hotline_flow_versions == "published",
        testers=[number.strip() for number in settings.hotline_testers.split(",") if number.strip()],
        embeddings=settings.hotline_embeddings,
    )
    documents = TwimlDocuments(settings.public_base_url, partial(address, settings.hotline_secret_key))
    sessions = RedisSessions(redis, keys)
    lines = RedisLines(redis, keys, patience(clock.speed), own_time=own_time)
    jobs = RqJobs(settings.redis_url)
    live = RedisLive(redis, keys)
    ended = RedisEndedCalls(redis, keys, sessions)
    database = Database(settings.database_url)
    vault = Vault(settings.hotline_secret_key, former_keys(settings.hotline_secret_keys_former))
    history, agents = SqlHistory(database), SqlAgents(database)
    meter = RedisMeter(redis, keys)
    carrier = _carrier(settings, meter)
    dialling = Dialling(_rules(settings), lines)
    texts, recordings, folder = SqlTexts(database), SqlRecordings(database), AudioFolder(settings.hotline_recordings)
    forecasting = Forecasting(
        RedisTold(redis, keys, own_time=own_time),
        lines,
        SqlWaits(database),
        Present(SqlCalibrations(database)),
        LineZones(flows),
    )
    known = KnownAgents(agents)
    dispatch = Dispatch(
        lines=lines,
        carrier=carrier,
        jobs=jobs,
        agents=known,
        flows=flows,
        live=live,
        clock=clock,
        settings=DispatchSettings(caller_id=settings.hotline_caller_id),
        dialling=dialling,
        pace=_pace(settings, redis, keys, clock.speed),
        entrance=forecasting,
        forecasts=forecasting,
    )
    ways = Ways(
        region=settings.hotline_region,
        fallback_number=settings.hotline_fallback_number,
        texts=settings.hotline_sms,
    )
    texting = Texting(texts, carrier, dialling, jobs, settings.hotline_sms)
    incidents = RedisIncidents(redis, keys)
    reader = RedisEventReader(redis, keys, f"{socket.gethostname()}-{os.getpid()}")
    post = HttpPost(networks(settings.hotline_fetch_networks), ca_file=settings.hotline_fetch_ca)
    conversation = Conversation(
        flows,
        sessions,
        history,
        ended,
        dispatch,
        jobs,
        documents,
        ways,
        incidents=IncidentBoard(incidents, clock.speed),
        dialling=dialling,
        lookups=HttpLookups(
            flows.host, os.environ, private=networks(settings.hotline_fetch_networks), ca_file=settings.hotline_fetch_ca
        ),
    )
    results = Results(RedisResults(redis, keys), lines, flows, jobs, clock)
    recovery = Recovery(RedisSettled(redis, keys), lines, carrier, carrier, agents, sessions, dispatch, jobs)
    return Hotline(
        settings=settings,
        clock=clock,
        keys=keys,
        flows=flows,
        documents=documents,
        check=SignatureCheck(
            settings.public_base_url, (settings.twilio_auth_token, settings.twilio_auth_token_secondary)
        ),
        carrier=carrier,
        redis=redis,
        sessions=sessions,
        lines=lines,
        jobs=jobs,
        live=live,
        meter=meter,
        ended=ended,
        incidents=incidents,
        pin_tries=PinTries(redis, keys),
        database=database,
        history=history,
        contacts=SqlContacts(database),
        agents=agents,
        accounts=SqlAccounts(database),
        messages=SqlMessages(database),
        recordings=recordings,
        audit=SqlAudit(database),
        callbacks=SqlCallbacks(database),
        called_back=CalledBack(SqlCallbacks(database)),
        calibrations=SqlCalibrations(database),
        texts=texts,
        surveys=SqlSurveys(database),
        decisions=SqlDecisions(database),
        subscribers=SqlSubscribers(database, vault),
        deliveries=SqlDeliveries(database),
        audio=folder,
        playback=Playback(settings.hotline_secret_key, sessions, recordings, folder, carrier, time.sleep),
        dispatch=dispatch,
        presence=Presence(lines, agents, jobs, clock),
        conversation=conversation,
        unended=Unended(RedisLiveCalls(redis, keys), carrier, conversation, clock.speed),
        waiting=WaitInLine(conversation, forecasting),
        forecasting=forecasting,
        offering=Offering(dispatch, sessions, known, documents, default_language(flows), results),
        calling_back=CallingBack(dispatch, lines, known, documents, default_language(flows), clock.speed),
        texting=texting,
        results=results,
        rang_out=RangOut(
            lines, agents, SqlAudit(database), texting, settings.hotline_agents_number, settings.hotline_caller_id
        ),
        dialling=dialling,
        recovery=recovery,
        sweeper=Sweeper(counted(recovery.sweep, meter), recovery.reconcile, clock),
        watcher=Watcher(flows),
        walks=SqlWalks(database),
        post=post,
        subscribing=Subscribing(SqlSubscribers(database, vault), SqlDeliveries(database), post),
        scribe=Scribe(
            reader,
            SqlDecisions(database),
            SqlDeliveries(database),
            jobs,
            RealClock(),
        ),
        explaining=Explaining(SqlDecisions(database), reader, lines, agents, flows, clock),
        publishing=publishing_of(settings.hotline_flows, settings.hotline_var, SqlAudit(database)),
    )


def _pace(settings: Settings, redis: StateClient, keys: Keys, speed: float) -> RedisPace | None:
    """The carrier's pace; None where it is to be the carrier's own affair."""
    per_second = settings.hotline_calls_per_second
    own_time = not settings.hotline_clock
    return RedisPace(redis, keys, per_second, patience(speed), own_time=own_time) if per_second else None


def _rules(settings: Settings) -> DialRules:
    """What may be dialled: the house's own country, and those named besides."""
    written = settings.hotline_dial_regions.replace(",", " ").split()
    denied = settings.hotline_dial_denied.replace(",", " ").split()
    return DialRules(settings.hotline_region, tuple(written), settings.hotline_dial_voip, tuple(denied))


def publishing_of(folder: Path, var: Path, audit: Audit) -> Publishing:
    """The versions of a folder of flows, kept below `var`."""
    return Publishing(
        shelf=FolderShelf(folder, var / "flows"),
        audit=audit,
        decode=lambda name, source: decode_flow(source, name, f"{name}.yaml").flow,
        digest=digest_of,
    )


def default_language(flows: Catalog) -> str:
    """The locale spoken where nobody's own is known: the first line's."""
    lines = flows.lines()
    return lines[0].language if lines else "en-US"


def counted(sweep: Callable[[int], int], meter: Meter) -> Callable[[int], int]:
    """The sweep, counted by whether it found something that was due and not done."""

    def run(now_ms: int) -> int:
        found = sweep(now_ms)
        meter.count("sweeps", "found" if found else "clean")
        return found

    return run


def _carrier(settings: Settings, meter: Meter) -> RestCarrier:
    credentials = Credentials(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        api_key_sid=settings.twilio_api_key_sid,
        api_key_secret=settings.twilio_api_key_secret,
    )

    def failed(error: CarrierError) -> None:
        meter.count("carrier_errors", str(error.code) if error.code else "no-answer")

    return RestCarrier(credentials, settings.public_base_url, api_url=settings.twilio_api_url, failed=failed)
