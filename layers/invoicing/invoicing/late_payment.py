"""What an invoice that is paid late costs its buyer: interest to the day, and the compensation.

Interest is owed for each day on what was open when the day began, so who pays on the due date owes
none and who pays the day after owes one day. What was open follows from the journal. There is no
interest on interest, and payments count against the invoice first, though some laws would give the
seller more.

Sums are exact and rounded on their running total, so the parts of a claim, and claims that follow
each other, add up to the cent.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from invoicing.errors import Reason
from invoicing.invoices import Invoice
from invoicing.journals import Journal
from invoicing.law import late_payment as law
from invoicing.law.cases import Case
from invoicing.money import Money, rounded, total
from invoicing.records import Record

_DAY = timedelta(days=1)
_WITHOUT_REMINDER = timedelta(days=30)  # BGB § 286 Abs. 3


class Span(Record):
    """Days on which the same sum was open at the same rate."""

    first: date
    last: date  # inclusive
    open: Money
    percent: Decimal  # a year
    year: int  # the days that a year is counted with, 365 or 366
    interest: Money

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


class LatePayment(Record):
    """What is owed for being late, from a day to a day, and why not more."""

    since: date | None = None  # the first day that is computed, None where none is
    until: date  # the last one
    spans: tuple[Span, ...] = ()
    interest: Money
    rule: str | None = None
    compensation: Money
    compensation_rule: str | None = None
    notified_on: date | None = None  # the notice of default that it rests on
    reasons: tuple[Reason, ...] = ()  # why something is not computed

    @property
    def total(self) -> Money:
        """All that is owed beside the invoice; no VAT is due on it."""
        return self.interest + self.compensation


class Costs(Record):
    """What the delay of one invoice or several costs beside them, at the end of a day."""

    until: date  # the last one that is computed; what comes after has no known rate
    interest: Money
    compensation: Money


def costs(found: Sequence[LatePayment], *, today: date) -> Costs | None:
    """Add up what the delay of invoices in one currency costs; None where it costs nothing.

    What no interest is known for is told as of today: the compensation hangs on no rate.
    """
    if not any(each.total for each in found):
        return None
    currency = found[0].interest.currency
    return Costs(
        until=max((each.until for each in found if each.interest), default=today),
        interest=total((each.interest for each in found), currency),
        compensation=total((each.compensation for each in found), currency),
    )


def owed(
    invoice: Invoice,
    journal: Journal,
    *,
    until: date,
    since: date | None = None,
    notified_on: date | None = None,
) -> LatePayment:
    """Compute what is owed until the end of a day, civil in the seller's legal zone.

    `since` is the first day that was not claimed before; the compensation is part of the first
    claim, and owed from the first day of default on, even where no rate is known (directive
    2011/7/EU, art. 6). `notified_on` is the day on which a notice of default reached the buyer, if
    one did.
    """
    nothing = Money.zero(invoice.draft.currency)
    none = LatePayment(until=until, interest=nothing, compensation=nothing)
    case = _case(invoice)
    rules = law.of(case)
    if not rules:
        return none.model_copy(update={"reasons": (_unknown_law(case),)})
    begun = _begun(rules, invoice.due_on, notified_on)
    if not begun:
        return none.model_copy(update={"reasons": (_not_notified(rules),)})
    known, reasons = _known_until(rules, begun, until)
    steps = journal.steps(invoice)
    found = [span for span in _spans(rules, steps, begun, since, known) if span.open]
    claimed = [span for span in found if since is None or span.first >= since]
    is_first = since is None and _is_late(steps, begun, until)
    fixed = law.compensation(case) if is_first else None
    foreign = fixed is not None and invoice.draft.currency != "EUR"
    return LatePayment(
        since=max(begun, since or begun) if claimed else None,
        until=known,
        spans=tuple(claimed),
        interest=total((span.interest for span in claimed), nothing.currency),
        rule=rules.rule,
        notified_on=notified_on,
        compensation=rounded(fixed.euros, "EUR") if fixed and not foreign else nothing,
        compensation_rule=fixed.rule if fixed and not foreign else None,
        reasons=(*reasons, *((_FOREIGN,) if foreign else ())),
    )


def rests_on_notice(invoice: Invoice) -> bool:
    """Say whether it matters when a notice of default reached the buyer."""
    rules = law.of(_case(invoice))
    return rules is not None and rules.begins != "due"


def _case(invoice: Invoice) -> Case:
    draft = invoice.draft
    return Case(draft.seller, draft.buyer, draft.process, due=True, on=invoice.issued_on)


def _begun(rules: law.Interest, due_on: date, notified_on: date | None) -> date | None:
    """Give the first day of default; a notice before the due date counts from then."""
    notified = max(due_on, notified_on) + _DAY if notified_on else None
    if rules.begins == "notice":
        return notified
    if rules.begins == "thirty_days":
        alone = due_on + _WITHOUT_REMINDER + _DAY
        return min(alone, notified or alone)
    return due_on + _DAY


def _known_until(rules: law.Interest, begun: date, until: date) -> tuple[date, tuple[Reason, ...]]:
    """Stop before the first half-year whose rate is not known."""
    day = begun
    while day <= until:
        if rules.percent(day) is None:
            return day - _DAY, (_no_rate(rules, day),)
        day = law.next_half_year(day)
    return until, ()


def _spans(
    rules: law.Interest,
    steps: Sequence[tuple[date, Money]],
    begun: date,
    since: date | None,
    until: date,
) -> Iterator[Span]:
    """Give each span with the part of the running total that it adds."""
    exact, written = Fraction(0), Money.zero(steps[0][1].currency)
    for first, following in pairwise(_bounds(steps, begun, since, until)):
        sum_open = _open_on(steps, first)
        percent, year = rules.percent(first) or Decimal(0), rules.days_of_year(first)
        days = (following - first).days
        exact += Fraction(sum_open.amount) * Fraction(percent.scaleb(-2)) * days / year
        reached = _rounded(exact, sum_open.currency)
        yield Span(
            first=first,
            last=following - _DAY,
            open=sum_open,
            percent=percent,
            year=year,
            interest=reached - written,
        )
        written = reached


def _is_late(steps: Sequence[tuple[date, Money]], begun: date, until: date) -> bool:
    """Say whether anything was open on a day of default."""
    days = _bounds(steps, begun, None, until)[:-1]
    return any(_open_on(steps, day) for day in days)


def _open_on(steps: Sequence[tuple[date, Money]], day: date) -> Money:
    return [each for first, each in steps if first <= day][-1]


def _bounds(
    steps: Sequence[tuple[date, Money]], begun: date, since: date | None, until: date
) -> list[date]:
    """Give the first day of each span, and the day after the last."""
    days = {begun, until + _DAY, *(day for day, _ in steps), *([since] if since else [])}
    half = law.next_half_year(begun)
    while half <= until:
        days.add(half)
        half = law.next_half_year(half)
    return sorted(day for day in days if begun <= day <= until + _DAY)


def _rounded(exact: Fraction, currency: str) -> Money:
    """Round to the currency; 28 digits decide every sum below a million millions rightly."""
    return rounded(Decimal(exact.numerator) / Decimal(exact.denominator), currency)


def _unknown_law(case: Case) -> Reason:
    if case.meets("consumer") and not case.domestic:
        message = "a consumer abroad owes what the law of his country says, which is not known here"
        return Reason(code="consumer_abroad", message=message, rule="Regulation 593/2008, art. 6")
    message = f"no rate is known for a {case.buyer.kind} who pays a seller in {case.country} late"
    return Reason(code="no_known_law", message=message)


def _not_notified(rules: law.Interest) -> Reason:
    message = "a consumer owes interest from the day on which a notice of default reached him"
    return Reason(code="no_notice_of_default", message=message, rule=rules.rule)


def _no_rate(rules: law.Interest, day: date) -> Reason:
    message = f"no rate is known for the half-year from {law.half_year(day)}: no interest from then"
    return Reason(code="no_known_rate", message=message, rule=rules.rule)


_FOREIGN = Reason(
    code="compensation_in_euros",
    message="the law fixes the compensation in euros; in another currency none is computed",
)
