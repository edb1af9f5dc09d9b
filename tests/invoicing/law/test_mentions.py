from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from invoicing import drafts
from invoicing.errors import Held
from invoicing.law import mentions
from invoicing.law.cases import Case
from tests.builders import LINK, a_buyer, a_draft, a_line, a_seller, an_invoice, an_order
from tests.invoicing.einvoices import BERLIN, FRENCH_HOTEL, GERMAN_HOTEL

FRANCHISE = {"vat_regime": "franchise", "vat_number": None}
CIBS = (
    "TVA non applicable, article L. 223-3 du code des impositions sur les biens et services (CIBS)."
)
AMSTERDAM = {"line1": "Damrak 1", "city": "Amsterdam", "country": "NL"}


def a_case(seller=None, *, on=date(2026, 11, 21), process="B1", due=True, **buyer):
    return Case(seller or a_seller(), a_buyer(**buyer), process, due=due, on=on)


def keys(case):
    return [mention.key for mention in mentions.notes(case, "fr")]


def test_a_business_in_france_is_told_the_40_euro_and_a_consumer_is_not():
    assert "recovery_costs" in keys(a_case(kind="business"))
    assert "recovery_costs" not in keys(a_case(kind="consumer"))


def test_a_french_invoice_to_a_business_carries_each_note_of_the_platforms_once():
    subjects = [note.subject for note in a_draft(buyer=FRENCH_HOTEL).notes if note.subject]

    assert subjects == ["PMT", "PMD", "AAB"]


@pytest.mark.parametrize(
    ("process", "words"),
    [
        ("B1", "Nature de l'opération : livraison de biens."),
        ("S1", "Nature de l'opération : prestation de services."),
        ("M1", "Nature de l'opération : livraison de biens et prestation de services."),
    ],
)
def test_every_french_invoice_says_what_kind_of_operation_it_is(process, words):
    [operation] = mentions.notes(a_case(process=process), "fr")

    assert operation.text == words


def test_the_option_for_the_debits_is_written_in_the_laws_words():
    [note] = [each for each in a_draft(seller=a_seller(vat_on_debits=True)).notes if each.subject]

    assert note.subject == "TXD"
    assert note.text == "Option pour le paiement de la taxe d'après les débits."


def test_a_seller_who_chose_a_rate_writes_it_and_no_other():
    seller = a_seller(late_payment_rate="12.50")
    [late] = [
        each
        for each in mentions.notes(a_case(seller, kind="business"), "fr")
        if each.key == "late_payment"
    ]

    assert late.text == "Pénalités de retard : 12,5 % par an, exigibles sans rappel."


def test_a_discount_for_early_payment_takes_the_place_of_none():
    seller = a_seller(early_payment={"percent": "2", "days": 8})

    found = mentions.notes(a_case(seller, kind="business"), "de")

    assert "no_discount" not in [each.key for each in found]
    assert "2 % Skonto bei Zahlung innerhalb von 8 Tagen." in [each.text for each in found]


@pytest.mark.parametrize(
    ("on", "least"),
    [
        (date(2024, 12, 31), None),
        (date(2026, 6, 30), Decimal("7.86")),
        (date(2026, 7, 1), Decimal("8.25")),
    ],
)
def test_french_businesses_owe_three_times_the_legal_interest_at_least(on, least):
    seller = a_seller(late_payment_rate="5")

    reasons = mentions.reasons_to_hold(a_case(seller, kind="business", on=on, **HOTEL))

    assert [reason.code for reason in reasons] == (["late_payment_rate_too_low"] if least else [])
    assert least is None or f"{least} %" in reasons[0].message


HOTEL = {"name": "Hôtel du Parc", "vat_number": "FR96552100554"}


@pytest.mark.parametrize("rate", ["8.25", "12"])
def test_a_rate_that_is_high_enough_holds_nothing(rate):
    seller = a_seller(late_payment_rate=rate)

    assert mentions.reasons_to_hold(a_case(seller, kind="business", **HOTEL)) == []


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-08-31", "TVA non applicable, article 293 B du CGI."),
        ("2026-09-01", "TVA non applicable, article 293 B du CGI."),
        ("2026-12-31", "TVA non applicable, article 293 B du CGI."),
        ("2027-01-01", CIBS),
    ],
)
def test_the_franchise_is_named_after_the_cibs_from_the_day_on_that_it_is_in_force(day, words):
    draft = a_draft(seller=a_seller(**FRANCHISE), ordered_on=day)

    assert draft.vat[0].mention == words


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("intra_community", "article 262 ter, I du CGI", "art. 138 de la directive 2006/112/CE"),
        ("export", "article 262, I du CGI", "art. 146 de la directive 2006/112/CE"),
    ],
)
def test_what_leaves_france_is_exempt_by_the_code_of_its_day(key, before, after):
    old = mentions.of_vat(key, a_case(on=date(2026, 12, 31)), "fr")
    new = mentions.of_vat(key, a_case(on=date(2027, 1, 1)), "fr")

    assert before in old.text
    assert after in new.text


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("DE", "Steuerbefreiung für Kleinunternehmer gemäß § 19 UStG."),
        ("AT", "Steuerbefreiung für Kleinunternehmer, Art. 284 Richtlinie 2006/112/EG."),
    ],
)
def test_a_small_enterprise_names_its_own_law_or_else_the_directive(country, words):
    case = a_case(a_seller(address=BERLIN | {"country": country}))

    assert mentions.of_vat("small_enterprise", case, "de").text == words


def test_a_mention_that_does_not_exist_is_an_error():
    with pytest.raises(KeyError):
        mentions.of_vat("gift", a_case(), "fr")
    with pytest.raises(KeyError):
        mentions.sentence("gift", "fr")


def test_a_german_consumer_is_told_when_default_begins_and_not_if_all_is_paid():
    seller = a_seller(address=BERLIN)

    assert keys(a_case(seller)) == ["consumer_default"]
    assert keys(a_case(seller, due=False)) == []


def test_a_dutch_seller_writes_nothing_that_french_law_wants():
    assert keys(a_case(a_seller(address=AMSTERDAM), kind="business")) == []


def test_each_mention_is_frozen_with_its_key_its_rule_and_its_words():
    draft = a_draft(buyer=FRENCH_HOTEL, note="Merci !")

    *law, own = draft.notes
    assert [note.key for note in law] == [
        "recovery_costs",
        "late_payment",
        "no_discount",
        "operation",
    ]
    assert all(note.rule for note in law)
    assert (own.key, own.rule, own.text) == (None, None, "Merci !")


def test_the_mention_of_the_vat_is_frozen_with_its_rule():
    [line] = a_draft(seller=a_seller(**FRANCHISE)).vat

    assert (line.decision.mention, line.mention_rule) == ("franchise", "CGI art. 293 B and 293 E")


def test_an_exemption_in_the_shops_words_keeps_them():
    training = {"code": "VATEX-EU-132-1I", "reason": "Formation professionnelle"}

    [line] = a_draft(lines=[a_line("10", supply="services", exemption=training)]).vat

    assert line.mention == "Formation professionnelle"


def test_the_law_is_read_at_the_day_of_issue_where_that_is_told():
    order = an_order(ordered_on="2026-12-30")

    draft = drafts.draft(order, a_seller(**FRANCHISE), LINK, on=date(2027, 1, 2))

    assert not isinstance(draft, Held)
    assert draft.law_of == date(2027, 1, 2)
    assert "CIBS" in (draft.vat[0].mention or "")


def test_a_draft_is_outdated_when_the_law_of_the_day_says_otherwise():
    franchise = a_draft(seller=a_seller(**FRANCHISE), ordered_on="2026-12-31")
    taxed = a_draft(ordered_on="2026-12-31")

    assert not drafts.outdated(franchise, at=datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert drafts.outdated(franchise, at=datetime(2027, 1, 1, 12, tzinfo=UTC))
    assert not drafts.outdated(taxed, at=datetime(2027, 1, 1, 12, tzinfo=UTC))


def test_a_draft_is_outdated_when_its_invoice_has_to_travel_otherwise():
    draft = a_draft(buyer=FRENCH_HOTEL)

    assert not drafts.outdated(draft, at=datetime(2027, 8, 31, 12, tzinfo=UTC))
    assert drafts.outdated(draft, at=datetime(2027, 9, 1, 12, tzinfo=UTC))


def test_an_invoice_that_was_frozen_before_mentions_had_keys_can_be_read():
    frozen = an_invoice().model_dump(mode="json", exclude_none=True)
    draft = frozen["draft"]
    del draft["law_of"]
    for note in draft["notes"]:
        del note["key"], note["rule"]

    assert type(an_invoice()).model_validate(frozen).draft.law_of is None


def test_a_german_buyer_reads_the_mentions_in_german():
    draft = a_draft(buyer=GERMAN_HOTEL, seller=a_seller(vat_checks="none"))

    assert "Pauschale für Beitreibungskosten bei Zahlungsverzug: 40 €." in [
        note.text for note in draft.notes
    ]
