"""Credit notes: what is given back, to the cent, whatever the order and the kind of the credits."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from invoicing import credit_notes, drafts
from invoicing.credit_notes import Credit, CreditNote, CreditNoteDraft
from invoicing.errors import Held
from invoicing.invoices import Draft, Invoice
from invoicing.money import Money, exponent, total
from invoicing.records import plain
from tests.builders import LINK, NOON, a_credit, a_line, a_seller, an_invoice, eur
from tests.drawn import orders


def credited(invoice: Invoice, *asked_for: Credit) -> list[CreditNote]:
    """Issue one credit note after the other; none of them may be refused."""
    notes: list[CreditNote] = []
    for credit in asked_for:
        draft = credit_notes.draft(credit, invoice, notes)
        assert isinstance(draft, CreditNoteDraft), draft
        notes.append(draft.issue(number=f"AV-2026-{len(notes) + 1:06}", at=NOON))
    return notes


def refused(invoice: Invoice, notes: list[CreditNote], credit: Credit) -> str:
    held = credit_notes.draft(credit, invoice, notes)
    assert isinstance(held, Held), held
    return held.reasons[0].code


def amounts(notes: list[CreditNote]) -> list[str]:
    return [str(note.draft.amount.amount) for note in notes]


TWO_RATES: dict[str, Any] = {
    "lines": [a_line("60.00", quantity="2"), a_line("105.50", vat="second_reduced")],
    "charges": [{"reason": "Livraison", "amount": "6.00"}],
    "allowances": [{"reason": "Bienvenue", "amount": "10.00"}],
}


def test_a_whole_credit_mirrors_the_invoice():
    invoice = an_invoice(**TWO_RATES)
    sold = invoice.draft

    [note] = credited(invoice, a_credit(whole=True))

    back = note.draft
    assert (back.vat, back.allowances, back.charges) == (sold.vat, sold.allowances, sold.charges)
    assert [(line.net, line.quantity) for line in back.lines] == [
        (line.net, line.quantity) for line in sold.lines
    ]
    assert back.amount == invoice.draft.totals.whole


def test_a_paid_invoice_is_credited_with_all_that_it_cost():
    paid = an_invoice(payments=[{"paid_on": "2026-11-20", "amount": "120.00"}])

    [note] = credited(paid, a_credit(whole=True))

    assert (note.draft.amount, note.draft.totals.prepaid) == (eur("120.00"), eur("0.00"))
    assert note.draft.payments == ()


def test_it_names_the_invoice_and_says_why():
    [note] = credited(an_invoice(note="Merci !"), a_credit(reason="Article rendu", whole=True))

    assert (note.draft.type_code, note.draft.invoice.number) == ("381", "FA-2026-000001")
    assert note.draft.reason == "Article rendu"
    assert note.draft.notes[-1].text == "Article rendu"
    assert "Merci !" not in [each.text for each in note.draft.notes]


def test_one_of_two_pieces_comes_back_at_its_price():
    invoice = an_invoice(lines=[a_line("60.00", quantity="2")])

    [note] = credited(invoice, a_credit(lines=[{"line": "1", "quantity": "1"}]))

    [line] = note.draft.lines
    assert (line.quantity, line.net, line.of) == (Decimal(1), eur("50.00"), "1")
    assert note.draft.amount == eur("60.00")


def test_a_line_comes_back_at_what_it_cost_after_the_allowance():
    invoice = an_invoice(
        lines=[a_line("100.00"), a_line("100.00")],
        allowances=[{"reason": "Bienvenue", "amount": "20.00"}],
    )

    [note] = credited(invoice, a_credit(lines=[{"line": "2"}]))

    assert note.draft.amount == eur("90.00")


def test_a_charge_is_credited_under_its_own_name():
    [note] = credited(an_invoice(**TWO_RATES), a_credit(lines=[{"line": "charge-1"}]))

    assert note.draft.lines[0].description == "Livraison"


def test_an_amount_is_shared_over_the_rates():
    invoice = an_invoice(lines=[a_line("120.00"), a_line("105.50", vat="second_reduced")])

    [note] = credited(invoice, a_credit(amount="22.55"))

    assert [str(line.base + line.vat) for line in note.draft.vat] == ["12.00 EUR", "10.55 EUR"]
    assert [str(line.vat) for line in note.draft.vat] == ["2.00 EUR", "0.55 EUR"]


def test_one_line_then_the_rest_then_nothing():
    invoice = an_invoice(**TWO_RATES)

    notes = credited(invoice, a_credit(lines=[{"line": "2"}]), a_credit(whole=True))

    assert total((note.draft.amount for note in notes), "EUR") == invoice.draft.totals.whole
    assert [line.of for line in notes[1].draft.lines] == ["1", "charge-1"]
    assert refused(invoice, notes, a_credit(amount="0.01")) == "more_than_left"
    assert refused(invoice, notes, a_credit(whole=True)) == "more_than_left"


def test_the_rounding_amount_goes_with_the_last_of_it():
    invoice = an_invoice(lines=[a_line("0.03"), a_line("0.06")])
    assert invoice.draft.totals.rounding
    by_lines = credited(invoice, a_credit(lines=[{"line": "1"}]), a_credit(lines=[{"line": "2"}]))

    assert total((note.draft.amount for note in by_lines), "EUR") == eur("0.09")
    assert by_lines[1].draft.totals.rounding == invoice.draft.totals.rounding


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"amount": "120.01"}, "120.00 EUR is left"),
        ({"lines": [{"line": "1", "quantity": "2"}]}, "1 of line 1 is left"),
        ({"lines": [{"line": "1", "amount": "120.01"}]}, "120.00 EUR is left of line 1"),
        ({"lines": [{"line": "7"}]}, "the invoice has no line 7, it has 1"),
        ({"amount": "0.001"}, "EUR has 2 decimals"),
    ],
)
def test_more_than_is_left_is_refused_with_what_is_left(asked, said):
    held = credit_notes.draft(a_credit(**asked), an_invoice())

    assert isinstance(held, Held)
    assert said in held.reasons[0].message


def test_a_sum_that_no_e_invoice_can_express_is_refused_in_words():
    invoice = an_invoice(currency="KWD", lines=[a_line("12.34", vat="zero")])

    assert refused(invoice, [], a_credit(amount="1.005")) == "currency_too_fine"
    assert amounts(credited(invoice, a_credit(amount="1.01"))) == ["1.010"]


def test_after_an_amount_no_line_gives_more_than_its_rate_still_has():
    invoice = an_invoice()
    notes = credited(invoice, a_credit(amount="60.00"))

    assert refused(invoice, notes, a_credit(lines=[{"line": "1"}])) == "more_than_left"
    assert credited(invoice, a_credit(amount="60.00"), a_credit(whole=True))[1].draft.lines[0]


def test_many_small_amounts_carry_their_vat():
    invoice = an_invoice()
    cents = [a_credit(amount="0.01", id=str(n)) for n in range(60)]

    notes = credited(invoice, *cents)

    assert total((note.draft.totals.vat for note in notes), "EUR") == eur("0.10")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"whole": True, "amount": "1.00"},
        {"lines": [{"line": "1", "quantity": "1", "amount": "1.00"}]},
        {"lines": [{"line": "1"}, {"line": "1"}]},
        {"amount": "0"},
        {"amount": "-1.00"},
    ],
)
def test_a_credit_says_one_thing(said):
    with pytest.raises(ValidationError):
        a_credit(**said)


def test_a_credit_note_of_more_than_is_left_cannot_be_written():
    [note] = credited(an_invoice(), a_credit(whole=True))

    with pytest.raises(ValidationError, match="no more than is left"):
        CreditNoteDraft.model_validate(dict(note.draft) | {"before": eur("0.01")})


def test_a_credit_note_is_the_same_after_years_on_a_disk():
    [note] = credited(an_invoice(**TWO_RATES), a_credit(lines=[{"line": "1", "quantity": "1"}]))

    assert CreditNote.model_validate(plain(note)) == note


def test_the_vat_in_the_sellers_currency_comes_back_at_the_invoices_rate():
    from tests.invoicing import einvoices  # noqa: PLC0415  the builder that knows rates

    invoice = einvoices.an_invoice(currency="USD")
    accounted = invoice.draft.accounted_vat
    assert accounted

    notes = credited(
        invoice, a_credit(amount="33.33"), a_credit(amount="33.33"), a_credit(whole=True)
    )

    back = [note.draft.accounted_vat.vat for note in notes if note.draft.accounted_vat]
    assert total(back, accounted.vat.currency) == accounted.vat


def test_an_exchange_is_given_back_whole():
    """What came back and what was sold in its place leave no net at their rate to share VAT by."""
    exchanged = [a_line("10", vat="reduced", quantity="-1"), a_line("10", vat="reduced")]
    invoice = an_invoice(lines=[*exchanged, a_line("50")])

    assert amounts(credited(invoice, a_credit(whole=True))) == ["50.00"]
    assert amounts(credited(invoice, a_credit(amount="20"), a_credit(whole=True))) == [
        "20.00",
        "30.00",
    ]


# Any split of credits


@st.composite
def asked(draw: st.DrawFn, invoice: Invoice) -> Credit:
    kind = draw(st.sampled_from(["whole", "amount", "amount", "quantity", "line", "line_amount"]))
    currency = invoice.draft.currency
    most = max(1, invoice.draft.totals.whole.minor)
    minor = draw(st.integers(1, most))
    amount = str(Money.from_minor(minor, currency).amount)
    sold = draw(st.sampled_from(invoice.draft.lines))
    if kind == "whole":
        return a_credit(whole=True)
    if kind == "amount":
        return a_credit(amount=amount)
    if kind == "line":
        return a_credit(lines=[{"line": sold.id}])
    if kind == "line_amount":
        return a_credit(lines=[{"line": sold.id, "amount": amount}])
    share = draw(st.integers(1, 4))
    quantity = max(Decimal("0.0001"), (sold.quantity / share).quantize(Decimal("0.0001")))
    return a_credit(lines=[{"line": sold.id, "quantity": str(quantity)}])


@settings(max_examples=150, deadline=None)
@given(data=st.data(), order=orders(returns=True))
def test_any_split_of_credits_comes_to_the_invoice_at_each_rate_and_is_never_negative(data, order):
    drafted = drafts.draft(order, a_seller(currency=order.currency), LINK)
    if not isinstance(drafted, Draft):
        return
    invoice = drafted.issue(number="FA-2026-000001", at=NOON)
    notes: list[CreditNote] = []
    for credit in [*data.draw(st.lists(asked(invoice), max_size=8)), a_credit(whole=True)]:
        drafted_note = credit_notes.draft(credit, invoice, notes)
        if isinstance(drafted_note, Held):
            continue
        assert drafted_note.amount.amount > 0
        adds_up(drafted_note)
        notes.append(drafted_note.issue(number=f"AV-{len(notes)}", at=NOON))
    comes_to(invoice, notes)


def adds_up(draft: CreditNoteDraft) -> None:
    """What BR-CO-10 to BR-CO-16 want, and VAT within what the official rules let pass."""
    currency, totals = draft.currency, draft.totals
    assert totals.lines == total((line.net for line in draft.lines), currency)
    assert totals.net == total((line.base for line in draft.vat), currency)
    assert totals.vat == total((line.vat for line in draft.vat), currency)
    assert totals.due == totals.net + totals.vat + totals.rounding
    assert draft.lines
    for line in draft.vat:
        exact = line.base.amount * line.decision.factor
        assert abs(line.vat.amount - exact) <= Decimal(2).scaleb(-exponent(currency))
        assert totals.gross.amount < 0 or line.vat.amount >= 0 or line.base.amount < 0


def comes_to(invoice: Invoice, notes: list[CreditNote]) -> None:
    sold, currency = invoice.draft, invoice.draft.currency
    whole = invoice.draft.totals.whole
    assert total((note.draft.amount for note in notes), currency) == whole
    if not whole:
        return
    for vat in sold.vat:
        rate = (vat.decision.category, vat.decision.rate)
        back = [
            each
            for note in notes
            for each in note.draft.vat
            if (each.decision.category, each.decision.rate) == rate
        ]
        assert total((each.base for each in back), currency) == vat.base
        assert total((each.vat for each in back), currency) == vat.vat
    roundings = (note.draft.totals.rounding for note in notes)
    assert total(roundings, currency) == sold.totals.rounding
