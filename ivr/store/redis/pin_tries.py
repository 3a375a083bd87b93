"""How often a PIN may be tried: 5 wrong ones a day and agent, over all calls and processes."""

from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

A_DAY = 5
_DAY_SECONDS = 24 * 3600


class PinTries:
    """Counts tries of a PIN, each before it is looked at: a burst can't slip through. Raises ports.StoreDown."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    def locked(self, agent_id: str) -> bool:
        """Whether the day's tries are used up."""
        return int(self._client.execute("GET", self._key(agent_id)) or 0) >= A_DAY

    def admit(self, agent_id: str) -> bool:
        """Count a try; False where it may not be made. The day begins with its first try."""
        key = self._key(agent_id)
        self._client.execute("SET", key, 0, "EX", _DAY_SECONDS, "NX")
        return int(self._client.execute("INCR", key)) <= A_DAY

    def forget(self, agent_id: str) -> None:
        """The PIN was right, or is a new one."""
        self._client.execute("DEL", self._key(agent_id))

    def _key(self, agent_id: str) -> str:
        return f"{self._keys.prefix}pin:{agent_id}"
