import string
from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pytest

from invoicing import drafts
from invoicing.einvoice import terms
from invoicing.errors import Held
from invoicing.law import belgium, countries, europe, france, germany, mentions, netherlands, spain
from invoicing.law.cases import Case, has_form
from invoicing.parties import Language
from invoicing.vat import treatments
from invoicing.views import letterheads
from tests.builders import LINK, NOON, PARIS, a_buyer, a_draft, a_seller, an_order
from tests.invoicing.einvoices import BERLIN, FRENCH_HOTEL

LANGUAGES = set(get_args(Language))
TODAY = date(2026, 11, 21)
BRUSSELS = {"line1": "Rue Neuve 1", "city": "Bruxelles", "country": "BE"}
MADRID = {"line1": "Gran Vía 1", "city": "Madrid", "country": "ES"}
AMSTERDAM = {"line1": "Damrak 1", "city": "Amsterdam", "country": "NL"}
LISBON = {"line1": "Rua Augusta 1", "city": "Lisboa", "country": "PT"}
NOTHING = dict.fromkeys(
    ["legal_form", "capital", "registration", "register_city", "size", "vat_number"]
)


def a_company(name, address, **profile):
    return a_seller(**NOTHING | {"name": name, "address": address} | profile)


def missing(seller, *, on=TODAY, **buyer):
    case = Case(seller, a_buyer(**buyer), "B1", due=True, on=on)
    return [reason.path for reason in mentions.reasons_to_hold(case)]


@pytest.mark.parametrize("row", countries.sentences(), ids=lambda row: f"{row.key} {row.rule}")
def test_each_sentence_is_there_in_each_language_with_the_same_figures(row):
    assert set(row.words) == LANGUAGES
    assert all(text.strip() == text and text.endswith(".") for text in row.words.values())
    figures = {
        frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)
        for text in row.words.values()
    }
    assert len(figures) == 1
    assert row.rule


@pytest.mark.parametrize("country", ["FR", "DE", "BE", "ES", "NL", "AT"])
@pytest.mark.parametrize("on", [date(2024, 6, 1), TODAY, date(2027, 1, 1), date(2030, 1, 1)])
def test_each_treatment_has_its_sentence_on_each_day(country, on):
    reliefs = [each for each in vars(treatments).values() if isinstance(each, treatments.Relief)]
    every = (*reliefs, *treatments.MARGIN_SCHEMES.values())
    keys = {relief.mention for relief in every if relief.mention}
    french = {"franchise", "export_overseas", "untaxed_overseas"}

    for key in keys - (set() if country == "FR" else french):
        assert countries.vat_sentence(key, country, on).key == key


@pytest.mark.parametrize("rows", [france.VAT, germany.VAT, belgium.VAT, netherlands.VAT, spain.VAT])
def test_a_sentence_that_changes_has_neither_a_gap_nor_an_overlap(rows):
    for key in {row.key for row in rows}:
        ordered = sorted((row for row in rows if row.key == key), key=lambda row: row.since)
        for earlier, later in pairwise(ordered):
            assert later.since == earlier.until + timedelta(days=1)


def test_no_sentence_stands_twice_beside_the_sums():
    seller = a_seller(late_payment_rate="12", early_payment={"percent": "2", "days": 8})
    for country in ["FR", "DE", "BE", "ES", "NL", "AT"]:
        for kind in ["business", "consumer"]:
            case = Case(
                a_seller(**plain(seller) | {"address": PARIS | {"country": country}}),
                a_buyer(kind=kind),
                "B1",
                due=True,
                on=TODAY,
            )
            keys = [each.key for each in mentions.notes(case, "en")]
            assert len(keys) == len(set(keys))


def plain(seller):
    return seller.model_dump(exclude_none=True)


@pytest.mark.parametrize(
    ("seller", "fields"),
    [
        (a_company("Lumière", PARIS), ["registration", "legal_form", "vat_number"]),
        (
            a_company("Lumière", PARIS, registration="732829320", legal_form="SAS"),
            ["capital", "register_city"],
        ),
        (
            a_company("Lumière", PARIS, registration="732829320", legal_form="S.A.R.L."),
            ["capital", "register_city"],
        ),
        (
            a_company(
                "Lumière",
                PARIS,
                registration="732829320",
                legal_form="Société par actions simplifiée",
            ),
            ["capital", "register_city"],
        ),
        (
            a_company("Lumière", PARIS, registration="732829320", legal_form="SNC"),
            ["register_city"],
        ),
        (a_company("Camille", PARIS, registration="732829320", legal_form="EI"), []),
        (
            a_company("Lampen GmbH", BERLIN, vat_number="DE811569869"),
            ["registration", "register_city", "managers"],
        ),
        (
            a_company("Lampen", BERLIN, legal_form="UG (haftungsbeschränkt)"),
            ["vat_number", "registration", "register_city", "managers", "vat_number"],
        ),
        (
            a_company("Jörg Weiß e.K.", BERLIN, tax_number="37/123/45678"),
            ["registration", "register_city"],
        ),
        (a_company("Jörg Weiß", BERLIN, tax_number="37/123/45678"), []),
        (
            a_company("Lampes", BRUSSELS, legal_form="SRL", vat_number="BE0428759497"),
            ["iban", "register_city"],
        ),
        (
            a_company("Lámparas, S.L.", MADRID, vat_number="ESB58378431"),
            ["legal_form", "registration", "register_city"],
        ),
        (a_company("Carmen", MADRID, tax_number="54362315K"), []),
        (a_company("Lampen B.V.", AMSTERDAM), ["registration", "legal_form", "vat_number"]),
        (a_company("Candeeiros", LISBON), ["vat_number"]),
        (a_company("Candeeiros", LISBON, vat_number="PT501964843"), []),
    ],
)
def test_what_the_sellers_country_demands_and_the_profile_lacks_is_named(seller, fields):
    assert missing(seller) == [f"seller.{field}" for field in fields]


def test_a_german_seller_without_register_number_is_held_with_the_field():
    seller = a_company(
        "Lampen GmbH",
        BERLIN,
        vat_number="DE811569869",
        register_city="Charlottenburg",
        managers="Geschäftsführerin: Erika Muster",
    )

    held = drafts.draft(an_order(), seller, LINK)

    assert isinstance(held, Held)
    [reason] = held.reasons
    assert (reason.code, reason.path) == ("seller_profile_incomplete", "seller.registration")
    assert reason.rule == "GmbHG § 35a; AktG § 80; HGB § 37a, 125a, 177a"


def test_an_incomplete_profile_is_told_beside_a_vat_that_nobody_can_decide():
    abroad = a_seller(address=PARIS | {"country": "US"}, vat_number=None, registration=None)

    held = drafts.draft(an_order(), abroad, LINK)

    assert isinstance(held, Held)
    codes = [reason.code for reason in held.reasons]
    assert codes == ["seller_territory_unknown", "seller_profile_incomplete"]


@pytest.mark.parametrize(
    ("on", "asked"),
    [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2027, 9, 1), False)],
)
def test_a_french_seller_says_his_size_while_the_duty_depends_on_it(on, asked):
    hotel = {"kind": "business", "vat_number": "FR96552100554"}

    assert missing(a_seller(size=None), on=on, **hotel) == (["seller.size"] if asked else [])
    assert missing(a_seller(size=None), on=on) == []


def test_a_french_business_is_named_with_its_siren_or_a_number_that_holds_it():
    assert missing(a_seller(), kind="business") == ["buyer.registration"]
    assert missing(a_seller(), kind="business", registration="552100554") == []
    assert missing(a_seller(), kind="business", vat_number="FR96552100554") == []


def test_la_reunion_follows_french_law_and_monaco_keeps_its_own_registers():
    assert "seller.legal_form" in missing(a_company("Lumière", PARIS | {"country": "RE"}))
    assert "seller.legal_form" not in missing(a_company("Lumière", PARIS | {"country": "MC"}))


@pytest.mark.parametrize(
    ("told", "form", "has"),
    [
        ("S.A.S.", "SAS", True),
        ("Société à responsabilité limitée", "SOCIETE A RESPONSABILITE LIMITEE", True),
        ("GmbH & Co. KG", "GMBH", True),
        ("Kagalo", "AG", False),
    ],
)
def test_a_legal_form_is_a_word_of_its_own(told, form, has):
    assert has_form(a_seller(legal_form=told), frozenset({form})) is has


@pytest.mark.parametrize(
    ("seller", "words"),
    [
        (a_seller(), "SAS au capital de 10 000 €, 732829320 RCS Lyon"),
        (
            a_seller(
                address=BERLIN,
                legal_form="GmbH",
                capital=None,
                registration="HRB 12345",
                register_city="Charlottenburg",
                managers="Geschäftsführerin: Erika Muster",
            ),
            "GmbH, Amtsgericht Charlottenburg, HRB 12345, Geschäftsführerin: Erika Muster",
        ),
        (
            a_seller(address=AMSTERDAM, legal_form="BV", capital=None, registration="12345678"),
            "BV, KVK 12345678",
        ),
    ],
)
def test_the_legal_person_reads_as_its_country_writes_it(seller, words):
    draft = a_draft(seller=a_seller()).model_copy(update={"seller": seller})

    given = terms.of(draft.issue(number="FA-2026-000001", at=NOON))

    assert given["BG-4"]["legal_info"] == words


def test_a_german_letterhead_names_court_number_and_managers():
    seller = a_company(
        "Lampen GmbH",
        BERLIN,
        registration="HRB 12345",
        register_city="Charlottenburg",
        managers="Geschäftsführerin: Erika Muster",
        tax_number="37/123/45678",
    )

    _, registered = letterheads.letterhead(seller, a_buyer()).legal

    assert [(fact.word, fact.value) for fact in registered] == [
        (None, "Amtsgericht Charlottenburg, HRB 12345"),
        ("tax_number", "37/123/45678"),
        (None, "Geschäftsführerin: Erika Muster"),
    ]


def test_a_business_in_france_who_bought_from_a_complete_seller_is_not_held():
    assert a_draft(buyer=FRENCH_HOTEL).channel is None


def test_europe_demands_that_the_seller_can_be_identified():
    assert [row.fields for row in europe.DEMANDS] == [("vat_number", "registration", "tax_number")]
