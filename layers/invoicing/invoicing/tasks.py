"""Tasks: what waits for a seller's decision, and until when.

A task is nothing by itself: it is read off what stands elsewhere each time, so what was decided
there is no task any more. Each says where it is decided.
"""

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from invoicing.cases import Case
from invoicing.errors import Reason, RefusedError
from invoicing.holdings import Heard
from invoicing.law import deadlines
from invoicing.money import Money
from invoicing.notices import Key, Notice
from invoicing.objections import Dispute
from invoicing.parties import Seller
from invoicing.payments import Balance
from invoicing.reconciliations import Reconciliation
from invoicing.records import Instant, Record
from invoicing.requests import Request
from invoicing.returns import Return

Kind = Literal[
    "held_order",
    "held_credit",
    "case",
    "returned_mail",
    "mail",
    "difference",
    "owed",
    "overclaimed",
    "held_money",
    "paper",
    "hand_over",
]


class Task(Record):
    """One thing that its seller has to decide or to do."""

    kind: Kind
    id: str  # names it among those of its kind
    about: str  # an order's or a credit's id, a document's number, or a day
    since: Instant
    deadline: date | None = None  # the last day for it, civil in the seller's zone
    rule: str | None = None  # where the deadline is written
    reasons: tuple[str, ...] = ()  # codes, or SES's own words
    amount: Money | None = None
    href: str  # where it is read and decided


def of_request(request: Request, seller: Seller) -> Task:
    """Give the task that a held order or credit is."""
    name, codes = request.key.source, tuple(reason.code for reason in request.reasons)
    if request.credit:
        return Task(
            kind="held_credit",
            id=name,
            about=name,
            since=request.received_at,
            reasons=codes,
            href=f"/v1/invoices/{request.credit.invoice}/credit-notes/{name}",
        )
    term = deadlines.issue_by(request.order, seller) if request.order else None
    return Task(
        kind="held_order",
        id=name,
        about=name,
        since=request.received_at,
        deadline=term.on if term else None,
        rule=term.rule if term else None,
        reasons=codes,
        href=f"/v1/orders/{name}",
    )


def of_case(case: Case, zone: ZoneInfo) -> Task:
    """Give the task that an open case is; a bank's deadline is for evidence."""
    about, key = case.about, case.key
    ends = about.due_by if isinstance(about, Dispute) and case.takes_evidence else None
    return Task(
        kind="case",
        id=f"{key.number}.{key.id}",
        about=key.number,
        since=case.opened_at,
        deadline=ends.astimezone(zone).date() if ends else None,
        reasons=(about.kind, about.reason) if about.reason else (about.kind,),
        amount=getattr(about, "amount", None),
        href=f"/v1/invoices/{key.number}/cases/{key.id}",
    )


def of_return(returned: Return) -> Task:
    """Give the task that an address is which gave a mail back."""
    said = (returned.state.lower(), returned.reason)
    return Task(
        kind="returned_mail",
        id=returned.id,
        about=returned.number,
        since=returned.at,
        reasons=tuple(each for each in said if each),
        href=f"/v1/returned-mails/{returned.id}",
    )


def of_notice(notice: Notice) -> Task:
    """Give the task that a mail is which may not have arrived."""
    said = (notice.state.lower(), notice.reason)
    return Task(
        kind="mail",
        id=notice.key.tag,
        about=notice.key.number,
        since=notice.since,
        reasons=(notice.key.occasion, *(each for each in said if each)),
        href=f"/v1/tasks/mail/{notice.key.tag}",
    )


def of_reconciliation(report: Reconciliation) -> Task:
    """Give the task that a day is of which Stripe and the books do not say the same."""
    day = report.day.isoformat()
    return Task(
        kind="difference",
        id=day,
        about=day,
        since=report.made_at,
        reasons=tuple(each.movement for each in report.differences),
        href=f"/v1/reconciliations/{day}",
    )


def of_balance(number: str, balance: Balance, *, since: Instant) -> Task:
    """Give the task that an invoice is of which a buyer has paid too much."""
    return Task(
        kind="owed",
        id=number,
        about=number,
        since=since,
        amount=balance.owed,
        href=f"/v1/invoices/{number}/refunds",
    )


def of_overclaim(number: str, excess: Money, *, since: Instant) -> Task:
    """Give the task that late payment is of which too much was claimed.

    The claims are withdrawn, the latest first, and made anew.
    """
    return Task(
        kind="overclaimed",
        id=number,
        about=number,
        since=since,
        amount=excess,
        href=f"/v1/invoices/{number}/late-payment",
    )


def of_holding(heard: Heard) -> Task:
    """Give the task that money is which Stripe holds for no payment."""
    return Task(
        kind="held_money",
        id=heard.customer,
        about=heard.customer,
        since=heard.heard_at,
        amount=heard.free,
        href=f"/v1/reconciliations/{heard.told_on}",
    )


def of_hand_over(number: str, balance: Balance, *, since: Instant) -> Task:
    """Give the task that an invoice is whose buyer was reminded in vain."""
    return Task(
        kind="hand_over",
        id=number,
        about=number,
        since=since,
        amount=balance.due,
        href=f"/v1/invoices/{number}/hand-over",
    )


def of_paper(notice: Notice) -> Task:
    """Give the task that a document is which goes by post."""
    return Task(
        kind="paper",
        id=notice.key.tag,
        about=notice.key.number,
        since=notice.since,
        reasons=(notice.key.occasion,),
        href=f"/v1/paper-deliveries/{notice.key.tag}",
    )


def mail_of(name: str, seller: str) -> Key | None:
    """Read which mail a task is about; None for a name that is none, or another seller's."""
    try:
        key = Key.of_tag(name)
    except ValueError:
        return None
    return key if key.seller == seller else None


def not_asked() -> RefusedError:
    """Say that a mail does not wait for its seller."""
    sentence = "it is on its way, has arrived, or was settled"
    return RefusedError((Reason(code="not_asked", message=sentence),))
