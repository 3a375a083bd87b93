"""`make soak`: 50,000 random histories of the lines, on all processors: `python -m tests.routing.soak [COUNT] [SEED]`.

Each part is a pytest run of its own with a seed of its own; a part that fails can be run again with the line printed.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

HISTORIES = 50_000
PART = 1_000
TESTS = "tests/routing/histories"
LAST_LINES = 60


@dataclass(frozen=True, slots=True)
class Part:
    """So many histories from one seed."""

    seed: int
    histories: int

    def command(self) -> list[str]:
        """What runs it."""
        return [sys.executable, "-m", "pytest", "-x", "-p", "no:cacheprovider", f"--hypothesis-seed={self.seed}", TESTS]

    def again(self) -> str:
        """What a person types to see it again."""
        return f"ROUTING_HISTORIES={self.histories} .venv/bin/pytest -x --hypothesis-seed={self.seed} {TESTS}"


def run(part: Part) -> tuple[Part, int, str]:
    """Run a part: its return code and what it printed."""
    environment = os.environ | {"ROUTING_HISTORIES": str(part.histories)}
    done = subprocess.run(part.command(), env=environment, capture_output=True, text=True, check=False)
    return part, done.returncode, done.stdout + done.stderr


def parts(histories: int, seed: int) -> list[Part]:
    """The histories in parts, each with the next seed."""
    return [Part(seed + at // PART, min(PART, histories - at)) for at in range(0, histories, PART)]


def main() -> None:
    """Run all parts; the first that fails ends it."""
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else HISTORIES
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    todo = parts(histories, seed)
    cores = len(os.sched_getaffinity(0))
    began, done = time.monotonic(), 0
    print(f"soak: {histories:,} histories in {len(todo)} parts on {cores} processors, seeds from {seed}", flush=True)
    with ThreadPoolExecutor(cores) as pool:
        running: set[Future[tuple[Part, int, str]]] = {pool.submit(run, part) for part in todo}
        while running:
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for part, code, said in (one.result() for one in ended):
                if code:
                    pool.shutdown(wait=False, cancel_futures=True)
                    print("\n".join(said.splitlines()[-LAST_LINES:]), file=sys.stderr)
                    raise SystemExit(f"soak: seed {part.seed} failed; see it again by\n  {part.again()}")
                done += part.histories
                print(f"soak: {done:,} of {histories:,}; {time.monotonic() - began:.0f} s", flush=True)
    print(f"soak: {histories:,} histories, nothing found")


if __name__ == "__main__":
    main()
