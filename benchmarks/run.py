"""`python -m benchmarks.run [NAME ...]`: every benchmark, or those named; results below `benchmarks/results/`."""

import importlib
import pkgutil
import sys
from pathlib import Path

import benchmarks

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Call `main(results)` of each module of this package that has one."""
    wanted = sys.argv[1:]
    for found in pkgutil.iter_modules(benchmarks.__path__):
        if found.name == "run" or (wanted and found.name not in wanted):
            continue
        module = importlib.import_module(f"benchmarks.{found.name}")
        if getattr(module, "BENCHMARK", False):
            module.main(RESULTS)


if __name__ == "__main__":
    main()
