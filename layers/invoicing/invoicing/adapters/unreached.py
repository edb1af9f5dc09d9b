"""What follows when a mail is refused before it left: the other address, else no reminder.

An address that gave a mail back stops the reminders of every invoice that it was to be asked for,
those that were issued since then too: nobody is to be in default of what never reached him.
"""

from datetime import UTC, datetime

from invoicing import returns
from invoicing.adapters import items
from invoicing.adapters.operations import freezes_table, notices_table, returns_table
from invoicing.freezes import Freeze
from invoicing.notices import Notice


def what_follows(notice: Notice) -> list[items.Action]:
    """Give the writes that go with the end of a notice."""
    if notice.state != "REFUSED":
        return []
    other = notice.elsewhere(datetime.now(UTC))
    if not other:
        return _stopped(notice)
    return [] if notices_table.exists(other.key) else [notices_table.queue(other)]


def _stopped(notice: Notice) -> list[items.Action]:
    seller, numbers = notice.key.seller, returns.stopped(notice)
    if not numbers or not returns_table.holds(seller, notice.recipient):
        return []
    freeze = Freeze(reason="bounce", since=datetime.now(UTC))
    kept = [freezes_table.read(seller, number) for number in numbers]
    moved = [freezes_table.move(each, each.frozen(freeze)) for each in kept]
    return [returns_table.stop(seller, notice.recipient, numbers), *moved]
