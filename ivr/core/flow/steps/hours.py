"""The hours step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from ivr.core.flow.context import Context
from ivr.core.flow.fields import Days, Holidays, Target, Times, Zone
from ivr.core.flow.outcomes import Failed, Left, Outcome
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text
from ivr.core.hours import ALWAYS, OpeningHours, Span, all_open_at

_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


@step("hours", main="times")
@dataclass(frozen=True, slots=True)
class HoursStep(Step):
    """Goes one way in opening hours and another outside them; `hours.opens_at` and `hours.reason` tell more.

    The times stand here, or in `calendars.yaml`: `hours: mairie`, or `hours: [mairie, urbanisme]` where both have to
    be open.

    ```yaml
    opening:
      hours:
        monday-thursday: 08:30-12:00, 13:30-17:30
        friday: 08:30-16:00
      holidays: FR
      closures:
        2026-05-15: le pont de l'Ascension
      days:
        2026-12-24: 08:30-12:00
      open: matters
      closed: closed-words
    ```
    """

    times: Times
    open: Target
    closed: Target
    holidays: Holidays = field(default_factory=lambda: Holidays({}))
    closures: Mapping[date, Text] = field(default_factory=dict)
    days: Days = field(default_factory=lambda: Days({}))
    time_zone: Zone | None = None

    sets = ("hours.opens_at", "hours.reason")
    off_duty = ("closed",)

    def enter(self, context: Context) -> Outcome:
        """Looks at the time there."""
        calendars = self.calendars(context)
        if calendars is None:
            return Failed("R008", f"no calendar of {', '.join(self.times.calendars)}")
        closed = [one for one in calendars if not one.is_open(context.now)]
        opens = all_open_at(calendars, context.now) if closed else None
        reason = next((why for one in closed if (why := one.closure(context.now)) is not None), None)
        values = {
            "hours.opens_at": opens.isoformat() if opens else "",
            "hours.zone": calendars[0].zone,
            "hours.reason": context.render(reason) if reason is not None else "",
        }
        return Left(self.closed if closed else self.open, "closed" if closed else "open", values=values)

    def calendars(self, context: Context) -> list[OpeningHours[Text]] | None:
        """All that has to be open; None where a calendar is gone since the flow was checked."""
        zone = self.time_zone or context.flow.time_zone
        if self.times.week is not None:
            return [self._own(zone, self.times.week)]
        found = []
        for name in self.times.calendars:
            calendar = context.flow.calendars.get(name)
            if calendar is None:
                return None
            found.append(OpeningHours(calendar.zone or zone, calendar.week, calendar.closures, calendar.days))
        return [*found, self._own(zone, ALWAYS)] if self.closures or self.holidays or self.days else found

    def _own(self, zone: str, week: Mapping[int, tuple[Span, ...]]) -> OpeningHours[Text]:
        # A holiday the operator names as well is closed for the reason the operator gives.
        closures = {**self.holidays, **self.closures} if self.closures and self.holidays else None
        return OpeningHours(zone, week, closures or self.closures or self.holidays, self.days)

    def problems(self, world: World) -> Iterator[Found]:
        """Hours that never open."""
        week = self.times.week
        if week is not None and not self.days and OpeningHours("UTC", week).opens_at(_SOME_DAY) is None:
            yield Found("F029", "hours", "these hours never open", "write for example monday-friday: 08:30-17:00")
        for number, name in enumerate(self.times.calendars, 1):
            if world.calendars is not None and name not in world.calendars:
                hint = f"calendars are {', '.join(sorted(world.calendars))}" if world.calendars else ""
                hint = hint or "calendars are defined in calendars.yaml"
                yield Found("F038", f"hours.{number}", f"there is no calendar '{name}'", hint)
