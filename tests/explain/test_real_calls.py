"""Explanations of calls in a real Redis, from the events the lines themselves write."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from ivr.cli import why
from ivr.cli.main import main
from ivr.core.flow.effects import Join
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.explain import Explanation
from ivr.core.routing.order import offset
from ivr.services.asking import ask
from ivr.services.lines_port import LineAsk
from ivr.services.ports import HistoryDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.event_reader import RedisEventReader
from ivr.store.redis.keys import Keys
from tests.events.test_store import subscriber
from tests.explain.conftest import Explained
from tests.routing.test_callbacks import book, booked

TAXES = Join("taxes", {})


def sentences(found: Explanation) -> list[str]:
    return [decision.sentence for decision in found.decisions]


def busy(centre: Explained) -> str:
    """Everybody who may answer talks; the call that waits for them."""
    centre.agent("ana", fr=5)
    centre.talk(centre.caller(TAXES))
    centre.pass_s(5)
    return centre.caller(TAXES)


def test_a_call_from_joining_to_talking(centre: Explained) -> None:
    centre.agent("cem", fr=2)
    centre.presence.pause("cem", "coffee")
    waits = busy(centre)
    centre.pass_s(70)
    told = centre.explain(waits)
    assert told.sentence == (
        "has waited 70 s in Taxes, 1st in line: at 60 s the ring 'fr 2 or better' opened; "
        "now 2 agents with fr 2 or better: 1 talking and 1 on break (coffee)"
    )
    assert told.next == "it goes to whoever is free first with 'fr 2 or better'"
    centre.presence.resume("cem")
    centre.talk(waits)
    over = centre.explain(waits)
    assert sentences(over) == [
        "joined Taxes for fr 3 or better; 1 agent logged in, none free; no call before it",
        "after 60 s ring 2 of 2 opened: 'fr 2 or better' may answer",
        "after 70 s offered to Cem, who had just become free",
        "after 70 s Cem took it by key",
        "after 70 s talks with Cem",
    ]
    assert over.would == ("if Cem had not been on break (coffee): 10 s sooner",)
    assert over.exceptions == ()


def test_before_and_after_it_is_folded_it_reads_the_same(centre: Explained) -> None:
    waits = busy(centre)
    centre.pass_s(3)
    centre.lines.leave(waits, "abandoned", centre.now)
    live = centre.explain(waits)
    assert centre.scribe.once() > 0
    assert centre.explain(waits) == live
    assert live.sentence == "left Taxes after 3 s: the caller hung up: 1 agent with fr 3 or better, talking"
    centre.client.execute("DEL", Keys().events)
    assert centre.explain(waits) == live, "from the history alone"


def test_the_next_ring_is_announced(centre: Explained) -> None:
    waits = busy(centre)
    centre.pass_s(1)
    behind = centre.caller(TAXES)
    centre.pass_s(20)
    assert centre.explain(waits).next.startswith("ring 2 of 2 opens in 39 s ('fr 2 or better'); it goes to whoever")
    assert centre.explain(behind).next == "ring 2 of 2 opens in 40 s ('fr 2 or better'); 1 call before it"
    assert "2nd in line" in centre.explain(behind).sentence


def test_a_phone_that_rings_out_twice_takes_its_agent_off(centre: Explained) -> None:
    centre.subscribers.add(subscriber("wh_1", "agent.changed"))
    centre.agent("ana", fr=5)
    waits = centre.caller(TAXES)
    centre.pass_s(80)
    ended = [sentence for sentence in sentences(centre.explain(waits)) if "didn't answer" in sentence]
    assert len(ended) == 2
    follows = centre.caller(TAXES)
    centre.pass_s(1)
    ana = centre.explain(follows).decisions[0].others[0]
    assert ana.why.startswith("taken off for 2 calls in a row that rang out")
    centre.scribe.once()
    told = json.loads(centre.deliveries.due("wh_1", centre.clock.now(), 100)[-1].body)
    assert {name: told["data"][name] for name in ("agent", "state", "reason")} == {
        "agent": "ana", "state": "paused", "reason": "no_answer",
    }, "and whoever subscribed hears of it"  # fmt: skip


def test_what_people_did_to_a_call(centre: Explained) -> None:
    waits = busy(centre)
    centre.agent("luc", tax=4)
    centre.lines.boost(waits, 60, "zoe", centre.now)
    to, usual = (
        LineAsk("help", ask(QueueDefinition("help"), {"sign": 1}).rings),
        offset(urgent=False, priority_seconds=0),
    )
    centre.lines.move(waits, to, "zoe", centre.now, offset=usual)
    centre.pass_s(2)
    assert centre.lines.pull(waits, "luc", "zoe", centre.now).refused == ""
    found = centre.explain(waits)
    assert found.exceptions[:3] == (
        "boosted: put forward by 60 s by zoe",
        "moved: from Taxes to help by zoe, its place kept",
        "pulled: given to Luc by zoe, past its place",
    )
    assert "after 2 s offered to Luc, who was named by a supervisor" in sentences(found)


def test_whoever_dropped_out_and_phones_again_has_the_place_back_and_it_is_said(centre: Explained) -> None:
    busy(centre)
    marie = CallerFacts(number="+33639980011")
    for number, call in enumerate(("CAfirst", "CAagain")):
        centre.carrier.inbound(call)
        session = Session(call, "main", "f", "d", "s", "fr-FR", turn=1, caller=marie)
        centre.dispatch.join(session, Join("help", {"sign": 1}), centre.now)
        if not number:
            centre.pass_s(40)
            centre.dispatch.caller_gone(call, centre.now, marie.number)
    told = "in the place this number had kept after dropping out, 40 s old"
    assert told in centre.explain("CAagain").decisions[0].sentence
    assert "dropping out" not in centre.explain("CAfirst").decisions[0].sentence


def test_a_preferred_agent_and_an_urgent_call(centre: Explained) -> None:
    centre.agent("ben", fr=5)
    centre.flows.queue_definitions["own"] = QueueDefinition("own", prefer_seconds=20)
    kept = centre.caller(Join("own", {"fr": 1}, preferred=("ana",)))
    found = centre.explain(kept)
    assert found.decisions[0].sentence.startswith("joined own for ")
    urgent = centre.caller(Join("taxes", {}, urgent=True))
    assert centre.explain(urgent).exceptions == ("urgent: before everyone who isn't",)
    assert centre.explain(centre.caller(TAXES)).exceptions == ()


def test_a_callback_in_the_place_of_its_call(centre: Explained) -> None:
    call = centre.caller(Join("help", {"fr": 1}))
    centre.pass_s(5)
    book(centre, call, skills={"fr": 1})
    item = booked(centre)
    centre.pass_s(2)
    found = centre.explain(item)
    assert sentences(found) == [f"asked to be called back by help, in the place of {call}"]
    assert found.sentence == ("has waited 2 s in help, 1st in line: no agent with fr 1 or better logged in")
    assert sentences(centre.explain(call))[-1] == "after 5 s left help: the caller chose to be called back"


def test_a_callback_at_the_time_asked_for(centre: Explained) -> None:
    centre.agent("ana", fr=5)
    at = datetime.fromtimestamp(centre.now / 1000 + 3_600, UTC)
    book(centre, "CAflow", skills={"fr": 1}, not_before=at.isoformat())
    item = booked(centre)
    assert centre.explain(item).sentence == "takes its place in help in 1 h, as the caller asked"
    centre.sweep(3_600_000)
    found = centre.explain(item)
    assert "callback's time: it took its place when the time came that was asked for" in found.exceptions
    assert sentences(found)[1:3] == [
        "the time asked for came: it takes its place",
        "at once offered to Ana, the only one free",
    ]


def test_a_call_nobody_knows(centre: Explained) -> None:
    assert centre.explaining.explain_call("CAnone") is None


def test_with_one_store_away_the_other_tells(centre: Explained, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = busy(centre)
    centre.scribe.once()

    def away(*_: object) -> None:
        raise HistoryDown("away")

    gone = StateClient("redis://127.0.0.1:1/0")
    explaining = centre.explaining
    with monkeypatch.context() as patch:
        patch.setattr(explaining, "_reader", RedisEventReader(gone, Keys(), "gone"))
        found = explaining.explain_call(waits)
        assert found is not None
        assert found.decisions
    for verb in ("of_call", "newest", "changes", "calls_like"):
        monkeypatch.setattr(centre.decisions, verb, away)
    found = explaining.explain_call(waits)
    assert found is not None
    assert found.decisions
    assert waits in explaining.calls_like("CA")
    monkeypatch.setattr(explaining, "_reader", RedisEventReader(gone, Keys(), "gone"))
    with pytest.raises(HistoryDown):
        explaining.explain_call(waits)


class Here:
    """The application as a command finds it."""

    def __init__(self, centre: Explained) -> None:
        self.explaining = centre.explaining

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def command(centre: Explained, monkeypatch: pytest.MonkeyPatch) -> Explained:
    monkeypatch.setattr(why, "hotline_here", lambda: Here(centre))
    return centre


def run(*words: str, fails: bool = False) -> str:
    result = CliRunner().invoke(main, ["why", *words])
    assert (result.exit_code != 0) == fails, result.output
    return result.output


def test_the_command_explains_one_call(command: Explained) -> None:
    waits = busy(command)
    command.agent("luc", tax=1)
    command.pass_s(2)
    shown = run(waits)
    assert shown.startswith(f"{waits}: has waited 2 s in Taxes, 1st in line: 1 agent with fr 3 or better, talking")
    assert "    Ana: talking for 5 s" in shown
    assert "next: ring 2 of 2 opens in 58 s" in shown
    assert run("--last") == shown
    found = json.loads(run(waits, "--json"))
    assert found["state"] == "waiting"
    assert found["decisions"][0]["others"][0]["name"] == "Ana"


def test_a_call_is_named_by_how_it_begins(command: Explained) -> None:
    waits = busy(command)
    command.scribe.once()
    assert "several calls begin with 'CAcaller'" in run("CAcaller", fails=True)
    assert run("CAcaller2").startswith(f"{waits}: ")
    assert "no call in a line is known" in run("CAnone", fails=True)
    assert "name a call, or say --last" in run(fails=True)
    assert "name a call, or say --last" in run(waits, "--last", fails=True)


def test_a_call_that_was_only_booked_to_be_called_back_leads_to_its_callback(command: Explained) -> None:
    book(command, "CAnone")
    item = booked(command)
    assert f"`hotline why {item}` explains that" in run("CAnone", fails=True)
    assert run(item).startswith(f"{item}: has waited")
    assert "no call in a line is known" in run("CAother", fails=True)
