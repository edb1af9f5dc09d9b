import time
from decimal import Decimal

import pytest
from stripe import InvalidRequestError

from invoicing.adapters import stripe_gateway
from invoicing.adapters.stripe_gateway import (
    AnotherAmountError,
    Standing,
    StripeGateway,
    UnsignedError,
    from_stripe,
    signed_event,
    to_stripe,
)
from invoicing.money import Money
from invoicing.payments import Balance, unpaid
from tests.builders import TOKYO, a_buyer, a_line, an_invoice, eur
from tests.stripe_accounts import an_event, signed

STRIPE_COUNTS = pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("59.00", "EUR", 5900),
        ("5900", "JPY", 5900),
        ("1.230", "KWD", 1230),
        ("5900", "ISK", 590000),  # no decimals in ISO 4217, two at Stripe
        ("5900", "UGX", 590000),
        ("5900.00", "MGA", 5900),  # two decimals in ISO 4217, none at Stripe
    ],
)


def abroad(currency, price="5900"):
    """An invoice to Tokyo, so that no VAT changes the sum."""
    buyer = {"name": "Haruka Tanaka", "address": TOKYO}
    return an_invoice(currency=currency, buyer=buyer, lines=[a_line(price)])


def checked_out(account, invoice=None, balance=None):
    """Open a Checkout Session and read it as Stripe has it."""
    asked = invoice or an_invoice()
    StripeGateway(account.secrets).open(asked, balance or unpaid(asked), count=1)
    return account.sessions()[0]


@STRIPE_COUNTS
def test_stripe_counts_in_units_of_its_own(amount, currency, units):
    money = Money(Decimal(amount), currency)

    assert to_stripe(money) == units
    assert from_stripe(units, currency.lower()) == money


def test_a_sum_that_stripe_cannot_count_is_not_cut_to_one_that_it_can():
    with pytest.raises(AnotherAmountError):
        to_stripe(Money(Decimal("10.50"), "MGA"))


@STRIPE_COUNTS
def test_the_buyer_is_asked_for_exactly_what_is_open(account, amount, currency, units):
    session = checked_out(account, abroad(currency, amount))

    assert (session.amount_total, session.currency) == (units, currency.lower())


def test_a_session_knows_whose_it_is_and_where_the_buyer_goes_next(account):
    invoice = an_invoice()

    session = checked_out(account, invoice)

    assert session.metadata
    assert session.metadata.to_dict() == {
        "facturier_seller": "atelier",
        "facturier_invoice": "FA-2026-000001",
    }
    assert session.client_reference_id == "FA-2026-000001"
    assert session.customer_email == "camille@buyer.example"
    assert session.cancel_url == invoice.page
    assert session.success_url == f"{invoice.page}?paid"


def test_a_buyer_without_an_address_can_pay_too(account):
    buyer = a_buyer(email=None).model_dump()

    assert checked_out(account, an_invoice(buyer=buyer)).customer_email is None


def test_who_presses_twice_gets_the_same_session(account):
    gateway, invoice = StripeGateway(account.secrets), an_invoice()

    pages = {gateway.open(invoice, unpaid(invoice), count=1).url for _ in range(2)}

    assert len(pages) == len(account.sessions()) == 1


def test_after_a_part_was_paid_the_rest_is_asked_in_a_session_of_its_own(account):
    checked_out(account)

    rest = Balance(asked=eur("120.00"), paid=eur("20.00"), version=1)

    assert checked_out(account, balance=rest).amount_total == 10_000
    assert len(account.sessions()) == 2


def test_no_page_is_shown_for_another_sum_than_is_open(account, monkeypatch):
    session = stripe_gateway._session  # noqa: SLF001  the mistake that is made on purpose
    monkeypatch.setattr(
        stripe_gateway, "_session", lambda invoice, _: session(invoice, eur("1.00"))
    )

    with pytest.raises(AnotherAmountError):
        checked_out(account)


def test_paying_becomes_a_movement_under_stripes_own_id(account):
    session = checked_out(account)
    account.pay(session.url)

    paid = StripeGateway(account.secrets).paid(session.id, seller="atelier")

    assert paid
    assert paid.number == "FA-2026-000001"
    assert paid.movement.id.startswith("pi_")
    assert (paid.movement.amount, paid.movement.means) == (eur("120.00"), "card")
    assert abs(paid.movement.arrived_at.timestamp() - time.time()) < 60


@STRIPE_COUNTS
def test_what_arrives_is_what_was_asked(account, amount, currency, units):  # noqa: ARG001
    session = checked_out(account, abroad(currency, amount))
    account.pay(session.url)

    paid = StripeGateway(account.secrets).paid(session.id, seller="atelier")

    assert paid
    assert paid.movement.amount == Money(Decimal(amount), currency)


def test_a_session_that_nobody_paid_moves_nothing(account):
    session = checked_out(account)

    assert StripeGateway(account.secrets).paid(session.id, seller="atelier") is None


def test_a_direct_debit_moves_nothing_until_it_arrives(account):
    gateway, session = StripeGateway(account.secrets), checked_out(account)
    account.pay(session.url, "sepa_debit")
    assert gateway.paid(session.id, seller="atelier") is None

    account.settle(session)

    paid = gateway.paid(session.id, seller="atelier")
    assert paid
    assert paid.movement.means == "direct_debit"


def test_a_direct_debit_that_failed_moves_nothing(account):
    gateway, session = StripeGateway(account.secrets), checked_out(account)
    account.pay(session.url, "sepa_debit")

    account.settle(session, "failed")

    assert gateway.paid(session.id, seller="atelier") is None


def test_the_payment_of_another_seller_on_the_same_account_is_not_ours(account):
    session = checked_out(account)
    account.pay(session.url)

    assert StripeGateway(account.secrets).paid(session.id, seller="lampes") is None


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

    assert StripeGateway(account.secrets).paid(session.id, seller="atelier") is None


def test_a_session_that_stripe_does_not_know_is_an_error(account):
    with pytest.raises(InvalidRequestError):
        StripeGateway(account.secrets).paid("cs_unknown", seller="atelier")


@pytest.mark.parametrize(
    ("way", "attempt"), [(None, "none"), ("card", "returned"), ("sepa_debit", "in_process")]
)
def test_the_page_tells_how_far_an_attempt_got(account, way, attempt):
    session = checked_out(account)
    if way:
        account.pay(session.url, way)

    assert StripeGateway(account.secrets).standing(session.id).attempt == attempt


def test_an_open_session_goes_on_where_it_was(account):
    session = checked_out(account)

    assert StripeGateway(account.secrets).standing(session.id).url == session.url


def test_an_expired_session_leads_nowhere(account):
    session = checked_out(account)
    gateway = StripeGateway(account.secrets)

    gateway.expire(session.id)

    assert gateway.standing(session.id) == Standing(attempt="none")


def test_the_next_attempt_has_a_session_of_its_own(account):
    gateway, invoice = StripeGateway(account.secrets), an_invoice()

    pages = {gateway.open(invoice, unpaid(invoice), count=count).url for count in (1, 2)}

    assert len(pages) == 2


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_an_event_is_believed_under_either_secret_while_one_is_replaced(account, secret):
    body = an_event(of="cs_1")

    event = signed_event(body.encode(), signed(body, secret), account.secrets)

    assert (event.id, event.type, event.data.object.id) == (
        "evt_1",
        "checkout.session.completed",
        "cs_1",
    )


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "v1=00",
        "t=x,v1=00",
        f"t={int(time.time())},v1={'0' * 64}",
        f"t={int(time.time())},v1=é",
        signed(an_event(), "whsec_another"),
        signed(an_event() + " "),
        signed(an_event(), at=int(time.time()) - 301),
    ],
    ids=["none", "undated", "unreadable", "wrong", "not ASCII", "another", "other body", "old"],
)
def test_what_stripe_did_not_sign_just_now_is_not_believed(account, signature):
    with pytest.raises(UnsignedError):
        signed_event(an_event().encode(), signature, account.secrets)


def test_bytes_that_are_no_text_are_not_believed(account):
    with pytest.raises(UnsignedError):
        signed_event(b"\xff\xfe", signed("x"), account.secrets)


def test_nobody_signs_for_a_seller_without_an_account():
    with pytest.raises(UnsignedError):
        signed_event(an_event().encode(), signed(an_event()), None)
