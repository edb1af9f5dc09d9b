"""The formal notice that comes before a hand-over: it is sent, and then has the days of the plan.

A mail that was called off, because the invoice was frozen at that moment, or that came back, told
the buyer nothing. What was said on that day by other means, its seller knows.
"""

from datetime import date, datetime

from invoicing.adapters.operations import notices_table
from invoicing.notices import Key, Notice
from invoicing.reminders import Agenda

_OVER = {"CANCELLED", "REFUSED", "BOUNCED"}


def waited_for(agenda: Agenda, *, at: datetime, today: date) -> Agenda | None:
    """Let a hand-over wait for its formal notice; None where the buyer had it and its days."""
    level = agenda.formal_notice
    found = _found(agenda, level) if level else []
    if not level or not found or any(each.settled_at for each in found):
        return None
    heard = [each.arrived_at for each in found if each.has_left]
    if heard:
        told_on = min(heard).astimezone(agenda.timezone).date()
        following = agenda.after(level, done_on=told_on)
        return following if following.wakes_at > at else None
    if all(each.state in _OVER for each in found):
        again = found[-1]
        notices_table.move(again, again.again(at))
    return agenda.frozen(today)


def _found(agenda: Agenda, level: int) -> list[Notice]:
    """Read the formal notice, and its mail to the other address after it."""
    key = Key(seller=agenda.seller, number=agenda.number, occasion="reminder", level=level)
    keys = (key, key.model_copy(update={"way": "fallback"}))
    return [notice for each in keys if (notice := notices_table.find(each))]
