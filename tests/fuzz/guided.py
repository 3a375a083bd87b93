"""Files drawn by what they reach in the code: `python -m tests.fuzz.guided RUNS FOLDER`. Needs atheris.

Begins with the flows and broken files there are. What crashes or hangs is kept in FOLDER, and ends in another status.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ivr.flowfile", "ivr.core.flow"]):
    from tests.fuzz.target import offer

from tests.flowfile.shapes import Shapes


def _offer(source: bytes) -> None:
    offer(source)


def main() -> None:
    """Let libFuzzer draw. It ends the process itself."""
    runs, folder = int(sys.argv[1]), Path(sys.argv[2])
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, source in enumerate(Shapes(0).sources):
        (corpus / f"seed-{number}").write_bytes(source)
    limits = [
        f"-runs={runs}",
        "-max_len=8000",
        "-timeout=20",
        "-rss_limit_mb=1024",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={folder}/", str(corpus)], _offer)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
