"""Who taxes what, in a table that can be read beside the law."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import drafts
from invoicing.errors import Held
from invoicing.invoices import Draft
from invoicing.vat import sales, tax
from invoicing.vat.findings import Findings, VatCheck
from invoicing.vat.treatments import Decision
from tests.invoicing.einvoices import (
    BERLIN,
    FRANCHISE,
    FRENCH_HOTEL,
    GERMAN_HOTEL,
    LINK,
    NOON,
    PARIS,
    a_draft,
    a_line,
    a_seller,
    an_order,
    found,
)


def address(country, postcode):
    return {"line1": "1", "city": "X", "postcode": postcode, "country": country}


PLACES = {
    "France": (address("FR", "75001"), "FR40303265045"),
    "Germany": (address("DE", "10435"), "DE811569869"),
    "Corsica": (address("FR", "20090"), "FR44732829320"),
    "Réunion": (address("FR", "97400"), "FR96552100554"),
    "Canaries": (address("ES", "35001"), "ESB58378431"),
    "N. Ireland": (address("GB", "BT1 1AA"), "XI980780684"),
    "Britain": (address("GB", "SW1A 1AA"), "GB980780684"),
    "Switzerland": (address("CH", "8001"), "CHE116281710"),
    "USA": (address("US", "10001"), "12-3456789"),
    "Monaco": (address("MC", "98000"), "FR61954506077"),
    "Åland": (address("AX", "22100"), "FI20774740"),
}
BUYERS = {
    "consumer": {"kind": "consumer"},
    "numbered": {"kind": "business"},
    "unnumbered": {"kind": "business"},
}


def a_buyer(place, kind):
    where, number = PLACES[place]
    evidence = [{"kind": "ip_address", "country": where["country"]}]
    buyer = BUYERS[kind] | {"name": "B", "address": where, "evidence": evidence}
    return buyer | ({"vat_number": number} if kind == "numbered" else {})


def a_seller_in(place, *, oss):
    where, _ = PLACES[place]
    return a_seller(address=where, registration="X1", vat_number="FR44732829320", oss=oss)


def decided(seller_at, buyer_at, kind, supply, *, oss):
    """Write a decision as `category rate place`, or the code of its hold in parentheses."""
    seller = a_seller_in(seller_at, oss=oss)
    order = an_order(buyer=a_buyer(buyer_at, kind), lines=[a_line("10", supply=supply)])
    (sale,) = [sales.of_line(line) for line in order.lines]
    decision = tax.decide(sale, order, seller, found(order, seller))
    if isinstance(decision, Held):
        return f"({decision.reasons[0].code})"
    rate = "" if decision.category in {"K", "AE", "G", "O"} else f"{decision.rate.normalize():f} "
    return f"{decision.category} {rate}{decision.territory or decision.place}"


UNKNOWN, UNCLEAR = "(seller_territory_unknown)", "(vat_place_unclear)"
MISSING = "(vat_number_missing)"

# One row for each seller and buyer. Goods to a consumer with and without OSS, to a business with
# and without a number (with OSS); services to a consumer and to a business with and without;
# digital to a consumer with and without OSS. Digital to a business is as other services.
TABLE = """
France | France      | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR | S 20 FR      | S 20 FR      | S 20 FR     | S 20 FR
France | Germany     | S 19 DE     | S 20 FR     | K DE        | S 19 DE     | S 20 FR | AE DE        | MISSING      | S 19 DE     | S 20 FR
France | Corsica     | S 20 FR-20R | S 20 FR-20R | S 20 FR-20R | S 20 FR-20R | S 20 FR | S 20 FR-20R  | S 20 FR-20R  | S 20 FR-20R | S 20 FR-20R
France | Réunion     | G FR-974    | G FR-974    | G FR-974    | G FR-974    | S 20 FR | S 8.5 FR-974 | S 8.5 FR-974 | UNCLEAR     | UNCLEAR
France | Canaries    | G ES-CN     | G ES-CN     | G ES-CN     | G ES-CN     | S 20 FR | O ES-CN      | O ES-CN      | O ES-CN     | O ES-CN
France | N. Ireland  | S 20 GB-NIR | S 20 FR     | K GB-NIR    | S 20 GB-NIR | S 20 FR | O GB-NIR     | O GB-NIR     | O GB-NIR    | O GB-NIR
France | Britain     | G GB        | G GB        | G GB        | G GB        | S 20 FR | O GB         | O GB         | O GB        | O GB
France | Switzerland | G CH        | G CH        | G CH        | G CH        | S 20 FR | O CH         | O CH         | O CH        | O CH
France | USA         | G US        | G US        | G US        | G US        | S 20 FR | O US         | O US         | O US        | O US
France | Monaco      | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR | S 20 FR      | S 20 FR      | S 20 FR     | S 20 FR
France | Åland       | G FI-01     | G FI-01     | G FI-01     | G FI-01     | S 20 FR | O FI-01      | O FI-01      | O FI-01     | O FI-01

Germany | France      | S 20 FR     | S 19 DE  | K FR     | S 20 FR     | S 19 DE | AE FR     | MISSING  | S 20 FR     | S 19 DE
Germany | Germany     | S 19 DE     | S 19 DE  | S 19 DE  | S 19 DE     | S 19 DE | S 19 DE   | S 19 DE  | S 19 DE     | S 19 DE
Germany | Corsica     | S 20 FR-20R | S 19 DE  | K FR-20R | S 20 FR-20R | S 19 DE | AE FR-20R | MISSING  | S 20 FR-20R | S 19 DE
Germany | Réunion     | G FR-974    | G FR-974 | G FR-974 | G FR-974    | S 19 DE | O FR-974  | O FR-974 | O FR-974    | O FR-974
Germany | Canaries    | G ES-CN     | G ES-CN  | G ES-CN  | G ES-CN     | S 19 DE | O ES-CN   | O ES-CN  | O ES-CN     | O ES-CN
Germany | N. Ireland  | S 20 GB-NIR | S 19 DE  | K GB-NIR | S 20 GB-NIR | S 19 DE | O GB-NIR  | O GB-NIR | O GB-NIR    | O GB-NIR
Germany | Britain     | G GB        | G GB     | G GB     | G GB        | S 19 DE | O GB      | O GB     | O GB        | O GB
Germany | Switzerland | G CH        | G CH     | G CH     | G CH        | S 19 DE | O CH      | O CH     | O CH        | O CH
Germany | USA         | G US        | G US     | G US     | G US        | S 19 DE | O US      | O US     | O US        | O US
Germany | Monaco      | S 20 FR     | S 19 DE  | K FR     | S 20 FR     | S 19 DE | AE FR     | MISSING  | S 20 FR     | S 19 DE
Germany | Åland       | G FI-01     | G FI-01  | G FI-01  | G FI-01     | S 19 DE | O FI-01   | O FI-01  | O FI-01     | O FI-01

Corsica | France      | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR-20R | S 20 FR      | S 20 FR      | S 20 FR     | S 20 FR
Corsica | Germany     | S 19 DE     | S 20 FR-20R | K DE        | S 19 DE     | S 20 FR-20R | AE DE        | MISSING      | S 19 DE     | S 20 FR-20R
Corsica | Corsica     | S 20 FR-20R | S 20 FR-20R | S 20 FR-20R | S 20 FR-20R | S 20 FR-20R | S 20 FR-20R  | S 20 FR-20R  | S 20 FR-20R | S 20 FR-20R
Corsica | Réunion     | G FR-974    | G FR-974    | G FR-974    | G FR-974    | S 20 FR-20R | S 8.5 FR-974 | S 8.5 FR-974 | UNCLEAR     | UNCLEAR
Corsica | Canaries    | G ES-CN     | G ES-CN     | G ES-CN     | G ES-CN     | S 20 FR-20R | O ES-CN      | O ES-CN      | O ES-CN     | O ES-CN
Corsica | N. Ireland  | S 20 GB-NIR | S 20 FR-20R | K GB-NIR    | S 20 GB-NIR | S 20 FR-20R | O GB-NIR     | O GB-NIR     | O GB-NIR    | O GB-NIR
Corsica | Britain     | G GB        | G GB        | G GB        | G GB        | S 20 FR-20R | O GB         | O GB         | O GB        | O GB
Corsica | Switzerland | G CH        | G CH        | G CH        | G CH        | S 20 FR-20R | O CH         | O CH         | O CH        | O CH
Corsica | USA         | G US        | G US        | G US        | G US        | S 20 FR-20R | O US         | O US         | O US        | O US
Corsica | Monaco      | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR     | S 20 FR-20R | S 20 FR      | S 20 FR      | S 20 FR     | S 20 FR
Corsica | Åland       | G FI-01     | G FI-01     | G FI-01     | G FI-01     | S 20 FR-20R | O FI-01      | O FI-01      | O FI-01     | O FI-01

Réunion | France      | G FR         | G FR         | G FR         | G FR         | S 8.5 FR-974 | S 20 FR      | S 20 FR      | UNCLEAR      | UNCLEAR
Réunion | Germany     | G DE         | G DE         | G DE         | G DE         | S 8.5 FR-974 | AE DE        | MISSING      | UNCLEAR      | UNCLEAR
Réunion | Corsica     | G FR-20R     | G FR-20R     | G FR-20R     | G FR-20R     | S 8.5 FR-974 | S 20 FR-20R  | S 20 FR-20R  | UNCLEAR      | UNCLEAR
Réunion | Réunion     | S 8.5 FR-974 | S 8.5 FR-974 | S 8.5 FR-974 | S 8.5 FR-974 | S 8.5 FR-974 | S 8.5 FR-974 | S 8.5 FR-974 | S 8.5 FR-974 | S 8.5 FR-974
Réunion | Canaries    | G ES-CN      | G ES-CN      | G ES-CN      | G ES-CN      | S 8.5 FR-974 | O ES-CN      | O ES-CN      | O ES-CN      | O ES-CN
Réunion | N. Ireland  | G GB-NIR     | G GB-NIR     | G GB-NIR     | G GB-NIR     | S 8.5 FR-974 | O GB-NIR     | O GB-NIR     | O GB-NIR     | O GB-NIR
Réunion | Britain     | G GB         | G GB         | G GB         | G GB         | S 8.5 FR-974 | O GB         | O GB         | O GB         | O GB
Réunion | Switzerland | G CH         | G CH         | G CH         | G CH         | S 8.5 FR-974 | O CH         | O CH         | O CH         | O CH
Réunion | USA         | G US         | G US         | G US         | G US         | S 8.5 FR-974 | O US         | O US         | O US         | O US
Réunion | Monaco      | G FR         | G FR         | G FR         | G FR         | S 8.5 FR-974 | S 20 FR      | S 20 FR      | UNCLEAR      | UNCLEAR
Réunion | Åland       | G FI-01      | G FI-01      | G FI-01      | G FI-01      | S 8.5 FR-974 | O FI-01      | O FI-01      | O FI-01      | O FI-01
"""  # noqa: E501  a table
COLUMNS = [
    ("consumer", "goods", True),
    ("consumer", "goods", False),
    ("numbered", "goods", True),
    ("unnumbered", "goods", True),
    ("consumer", "services", True),
    ("numbered", "services", True),
    ("unnumbered", "services", True),
    ("consumer", "digital", True),
    ("consumer", "digital", False),
]
HOLDS = {"MISSING": MISSING, "UNCLEAR": UNCLEAR}
ROWS = [[cell.strip() for cell in row.split("|")] for row in TABLE.splitlines() if row]
CASES = [
    (seller, buyer, *column, HOLDS.get(cell, cell))
    for seller, buyer, *cells in ROWS
    for column, cell in zip(COLUMNS, cells, strict=True)
]


@pytest.mark.parametrize(("seller", "buyer", "kind", "supply", "oss", "expected"), CASES)
def test_each_sale_is_taxed_where_the_law_says(  # noqa: PLR0913, PLR0917  the columns
    seller, buyer, kind, supply, oss, expected
):
    assert decided(seller, buyer, kind, supply, oss=oss) == expected


@pytest.mark.parametrize("buyer", PLACES)
@pytest.mark.parametrize(("kind", "supply", "oss"), COLUMNS)
def test_a_seller_in_monaco_sells_as_in_france(buyer, kind, supply, oss):
    in_monaco = decided("Monaco", buyer, kind, supply, oss=oss)

    assert in_monaco == decided("France", buyer, kind, supply, oss=oss)


@pytest.mark.parametrize("seller", ["France", "Germany", "Corsica", "Réunion"])
@pytest.mark.parametrize("buyer", PLACES)
@pytest.mark.parametrize("kind", ["numbered", "unnumbered"])
def test_a_business_buys_digital_services_like_others(seller, buyer, kind):
    digital = decided(seller, buyer, kind, "digital", oss=True)

    assert digital == decided(seller, buyer, kind, "services", oss=True)


@pytest.mark.parametrize(
    "seller", ["Canaries", "N. Ireland", "Britain", "Switzerland", "USA", "Åland"]
)
def test_the_vat_of_a_seller_outside_the_eu_is_not_guessed(seller):
    for buyer, (kind, supply, oss) in product(PLACES, COLUMNS):
        assert decided(seller, buyer, kind, supply, oss=oss) == UNKNOWN


BOOK = a_line("10.90", vat="books")
JOERG = {"name": "Jörg Weiß", "address": BERLIN}


def only(order, seller=None, findings=None):
    seller = seller or a_seller()
    (sale,) = {sales.of_line(line) for line in order.lines}
    return tax.decide(sale, order, seller, findings or found(order, seller))


def codes(held):
    assert isinstance(held, Held)
    return [reason.code for reason in held.reasons]


def test_a_french_book_is_a_german_book_in_germany():
    decision = only(an_order(buyer=JOERG, lines=[BOOK]))

    assert (decision.treatment, decision.rate, decision.place) == ("distance_sale", 7, "DE")


def test_food_for_corsica_has_its_corsican_rate():
    corsican = {"name": "A", "address": address("FR", "20090")}

    decision = only(an_order(buyer=corsican, lines=[a_line("10", vat="food")]))

    assert (decision.rate, decision.territory) == (Decimal("2.1"), "FR-20R")


def test_what_has_no_known_rate_is_held_with_the_words_that_have_one():
    held = only(an_order(buyer=JOERG, lines=[a_line("10", vat="second_reduced")]))

    assert codes(held) == ["vat_rate_unknown"]
    assert held.reasons[0].message == (
        "no rate is known for 'second_reduced' in DE on 2026-11-20: say one of standard, reduced, "
        "books, e_books, food, medicine, zero in the line's vat"
    )


def test_the_rate_is_that_of_the_day_of_supply():
    line = a_line("10", vat="super_reduced")
    vienna = {"name": "A", "address": address("AT", "1010")}
    before = an_order(
        buyer=vienna, lines=[line], ordered_on="2026-07-01", delivered_on="2026-06-30"
    )
    after = an_order(buyer=vienna, lines=[line], ordered_on="2026-06-30", delivered_on="2026-07-01")

    assert codes(only(before)) == ["vat_rate_unknown"]
    assert only(after).rate == Decimal("4.9")


def test_a_small_french_business_charges_none_and_says_so():
    decision = only(an_order(buyer=JOERG), a_seller(**FRANCHISE))

    assert (decision.treatment, decision.category) == ("franchise", "E")
    assert decision.exemption_code == "VATEX-FR-FRANCHISE"


def test_a_small_german_business_has_its_own_words():
    seller = a_seller(**FRANCHISE, address=BERLIN, registration="HRB 1")

    decision = only(an_order(), seller)

    assert (decision.exemption_code, decision.mention) == (None, "small_enterprise")


def test_a_small_business_leaves_the_vat_of_a_service_abroad_to_the_buyer():
    order = an_order(buyer=GERMAN_HOTEL, lines=[a_line("10", supply="services")])

    assert only(order, a_seller(vat_regime="franchise")).treatment == "reverse_charge"


def test_a_seller_registered_abroad_taxes_there_under_that_number():
    registered = [{"country": "DE", "vat_number": "DE811569869"}]
    seller = a_seller(oss=False, registrations=registered)

    decision = only(an_order(buyer=JOERG), seller)

    assert (decision.rate, decision.place) == (19, "DE")
    assert decision.seller_number == "DE811569869"


def test_who_is_registered_abroad_is_not_below_the_threshold_elsewhere():
    registered = [{"country": "IT", "vat_number": "IT00159560366"}]
    seller = a_seller(oss=False, registrations=registered)

    assert codes(only(an_order(buyer=JOERG), seller)) == ["registration_missing"]


def test_goods_for_a_business_under_its_number_of_the_sellers_country_are_taxed():
    buyer = GERMAN_HOTEL | {"vat_number": "FR96552100554"}

    assert only(an_order(buyer=buyer)).treatment == "distance_sale"


def test_a_service_for_a_business_with_a_number_from_elsewhere_waits():
    buyer = GERMAN_HOTEL | {"vat_number": "FR96552100554"}

    held = only(an_order(buyer=buyer, lines=[a_line("10", supply="services")]))

    assert codes(held) == ["buyer_place_conflicting"]


@pytest.mark.parametrize(
    ("outcome", "number", "expected"),
    [
        ("valid", "DE811569869", None),
        ("valid", "FR40303265045", "vat_number_unverified"),  # it was another number
        ("invalid", "DE811569869", "vat_number_invalid"),
        ("unknown", "DE811569869", "vat_number_unverified"),
    ],
)
@pytest.mark.parametrize("supply", ["goods", "services", "digital"])
def test_only_a_verified_number_takes_the_vat_off(supply, outcome, number, expected):
    order = an_order(buyer=GERMAN_HOTEL, lines=[a_line("10", supply=supply)])
    check = VatCheck(outcome=outcome, number=number, checked_at=NOON)

    made = drafts.draft(order, a_seller(), LINK, Findings(vat_number=check))

    if expected:
        assert codes(made) == [expected]
    else:
        assert made.vat_check == check


def test_nobody_having_asked_is_not_verified():
    assert codes(drafts.draft(an_order(buyer=GERMAN_HOTEL), a_seller(), LINK)) == [
        "vat_number_unverified"
    ]


def test_a_seller_may_vouch_for_the_numbers():
    seller = a_seller(vat_checks="none")

    made = drafts.draft(an_order(buyer=GERMAN_HOTEL), seller, LINK)

    assert made.vat_check is None
    assert made.totals.vat.amount == 0


@pytest.mark.parametrize("outcome", ["invalid", "unknown"])
def test_a_seller_may_release_what_vies_did_not_confirm_and_the_answer_is_kept(outcome):
    order = an_order(buyer=GERMAN_HOTEL)
    check = VatCheck(outcome=outcome, number="DE811569869", checked_at=NOON)
    findings = Findings(vat_number=check)
    (reason,) = drafts.draft(order, a_seller(), LINK, findings).reasons

    released = drafts.draft(order, a_seller(), LINK, findings, overruled=[reason.code])

    assert reason.releasable
    assert released.vat_check == check
    assert codes(drafts.draft(order, a_seller(), LINK, findings, overruled=["another"]))


def test_a_seller_may_release_missing_evidence_but_not_a_contradiction():
    download = [a_line("10", supply="digital")]
    elsewhere = JOERG | {"evidence": [{"kind": "bank", "country": "AT"}]}
    overruled = ["buyer_place_unproven", "buyer_place_conflicting"]

    released = drafts.draft(
        an_order(buyer=JOERG, lines=download), a_seller(), LINK, overruled=overruled
    )
    held = drafts.draft(
        an_order(buyer=elsewhere, lines=download), a_seller(), LINK, overruled=overruled
    )

    assert isinstance(released, Draft)
    assert codes(held) == ["buyer_place_conflicting"]


@pytest.mark.parametrize(
    ("buyer", "supply", "asked"),
    [
        (GERMAN_HOTEL, "goods", "DE811569869"),
        (GERMAN_HOTEL, "services", "DE811569869"),
        (FRENCH_HOTEL, "goods", None),  # its VAT does not hang on the number
        (JOERG, "goods", None),
        (a_buyer("Switzerland", "numbered"), "services", None),
    ],
)
def test_vies_is_asked_only_where_the_vat_hangs_on_it(buyer, supply, asked):
    order = an_order(buyer=buyer, lines=[a_line("10", supply=supply)])

    assert tax.number_to_verify(order, a_seller()) == asked


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([], "buyer_place_unproven"),
        ([("ip_address", "DE")], None),
        ([("ip_address", "AT")], "buyer_place_conflicting"),
        ([("ip_address", "AT"), ("bank", "DE")], None),
        ([("ip_address", "AT"), ("bank", "AT")], "buyer_place_conflicting"),
        ([("ip_address", "AT"), ("bank", "AT"), ("sim_card", "DE")], "buyer_place_conflicting"),
    ],
)
def test_two_pieces_of_evidence_must_agree_on_where_a_consumer_is(evidence, expected):
    pieces = [{"kind": kind, "country": country} for kind, country in evidence]
    order = an_order(
        buyer=JOERG | {"evidence": pieces}, lines=[a_line("10", supply="digital", vat="e_books")]
    )

    decision = only(order)

    if expected:
        assert codes(decision) == [expected]
    else:
        assert (decision.treatment, decision.rate) == ("digital_service", 7)


def test_below_the_threshold_nobody_needs_evidence_within_the_eu():
    order = an_order(buyer=JOERG, lines=[a_line("10", supply="digital")])

    assert only(order, a_seller(oss=False)).treatment == "below_threshold"
    assert codes(only(order, a_seller(oss=True))) == ["buyer_place_unproven"]


TRAINING = {"code": "VATEX-EU-132-1I", "reason": "Exonération, article 261-4-4° du CGI."}


def test_an_exemption_is_named_by_the_shop_and_printed_in_its_words():
    draft = a_draft(lines=[a_line("100", supply="services", exemption=TRAINING)])

    (vat,) = draft.vat
    assert (vat.decision.treatment, vat.decision.category) == ("exempt", "E")
    assert vat.decision.exemption_code == "VATEX-EU-132-1I"
    assert vat.mention == TRAINING["reason"]
    assert draft.totals.gross.amount == 100


def test_an_exemption_at_home_says_nothing_about_another_state():
    order = an_order(buyer=JOERG, lines=[a_line("10", exemption=TRAINING)])

    assert codes(only(order)) == ["exemption_elsewhere"]


@pytest.mark.parametrize("code", ["VATEX-EU-AE", "VATEX-EU-F", "VATEX-FR-FRANCHISE", "VATEX-EU-99"])
def test_what_is_no_exemption_to_choose_is_held(code):
    order = an_order(lines=[a_line("10", exemption=TRAINING | {"code": code})])

    assert codes(only(order)) == ["exemption_unknown"]


@pytest.mark.parametrize(
    ("scheme", "code", "mention"),
    [
        ("second_hand", "VATEX-EU-F", "Régime particulier - Biens d'occasion."),
        ("works_of_art", "VATEX-EU-I", "Régime particulier - Objets d'art."),
        ("antiques", "VATEX-EU-J", "Régime particulier - Objets de collection et d'antiquité."),
    ],
)
def test_the_margin_scheme_shows_no_vat(scheme, code, mention):
    draft = a_draft(lines=[a_line("100", margin_scheme=scheme)])

    (vat,) = draft.vat
    assert (vat.decision.category, vat.decision.exemption_code) == ("E", code)
    assert (vat.vat.amount, vat.mention) == (0, mention)


def test_a_dealer_keeps_the_margin_scheme_within_the_eu_and_exports_out_of_it():
    used = [a_line("100", margin_scheme="second_hand")]

    assert only(an_order(buyer=GERMAN_HOTEL, lines=used)).treatment == "margin_scheme"
    assert only(an_order(buyer=a_buyer("USA", "consumer"), lines=used)).treatment == "export"


def test_what_goes_overseas_is_exempt_by_the_article_that_says_so():
    draft = a_draft(buyer=a_buyer("Réunion", "consumer"))

    assert draft.vat[0].mention == "Exonération de TVA, article 294 du CGI."
    assert draft.vat[0].decision.rule == "CGI art. 294, 2 and 3"


SALES = st.builds(
    a_line,
    st.sampled_from(["10", "19.99", "0.03"]),
    supply=st.sampled_from(["goods", "services", "digital"]),
    vat=st.sampled_from(["standard", "reduced", "second_reduced", "books", "food", "zero"]),
)


@given(
    seller=st.builds(a_seller_in, st.sampled_from(list(PLACES)), oss=st.booleans()),
    buyer=st.builds(a_buyer, st.sampled_from(list(PLACES)), st.sampled_from(list(BUYERS))),
    lines=st.lists(SALES, min_size=1, max_size=3),
    on=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
)
def test_a_draft_says_for_each_rate_why_and_where(seller, buyer, lines, on):
    order = an_order(buyer=buyer, lines=lines, ordered_on=on.isoformat())

    made = drafts.draft(order, seller, LINK, found(order, seller))

    if isinstance(made, Held):
        assert all(reason.code and reason.message for reason in made.reasons)
        return
    assert isinstance(made, Draft)
    for line in made.vat:
        decision = line.decision
        assert decision.rule
        assert decision.place
        assert bool(decision.rate) == (decision.category == "S")
        assert bool(decision.mention) == (decision.category not in {"S", "Z"})
        assert bool(line.mention) == bool(decision.mention)
    keys = [(line.decision.category, line.decision.rate) for line in made.vat]
    assert len(keys) == len(set(keys))
    assert (made.vat_check is not None) == any(key[0] in {"K", "AE"} for key in keys)


def test_paris_and_berlin_are_where_the_builders_say():
    assert (PARIS["country"], BERLIN["country"]) == ("FR", "DE")


@pytest.mark.parametrize(
    "declares",
    [{"oss": True}, {"registrations": [{"country": "DE", "vat_number": "DE811569869"}]}],
)
@pytest.mark.parametrize("supply", ["goods", "digital"])
def test_a_small_business_that_declares_vat_abroad_is_asked_which_of_both_it_is(declares, supply):
    seller = a_seller(**FRANCHISE | declares)
    order = an_order(buyer=a_buyer("Germany", "consumer"), lines=[a_line("10", supply=supply)])
    sale = sales.of_line(order.lines[0])

    assert codes(tax.decide(sale, order, seller)) == ["franchise_with_oss"]
    released = tax.decide(sale, order, seller, overruled=["franchise_with_oss"])
    assert isinstance(released, Decision)
    assert released.treatment == "franchise"


@pytest.mark.parametrize(
    ("place", "supply"), [("France", "goods"), ("Germany", "services"), ("USA", "goods")]
)
def test_what_no_other_state_taxes_stays_under_the_franchise(place, supply):
    seller = a_seller(**FRANCHISE | {"oss": True})
    order = an_order(buyer=a_buyer(place, "consumer"), lines=[a_line("10", supply=supply)])

    assert only(order, seller).treatment == "franchise"


def test_an_exemption_at_home_says_nothing_about_a_service_that_the_buyer_taxes():
    line = a_line("10", supply="services", exemption=TRAINING)

    assert codes(only(an_order(buyer=GERMAN_HOTEL, lines=[line]))) == ["exemption_elsewhere"]


def test_a_day_before_the_tables_is_held_with_that_day():
    order = an_order(ordered_on="2019-12-31")

    held = only(order)

    assert codes(held) == ["vat_rate_unknown"]
    assert "2019-12-31" in held.reasons[0].message
