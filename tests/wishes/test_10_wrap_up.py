"""Wrap-up is the agent's: across all lines, for all to see, ended sooner or later by the agent."""

from ivr.core.flow.effects import Join
from ivr.core.queue_rules import QueueDefinition
from tests.routing.conftest import Centre
from tests.wishes.hands import offered_to, talks


def after_a_talk(centre: Centre) -> str:
    """Ann has talked to one caller; in another line somebody waits."""
    centre.flows.queue_definitions["other"] = QueueDefinition("other", wrap_up_seconds=0)
    centre.agent("ann")
    centre.caller()
    talks(centre, "ann")
    return centre.caller(Join("other", {"fr": 1}))


def test_wish_10_after_call_work_holds_in_every_line(centre: Centre) -> None:
    """No call of any line reaches an agent who still writes down the last one; then the wait is over by itself."""
    waiting = after_a_talk(centre)
    assert centre.call_state(waiting) == "waiting"
    centre.sweep(after_ms=14_000)
    assert centre.call_state(waiting) == "waiting"
    centre.sweep(after_ms=1_500)
    assert offered_to(centre, "ann") == waiting


def test_wish_10_it_is_seen_with_its_end(centre: Centre) -> None:
    """Everybody sees that she is in wrap-up, and until when."""
    after_a_talk(centre)
    (ann,) = centre.lines.snapshot(centre.now).agents
    assert (ann.state, ann.deadline_ms) == ("wrap_up", centre.now + 15_000)


def test_wish_10_it_ends_early_when_the_work_is_done(centre: Centre) -> None:
    """The agent says so, and has the next call at once."""
    waiting = after_a_talk(centre)
    centre.presence.finish_wrap_up("ann")
    assert offered_to(centre, "ann") == waiting


def test_wish_10_a_wish_to_go_home_outlasts_the_talk_and_whoever_changes_the_skills_meanwhile(centre: Centre) -> None:
    """Asked for in the middle of a talk, it is granted when that is over, and no change of skills undoes it."""
    centre.agent("ann")
    centre.caller()
    offered_to(centre, "ann")
    centre.presence.log_out("ann")
    centre.agents.train("ann", fr=2)
    centre.presence.relearn("ann")
    talks(centre, "ann")
    assert centre.state("ann") == "offline"
    centre.presence.relearn("ann")
    assert centre.state("ann") == "offline", "and no change of skills calls them back to work"


def test_wish_10_it_is_made_longer_by_whoever_needs_it(centre: Centre) -> None:
    """More time, on request; it still ends by itself."""
    waiting = after_a_talk(centre)
    centre.presence.extend_wrap_up("ann")
    centre.sweep(after_ms=16_000)
    assert centre.state("ann") == "wrap_up"
    ends = centre.presence.state("ann").deadline_ms
    assert ends is not None
    centre.sweep(after_ms=ends - centre.now)
    assert offered_to(centre, "ann") == waiting
