from datetime import date

import pytest

from invoicing import drafts
from invoicing.errors import Held
from invoicing.law import channels
from invoicing.law.cases import Case
from tests.builders import LINK, a_buyer, a_draft, a_seller, an_order
from tests.invoicing.einvoices import BERLIN, FRENCH_HOTEL

NUMBERS = {
    "IT": "IT00743110157", "BE": "BE0428759497", "RO": "RO18547290", "PL": "PL8567346215",
    "HR": "HR33392005961", "GR": "EL094259216", "HU": "HU12892312", "PT": "PT501964843",
    "ES": "ESB58378431", "DE": "DE811569869", "NL": "NL004495445B01", "FR": "FR44732829320",
}  # fmt: skip


def place(country):
    return {"line1": "1 A", "city": "B", "country": country}


def seller_in(country, **profile):
    return a_seller(address=place(country), vat_number=NUMBERS[country], **profile)


def prescribed(seller, kind, buyer, on):
    case = Case(seller, a_buyer(kind=kind, address=place(buyer)), "B1", due=True, on=on)
    channel = channels.prescribed(case)
    return channel.name if channel else None


@pytest.mark.parametrize(
    ("seller", "kind", "buyer", "on", "channel"),
    [
        ("IT", "consumer", "IT", "2018-12-31", None),
        ("IT", "consumer", "IT", "2019-01-01", "sdi"),
        ("IT", "business", "IT", "2026-11-21", "sdi"),
        ("IT", "business", "FR", "2026-11-21", None),
        ("BE", "business", "BE", "2025-12-31", None),
        ("BE", "business", "BE", "2026-01-01", "peppol"),
        ("BE", "consumer", "BE", "2026-01-01", None),
        ("BE", "business", "NL", "2026-01-01", None),
        ("RO", "business", "RO", "2024-07-01", "ro_e_factura"),
        ("RO", "consumer", "RO", "2024-07-01", None),
        ("RO", "consumer", "RO", "2025-01-01", "ro_e_factura"),
        ("PL", "business", "PL", "2026-03-31", None),
        ("PL", "business", "PL", "2026-04-01", "ksef"),
        ("PL", "consumer", "PL", "2026-11-21", None),
        ("HR", "consumer", "HR", "2026-01-01", "hr_fiskalizacija"),
        ("GR", "business", "GR", "2026-10-01", "mydata"),
        ("HU", "consumer", "FR", "2026-11-21", "nav_online"),
        ("PT", "consumer", "PT", "2026-11-21", "pt_certified"),
        ("DE", "business", "DE", "2026-11-21", None),
        ("NL", "business", "NL", "2026-11-21", None),
    ],
)
def test_a_state_prescribes_the_way_from_a_day_on(seller, kind, buyer, on, channel):
    found = prescribed(seller_in(seller, size=None), kind, buyer, date.fromisoformat(on))

    assert found == channel


@pytest.mark.parametrize(
    ("size", "on", "channel"),
    [
        ("large", "2026-08-31", None),
        ("large", "2026-09-01", "approved_platform"),
        ("mid", "2026-09-01", "approved_platform"),
        ("sme", "2026-09-01", None),
        ("micro", "2027-08-31", None),
        ("micro", "2027-09-01", "approved_platform"),
        (None, "2027-09-01", "approved_platform"),
    ],
)
def test_french_firms_need_a_platform_by_their_size(size, on, channel):
    day = date.fromisoformat(on)

    assert prescribed(a_seller(size=size), "business", "FR", day) == channel
    assert prescribed(a_seller(size=size), "consumer", "FR", day) is None
    assert prescribed(a_seller(size=size), "business", "DE", day) is None


@pytest.mark.parametrize(
    ("form", "on", "channel"),
    [
        ("S.L.", "2026-12-31", None),
        ("S.L.", "2027-01-01", "verifactu"),
        ("Autónomo", "2027-01-01", None),
        ("Autónomo", "2027-07-01", "verifactu"),
    ],
)
def test_spanish_companies_come_before_the_self_employed(form, on, channel):
    seller = seller_in("ES", legal_form=form)

    assert prescribed(seller, "consumer", "FR", date.fromisoformat(on)) == channel


def test_an_italian_order_from_an_italian_is_held_and_told_the_channel_and_the_law():
    order = an_order(buyer={"name": "Lucia Bianchi", "address": place("IT")})

    held = drafts.draft(order, seller_in("IT"), LINK)

    assert isinstance(held, Held)
    [reason] = held.reasons
    assert (reason.code, reason.path) == ("channel_required", "seller.transmits.sdi")
    assert "Sistema di Interscambio" in reason.message
    assert reason.rule == "D.Lgs. 127/2015 art. 1, c. 3; legge 205/2017 art. 1, c. 909"


@pytest.mark.parametrize(
    ("who", "channel"), [("seller", "sdi"), ("provider", "sdi"), ("exempt", None)]
)
def test_a_seller_who_says_who_transmits_gets_his_invoice(who, channel):
    order = an_order(buyer={"name": "Lucia Bianchi", "address": place("IT")})

    draft = a_draft(order, seller_in("IT", transmits={"sdi": who}))

    assert draft.channel == channel


def test_whoever_transmits_elsewhere_is_held_here():
    held = drafts.draft(
        an_order(buyer={"name": "Lucia Bianchi", "address": place("IT")}),
        seller_in("IT", transmits={"peppol": "seller"}),
        LINK,
    )

    assert isinstance(held, Held)


def test_a_large_french_firm_is_held_among_businesses_only():
    large = a_seller(size="large")

    held = drafts.draft(an_order(buyer=FRENCH_HOTEL), large, LINK)

    assert isinstance(held, Held)
    assert [reason.code for reason in held.reasons] == ["channel_required"]
    assert a_draft(seller=large).channel is None


def test_a_german_business_gets_the_form_that_its_law_prescribes_by_mail():
    hotel = {"kind": "business", "name": "Parkhotel GmbH", "address": BERLIN}

    assert a_draft(buyer=hotel, seller=seller_in("DE")).channel is None


@pytest.mark.parametrize("channel", channels.CHANNELS, ids=lambda channel: channel.name)
def test_each_channel_has_its_law_and_its_name(channel):
    assert channel.rule
    assert channel.title
