import pytest

from invoicing import requests
from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import inbox_index, notices_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.closings import Span
from tests.builders import (
    INVOICES,
    NOON,
    a_key,
    a_notice,
    a_request,
    a_seller,
    sealed,
)

pytestmark = pytest.mark.usefixtures("deployed")


def number(*ready: requests.Request):
    """Issue requests as the ledger does."""
    head = book().head(INVOICES)
    book().append(sealed(*ready, after=head), ready, after=head)


def test_everything_that_is_not_done_stands_in_the_inbox():
    number(inbox().accept(a_request(id="1001").ready()))
    inbox().accept(a_request(id="1002"))
    inbox().accept(a_request(id="1003", seller=a_seller(vat_number=None)))

    undone = {each.key.source: (each.state, each.since) for each in inbox_index.undone()}

    noon = "2026-11-21T12:00:00Z"
    assert undone == {
        "1001": ("NUMBERED", noon),
        "1002": ("WAITING", noon),
        "1003": ("HELD", noon),
    }


def test_of_a_batch_the_last_stands_in_the_inbox_for_all():
    number(*(inbox().accept(a_request(id=f"{n}").ready()) for n in range(3)))

    [undone] = inbox_index.undone()

    assert undone.key == a_key("2")
    assert inbox().stands_for(a_key("2")) == Span(year=2026, first=1, last=3)
    assert inbox().stands_for(a_key("1")) is None


def test_what_is_stored_leaves_the_inbox_and_is_still_known():
    number(inbox().accept(a_request().ready()))

    inbox().dismiss(a_key())

    assert list(inbox_index.undone()) == []
    assert inbox().stands_for(a_key()) is None
    assert inbox().read(a_key()).number == "FA-2026-000001"


def test_a_mail_that_is_not_out_stands_in_the_inbox_until_it_is():
    claimed = a_notice().claim("holder", NOON)
    items.write_together([notices_table.queue(a_notice())])

    [undone] = inbox_index.undone()
    assert (undone.key, undone.state) == (a_notice().key, "QUEUED")

    notices_table.move(a_notice(), claimed)
    notices_table.move(claimed, claimed.sent("ses-1"))
    assert list(inbox_index.undone()) == []
