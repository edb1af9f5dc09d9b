import pytest

from invoicing.adapters.operations import cases_table, notices_table
from invoicing.adapters.queues import PaymentHint
from tests.books import PDF, XML, issue_order, owe, store
from tests.builders import NOON, a_case, a_claim, a_notice, a_seller
from tests.doors import call, deliver
from tests.stripe_accounts import checked_out

NUMBER = "FA-2026-000001"


@pytest.fixture
def dispute(connected):
    """A dispute of an invoice that was mailed and paid."""
    store(issue_order(), PDF, XML)
    claimed = owe(a_notice()).claim("worker", NOON)
    notices_table.move(a_notice(), claimed)
    notices_table.move(claimed, claimed.sent("0100-ses"))
    session = checked_out(connected)
    connected.pay(session.url)
    opened = connected.control(f"payment_intents/{connected.intent(session)}/dispute")["id"]
    follow(opened)
    return opened


def follow(dispute):
    hint = PaymentHint(seller="atelier", type="charge.dispute.updated", object=dispute)
    assert deliver("record_payment", hint) == []


def submit(dispute):
    return call("submit_evidence", "POST", f"/v1/invoices/{NUMBER}/cases/{dispute}/evidence")


def test_stripe_receives_the_invoice_and_what_it_says(connected, dispute):
    answer = submit(dispute)

    assert answer.status == 200
    at_stripe = connected.client.v1.disputes.retrieve(dispute)
    assert at_stripe.status == "under_review"
    assert at_stripe.evidence.customer_name == "Camille Moreau"
    assert "0100-ses" in at_stripe.evidence.uncategorized_text
    file = connected.client.v1.files.retrieve(at_stripe.evidence.receipt)
    assert (file.type, file.size, file.purpose) == ("pdf", len(PDF.data), "dispute_evidence")
    assert answer.json["evidence"]["file"] == file.id


def test_evidence_is_submitted_once(connected, dispute):
    first, again = submit(dispute), submit(dispute)

    assert first.json == again.json
    details = connected.client.v1.disputes.retrieve(dispute).evidence_details
    assert details.submission_count == 1


def test_what_was_submitted_before_a_crash_is_the_same_submission(connected, dispute, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(cases_table, "change", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            submit(dispute)

    assert submit(dispute).status == 200

    details = connected.client.v1.disputes.retrieve(dispute).evidence_details
    assert details.submission_count == 1


def test_the_case_knows_that_the_bank_looks_at_it(dispute):
    submit(dispute)
    follow(dispute)

    [case] = cases_table.of_invoice("atelier", NUMBER)
    assert (case.about.status, case.about.submissions) == ("under_review", 1)
    assert case.evidence


def test_a_dispute_that_was_decided_takes_no_evidence(connected, dispute):
    connected.control(f"disputes/{dispute}/settle", outcome="lost")

    assert submit(dispute).json["errors"][0]["code"] == "no_evidence"  # Stripe says so
    follow(dispute)
    assert submit(dispute).json["errors"][0]["code"] == "no_evidence"


@pytest.mark.usefixtures("dispute")
def test_a_claim_has_no_bank_that_takes_evidence():
    claim = cases_table.keep(a_case(a_claim()), a_seller())

    assert submit(claim.key.id).status == 422


def test_a_case_of_nobody_is_not_found(dispute):
    assert submit(f"{dispute}x").status == 404
