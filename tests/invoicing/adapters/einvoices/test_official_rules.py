"""Every document over all treatments, currencies, types and profiles, as the official rules see it.

`make soak` draws many more than `make test`.
"""

import os
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from invoicing import credit_notes, drafts
from invoicing.adapters.einvoices import network_rules, official_rules
from invoicing.credit_notes import CreditNote, CreditNoteDraft
from invoicing.invoices import Draft, Invoice
from invoicing.money import exponent, rounded
from invoicing.orders import Order, Payment
from invoicing.parties import Seller
from tests.builders import a_credit, a_line, eur
from tests.invoicing.einvoice import drawn
from tests.invoicing.einvoice.judged import findings
from tests.invoicing.einvoices import LINK, NOON, ORDERS, a_final_draft, a_sample, an_invoice, found

pytestmark = pytest.mark.usefixtures("networks")

SHARES = st.sampled_from([Decimal(1), Decimal("0.37"), Decimal("0.01")])
EXAMPLES = int(os.environ.get("EINVOICE_EXAMPLES", "100"))


def drafted(order: Order, seller: Seller) -> Draft:
    """Draft what is not held."""
    made = drafts.draft(order, seller, LINK, found(order, seller))
    assume(isinstance(made, Draft))
    assert isinstance(made, Draft)
    return made


def paid(order: Order, draft: Draft, *, means: str) -> Order:
    due = draft.totals.due.amount
    assume(due > 0)
    payment = Payment(paid_on=order.ordered_on, amount=due, means=means, reference="pi_1")
    return order.model_copy(update={"payments": (payment,)})


@st.composite
def documents(draw: st.DrawFn) -> Invoice | CreditNote:
    """Draw an invoice, paid or not, a deposit, its final invoice, or a credit note."""
    order, seller = draw(drawn.sales())
    draft = drafted(order, seller)
    then = draw(st.sampled_from(["", "", "paid", "final", "whole", "amount"]))
    if then == "paid":
        means = draw(st.sampled_from(["card", "transfer", "direct_debit", "cash", "other"]))
        draft = drafted(paid(order, draft, means=means), seller)
    invoice = draft.issue(number="FA-2026-000001", at=NOON)
    if then == "final" and order.deposit:
        final = a_final_draft(invoice, order, seller)
        assume(isinstance(final, Draft))
        return final.issue(number="FA-2026-000002", at=NOON)
    if then in {"whole", "amount"} and draft.totals.gross:
        part = rounded(draft.totals.gross.amount * draw(SHARES), draft.currency)
        assume(part)
        said = {"whole": True} if then == "whole" else {"amount": f"{part.amount:f}"}
        note = credit_notes.draft(a_credit(**said), invoice)
        assume(isinstance(note, CreditNoteDraft))
        return note.issue(number="AV-2026-000001", at=NOON)
    return invoice


def rightly_refused(document: Invoice | CreditNote) -> Iterator[str]:
    """Say which sales a network does not take: they are held before they have a number."""
    draft = document.draft
    abroad = any(line.decision.place != draft.seller.address.country for line in draft.vat)
    if draft.profile == "fr_ctc" and abroad:
        rules = "BR-FR-16_BT-119", "BR-FR-16_BT-152", "BR-FR-16_BT-96_BT-103"
        yield from (f"{syntax} {rule}" for syntax in ("cii", "ubl") for rule in rules)
    if draft.profile == "peppol" and abroad:
        yield "ubl SE-R-006"  # a Swede's rates are Sweden's
    if draft.profile == "peppol" and not exponent(draft.currency):
        yield "ubl PEPPOL-EN16931-R120"  # a line in whole yen is not its price to the cent


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
@given(document=documents())
def test_whatever_can_be_issued_passes_in_both_syntaxes(document):
    assert set(findings(document)) <= set(rightly_refused(document))


@pytest.mark.parametrize("name", ORDERS)
def test_the_invoice_of_every_sample_order_passes(name):
    assert findings(an_invoice(a_sample(name))) == []


@pytest.mark.parametrize("reference", [drawn.LEITWEG, "R-1"])
@pytest.mark.parametrize("country", drawn.VAT_NUMBERS)
def test_at_home_and_abroad_businesses_of_every_state_are_billed_over_networks(country, reference):
    seller = drawn.a_seller_in(country, electronic_address=drawn.GLN)
    buyer = a_business_in("DE" if reference == drawn.LEITWEG else country) | {
        "reference": reference
    }

    invoice = an_invoice(seller=seller, buyer=buyer)

    assert findings(invoice) == []


def a_business_in(country: str) -> drawn.Said:
    return {
        "kind": "business",
        "name": "B",
        "address": drawn.address_in(country),
        "vat_number": drawn.VAT_NUMBERS[country],
        "registration": drawn.REGISTRATIONS.get(country, "R 1"),
        "electronic_address": drawn.GLN,
    }


@pytest.mark.parametrize("profile", ["peppol", "xrechnung"])
def test_a_note_may_name_another_number(profile):
    """The network's package takes what follows a # for a subject (BR-CL-08), the rule does not."""
    country = "DE" if profile == "xrechnung" else "FI"
    buyer = a_business_in(country) | {"reference": drawn.LEITWEG}
    seller = drawn.a_seller_in(country, electronic_address=drawn.GLN)

    invoice = an_invoice(seller=seller, buyer=buyer, note="Order #123")

    assert invoice.draft.profile == profile
    assert findings(invoice) == []


@pytest.mark.parametrize(
    ("profile", "reference"), [("peppol", "R-1"), ("xrechnung", drawn.LEITWEG)]
)
@pytest.mark.parametrize("postcode", ["78266", "27498"])
def test_germans_bill_what_is_outside_the_scope_over_their_networks(profile, reference, postcode):
    """Büsingen and Helgoland; BR-DE-14 and DE-R-014 want a rate where there is no VAT."""
    there = {"address": drawn.address_in("DE") | {"postcode": postcode}, "vat_number": None}
    seller = drawn.a_seller_in("DE", electronic_address=drawn.GLN)
    services = [a_line("10", supply="services")]

    invoice = an_invoice(
        seller=seller,
        buyer=a_business_in("DE") | there | {"reference": reference},
        lines=services,
    )

    assert (invoice.draft.profile, invoice.draft.vat[0].decision.category) == (profile, "O")
    assert findings(invoice) == []


def test_a_swede_bills_what_is_outside_the_scope_over_the_network():
    """Where no VAT number may stand (BR-O-02); Peppol's SE-R-005 wants none of another kind."""
    abroad = {"address": drawn.address_in("CH"), "vat_number": "CHE116281710"}
    services = [a_line("10", supply="services")]
    seller = drawn.a_seller_in("SE", electronic_address=drawn.GLN)

    invoice = an_invoice(seller=seller, buyer=a_business_in("DE") | abroad, lines=services)

    assert (invoice.draft.profile, invoice.draft.vat[0].decision.category) == ("peppol", "O")
    assert findings(invoice) == []


def test_what_a_network_refuses_is_found_before_the_number():
    buyer = a_business_in("DE") | {"reference": drawn.LEITWEG}
    seller = drawn.a_seller_in("FR", phone=None)

    (reason,) = official_rules.findings(an_invoice(seller=seller, buyer=buyer))

    assert reason.code == "BR-DE-6"
    assert reason.rule == "XRechnung 3, BR-DE-6"
    assert "BT-42" in reason.message


def test_a_plain_invoice_asks_no_network(monkeypatch):
    monkeypatch.setattr(network_rules, "findings", lambda _: pytest.fail("asked"))

    assert official_rules.findings(an_invoice()) == []


def test_what_is_wrong_in_either_file_is_found():
    buyer = a_business_in("DE") | {"reference": drawn.LEITWEG}
    invoice = an_invoice(buyer=buyer)
    totals = invoice.draft.totals.model_copy(update={"gross": eur("1.00")})
    wrong = invoice.model_copy(
        update={"draft": invoice.draft.model_copy(update={"totals": totals})}
    )

    codes = [reason.code for reason in official_rules.findings(wrong)]

    assert "BR-CO-15" in codes
