"""How much the exchange holds: many simultaneous calls on a fast clock against a trivial TwiML server.

Every call dials in, hears a sentence, presses a key at a menu, waits in a line whose wait document comes again every
ten seconds, and hangs up. Arrivals are paced so that `--calls` of them are up together for a while. Written to
`benchmarks/results/exchange.json`: calls held, webhooks a second, how late the exchange's event loop runs, memory, and
whether the clock kept its speed.

    python -m benchmarks.exchange [--calls 1000] [--speed 10]
"""

import argparse
import asyncio
import itertools
import json
import os
import platform
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

BENCHMARK = True
ACCOUNT, TOKEN, LINE = "AC" + "0" * 32, "f" * 32, "+33199003000"
RAMP_SECONDS = 10.0
HOLD_SECONDS = 20.0
MENU = '<Say>Bonjour.</Say><Gather numDigits="1" timeout="10" action="/menu"><Say>Tapez 1.</Say></Gather>'
DOCUMENTS = {
    "/answer": MENU,
    "/menu": '<Enqueue waitUrl="/wait" action="/left">line</Enqueue>',
    "/wait": '<Say>Merci de patienter.</Say><Pause length="8"/>',
    "/left": "",
}


class Webhooks:
    """The trivial application: constant TwiML, in this process."""

    def __init__(self) -> None:
        self.count = 0
        self.base = ""

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/{path}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def _answer(self, request: web.Request) -> web.Response:
        self.count += 1
        return web.Response(text=f"<Response>{DOCUMENTS[request.path]}</Response>", content_type="text/xml")


async def measure(calls: int, speed: float, folder: Path) -> dict[str, Any]:
    """One run."""
    webhooks = Webhooks()
    runner = await webhooks.start()
    config = folder / "exchange.json"
    began_at = time.time()
    config.write_text(
        json.dumps(
            {
                "account_sid": ACCOUNT,
                "auth_token": TOKEN,
                "cps": 0,
                "clock": f"{speed}@{began_at}={began_at}",
                "numbers": [{"number": LINE, "voice": {"url": f"{webhooks.base}/answer"}}],
            }
        )
    )
    log = (folder / "log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "exchange", "--config", str(config), "--port", "0", stderr=log
    )
    try:
        url = await _address(folder / "log")
        async with ClientSession() as client:
            return await _run(client, url, webhooks, process.pid, (calls, speed))
    finally:
        process.terminate()
        await process.wait()
        log.close()
        await runner.cleanup()


async def _run(
    client: ClientSession, url: str, webhooks: Webhooks, pid: int, load: tuple[int, float]
) -> dict[str, Any]:
    calls, speed = load
    before = _memory(pid)
    patience = (RAMP_SECONDS + HOLD_SECONDS) * speed
    await _begin(client, url, calls, patience, speed)
    held, figures = 0, dict[str, Any]()
    samples: list[tuple[float, int, int, float]] = []
    lags: list[float] = []
    webhooks_before, cpu_before, started = webhooks.count, _cpu(pid), time.monotonic()
    for turn in itertools.count():
        asked = time.monotonic()
        async with client.get(f"{url}/healthz") as reply:
            reply.raise_for_status()
        lags.append(time.monotonic() - asked)
        if turn % 4 == 0:
            async with client.get(f"{url}/phones/load") as reply:
                figures = await reply.json()
            held = max(held, figures["still_up"])
            told = datetime.fromisoformat(figures["now"]).timestamp()
            samples.append((time.monotonic(), webhooks.count, figures["still_up"], told))
            if figures["over"]:
                break
        await asyncio.sleep(0.25)
    took = time.monotonic() - started
    full = [sample for sample in samples if sample[2] >= 0.99 * held]
    rate = (full[-1][1] - full[0][1]) / (full[-1][0] - full[0][0]) if len(full) > 1 else 0.0
    reached = (samples[-1][3] - samples[0][3]) / (samples[-1][0] - samples[0][0])
    lags.sort()
    return {
        "calls_held": held,
        "calls": figures["dialled"],
        "offered": figures["offered"],
        "lost": figures["lost"],
        "never_offered": figures["never_offered"],
        "alerts": figures["alerts"],
        "webhooks": webhooks.count - webhooks_before,
        "webhooks_per_second_while_full": round(rate, 1),
        "response_of_the_loop_ms": {"median": _ms(lags, 0.5), "p95": _ms(lags, 0.95), "max": _ms(lags, 1.0)},
        "latest_dial_seconds": figures["latest_dial_seconds"],
        "memory_mib": {
            "idle": before,
            "peak": _peak(pid),
            "kib_per_call": round((_peak(pid) - before) * 1024 / held, 1),
        },
        "cpu_share": round((_cpu(pid) - cpu_before) / took, 2),
        "clock_speed_asked": speed,
        "clock_speed_reached": round(reached, 2),
        "seconds": round(took, 1),
    }


async def _begin(client: ClientSession, url: str, calls: int, patience: float, speed: float) -> None:
    """Let the calls come from two real seconds on; the exchange tells its own time."""
    probe = {"start": "2000-01-01T00:00:00+00:00", "arrivals": []}
    async with client.post(f"{url}/phones/load", json=probe) as reply:
        reply.raise_for_status()
    async with client.get(f"{url}/phones/load") as reply:
        now = datetime.fromisoformat((await reply.json())["now"])
    step = RAMP_SECONDS * speed / calls
    plan = {
        "start": now.isoformat(),
        "arrivals": [
            {
                "at": 2 * speed + n * step,
                "from": f"+3363998{n % 10_000:04d}",
                "to": LINE,
                "keys": ["1"],
                "patience": patience,
                "talk": 1,
            }
            for n in range(calls)
        ],
    }
    async with client.post(f"{url}/phones/load", json=plan) as reply:
        reply.raise_for_status()


async def _address(log: Path) -> str:
    for _ in range(400):
        with suppress(FileNotFoundError):
            for line in log.read_text().splitlines():
                if " exchange on http" in line:
                    return line.split(" exchange on ")[1].split(",")[0]
        await asyncio.sleep(0.05)
    raise SystemExit(f"the exchange did not start: {log.read_text()}")


def _memory(pid: int) -> float:
    return _status(pid, "VmRSS")


def _peak(pid: int) -> float:
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise KeyError(name)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ms(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)


def main(results: Path, calls: int = 1000, speed: float = 10.0) -> None:
    """Measure and write `exchange.json`."""
    with tempfile.TemporaryDirectory(prefix="hotline-exchange-") as folder:
        result = asyncio.run(measure(calls, speed, Path(folder)))
    result |= {
        "method": "calls ramp up over 10 s, all wait in one line for 20 s (a webhook each 10 s of its clock) and "
        "give up; the TwiML server runs in the measuring process on the same cores; the response of the loop is that "
        "of GET /healthz, asked every 0.25 s",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    results.mkdir(parents=True, exist_ok=True)
    (results / "exchange.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--speed", type=float, default=10.0)
    chosen = parser.parse_args()
    main(Path(__file__).parent / "results", chosen.calls, chosen.speed)
