"""Letters about what is open: to whom, how firmly, and how much."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from invoicing.invoices import Invoice
from invoicing.late_payment import LatePayment
from invoicing.views import letters
from tests.builders import NOON, a_buyer, a_draft, a_seller, an_invoice, eur, open_invoice

LATER = date(2027, 2, 1)


def numbered(n: int, **changes) -> Invoice:
    """Issue the n-th invoice, n weeks after the first."""
    return a_draft(**changes).issue(number=f"FA-2026-{n:06}", at=NOON + timedelta(weeks=n))


def test_a_reminder_says_what_was_asked_what_came_and_what_is_left():
    invoice = an_invoice()

    sheet = letters.reminder_sheet(
        open_invoice(invoice, paid="50.00", credited="20.00"), tone="firm", today=LATER
    )

    assert [(row.word, str(row.amount.amount)) for row in sheet.rows] == [
        ("invoice_asked", "120.00"),
        ("paid_since", "-50.00"),
        ("credited_since", "-20.00"),
        ("left_to_pay", "50.00"),
    ]
    assert sheet.due == eur("50.00")


def test_a_reminder_offers_to_pay_what_is_left_and_no_more():
    invoice = an_invoice(a_draft(seller=a_seller(iban="FR7630006000011234567890189")))
    whole = letters.reminder_sheet(open_invoice(invoice), tone="firm", today=LATER)
    rest = letters.reminder_sheet(open_invoice(invoice, paid="50.00"), tone="firm", today=LATER)

    assert whole.payment is not None
    assert rest.payment is not None
    assert whole.payment.transfer is not None
    assert rest.payment.transfer is not None
    assert rest.payment.transfer.reference == invoice.number
    assert rest.payment.transfer.qr != whole.payment.transfer.qr
    assert rest.payment.page == invoice.page


def test_a_letter_leads_to_the_page_as_it_is_opened_now():
    replaced = replace(open_invoice(), page="https://pages.example/i/atelier/1/another")

    sheet = letters.reminder_sheet(replaced, tone="firm", today=LATER)
    listed = letters.statement_sheet([replaced], at=NOON)

    assert sheet.payment is not None
    assert sheet.payment.page == replaced.page
    assert listed.invoices[0].page == replaced.page


def test_what_the_delay_costs_stands_beside_what_is_open_and_not_in_it():
    late = LatePayment(until=LATER, interest=eur("1.23"), compensation=eur("40.00"))

    sheet = letters.reminder_sheet(open_invoice(), tone="firm", today=LATER, late=late)

    assert [(row.word, str(row.amount.amount)) for row in sheet.late] == [
        ("late_interest_total", "1.23"),
        ("late_recovery_costs", "40.00"),
    ]
    assert sheet.due == eur("120.00")


def test_who_owes_nothing_is_not_reminded():
    invoice = an_invoice()

    with pytest.raises(ValueError, match="asks for nothing"):
        letters.reminder_sheet(open_invoice(invoice, paid="120.00"), tone="firm", today=LATER)


def test_a_statement_begins_with_what_is_due_longest_and_sums_what_is_left():
    open_ = [open_invoice(numbered(n), paid=f"{n}.00") for n in (3, 1, 2)]
    after_two = NOON + timedelta(weeks=2, days=33)

    sheet = letters.statement_sheet(open_, at=after_two)

    assert [each.number[-1] for each in sheet.invoices] == ["1", "2", "3"]
    assert [each.is_overdue for each in sheet.invoices] == [True, True, False]
    [sum_] = sheet.sums
    assert (sum_.total, sum_.settled, sum_.due) == (eur("360.00"), eur("6.00"), eur("354.00"))
    assert sum_.overdue == eur("237.00")


def test_a_statement_says_what_the_delay_of_all_of_them_costs():
    open_ = [open_invoice(numbered(n)) for n in (1, 2)]
    late = [
        LatePayment(until=LATER, interest=eur(interest), compensation=eur("40.00"))
        for interest in ("1.20", "0.90")
    ]

    sheet = letters.statement_sheet(open_, at=NOON, late=late)

    assert [(row.word, row.amount) for row in sheet.late] == [
        ("late_interest_total", eur("2.10")),
        ("late_recovery_costs", eur("80.00")),
    ]


def test_who_is_reached_at_the_other_address_alone_is_the_same_buyer():
    only = a_buyer(email=None, fallback_email="camille@buyer.example").model_dump()
    open_ = [open_invoice(each) for each in (numbered(1), numbered(2, buyer=only))]

    assert len(letters.statement_sheet(open_, at=NOON).invoices) == 2


def test_each_currency_of_a_statement_has_a_sum_of_its_own():
    abroad = numbered(2).model_copy(update={"draft": a_draft(currency="JPY", buyer=TOURIST)})
    at_home = numbered(1, buyer=TOURIST)
    open_ = [open_invoice(each) for each in (at_home, abroad)]

    sheet = letters.statement_sheet(open_, at=NOON)

    assert [each.due.currency for each in sheet.sums] == ["EUR", "JPY"]


TOURIST = {
    "name": "Haruka",
    "address": {"line1": "2-11-3 Meguro", "city": "Tokyo", "country": "JP"},
}


def test_a_statement_is_dated_by_the_sellers_clock():
    tokyo = a_draft(seller=a_seller(zone="Asia/Tokyo"))
    invoice = an_invoice(tokyo)

    sheet = letters.statement_sheet([open_invoice(invoice)], at=NOON.replace(hour=20))

    assert sheet.on == date(2026, 11, 22)


def test_nobody_reads_of_anothers_debts():
    ours, theirs = an_invoice(), an_invoice(buyer=a_buyer(name="Louis Perrin").model_dump())

    with pytest.raises(ValueError, match="one seller and one buyer"):
        letters.statement_sheet([open_invoice(each) for each in (ours, theirs)], at=NOON)
    with pytest.raises(ValueError, match="one invoice at least"):
        letters.statement_sheet([], at=NOON)
