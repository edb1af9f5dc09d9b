"""The words of documents, mails and pages in each language, as the files have them."""

import json
import re
from itertools import combinations
from typing import get_args

import pytest

from invoicing.adapters import template_files
from invoicing.notices import Occasion, State
from invoicing.parties import Language

LANGUAGES = get_args(Language)
FOLDERS = sorted(folder.parent.name for folder in template_files.root().glob("*/words"))
GAP = re.compile(r"%\(\w+\)s|\{\w+\}")
WRITTEN_ALIKE = {
    *("", "d", "h", "kg", "m", "PDF", "SIREN", "RCS", "IVA", "IBAN", "BIC"),
    *("Date", "Datum", "De", "Documents", "Motivo", "Total", "Wallet"),
}
"""What two languages share: an abbreviation, or a word of both."""
OWN = {
    "fr": "votre facture reçu avoir est du paiement règlement",
    "en": "your invoice the payment receipt",
    "de": "ihre rechnung und ist sie zahlung quittung",
    "es": "factura pago recibo pedido usted el los",
    "it": "fattura pagamento ricevuta ordine è della",
    "nl": "uw factuur betaling bestelling het u van",
}
"""Words that no other of the languages has."""
INVOICE = re.compile("factu|fattur|invoice|rechnung")
WITH_ARTICLE = re.compile(r"\b(il|del|al|dal|nel) (%\((date|issued)\)s|\{day\})")


def words(folder, language):
    return json.loads((template_files.root() / folder / "words" / f"{language}.json").read_text())


def test_whoever_collects_reads_what_each_mail_was_and_what_became_of_it():
    states = {state.lower() for part in get_args(State) for state in get_args(part)}
    wanted = {f"dossier_state_{each}" for each in states - {"joined"}}
    wanted |= {f"dossier_is_{each}" for each in {*get_args(Occasion)} - {"closing", "digest"}}

    assert wanted <= words("pages", "en").keys()


def spoken(text):
    """Give the words of a text without its gaps."""
    return re.findall(r"[^\W\d_]+", GAP.sub(" ", text).lower())


def test_documents_mails_and_pages_have_words_in_each_language_and_in_no_other():
    assert FOLDERS == ["documents", "emails", "pages"]
    for folder in FOLDERS:
        files = (template_files.root() / folder / "words").iterdir()
        assert {file.name for file in files} == {f"{each}.json" for each in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipts_day_is_not_called_that_of_an_invoice(language):
    assert not INVOICE.search(words("documents", language)["receipt_issued_on"].lower())


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_gaps(folder, language):
    def gaps(texts):
        return {key: sorted(GAP.findall(text)) for key, text in texts.items()}

    assert gaps(words(folder, language)) == gaps(words(folder, "en"))
    assert list(words(folder, language)) == list(words(folder, "en"))
    assert all(text.strip() == text != "" for text in words(folder, language).values())


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_word_is_left_in_another_language(folder):
    for one, other in combinations(LANGUAGES, 2):
        ours, theirs = words(folder, one), words(folder, other)
        same = {
            key: text
            for key, text in ours.items()
            if text == theirs[key] and GAP.sub("", text).strip(" :()") not in WRITTEN_ALIKE
        }
        assert same == {}, (one, other)


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_holds_a_word_of_another_language(folder, language):
    foreign = {word for other, of in OWN.items() if other != language for word in of.split()}

    for key, text in words(folder, language).items():
        assert foreign.isdisjoint(spoken(text)), (key, text)


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_italian_date_has_no_article_because_some_days_elide_it(folder):
    assert [text for text in words(folder, "it").values() if WITH_ARTICLE.search(text)] == []
