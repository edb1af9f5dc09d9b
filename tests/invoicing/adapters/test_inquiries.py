from datetime import UTC, datetime

import pytest

from invoicing import drafts
from invoicing.adapters import inquiries
from invoicing.invoices import Draft
from local.exchange_rates import publishing
from local.vies import answering
from tests.invoicing.einvoices import FRENCH_HOTEL, GERMAN_HOTEL, LINK, a_seller, an_order

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def vies(monkeypatch):
    with answering() as (endpoint, url), publishing() as bank:
        monkeypatch.setenv("VIES_ENDPOINT", url)
        monkeypatch.setenv("ECB_ENDPOINT", bank)
        yield endpoint


def test_what_the_vat_hangs_on_is_asked_and_proven(vies):
    order = an_order(buyer=GERMAN_HOTEL)

    findings = inquiries.find(order, a_seller(), at=NOON)

    draft = drafts.draft(order, a_seller(), LINK, findings)
    assert isinstance(draft, Draft)
    assert draft.vat_check.consultation_number == "WAPI000000000001"
    assert len(vies.asked) == 1


def test_nobody_is_asked_about_a_french_sale_in_euro(vies):
    findings = inquiries.find(an_order(buyer=FRENCH_HOTEL), a_seller(), at=NOON)

    assert (findings.vat_number, findings.exchange_rate) == (None, None)
    assert vies.asked == []


def test_a_seller_who_vouches_does_not_have_vies_asked(vies):
    inquiries.find(an_order(buyer=GERMAN_HOTEL), a_seller(vat_checks="none"), at=NOON)

    assert vies.asked == []


@pytest.mark.usefixtures("vies")
def test_another_currency_has_its_rate_found():
    findings = inquiries.find(an_order(currency="USD"), a_seller(), at=NOON)

    assert findings.exchange_rate.rate.source == "ECB"
