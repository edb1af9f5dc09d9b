"""A transfer that the seller tells of, and money that goes back."""

import pytest

from invoicing import refunds
from invoicing.adapters import secrets
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import inbox_index, refunds_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Doorbell, PayBack, PaymentHint
from invoicing.adapters.stripe import customers
from invoicing.adapters.stripe.paybacks import Paybacks
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.holdings import Holding
from invoicing.money import Money
from invoicing.payments import unpaid
from invoicing.refunds import Key
from local.stripe.wire.idempotency import Answers
from tests import aws
from tests.books import invoice, issue_order
from tests.builders import NOON, RECEIPTS, a_seller, eur
from tests.doors import call, deliver
from tests.stripe_accounts import Account, checked_out

PATH = "/v1/invoices/FA-2026-000001"


@pytest.fixture(autouse=True)
def _asked(shop):  # noqa: ARG001  made after it
    issue_order()


def transfer(**changes):
    body = {"id": "BNP-42", "amount": "120.00", "received_on": "2026-11-20"} | changes
    return call("take_payment", "POST", f"{PATH}/payments", body=body)


def refund(**changes):
    body = {"id": "R-1", "reason": "Payé deux fois"} | changes
    return call("take_payment", "POST", f"{PATH}/refunds", body=body)


def issue_receipts():
    waiting = inbox().waiting(RECEIPTS, "READY")
    if waiting:
        assert deliver("issue_document", Doorbell(request=waiting[0])) == []


def balance():
    return book().balance(book().invoice(a_seller(), "FA-2026-000001"))


def paid_through(account, *, times=1):
    """Pay the whole invoice, more than once where a buyer is impatient; give the payments."""
    intents = []
    for count in range(times):
        session = checked_out(account, count=count + 1)
        account.pay(session.url)
        intents.append(account.intent(session))
    hints = [PaymentHint(seller="atelier", type="x", object=each) for each in intents]
    assert deliver("record_payment", *hints) == []
    issue_receipts()
    return intents


def send_back(id_="R-1"):
    return deliver("refund_payment", PayBack(refund=Key(seller="atelier", id=id_)), group="g")


def test_a_transfer_pays_the_invoice():
    assert transfer().status == 202

    issue_receipts()

    assert balance().due == eur("0.00")
    [receipt] = book().receipts(book().invoice(a_seller(), "FA-2026-000001"))
    assert (receipt.draft.movement.id, receipt.draft.movement.means) == (
        "bank_BNP-42",
        "transfer",
    )
    assert receipt.draft.paid_on.isoformat() == "2026-11-20"


def test_the_same_transfer_told_twice_is_one():
    first, second = transfer(), transfer()
    issue_receipts()
    third = transfer()

    assert first.json == second.json == third.json
    assert transfer(amount="119.00").status == 409
    assert balance().paid == eur("120.00")


@pytest.mark.parametrize("changes", [{"amount": "119.00"}, {"received_on": "2026-11-19"}])
def test_a_reference_with_another_content_is_refused(changes):
    transfer()

    assert transfer(**changes).status == 409


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"amount": "0"}, "$.amount"),
        ({"amount": "1.234"}, "$.amount"),
        ({"received_on": "yesterday"}, "$.received_on"),
        ({"received_on": "2026-11-22"}, "$.received_on"),
        ({"received_on": "0001-01-01"}, "$.received_on"),
        ({"id": ""}, "$.id"),
    ],
)
def test_what_is_no_transfer_is_told_with_its_path(changes, path):
    answer = transfer(**changes)

    assert answer.status == 422
    assert path in {error["path"] for error in answer.json["errors"]}
    assert inbox().waiting(RECEIPTS, "READY") == []


def test_nothing_is_sent_back_that_is_not_owed():
    transfer()
    issue_receipts()

    answer = refund()

    assert answer.status == 422
    assert answer.json["errors"][0]["code"] == "more_than_owed"


def test_what_a_buyer_paid_twice_goes_back_once(shop, connected):
    first, second = paid_through(connected, times=2)
    assert balance().owed == eur("120.00")

    assert refund().status == 202
    [message] = aws.received(shop["REFUND_QUEUE"])
    assert PayBack(**message["body"]).refund.id == "R-1"
    assert send_back() == []
    assert send_back() == []
    issue_receipts()

    sent = connected.client.v1.refunds.list().data
    assert [(each.payment_intent, each.amount) for each in sent] == [(second, 12_000)]
    assert first != second
    assert (balance().owed, balance().due) == (eur("0.00"), eur("0.00"))
    answer = call("serve_payments", "GET", f"{PATH}/refunds/R-1")
    assert (answer.json["state"], answer.json["made"]) == ("MADE", [sent[0].id])


def test_what_was_paid_to_an_account_that_its_seller_left_is_left_to_him(connected, monkeypatch):
    paid_through(connected, times=2)
    refund(amount="50.00")
    other = Account(connected.url)
    monkeypatch.setattr(secrets, "stripe", lambda _seller: other.secrets)

    assert send_back() == []

    found = refunds_table.read(Key(seller="atelier", id="R-1"))
    assert (found.state, found.made, found.left) == ("MADE", (), eur("50.00"))


def test_a_worker_that_died_after_stripe_took_the_refund_does_not_send_it_again(
    connected, stand_in_for_stripe, monkeypatch
):
    paid_through(connected, times=2)
    refund()
    died = RuntimeError("the worker is no more")

    def die(_refund):
        raise died

    with monkeypatch.context() as patched:
        patched.setattr(refunds_table, "end", die)
        assert send_back() == [0]
    stand_in_for_stripe.accounts.of(connected.key).answers = Answers()  # a day has passed
    assert send_back() == []

    assert len(connected.client.v1.refunds.list().data) == 1


def test_a_transfer_cannot_go_back_through_stripe_and_is_left_to_the_seller(connected):
    paid_through(connected)
    transfer(amount="50.00")
    issue_receipts()

    refund()
    # 50.00 are owed; the card paid 120.00 of which they can be taken.
    assert send_back() == []

    assert refunds_table.read(Key(seller="atelier", id="R-1")).left is None
    assert [each.amount for each in connected.client.v1.refunds.list()] == [5_000]


def test_a_seller_without_an_account_is_told_what_to_transfer():
    transfer(amount="150.00")
    issue_receipts()

    refund()
    assert send_back() == []

    assert refunds_table.read(Key(seller="atelier", id="R-1")).left == eur("30.00")


def test_the_same_refund_with_another_content_is_refused(connected):
    paid_through(connected, times=2)
    refund(amount="10.00")

    assert refund(amount="11.00").status == 409
    assert refund(amount="10.00").status == 202


def test_an_invoice_of_another_seller_is_not_there(neighbour):
    body = {"id": "T-1", "amount": "1.00", "received_on": "2026-11-20"}

    answer = call("take_payment", "POST", f"{PATH}/payments", body=body, key=neighbour)

    assert answer.status == 404


def test_what_stripe_refuses_to_send_back_is_left_to_the_seller(connected):
    first, second = paid_through(connected, times=2)
    refund(amount="100.00")
    connected.control(f"payment_intents/{second}/refund", amount=5_000)
    connected.control(f"payment_intents/{first}/dispute")

    assert send_back() == []

    found = refunds_table.read(Key(seller="atelier", id="R-1"))
    assert (found.state, found.made, found.left) == ("MADE", (), None)


@pytest.fixture
def holder(connected):
    return holds(connected)


def holds(connected):
    """Have a customer who transferred 150.00 for an invoice of 120.00; and Stripe tell of it."""
    customer = customers.of_buyer(connected.secrets, invoice())
    asked = Sessions(connected.secrets).ask_for_transfer(
        invoice(), unpaid(invoice()), page=invoice().page, count=1, customer=customer
    )
    connected.control(f"customers/{customer}/fund", amount=15_000)
    told = [
        PaymentHint(seller="atelier", type="x", object=each) for each in (asked.session, customer)
    ]
    assert deliver("record_payment", *told) == []
    issue_receipts()
    return customer


def cash(account, customer):
    found = account.client.v1.customers.retrieve(customer, params={"expand": ["cash_balance"]})
    return found.cash_balance.available["eur"]


def test_what_stripe_holds_of_a_buyer_goes_back_once_and_is_in_no_books(connected, holder):
    assert balance().owed == eur("0.00")
    assert refund().status == 422, "nothing is owed of what was paid"

    answers = [refund(origin="held") for _ in range(2)]
    assert send_back() == []
    assert send_back() == []
    issue_receipts()

    assert [each.status for each in answers] == [202, 202]
    [sent] = connected.client.v1.refunds.list().data
    assert (sent.amount, sent.customer, sent.payment_intent) == (3_000, holder, None)
    assert cash(connected, holder) == 0
    found = refunds_table.read(Key(seller="atelier", id="R-1"))
    assert (found.made, found.left) == ((sent.id,), None)
    assert len(book().receipts(book().invoice(a_seller(), "FA-2026-000001"))) == 1
    assert refund(origin="paid").status == 409


@pytest.mark.parametrize("behind", [0, 600])
def test_a_worker_that_died_after_stripe_took_the_cash_does_not_send_it_again(
    connected, stand_in_for_stripe, monkeypatch, behind
):
    clock = stand_in_for_stripe.accounts.shared.clock
    monkeypatch.setattr(clock, "ahead", clock.ahead - behind)  # or ours is ahead
    holder = holds(connected)
    refund(origin="held", amount="10.00")
    with monkeypatch.context() as patched:
        patched.setattr(refunds_table, "end", lambda _refund: 1 / 0)
        assert send_back() == [0]
    stand_in_for_stripe.accounts.of(connected.key).answers = Answers()  # a day has passed

    assert send_back() == []

    assert [each.amount for each in connected.client.v1.refunds.list()] == [1_000]
    assert cash(connected, holder) == 2_000


def test_more_than_is_held_is_left_and_what_was_not_held_is_refused(connected, holder):
    refund(origin="held", amount="50.00")
    assert send_back() == []

    assert refunds_table.read(Key(seller="atelier", id="R-1")).left == eur("20.00")
    refund(id="R-2", origin="held")
    assert send_back("R-2") == []
    found = refunds_table.read(Key(seller="atelier", id="R-2"))
    assert (found.made, found.left) == ((), None)
    assert cash(connected, holder) == 0


def test_cash_in_another_currency_than_the_last_invoice_goes_back_too(connected, holder):
    connected.control(f"customers/{holder}/fund", amount=5_000, currency="gbp")
    found = Holding(
        customer=holder, amount=Money.from_minor(5_000, "GBP"), invoice=invoice().number, since=NOON
    )
    owed = refunds_table.accept(refunds.of_holding(found, seller="atelier", at=NOON))

    assert send_back(owed.key.id) == []

    assert refunds_table.read(owed.key).left is None
    assert [(each.amount, each.currency) for each in connected.client.v1.refunds.list()] == [
        (5_000, "gbp")
    ]


def by_rule(customer):
    """Owe the 30.00 that were free at night."""
    found = Holding(customer=customer, amount=eur("30.00"), invoice=invoice().number, since=NOON)
    return refunds_table.accept(refunds.of_holding(found, seller="atelier", at=NOON)).key


def test_what_goes_back_by_rule_waits_for_the_sellers_account_and_is_made_then(
    connected, holder, monkeypatch
):
    key = by_rule(holder)
    with monkeypatch.context() as disconnected:
        disconnected.setattr(secrets, "stripe", lambda _seller: None)
        assert send_back(key.id) == []
        assert send_back(key.id) == []

    assert (refunds_table.read(key).state, refunds_table.read(key).left) == ("WAITING", None)
    assert key not in [each.key for each in inbox_index.undone()], "nobody pushes it"

    refunds_table.queue_waiting("atelier")
    refunds_table.queue_waiting("atelier")
    assert key in [each.key for each in inbox_index.undone()], "the sweeper pushes it"
    assert send_back(key.id) == []

    assert refunds_table.read(key).state == "MADE"
    assert cash(connected, holder) == 0
    refunds_table.queue_waiting("atelier")
    assert refunds_table.read(key).state == "MADE"


def test_cash_of_a_customer_whom_the_account_does_not_know_is_nobodys_to_send(
    connected, holder, monkeypatch
):
    key = by_rule(holder)
    other = Account(connected.url)
    monkeypatch.setattr(secrets, "stripe", lambda _seller: other.secrets)

    assert send_back(key.id) == []

    assert (refunds_table.read(key).state, refunds_table.read(key).made) == ("MADE", ())


def test_what_was_asked_for_is_left_to_a_seller_without_an_account(connected, holder, monkeypatch):
    refund(origin="held")
    monkeypatch.setattr(secrets, "stripe", lambda _seller: None)

    assert send_back() == []

    assert refunds_table.read(Key(seller="atelier", id="R-1")).state == "MADE"
    assert cash(connected, holder) == 3_000


def test_what_stripe_applied_since_the_rule_owed_it_is_nobodys_to_transfer(connected, holder):
    refund(origin="held", amount="20.00")
    send_back()
    key = by_rule(holder)

    assert send_back(key.id) == []

    found = refunds_table.read(key)
    assert (len(found.made), found.left) == (1, None)
    assert cash(connected, holder) == 0


def test_what_stripe_refuses_of_what_is_free_is_left_by_rule_too(connected, holder, monkeypatch):
    monkeypatch.setattr(Paybacks, "send_cash", lambda *_, **__: None)
    key = by_rule(holder)

    assert send_back(key.id) == []

    assert refunds_table.read(key).left == eur("30.00")
    assert cash(connected, holder) == 3_000


@pytest.mark.parametrize(("amount", "left"), [("50.00", eur("20.00")), (None, None)])
def test_cash_that_came_after_a_worker_died_is_not_taken_for_what_he_sent(
    connected, monkeypatch, holder, amount, left
):
    refund(origin="held", **({"amount": amount} if amount else {}))
    with monkeypatch.context() as patched:
        patched.setattr(refunds_table, "end", lambda _refund: 1 / 0)
        assert send_back() == [0]
    connected.control(f"customers/{holder}/fund", amount=4_000)

    assert send_back() == []

    assert refunds_table.read(Key(seller="atelier", id="R-1")).left == left
    assert cash(connected, holder) == 4_000


def test_nothing_is_held_of_who_never_transferred():
    answer = refund(origin="held")

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "nothing_held")


def test_two_refunds_of_the_same_cash_send_it_once(connected, holder):
    for name in ("R-1", "R-2"):
        assert refund(id=name, origin="held", amount="30.00").status == 202
        assert send_back(name) == []

    left = [refunds_table.read(Key(seller="atelier", id=name)).left for name in ("R-1", "R-2")]
    assert left == [None, eur("30.00")]
    assert sum(each.amount for each in connected.client.v1.refunds.list()) == 3_000
    assert cash(connected, holder) == 0
