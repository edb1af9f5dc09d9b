import pytest

from invoicing.adapters import inbox_index, secrets
from invoicing.adapters.queues import Doorbell, PaymentHint
from invoicing.adapters.requests_table import inbox
from invoicing.adapters.sellers_table import sellers
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.payments import unpaid
from tests import aws
from tests.books import issue_order
from tests.builders import RECEIPTS, a_key, a_seller, an_invoice, eur
from tests.doors import deliver

COMPLETED = "checkout.session.completed"


@pytest.fixture
def session(connected):
    """A Checkout Session of the first invoice, which nobody has paid yet."""
    issue_order()
    Sessions(connected.secrets).open(
        an_invoice(), unpaid(an_invoice()), page=an_invoice().page, count=1
    )
    return connected.sessions()[0]


def hint(session_id, *, kind=COMPLETED, seller="atelier"):
    return deliver("record_payment", PaymentHint(seller=seller, type=kind, object=session_id))


def receipts():
    return [each.key for each in inbox_index.undone() if getattr(each.key, "series", 0) == RECEIPTS]


def test_a_payment_that_arrived_asks_for_its_receipt(shop, connected, session):
    connected.pay(session.url)

    assert hint(session.id) == []

    [key] = receipts()
    kept = inbox().read(key)
    assert key.source.startswith("pi_")
    assert (kept.state, kept.draft.invoice) == ("READY", "FA-2026-000001")
    assert kept.draft.movement.amount == eur("120.00")
    [message] = aws.received(shop["NUMBER_QUEUE"])
    assert Doorbell(**message["body"]).request == key


def test_the_same_payment_told_twice_is_one_request(connected, session):
    connected.pay(session.url)

    assert hint(session.id) == []
    assert hint(session.id) == []

    assert len(receipts()) == 1


def test_a_session_that_nobody_paid_asks_for_nothing(session):
    assert hint(session.id) == []
    assert receipts() == []


def test_a_direct_debit_is_recorded_when_it_arrives(connected, session):
    connected.pay(session.url, "sepa_debit")
    hint(session.id)
    assert receipts() == []

    connected.settle(session)
    hint(session.id, kind="checkout.session.async_payment_succeeded")

    assert len(receipts()) == 1


@pytest.mark.usefixtures("session")
def test_events_about_other_objects_change_nothing():
    assert hint("cus_1", kind="customer.created") == []
    assert receipts() == []


def test_a_seller_on_the_same_account_does_not_get_anothers_money(monkeypatch, connected, session):
    # Both endpoints of a shared account hear of the payment; both sellers have an FA-2026-000001.
    sellers().save(a_seller(id="lampes"))
    monkeypatch.setattr(secrets, "stripe", lambda _seller: connected.secrets)
    connected.pay(session.url)

    assert hint(session.id, seller="lampes") == []

    assert list(inbox_index.undone()) == [
        each for each in inbox_index.undone() if each.key == a_key()
    ]


@pytest.mark.usefixtures("session")
def test_a_session_that_stripe_does_not_find_comes_again():
    assert hint("cs_unknown") == [0]


@pytest.mark.usefixtures("shop")
def test_a_seller_without_an_account_has_nothing_to_record():
    assert hint("cs_1", seller="lampes") == []
