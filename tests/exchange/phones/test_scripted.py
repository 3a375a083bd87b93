"""Scripted phones do what their script says, when it says, on the exchange's clock."""

import pytest

from exchange.clock import Clock
from exchange.phones.book import NumberTaken, Phones
from exchange.phones.decode import phone
from exchange.phones.scripted import ScriptedPhone
from exchange.records import Call
from tests.exchange.phones.fake_line import GATHER, RECORD, FakeLine, play, said

PEER = Call("CA9", "AC1", "+33612345678", "+33139753975", "inbound")


def made(clock: Clock, **fields: object) -> ScriptedPhone:
    return ScriptedPhone(phone({"name": "Camille", "number": "+33639980001", **fields}), clock)


def test_answers_after_its_ring_presses_when_asked_and_talks() -> None:
    async def story(clock: Clock) -> None:
        agent = made(clock, ring=3, steps=[{"press": "1", "when": "gather", "after": 1}], talk=20)
        line = FakeLine(clock, agent)
        agent.ringing(line)
        await clock.sleep(2)
        assert line.done == []
        await clock.sleep(2)
        assert line.done == ["answer"]
        await clock.sleep(5)
        assert line.done == ["answer"], "pressed before it was asked"
        agent.asked(line, GATHER)
        await clock.sleep(3)
        assert line.done == ["answer", "press 1"]
        agent.bridged(line, PEER)
        await clock.sleep(15)
        assert line.done[-1] == "press 1"
        await clock.sleep(8)
        assert line.done == ["answer", "press 1", "hang up"]
        answered, pressed, hung_up = (at for at, _ in line.acts)
        assert 3.0 <= answered < 4.0
        assert pressed >= answered + 5 + 1
        assert hung_up - pressed >= 20

    play(story, 20)


@pytest.mark.parametrize(
    ("on_ring", "done"),
    [
        ("busy", ["decline busy"]),
        ("decline", ["decline rejected"]),
        ("unreachable", ["decline unreachable"]),
        ("ring", []),
    ],
)
def test_other_reactions(on_ring: str, done: list[str]) -> None:
    async def story(clock: Clock) -> None:
        agent = made(clock, on_ring=on_ring, ring=1)
        line = FakeLine(clock, agent)
        agent.ringing(line)
        await clock.sleep(30)
        assert line.done == done

    play(story)


def test_voicemail_greets_and_never_presses() -> None:
    async def story(clock: Clock) -> None:
        agent = made(clock, on_ring="voicemail", greeting="Je suis absente.", steps=[{"press": "1", "when": "gather"}])
        line = FakeLine(clock, agent)
        agent.ringing(line)
        await clock.sleep(1)
        agent.asked(line, GATHER)
        await clock.sleep(70)
        assert line.done == ["answer by machine", "say Je suis absente.", "hang up"]

    play(story)


def test_each_gather_serves_one_step() -> None:
    async def story(clock: Clock) -> None:
        agent = made(clock, steps=[{"press": "2"}, {"press": "1"}, {"say": "au revoir", "when": "record"}])
        line = FakeLine(clock, agent)
        agent.ringing(line)
        await clock.sleep(1)
        agent.asked(line, GATHER)
        await clock.sleep(2)
        assert line.done == ["answer", "press 2"]
        agent.asked(line, None)
        agent.asked(line, GATHER)
        await clock.sleep(2)
        assert line.done == ["answer", "press 2", "press 1"]
        agent.asked(line, RECORD)
        await clock.sleep(2)
        assert line.done[-1] == "say au revoir"

    play(story)


def test_quiet_waits_until_prompts_were_heard() -> None:
    async def story(clock: Clock) -> None:
        agent = made(clock, steps=[{"press": "2", "when": "quiet"}])
        line = FakeLine(clock, agent)
        agent.ringing(line)
        await clock.sleep(1)
        agent.asked(line, GATHER)
        agent.hears(line, said(6))
        await clock.sleep(5)
        assert line.done == ["answer"]
        agent.hears(line, said(6))
        await clock.sleep(5)
        assert line.done == ["answer"], "did not hear the second prompt out"
        await clock.sleep(4)
        assert line.done == ["answer", "press 2"]

    play(story, 20)


def test_a_caller_gives_up_unless_connected() -> None:
    async def story(clock: Clock) -> None:
        for connected in (False, True):
            caller = made(clock, steps=[{"press": "1"}], patience=30)
            line = FakeLine(clock, caller, "inbound")
            caller.ringing(line)
            caller.answered(line)
            caller.asked(line, GATHER)
            await clock.sleep(25)
            assert line.done == ["press 1"]
            if connected:
                caller.bridged(line, PEER)
            await clock.sleep(15)
            assert line.done == (["press 1"] if connected else ["press 1", "hang up"])

    play(story)


def test_takes_one_call_at_a_time() -> None:
    async def story(clock: Clock) -> None:
        agent = made(clock)
        first, second = FakeLine(clock, agent), FakeLine(clock, agent, sid="CA2")
        agent.ringing(first)
        agent.ringing(second)
        await clock.sleep(1)
        assert first.done == ["answer"]
        assert second.done == ["decline busy"]
        assert agent.busy
        first.hang_up()
        assert not agent.busy
        third = FakeLine(clock, agent, sid="CA3")
        agent.ringing(third)
        await clock.sleep(1)
        assert third.done == ["answer"]

    play(story)


def test_the_same_seed_draws_the_same_day() -> None:
    def drawn(seed: int) -> list[str]:
        days: list[str] = []

        async def story(clock: Clock) -> None:
            agent = made(clock, on_ring={"answer": 0.5, "busy": 0.5}, seed=seed)
            for n in range(12):
                line = FakeLine(clock, agent, sid=f"CA{n}")
                agent.ringing(line)
                await clock.sleep(1)
                days.append(line.done[0])
                if line.done[0] == "answer":
                    line.hang_up()

        play(story, 1000)
        return days

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert {"answer", "decline busy"} == set(drawn(1))


def test_the_book_prefers_registered_phones_and_keeps_numbers_apart() -> None:
    async def story(clock: Clock) -> None:
        book = Phones(clock, [phone({"name": "Camille", "number": "+33639980001"})])
        assert isinstance(book.handset("+33639980001"), ScriptedPhone)
        assert book.name("+33639980001") == "Camille"
        assert book.handset("+33639980009") is None
        mine, other = made(clock), made(clock)
        book.register("+33639980001", "Ma souris", mine)
        assert book.handset("+33639980001") is mine
        with pytest.raises(NumberTaken):
            book.register("+33639980001", "Intrus", other)
        book.unregister("+33639980001", other)
        assert book.handset("+33639980001") is mine
        book.unregister("+33639980001", mine)
        assert book.name("+33639980001") == "Camille"

    play(story)
