"""National holidays by country and region, as plain dates with their names: what the core is handed.

The calendars come from the `holidays` package. Years are worked out once a process; a flow that still runs after the
last of them is read again long before.
"""

import re
from datetime import date
from functools import cache
from typing import Any

from ivr.core.flow.text import Template, Text
from ivr.core.phrases import LANGUAGES
from ivr.flowfile.nodes import Node, Scalar
from ivr.flowfile.reading import Reading, nearest

FIRST_YEAR, LAST_YEAR = 2020, 2045

_WRITTEN = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,4}))?")
_HINT = "write the country, such as FR, or country and region, such as FR-57 or CH-GE"


def read_holidays(reading: Reading, node: Node, path: str) -> Any:
    """The national holidays of a country: `FR`, or of a region: `FR-57` for the Moselle."""
    match = _WRITTEN.fullmatch(node.text) if isinstance(node, Scalar) else None
    if match is None:
        found = node.text[:40] if isinstance(node, Scalar) else "this"
        return reading.bad(node, "F017", f"'{found}' is not a country", _HINT)
    countries = _countries()
    country, region = match[1], match[2] or ""
    if country not in countries:
        return reading.bad(node, "F017", f"no holidays are known of '{country}'", nearest(country, countries, _HINT))
    if region and region not in countries[country]:
        regions = sorted(countries[country])
        hint = nearest(region, regions, f"regions are {', '.join(regions)}" if regions else "it has no regions")
        return reading.bad(node, "F017", f"no holidays are known of '{country}-{region}'", hint)
    reading.positions[path] = node.at
    return national_days(country, region)


@cache
def national_days(country: str, region: str = "") -> dict[date, Text]:
    """The holidays of all years known, by date, with their names in the languages the system ships where there are."""
    names: dict[date, dict[str, Template]] = {}
    for language, days in _named(country, region):
        for day, name in days.items():
            names.setdefault(day, {}).setdefault(language, Template((name,)))
    return {day: Text(by_language) for day, by_language in sorted(names.items())}


def _named(country: str, region: str) -> list[tuple[str, dict[date, str]]]:
    """The days in each language they are known in; the country's own comes last, without one."""
    import holidays  # a few hundred modules: only where somebody names a country

    years = range(FIRST_YEAR, LAST_YEAR + 1)
    own = holidays.country_holidays(country, subdiv=region or None, years=years)
    offered = {one.partition("_")[0]: one for one in own.supported_languages}
    found = []
    for language in LANGUAGES:
        if language in offered:
            spoken = holidays.country_holidays(country, subdiv=region or None, years=years, language=offered[language])
            found.append((language, dict(spoken.items())))
    return [*found, ("", dict(own.items()))]


@cache
def _countries() -> dict[str, frozenset[str]]:
    """Every country known, with its regions."""
    import holidays

    return {country: frozenset(regions) for country, regions in holidays.list_supported_countries().items()}
