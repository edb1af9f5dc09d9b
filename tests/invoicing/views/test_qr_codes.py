"""What a telephone reads: the payload of each code, drawn again from the standard's own lines."""

from decimal import Decimal

import pytest
import segno
from segno.helpers import make_epc_qr

from invoicing.money import Money
from invoicing.views import qr_codes
from tests.builders import a_seller, eur

IBAN, BIC = "FR7630006000011234567890189", "AGRIFRPP"
SHOP = a_seller(name="Atelier Lumière SAS", iban=IBAN, bic=BIC)


def drawn(payload: str) -> str:
    """Draw a payload as EPC069-12 wants it: UTF-8, error correction M and no more."""
    code = segno.make_qr(payload, error="m", boost_error=False, encoding="utf-8", mask=3)
    svg = code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def test_a_transfer_names_holder_account_sum_and_the_number_as_reference():
    lines = ["BCD", "002", "1", "SCT", BIC, "Atelier Lumière SAS", IBAN, "EUR172.1", "", ""]

    code = qr_codes.transfer(SHOP, eur("172.10"), reference="FA-2026-000001")

    assert code == drawn("\n".join([*lines, "FA-2026-000001"]))


def test_a_transfer_is_what_others_who_know_the_standard_make_of_it():
    known = make_epc_qr("Atelier Lumière SAS", IBAN, "172.10", text="FA-1", bic=BIC, encoding=1)
    lines = ["BCD", "002", "1", "SCT", BIC, "Atelier Lumière SAS", IBAN, "EUR172.1", "", "", "FA-1"]

    ours = segno.make_qr("\n".join(lines).encode(), error="m", boost_error=False, mask=known.mask)

    assert ours == known
    assert qr_codes.transfer(SHOP, eur("172.10"), reference="FA-1") == drawn("\n".join(lines))


def test_a_transfer_of_another_sum_or_to_another_account_is_another_code():
    ours = qr_codes.transfer(SHOP, eur("172.10"), reference="FA-2026-000001")
    other = SHOP.model_copy(update={"iban": "DE89370400440532013000"})

    assert qr_codes.transfer(SHOP, eur("172.11"), reference="FA-2026-000001") != ours
    assert qr_codes.transfer(other, eur("172.10"), reference="FA-2026-000001") != ours


@pytest.mark.parametrize(
    ("seller", "due"),
    [
        (a_seller(iban=None), eur("12.00")),
        (SHOP, Money(Decimal("12.00"), "CHF")),
        (SHOP, eur("0.00")),
        (SHOP, eur("1000000000.00")),
    ],
    ids=["no account", "not in euro", "nothing", "more than a transfer takes"],
)
def test_where_there_can_be_no_transfer_there_is_no_code(seller, due):
    assert qr_codes.transfer(seller, due, reference="FA-2026-000001") is None


@pytest.mark.parametrize("letter", ["a", "é", "光", "💡"])
def test_the_longest_name_still_fits_the_largest_code_that_banks_read(letter):
    seller = SHOP.model_copy(update={"name": letter * 200})

    assert qr_codes.transfer(seller, eur("999999999.99"), reference="F" * 35)
