import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from io import BytesIO
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from cli.proof import verify
from cli.proof.bundle import Period, PeriodError
from invoicing import requests
from invoicing.adapters.documents_bucket import DocumentsBucket
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.requests_table import inbox
from invoicing.requests import Cancellation
from tests import books
from tests.builders import INVOICES, NOON, a_place, a_request
from tests.cli.proof.bundles import (
    after,
    covered_up,
    edited,
    exported,
    found,
    members,
    sell,
    without,
)
from tests.deployments import the_stack


@pytest.fixture
def stack(shop):
    return the_stack(shop)


@pytest.fixture
def bundle(stack, tmp_path):
    """Four invoices and a receipt."""
    sell(4)
    books.store(books.issue_receipt(), books.PDF)
    return exported(stack, tmp_path)


def alone(folder, words):
    """Run the verifier of a folder with a bare Python."""
    command = [sys.executable, "-I", "-S", "verify.py", *words]
    return subprocess.run(  # noqa: S603  our own code
        command, cwd=folder, capture_output=True, text=True, check=False, env={}
    )


def invoice(n):
    return f"invoice/2026/FA-2026-{n:06d}"


@pytest.mark.parametrize("code", ["AccessDenied", "KMS.DisabledException", "SlowDown"])
def test_files_that_cannot_be_read_now_are_not_exported_as_missing(
    stack, tmp_path, monkeypatch, code
):
    sell(1)
    refused = ClientError({"Error": {"Code": code}}, "GetObject")
    monkeypatch.setattr(DocumentsBucket, "read", Mock(side_effect=refused))

    with pytest.raises(ClientError, match=code):
        exported(stack, tmp_path)


def test_a_bundle_holds_the_books_and_all_of_it_is_right(bundle):
    files = members(bundle)

    assert found(bundle) == []
    assert files[f"{invoice(1)}.pdf"] == books.PDF.data
    assert files[f"{invoice(1)}.xml"] == books.XML.data
    manifest = json.loads(files["manifest.json"])
    assert manifest["series"]["invoice"]["documents"] == 4
    assert manifest["series"]["receipt"]["last"] == "RC-2026-000001"


def test_the_sealed_bytes_are_what_the_ledger_hashed(bundle):
    entry = book().entry(a_place(2))

    result = verify.verify(BytesIO(bundle))

    assert verify.digest(members(bundle)[f"{invoice(2)}.json"]) == entry.hash
    assert result.series["invoice"].seal == book().head(INVOICES).hash


def test_any_zip_tool_reads_it(bundle):
    with zipfile.ZipFile(BytesIO(bundle)) as file:
        assert file.testzip() is None


def test_the_verifier_needs_nothing_but_python(bundle, tmp_path):
    folder = tmp_path / "alone"
    folder.mkdir()
    files = members(bundle)
    (folder / "verify.py").write_bytes(files["verify.py"])
    (folder / "b.zip").write_bytes(bundle)
    (folder / "bad.zip").write_bytes(bundle.replace(b"%PDF-1.7", b"%PDF-1.8", 1))

    good, bad = alone(folder, ["b.zip"]), alone(folder, ["bad.zip", "--json"])

    assert (good.returncode, good.stderr) == (0, "")
    assert "OK: all of it holds" in good.stdout
    assert bad.returncode == 1
    assert json.loads(bad.stdout)["findings"][0]["name"] == f"{invoice(1)}.pdf"


@pytest.mark.parametrize("content", [b"", b"no bundle", b"PK\5\6" + bytes(18)])
def test_what_is_no_bundle_is_told_apart_from_one_that_was_altered(content, tmp_path, capsys):
    file = tmp_path / "b.zip"
    file.write_bytes(content)

    assert verify.main([str(file)]) == 2
    assert str(file) in capsys.readouterr().err


BREAKS = {
    "a letter of an invoice": (
        edited(f"{invoice(2)}.json", b"Camille", b"Camilla"),
        ["altered FA-2026-000002"],
    ),
    "a byte of a PDF": (
        edited(f"{invoice(3)}.pdf", b"1.7", b"1.8"),
        ["altered FA-2026-000003"],
    ),
    "an XML": (edited(f"{invoice(3)}.xml", b"/", b" /"), ["altered FA-2026-000003"]),
    "a PDF that is gone": (
        lambda files: files.pop(f"{invoice(1)}.pdf"),
        ["missing FA-2026-000001"],
    ),
    "the record of files": (
        edited(f"{invoice(1)}.files.json", b'"template_version":"1"', b'"template_version":"2"'),
        ["altered FA-2026-000001"],
    ),
    "an invoice that is gone": (without(invoice(2)), ["missing FA-2026-000002"]),
    "two invoices that are gone": (
        without(invoice(2), invoice(3)),
        ["missing FA-2026-000002 to FA-2026-000003"],
    ),
    "the end that is gone": (
        without(invoice(3), invoice(4)),
        ["truncated FA-2026-000003 to FA-2026-000004"],
    ),
    "a whole series that is gone": (
        without("receipt/2026/RC-2026-000001"),
        ["truncated RC-2026-000001"],
    ),
    "a request key": (
        lambda files: files.update({"requests/invoice-2026-00000.jsonl": b""}),
        ["altered requests/invoice-2026-00000.jsonl"],
    ),
    "a file that nobody knows": (
        lambda files: files.update({"notes.txt": b"hello"}),
        ["inserted notes.txt"],
    ),
    "a list that is gone": (
        lambda files: files.pop("requests/receipt-2026-00000.jsonl"),
        ["missing requests/receipt-2026-00000.jsonl"],
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_was_changed_is_named(bundle, name):
    change, named = BREAKS[name]

    assert set(named) <= set(after(bundle, change)) <= {*named, "altered manifest.json"}


def swapped(files):
    one, other = (f"{invoice(n)}.json" for n in (2, 3))
    files[one], files[other] = files[other], files[one]


def inserted(files):
    copied = files[f"{invoice(4)}.json"]
    files[f"{invoice(5)}.json"] = copied.replace(b'"n":4', b'"n":5').replace(b"000004", b"000005")


def rewritten_tail(files):
    """Alter the last document: nothing follows that could tell."""
    edited(f"{invoice(4)}.json", b"Camille", b"Camilla")(files)


def test_two_documents_that_changed_places_are_both_named(bundle):
    assert {"altered FA-2026-000002", "altered FA-2026-000003"} <= set(after(bundle, swapped))


def test_a_document_that_was_added_is_named(bundle):
    assert "inserted FA-2026-000005" in after(bundle, inserted)
    assert "altered FA-2026-000004" in after(bundle, covered_up(inserted))


def test_who_corrects_the_lists_too_is_betrayed_by_the_next_seal(bundle):
    letter = edited(f"{invoice(2)}.json", b"Camille", b"Camilla")

    assert after(bundle, covered_up(letter)) == ["altered FA-2026-000002"]
    assert after(bundle, covered_up(without(invoice(2)))) == ["missing FA-2026-000002"]


def test_documents_from_before_the_beginning_are_missed(bundle):
    assert after(bundle, covered_up(without(invoice(1)))) == ["missing FA-2026-000002"]


def test_a_document_that_stands_there_twice_is_named(bundle):
    again = bundle.replace(f"{invoice(2)}.json".encode(), f"{invoice(1)}.json".encode())

    assert "inserted FA-2026-000001" in found(again)


def test_days_in_the_wrong_order_are_no_period():
    with pytest.raises(PeriodError, match="2026-11-20 is before 2026-11-30"):
        Period(date(2026, 11, 30), date(2026, 11, 20))


def test_a_period_begins_at_a_seal_that_is_told(stack, tmp_path):
    for day in range(4):
        books.issue_order_at(NOON + timedelta(days=day), id=f"day-{day}")

    part = exported(stack, tmp_path, Period(date(2026, 11, 22), date(2026, 11, 23)))

    manifest = json.loads(members(part)["manifest.json"])
    assert found(part) == []
    assert manifest["series"]["invoice"]["first"] == "FA-2026-000002"
    assert manifest["series"]["invoice"]["last"] == "FA-2026-000003"
    assert manifest["series"]["invoice"]["previous"] == book().entry(a_place(1)).hash
    assert after(part, edited(f"{invoice(2)}.json", b"Camille", b"Camilla")) == [
        "altered FA-2026-000002"
    ]


def test_a_document_of_the_same_second_is_not_older_though_its_time_is_written_longer(
    stack, tmp_path
):
    for milliseconds in (0, 230, 1000):
        at = NOON + timedelta(milliseconds=milliseconds)
        books.issue_order_at(at, id=f"after-{milliseconds}")

    assert found(exported(stack, tmp_path)) == []


def test_the_count_that_begins_again_with_the_year_is_no_gap(stack, tmp_path):
    books.issue_order_at(NOON, id="old")
    books.issue_order_at(NOON + timedelta(days=60), id="new")

    bundle = exported(stack, tmp_path)

    assert found(bundle) == []
    assert "invoice/2027/FA-2027-000001.json" in members(bundle)
    assert after(bundle, covered_up(without(invoice(1)))) == ["missing FA-2027-000001"]


def test_a_document_whose_file_is_not_made_yet_is_no_fault(stack, tmp_path):
    books.issue_order()

    bundle = exported(stack, tmp_path)

    assert found(bundle) == []
    assert json.loads(members(bundle)["manifest.json"])["series"]["invoice"]["pending"] == 1


def test_the_requests_tell_which_order_became_which_invoice(bundle):
    lines = members(bundle)["requests/invoice-2026-00000.jsonl"].splitlines()

    known = [json.loads(line) for line in lines]
    assert [each["key"]["source"] for each in known] == [f"order-{i}" for i in range(4)]
    assert known[0]["number"] == "FA-2026-000001"
    assert "draft" not in known[0]


def test_a_cancelled_order_is_in_it_without_what_was_ordered(stack, tmp_path):
    request = inbox().accept(a_request(id="held").held(()))
    inbox().settle(request.cancelled(Cancellation(reason="changed her mind")))

    files = members(exported(stack, tmp_path))

    [line] = files["requests/cancelled-00000.jsonl"].splitlines()
    assert requests.Request.model_validate_json(line).state == "CANCELLED"
    assert b"Camille" not in line


@pytest.mark.usefixtures("neighbour")
def test_nothing_of_a_neighbour_is_in_it(stack, tmp_path):
    sell(1)

    bundle = exported(stack, tmp_path, seller="lampes")

    assert not any(name.startswith("invoice/") for name in members(bundle))
