"""When a schedule fired: the time of a scheduled function is its event's, never its clock's.

An event from the time to come would close a day that has not ended, or remind ahead. Whoever may
invoke a function could send one, so it is refused; the local stack alone lets days pass in seconds.
"""

from datetime import UTC, datetime, timedelta

from invoicing import settings
from invoicing.errors import FacturierError

_SKEW = timedelta(minutes=5)  # between the scheduler's clock and this one


class AheadOfTimeError(FacturierError):
    """A schedule that says a time to come."""


def moment(time: str) -> datetime:
    """Read the time of a schedule's event; AheadOfTimeError for a time to come."""
    at = datetime.fromisoformat(time)
    ahead = settings.optional("SCHEDULES_AHEAD") == "true"
    if not ahead and at > datetime.now(UTC) + _SKEW:
        raise AheadOfTimeError(time)
    return at
