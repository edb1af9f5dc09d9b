from invoicing.vat import sales
from tests.invoicing.einvoices import a_draft, a_line, an_order


def test_shipping_shares_what_the_goods_are():
    shipping = [{"reason": "Port", "amount": "5"}]

    draft = a_draft(lines=[a_line("100", margin_scheme="second_hand")], charges=shipping)

    assert [charge.category for charge in draft.charges] == ["E"]
    assert len(draft.vat) == 1


def test_shipping_of_goods_and_services_is_a_sale_of_its_own_rate():
    order = an_order(
        lines=[a_line("100"), a_line("10", supply="services", vat="books")],
        charges=[{"reason": "Port", "amount": "5", "vat": "reduced"}],
    )

    assert [(each.goods, each.supply) for each in sales.of_order(order)] == [
        ("standard", "goods"),
        ("books", "services"),
        ("reduced", "goods"),
    ]


def test_equal_sales_are_decided_once():
    assert len(sales.of_order(an_order(lines=[a_line("100"), a_line("3")]))) == 1
