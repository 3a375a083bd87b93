"""How much of the flows test calls walked: steps and exits taken by none, with their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ivr.core.flow.model import Position
from ivr.flowtest.house import House
from ivr.flowtest.run import Result
from ivr.flowtest.ways import Way, place_of, taken, ways_of


@dataclass(frozen=True, slots=True)
class FlowCoverage:
    """One flow's figure. `missed` are the ways no test took, with their places."""

    flow: str
    ways: int
    missed: tuple[tuple[Way, Position], ...]

    @property
    def percent(self) -> float:
        """The share taken, 0.0 to 100.0; never rounded up to 100."""
        return percent(self.ways - len(self.missed), self.ways)


def coverage(results: Iterable[Result], house: House, flows: Sequence[str]) -> list[FlowCoverage]:
    """The figure of each of `flows`, from calls walked in a marked house."""
    walked = {way for result in results for beat in result.beats for way in taken(beat.turns)}
    figures = []
    for name in flows:
        flow = house.line_flows[name] if name in house.line_flows else house.flows[name]
        ways = ways_of(flow)
        missed = [(way, place_of(flow, way)) for way in ways if way not in walked]
        missed.sort(key=lambda told: (told[1].line, told[1].column))
        figures.append(FlowCoverage(name, len(ways), tuple(missed)))
    return figures


def total(figures: Iterable[FlowCoverage]) -> float:
    """One figure for several flows: every way counts alike."""
    several = list(figures)
    ways = sum(figure.ways for figure in several)
    return percent(ways - sum(len(figure.missed) for figure in several), ways)


def percent(part: int, whole: int) -> float:
    """A share in percent with one decimal, rounded down, so that 100 means all."""
    return 100.0 if part >= whole else int(part * 1000 / whole) / 10
