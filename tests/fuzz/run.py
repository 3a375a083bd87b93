"""`make fuzz`: 100,000 files offered as flows; not one may crash or hang. `python -m tests.fuzz.run [FILES] [SEED]`.

Two fifths are drawn by what they reach in the code (atheris), a tenth by the grammar of flows (Hypothesis), the others
by slips in real files. Where atheris can't be had (it is built for some Python versions only), slips take over its
share. What fails is kept in `var/fuzz`.
"""

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from tests.flowfile.shapes import Shapes
from tests.fuzz.structured import flows
from tests.fuzz.target import offer

FILES = 100_000
KEPT = Path("var") / "fuzz"


def slips(files: int, start: int) -> int:
    """Offer slips; how many were flows after all."""
    shapes = Shapes(start)
    good = 0
    for number in range(files):
        source = shapes.file()
        try:
            good += offer(source)
        except BaseException:
            KEPT.mkdir(parents=True, exist_ok=True)
            path = KEPT / f"slip-{start}-{number}.yaml"
            path.write_bytes(source)
            print(f"fuzz: kept as {path}", file=sys.stderr)
            raise
    return good


def grammar(files: int, start: int) -> int:
    """Offer flows drawn by their grammar; Hypothesis makes what fails as small as it can."""
    good = 0

    @seed(start)
    @settings(max_examples=files, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(flows())
    def run(source: bytes) -> None:
        nonlocal good
        good += offer(source)

    run()
    return good


def main() -> None:
    """Run all three, the guided one beside the others: two processors."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    start = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    guided = files * 2 // 5 if importlib.util.find_spec("atheris") else 0
    drawn = files // 10
    began = time.monotonic()
    KEPT.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.guided", str(guided), str(KEPT)]
    beside = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) if guided else None
    print(f"fuzz: seed {start}; {guided:,} guided{'' if guided else ' (no atheris here)'}, {drawn:,} by the grammar")
    good = grammar(drawn, start)
    print(f"fuzz: {drawn:,} by the grammar, {good:,} of them flows; {time.monotonic() - began:.0f} s")
    rest = files - guided - drawn
    good = slips(rest, start)
    print(f"fuzz: {rest:,} slips, {good:,} of them flows; {time.monotonic() - began:.0f} s")
    if beside is not None:
        _, said = beside.communicate()
        if beside.returncode:
            sys.stderr.buffer.write(said[-8_000:])
            raise SystemExit(f"fuzz: the guided run failed; what did it is in {KEPT}")
        print(f"fuzz: {guided:,} guided; {time.monotonic() - began:.0f} s")
    print(f"fuzz: {files:,} files, no crash, no hang")


if __name__ == "__main__":
    main()
