"""What a shop writes is on the invoice, or the shop is told what cannot be."""

import io

import pypdf

from tests.sales import an_order


def test_a_party_popper_is_printed_and_what_no_font_has_is_held_with_its_letters(our_shop, sell):
    lines = [{"description": "T-shirt 🎉", "price": "20.00"}]
    sale = sell(lines=lines)
    pdf = our_shop.get(f"/v1/invoices/{sale.number}/pdf").content
    other = an_order("french-consumer", lines=[{"description": "Lampe 灯", "price": "20.00"}])

    assert our_shop.post(other).status_code == 202
    [reason] = our_shop.until(other["id"], "held")["reasons"]

    assert "T-shirt 🎉" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert (reason["code"], reason["path"]) == ("characters_unprintable", "lines[0].description")
    assert "灯 (U+706F)" in reason["message"]
