import pytest

from invoicing.einvoice import rules
from invoicing.einvoice import terms as business_terms
from invoicing.invoices import Note
from tests.invoicing.einvoices import (
    BERLIN,
    FRANCHISE,
    FRENCH_HOTEL,
    GERMAN_HOTEL,
    NOON,
    PARIS,
    TOKYO,
    a_draft,
    a_line,
    a_sample,
    a_seller,
    an_invoice,
)


def terms(order=None, seller=None, **changes):
    return business_terms.of(an_invoice(order, seller, **changes))


def test_every_term_that_the_order_carries_is_there():
    given = terms(a_sample("french-business"))

    assert given["BT-1"] == "FA-2026-000001"
    assert str(given["BT-2"]) == "2026-11-21"
    assert str(given["BT-9"]) == "2026-12-21"
    assert given["BT-13"] == "BC-2026-118"
    assert given["BT-14"] == "1002"
    assert given["BT-20"] == "Paiement à 30 jours."
    assert given["BT-23"] == "M1"
    assert str(given["BT-72"]) == "2026-11-20"
    assert given["BG-7"]["contacts"] == [
        {"name": "Service comptabilité", "email": "compta@hotel-du-parc.example"}
    ]
    assert [line["BT-155"] for line in given["BG-25"]] == ["CREP-AP", "POSE"]
    assert [line["BT-130"] for line in given["BG-25"]] == ["C62", "HUR"]


def test_the_seller_is_named_with_everything_the_law_wants():
    seller = terms()["BG-4"]

    assert seller["name"] == "Atelier Lumière SAS"
    assert seller["biz_name"] == "Atelier Lumière"
    assert seller["legal_info"] == "SAS au capital de 10 000 €, 732829320 RCS Lyon"
    assert seller["legal_identifier"] == "732829320"
    assert seller["legal_identifier_schemeid"] == "0002"
    assert seller["vat_identifier"] == "FR44732829320"
    assert "tax_identifier" not in seller
    assert seller["postcode"] == "69001"


def test_sums_are_the_frozen_ones_to_the_cent():
    order = a_sample("french-consumer")
    totals = a_draft(order).totals

    given = terms(order)

    assert given["BT-106"] == f"{totals.lines.amount}"
    assert given["BT-107"] == f"{totals.allowances.amount}"
    assert given["BT-108"] == f"{totals.charges.amount}"
    assert given["BT-112"] == f"{totals.gross.amount}"
    assert given["BT-115"] == f"{totals.due.amount}"
    assert [vat["BT-119"] for vat in given["BG-23"]] == ["20.00", "5.50"]


def test_what_the_invoice_does_not_carry_is_left_out():
    given = terms()

    for absent in ("BT-10", "BT-13", "BT-107", "BT-108", "BT-113", "BT-114", "BG-13", "BG-20"):
        assert absent not in given
    assert None not in given["BG-25"][0].values()


def test_yen_have_no_decimals():
    given = terms(currency="JPY", lines=[a_line("5900")], buyer={"name": "H", "address": TOKYO})

    assert given["BT-5"] == "JPY"
    assert given["BT-115"] == "5900"


def test_a_price_is_written_without_an_exponent():
    (line,) = terms(prices_include_vat=False, lines=[a_line("1000", quantity="100")])["BG-25"]

    assert line["BT-146"] == "1000"
    assert line["BT-129"] == "100"


def test_no_tax_is_never_minus_nothing():
    given = terms(lines=[a_line("10", vat="zero", quantity="-1"), a_line("100")])

    assert [vat["BT-117"] for vat in given["BG-23"]] == ["0.00", "16.67"]


def test_a_discount_on_a_line_has_a_code_for_its_reason():
    (line,) = terms(prices_include_vat=False, lines=[a_line("100", discount="5")])["BG-25"]

    assert line["BT-131"] == "95.00"
    assert line["BG-27"] == [{"amount": "5.00", "reason_code": "95"}]


def test_charges_and_allowances_carry_their_reason_and_rate():
    given = terms(
        prices_include_vat=False,
        charges=[{"reason": "Livraison", "amount": "6.90"}],
        allowances=[{"reason": "Code BIENVENUE", "amount": "15.00"}],
    )

    (charge,), (allowance,) = given["BG-21"], given["BG-20"]
    common = {"vat_category_code": "S", "vat_rate": "20.00"}
    assert charge == {"amount": "6.90", "reason": "Livraison"} | common
    assert allowance == {"amount": "15.00", "reason": "Code BIENVENUE"} | common


def test_what_no_vat_can_reach_is_the_rounding_amount():
    given = terms(lines=[a_line("0.03")])

    assert (given["BT-112"], given["BT-114"], given["BT-115"]) == ("0.04", "-0.01", "0.03")


def test_french_businesses_are_found_by_their_siren():
    given = terms(buyer=FRENCH_HOTEL)

    for party, siren in (("BG-4", "732829320"), ("BG-7", "552100554")):
        assert given[party]["einvoicing_addr"] == siren
        assert given[party]["einvoicing_addr_schemeid"] == "0225"
    assert {"BT-21": "BAR", "BT-22": "B2B"} in given["BG-1"]


@pytest.mark.parametrize(
    "known", [{"registration": "552 100 554"}, {"registration": "55210055400013"}, {}]
)
def test_a_siren_is_found_in_a_siret_or_a_vat_number(known):
    buyer = {key: value for key, value in FRENCH_HOTEL.items() if key != "registration"}

    given = terms(buyer=buyer | known)["BG-7"]

    assert given["legal_identifier"] == "552100554"
    siret = known.get("registration", "").endswith("00013")
    assert given.get("identifiers") == ({"0009": "55210055400013"} if siret else None)


def test_others_are_found_by_their_email():
    buyer = {"name": "Jörg Weiß", "email": "joerg.weiss@buyer.example", "address": BERLIN}

    given = terms(buyer=buyer)

    assert given["BG-7"]["einvoicing_addr"] == "joerg.weiss@buyer.example"
    assert given["BG-7"]["einvoicing_addr_schemeid"] == "EM"
    assert all(note.get("BT-21") != "BAR" for note in given.get("BG-1", []))


def test_a_buyer_without_email_has_no_electronic_address():
    assert "einvoicing_addr" not in terms()["BG-7"]


def test_a_seller_under_the_franchise_is_known_by_another_number():
    given = terms(seller=a_seller(**FRANCHISE))

    assert "vat_identifier" not in given["BG-4"]
    assert given["BG-4"]["tax_identifier"] == "732829320"
    (vat,) = given["BG-23"]
    assert vat["BT-118"] == "E"
    assert vat["BT-121"] == "VATEX-FR-FRANCHISE"
    assert vat["BT-120"].startswith("TVA non applicable")


def test_an_intra_community_supply_names_the_country_it_goes_to():
    given = terms(buyer=GERMAN_HOTEL)

    assert given["BG-13"]["country_code"] == "DE"
    assert given["BG-23"][0]["BT-118"] == "K"


def test_another_place_of_delivery_is_named():
    given = terms(deliver_to=PARIS | {"line2": "Cour B"})["BG-13"]

    assert given["name"] == "Camille Moreau"
    assert given["addr_l2"] == "Cour B"


def test_what_is_due_is_paid_to_the_account_with_the_number_as_reference():
    given = terms()

    assert given["BT-81"] == "58"
    assert given["BT-83"] == "FA-2026-000001"
    assert given["BT-84"] == "FR7630006000011234567890189"
    assert given["BT-86"] == "AGRIFRPP"


def test_without_an_account_it_is_paid_online():
    given = terms(seller=a_seller(iban=None))

    assert given["BT-81"] == "68"
    assert "BT-84" not in given


def test_a_paid_invoice_says_how_and_when_it_was_paid():
    payment = {"paid_on": "2026-11-19", "amount": "120.00", "means": "card"}

    given = terms(payments=[payment])

    assert given["BT-23"] == "B2"
    assert given["BT-81"] == "48"
    assert str(given["BT-9"]) == "2026-11-19"
    assert (given["BT-113"], given["BT-115"]) == ("120.00", "0.00")
    assert "BT-20" not in given


def test_half_paid_is_still_to_be_paid():
    given = terms(payments=[{"paid_on": "2026-11-19", "amount": "20.00", "means": "card"}])

    assert given["BT-23"] == "B1"
    assert given["BT-81"] == "58"
    assert (given["BT-113"], given["BT-115"]) == ("20.00", "100.00")


@pytest.mark.parametrize(
    ("supply", "on_debits", "point"),
    [
        ("goods", False, None),
        ("services", False, "payment"),
        ("services", True, "invoice"),
        ("goods", True, "invoice"),
    ],
)
def test_french_vat_on_services_is_due_with_the_payment_unless_opted(supply, on_debits, point):
    given = terms(seller=a_seller(vat_on_debits=on_debits), lines=[a_line("120", supply=supply)])

    assert given.get("BT-8") == point


def test_notes_keep_their_subject():
    draft = a_draft(buyer=FRENCH_HOTEL)
    draft = draft.model_copy(update={"notes": (Note(subject="AAB", text="x"), Note(text="y"))})

    given = business_terms.of(draft.issue(number="FA-1", at=NOON))

    assert given["BG-1"][:2] == [{"BT-21": "AAB", "BT-22": "x"}, {"BT-22": "y"}]


def test_what_xml_cannot_hold_is_replaced():
    # An order with such a text is refused; what was frozen before that was so is still written.
    draft = a_draft().model_copy(update={"purchase_order": "Lampe\x00 \x1b[1m\ufffe😀"})

    given = business_terms.of(draft.issue(number="FA-1", at=NOON))

    assert given["BT-13"] == "Lampe\ufffd \ufffd[1m\ufffd😀"


def test_only_french_businesses_meet_the_french_rules():
    assert rules.written(a_draft(buyer=FRENCH_HOTEL)) == {"cii": ("en16931", "br_fr")}
    assert rules.written(a_draft(buyer=GERMAN_HOTEL)) == {"cii": ("en16931",)}
    assert rules.written(a_draft()) == {"cii": ("en16931",)}


def test_a_rehearsal_differs_from_the_invoice_in_its_number_alone():
    draft = a_draft(buyer=FRENCH_HOTEL)
    invoice = draft.issue(number="FA-2026-000001", at=NOON)

    rehearsal = rules.rehearse(draft, at=NOON)

    assert rehearsal.number == "FA-2026-000000"
    assert rehearsal.model_copy(update={"number": invoice.number}) == invoice
