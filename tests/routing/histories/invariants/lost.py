"""Nobody is lost: a call that entered a line is found there until it leaves it, for one reason."""

from tests.routing.histories.moment import WITH_AGENTS, place
from tests.routing.histories.world import LINES, World

REASONS = {
    "talked", "abandoned", "timeout", "nobody", "failed", "key",
    "callback", "unreached", "expired", "cancelled", "refused", "unanswered", "full",
}  # fmt: skip
"""Why a call may leave its line for good."""

MOVED = "moved"
"""Why a call leaves one line to stand in another."""


def check(world: World) -> None:
    """Every call stands where its state says, and leaves as often as it is said to."""
    seen = world.seen
    for sid, call in world.before.calls.items():
        assert sid in seen.calls, f"{sid}, who was {call['state']}, is gone without a trace"
    for sid, call in seen.calls.items():
        busy = [line for line in LINES if sid in seen.with_agents(line)]
        assert busy == ([call["queue"]] if call["state"] in WITH_AGENTS else []), f"{sid} {call['state']} is in {busy}"
        in_group = sid in seen.members(f"group:{call['group']}:calls")
        assert in_group == (call["state"] == "waiting"), f"{sid} {call['state']}, in its group: {in_group}"
        if call["state"] == "left":
            assert call["left_reason"] in REASONS, f"{sid} left by {call['left_reason']!r}"
    for line in LINES:
        stand = [place(call) for call in seen.calls.values() if (call["queue"], call["state"]) == (line, "waiting")]
        assert seen.rule(line, "waiting") == len(stand), f"{line} counts those who wait wrong"
        assert not stand or max(stand) <= seen.rule(line, "last"), f"somebody stands behind the last of {line}"
    for event in world.events:
        if event["type"] == "call.left" and event["reason"] != MOVED:
            assert event["of"] not in world.gone, f"{event['of']} left twice: {world.gone[event['of']]}, {event}"
            world.gone[event["of"]] = event["reason"]
        elif event["type"] == "call.joined":
            world.gone.pop(event["of"], None)
    for sid, call in seen.calls.items():
        assert (sid in world.gone) == (call["state"] == "left"), f"{sid} {call['state']} left by {world.gone.get(sid)}"
