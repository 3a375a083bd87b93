"""The hours step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from ivr.core.flow.context import Context
from ivr.core.flow.fields import Target, Week, Zone
from ivr.core.flow.outcomes import Left, Outcome
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.hours import OpeningHours

_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


@step("hours", main="week")
@dataclass(frozen=True, slots=True)
class HoursStep(Step):
    """Goes one way in opening hours and another outside them; `hours.opens_at` and `hours.reason` tell more.

    ```yaml
    opening:
      hours:
        monday-thursday: 08:30-12:00, 13:30-17:30
        friday: 08:30-16:00
      closures:
        2026-12-25: Noël
      open: matters
      closed: closed-words
    ```
    """

    week: Week
    open: Target
    closed: Target
    closures: Mapping[date, str] = field(default_factory=dict)
    time_zone: Zone | None = None

    def enter(self, context: Context) -> Outcome:
        """Looks at the time there."""
        hours = self.calendar(context.flow.time_zone)
        is_open = hours.is_open(context.now)
        opens = None if is_open else hours.opens_at(context.now)
        values = {
            "hours.opens_at": opens.isoformat() if opens else "",
            "hours.zone": hours.zone,
            "hours.reason": "" if is_open else hours.closure(context.now),
        }
        return Left(self.open if is_open else self.closed, "open" if is_open else "closed", values=values)

    def calendar(self, zone: str) -> OpeningHours:
        """The opening hours, in the step's own zone or the flow's."""
        return OpeningHours(self.time_zone or zone, self.week, self.closures)

    def problems(self, world: World) -> Iterator[Found]:
        """Hours that never open."""
        if OpeningHours("UTC", self.week).opens_at(_SOME_DAY) is None:
            yield Found("F029", "hours", "these hours never open", "write for example monday-friday: 08:30-17:00")
