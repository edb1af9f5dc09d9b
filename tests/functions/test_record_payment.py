from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from stripe import InvalidRequestError

from invoicing.adapters import secrets
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    cases_table,
    checkouts_table,
    freezes_table,
    inbox_index,
)
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Doorbell, PaymentHint
from invoicing.adapters.stripe import customers, overtaken
from invoicing.adapters.stripe.history import Payments
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.errors import NotFoundError
from invoicing.payments import Checkout, unpaid
from tests import aws
from tests.books import invoice, issue_order, issue_receipt
from tests.builders import RECEIPTS, a_key, a_line, a_seller, an_invoice, eur
from tests.doors import deliver
from tests.stripe_accounts import checked_out

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


@pytest.fixture
def transfer(shop, connected):  # noqa: ARG001  its tables
    """A payment whose buyer was told where to transfer to."""
    issue_order()
    return asked_for_transfer(connected, unpaid(an_invoice()))


def asked_for_transfer(account, balance):
    customer = customers.of_buyer(account.secrets, an_invoice())
    asked = Sessions(account.secrets).ask_for_transfer(
        an_invoice(), balance, page=an_invoice().page, count=1, customer=customer
    )
    return account.client.v1.payment_intents.retrieve(asked.session)


def under_way():
    """The freeze of a payment that may still arrive."""
    return [each.until for each in freezes_table.read("atelier", "FA-2026-000001").freezes]


def test_a_transfer_that_comes_in_two_parts_is_recorded_once_and_whole(connected, transfer):
    hint(transfer.id, kind="payment_intent.requires_action")
    connected.control(f"customers/{transfer.customer}/fund", amount=5_000)
    hint(transfer.id, kind="payment_intent.partially_funded")
    assert receipts() == []

    connected.control(f"customers/{transfer.customer}/fund", amount=7_000)
    hint(transfer.id, kind="payment_intent.succeeded")

    [key] = receipts()
    assert inbox().read(key).draft.movement.amount == eur("120.00")


def test_reminders_wait_for_a_transfer_but_not_for_ever(connected, transfer):
    hint(transfer.id)

    [until] = under_way()
    assert timedelta(days=6) <= until - datetime.now(UTC).date() <= timedelta(days=8)

    connected.control(f"customers/{transfer.customer}/fund", amount=12_000)
    hint(transfer.id)
    assert under_way() == []


def test_a_transfer_that_is_awaited_does_not_ask_for_what_a_dispute_took(connected):
    issue_order()
    issue_receipt("20.00", payment="pi_1")
    asked = asked_for_transfer(connected, book().balance(invoice()))
    checkouts_table.save(
        "atelier", invoice().number, Checkout(session=asked.id, version=1, count=1)
    )
    issue_receipt("20.00", payment="du_1.withdrawn", kind="dispute_withdrawn")

    assert hint(asked.id) == []

    kept = connected.client.v1.payment_intents.retrieve(asked.id)
    assert (kept.status, kept.amount) == ("requires_action", 10_000)
    assert checkouts_table.latest("atelier", invoice().number).session == asked.id


def test_a_transfer_that_asks_too_much_is_cancelled_though_stripe_takes_no_other(
    connected, transfer, monkeypatch
):
    checkouts_table.save(
        "atelier", invoice().number, Checkout(session=transfer.id, version=0, count=1)
    )
    issue_receipt("119.45", payment="bank_1")
    refuses = Mock(side_effect=InvalidRequestError("amount too small", "amount"))
    monkeypatch.setattr(Sessions, "ask_for_transfer", refuses)
    monkeypatch.setattr(Sessions, "open", refuses)

    assert hint(transfer.id) == []

    assert connected.client.v1.payment_intents.retrieve(transfer.id).status == "canceled"


def test_a_transfer_is_not_cancelled_before_its_attempt_can_have_been_kept(connected, transfer):
    checkouts_table.save("atelier", invoice().number, Checkout(session="cs_1", version=0, count=1))

    hint(transfer.id, kind="payment_intent.requires_action")

    kept = connected.client.v1.payment_intents.retrieve(transfer.id)
    assert kept.status == "requires_action"


def test_a_transfer_that_is_not_the_latest_attempt_is_cancelled_when_it_is_read_later(
    connected, transfer
):
    checkouts_table.save("atelier", invoice().number, Checkout(session="cs_1", version=0, count=1))
    history = Payments(connected.secrets).of(transfer.id, seller="atelier")

    later = datetime.now(UTC) + timedelta(minutes=11)
    overtaken.keep_up(invoice(), history, page=invoice().page, at=later)

    assert connected.client.v1.payment_intents.retrieve(transfer.id).status == "canceled"


@pytest.mark.parametrize(
    ("moved", "status"),
    [
        ([], "open"),
        ([("120.00", "bank_1", "payment")], "expired"),
        ([("20.00", "bank_1", "payment")], "expired"),
        ([("20.00", "bank_1", "payment"), ("20.00", "re_1", "refund")], "open"),
    ],
)
def test_a_session_is_closed_once_it_asks_for_another_sum_than_is_open(
    connected, session, moved, status
):
    for amount, payment, kind in moved:
        issue_receipt(amount, payment=payment, kind=kind)

    assert hint(session.id, kind="balance") == []
    assert hint(session.id, kind="balance") == []

    assert connected.sessions()[0].status == status


def test_a_session_that_asks_less_because_a_dispute_took_money_stays_open(connected):
    issue_order()
    issue_receipt("20.00", payment="pi_1")
    session = checked_out(connected, balance=book().balance(invoice()))
    issue_receipt("20.00", payment="du_1.withdrawn", kind="dispute_withdrawn")

    assert hint(session.id, kind="balance") == []

    assert connected.sessions()[0].status == "open"


def test_who_pays_before_his_session_could_be_closed_has_paid_too_much(connected, session):
    issue_receipt("120.00", payment="bank_1")
    connected.pay(session.url)

    assert hint(session.id, kind="balance") == []

    assert connected.sessions()[0].status == "complete"
    assert [each.source for each in inbox().waiting(RECEIPTS, "READY")] == [
        connected.intent(session)
    ]


def test_nobody_closes_the_session_of_another_seller(monkeypatch, connected, session):
    sellers().save(a_seller(id="lampes"))
    issue_order(seller=a_seller(id="lampes"), lines=[a_line("40.00")])
    monkeypatch.setattr(secrets, "stripe", lambda _seller: connected.secrets)

    assert hint(session.id, kind="balance", seller="lampes") == []

    assert connected.sessions()[0].status == "open"


@pytest.mark.parametrize("object_id", ["cs_before", "pi_before"])
def test_an_attempt_at_an_account_that_its_seller_left_is_nobodys_to_close(connected, object_id):
    assert connected.sessions() == []

    assert hint(object_id, kind="balance") == []
    assert hint(object_id) == [0], "what Stripe itself tells of must be there"


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


def test_what_was_not_issued_here_is_left_to_the_days_report(connected, session, monkeypatch):
    connected.pay(session.url)
    monkeypatch.setattr(book(), "invoice", Mock(side_effect=NotFoundError))

    assert hint(session.id) == []


def test_what_was_paid_to_a_seller_who_is_gone_is_left_to_the_days_report(
    connected, session, monkeypatch
):
    connected.pay(session.url)
    monkeypatch.setattr(sellers(), "read", Mock(side_effect=NotFoundError))

    assert hint(session.id) == []


@pytest.mark.usefixtures("session")
def test_a_session_that_stripe_does_not_find_comes_again():
    assert hint("cs_unknown") == [0]


@pytest.mark.usefixtures("shop")
def test_a_seller_without_an_account_has_nothing_to_record():
    assert hint("cs_1", seller="lampes") == []


def paid(account, count=1):
    """Pay in full, once more than is asked where it was paid before; give the payment."""
    session = checked_out(account, count=count)
    account.pay(session.url)
    return account.intent(session)


def follow(intent):
    """Follow a hint, and issue the receipts that it asks for."""
    assert hint(intent) == []
    waiting = inbox().waiting(RECEIPTS, "READY")
    while waiting:
        deliver("issue_document", Doorbell(request=waiting[0]), group="atelier.receipt")
        waiting = inbox().waiting(RECEIPTS, "READY")


def freezes():
    return [each.reason for each in freezes_table.read("atelier", "FA-2026-000001").freezes]


def the_case():
    [case] = cases_table.of_invoice("atelier", "FA-2026-000001")
    return case


def due():
    return book().balance(an_invoice()).due


@pytest.fixture
def payment(connected):
    """A payment of the first invoice that is in the books."""
    issue_order()
    intent = paid(connected)
    follow(intent)
    return intent


def test_a_direct_debit_under_way_freezes_reminders_until_it_arrives_or_fails(connected, session):
    connected.pay(session.url, "sepa_debit")
    hint(session.id)
    hint(session.id)
    assert freezes() == ["payment_under_way"]

    connected.settle(session, "failed")
    hint(session.id, kind="checkout.session.async_payment_failed")

    assert freezes() == []


def test_a_dispute_opens_a_case_and_freezes_reminders(connected, payment):
    dispute = connected.control(f"payment_intents/{payment}/dispute")

    follow(dispute["id"])
    follow(dispute["id"])

    case = the_case()
    assert (case.key.id, case.about.status, case.version) == (dispute["id"], "needs_response", 1)
    assert case.about.due_by.timestamp() == dispute["evidence_details"]["due_by"]
    assert freezes() == ["dispute"]
    assert due() == eur("120.00")


def test_an_inquiry_opens_a_case_though_no_money_moves(connected, payment):
    dispute = connected.control(f"payment_intents/{payment}/dispute", inquiry=True)

    follow(dispute["id"])

    assert (the_case().about.status, freezes(), due()) == ("inquiry", ["dispute"], eur("0.00"))


@pytest.mark.parametrize(
    ("outcome", "frozen", "left"),
    [("lost", ["dispute_lost"], "120.00"), ("won", [], "0.00")],
)
def test_a_dispute_that_is_decided_reopens_the_debt_or_ends_the_case(
    connected, payment, outcome, frozen, left
):
    dispute = connected.control(f"payment_intents/{payment}/dispute")["id"]
    follow(dispute)

    connected.control(f"disputes/{dispute}/settle", outcome=outcome)
    follow(dispute)

    assert (the_case().about.status, freezes(), due()) == (outcome, frozen, eur(left))
    assert the_case().is_open == bool(frozen)


def test_the_freeze_is_there_before_the_debt_is_open_again(connected, payment):
    connected.control(f"payment_intents/{payment}/dispute")

    assert hint(payment) == []  # and no receipt is issued yet

    assert (freezes(), due()) == (["dispute"], eur("0.00"))


def test_a_refund_in_the_dashboard_that_nobody_explained_asks_the_seller(connected, payment):
    refund = connected.control(f"payment_intents/{payment}/refund", amount=2000)["id"]

    follow(refund)
    follow(refund)

    assert (the_case().key.id, the_case().about.amount) == (refund, eur("20.00"))
    assert (freezes(), due()) == (["refund_unexplained"], eur("20.00"))


def test_a_refund_of_what_was_paid_twice_explains_itself(connected, payment):
    twice = paid(connected, count=2)
    refund = connected.control(f"payment_intents/{twice}/refund", reason="duplicate")["id"]

    follow(refund)  # the second payment and its refund come to the books at once
    follow(payment)
    follow(refund)

    assert cases_table.of_invoice("atelier", "FA-2026-000001") == []
    assert (freezes(), due()) == ([], eur("0.00"))


def test_what_is_said_to_be_a_duplicate_and_is_none_asks_the_seller(connected, payment):
    refund = connected.control(f"payment_intents/{payment}/refund", reason="duplicate")["id"]

    follow(refund)

    assert the_case().about.reason == "duplicate"


def test_a_refund_that_comes_back_is_no_question_any_more(connected, payment):
    refund = connected.control(f"payment_intents/{payment}/refund")["id"]
    follow(refund)

    connected.control(f"refunds/{refund}/settle", outcome="failed")
    follow(refund)

    assert (the_case().is_open, freezes(), due()) == (False, [], eur("0.00"))
