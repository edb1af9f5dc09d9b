"""Transfers to an account of Stripe's: offered, awaited, come in parts."""

import time

import pytest

from invoicing.adapters.operations import customers_table
from invoicing.adapters.stripe import customers, transfers
from invoicing.adapters.stripe.history import Payments
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.payments import unpaid
from tests.builders import a_buyer, an_invoice, eur
from tests.stripe_accounts import abroad

pytestmark = pytest.mark.usefixtures("shop")


def awaited(account):
    """Ask for a transfer; give its payment."""
    invoice = an_invoice()
    customer = customers.of_buyer(account.secrets, invoice)
    asked = Sessions(account.secrets).ask_for_transfer(
        invoice, unpaid(invoice), page=invoice.page, count=1, customer=customer
    )
    return account.client.v1.payment_intents.retrieve(asked.session)


def fund(account, payment, cents):
    account.control(f"customers/{payment.customer}/fund", amount=cents)


def behind(account, payment):
    history = Payments(account.secrets).behind(payment.id, seller="atelier")
    assert history
    return history


def test_it_is_asked_for_to_an_account_in_the_buyers_country():
    assert transfers.options(an_invoice()) == {
        "funding_type": "bank_transfer",
        "bank_transfer": {
            "type": "eu_bank_transfer",
            "eu_bank_transfer": {"country": "FR"},
        },
    }


def test_stripe_learns_of_the_buyer_only_where_to_write_to(account):
    payment = awaited(account)

    customer = account.client.v1.customers.retrieve(payment.customer)
    assert (customer.email, customer.name) == ("camille@buyer.example", None)
    assert customer.metadata["facturier_seller"] == "atelier"
    assert "camille" not in customer.metadata["facturier_buyer"].lower()


def test_a_buyer_is_one_customer_and_another_buyer_another(account):
    mine = an_invoice()
    again = mine.model_copy(update={"number": "FA-2026-000002"})
    other = an_invoice(buyer=a_buyer(name="Dominique Petit").model_dump())
    nameless = an_invoice(buyer=a_buyer(email=None).model_dump())

    made = [customers.of_buyer(account.secrets, each) for each in (mine, again, other, nameless)]

    assert made[0] == made[1]
    assert len(set(made)) == 3


def test_a_crash_before_the_customer_was_kept_makes_no_second_one(account, monkeypatch):
    with monkeypatch.context() as crash:
        crash.setattr(customers_table, "keep", lambda *_: None)
        first = customers.of_buyer(account.secrets, an_invoice())

    assert customers.of_buyer(account.secrets, an_invoice()) == first


def test_no_transfer_is_offered_in_a_currency_without_accounts():
    assert transfers.options(abroad("KWD", "1.230")) is None
    assert transfers.options(abroad("JPY")) == {
        "funding_type": "bank_transfer",
        "bank_transfer": {"type": "jp_bank_transfer"},
    }


def test_a_transfer_is_awaited_until_all_of_it_has_come(account):
    payment = awaited(account)
    before = behind(account, payment)
    fund(account, payment, 5_000)
    between = behind(account, payment)
    fund(account, payment, 8_000)
    after = behind(account, payment)

    assert before.awaited is not None
    assert (before.awaited.received, before.awaited.missing) == (eur("0.00"), eur("120.00"))
    assert between.awaited is not None
    assert (between.awaited.received, between.awaited.missing) == (eur("50.00"), eur("70.00"))
    assert before.movements == between.movements == ()
    [movement] = after.movements
    assert (movement.amount, movement.means) == (eur("120.00"), "transfer")
    assert after.awaited is None


def test_each_part_is_waited_after_anew(account, stand_in_for_stripe, monkeypatch):
    payment = awaited(account)
    monkeypatch.setattr(stand_in_for_stripe.accounts.shared.clock, "ahead", 5 * 86400)
    fund(account, payment, 5_000)

    found = behind(account, payment).awaited

    assert found
    part = account.client.v1.customers.cash_balance_transactions.list(payment.customer).data[0]
    assert found.since.timestamp() == part.created > time.time() + 4 * 86400


def test_who_waits_for_a_transfer_is_told_how_to_make_it(account):
    payment = awaited(account)
    fund(account, payment, 5_000)

    standing = Sessions(account.secrets).standing(payment.id)

    assert standing.attempt == "awaited"
    assert standing.awaited is not None
    assert standing.awaited.missing == eur("70.00")
    assert standing.awaited.instructions


def test_a_refund_that_nobody_claims_leaves_the_money_with_the_buyer(account):
    payment = awaited(account)
    fund(account, payment, 12_000)
    refund = account.control(f"payment_intents/{payment.id}/refund")["id"]

    account.control(f"refunds/{refund}/settle", outcome="expired")

    history = behind(account, payment)
    assert [(each.kind, each.id) for each in history.movements] == [
        ("payment", payment.id),
        ("refund", refund),
    ]
    assert [each.came_back for each in history.dashboard_refunds] == [False]


def test_a_refund_that_the_buyers_bank_gave_back_is_the_sellers_again(account):
    payment = awaited(account)
    fund(account, payment, 12_000)
    refund = account.control(f"payment_intents/{payment.id}/refund")["id"]

    account.control(f"refunds/{refund}/settle", outcome="failed")

    assert behind(account, payment).movements[-1].kind == "refund_failed"
