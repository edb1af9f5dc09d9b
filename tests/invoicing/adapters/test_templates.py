import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import product
from typing import get_args

import pytest
from jinja2 import UndefinedError

from invoicing import cases, credit_notes, payments
from invoicing.adapters import buyer_pages, templates
from invoicing.cases import Ruling
from invoicing.credit_notes import Credit
from invoicing.late_payment import Costs
from invoicing.money import Money
from invoicing.objections import Claim, ClaimReason
from invoicing.parties import Language
from invoicing.payments import Balance, Movement, MovementKind
from invoicing.plans import Tone
from invoicing.views import browsers, documents, messages, pages, reminder_messages
from invoicing.views.claims import Form
from invoicing.views.pages import Happened, PlainPage
from tests.builders import eur, open_invoice
from tests.invoicing.einvoices import NOON, ORDERS, a_sample, a_seller, an_invoice, an_order

LANGUAGES = get_args(Language)
ATTEMPTS = ("none", "returned", "in_process", "awaited")
LATE = Costs(until=NOON.date(), interest=eur("1.23"), compensation=eur("40.00"))
CHECKOUT = "https://checkout.stripe.com"
HOSTILE = """<script>alert(1)</script>"'&{{ 7*7 }}{% raw %}"""
VOID = {"meta", "br", "link", "img", "input"}


class Elements(HTMLParser):
    """The elements of a document, which must close in the order they opened."""

    def __init__(self, html) -> None:
        super().__init__()
        self.open, self.seen, self.text = [], [], ""
        self.feed(html)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.seen if name == tag]


def in_language(sample, language):
    order = a_sample(sample)
    return order.model_copy(update={"buyer": order.buyer.model_copy(update={"language": language})})


def mails(invoice):
    """Every mail that an invoice can have."""
    due = invoice.draft.totals.due
    nothing = Money.zero(due.currency)
    yield messages.about_invoice(invoice, due=due)
    yield messages.about_invoice(invoice, due=nothing)
    note = messages.about_credit_note(a_whole_credit(invoice), due=nothing)
    yield note
    for means in ("card", "transfer", "direct_debit", "wallet", "other"):
        movement = Movement(id="pi_1", amount=due, means=means, arrived_at=NOON)
        receipt = payments.receipt_draft(invoice, movement).issue(number="RC-1", at=NOON)
        yield messages.about_receipt(receipt, due=nothing)
        yield messages.about_receipt(receipt, due=due)
        gone = movement.model_copy(update={"kind": "refund"})
        refund = payments.receipt_draft(invoice, gone).issue(number="RC-2", at=NOON)
        about = messages.about_receipt(refund, due=nothing)
        yield about
    for each in (messages.about_invoice(invoice, due=due), note, about):
        yield each.model_copy(update={"attached": ()})
    yield messages.about_receipt(receipt, due=due).model_copy(update={"attached": ()})
    for tone in get_args(Tone):
        yield reminder_messages.about([open_invoice(invoice)], tone=tone, late=LATE)
        if tone != "formal_notice":
            yield reminder_messages.about([open_invoice(invoice)] * 2, tone=tone, late=LATE)
    for asked in (due, nothing):
        yield messages.about_answer(invoice, due=asked, text=f"{HOSTILE}\nBien à vous")


def every_page(invoice):
    """Every page that an invoice can have."""
    asked = invoice.draft.totals.due
    nothing = Money.zero(asked.currency)
    part = Money.from_minor(asked.minor // 2, asked.currency)
    receipts = tuple(a_receipt(invoice, part, kind) for kind in get_args(MovementKind))
    note = a_whole_credit(invoice)
    for sums in (
        {"paid": nothing},
        {"paid": part},
        {"paid": asked},
        {"paid": asked, "withdrawn": part},
        {"paid": asked, "credited": part},
        {"paid": asked, "refunded": asked, "credited": note.draft.amount},
    ):
        balance = Balance(asked=asked, **sums)
        for attempt, pays_online in (*product(ATTEMPTS, [True]), ("none", False)):
            for today in (invoice.issued_on, invoice.due_on + timedelta(days=1)):
                happened = Happened(
                    balance, receipts, (note,), attempt=attempt, pays_online=pays_online
                )
                yield pages.invoice_page(invoice, happened, today=today)
    for case in claims_in_every_state(invoice):
        yield pages.invoice_page(invoice, Happened(balance, cases=(case,)), today=invoice.issued_on)
    bad = Form(message=HOSTILE, email=HOSTILE, faults=("reason", "message", "email"))
    yield pages.invoice_page(invoice, Happened(balance), today=invoice.issued_on, form=bad)


def claims_in_every_state(invoice):
    """A claim for each reason, and one that goes its way."""
    for reason in get_args(ClaimReason):
        claim = Claim(reason=reason, message=HOSTILE)
        case = cases.of_claim(claim, seller="atelier", number=invoice.number, at=NOON)
        yield case
    answered = case.answered(HOSTILE, at=NOON)
    yield answered
    yield answered.decided(Ruling(decision="close"), at=NOON)


def a_receipt(invoice, amount, kind):
    movement = Movement(id="pi_1", kind=kind, amount=amount, means="wallet", arrived_at=NOON)
    return payments.receipt_draft(invoice, movement).issue(number="RC-1", at=NOON)


def a_whole_credit(invoice):
    credit = Credit(id="C-1", reason="Retour", whole=True)
    return credit_notes.draft(credit, invoice, []).issue(number="AV-1", at=NOON)


def written(message, form):
    name = f"emails/{message.template}.{form}.j2"
    return templates.render(name, language=message.language, message=message, subject="S")


def shown(page):
    return buyer_pages.show(page, checkout=CHECKOUT)


@pytest.mark.parametrize("sample", ORDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_can_be_written_for_every_sample_in_every_language(sample, language):
    invoice = an_invoice(in_language(sample, language))

    for message in mails(invoice):
        subject, text = written(message, "subject.txt"), written(message, "txt")
        document = Elements(written(message, "html"))
        assert document.all("html")[0]["lang"] == language
        assert invoice.page in text
        assert [link["href"] for link in document.all("a")] == [invoice.page, invoice.page]
        assert "\n" not in subject
        assert "\n\n\n" not in text


@pytest.mark.parametrize("sample", ORDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_shown_for_every_sample_in_every_language(sample, language):
    invoice = an_invoice(in_language(sample, language))

    for page in every_page(invoice):
        document = Elements(shown(page).html)
        assert document.all("html")[0]["lang"] == language
        assert len(document.all("h1")) == len(document.all("main")) == 1
        forms = [form["action"] for form in document.all("form")]
        assert (f"{page.path}/pay" in forms) == page.offers_pay
        assert len(forms) == len(document.all("button")) == page.offers_pay + bool(page.form)


@pytest.mark.parametrize("sample", ORDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_is_confirmed_in_its_language_and_leads_nowhere(sample, language):
    invoice = an_invoice(in_language(sample, language))

    for paper in (invoice, a_whole_credit(invoice)):
        html = shown(pages.paper_page(paper)).html
        document = Elements(html)
        assert document.all("html")[0]["lang"] == language
        assert len(document.all("h1")) == len(document.all("main")) == 1
        assert document.all("form") == []
        assert all(link["href"].startswith("mailto:") for link in document.all("a"))
        assert invoice.draft.token not in html
        assert invoice.draft.buyer.name not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", get_args(pages.Plain))
def test_the_pages_that_tell_nothing_can_be_shown(template, language):
    document = Elements(shown(PlainPage(template=template, language=language)).html)

    assert document.all("a") == document.all("form") == []


def test_nothing_is_loaded_and_nothing_runs():
    invoice = an_invoice(a_sample("french-business"))
    mailed = [Elements(written(message, "html")) for message in mails(invoice)]
    browsed = [Elements(shown(page).html) for page in every_page(invoice)]

    assert not [each for each in mailed if each.all("svg")]
    for document in mailed + browsed:
        tags = {tag for tag, _ in document.seen}
        assert tags.isdisjoint({"script", "img", "link", "iframe", "object", "video", "image"})
        names = {name for _, attributes in document.seen for name in attributes}
        assert not [name for name in names if name.startswith("on") or name in {"src", "srcset"}]
        assert "url(" not in document.text
        assert "@import" not in document.text


def test_the_page_has_one_style_element_which_the_policy_names_and_no_style_attribute():
    answer = shown(next(every_page(an_invoice())))

    [style] = re.findall(r"<style>(.*?)</style>", answer.html, re.DOTALL)
    named = browsers.headers(PlainPage(template="problem", language="en"), style=style, checkout="")
    policy = "Content-Security-Policy"
    assert answer.headers[policy].split("; ")[1] == named[policy].split("; ")[1]
    assert "style=" not in answer.html


def test_paying_and_objecting_are_posts_to_below_the_page():
    page = next(every_page(an_invoice()))

    forms = Elements(shown(page).html).all("form")

    assert {form["method"] for form in forms} == {"post"}
    below = [form["action"].removeprefix(page.path) for form in forms]
    assert below == ["/pay", "/claim#claim"]


def test_a_mail_shows_what_it_is_about_before_it_is_opened():
    invoice = an_invoice(a_sample("french-consumer"))

    html = written(next(mails(invoice)), "html")

    assert "172,10\xa0€ à régler au plus tard le 21 décembre 2026" in html.partition("<table")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_shop_or_buyer_writes_is_shown_and_never_run(language):
    seller = a_seller(trading_name=HOSTILE, footer=HOSTILE, legal_form=HOSTILE)
    address = {"line1": HOSTILE, "city": HOSTILE, "country": "FR"}
    invoice = an_invoice(
        an_order(
            buyer={"name": HOSTILE, "address": address, "language": language},
            lines=[{"description": HOSTILE, "sku": HOSTILE, "price": "9.00"}],
            allowances=[{"reason": HOSTILE, "amount": "1.00"}],
            charges=[{"reason": HOSTILE, "amount": "1.00"}],
            purchase_order=HOSTILE,
        ),
        seller,
    )
    documents = [written(message, "html") for message in mails(invoice)]
    documents += [shown(page).html for page in every_page(invoice)]

    for html in documents:
        document = Elements(html)
        assert document.all("script") == []
        assert HOSTILE in document.text
    assert HOSTILE in written(next(mails(invoice)), "txt")


def test_what_is_missing_is_an_error_and_not_an_empty_space():
    message = next(mails(an_invoice()))

    with pytest.raises(UndefinedError, match="subject"):
        templates.render("emails/invoice.html.j2", language="en", message=message)


def test_a_word_that_is_missing_is_an_error():
    page = PlainPage.model_construct(template="nothing", language="en")

    with pytest.raises(KeyError):
        templates.render("pages/plain.html.j2", language="en", page=page, style="")


def test_a_text_from_the_right_stands_by_itself_in_a_document():
    words = "دفتر (A5) ورقة"
    invoice = an_invoice(an_order(lines=[{"description": words, "sku": "A-1", "price": "9.00"}]))

    html = templates.render(
        "documents/invoice.html.j2", language="fr", sheet=documents.sheet(invoice)
    )

    assert f"<td>\u2068{words}\u2069 <span" in html
    assert html.count("\u2068") == html.count("\u2069") == 1
