import hashlib
from datetime import date

from invoicing import archive
from invoicing.archive import Content, Duty
from tests.builders import RECEIPTS, a_place, a_seller


def test_a_document_is_kept_as_long_as_its_sellers_country_wants_it():
    assert Duty.of(date(2026, 7, 1), a_seller()).until == date(2036, 12, 31)


def test_the_object_is_named_by_the_document_and_the_version_of_its_templates():
    receipt = a_place(series=RECEIPTS)

    assert (
        archive.object_key(a_place(), "FA-2026-000001", "1", "xml")
        == "atelier/invoice/2026/FA-2026-000001.1.xml"
    )
    assert (
        archive.object_key(receipt, "RC-2026-000001", "1", "pdf")
        == "atelier/receipt/2026/RC-2026-000001.1.pdf"
    )


def test_what_was_stored_is_known_by_its_bytes():
    file = Content(type="pdf", data=b"%PDF").stored(key="k", version="v")

    assert (file.sha256, file.size) == (hashlib.sha256(b"%PDF").hexdigest(), 4)
