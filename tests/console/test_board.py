"""From one board to the next in messages: a page that applies them shows what a snapshot would."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ivr.core.live import AgentNow, Board, CallNow, Caption, changes, new_captions, queues_of, snapshot, with_changes

IDS = st.sampled_from(["CA1", "CA2", "CA3"])
AGENTS = st.sampled_from(["ana", "bo"])
captions = st.lists(st.builds(Caption, st.integers(0, 3), st.just("caller"), st.sampled_from("ab")), max_size=4).map(
    tuple
)
calls = st.builds(
    CallNow,
    call=st.just(""),
    line=st.just("town"),
    started_ms=st.integers(1, 3),
    state=st.sampled_from(["menu", "waiting", "ringing", "talking"]),
    queue=st.sampled_from(["", "passports", "taxes"]),
    waiting_ms=st.integers(1, 9),
    captions=captions,
)
boards = st.builds(
    Board,
    st.dictionaries(IDS, calls).map(lambda found: {sid: _with(call, sid) for sid, call in found.items()}),
    st.dictionaries(
        AGENTS, st.builds(AgentNow, agent=st.just("ana"), state=st.sampled_from(["available", "paused", "offline"]))
    ).map(lambda found: {name: AgentNow(name, agent.state) for name, agent in found.items()}),
)


def _with(call: CallNow, sid: str) -> CallNow:
    from dataclasses import replace

    return replace(call, call=sid)


class Page:
    """What the browser does with messages, in a few lines."""

    def __init__(self, board: Board) -> None:
        whole = snapshot(board, 0, 1.0).data
        self.calls: dict[str, dict[str, Any]] = {call["call"]: dict(call) for call in whole["calls"]}
        self.queues = {queue["queue"]: queue for queue in whole["queues"]}
        self.agents = {agent["agent"]: agent for agent in whole["agents"]}

    def apply(self, before: Board, after: Board) -> None:
        for message in changes(before, after):
            data = dict(message.data)
            match message.event:
                case "call":
                    self.calls[data["call"]] = {**self.calls.get(data["call"], {}), **data}
                case "captions":
                    self.calls[data["call"]]["captions"] = [*self.calls[data["call"]]["captions"], *data["captions"]]
                case "gone":
                    del self.calls[data["call"]]
                case "queue":
                    self.queues[data["queue"]] = data
                case "agent":
                    self.agents[data["agent"]] = data

    def shows(self) -> Any:
        agents = {name: agent for name, agent in self.agents.items() if agent["state"] != "offline"}
        last = {sid: {**call, "captions": call["captions"][-4:]} for sid, call in self.calls.items()}
        return last, {name: queue for name, queue in self.queues.items() if queue["waiting"]}, agents


@given(boards, boards)
def test_messages_lead_from_any_board_to_any_other(before: Board, after: Board) -> None:
    page = Page(before)
    page.apply(before, after)
    told, truth = page.shows(), Page(after).shows()
    assert told[1:] == truth[1:]
    assert told[0].keys() == truth[0].keys()
    for sid, call in truth[0].items():
        # A page may keep older captions than the store does; what it shows last is the same.
        assert {**told[0][sid], "captions": None} == {**call, "captions": None}
        assert told[0][sid]["captions"][len(told[0][sid]["captions"]) - len(call["captions"]) :] == call["captions"]


@given(boards)
def test_nothing_new_is_nothing_said(board: Board) -> None:
    assert list(changes(board, board)) == []


def test_captions_are_joined_where_old_ones_were_dropped() -> None:
    a, b, c, d = (Caption(at, "caller", "x") for at in range(4))
    assert new_captions((), (a, b)) == (a, b)
    assert new_captions((a, b), (a, b, c)) == (c,)
    assert new_captions((a, b, c), (b, c, d)) == (d,)
    assert new_captions((a, b), (a, b)) == ()
    assert new_captions((a, b), (c, d)) is None
    assert new_captions((a, b), ()) is None


def test_queues_count_who_has_no_agent_yet() -> None:
    board = Board(
        {
            "1": CallNow("1", "l", 1, "waiting", queue="q", waiting_ms=50),
            "2": CallNow("2", "l", 1, "ringing", queue="q", waiting_ms=40),
            "3": CallNow("3", "l", 1, "talking", queue="q", waiting_ms=10),
            "4": CallNow("4", "l", 1, "menu"),
        }
    )
    assert [(queue.queue, queue.waiting, queue.oldest_ms) for queue in queues_of(board).values()] == [("q", 2, 40)]


def test_a_board_with_some_parts_looked_at_again() -> None:
    board = Board({"1": CallNow("1", "l", 1), "2": CallNow("2", "l", 1)}, {"ana": AgentNow("ana")})
    after = with_changes(board, {"1": None, "3": CallNow("3", "l", 2)}, {"bo": AgentNow("bo", "available")})
    assert sorted(after.calls) == ["2", "3"]
    assert sorted(after.agents) == ["ana", "bo"]
