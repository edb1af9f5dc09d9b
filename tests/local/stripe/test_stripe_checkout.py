"""From a Checkout Session to money, by card and by direct debit."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep, time

import pytest
import requests
import stripe

from local.stripe.resources import charges
from local.stripe.server import StandIn
from tests.local.stripe.shop import CANCELLED, a_session, again, control, paid, press, types


def test_a_new_session_waits_for_a_day_and_has_no_payment_yet(client):
    session = a_session(client, customer_email="ada@example.com", metadata={"invoice": "42"})

    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.payment_intent is None
    assert session.expires_at - session.created == 24 * 60 * 60
    assert session.customer_details
    assert session.customer_details.email == "ada@example.com"
    assert session.metadata
    assert session.metadata["invoice"] == "42"


def test_paying_by_card_moves_the_money_and_brings_the_buyer_back(client):
    session = a_session(
        client, payment_intent_data={"metadata": {"invoice": "42"}, "description": "R2026-0042"}
    )

    answer = press(session, "card")

    now = again(client, session)
    intent = now.payment_intent
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://shop.example/paid?session={session.id}"
    assert (now.status, now.payment_status, now.url) == ("complete", "paid", None)
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received) == ("succeeded", 5900)
    assert intent.metadata["invoice"] == "42"
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.captured, charge.amount) == (True, True, 5900)
    assert charge.payment_method_details
    assert charge.payment_method_details.type == "card"
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert charge.balance_transaction.net == 5900 - charge.balance_transaction.fee


def test_paying_by_card_is_told_in_events(client):
    paid(client)

    assert types(client) == [
        "payment_intent.created",
        "payment_intent.succeeded",
        "charge.succeeded",
        "checkout.session.completed",
    ]


def test_a_declined_card_leaves_the_session_open_for_another(client):
    session = a_session(client)

    answer = press(session, "declined_card")

    failed = again(client, session)
    assert isinstance(failed.payment_intent, stripe.PaymentIntent)
    assert (failed.status, failed.payment_status) == ("open", "unpaid")
    assert failed.payment_intent.status == "requires_payment_method"
    assert failed.payment_intent.last_payment_error
    assert failed.payment_intent.last_payment_error.code == "card_declined"
    assert "Your card was declined." in requests.get(answer.url, timeout=10).text
    press(session, "card")
    assert again(client, session).payment_status == "paid"
    assert types(client).count("payment_intent.created") == 1


def test_a_direct_debit_completes_the_session_before_there_is_money(client):
    session = paid(client, "sepa_debit")

    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    assert session.payment_intent.status == "processing"
    assert isinstance(session.payment_intent.latest_charge, stripe.Charge)
    assert session.payment_intent.latest_charge.status == "pending"
    assert types(client)[-1] == "checkout.session.completed"


@pytest.mark.parametrize(
    ("outcome", "payment_status", "intent_status"),
    [("succeeded", "paid", "succeeded"), ("failed", "unpaid", "requires_payment_method")],
)
def test_a_direct_debit_ends_days_later(client, stand_in, outcome, payment_status, intent_status):
    session = paid(client, "sepa_debit")
    assert isinstance(session.payment_intent, stripe.PaymentIntent)

    control(stand_in.url, f"payment_intents/{session.payment_intent.id}/settle", outcome=outcome)

    now = again(client, session)
    assert isinstance(now.payment_intent, stripe.PaymentIntent)
    assert (now.payment_status, now.payment_intent.status) == (payment_status, intent_status)
    assert types(client)[-1] == f"checkout.session.async_payment_{outcome}"


def test_two_tabs_that_pay_at_once_make_one_charge(client, monkeypatch):
    session = a_session(client)
    attempt = charges.attempt

    def slow_attempt(account, intent, means, *, email):
        sleep(0.02)  # long enough for every tab to have looked at the session
        return attempt(account, intent, means, email=email)

    monkeypatch.setattr(charges, "attempt", slow_attempt)

    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(lambda _: press(session, "card").status_code, range(8)))

    assert sorted(answers) == [303, *[409] * 7]
    assert len(client.v1.charges.list().data) == 1


def test_an_expired_session_takes_no_money(client):
    session = a_session(client)

    expired = client.v1.checkout.sessions.expire(session.id)

    assert (expired.status, expired.url) == ("expired", None)
    assert press(session, "card").status_code == 409
    assert types(client) == ["checkout.session.expired"]
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        client.v1.checkout.sessions.expire(session.id)


def test_a_session_expires_by_itself_when_its_time_is_over(client, stand_in):
    session = a_session(client, expires_at=int(time()) + 31 * 60)

    control(stand_in.url, "clock", advance=32 * 60)

    assert again(client, session).status == "expired"
    assert types(client) == ["checkout.session.expired"]


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 1])
def test_a_session_lives_between_30_minutes_and_24_hours(client, stand_in: StandIn, minutes):
    now = stand_in.accounts.shared.clock.now()

    with pytest.raises(stripe.InvalidRequestError) as refused:
        a_session(client, expires_at=now + minutes * 60)

    assert refused.value.param == "expires_at"


def test_the_page_shows_what_is_paid_and_the_way_back(client):
    session = a_session(client, customer_email="ada@example.com", locale="de")

    page = requests.get(session.url or "", timeout=10).text

    assert "Invoice R2026-0042" in page
    assert "59,00\N{NO-BREAK SPACE}€" in page
    assert "ada@example.com" in page
    assert f'href="{CANCELLED}"' in page


def test_the_page_prints_a_seller_s_text_as_text(client):
    session = a_session(
        client,
        line_items=[
            {
                "quantity": 2,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 100,
                    "product_data": {"name": "<script>alert(1)</script>"},
                },
            }
        ],
    )

    page = requests.get(session.url or "", timeout=10).text

    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_line_items_can_be_read_apart_and_within_the_session(client):
    session = a_session(client)

    apart = client.v1.checkout.sessions.line_items.list(session.id).data
    within = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["line_items.data.price.product"]}
    ).line_items

    assert [(line.description, line.amount_total) for line in apart] == [
        ("Invoice R2026-0042", 5900)
    ]
    assert within
    assert [line.id for line in within.data] == [line.id for line in apart]


def test_sessions_are_listed_newest_first_in_pages(client):
    made = [a_session(client).id for _ in range(5)]

    first = client.v1.checkout.sessions.list({"limit": 2})
    rest = client.v1.checkout.sessions.list({"limit": 100, "starting_after": first.data[-1].id})

    assert first.has_more
    assert [one.id for one in first.data + rest.data] == made[::-1]


def test_what_was_made_in_a_span_of_time_can_be_listed(client, stand_in):
    old = a_session(client)
    control(stand_in.url, "clock", advance=60)
    new = a_session(client)

    later = client.v1.checkout.sessions.list({"created": {"gt": old.created}})
    earlier = client.v1.checkout.sessions.list({"created": {"lt": new.created}})

    assert [one.id for one in later.data] == [new.id]
    assert [one.id for one in earlier.data] == [old.id]


def test_a_payment_that_is_not_of_a_session_can_be_made_and_cancelled(client):
    foreign = client.v1.payment_intents.create(
        {"amount": 700, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
    )
    waiting = client.v1.payment_intents.create({"amount": 700, "currency": "eur"})

    assert foreign.status == "succeeded"
    assert client.v1.payment_intents.cancel(waiting.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="a status of succeeded"):
        client.v1.payment_intents.cancel(foreign.id)


def test_a_session_s_payment_is_not_cancelled_on_its_own(client):
    session = a_session(client)
    press(session, "declined_card")
    intent = again(client, session).payment_intent
    assert isinstance(intent, stripe.PaymentIntent)

    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        client.v1.payment_intents.cancel(intent.id)
