"""One buyer's reminders: what is due of him is claimed, in as few mails as may be.

A claim requires in one transaction that neither the balance nor a freeze of any of its invoices
has changed since they were read.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from invoicing import notices, reminder_mails, rest_days, working_hours
from invoicing.adapters import demands, formal_notices, items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    agenda_table,
    freezes_table,
    notices_table,
)
from invoicing.freezes import Freezes
from invoicing.invoices import Invoice
from invoicing.notices import Notice
from invoicing.parties import Seller
from invoicing.payments import Balance
from invoicing.reminder_mails import Due
from invoicing.reminders import Agenda

MOST_LOOKED_AT = 4 * reminder_mails.MOST


class Candidate(NamedTuple):
    """What is to be reminded of, as it was read."""

    due: Due
    invoice: Invoice
    balance: Balance
    freezes: Freezes


class Done(NamedTuple):
    """What was done about an invoice."""

    number: str
    level: int
    what: str
    trail: str | None


class Reminding:
    """A buyer of a seller, at a moment."""

    def __init__(self, seller: Seller, buyer: str, at: datetime) -> None:
        self._seller, self._buyer, self._at = seller, buyer, at
        self._today: date = seller.day(at)

    def due(self) -> list[Agenda]:
        """Read what is due, strongly; what there is beyond that comes with the next run."""
        return agenda_table.due(self._seller.id, self._buyer, at=self._at, most=MOST_LOOKED_AT)

    def look_at(self, agenda: Agenda) -> Candidate | Done:
        """Say whether an invoice is to be reminded of; whatever keeps it from that is written down.

        What is frozen is looked at again each day, so that nothing is lost when the freeze ends.
        """
        rests = rest_days.of(agenda.country)
        opens = working_hours.opening(self._at, agenda.country, rests)
        if opens > self._at:
            return self._moved(agenda, agenda.put_off(opens), "the buyer does not work")
        level = agenda.reached(self._today)
        if not level:
            return Done(agenda.number, agenda.level, "not yet", agenda.trail)
        invoice = book().invoice(self._seller, agenda.number)
        balance = book().balance(invoice)
        if not balance.due:
            unchanged = book().unchanged(self._seller.id, agenda.number, balance)
            return self._moved(agenda, agenda.paid(self._today), "paid", unchanged)
        return self._look_at_open(agenda, level, invoice, balance)

    def _look_at_open(
        self, agenda: Agenda, level: int, invoice: Invoice, balance: Balance
    ) -> Candidate | Done:
        freezes = freezes_table.read(self._seller.id, agenda.number)
        holding = freezes.holding(self._today)
        if holding:
            reasons = ", ".join(each.reason for each in holding)
            return self._moved(agenda, agenda.frozen(self._today), f"frozen: {reasons}")
        if not demands.asks(self._seller.id, agenda.number, balance):
            return self._moved(agenda, agenda.frozen(self._today), "a dispute has the money")
        waits = self._waits(agenda, level)
        if waits:
            return self._moved(agenda, waits, "the formal notice has its days")
        due = reminder_mails.due(agenda, level, today=self._today)
        return Candidate(due, invoice, balance, freezes)

    def _waits(self, agenda: Agenda, level: int) -> Agenda | None:
        if agenda.at(level).step.tone != "hand_over":
            return None
        return formal_notices.waited_for(agenda, at=self._at, today=self._today)

    def claim(self, found: Sequence[Candidate]) -> Iterator[Done]:
        """Claim what was looked at; OvertakenError where money or another run came first."""
        by_number = {each.due.agenda.number: each for each in found}
        for group in reminder_mails.together(each.due for each in found):
            yield from self._claim([by_number[each.agenda.number] for each in group])

    def _claim(self, group: Sequence[Candidate]) -> list[Done]:
        owed = self._notices(group)
        actions = [action for each in group for action in self._guarded(each)]
        items.write_together([*actions, *map(notices_table.queue, owed)])
        said = _said(group[0].due.tone, "reminded" if owed else "unreachable")
        return [
            Done(each.due.agenda.number, each.due.level, said, each.invoice.draft.trail)
            for each in group
        ]

    def _guarded(self, each: Candidate) -> list[items.Action]:
        agenda = each.due.agenda
        return [
            book().unchanged(self._seller.id, agenda.number, each.balance),
            freezes_table.unchanged(each.freezes),
            agenda_table.move(agenda, self._following(each.due)),
        ]

    def _following(self, due: Due) -> Agenda:
        if due.tone == "hand_over":
            return due.agenda.handed_over(self._today)
        return due.agenda.after(due.level, done_on=self._today)

    def _notices(self, group: Sequence[Candidate]) -> list[Notice]:
        """Owe one mail; the notices of the others say that it speaks of them too."""
        first, *others = group
        if first.due.tone == "hand_over":
            return []
        mail = reminder_mails.mail([each.due for each in group], first.due.tone, at=self._at)
        draft = first.invoice.draft
        notice = notices.to_buyer(self._key(first.due), draft.buyer, draft.language, at=self._at)
        if not notice:
            return []
        notice = notice.model_copy(update={"reminder": mail, "order": draft.order})
        return [notice, *(_joined(notice, self._key(each.due), each.invoice) for each in others)]

    def _key(self, due: Due) -> notices.Key:
        return notices.Key(
            seller=self._seller.id,
            number=due.agenda.number,
            occasion="reminder",
            level=due.level,
        )

    def _moved(self, before: Agenda, after: Agenda, why: str, *checks: items.Action) -> Done:
        items.write_together([agenda_table.move(before, after), *checks])
        return Done(before.number, before.level, why, before.trail)


def _joined(notice: Notice, key: notices.Key, invoice: Invoice) -> Notice:
    return notice.joined_by(key).model_copy(update={"order": invoice.draft.order})


def is_time(notice: Notice, at: datetime) -> bool:
    """Say whether a mail may leave; a reminder that comes too late waits for the next hours.

    The sweeper asks for it again then.
    """
    mail = notice.reminder
    if mail is None or mail.may_leave(at):
        return True
    if mail.is_too_late(at):
        waiting = mail.put_off(at, rest_days.of(mail.country))
        notices_table.move(notice, notice.asking(waiting))
    return False


def _said(tone: str, what: str) -> str:
    return "handed over" if tone == "hand_over" else what
