"""The flow engine's turn, and how fast flows are checked and loaded.

A turn is measured on a flow of 60 steps: start (greeting, hours, branch, menu), a menu key, a wrong key, and the hold
document.

Loading is measured on 1,000 such flows, each time in a process of its own, whose start (imports) is not counted: cold
(nothing kept: every file is read, checked and kept as a version), started again with nothing changed (verdicts are kept
by content), one look with nothing changed, and one file changed. Memory is the greatest the process ever had. A flow is
read into memory for good when it is first called, once; that first call is measured too.
"""

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from ivr.core.flow import engine
from ivr.core.flow.inputs import Digits, Waiting
from ivr.core.flow.session import Session
from ivr.flowfile.catalog import Catalog
from ivr.flowfile.decode import decode_flow

BENCHMARK = True
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROUNDS = 5_000
FLOWS = 1_000
STEPS = 60
BUDGET_MICROSECONDS = 100
BUDGETS = {"cold_s": 20.0, "again_s": 1.0, "unchanged_s": 1.0, "one_changed_s": 0.1, "memory_mb": 300}


def sixty_steps() -> str:
    """A flow of 60 steps in YAML: a menu of menus, each with its words, question and queue."""
    lines = [
        "language: fr-FR", "time_zone: Europe/Paris", "start: welcome", "on_fault: message",
        "limits: {menu_width: 12}", "steps:",
        "  welcome: {say: 'Bonjour {{ caller.name }}, bienvenue à {{ line.title }}.', next: opening}",
        "  opening: {hours: {monday-friday: '08:30-12:00, 13:30-17:30'}, open: who, closed: closed-words}",
        "  closed-words: {say: 'Nous ouvrons {{ hours.opens_at }}.', next: who}",
        "  who: {branch: [{when: caller.calls_before > 2 and caller.name, next: top}], otherwise: top}",
        "  message: {voicemail: mairie, next: bye}",
        "  bye: {hangup: Au revoir.}",
    ]  # fmt: skip
    groups = (STEPS - 8) // 4
    keys = ", ".join(f"{n}: {{label: Matière {n}, next: menu-{n}}}" for n in range(min(groups, 10)))
    lines.append(f"  top: {{menu: Choisissez une matière de 0 à 9., keys: {{{keys}, star: more}}, otherwise: message}}")
    others = ", ".join(f"{n}: menu-{groups - n}" for n in (1, 2, 3))
    lines.append(f"  more: {{menu: 'Autre.', keys: {{{others}}}, otherwise: top}}")
    for n in range(groups):
        lines += [
            f"  menu-{n}: {{menu: Tapez 1., keys: {{1: {{label: O, next: ask-{n}}}, 2: words-{n}}}, otherwise: bye}}",
            f"  ask-{n}: {{ask: Votre numéro., save: file, min: 4, max: 10, next: words-{n}, otherwise: message}}",
            f"  words-{n}: {{say: 'Dossier {{{{ answers.file | default(\"0\") | digits }}}}.', next: line-{n}}}",
            f"  line-{n}: {{queue: accueil, skills: {{accueil: 1}}, next: bye, otherwise: message}}",
        ]
    return "\n".join(lines) + "\n"


def microseconds(act: Callable[[], object]) -> dict[str, float]:
    """Median and 99th percentile of an act."""
    samples = []
    for _ in range(ROUNDS):
        started = time.perf_counter_ns()
        act()
        samples.append((time.perf_counter_ns() - started) / 1000)
    samples.sort()
    return {"median_us": round(statistics.median(samples), 1), "p99_us": round(samples[int(ROUNDS * 0.99)], 1)}


def measure_turns() -> dict[str, dict[str, float]]:
    """The engine's turns on the flow of 60 steps."""
    decoded = decode_flow(sixty_steps().encode(), "sixty", "sixty.yaml")
    flow = decoded.flow
    if flow is None or len(flow.steps) != STEPS:
        raise SystemExit(
            "\n".join(map(str, decoded.problems)) or f"{len(flow.steps) if flow else 0} steps, not {STEPS}"
        )
    session = Session("CA1", "mairie", flow.name, flow.digest, "", "fr-FR", line_title="Mairie")
    at_menu = engine.start(flow, session, NOW).session
    below = engine.resume(flow, at_menu, Digits("3"), NOW).session
    waiting = engine.resume(flow, below, Digits("2"), NOW).session
    return {
        "start": microseconds(lambda: engine.start(flow, session, NOW)),
        "menu key": microseconds(lambda: engine.resume(flow, at_menu, Digits("3"), NOW)),
        "wrong key": microseconds(lambda: engine.resume(flow, at_menu, Digits("#"), NOW)),
        "into a queue": microseconds(lambda: engine.resume(flow, below, Digits("2"), NOW)),
        "hold document": microseconds(lambda: engine.hold(flow, waiting, Waiting(3, 15, (60, 120)), NOW)),
    }


def load(folder: Path, versions: Path) -> dict[str, float]:
    """What one process takes to check and load a folder, to look again, to take up one change. Runs in its own."""
    started = time.perf_counter()
    catalog = Catalog(folder, versions)
    whole = time.perf_counter() - started
    if catalog.problems or len(catalog.names()) != FLOWS:
        raise SystemExit("\n".join(map(str, catalog.problems[:10])) or f"{len(catalog.names())} flows")
    looks = []
    for _ in range(5):
        started = time.perf_counter()
        catalog.reload_if_changed()
        looks.append(time.perf_counter() - started)
    changes = []
    for number in range(5):
        changed = folder / "flow-0.yaml"
        changed.write_text(f"# {os.getpid()} {number}\n{sixty_steps()}", encoding="utf-8")
        started = time.perf_counter()
        if not catalog.reload_if_changed():
            raise SystemExit("a change was not seen")
        changes.append(time.perf_counter() - started)
    started = time.perf_counter()
    catalog.current(f"flow-{FLOWS - 1}")
    first = time.perf_counter() - started
    return {
        "whole_s": round(whole, 2),
        "unchanged_s": round(statistics.median(looks), 4),
        "one_changed_s": round(statistics.median(changes), 4),
        "first_call_ms": round(first * 1000, 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def measure_loading() -> dict[str, float]:
    """Seconds to check and load a folder of flows: cold, again, unchanged and with one file changed."""
    with tempfile.TemporaryDirectory() as name:
        folder, versions = Path(name) / "flows", Path(name) / "versions"
        folder.mkdir()
        for number in range(FLOWS):
            (folder / f"flow-{number}.yaml").write_text(f"# {number}\n{sixty_steps()}", encoding="utf-8")
        (folder / "queues.yaml").write_text("queues:\n  accueil: {max_wait: 5 min}\n", encoding="utf-8")
        cold, again = (
            json.loads(subprocess.check_output([sys.executable, "-m", __name__, str(folder), str(versions)]))
            for _ in range(2)
        )
    found = {
        "flows": FLOWS,
        "steps_a_flow": STEPS,
        "cold_s": cold["whole_s"],
        "cold_ms_a_flow": round(cold["whole_s"] / FLOWS * 1000, 2),
        "again_s": again["whole_s"],
        "unchanged_s": max(cold["unchanged_s"], again["unchanged_s"]),
        "one_changed_s": max(cold["one_changed_s"], again["one_changed_s"]),
        "first_call_ms": again["first_call_ms"],
        "memory_mb": max(cold["memory_mb"], again["memory_mb"]),
    }
    return found | {"within_budgets": all(found[key] <= most for key, most in BUDGETS.items())}


def main(results: Path) -> None:
    """Measure and write `flows.json`."""
    turns = measure_turns()
    found = {
        "method": __doc__,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "budget_median_us": BUDGET_MICROSECONDS,
        "budgets_loading": BUDGETS,
        "turns": turns,
        "loading": measure_loading(),
    }
    results.mkdir(parents=True, exist_ok=True)
    (results / "flows.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, figures in turns.items():
        print(f"flows: {name}: {figures['median_us']} us median, {figures['p99_us']} us p99")
    print(f"flows: loading: {found['loading']}")


if __name__ == "__main__":
    print(json.dumps(load(Path(sys.argv[1]), Path(sys.argv[2]))))
