"""How often the matcher is right, how far its confidence can be believed, and how long it takes.

    python -m benchmarks.run matching

Reads `tests/matching/utterances.txt`. The even ones fitted the confidence, so the figures that count are the odd ones'.
"""

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ivr.core.knowledge import Knowledge
from ivr.core.match import Entry, Phrases
from ivr.flowfile.knowledge import decode_knowledge
from ivr.flowfile.matching.matcher import WordMatcher

ROOT = Path(__file__).parents[1]
UTTERANCES = ROOT / "tests" / "matching" / "utterances.txt"
KNOWLEDGE = ROOT / "flows" / "knowledge" / "town-hall.yaml"
BENCHMARK = True
NONE = "-"
SURE = 0.7
_BINS = 5


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller says, in which language, and the entry they mean; `-` where it is none."""

    language: str
    said: str
    meant: str


@dataclass(frozen=True, slots=True)
class Figures:
    """`right`: the best guess is the one meant, of those that mean one. `sure` counts guesses at SURE or above,
    `sure_right` how many of them are right, as a share; `strangers` those of callers who meant none.

    `error` is the mean difference between confidence and being right, by fifths (expected calibration error).
    """

    count: int
    right: float
    sure: int
    sure_right: float
    strangers: int
    brier: float
    error: float


def utterances() -> list[Utterance]:
    """All of them, in order."""
    lines = (line for line in UTTERANCES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return [Utterance(*(part.strip() for part in line.split("|"))) for line in lines]


def knowledge() -> Knowledge:
    """The town hall's."""
    read, problems = decode_knowledge(KNOWLEDGE.read_bytes(), KNOWLEDGE.stem, str(KNOWLEDGE))
    if read is None:
        raise SystemExit("\n".join(map(str, problems)))
    return read


def measure(known: Knowledge, spoken: Sequence[Utterance]) -> Figures:
    """The figures of some utterances."""
    guesses = []
    for one in spoken:
        matches = known.matcher.ranked(one.said, one.language)
        guesses.append((matches[0].entry, matches[0].confidence) if matches else ("", 0.0))
    outcomes = [(confidence, entry == one.meant) for one, (entry, confidence) in zip(spoken, guesses, strict=True)]
    meant = [good for one, (_, good) in zip(spoken, outcomes, strict=True) if one.meant != NONE]
    sure = [(one.meant, good) for one, (confidence, good) in zip(spoken, outcomes, strict=True) if confidence >= SURE]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, good in outcomes:
        bins.setdefault(min(_BINS - 1, int(confidence * _BINS)), []).append((confidence, good))
    error = sum(abs(sum(confidence - good for confidence, good in several)) for several in bins.values())
    return Figures(
        count=len(spoken),
        right=round(sum(meant) / len(meant), 4),
        sure=len(sure),
        sure_right=round(sum(good for _, good in sure) / len(sure), 4),
        strangers=sum(meaning == NONE for meaning, _ in sure),
        brier=round(statistics.mean((confidence - good) ** 2 for confidence, good in outcomes), 4),
        error=round(error / len(outcomes), 4),
    )


def many_entries(known: Knowledge, count: int = 500) -> WordMatcher:
    """A matcher of so many entries: the town hall's words, each time with others besides."""
    own = list(known.entries.items())
    entries = []
    for number in range(count):
        name, entry = own[number % len(own)]
        more = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        phrases = tuple(f"{phrase} {more}ville" for phrase in entry.phrases.spoken_in("fr"))
        entries.append(Entry(f"{name}-{number}", Phrases({"fr": phrases})))
    return WordMatcher(entries, "fr")


def milliseconds(matcher: WordMatcher, spoken: Sequence[Utterance]) -> tuple[float, float]:
    """Median and 95th percentile of one question, in ms; nothing is asked twice, so that no cache helps."""
    taken = []
    for one in spoken:
        began = time.perf_counter()
        matcher.ranked(one.said, "fr")
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.95)]


def main(results: Path) -> None:
    """Measures, prints and keeps the figures."""
    known, spoken = knowledge(), utterances()
    fitted, measured = measure(known, spoken[::2]), measure(known, spoken[1::2])
    began = time.perf_counter()
    matcher = many_entries(known)
    made = time.perf_counter() - began
    median, slow = milliseconds(matcher, [one for one in spoken if one.language == "fr"])
    for name, figures in (("fitted on", fitted), ("measured", measured)):
        print(
            f"{name}: {figures.count} utterances, {figures.right:.1%} right; {figures.sure} answered at once, "
            f"{figures.sure_right:.1%} of them right; calibration error {figures.error:.3f}, Brier {figures.brier:.3f}"
        )
    print(f"500 entries: made in {made:.2f} s, one question {median:.2f} ms, 95 % within {slow:.2f} ms")
    times = {"made_s": round(made, 2), "median_ms": round(median, 3), "p95_ms": round(slow, 3)}
    result = {"fitted": asdict(fitted), "measured": asdict(measured), "entries_500": times}
    (results / "matching.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
