"""What a network is handed was checked before the number, and is in the network's syntax."""

from tests.sales import an_order


def test_a_german_authority_gets_xrechnung_in_ubl(sell):
    sale = sell("german-authority")

    xml = sale.shop.file(sale.number, "xml")

    assert sale.invoice["files"]["syntax"] == "ubl"
    assert b"xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>" in xml
    assert b"<cbc:BuyerReference>991-33333TEST-33</cbc:BuyerReference>" in xml


def test_what_xrechnung_refuses_is_held_with_its_rule_and_uses_no_number(our_shop):
    order = an_order("german-authority")
    del order["buyer"]["address"]["postcode"]

    our_shop.post(order).raise_for_status()
    held = our_shop.until(order["id"], "held")

    assert "BR-DE-9" in {reason["code"] for reason in held["reasons"]}  # no postcode
