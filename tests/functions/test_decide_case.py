import email
from email import policy

import pytest

from invoicing.adapters import crediting
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.mails import correspondence
from invoicing.adapters.operations import cases_table, freezes_table, notices_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Doorbell
from invoicing.errors import NotFoundError
from invoicing.ledger import Place
from invoicing.objections import DashboardRefund
from tests import aws
from tests.books import PDF, XML, issue_order, issue_receipt, store
from tests.builders import (
    CREDIT_NOTES,
    INVOICES,
    NOON,
    TOKEN,
    a_case,
    a_claim,
    a_dispute,
    a_key,
    a_notice,
    a_seller,
    an_invoice,
    eur,
)
from tests.doors import call, deliver

NUMBER = "FA-2026-000001"
LOST = a_dispute(status="lost")
REFUND = DashboardRefund(id="re_1", payment="pi_1", amount=eur("20.00"), opened_at=NOON)

pytestmark = pytest.mark.usefixtures("paid")


@pytest.fixture(name="paid")
def _paid(shop):
    """An invoice of 120.00 that was paid."""
    issue_order()
    issue_receipt("120.00")
    aws.received(shop["CHECK_QUEUE"])


def opened(about):
    return cases_table.keep(a_case(about), a_seller()).key.id


def post(name, what, **body):
    return call("decide_case", "POST", f"/v1/invoices/{NUMBER}/cases/{name}/{what}", body=body)


def decide(name, decision, **more):
    return post(name, "decision", decision=decision, **more)


def holding():
    """Why nobody is reminded, and until when."""
    found = freezes_table.read("atelier", NUMBER).freezes
    return [(each.reason, each.until is not None) for each in found]


def credit(name):
    """The credit that was asked for, drafted by its check and issued."""
    key = a_key(f"case-{name}", CREDIT_NOTES)
    assert deliver("check_draft", Doorbell(request=key)) == []
    assert deliver("issue_document", Doorbell(request=key), group="atelier.credit_note") == []
    kept = inbox().read(key)
    assert kept.state == "NUMBERED"
    return book().credit_note(a_seller(), kept.number).draft


def balance():
    return book().balance(an_invoice())


def test_a_lost_dispute_is_chased_and_reminders_go_on():
    name = opened(LOST)
    issue_receipt("120.00", "du_1.withdrawn", "dispute_withdrawn")

    answer = decide(name, "chase")

    assert (answer.status, answer.json["status"]) == (200, "closed")
    assert holding() == []
    assert balance().due == eur("120.00")


def test_a_lost_dispute_is_written_off_without_a_refund():
    name = opened(LOST)
    issue_receipt("120.00", "du_1.withdrawn", "dispute_withdrawn")

    answer = decide(name, "write_off")

    assert answer.json["decision"]["credit"] == "case-du_1"
    assert holding() == [("dispute_lost", True)], "nobody is reminded before the credit note is out"
    noted = credit(name)
    assert (noted.amount, noted.refund, noted.reason) == (eur("120.00"), None, "Paiement contesté")
    assert (balance().due, balance().owed) == (eur("0.00"), eur("0.00"))


def test_a_claim_is_credited_and_refunded_by_one_decision():
    name = opened(a_claim())

    decide(name, "refund", amount="30.00", reason="Une lampe cassée")

    noted = credit(name)
    assert (noted.amount, noted.refund, noted.reason) == (eur("30.00"), True, "Une lampe cassée")


def test_a_claim_is_credited_without_a_refund():
    name = opened(a_claim())

    decide(name, "credit")

    assert (credit(name).amount, holding()) == (eur("120.00"), [("claim", True)])


def test_a_claim_is_closed_and_the_debt_stands():
    name = opened(a_claim())

    assert decide(name, "close").json["may_decide"] == []
    assert holding() == []


def test_a_refund_in_the_dashboard_is_credited_and_not_sent_back_again():
    name = opened(REFUND)
    issue_receipt("20.00", "re_1", "refund")

    decide(name, "credit")

    noted = credit(name)
    assert (noted.amount, noted.refund) == (eur("20.00"), None)
    assert (balance().due, balance().owed) == (eur("0.00"), eur("0.00"))


def test_a_refund_in_the_dashboard_leaves_the_debt_open_if_the_seller_says_so():
    name = opened(REFUND)
    issue_receipt("20.00", "re_1", "refund")

    decide(name, "reopen")

    assert (holding(), balance().due) == ([], eur("20.00"))


def test_the_same_decision_told_twice_is_one():
    name = opened(LOST)

    first, again = decide(name, "write_off"), decide(name, "write_off")

    assert first.json == again.json
    assert cases_table.read(a_case().key).version == 2


def test_what_a_crash_left_undone_is_done_by_the_same_decision(monkeypatch):
    name = opened(LOST)
    with monkeypatch.context() as broken:
        broken.setattr(crediting, "accept", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            decide(name, "write_off")
    assert credits_asked() == []

    assert decide(name, "write_off").status == 200

    assert [each.source for each in credits_asked()] == ["case-du_1"]


def test_another_decision_comes_too_late():
    name = opened(LOST)
    decide(name, "chase")

    assert decide(name, "write_off").status == 409
    assert credits_asked() == []


def credits_asked():
    return inbox().waiting(CREDIT_NOTES, "RECEIVED")


@pytest.mark.parametrize(
    ("about", "decision"),
    [
        (a_dispute(), "chase"),
        (a_dispute(status="inquiry"), "write_off"),
        (LOST, "refund"),
        (a_claim(), "chase"),
        (REFUND, "write_off"),
    ],
)
def test_what_a_case_is_not_open_to_is_refused(about, decision):
    answer = decide(opened(about), decision)

    assert (answer.status, answer.json["errors"][0]["code"]) == (422, "not_open_to")
    assert credits_asked() == []


def test_what_stripe_moved_is_credited_as_it_moved():
    assert decide(opened(LOST), "write_off", amount="10.00").json["errors"][0]["path"] == "$.amount"


@pytest.mark.parametrize("amount", ["120.01", "0.001"])
def test_more_than_is_left_or_too_fine_is_refused_and_nothing_is_decided(amount):
    name = opened(a_claim())

    assert decide(name, "refund", amount=amount).status == 422

    assert (holding(), credits_asked()) == ([("claim", False)], [])


def test_a_dispute_that_is_won_is_over():
    assert decide(opened(a_dispute(status="won")), "chase").status == 409


def test_an_answer_is_kept_and_leaves_the_case_open():
    name = opened(a_claim())

    answer = post(name, "answers", text="Nous l'avons renvoyée.")

    assert [each["text"] for each in answer.json["answers"]] == ["Nous l'avons renvoyée."]
    assert answer.json["status"] == "open"


def mailed(level, **key):
    """To whom an answer is owed, and the words of its mail: plain and HTML."""
    notice = notices_table.read(a_notice("answer", level=level, **key).key)
    mail = email.message_from_bytes(correspondence.letter(notice), policy=policy.default)
    bodies = [
        mail.get_body((form,)).get_content().replace("\r\n", "\n") for form in ("plain", "html")
    ]
    return notice.recipient, mail, bodies


def test_each_answer_is_mailed_to_the_buyer_once():
    store(book().entry(Place(series=INVOICES, year=2026, n=1)), PDF, XML)
    claim, dispute = opened(a_claim()), opened(a_dispute())
    post(claim, "answers", text="Nous l'avons renvoyée.")
    post(claim, "answers", text="Nous l'avons renvoyée.")
    post(dispute, "answers", text="Merci <b>de</b> patienter.\nÀ bientôt")

    first, second = mailed(1), mailed(2)

    assert first[0] == second[0] == "camille@buyer.example"
    assert all("renvoyée" in each for each in first[2])
    assert "Merci <b>de</b> patienter.\nÀ bientôt" in second[2][0]
    assert "Merci &lt;b&gt;de&lt;/b&gt; patienter.<br>À bientôt" in second[2][1]
    assert all(TOKEN in each for each in second[2])
    assert second[1]["Reply-To"].addresses[0].addr_spec == a_seller().email
    assert list(second[1].iter_attachments()) == []
    with pytest.raises(NotFoundError):
        mailed(3)


def test_an_answer_goes_where_the_buyer_said_and_else_where_the_invoice_went():
    name = opened(a_claim(email="chez@moi.example"))

    post(name, "answers", text="Nous l'avons renvoyée.")

    notice = notices_table.read(a_notice("answer", level=1).key)
    assert (notice.recipient, notice.fallback) == ("chez@moi.example", "camille@buyer.example")


def test_of_two_answers_at_once_none_is_lost(monkeypatch):
    claim, dispute = opened(a_claim()), opened(a_dispute())
    read = cases_table.of_invoice
    late = iter([[]])

    post(claim, "answers", text="Nous l'avons renvoyée.")
    monkeypatch.setattr(
        cases_table, "of_invoice", lambda *key: [] if next(late, None) == [] else read(*key)
    )
    post(dispute, "answers", text="Merci de patienter.")

    notice = notices_table.read(a_notice("answer", level=2).key)
    assert notice.about == dispute


def test_an_answer_without_words_is_refused():
    assert post(opened(a_claim()), "answers", text=" ").status == 422


@pytest.mark.parametrize("what", ["answers", "decision"])
def test_a_case_that_nobody_opened_is_not_found(what):
    body = {"text": "x"} if what == "answers" else {"decision": "close"}

    assert post("du_9", what, **body).status == 404
