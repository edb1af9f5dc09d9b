"""What a numbering transaction may do to the state of an invoice, and what it may not."""

from datetime import timedelta

import pytest

from invoicing import credit_notes, deposits, drafts, late_payment_notes, requests
from invoicing.adapters import histories
from invoicing.adapters.ledger import states
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.requests_table import inbox
from invoicing.credit_notes import Asked, CreditNoteDraft
from invoicing.errors import OvertakenError
from invoicing.invoices import Draft, Invoice
from invoicing.payments import Balance, Movement, unpaid
from tests import aws
from tests.books import issue, issue_order, issue_order_at, issue_receipt
from tests.builders import (
    CREDIT_NOTES,
    LATE_PAYMENT,
    LINK,
    NOON,
    PARIS,
    a_credit,
    a_key,
    a_movement,
    a_receipt_draft,
    a_seller,
    an_order,
    eur,
)

HOTEL = {"name": "Hôtel", "kind": "business", "registration": "552100554", "address": PARIS}

pytestmark = pytest.mark.usefixtures("deployed")


def the_invoice() -> Invoice:
    return book().invoice(a_seller(), "FA-2026-000001")


def a_ready_credit(id_: str, amount: str) -> requests.Request:
    """A credit that was checked against the invoice as it stands now."""
    credit, invoice = a_credit(id=id_, amount=amount), the_invoice()
    draft = credit_notes.draft(credit, invoice, book().credit_notes(invoice))
    assert isinstance(draft, CreditNoteDraft)
    asked = Asked(invoice=invoice.number, credit=credit)
    received = requests.of_credit(asked, a_key(id_, CREDIT_NOTES), at=NOON)
    return inbox().accept(received.drafted(draft).ready())


def a_ready_final(order_id: str, number: str) -> requests.Request:
    """A final invoice whose deposit was there when it was checked."""
    order = an_order(id=order_id, deducts=[number])
    deposit = book().invoice(a_seller(), number)
    known = [deposits.issued(deposit, unpaid(deposit))]
    draft = drafts.draft(order, a_seller(), LINK, deducted=known)
    assert isinstance(draft, Draft)
    request = requests.of_order(order, a_key(order_id), site=LINK.site, at=NOON)
    return inbox().accept(request.drafted(draft).ready())


def test_of_two_credits_decided_against_the_same_state_only_one_is_issued():
    issue_order()
    first, second = a_ready_credit("C-1", "20.00"), a_ready_credit("C-2", "20.00")
    issue(first)

    assert not book().stands(second.draft)
    with pytest.raises(OvertakenError):
        issue(second)

    assert book().head(CREDIT_NOTES).n == 1
    assert book().balance(the_invoice()).credited == eur("20.00")
    assert inbox().read(second.key).state == "READY"


def test_credits_one_after_the_other_are_counted_and_listed():
    issue_order()
    for id_ in ("C-1", "C-2", "C-3"):
        issue(a_ready_credit(id_, "40.00"))

    assert book().balance(the_invoice()).credited == eur("120.00")
    assert [note.number[-1] for note in book().credit_notes(the_invoice())] == ["1", "2", "3"]


def test_receipts_and_credit_notes_share_a_state():
    issue_order()
    issue_receipt("50.00")
    issue(a_ready_credit("C-1", "20.00"))

    balance = book().balance(the_invoice())
    assert (balance.due, balance.version) == (eur("50.00"), 2)


def test_a_deposit_is_deducted_by_one_order_only():
    entry = issue_order(id="1001-D", deposit={"percent": "30"})
    number = str(entry.body["number"])
    first, second = a_ready_final("1001", number), a_ready_final("1002", number)
    issue(first)

    assert not book().stands(second.draft)
    with pytest.raises(OvertakenError):
        issue(second)

    [state] = [each for each in aws.items("Heads") if each["pk"]["S"].startswith("STATE#")]
    assert state["pk"]["S"] == states.key("atelier", number)["pk"]
    assert state["deducted_by"]["S"] == "1001"


def test_a_deposit_that_is_credited_meanwhile_is_not_deducted():
    entry = issue_order(id="1001-D", deposit={"percent": "30"})
    final = a_ready_final("1001", str(entry.body["number"]))
    issue(a_ready_credit("C-1", "1.00"))

    with pytest.raises(OvertakenError):
        issue(final)


def test_a_deducted_deposit_may_still_be_credited():
    entry = issue_order(id="1001-D", deposit={"percent": "30"})
    issue(a_ready_final("1001", str(entry.body["number"])))

    issue(a_ready_credit("C-1", "36.00"))

    assert book().balance(the_invoice()).credited == eur("36.00")


def test_what_was_overtaken_goes_back_to_the_check_once():
    issue_order()
    ready = a_ready_credit("C-1", "20.00")

    inbox().reconsider(ready)

    assert inbox().read(ready.key).state == "RECEIVED"
    with pytest.raises(OvertakenError):
        inbox().reconsider(ready)


def moved(*movements: Movement) -> Balance:
    """Record movements of the first invoice one after another; give its balance."""
    for movement in movements:
        request = requests.of_payment(a_receipt_draft(the_invoice(), movement), at=NOON)
        issue(inbox().accept(request))
    return book().balance(the_invoice())


def gone(kind: str, amount: str, id_: str) -> Movement:
    return a_movement(amount, id=id_, kind=kind, of="pi_1")


def test_what_goes_back_opens_the_debt_again():
    issue_order()

    balance = moved(a_movement("120.00"), gone("refund", "20.00", "re_1"))

    assert (balance.paid, balance.refunded) == (eur("120.00"), eur("20.00"))
    assert (balance.due, balance.owed) == (eur("20.00"), eur("0.00"))


def test_a_refund_that_failed_is_owed_and_the_credit_note_stands():
    issue_order()
    moved(a_movement("120.00"))
    issue(a_ready_credit("C-1", "120.00"))

    failed = moved(gone("refund", "120.00", "re_1"), gone("refund_failed", "120.00", "re_1.failed"))

    assert failed.credited == eur("120.00")
    assert (failed.due, failed.owed) == (eur("0.00"), eur("120.00"))


def test_a_lost_dispute_leaves_the_debt_open_and_a_won_one_does_not():
    issue_order()
    taken = gone("dispute_withdrawn", "120.00", "du_1.withdrawn")

    assert moved(a_movement("120.00"), taken).due == eur("120.00")
    assert moved(gone("dispute_reinstated", "120.00", "du_1.reinstated")).due == eur("0.00")


@pytest.mark.parametrize("kind", ["refund", "refund_failed", "dispute_reinstated"])
def test_nothing_comes_back_that_did_not_go(kind):
    issue_order()
    movement = gone(kind, "20.00", "re_1")

    assert not book().has_room(a_receipt_draft(the_invoice(), movement))
    with pytest.raises(OvertakenError):
        moved(movement)


def test_of_two_refunds_of_which_one_failed_either_may_be_recorded_first():
    issue_order()
    first, failed = gone("refund", "80.00", "re_1"), gone("refund_failed", "80.00", "re_1.failed")

    balance = moved(a_movement("120.00"), gone("refund", "90.00", "re_2"), first, failed)

    assert (balance.refunded, balance.kept) == (eur("90.00"), eur("30.00"))


def test_more_than_was_paid_is_not_refunded():
    issue_order()

    with pytest.raises(OvertakenError):
        moved(a_movement("20.00"), gone("refund", "20.01", "re_1"))


def test_an_invoice_knows_its_receipts_in_the_order_of_their_numbers():
    issue_order()
    moved(a_movement("100.00", id="pi_2"), a_movement("20.00", id="pi_1"))

    found = book().receipts(the_invoice())

    assert [each.number for each in found] == ["RC-2026-000001", "RC-2026-000002"]
    assert [each.draft.movement.id for each in found] == ["pi_2", "pi_1"]


def claimed(source, history):
    claim = late_payment_notes.LatePaymentClaim(id=source)
    asked = late_payment_notes.Asked(invoice="FA-2026-000001", today=NOON.date(), claim=claim)
    received = requests.of_late_payment(asked, a_key(source, LATE_PAYMENT), at=NOON)
    draft = late_payment_notes.draft(asked, history)
    return inbox().accept(received.drafted(draft).ready())


def test_of_two_claims_against_the_same_notes_one_is_numbered():
    issue_order_at(NOON - timedelta(days=200), buyer=HOTEL)
    history = histories.of(the_invoice())
    claims = [claimed(source, history) for source in ("P-1", "P-2")]
    issue(claims[0])

    with pytest.raises(OvertakenError):
        issue(claims[1])

    assert not book().stands(claims[1].draft)
    assert len(book().late_payment_notes(the_invoice())) == 1


@pytest.mark.parametrize("before", [(), (a_movement("20.00", id="pi_1"),)])
def test_a_claim_is_not_numbered_once_money_came_that_it_does_not_know(before):
    issue_order_at(NOON - timedelta(days=200), buyer=HOTEL)
    moved(*before)
    claim = claimed("P-1", histories.of(the_invoice()))
    moved(a_movement("50.00", id="pi_2"))

    with pytest.raises(OvertakenError):
        issue(claim)

    issue(claimed("P-2", histories.of(the_invoice())))
    assert len(book().late_payment_notes(the_invoice())) == 1
