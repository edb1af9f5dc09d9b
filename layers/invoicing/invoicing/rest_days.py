"""Rest days: on which days nobody works in a country, its weekend and national holidays.

What only a part of a country rests on is not asked for: nobody says in which part the buyer works.
"""

from functools import cache
from typing import Any

from invoicing.working_hours import Rests, weekend

_NORTHERN_IRELAND = ("GB", "NIR")


@cache
def of(country: str) -> Rests:
    """Give what says whether a day is one; weekends alone where a country's days are not known."""
    days = _known(country)
    return (lambda day: not days.is_working_day(day)) if days is not None else weekend


def _known(country: str) -> Any | None:  # noqa: ANN401  a country's own class
    """Load a country: half a second and three hundred modules, so only who asks pays for it."""
    import holidays  # noqa: PLC0415

    state, part = _NORTHERN_IRELAND if country == "XI" else (country, None)
    try:
        return holidays.country_holidays(state, subdiv=part)
    except NotImplementedError:
        return None
