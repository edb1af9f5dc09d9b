"""What follows when a mail is refused before it left: the other address, else no reminder.

Nobody is to be in default of what never reached him. An address that gave a mail back stops the
reminders of every invoice that it was to be asked for, those that were issued since then too, until
it is lifted. What SES itself refuses stops those of that mail, until its seller has seen to it.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime

from invoicing import returns
from invoicing.adapters import items
from invoicing.adapters.operations import freezes_table, notices_table, returns_table
from invoicing.errors import OvertakenError
from invoicing.freezes import Freeze
from invoicing.notices import Notice

TRIES = 3  # of which another freeze may overtake all but the last


def ended(before: Notice, after: Notice) -> None:
    """Write how a notice ended with what follows from that; OvertakenError if another moved it."""
    for _ in range(TRIES - 1):
        with suppress(OvertakenError):
            return notices_table.move(before, after, *_what_follows(after))
    return notices_table.move(before, after, *_what_follows(after))


def _what_follows(notice: Notice) -> list[items.Action]:
    if notice.state != "REFUSED":
        return []
    other = notice.elsewhere(datetime.now(UTC))
    if not other:
        return stopped(notice)
    return [] if notices_table.exists(other.key) else [notices_table.queue(other)]


def stopped(notice: Notice) -> list[items.Action]:
    """Give the writes that freeze the invoices of a mail which did not leave and goes nowhere."""
    seller, numbers = notice.key.seller, returns.stopped(notice)
    if not numbers:
        return []
    came_back = returns_table.holds(seller, notice.recipient)
    about = None if came_back else notice.key.tag
    freeze = Freeze(reason="bounce", since=datetime.now(UTC), about=about)
    moved = list(_frozen(seller, numbers, freeze))
    return [returns_table.stop(seller, notice.recipient, numbers), *moved] if came_back else moved


def _frozen(seller: str, numbers: Iterable[str], freeze: Freeze) -> Iterator[items.Action]:
    for number in numbers:
        before = freezes_table.read(seller, number)
        after = before.frozen(freeze)
        if after != before:
            yield freezes_table.move(before, after)


def seen_to(notice: Notice) -> None:
    """Let the reminders go on that a refused mail stopped: its seller has seen to it."""
    for number in returns.stopped(notice):
        freezes_table.change(
            notice.key.seller, number, lambda kept: kept.lifted("bounce", notice.key.tag)
        )
