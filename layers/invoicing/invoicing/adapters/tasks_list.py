"""All that waits for a seller, one kind after the other, oldest first, a page at a time."""

from collections.abc import Callable
from datetime import datetime

from invoicing import tasks
from invoicing.adapters import histories, papers
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    agenda_table,
    cases_table,
    concerns_table,
    freezes_table,
    holdings_table,
    notices_table,
    reconciliations_table,
    returns_table,
)
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.adapters.operations.requests_table import inbox
from invoicing.ledger import Kind, Series
from invoicing.parties import Seller
from invoicing.periods import CivilPeriod
from invoicing.reminders import Agenda
from invoicing.tasks import Task

Page = tuple[list[Task], Mark | None]


def page(seller: Seller, *, after: Mark | None, limit: int) -> Page:
    """Read some tasks, and where the next page goes on.

    ValueError for a mark that names no kind.
    """
    kind, mark = _parted(after) if after else (next(iter(_LISTS)), None)
    kinds, found = list(_LISTS), list[Task]()
    for each in kinds[kinds.index(kind) :]:
        while len(found) < limit:
            some, mark = _LISTS[each](seller, mark, limit - len(found))
            found += some
            if not mark:
                break
        else:
            return found, _joined(each, mark)
    return found, None


def _parted(mark: Mark) -> tuple[str, Mark | None]:
    """Read of which kind a mark is, and where that kind's own list was left."""
    kind, _, source = mark.source.partition(" ")
    return kind, Mark(at=mark.at, source=source) if source else None


def _joined(kind: str, mark: Mark | None) -> Mark:
    return Mark(at=mark.at, source=f"{kind} {mark.source}") if mark else Mark(source=kind)


def _held(kind: Kind) -> "Callable[[Seller, Mark | None, int], Page]":
    def listed(seller: Seller, after: Mark | None, limit: int) -> Page:
        series = Series(seller=seller.id, kind=kind)
        found, mark = inbox().page(series, "HELD", after=after, limit=limit)
        return [tasks.of_request(each, seller) for each in found], mark

    return listed


def _cases(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = cases_table.page(seller.id, after=after, limit=limit)
    return [tasks.of_case(each, seller.timezone) for each in found], mark


def _returned(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = returns_table.page(seller.id, after=after, limit=limit)
    return list(map(tasks.of_return, found)), mark


def _mails(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = notices_table.asking(seller.id, after=after, limit=limit)
    return list(map(tasks.of_notice, found)), mark


def _differences(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = reconciliations_table.differing(seller.id, after=after, limit=limit)
    return list(map(tasks.of_reconciliation, found)), mark


def _owed(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = concerns_table.page("owed", seller.id, after=after, limit=limit)
    asked = (_overpaid(seller, number, since) for number, since in found)
    return [each for each in asked if each], mark


def _overpaid(seller: Seller, number: str, since: datetime) -> Task | None:
    balance = book().balance(book().invoice(seller, number))
    return tasks.of_balance(number, balance, since=since) if balance.owed else None


def _overclaimed(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = concerns_table.page("overclaimed", seller.id, after=after, limit=limit)
    asked = (_claimed_too_much(seller, number, since) for number, since in found)
    return [each for each in asked if each], mark


def _claimed_too_much(seller: Seller, number: str, since: datetime) -> Task | None:
    excess = histories.of(book().invoice(seller, number)).overclaimed
    return tasks.of_overclaim(number, excess, since=since) if excess else None


def _held_money(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = holdings_table.page(seller.id, after=after, limit=limit)
    return list(map(tasks.of_holding, found)), mark


def _papers(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = papers.page(seller, after=after, limit=limit)
    return [tasks.of_paper(each.notice) for each in found], mark


def _hand_overs(seller: Seller, after: Mark | None, limit: int) -> Page:
    found, mark = agenda_table.handed_over_page(seller.id, after=after, limit=limit)
    asked = (_unpaid(seller, each) for each in found)
    return [each for each in asked if each], mark


def _unpaid(seller: Seller, agenda: Agenda) -> Task | None:
    balance = book().balance(book().invoice(seller, agenda.number))
    day = CivilPeriod("day", agenda.handed_over_on or agenda.due_on)
    since = day.begins(seller.timezone)
    frozen = freezes_table.read(seller.id, agenda.number).freezes
    done = any(each.reason == "handed_over" for each in frozen)
    waits = balance.due and not done
    return tasks.of_hand_over(agenda.number, balance, since=since) if waits else None


_LISTS: dict[str, Callable[[Seller, Mark | None, int], Page]] = {
    "held_order": _held("invoice"),
    "held_credit": _held("credit_note"),
    "case": _cases,
    "returned_mail": _returned,
    "mail": _mails,
    "difference": _differences,
    "owed": _owed,
    "overclaimed": _overclaimed,
    "held_money": _held_money,
    "paper": _papers,
    "hand_over": _hand_overs,
}
