"""The requests of the benchmark: real calls, real turns, signed. And a load generator for where wrk isn't installed.

`python -m benchmarks.traffic BASE TURNS --connections 16 --seconds 3` sends the list as fast as answers come;
with `--rate 100` it sends on a schedule, whatever the answers do, and measures from the moment each was due.
"""

import argparse
import asyncio
import json
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "1" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://hotline.example.org"
NUMBER = "+33199001000"
CALL_FIELD = "CallSid"

FIELDS = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "CallStatus": "in-progress",
    "CallToken": "%7B%22parentCallInfoToken%22%3A%22eyJ" + "x" * 120,
    "Called": NUMBER,
    "CalledCity": "",
    "CalledCountry": "FR",
    "CalledState": "",
    "CalledZip": "",
    "Caller": "+33612345678",
    "CallerCity": "",
    "CallerCountry": "FR",
    "CallerState": "",
    "CallerZip": "",
    "Digits": "1",
    "Direction": "inbound",
    "From": "+33612345678",
    "FromCity": "",
    "FromCountry": "FR",
    "FromState": "",
    "FromZip": "",
    "StirVerstat": "TN-Validation-Passed-A",
    "To": NUMBER,
    "ToCity": "",
    "ToCountry": "FR",
    "ToState": "",
    "ToZip": "",
}
"""The fields of a real voice request, as captured (contract 1.2)."""

HEAD = urlencode(FIELDS) + f"&{CALL_FIELD}="
TAIL = "&FinishedOnKey="


@dataclass(frozen=True, slots=True)
class Turn:
    """One request: turn `number` of `call`, signed."""

    number: int
    call: str
    signature: str


def signed(number: int, call: str, validator: RequestValidator) -> Turn:
    """A turn's request, or with number 0 the answer of a call."""
    form = {**FIELDS, CALL_FIELD: call, "FinishedOnKey": ""}
    return Turn(number, call, validator.compute_signature(PUBLIC + path_of(number), form))


def path_of(number: int) -> str:
    """The address of a turn; turn 0 is the answer."""
    return f"/voice/turn/{number}" if number else "/voice/answer"


def calls(prefix: int, count: int) -> list[str]:
    """Call SIDs nobody else uses: `prefix` numbers the round."""
    return [f"CA{prefix:08x}{index:024x}" for index in range(count)]


def turns(sids: Sequence[str], numbers: range) -> list[Turn]:
    """Every call's turns, call after call within each number: two turns of one call are all other calls apart."""
    validator = RequestValidator(TOKEN)
    return [signed(number, sid, validator) for number in numbers for sid in sids]


def lines(of: Sequence[Turn]) -> Iterator[str]:
    """As the wrk script and this module's command read them."""
    return (f"{turn.number} {turn.call} {turn.signature}\n" for turn in of)


# --- sending ------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Measured:
    """What a run came to. Times in ms."""

    requests: int
    seconds: float
    wrong: int
    times: list[float]

    def percentile(self, share: float) -> float:
        """The time `share` of the requests were answered within."""
        ordered = sorted(self.times)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3) if ordered else 0.0


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, turn: Turn) -> bool:
        body = f"{HEAD}{turn.call}{TAIL}".encode()
        self._writer.write(
            f"POST {path_of(turn.number)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nX-Home-Region: us1\r\n"
            f"I-Twilio-Idempotency-Token: {turn.call}{turn.number}\r\nX-Twilio-Signature: {turn.signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        answer = await self._reader.readexactly(int(length.partition(b":")[2]))
        return head.startswith(b"HTTP/1.1 200") and b"<Gather" in answer


async def closed_loop(port: int, of: Sequence[Turn], connections: int, seconds: float) -> Measured:
    """Send as fast as answers come, on so many connections, for so long or until all are sent."""
    waiting = deque(of)
    found = Measured(0, 0.0, 0, [])
    began = time.perf_counter()

    async def send() -> None:
        connection = _Connection(*await asyncio.open_connection("127.0.0.1", port))
        while waiting and time.perf_counter() - began < seconds:
            turn = waiting.popleft()
            sent = time.perf_counter()
            found.wrong += not await connection.send(turn)
            found.times.append((time.perf_counter() - sent) * 1000)

    await asyncio.gather(*(send() for _ in range(connections)))
    found.seconds = time.perf_counter() - began
    found.requests = len(found.times)
    return found


async def open_loop(port: int, of: Sequence[Turn], rate: float, connections: int) -> Measured:
    """Send on a schedule: an answer that is late doesn't keep the next request from being due."""
    free: asyncio.Queue[_Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(_Connection(*await asyncio.open_connection("127.0.0.1", port)))
    found = Measured(0, 0.0, 0, [])

    async def send(turn: Turn, due: float) -> None:
        connection = await free.get()
        found.wrong += not await connection.send(turn)
        found.times.append((time.perf_counter() - due) * 1000)
        free.put_nowait(connection)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for index, turn in enumerate(of):
            due = began + index / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(send(turn, due))
    found.seconds = time.perf_counter() - began
    found.requests = len(found.times)
    return found


def main() -> None:
    """Send a list of turns to a server on this machine; one JSON line on stdout."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("turns")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--rate", type=float, default=0.0)
    given = parser.parse_args()
    with Path(given.turns).open() as file:
        of = [Turn(int(number), call, signature) for number, call, signature in map(str.split, file)]
    if given.rate:
        found = asyncio.run(open_loop(given.port, of, given.rate, given.connections))
    else:
        found = asyncio.run(closed_loop(given.port, of, given.connections, given.seconds))
    print(
        json.dumps(
            {
                "requests": found.requests,
                "seconds": found.seconds,
                "wrong": found.wrong,
                "p50_ms": found.percentile(0.5),
                "p99_ms": found.percentile(0.99),
                "max_ms": found.percentile(1.0),
            }
        )
    )


if __name__ == "__main__":
    main()
