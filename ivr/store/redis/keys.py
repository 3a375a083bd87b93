"""Every Redis key in one table. All keys of a centre carry its hash tag, so that one match stays in one slot.

| key | type | holds | written by |
| --- | --- | --- | --- |
| `session:<call>` | hash | `turn`, `blob` (the Session, msgpack), `answer` (the TwiML of that turn), `line`, `started_ms`; once ended `ended_ms`, `outcome`; `note:<turn>:<i>` (JSON `[key, value]`), `message:<recording>` (JSON of KeepMessage), `join` (JSON of the Join waited in) | lua/session_*.lua |
| `calls` | zset | live calls by start, ms | lua/session_*.lua |
| `captions:<call>` | list | JSON `{"at_ms", "who", "text"}`, who is hotline, caller or agent; last 60 | lua/session_*.lua |
| `calls:looked` | string | how far the walk through live calls whose end may be lost has come | store/redis/live_calls |
| `unrecorded` | zset | ended calls not yet in the history, by end, ms | lua/session_end.lua, services/history |
| `events` | stream | `Event`s as fields `type`, `at_ms`, `call`, `data` (JSON object), capped; read by the group `scribe` | all scripts |
| `call:<call>` | hash | a call's way through its line, kept small: what isn't there is its default. state, queue, group, start (virtual, ms), joined (where another), offset (score - start, where not that of everyone), turn, to, rings (`L3:0 L7:60000`), ring, reservation and agent (several while several phones ring), asks (where not as its group), prefer, onward (`0`: it runs over into no other line), seen (s), rang, rung_from, epoch, times | lua/call_*.lua |
| `groups` | hash | name (`queue/wanted~strategy`) -> skill group id, a letter for the strategy and a number | lua/group_intern.lua |
| `groups:names` | hash | skill group id -> name | lua/group_intern.lua |
| `groups:meta` | hash | `last`: counts groups made, and each time some are forgotten | lua/group_intern.lua, lua/group_forget.lua |
| `groups:used` | hash | group -> when a call asked for it last, ms | lua/_groups.lua |
| `groups:ready` | hash | name -> id, once the agents logged in before are in it | lua/group_fill.lua |
| `groups:heads` | hash | group -> score of its first call, where somebody waits whom agents may be offered; `about` | lua |
| `group:<id>:staff` | set | agents logged in who may serve the group | lua |
| `queues` | set | names of queues ever joined | lua/call_join.lua |
| `group:<id>:calls` | zset | waiting calls of a group by (class, order) | lua |
| `group:<id>:patrol` | string | how far the walk through a group for silent calls has come | lua/group_patrol.lua |
| `group:<id>:agents` | zset | available agents of a group by strategy rank | lua |
| `queue:<name>` | hash | a line's rules (core/queue_rules.py), `waiting` (how many), `last` (a score nobody who waits there exceeds), `with:<call>` (its calls that are offered, accepted or bridged), `last_wait`, `last_answered`, `talk_ms` | lua/line_define.lua, lua |
| `queue:<name>:groups` | set | its groups in which somebody waits | lua |
| `queue:<name>:pace` | hash | 16 slots, one a minute: `m` minute, `j` joined, `a` answered, `x` left otherwise | lua |
| `agents` | set | ids of agents ever logged in | lua/agent_*.lua |
| `agents:skills` | hash | agent -> skills with levels (`nl:2,tax:5`), of all who ever logged in | lua/agent_login.lua |
| `agent:<id>` | hash | state, since, name, groups (ids of those they may serve), reservation, call, deadline, pause_reason, wish, misses, leg, talk (the last one's reservation); since login: login, calls, busy (ms; of wrap-ups for fair_load alone), offered (for round_robin) | lua/agent_*.lua |
| `agent:<id>:levels` | hash | group -> how skilled they are in it, where its strategy asks | lua/agent_login.lua |
| `reservation:<id>` | hash | call, agent, queue, state, leg, times; as soon as somebody rings for it or it ends: until then it is in its call and its agent; `result`: what its agent said came of it | lua/offer_*.lua, store/redis/results.py |
| `told:<call>` | hash | what a waiting caller was told last (`at`, `position`, `until`, `breach`), when its line was `looked` at, and the forecast its wait is held against (`queue`, `since`, `low`, `middle`, `high`, `class`, `made_of`); some hours | lua/told_*.lua |
| `waits:<queue>` | hash | what a line has learnt of its forecasts: `low`, `middle`, `high` by class of calls ahead, `low0` to `high2` (core/routing/tuning.py) | lua/told_learn.lua |
| `waits:<queue>:<day>` | hash | how true a day's forecasts were, as sums: calls, under, over; width, error, waited in ms; 40 days | lua/told_learn.lua |
| `incidents` | hash | incident id -> JSON of `Declared` | store/redis/incidents.py |
| `incident:<id>:<call>` | string | a waiting call was told of it; expires, then it is told again | store/redis/incidents.py |
| `due` | zset | deadlines by ms: `offer:`, `agent:`, `call:` (a callback's time), `ring:` (a call's next), `group:` (nobody serves it), `patrol:` (a group), `line:` (regroup), `leg:` (to hang up), `stray:` and `caller:` (to look for), `tell:` (the caller is gone, a colleague has the call) and an id | lua |
| `call:CB...` | hash | a callback: as `call:<call>`, with `mode` callback, `number`, `tries`, `attempts`, `not_before`, `expires`, `facts`, `rev`, `chosen`, `promised_from`, `promised_until`, `tried` (the first dial) | lua/callback_*.lua |
| `callbacks` | hash | `<queue> <number>` -> the callback it has there | lua/callback_*.lua |
| `place:<queue> <number>` | string | a place given up, `<virtual start> <kept until>`, ms; as long as its line keeps it | store/redis/kept_places.py |
| `callbacks:unkept` | zset | callbacks the database hasn't heard of as they are, by ms | lua, services/promises |
| `dialled:<day>:<purpose>` | hash | how often was dialled or texted that day: `all`, and each number; two days | lua/dial_budget.lua |
| `pace`, `pace:waiting`, `pace:until` | string, zset, zset | when the carrier may start the next call, ms; who waits for that, by rank; until when each keeps its place, ms | lua/pace.lua |
| `latest` | string | the latest virtual start given, so that a clock that jumps back reorders nothing; an hour | lua/call_join.lua |
| `op:<id>` | string | the first answer of an operation, for replays; short-lived, a day for acts of people | lua |
| `once:<digest>` | hash | a request of the API under its sender's key: `fingerprint`, `until` (under way), `answer`; a day | lua/once_claim.lua, store/redis/repeats.py |
"""

import re
from dataclasses import dataclass

_FIT = re.compile(r"[!#-\[\]-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one centre."""

    centre: str = "main"

    @property
    def prefix(self) -> str:
        """What every key begins with, hash tag included."""
        return f"hl:{{{self.centre}}}:"

    def session(self, call_sid: str) -> str:
        """A call's session."""
        return f"{self.prefix}session:{call_sid}"

    def captions(self, call_sid: str) -> str:
        """What was said in a call."""
        return f"{self.prefix}captions:{call_sid}"

    @property
    def calls(self) -> str:
        """Live calls."""
        return f"{self.prefix}calls"

    @property
    def unrecorded(self) -> str:
        """Ended calls the history doesn't have yet."""
        return f"{self.prefix}unrecorded"

    @property
    def events(self) -> str:
        """The event stream."""
        return f"{self.prefix}events"

    @property
    def incidents(self) -> str:
        """Disturbances callers are told of."""
        return f"{self.prefix}incidents"

    def incident_told(self, incident_id: str, call_sid: str) -> str:
        """That a waiting call was told of an incident."""
        return f"{self.prefix}incident:{incident_id}:{call_sid}"


def fit(kind: str, name: str) -> str:
    """The name of a call, line or agent as the scripts take it: they part names by spaces and write them into JSON as
    they are. Raises ValueError."""
    if not _FIT.fullmatch(name):
        raise ValueError(f"{kind} {name!r} can't be kept: up to 200 letters, digits and signs, no spaces, quotes or \\")
    return name
