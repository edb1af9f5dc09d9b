import json
from dataclasses import replace
from datetime import date, timedelta

import boto3
import pytest

from cli import proofs
from cli.proof import fingerprint
from cli.proof.books import KINDS, Books
from cli.proof.bundle import Period
from cli.proof.restoration import NotRestorableError
from invoicing import requests
from invoicing.adapters import items
from invoicing.adapters.documents_bucket import DocumentsBucket
from invoicing.adapters.ledger import signing
from invoicing.adapters.ledger.ledger_table import LedgerTable, book
from invoicing.adapters.operations import notices_table
from invoicing.adapters.operations.requests_table import RequestsTable, inbox
from invoicing.adapters.operations.sellers_table import SellersTable, sellers
from invoicing.credit_notes import Asked
from invoicing.ledger import BEGINNING, Beginning, Head, Series
from invoicing.notices import Notice
from invoicing.requests import Cancellation
from tests import aws, books
from tests.builders import (
    CREDIT_NOTES,
    INVOICES,
    NOON,
    PARIS,
    a_credit,
    a_key,
    a_notice,
    a_place,
    a_request,
    a_seller,
    an_order,
)
from tests.cli.proof.bundles import (
    a_late_payers_life,
    edited,
    exported,
    found,
    members,
    packed,
    sell,
)
from tests.closers import OwnSigner, close
from tests.conftest import ONCE
from tests.deployments import the_stack


@pytest.fixture
def stack(shop):
    return the_stack(shop)


@pytest.fixture
def elsewhere(stack):  # noqa: ARG001  made beside it
    return the_stack(aws.make_another())


@pytest.fixture
def restore(elsewhere, tmp_path):
    def restore(bundle: bytes, stack=elsewhere):
        file = tmp_path / "to-restore.zip"
        file.write_bytes(bundle)
        return proofs.restore(file, stack)

    return restore


def a_life():
    """Invoices, a receipt and two credit notes; one document is not rendered yet."""
    sell(3)
    books.store(books.issue_receipt(), books.PDF)
    books.store(books.issue_credit("FA-2026-000002", amount="20.00", id="C-1"), books.PDF)
    books.issue_credit("FA-2026-000002", amount="10.00", id="C-2")


def test_late_payment_notes_come_back_and_nothing_is_claimed_twice(
    stack, elsewhere, restore, tmp_path
):
    a_late_payers_life()
    bundle = exported(stack, tmp_path)

    assert found(bundle) == []
    restore(bundle)

    assert prints(elsewhere) == prints(stack)
    late = table(elsewhere).invoice(a_seller(), "FA-2026-000001")
    notes = table(elsewhere).late_payment_notes(late)
    assert [note.draft.withdraws is not None for note in notes] == [False, True, False]


def table(stack):
    return LedgerTable(
        ledger=stack.ledger_table, heads=stack.heads_table, operations=stack.operations_table
    )


def prints(stack):
    return fingerprint.of(Books(stack, "atelier"))


def test_restored_books_have_the_same_fingerprint(stack, elsewhere, restore, tmp_path):
    a_life()
    before = prints(stack)

    told = restore(exported(stack, tmp_path))

    assert told == before == prints(elsewhere) == prints(stack)


def test_restored_books_are_exported_to_the_same_documents(stack, elsewhere, restore, tmp_path):
    a_life()
    first = exported(stack, tmp_path)
    restore(first)

    second = exported(elsewhere, tmp_path)

    assert found(second) == []
    assert members(first).keys() == members(second).keys()
    for name, data in members(first).items():
        assert members(second)[name] == data or name == "manifest.json", name


def test_the_stored_file_is_found_by_its_hash_where_its_version_is_another(
    stack, elsewhere, restore, tmp_path
):
    sell(1)
    restore(exported(stack, tmp_path))

    recorded = table(elsewhere).stored(a_place(1))

    assert recorded == book().stored(a_place(1))
    assert DocumentsBucket(elsewhere.documents_bucket).read(recorded.pdf) == books.PDF.data


def test_what_was_paid_and_credited_is_known_again(stack, elsewhere, restore, tmp_path):
    a_life()
    restore(exported(stack, tmp_path))

    for n in (1, 2, 3):
        invoice = books.invoice(n)
        assert table(elsewhere).balance(invoice) == book().balance(invoice)
    noted = table(elsewhere).credit_notes(books.invoice(2))
    assert [note.number for note in noted] == ["AV-2026-000001", "AV-2026-000002"]


def test_the_same_order_gets_the_same_answer_again(stack, elsewhere, restore, tmp_path):
    a_life()
    restored = RequestsTable(elsewhere.operations_table)
    restore(exported(stack, tmp_path))

    again = restored.accept(a_request(id="order-1"))

    before = inbox().read(a_key("order-1"))
    assert again == before.model_copy(update={"site": None})
    assert again.knows(requests.body_hash(an_order(id="order-1")))
    assert not again.knows(requests.body_hash(an_order(id="order-1", note="another")))


def test_a_credit_still_knows_its_invoice(stack, elsewhere, restore, tmp_path):
    a_life()
    restore(exported(stack, tmp_path))

    known = RequestsTable(elsewhere.operations_table).read(a_key("C-1", CREDIT_NOTES))

    assert known.credit == Asked(
        invoice="FA-2026-000002", credit=a_credit(amount="20.00", id="C-1")
    )


def test_a_cancelled_order_stays_cancelled(stack, elsewhere, restore, tmp_path):
    sell(1)
    held = inbox().accept(a_request(id="held").held(()))
    inbox().settle(held.cancelled(Cancellation(reason="changed her mind")))
    restore(exported(stack, tmp_path))

    again = RequestsTable(elsewhere.operations_table).accept(a_request(id="held"))

    assert again.state == "CANCELLED"


def test_what_was_not_rendered_yet_waits_to_be_rendered(stack, elsewhere, restore, tmp_path):
    books.issue_order(id="fresh")
    restore(exported(stack, tmp_path))

    waiting = RequestsTable(elsewhere.operations_table).waiting(INVOICES, "NUMBERED")

    assert waiting == [a_key("fresh")]


def notices_of(stack):
    """Read all notices of a deployment, by the number of their documents."""
    pages = boto3.client("dynamodb", aws.REGION).get_paginator("scan")
    found = [
        each for page in pages.paginate(TableName=stack.operations_table) for each in page["Items"]
    ]
    read = [Notice.model_validate_json(each["notice"]["B"]) for each in found if "notice" in each]
    return {each.key.number: each for each in read}


def test_nobody_is_mailed_again_but_of_what_was_never_rendered(stack, elsewhere, restore, tmp_path):
    """Whoever sees a document come asks for its mails, and knows of none that was sent."""
    a_life()
    restore(exported(stack, tmp_path))

    kept = notices_of(elsewhere)

    assert "FA-2026-000003" in kept
    assert "AV-2026-000002" not in kept
    assert {(each.state, each.recipient) for each in kept.values()} == {("CANCELLED", "")}


def test_a_mail_that_is_known_to_have_left_stays_known(stack, elsewhere, restore, tmp_path):
    """As where `Operations` came back by itself."""
    sell(1)
    sent = a_notice(number="FA-2026-000001").claim("worker", NOON).sent("ses-1")
    items.write(items.put(elsewhere.operations_table, notices_table.item(sent)))

    restore(exported(stack, tmp_path))

    assert notices_of(elsewhere) == {"FA-2026-000001": sent}


def test_a_request_that_came_back_older_learns_its_number(stack, elsewhere, restore, tmp_path):
    requests_ = RequestsTable(elsewhere.operations_table)
    requests_.accept(a_request(id="order-0").ready())
    sell(1)

    restore(exported(stack, tmp_path))

    assert requests_.read(a_key("order-0")).number == "FA-2026-000001"


def test_a_series_that_was_opened_goes_on_at_its_number(stack, elsewhere, restore, tmp_path):
    opening = BEGINNING.model_copy(update={"year": 2026, "n": 1041})
    book().open(INVOICES, opening, after=BEGINNING)
    sell(2)
    bundle = exported(stack, tmp_path)
    restore(bundle)

    assert found(bundle) == []
    assert "invoice/2026/FA-2026-001042.json" in members(bundle)
    assert table(elsewhere).head(INVOICES) == book().head(INVOICES)
    assert table(elsewhere).head(INVOICES).began == Beginning(year=2026, n=1042, at=NOON)


def test_a_seller_without_documents_comes_back(stack, elsewhere, restore, tmp_path):
    before = prints(stack)

    assert restore(exported(stack, tmp_path)) == before == prints(elsewhere)


def test_a_series_that_was_only_opened_stays_open(stack, elsewhere, restore, tmp_path):
    opening = Head.model_validate(BEGINNING.model_dump() | {"year": 2026, "n": 1041})
    book().open(INVOICES, opening, after=BEGINNING)

    restore(exported(stack, tmp_path))

    assert table(elsewhere).head(INVOICES) == opening


@pytest.fixture
def signer(monkeypatch):
    signer = OwnSigner()
    monkeypatch.setattr(signing, "signer", lambda: signer)
    return signer


@pytest.fixture
def move(elsewhere, monkeypatch):
    """Go to work in the restored account."""

    def move():
        for name in ("ledger_table", "heads_table", "operations_table", "anchors_bucket"):
            monkeypatch.setenv(name.upper(), getattr(elsewhere, name))
        for once in ONCE:
            once.cache_clear()

    return move


def test_closings_come_back_with_their_signatures_and_anchors(
    stack, elsewhere, restore, signer, tmp_path
):
    a_life()
    first = exported(stack, tmp_path)
    [closing] = close("atelier", NOON + timedelta(hours=24))
    restore(exported(stack, tmp_path))

    second = exported(elsewhere, tmp_path)

    assert found(second, fingerprints=[signer.key.fingerprint]) == []
    files = members(second)
    assert files["closing/2026/CL-2026-000001.signature"] == closing.signature
    assert "anchors/2026-11-21.json" in files.keys() - members(first).keys()


@pytest.mark.usefixtures("signer")
def test_restored_closings_are_not_told_to_the_accountant_again(
    stack, elsewhere, restore, move, tmp_path
):
    sellers().save(a_seller(accountant="compta@example.org"))
    a_life()
    close("atelier", NOON + timedelta(hours=24))
    restore(exported(stack, tmp_path))
    move()

    closed = close("atelier", NOON + timedelta(hours=48))

    owed = [item["pk"]["S"] for item in aws.items(elsewhere.operations_table)]
    assert [each.closing.number for each in closed] == ["CL-2026-000001", "CL-2026-000002"]
    assert "NOTICE#atelier#CL-2026-000001" not in owed
    assert found(exported(elsewhere, tmp_path)) == []


def test_books_are_not_brought_back_beside_another_way_of_numbering(
    stack, elsewhere, restore, tmp_path
):
    sell(1)
    bundle = exported(stack, tmp_path)
    otherwise = a_seller(numbers={"invoice": "X-{year}-{n}"})
    SellersTable(elsewhere.operations_table).save(otherwise)

    with pytest.raises(NotRestorableError, match="another way of numbering"):
        restore(bundle)

    assert aws.items(elsewhere.heads_table) == []


def test_a_bundle_that_cannot_be_compared_is_not_brought_back(stack, elsewhere, restore, tmp_path):
    sell(1)
    files = members(exported(stack, tmp_path))
    manifest = json.loads(files["manifest.json"])
    files["manifest.json"] = json.dumps(manifest | {"fingerprint": {}}).encode()

    with pytest.raises(NotRestorableError, match="no fingerprint"):
        restore(packed(files))

    assert aws.items(elsewhere.ledger_table) == []


def test_nothing_is_restored_over_books(stack, restore, tmp_path):
    sell(1)

    with pytest.raises(NotRestorableError, match="has begun here"):
        restore(exported(stack, tmp_path), stack)


@pytest.mark.usefixtures("signer")
def test_books_that_have_begun_are_left_as_they_are_by_a_restoration(
    stack, elsewhere, restore, tmp_path
):
    """A closing's head without its closing would stop all closings for ever."""
    a_life()
    close("atelier", NOON + timedelta(hours=24))
    receipts = Series(seller="atelier", kind="receipt")
    begun = Head.model_validate(BEGINNING.model_dump() | {"year": 2026, "n": 7})
    table(elsewhere).open(receipts, begun, after=BEGINNING)

    with pytest.raises(NotRestorableError, match="receipt has begun here"):
        restore(exported(stack, tmp_path))

    heads = {kind: table(elsewhere).head(Series(seller="atelier", kind=kind)) for kind in KINDS}
    assert {kind: head for kind, head in heads.items() if head != BEGINNING} == {"receipt": begun}


@pytest.mark.usefixtures("signer")
def test_anchors_are_kept_as_long_as_at_the_first_time(stack, elsewhere, restore, tmp_path):
    sellers().save(a_seller(address=PARIS | {"country": "DE"}))
    sell(1)
    close("atelier", NOON + timedelta(hours=24))
    restore(exported(stack, tmp_path), replace(elsewhere, retention_mode="GOVERNANCE"))

    locked = boto3.client("s3", aws.REGION).head_object(
        Bucket=elsewhere.anchors_bucket, Key="atelier/2026-11-21.json"
    )

    assert locked["ObjectLockRetainUntilDate"].date() == date(2036, 12, 31)


def test_a_bundle_that_does_not_hold_is_not_restored(stack, elsewhere, restore, tmp_path):
    sell(1)
    files = members(exported(stack, tmp_path))
    edited("invoice/2026/FA-2026-000001.json", b"Camille", b"Camilla")(files)

    with pytest.raises(NotRestorableError, match="altered FA-2026-000001"):
        restore(packed(files))
    assert table(elsewhere).head(INVOICES) == BEGINNING


def test_a_bundle_whose_end_was_cut_off_is_not_restored(stack, elsewhere, restore, tmp_path):
    sell(1)
    bundle = exported(stack, tmp_path)

    with pytest.raises(NotRestorableError, match="its end was cut off"):
        restore(bundle[: len(bundle) * 3 // 4])
    assert table(elsewhere).head(INVOICES) == BEGINNING


def test_a_part_of_a_life_is_not_restored(stack, restore, tmp_path):
    sell(1)

    with pytest.raises(NotRestorableError, match="whole life"):
        restore(exported(stack, tmp_path, Period(NOON.date(), None)))


def test_another_state_is_another_fingerprint(stack):
    sell(1)
    before = prints(stack)

    books.issue_receipt()

    assert prints(stack)["ledger"] != before["ledger"]
    assert prints(stack)["heads"] != before["heads"]
