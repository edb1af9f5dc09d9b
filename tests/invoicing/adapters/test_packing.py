import json
import zlib
from pathlib import Path

import pytest

from invoicing import drafts
from invoicing.adapters import aws, packing
from invoicing.adapters.ledger.ledger_table import entry_item, read_entry
from invoicing.adapters.operations import request_items
from invoicing.invoices import Draft
from invoicing.orders import Order
from invoicing.parties import Seller
from invoicing.records import canonical, plain
from tests.builders import LINK, a_request, sealed

SAMPLES = Path(__file__).parents[3] / "samples"
KILOBYTE = 1024


def a_sample(name):
    """An order of the samples as it was checked."""
    seller = Seller.model_validate_json((SAMPLES / "seller.json").read_text())
    said = json.loads((SAMPLES / f"orders/{name}.json").read_text())
    draft = drafts.draft(Order.model_validate(said), seller, LINK)
    assert isinstance(draft, Draft)
    return a_request(Order.model_validate(said), seller=seller).drafted(draft).ready()


@pytest.mark.parametrize("name", ["german-consumer", "paid-at-the-shop", "deposit"])
def test_an_ordinary_order_and_its_document_are_a_kilobyte_each(name):
    ready = a_sample(name)
    [entry] = sealed(ready, series=ready.key.series).entries

    assert aws.size(request_items.item(ready)) <= KILOBYTE
    assert aws.size(entry_item(entry)) <= KILOBYTE


def test_what_was_stored_without_the_dictionary_is_read():
    [entry] = sealed(a_request().ready()).entries
    item = entry_item(entry) | {"entry": zlib.compress(canonical(plain(entry)))}

    assert read_entry(item) == entry


def test_the_dictionary_that_is_in_use_never_changes():
    """Whatever was stored with it could not be read any more: a better one is another file."""
    assert packing.pack(b"")[2:6].hex() == "88e762e9"


def test_a_request_is_read_without_its_order():
    ready = a_request().ready()
    item = aws.from_item(aws.to_item(request_items.item(ready)))

    assert request_items.read_draft(item) == ready.model_copy(update={"order": None})
    assert request_items.read(item) == ready
