from datetime import UTC, date, datetime

import pytest

from tests.builders import NOON, a_draft, a_seller, an_invoice


@pytest.mark.parametrize(
    ("at", "zone", "issued_on"),
    [
        (datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC), "Europe/Paris", date(2026, 11, 21)),
        (datetime(2026, 11, 21, 23, 0, 0, tzinfo=UTC), "Europe/Paris", date(2026, 11, 22)),
        (datetime(2026, 7, 1, 22, 0, 0, tzinfo=UTC), "Europe/Paris", date(2026, 7, 2)),
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), "Europe/Paris", date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, 0, tzinfo=UTC), "Europe/Paris", date(2027, 1, 1)),
        (datetime(2027, 1, 1, 3, 59, 59, tzinfo=UTC), "America/Martinique", date(2026, 12, 31)),
        (datetime(2026, 12, 31, 11, 0, 0, tzinfo=UTC), "Pacific/Noumea", date(2026, 12, 31)),
        (datetime(2026, 12, 31, 13, 0, 0, tzinfo=UTC), "Pacific/Noumea", date(2027, 1, 1)),
    ],
)
def test_the_date_of_issue_is_the_sellers_own_calendar(at, zone, issued_on):
    invoice = an_invoice(a_draft(seller=a_seller(zone=zone)), at=at)

    assert invoice.issued_on == issued_on
    assert invoice.issued_at == at


def test_an_invoice_is_due_after_the_sellers_days():
    assert an_invoice(a_draft(seller=a_seller(payment_days=14))).due_on == date(2026, 12, 5)


def test_an_invoice_that_asks_nothing_is_due_at_once():
    paid = a_draft(payments=[{"paid_on": "2026-11-20", "amount": "120.00"}])

    assert an_invoice(paid).due_on == an_invoice(paid).issued_on


def test_issuing_adds_number_and_dates_and_nothing_else():
    draft = a_draft()

    assert draft.issue(number="FA-2026-000042", at=NOON).draft == draft


def test_the_buyers_page_has_an_address_of_its_own():
    assert an_invoice().page == f"https://pages.example/i/atelier/FA-2026-000001/{'t' * 22}"
