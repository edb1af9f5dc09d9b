"""Years of a seller's life, hour by hour: who is reminded, while runs fail, stop and die.

`Reminding` is the product's own, and so are agenda, plan, hours and holidays. The tables are a few
dicts here whose transaction asks for the same conditions, so that two years take seconds.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import holidays

from invoicing import payments
from invoicing.adapters import items, reminding
from invoicing.adapters.operations import agenda_table, freezes_table, notices_table
from invoicing.adapters.reminding import Candidate, Reminding
from invoicing.errors import OvertakenError
from invoicing.freezes import Freeze, Freezes
from invoicing.invoices import Draft, Invoice
from invoicing.notices import Key, Notice
from invoicing.payments import Balance
from invoicing.reminders import Agenda
from tests.builders import a_buyer, a_draft, a_notice, a_seller

HOUR = timedelta(hours=1)
BEGINS = datetime(2027, 7, 1, 0, 30, tzinfo=UTC)  # 29 February 2028 lies between
ENDS = datetime(2029, 7, 1, tzinfo=UTC)
LAST_SALE = ENDS - timedelta(days=120)  # whatever is sold until then comes to its end
BUYERS = {"FR": "Europe/Paris", "DE": "Europe/Berlin", "JP": "Asia/Tokyo", "AE": "Asia/Dubai"}
STEPS = (-3, 1, 7, 15, 30, 45)
AT_WORK = range(8, 18)


class DiedError(Exception):
    """The run is gone."""


@dataclass
class Years:
    """A seller in Paris, his invoices, and all that was said of them."""

    random: Random
    now: datetime = BEGINS
    dies: float = 0.03  # of writes, before or after they took effect
    invoices: dict[str, Invoice] = field(default_factory=dict)
    balances: dict[str, Balance] = field(default_factory=dict)
    freezes: dict[str, Freezes] = field(default_factory=dict)
    agendas: dict[str, tuple[datetime, Agenda]] = field(default_factory=dict)
    said: dict[Key, datetime] = field(default_factory=dict)
    frozen_ever: set[str] = field(default_factory=set)
    resting: dict[str, Agenda] = field(default_factory=dict)
    came_back: dict[str, date] = field(default_factory=dict)  # debts, and the day on which
    asked_again: dict[str, str] = field(default_factory=dict)  # how firmly at first
    wrong: list[str] = field(default_factory=list)
    asleep_until: datetime = BEGINS  # nothing runs until then

    # What product code asks for

    def invoice(self, _: object, number: str) -> Invoice:
        return self.invoices[number]

    def balance(self, invoice: Invoice) -> Balance:
        return self.balances[invoice.number]

    def unchanged(self, _: str, number: str, balance: Balance) -> Any:  # noqa: ANN401  a fake's action
        return lambda: self.balances[number].version == balance.version, None

    def due(self, _: str, buyer: str, *, at: datetime, most: int) -> list[Agenda]:
        found = [each for wakes, each in self.agendas.values() if wakes <= at]
        return [each for each in found if each.buyer == buyer][:most]

    def move(self, before: Agenda, after: Agenda) -> Any:  # noqa: ANN401
        def holds() -> bool:
            _, kept = self.agendas.get(before.number, (None, None))
            return kept is not None and kept.level == before.level

        def moves() -> None:
            del self.agendas[before.number]
            if after.paid_on:
                self.resting[before.number] = after
            if not after.handed_over_on and not after.paid_on:
                self.agendas[before.number] = (after.wakes_at, after)
            if after.handed_over_on:
                self.said[self._key(before.number, len(before.plan))] = self.now

        return holds, moves

    def unfrozen(self, freezes: Freezes) -> Any:  # noqa: ANN401
        return lambda: self.freezes[freezes.number] == freezes, None

    def queue(self, notice: Notice) -> Any:  # noqa: ANN401
        return lambda: notice.key not in self.said, lambda: self._say(notice)

    def notice(self, key: Key) -> Notice | None:
        """Every mail that is owed arrives at once."""
        said = self.said.get(key)
        told = {"key": key, "state": "DELIVERED", "since": said}
        return a_notice().model_copy(update=told) if said else None

    def write(self, actions: Sequence[Any]) -> None:
        """Write all or nothing; the run may die before it or after it."""
        if self.random.random() < self.dies:
            raise DiedError
        if not all(holds() for holds, _ in actions):
            raise OvertakenError("a condition failed")
        for _, act in actions:
            if act:
                act()
        if self.random.random() < self.dies:
            raise DiedError

    # What happens

    def live(self) -> None:
        """Let the years pass."""
        drafts = list(_drafts())
        while self.now < ENDS:
            if self.now < LAST_SALE and self.random.random() < 1 / 40:
                self._sell(self.random.choice(drafts))
            self._change()
            self._take_back()
            if self.random.random() < 1 / 1500:
                self.asleep_until = self.now + timedelta(hours=self.random.randrange(120))
            if self.now >= self.asleep_until:
                self._run()
            self.now += HOUR

    def _sell(self, draft: Draft) -> None:
        number = f"FA-{len(self.invoices) + 1:06}"
        invoice = draft.issue(number=number, at=self.now)
        agenda = Agenda.first(invoice)
        assert agenda
        self.invoices[number] = invoice
        self.balances[number] = payments.unpaid(invoice)
        self.freezes[number] = Freezes(seller="atelier", number=number)
        self.agendas[number] = (agenda.wakes_at, agenda)

    def _change(self) -> None:
        """Somebody pays, or his invoice is frozen or free again."""
        if not self.agendas or self.random.random() > 1 / 24:
            return
        number = self.random.choice(list(self.agendas))
        if self.random.random() < 0.3:
            balance, asked = self.balances[number], self.balances[number].asked
            paid = {"paid": asked, "version": balance.version + 1}
            self.balances[number] = balance.model_copy(update=paid)
        elif self.random.random() < 0.3:
            until = self.now.date() + timedelta(days=self.random.randrange(20))
            freeze = Freeze(reason="promise", since=self.now, until=until)
            self.freezes[number] = self.freezes[number].frozen(freeze)
            self.frozen_ever.add(number)

    def _take_back(self) -> None:
        """Let a payment that somebody rests on be taken back."""
        if not self.resting or self.now > LAST_SALE or self.random.random() > 1 / 200:
            return
        number, agenda = self.random.choice(list(self.resting.items()))
        del self.resting[number]
        balance = self.balances[number]
        lost = {"paid": balance.paid - balance.asked, "version": balance.version + 1}
        self.balances[number] = balance.model_copy(update=lost)
        today = self.now.astimezone(ZoneInfo("Europe/Paris")).date()
        again = agenda.reopened(today)
        self.agendas[number] = (again.wakes_at, again)
        self.came_back[number] = today
        self.asked_again.pop(number, None)

    def _run(self) -> None:
        """Run the reminders; a buyer whose run dies is asked for again the next hour."""
        due = [each for wakes, each in self.agendas.values() if wakes <= self.now]
        for buyer in dict.fromkeys(each.buyer for each in due):
            run = Reminding(_SELLER, buyer, self.now)
            try:
                looked = [run.look_at(each) for each in run.due()]
                list(run.claim([each for each in looked if isinstance(each, Candidate)]))
            except (DiedError, OvertakenError):
                continue

    # What must be true

    def _say(self, notice: Notice) -> None:
        number, level = notice.key.number, notice.key.level
        self.said[notice.key] = self.now
        invoice = self.invoices[number]
        if not self.balances[number].due:
            self.wrong.append(f"{number} is paid and was reminded")
        today = self.now.astimezone(ZoneInfo("Europe/Paris")).date()
        if self.freezes[number].holding(today):
            self.wrong.append(f"{number} is frozen and was reminded")
        if number in self.came_back:
            self._say_again(notice, today)
        elif today < invoice.due_on + timedelta(days=STEPS[level - 1]):
            self.wrong.append(f"level {level} of {number} came early, on {today}")
        country = invoice.draft.buyer.address.country
        there = self.now.astimezone(ZoneInfo(BUYERS[country]))
        if there.hour not in AT_WORK or not _works(country, there.date()):
            self.wrong.append(f"{number} was reminded at {there}")

    def _say_again(self, notice: Notice, today: date) -> None:
        number, asked = notice.key.number, notice.reminder
        tone = asked.tone if asked else "in a mail about others"
        if self.asked_again.setdefault(number, tone) == "formal_notice":
            self.wrong.append(f"{number} came back and was asked for by a formal notice")
        if today <= self.came_back[number]:
            self.wrong.append(f"{number} was asked for again on the day on which it came back")

    def missed(self) -> Iterator[str]:
        """Tell whoever never paid, was never frozen, and was not reminded to the end."""
        for number, invoice in self.invoices.items():
            if number in self.frozen_ever or not self.balances[number].due:
                continue
            if number in self.came_back:
                if number not in self.asked_again:
                    yield f"{number}, which came back on {self.came_back[number]}"
                continue
            for level in (6, 7):  # what a right hangs on; the others may be caught up with
                if self._key(number, level) not in self.said:
                    yield f"level {level} of {number}, due on {invoice.due_on}"
        for wakes, each in self.agendas.values():
            if wakes <= ENDS - timedelta(days=14):
                yield f"{each.number} waits since {wakes}"

    def _key(self, number: str, level: int) -> Key:
        return Key(seller="atelier", number=number, occasion="reminder", level=level)


@contextmanager
def living(seed: int) -> Iterator[Years]:
    """Have product code live in these tables."""
    years = Years(Random(seed))  # noqa: S311  the same years again
    with (
        patch.object(reminding, "book", lambda: years),
        patch.object(agenda_table, "due", years.due),
        patch.object(agenda_table, "move", years.move),
        patch.object(freezes_table, "read", lambda _, number: years.freezes[number]),
        patch.object(freezes_table, "unchanged", years.unfrozen),
        patch.object(notices_table, "queue", years.queue),
        patch.object(notices_table, "find", years.notice),
        patch.object(items, "write_together", years.write),
    ):
        yield years


_SELLER = a_seller(zone="Europe/Paris")
_CALENDARS = {country: holidays.country_holidays(country) for country in BUYERS}


def _works(country: str, day: date) -> bool:
    weekend = {5, 6}
    return day.weekday() not in weekend and day not in _CALENDARS[country]


def _drafts() -> Iterator[Draft]:
    for country in BUYERS:
        address = {"line1": "1 Main Street", "city": "Town", "country": country}
        for name in ("Camille", "Louis"):
            buyer = a_buyer(name=name, email=f"{name}@{country}.example", address=address)
            yield a_draft(buyer=buyer.model_dump(exclude_none=True))
