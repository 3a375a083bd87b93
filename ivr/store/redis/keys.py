"""Every Redis key in one table. All keys of a centre carry its hash tag, so that one match stays in one slot.

| key | type | holds | written by |
| --- | --- | --- | --- |
| `session:<call>` | hash | `turn`, `blob` (the Session, msgpack), `answer` (the TwiML of that turn), `line`, `started_ms`; once ended `ended_ms`, `outcome`; `note:<turn>:<i>` (JSON `[key, value]`), `message:<recording>` (JSON of KeepMessage), `join` (JSON of the Join waited in) | lua/session_*.lua |
| `calls` | zset | live calls by start, ms | lua/session_*.lua |
| `captions:<call>` | list | JSON `{"at_ms", "who", "text"}`, who is hotline, caller or agent; last 60 | lua/session_*.lua |
| `unrecorded` | zset | ended calls not yet in the history, by end, ms | lua/session_end.lua, services/history |
| `events` | stream | `Event`s as fields `type`, `at_ms`, `call`, `data` (JSON object of texts), capped | all scripts |
| `call:<call>` | hash | a call's way through its line: state, group, score, epoch, reservation, agent, times | lua/call_*.lua |
| `groups` | hash | requirement -> skill group id | lua/group_intern.lua |
| `groups:names` | hash | skill group id -> requirement | lua/group_intern.lua |
| `groups:meta` | hash | `last` id given; `ready:<id>` once the agents logged in before are in it | lua/group_*.lua |
| `groups:waiting` | set | groups in which somebody waits | lua |
| `group:<id>:staff` | set | agents logged in who may serve the group | lua |
| `queues` | set | names of queues ever joined | lua/call_join.lua |
| `group:<id>:calls` | zset | waiting calls of a group by (class, order) | lua |
| `group:<id>:agents` | zset | available agents of a group by strategy rank | lua |
| `queue:<name>:calls` | zset | calls of a queue not yet in a room, by (class, order), for positions | lua |
| `agents` | set | ids of agents ever logged in | lua/agent_*.lua |
| `agent:<id>` | hash | state, since, name, skills, epoch, reservation, call, deadline, pause_reason, wish, misses, leg | lua/agent_*.lua |
| `agent:<id>:groups` | set | group ids the agent may serve | lua/agent_*.lua |
| `reservation:<id>` | hash | call, agent, epoch, state, leg, room, times | lua/offer_*.lua |
| `incidents` | hash | incident id -> JSON of `Declared` | store/redis/incidents.py |
| `incident:<id>:<call>` | string | a waiting call was told of it; expires, then it is told again | store/redis/incidents.py |
| `due` | zset | deadlines by ms: `offer:`, `agent:`, `call:`, `leg:` (to hang up), `stray:` and `caller:` (to look for), `tell:` (the caller is gone) and an id | lua |
| `call:CB...` | hash | a callback: as `call:<call>`, with `mode` callback, `number`, `tries`, `attempts`, `not_before`, `expires`, `facts`, `rev` | lua/callback_*.lua |
| `callbacks` | hash | `<queue> <number>` -> the callback it has there | lua/callback_*.lua |
| `callbacks:unkept` | zset | callbacks the database hasn't heard of as they are, by ms | lua, services/promises |
| `dialled:<day>:<purpose>` | hash | how often was dialled or texted that day: `all`, and each number; two days | lua/dial_budget.lua |
| `pace`, `pace:waiting`, `pace:until` | string, zset, zset | when the carrier may start the next call, ms; who waits for that, by rank; until when each keeps its place, ms | lua/pace.lua |
| `op:<id>` | string | the first answer of an operation, for replays; short-lived | lua |
"""

from dataclasses import dataclass


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
