import time
from decimal import Decimal

import pytest
from stripe import InvalidRequestError

from invoicing.adapters.stripe.history import Payments
from invoicing.money import Money
from tests.builders import eur
from tests.stripe_accounts import STRIPE_COUNTS, abroad, checked_out


def behind(account, object_id, seller="atelier"):
    return Payments(account.secrets).behind(object_id, seller=seller)


def paid(account):
    """A session whose buyer paid 120.00 by card, and its payment intent."""
    session = checked_out(account)
    account.pay(session.url)
    return account.intent(session)


def moves(account, intent):
    """What moved, in short."""
    history = behind(account, intent)
    assert history
    return [(each.kind, each.id, each.amount) for each in history.movements]


def test_paying_becomes_a_movement_under_stripes_own_id(account):
    session = checked_out(account)
    account.pay(session.url)

    found = behind(account, session.id)

    assert found
    assert found.number == "FA-2026-000001"
    [movement] = found.movements
    assert movement.id.startswith("pi_")
    assert (movement.amount, movement.means) == (eur("120.00"), "card")
    assert abs(movement.arrived_at.timestamp() - time.time()) < 60


@STRIPE_COUNTS
def test_what_arrives_is_what_was_asked(account, amount, currency, units):  # noqa: ARG001
    session = checked_out(account, abroad(currency, amount))
    account.pay(session.url)

    found = behind(account, session.id)

    assert found
    assert found.movements[0].amount == Money(Decimal(amount), currency)


def test_a_session_that_nobody_paid_moves_nothing(account):
    session = checked_out(account)

    assert behind(account, session.id) is None


def test_a_direct_debit_moves_nothing_until_it_arrives(account):
    session = checked_out(account)
    account.pay(session.url, "sepa_debit")
    before = behind(account, session.id)
    assert before
    assert (before.movements, before.under_way) == ((), True)

    account.settle(session)

    after = behind(account, session.id)
    assert after
    assert ([each.means for each in after.movements], after.under_way) == (["direct_debit"], False)


def test_a_direct_debit_that_failed_moves_nothing(account):
    session = checked_out(account)
    account.pay(session.url, "sepa_debit")

    account.settle(session, "failed")

    found = behind(account, session.id)
    assert found
    assert (found.movements, found.under_way) == ((), False)


def test_the_payment_of_another_seller_on_the_same_account_is_not_ours(account):
    session = checked_out(account)
    account.pay(session.url)

    assert behind(account, session.id, "lampes") is None


def test_a_charge_that_is_not_ours_is_foreign(account):
    session = account.client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://shop.example",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 5900,
                        "product_data": {"name": "sold elsewhere"},
                    },
                }
            ],
        }
    )
    account.pay(session.url)

    assert behind(account, session.id) is None


def test_a_session_that_stripe_does_not_know_is_an_error(account):
    with pytest.raises(InvalidRequestError):
        behind(account, "cs_unknown")


def test_whatever_an_event_is_about_leads_to_the_same_history(account):
    intent = paid(account)
    charge = account.client.v1.charges.list({"payment_intent": intent}).data[0].id
    refund = account.control(f"payment_intents/{intent}/refund", amount=2000)["id"]
    dispute = account.control(f"payment_intents/{intent}/dispute")["id"]
    session = account.sessions()[0].id

    read = [behind(account, each) for each in (session, intent, charge, refund, dispute)]

    assert read[0]
    assert all(each == read[0] for each in read)


def test_what_belongs_to_no_payment_tells_nothing(account):
    assert behind(account, "cus_1") is None


def test_a_refund_made_in_the_dashboard_goes_out_with_its_reason(account):
    intent = paid(account)
    refund = account.control(f"payment_intents/{intent}/refund", amount=2000, reason="duplicate")

    history = behind(account, refund["id"])

    assert history
    payment, gone = history.movements
    assert (gone.kind, gone.id, gone.amount) == ("refund", refund["id"], eur("20.00"))
    assert (gone.of, gone.reason) == (payment.id, "duplicate")


def test_a_refund_that_fails_later_comes_back(account):
    intent = paid(account)
    refund = account.control(f"payment_intents/{intent}/refund")["id"]

    account.control(f"refunds/{refund}/settle", outcome="failed")

    assert moves(account, intent) == [
        ("payment", intent, eur("120.00")),
        ("refund", refund, eur("120.00")),
        ("refund_failed", f"{refund}.failed", eur("120.00")),
    ]


def test_an_inquiry_moves_nothing(account):
    intent = paid(account)

    account.control(f"payment_intents/{intent}/dispute", inquiry=True)

    assert moves(account, intent) == [("payment", intent, eur("120.00"))]


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        ("lost", ["payment", "dispute_withdrawn"]),
        ("won", ["payment", "dispute_withdrawn", "dispute_reinstated"]),
    ],
)
def test_a_dispute_takes_and_gives_back_without_stripes_fee(account, outcome, kinds):
    intent = paid(account)
    dispute = account.control(f"payment_intents/{intent}/dispute")["id"]

    account.control(f"disputes/{dispute}/settle", outcome=outcome)

    found = moves(account, intent)
    assert [kind for kind, _, _ in found] == kinds
    assert {amount for _, _, amount in found} == {eur("120.00")}
    assert found[1][1] == f"{dispute}.withdrawn"


def test_a_dispute_is_told_with_its_deadline_and_what_was_sent(account):
    intent = paid(account)
    dispute = account.control(f"payment_intents/{intent}/dispute", reason="fraudulent")["id"]
    account.client.v1.disputes.update(dispute, {"evidence": {"uncategorized_text": "We sent it."}})

    history = behind(account, dispute)

    assert history
    [told] = history.disputes
    assert (told.id, told.payment, told.reason) == (dispute, intent, "fraudulent")
    assert (told.status, told.submissions, told.amount) == ("under_review", 1, eur("120.00"))
    assert told.due_by
    assert told.due_by > told.opened_at


@pytest.mark.parametrize("outcome", ["warning_closed", "escalated"])
def test_an_inquiry_is_closed_or_becomes_a_dispute(account, outcome):
    intent = paid(account)
    dispute = account.control(f"payment_intents/{intent}/dispute", inquiry=True)["id"]
    account.control(f"disputes/{dispute}/settle", outcome=outcome)

    history = behind(account, dispute)

    assert history
    expected = {"warning_closed": "warning_closed", "escalated": "needs_response"}
    assert [each.status for each in history.disputes] == [expected[outcome]]


def test_a_refund_of_ours_is_told_apart_from_one_of_the_dashboard(account):
    intent = paid(account)
    theirs = account.control(f"payment_intents/{intent}/refund", amount=500, reason="duplicate")
    account.client.v1.refunds.create(
        {"payment_intent": intent, "amount": 700, "metadata": {"facturier_refund": "R-1"}}
    )

    history = behind(account, intent)

    assert history
    [told] = history.dashboard_refunds
    assert (told.id, told.amount, told.reason) == (theirs["id"], eur("5.00"), "duplicate")
    assert not told.came_back
