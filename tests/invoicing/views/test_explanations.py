from invoicing import invoices
from invoicing.views import explanations
from tests.builders import LINK, TOKYO, a_draft, a_line, a_seller, an_order


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
    assert said[-1] == "due 0.02 EUR"


def test_a_held_order_is_explained_by_what_stands_against_it():
    order = an_order(totals={"total": "1.00"})
    held = invoices.draft(order, a_seller(vat_number=None), LINK)

    said = explanations.explain(held).splitlines()

    assert said[0] == "held, because"
    assert said.count("    the seller may release it") == 1
    assert "    cannot be released" in said
