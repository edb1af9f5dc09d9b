from invoicing import drafts
from invoicing.views import explanations
from tests.builders import LINK, TOKYO, a_draft, a_line, a_seller, an_order
from tests.invoicing import einvoices


def explained(**order):
    return explanations.explain(a_draft(**order)).splitlines()


def test_each_rate_is_explained_by_treatment_place_and_rule():
    said = explained(lines=[a_line("120.00"), a_line("10.55", vat="second_reduced")])

    assert "S 20 % of 100.00 EUR: 20.00 EUR" in said
    assert "S 5.5 % of 10.00 EUR: 0.55 EUR" in said
    assert said.count("  treatment: domestic") == 2
    assert said.count("  place: FR") == 2
    assert [line for line in said if line.startswith("  rule: Directive 2006/112/EC")]


def test_what_bears_no_vat_is_explained_by_its_mention():
    said = explained(deliver_to=TOKYO)

    assert "G 0 % of 120.00 EUR: 0.00 EUR" in said
    assert "  exemption: VATEX-EU-G" in said
    assert [line for line in said if line.startswith("  mention: ")]


def test_what_was_paid_and_rounded_is_said():
    paid = {"paid_on": "2026-11-20", "amount": "0.01"}
    said = explained(lines=[a_line("0.03")], payments=[paid])

    assert [line for line in said if line.startswith("rounding ")]
    assert "paid before 0.01 EUR" in said
    assert "due 0.02 EUR" in said


def test_a_held_order_is_explained_by_what_stands_against_it():
    order = an_order(totals={"total": "1.00"})
    held = drafts.draft(order, a_seller(vat_number=None), LINK)

    said = explanations.explain(held).splitlines()

    assert said[0] == "held, because"
    assert said.count("    the seller may release it") == 1
    assert "    cannot be released" in said


def explained_with_findings(**order):
    return explanations.explain(einvoices.a_draft(**order)).splitlines()


def test_a_reverse_charge_is_explained_by_its_proof():
    said = explained_with_findings(buyer=einvoices.GERMAN_HOTEL)

    assert "VIES on 2026-11-21 12:00 UTC: DE811569869 is valid" in said
    assert "  consultation number: WAPIAAAA1" in said
    assert [line for line in said if line.startswith("  mention's rule: ")]


def test_another_currency_is_explained_by_its_rate_and_day():
    said = explained_with_findings(currency="USD")

    assert "VAT in the currency of the seller's state 16.00 EUR" in said
    assert "  rate: 1 EUR = 1.25 USD (ECB, 2026-11-20)" in said


def test_a_sale_under_another_number_of_the_seller_names_it():
    registered = [{"country": "DE", "vat_number": "DE811569869"}]
    seller = einvoices.a_seller(oss=False, registrations=registered)
    order = einvoices.an_order(
        buyer=einvoices.GERMAN_HOTEL | {"kind": "consumer", "vat_number": None}
    )

    said = explanations.explain(einvoices.a_draft(order, seller)).splitlines()

    assert "  seller's VAT number: DE811569869" in said


def test_notes_are_explained_by_the_law_that_wants_them():
    said = explained(buyer=einvoices.FRENCH_HOTEL, note="Merci\nà vous")

    notes = [n for n, line in enumerate(said) if line.startswith("note: ")]
    assert said[notes[0] + 1].startswith("  rule: ")
    assert said[-1] == "note: Merci à vous"
