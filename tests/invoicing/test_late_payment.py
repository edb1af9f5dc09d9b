"""Late payment: to the day on what was open, to the cent, and nothing that no law is known for."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from invoicing import credit_notes, late_payment
from invoicing.journals import Journal
from invoicing.law import late_payment as law
from invoicing.law.cases import Case
from invoicing.money import Money, rounded, total
from invoicing.payments import Receipt
from tests.builders import (
    PARIS,
    TOKYO,
    a_credit,
    a_draft,
    a_line,
    a_movement,
    a_receipt_draft,
    a_seller,
    an_invoice,
    eur,
)

DAY = timedelta(days=1)
HOTEL = {"name": "Hôtel", "kind": "business", "address": PARIS, "registration": "552100554"}


def noon(day):
    return datetime.combine(day, time(12), UTC)


def late_invoice(due_on="2026-03-31", *, seller=None, price="1200.00", **order):
    """Bill a French business, due on a day."""
    shop = seller or a_seller(payment_days=0)
    draft = a_draft(seller=shop, **{"buyer": HOTEL, "lines": [a_line(price)]} | order)
    return an_invoice(draft, at=noon(date.fromisoformat(due_on)))


def between(invoice, *, country="FR", lives="FR", kind="consumer", rate=None):
    """Let the seller be of a country, the buyer live in one, and the terms name a rate."""
    seller, buyer = invoice.draft.seller, invoice.draft.buyer
    home = seller.address.model_copy(update={"country": country})
    away = buyer.address.model_copy(update={"country": lives})
    parties = {
        "seller": seller.model_copy(update={"address": home, "late_payment_rate": rate}),
        "buyer": buyer.model_copy(update={"address": away, "kind": kind}),
    }
    return invoice.model_copy(update={"draft": invoice.draft.model_copy(update=parties)})


def rules_of(invoice):
    draft = invoice.draft
    return law.of(Case(draft.seller, draft.buyer, "B1", due=True, on=invoice.issued_on))


def a_receipt(invoice, amount, day, kind="payment"):
    arrived = noon(date.fromisoformat(str(day)))
    movement = a_movement(
        amount, currency=invoice.draft.currency, id=f"pi_{day}", kind=kind, arrived_at=arrived
    )
    return a_receipt_draft(invoice, movement).issue(number="RC-2026-000001", at=arrived)


def a_credit_note(invoice, amount, day):
    draft = credit_notes.draft(a_credit(amount=amount), invoice)
    return draft.issue(number="AV-2026-000001", at=noon(date.fromisoformat(day)))


def owed(invoice, until, *receipts: Receipt, notes=(), **said):
    return late_payment.owed(
        invoice, Journal(receipts, notes), until=date.fromisoformat(str(until)), **said
    )


def codes(found):
    return [reason.code for reason in found.reasons]


def test_whoever_pays_on_the_due_date_owes_nothing():
    invoice = late_invoice("2026-03-31")

    found = owed(invoice, "2026-11-21", a_receipt(invoice, "1200.00", "2026-03-31"))

    assert (found.total, found.spans, found.since) == (eur("0.00"), (), None)


def test_whoever_pays_a_day_late_owes_a_day_and_the_compensation():
    invoice = late_invoice("2026-03-31")

    found = owed(invoice, "2026-11-21", a_receipt(invoice, "1200.00", "2026-04-01"))

    # 1200.00 x 12.15 % / 365
    assert (found.interest, found.compensation) == (eur("0.40"), eur("40.00"))
    assert (found.since, found.spans[0].days) == (date(2026, 4, 1), 1)


def test_a_french_invoice_crosses_into_the_next_half_year():
    found = owed(late_invoice("2026-06-20"), "2026-07-10")

    assert [(span.first, span.last, span.percent) for span in found.spans] == [
        (date(2026, 6, 21), date(2026, 6, 30), Decimal("12.15")),
        (date(2026, 7, 1), date(2026, 7, 10), Decimal("12.40")),
    ]
    # 1200 x (12.15 x 10 + 12.40 x 10) / 36500 = 8.0712…
    assert found.interest == eur("8.07")
    assert found.rule == "C. com. art. L. 441-10, II"


def test_a_part_that_was_paid_and_a_part_that_was_credited_bear_interest_until_then():
    invoice = late_invoice("2026-03-31")
    paid, note = (
        a_receipt(invoice, "200.00", "2026-04-10"),
        a_credit_note(invoice, "500.00", "2026-04-20"),
    )

    found = owed(invoice, "2026-04-30", paid, notes=[note])

    assert [(span.open, span.days) for span in found.spans] == [
        (eur("1200.00"), 10),
        (eur("1000.00"), 10),
        (eur("500.00"), 10),
    ]
    # 27000 x 12.15 / 36500 = 8.9876…
    assert found.interest == eur("8.99")


def test_money_that_went_back_is_open_again_from_the_next_day():
    invoice = late_invoice("2026-03-31")
    paid = a_receipt(invoice, "1200.00", "2026-03-31")
    taken = a_receipt(invoice, "1200.00", "2026-05-01", "dispute_withdrawn")

    [span] = owed(invoice, "2026-05-03", paid, taken).spans

    assert (span.first, span.days, span.open) == (date(2026, 5, 2), 2, eur("1200.00"))


def test_who_paid_before_the_invoice_was_written_owes_nothing():
    invoice = late_invoice("2026-03-31")

    assert not owed(invoice, "2026-11-21", a_receipt(invoice, "1200.00", "2026-03-15")).total


@pytest.mark.parametrize(
    ("country", "percent"),
    [
        ("FR", "12.40"),
        ("DE", "10.52"),
        ("AT", "10.73"),
        ("BE", "10.5"),
        ("NL", "10.40"),
        ("ES", "10.40"),
        ("IT", "10.40"),
        ("LU", "10.40"),
    ],
)
def test_each_country_has_its_rate_and_forty_euros_among_businesses(country, percent):
    invoice = between(late_invoice("2026-07-31"), country=country, kind="business")

    found = owed(invoice, "2026-08-31")

    assert found.spans[0].percent == Decimal(percent)
    assert found.compensation == eur("40.00")


def test_what_was_agreed_comes_before_the_law_but_not_under_three_times_the_legal_interest():
    dear = between(late_invoice("2026-05-31"), kind="business", rate=Decimal(15))
    cheap = between(late_invoice("2026-05-31"), kind="business", rate=Decimal(8))

    assert [span.percent for span in owed(dear, "2026-07-31").spans] == [15, 15]
    # The least rate rose from three times 2.62 % to three times 2.75 % in July 2026.
    assert [span.percent for span in owed(cheap, "2026-07-31").spans] == [8, Decimal("8.25")]


def test_a_half_year_whose_rate_is_not_known_is_not_computed_and_says_so():
    found = owed(late_invoice("2026-12-21"), "2027-02-01")

    assert (found.spans[-1].last, found.until) == (date(2026, 12, 31), date(2026, 12, 31))
    assert codes(found) == ["no_known_rate"]


def test_a_mail_dates_what_the_delay_costs_with_the_last_day_that_is_computed():
    known, unknown = owed(late_invoice(), "2026-12-31"), owed(late_invoice(), "2027-02-01")

    today = date(2027, 2, 1)
    assert late_payment.costs([known], today=today) == late_payment.costs([unknown], today=today)
    assert late_payment.costs([unknown], today=today).until == date(2026, 12, 31)


def test_the_forty_euros_are_owed_from_the_first_day_of_default_though_no_rate_is_known():
    invoice, today = late_invoice("2026-12-31"), date(2027, 2, 1)
    in_time, too_late = (a_receipt(invoice, "1200.00", day) for day in ("2026-12-31", "2027-01-01"))

    found = owed(invoice, today)

    assert (found.spans, found.interest) == ((), eur("0.00"))
    assert (found.compensation, codes(found)) == (eur("40.00"), ["no_known_rate"])
    assert owed(invoice, today, too_late).compensation == eur("40.00")
    assert owed(invoice, today, in_time).total == eur("0.00")
    assert owed(invoice, "2026-12-31").total == eur("0.00")
    assert late_payment.costs([found], today=today).until == today


@pytest.mark.parametrize(("country", "days"), [("FR", 365), ("DE", 366)])
def test_a_leap_year_has_366_days_but_not_in_the_french_formula(country, days):
    rules = rules_of(between(late_invoice(), country=country, kind="business"))

    assert rules.days_of_year(date(2028, 2, 29)) == days
    assert rules.days_of_year(date(2027, 2, 28)) == 365


def a_consumers_invoice(country="FR", lives="FR"):
    return between(late_invoice("2026-07-31"), country=country, lives=lives)


def test_a_french_consumer_owes_legal_interest_from_a_notice_of_default_and_nothing_before():
    invoice = a_consumers_invoice()

    silent = owed(invoice, "2026-11-21")
    told = owed(invoice, "2026-11-21", notified_on=date(2026, 9, 30))

    assert (silent.total, codes(silent)) == (eur("0.00"), ["no_notice_of_default"])
    assert (told.since, told.spans[0].percent) == (date(2026, 10, 1), Decimal("2.75"))


def test_a_german_consumer_is_in_default_after_thirty_days_or_by_a_notice():
    invoice = a_consumers_invoice("DE", "DE")

    assert owed(invoice, "2026-11-21").since == date(2026, 8, 31)
    assert owed(invoice, "2026-11-21", notified_on=date(2026, 8, 10)).since == date(2026, 8, 11)
    assert owed(invoice, "2026-11-21").spans[0].percent == Decimal("6.52")


def test_an_austrian_consumer_owes_four_percent():
    assert owed(a_consumers_invoice("AT", "AT"), "2026-11-21").spans[0].percent == 4


def test_no_consumer_owes_the_compensation():
    homes = ["FR", "DE", "AT"]
    found = [
        owed(a_consumers_invoice(home, home), "2026-11-21", notified_on=date(2026, 8, 10))
        for home in homes
    ]

    assert all(each.interest for each in found)
    assert [each.compensation for each in found] == [eur("0.00")] * 3


@pytest.mark.parametrize(
    ("country", "lives", "why"),
    [("FR", "DE", "consumer_abroad"), ("IT", "IT", "no_known_law"), ("JP", "JP", "no_known_law")],
)
def test_where_no_law_is_known_nothing_is_owed_and_the_reason_is_told(country, lives, why):
    found = owed(a_consumers_invoice(country, lives), "2026-11-21", notified_on=date(2026, 8, 10))

    assert (found.total, codes(found)) == (eur("0.00"), [why])


def test_the_compensation_is_fixed_in_euros_and_not_converted():
    buyer = HOTEL | {"address": TOKYO}
    invoice = late_invoice(currency="JPY", price="120000", buyer=buyer)

    found = owed(invoice, "2026-04-30")

    assert found.interest == Money(Decimal(1198), "JPY")  # 120000 x 12.15 x 30 / 36500
    assert (found.compensation, codes(found)) == (Money.zero("JPY"), ["compensation_in_euros"])


def test_what_was_claimed_is_not_computed_again_and_the_compensation_is_owed_once():
    invoice = late_invoice("2026-03-31")

    rest = owed(invoice, "2026-05-31", since=date(2026, 5, 1))

    assert (rest.since, rest.compensation) == (date(2026, 5, 1), eur("0.00"))


DUE = date(2024, 2, 10)
LATER = st.integers(1, 1000).map(lambda days: DUE + days * DAY)
KNOWN = date(2026, 12, 31)


@st.composite
def journals(draw):
    """Draw a business' invoice due before a leap day, and payments that may come back."""
    price = draw(st.sampled_from(["0.07", "119.99", "87654.32"]))
    country = draw(st.sampled_from(["FR", "DE", "BE", "AT"]))
    invoice = between(late_invoice(price=price), country=country, kind="business").model_copy(
        update={"issued_on": DUE, "due_on": DUE, "issued_at": noon(DUE)}
    )
    kinds = st.sampled_from(["payment", "payment", "refund"])
    amounts = st.integers(1, 10_000_000).map(lambda cents: str(Decimal(cents).scaleb(-2)))
    moved = draw(st.lists(st.tuples(amounts, LATER, kinds), max_size=5))
    return invoice, tuple(a_receipt(invoice, *each) for each in moved)


def by_the_day(invoice, receipts, until):
    """Add day to day what was open when it began, as the law says it, and round once."""
    rules, exact, day = rules_of(invoice), Fraction(0), invoice.due_on + DAY
    while day <= until:
        before = [r.draft.movement.gained.amount for r in receipts if r.draft.paid_on < day]
        left = max(invoice.draft.totals.due.amount - sum(before), Decimal(0))
        exact += Fraction(left) * Fraction(rules.percent(day)) / 100 / rules.days_of_year(day)
        day += DAY
    return rounded(Decimal(exact.numerator) / Decimal(exact.denominator), "EUR")


@given(journals(), LATER)
def test_interest_is_what_each_day_on_its_own_comes_to(drawn, until):
    invoice, receipts = drawn

    found = owed(invoice, until, *receipts)

    assert found.interest == by_the_day(invoice, receipts, until)
    assert total((span.interest for span in found.spans), "EUR") == found.interest


@given(journals(), st.lists(LATER, min_size=2, max_size=5, unique=True))
def test_claims_that_follow_each_other_add_up_to_one_claim(drawn, ends):
    invoice, receipts = drawn
    since, parts = None, []
    for end in sorted(ends):
        parts.append(owed(invoice, end, *receipts, since=since))
        since = end + DAY

    whole = owed(invoice, max(ends), *receipts)

    assert total((each.interest for each in parts), "EUR") == whole.interest
    assert not any(each.compensation for each in parts[1:])


@given(journals(), LATER)
def test_nothing_is_ever_less_than_nothing_and_a_later_day_never_costs_less(drawn, until):
    invoice, receipts = drawn
    assume(until < KNOWN)

    today, tomorrow = owed(invoice, until, *receipts), owed(invoice, until + DAY, *receipts)

    assert all(span.interest.amount >= 0 and span.open for span in today.spans)
    assert today.interest <= tomorrow.interest


@pytest.mark.parametrize("kind", ["business", "consumer"])
@pytest.mark.parametrize("country", ["FR", "DE", "AT", "BE", "NL", "ES", "IT", "LU"])
def test_every_table_goes_from_half_year_to_half_year_without_a_gap(country, kind):
    rules = rules_of(between(late_invoice(), country=country, lives=country, kind=kind))
    days = sorted(rules.rates) if rules else []

    assert days == [law.half_year(day) for day in days]
    assert [law.next_half_year(day) for day in days[:-1]] == days[1:]
