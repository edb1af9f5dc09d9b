import hashlib
from datetime import date

import pytest

from invoicing import archive
from invoicing.archive import Content, Duty
from tests.builders import RECEIPTS, a_place


@pytest.mark.parametrize(
    ("country", "until"),
    [
        ("FR", date(2036, 12, 31)),
        ("DE", date(2034, 12, 31)),
        ("IT", date(2036, 12, 31)),  # the longest known, where the country's own is not
    ],
)
def test_a_document_is_kept_to_the_end_of_the_year_that_the_law_names(country, until):
    assert Duty.of(date(2026, 1, 1), country).until == until
    assert Duty.of(date(2026, 12, 31), country).until == until


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
