from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from invoicing import logos, settings
from invoicing.adapters import items, queues
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    agenda_table,
    checkouts_table,
    notices_table,
    refunds_table,
)
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.paper import renderer
from invoicing.adapters.queues import Deliver, PaymentHint, Render
from invoicing.archive import Content, Duty
from invoicing.invoices import Invoice
from invoicing.journals import Journal
from invoicing.late_payment_notes import History
from invoicing.notices import News
from invoicing.payments import Checkout
from invoicing.refunds import Key
from invoicing.reminders import Agenda
from tests import aws, books
from tests.books import PDF, XML, issue_credit, issue_order, issue_order_at, issue_receipt
from tests.builders import (
    CREDIT_NOTES,
    NOON,
    PARIS,
    RECEIPTS,
    a_notice,
    a_place,
    a_reminder,
    a_seller,
    eur,
)
from tests.doors import deliver

pytestmark = pytest.mark.usefixtures("deployed")
VERSION = renderer.TEMPLATE_VERSION
LATER = NOON + timedelta(hours=1)
SPRING = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """The documents that were drawn; what comes out is quick and always the same."""
    documents = []

    def draw(document, logo):
        documents.append(document)
        assert bool(document.draft.seller.logo) == bool(logo)
        return [PDF, XML] if isinstance(document, Invoice) else [PDF]

    monkeypatch.setattr(renderer, "files", draw)
    return documents


def render(place=None):
    return deliver("render_document", Render(place=place or a_place()))


def asked_for():
    """Give the notices whose mails were asked for since the last look."""
    messages = aws.received(settings.get("DELIVER_QUEUE"))
    return [Deliver.model_validate(each["body"]).notice for each in messages]


def test_an_invoice_is_drawn_and_stored_and_its_files_are_recorded():
    issue_order()

    assert render() == []

    stored = book().stored(a_place())
    assert shelf().read(stored.pdf) == PDF.data
    assert shelf().read(stored.xml) == XML.data
    assert stored.pdf.key == f"atelier/invoice/2026/FA-2026-000001.{VERSION}.pdf"


def test_it_is_recorded_in_which_syntax_the_e_invoice_is(monkeypatch):
    ubl = XML.model_copy(update={"syntax": "ubl"})
    monkeypatch.setattr(renderer, "files", lambda *_, **__: [PDF, ubl])
    issue_order()

    render()

    assert book().stored(a_place()).syntax == "ubl"


def test_the_accountants_copy_is_asked_for_where_the_seller_wants_it():
    books = {"accountant": "books@accountant.example", "accountant_copies": "documents"}
    issue_order(seller=a_seller(**books))

    render()

    assert sorted(asked_for(), key=str) == [a_notice().key, a_notice(way="copy").key]


def test_with_the_files_the_mail_is_asked_for_and_the_reminder_planned():
    issue_order()

    render()

    assert asked_for() == [a_notice().key]
    assert agenda_table.find(books.invoice()) == Agenda.first(books.invoice())


def test_a_document_is_drawn_once(drawn):
    issue_order()

    assert render() == []
    assert render() == []

    assert len(drawn) == 1


@pytest.mark.parametrize("survived", [0, 1])
def test_a_run_that_died_between_two_writes_is_repeated_to_the_end(monkeypatch, survived):
    issue_order()
    write, written = items.put_once, []

    def die(action):
        if len(written) == survived:
            monkeypatch.setattr(items, "put_once", write)
            raise RuntimeError
        written.append(write(action))

    monkeypatch.setattr(items, "put_once", die)
    assert render() == [0]
    assert book().stored(a_place()) is None

    assert render() == []

    assert shelf().read(book().stored(a_place()).pdf) == PDF.data
    assert asked_for() == [a_notice().key]
    assert agenda_table.find(books.invoice())


def test_a_run_that_died_before_it_asked_for_the_mail_is_repeated_without_drawing(
    monkeypatch, drawn
):
    issue_order()
    with monkeypatch.context() as dying:
        dying.setattr(queues, "deliver", Mock(side_effect=RuntimeError))
        assert render() == [0]

    assert render() == []

    assert asked_for() == [a_notice().key]
    assert len(drawn) == 1


def test_two_documents_never_share_a_place():
    duty = Duty.of(issue_order().at.date(), a_seller())
    key = f"atelier/invoice/2026/FA-2026-000001.{VERSION}.pdf"
    shelf().store(key, Content(type="pdf", data=b"x"), duty)

    assert render() == [0]

    assert book().stored(a_place()) is None


def test_a_receipt_has_a_pdf_its_mail_and_no_reminder():
    issue_order()
    issue_receipt()

    assert render(a_place(series=RECEIPTS)) == []

    stored = book().stored(a_place(series=RECEIPTS))
    assert (stored.number, stored.xml) == ("RC-2026-000001", None)
    assert asked_for() == [a_notice("receipt", number="RC-2026-000001").key]
    assert agenda_table.find(books.invoice()) is None


@pytest.mark.parametrize("rests", [True, False])
def test_an_invoice_whose_payment_was_taken_back_is_on_the_agenda_again(rests):
    issue_order()
    assert render() == []
    issue_receipt()
    planned = agenda_table.find(books.invoice())
    if rests:
        items.write_together([agenda_table.move(planned, planned.paid(NOON.date()))])
    issue_receipt(payment="du_1.withdrawn", kind="dispute_withdrawn")

    assert render(a_place(series=RECEIPTS)) == []
    assert render(a_place(2, series=RECEIPTS)) == []

    again = agenda_table.find(books.invoice())
    assert (again.paid_on, again.level, again.reopened_on) == (None, planned.level, NOON.date())


def waits_for_its_seller():
    issue_order()
    assert render() == []
    planned = agenda_table.find(books.invoice())
    items.write_together([agenda_table.move(planned, planned.handed_over(NOON.date()))])


def handed_over():
    return [each.number for each in agenda_table.handed_over("atelier")]


@pytest.mark.parametrize(
    "settle",
    [
        lambda: (RECEIPTS, issue_receipt()),
        lambda: (CREDIT_NOTES, issue_credit("FA-2026-000001", whole=True)),
    ],
)
def test_what_waits_to_be_handed_over_leaves_the_list_once_it_is_settled(settle):
    waits_for_its_seller()
    series, _ = settle()

    assert render(a_place(series=series)) == []

    assert handed_over() == []


def test_it_is_asked_for_gently_again_when_the_money_is_taken_back():
    waits_for_its_seller()
    issue_receipt()
    assert render(a_place(series=RECEIPTS)) == []
    issue_receipt(payment="du_1.withdrawn", kind="dispute_withdrawn")

    assert render(a_place(2, series=RECEIPTS)) == []

    again = agenda_table.find(books.invoice())
    assert (again.paid_on, again.handed_over_on, again.step.tone) == (None, None, "final")


@pytest.mark.parametrize("rests", [True, False])
def test_a_debt_whose_plan_had_ended_is_reminded_of_again_when_it_comes_back(rests):
    issue_order()
    assert render() == []
    planned = agenda_table.find(books.invoice())
    ended = planned.model_copy(update={"steps": planned.plan[:5]}).at(6)
    items.write_together([agenda_table.move(planned, ended)])
    issue_receipt()
    if rests:
        assert render(a_place(series=RECEIPTS)) == []
        assert agenda_table.find(books.invoice()).paid_on == NOON.date()
    issue_receipt(payment="du_1.withdrawn", kind="dispute_withdrawn")

    assert render(a_place(2, series=RECEIPTS)) == []

    again = agenda_table.find(books.invoice())
    assert (again.paid_on, again.level, again.step.tone) == (None, 6, "final")


def test_it_stays_where_money_is_taken_back_while_its_payment_is_looked_at(monkeypatch):
    waits_for_its_seller()
    issue_receipt()
    rest = agenda_table.rest

    def slow(invoice, today):
        issue_receipt(payment="du_1.withdrawn", kind="dispute_withdrawn")
        return rest(invoice, today)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(agenda_table, "rest", slow)
        assert render(a_place(series=RECEIPTS)) == [0]

    assert book().stored(a_place(series=RECEIPTS)) is None
    assert handed_over() == ["FA-2026-000001"]


def test_a_document_is_drawn_with_the_logo_of_its_seller_and_never_without(drawn):
    shown = logos.logo(b"a picture", "png")
    issue_order(seller=a_seller(logo=shown))

    assert render() == [0]
    sellers().save(a_seller())
    sellers().save_logo("atelier", shown, b"a picture")
    sellers().save_logo("atelier", logos.logo(b"another", "png"), b"another")

    assert render() == []
    assert len(drawn) == 1


def test_who_gave_no_address_is_owed_paper_and_stays_on_the_agenda():
    issue_order(buyer={"name": "Camille Moreau", "address": PARIS})

    assert render() == []

    assert notices_table.read(a_notice().key).state == "PAPER"
    assert asked_for() == []
    assert agenda_table.find(books.invoice())


def test_an_invoice_that_asks_nothing_is_on_no_agenda():
    issue_order(payments=[{"paid_on": "2026-11-20", "amount": "120.00"}])

    assert render() == []

    assert asked_for() == [a_notice().key]
    assert agenda_table.find(books.invoice()) is None


def test_a_document_that_is_not_there_yet_comes_again():
    assert render() == [0]


@pytest.mark.parametrize(
    ("kind", "told"), [("refund", True), ("refund_failed", False), ("dispute_withdrawn", False)]
)
def test_the_buyer_is_told_of_money_that_comes_back_and_not_of_what_his_bank_does(kind, told):
    issue_order()
    issue_receipt()
    if kind == "refund_failed":
        issue_receipt(kind="refund", payment="re_1")
    issue_receipt(kind=kind, payment="last")
    last = book().head(RECEIPTS).n

    assert render(a_place(last, series=RECEIPTS)) == []

    key = a_notice("receipt", number=f"RC-2026-{last:06d}").key
    assert asked_for() == ([key] if told else [])


@pytest.mark.parametrize(
    ("said", "payment", "owed"),
    [
        ("refunded", "pi_2", eur("50.00")),
        (None, "pi_2", None),
        ("refunded", "bank_2", eur("50.00")),
    ],
)
def test_what_a_payment_brought_too_much_goes_back_by_rule(said, payment, owed):
    issue_order()
    sellers().save(a_seller(overpayments=said))
    issue_receipt("120.00")
    issue_receipt("50.00", payment=payment)

    for n in (1, 2, 2):
        assert render(a_place(n, series=RECEIPTS)) == []

    found = refunds_table.find(Key(seller="atelier", id="overpaid.RC-2026-000002"))
    assert (found and found.amount) == owed
    first = refunds_table.find(Key(seller="atelier", id="overpaid.RC-2026-000001"))
    assert first is None, "what came later was not the first one's"


@pytest.mark.parametrize(("credited_at", "owed"), [(NOON, eur("50.00")), (LATER, eur("30.00"))])
def test_a_credit_note_counts_for_the_payments_that_come_after_it(credited_at, owed):
    issue_order()
    sellers().save(a_seller(overpayments="refunded"))
    issue_credit("FA-2026-000001", amount="20.00", at=credited_at)
    issue_receipt("150.00", at=NOON + timedelta(minutes=1))

    assert render(a_place(series=RECEIPTS)) == []

    [found] = [refunds_table.find(Key(seller="atelier", id="overpaid.RC-2026-000001"))]
    assert found.amount == owed


@pytest.mark.parametrize(
    ("paid", "owed"), [("160.00", None), ("240.00", True)], ids=["with its costs", "twice"]
)
def test_what_a_delay_costs_is_not_sent_back_by_rule(paid, owed):
    hotel = {"name": "Hôtel", "kind": "business", "registration": "552100554", "address": PARIS}
    issue_order_at(SPRING, buyer=hotel)
    sellers().save(a_seller(overpayments="refunded"))
    issue_receipt(paid)

    assert render(a_place(series=RECEIPTS)) == []

    found = refunds_table.find(Key(seller="atelier", id="overpaid.RC-2026-000001"))
    late = History(books.invoice(), Journal(book().receipts(books.invoice()))).owed(
        until=NOON.date()
    )
    assert late.total > eur("40.00"), "the compensation, and interest since May"
    assert (found and found.amount) == (owed and eur("120.00") - late.total)


@pytest.mark.parametrize(("state", "owed"), [("DELIVERED", eur("0.71")), ("BOUNCED", eur("2.00"))])
def test_the_interest_that_a_consumer_was_told_of_is_not_sent_back_by_rule(state, owed):
    issue_order_at(SPRING)
    sellers().save(a_seller(overpayments="refunded"))
    told = a_reminder(books.invoice().number, tone="formal_notice", level=6)
    books.owe(told)
    news = News(state=state, ses_id="ses-1", at=datetime(2026, 7, 1, 12, tzinfo=UTC))
    notices_table.move(told, told.told(news))
    issue_receipt("122.00")

    assert render(a_place(series=RECEIPTS)) == []

    found = refunds_table.find(Key(seller="atelier", id="overpaid.RC-2026-000001"))
    assert found.amount == owed, "120.00 at 2.75 % for 142 days is 1.29"


@pytest.mark.parametrize(
    ("session", "amount", "payment", "looked_at"),
    [
        ("pi_9", "120.00", "pi_1", ["pi_9"]),
        ("pi_1", "120.00", "pi_1", []),
        ("cs_9", "120.00", "bank_1", ["cs_9"]),
        ("cs_9", "20.00", "pi_1", ["cs_9"]),
        ("cs_9", "120.00", "pi_1", []),  # as nearly every payment is
        (None, "120.00", "bank_1", []),
    ],
)
def test_what_changes_the_balance_has_the_attempt_at_paying_looked_at(
    session, amount, payment, looked_at
):
    issue_order()
    try_to_pay(session)
    issue_receipt(amount, payment=payment)

    render(a_place(series=RECEIPTS))

    assert hints() == looked_at


@pytest.mark.parametrize("session", ["cs_9", "pi_9"])
def test_a_credit_note_has_the_attempt_at_paying_looked_at(session):
    issue_order()
    try_to_pay(session)
    issue_credit("FA-2026-000001", amount="20.00")

    render(a_place(series=CREDIT_NOTES))

    assert hints() == [session]


def try_to_pay(session):
    if session:
        attempt = Checkout(session=session, version=0, count=1)
        checkouts_table.save("atelier", "FA-2026-000001", attempt)


def hints():
    messages = aws.received(settings.get("PAYMENT_QUEUE"))
    return [PaymentHint.model_validate(each["body"]).object for each in messages]
