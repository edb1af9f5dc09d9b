from datetime import UTC, datetime
from typing import get_args

import pytest

from invoicing import closings, ledger
from invoicing.adapters import templates
from invoicing.closings import SigningKey
from invoicing.invoices import Draft
from invoicing.ledger import BEGINNING
from invoicing.parties import Language
from invoicing.views import closing_mails
from tests.builders import INVOICES, NOON, a_draft, a_seller
from tests.closed import close_all

SELLER = a_seller(accountant="cabinet@comptable.example")


def the_closings(*drafts: Draft, until=datetime(2026, 11, 23, 12, tzinfo=UTC)):
    ready = [ledger.Ready("1", each) for each in drafts]
    batch = ledger.seal(ready, INVOICES, after=BEGINNING, at=NOON)
    return close_all({"invoice": batch.entries}, until=until), batch.entries


def about(entry, *, before=None):
    return closing_mails.about_closing(entry, SELLER, "fr", before=before)


def test_it_says_what_was_invoiced_and_the_last_hash_of_each_series():
    [entry, _], [_, invoice] = the_closings(a_draft(), a_draft())

    message = about(entry)

    assert str(message.turnover) == "240.00 EUR"
    assert message.hashes == (("invoice", invoice.hash), ("closing", entry.hash))


@pytest.mark.parametrize("language", get_args(Language))
def test_it_can_be_written_in_every_language(language):
    entries, _ = the_closings(a_draft(), until=datetime(2027, 1, 1, 12, tzinfo=UTC))
    for entry in entries:
        message = about(entry).model_copy(update={"language": language, "new_key": True})
        said = {"language": language, "message": message, "subject": "S"}
        for form in ("subject.txt", "txt", "html"):
            text = templates.render(f"emails/closing.{form}.j2", **said)
            assert "\n\n\n" not in text or form == "html"
            assert entry.hash in text or form == "subject.txt"


def test_a_day_without_documents_came_to_nothing():
    [_, empty], _ = the_closings(a_draft())

    assert str(about(empty).turnover) == "0.00 EUR"


def test_a_key_is_new_if_another_signed_the_closing_before():
    [first, second], _ = the_closings(a_draft())
    before = closings.read(first)
    of_another = before.model_copy(update={"key": SigningKey.of(b"another")})

    assert not about(first).new_key
    assert not about(second, before=before).new_key
    assert about(second, before=of_another).new_key
