"""What only closings, their signatures and their anchors can show."""

import base64
import hashlib
import json
from datetime import date, timedelta

import pytest

from cli.proof import verify
from cli.proof.bundle import Period
from invoicing.adapters import items
from invoicing.adapters.ledger import heads, signing
from invoicing.adapters.ledger.ledger_table import book
from invoicing.late_payment_notes import LatePaymentClaim
from tests import books
from tests.builders import INVOICES, NOON
from tests.cli.proof.bundles import (
    DECEMBER,
    HOTEL,
    a_month,
    after,
    anchors_of,
    covered_up,
    exported,
    found,
    members,
    without,
)
from tests.closers import OwnSigner, close
from tests.deployments import the_stack

CLOSING = "closing/2026/CL-2026-000001"


WHOLE = Period()
PERIODS = {
    "all": WHOLE,
    "the first day": Period(None, date(2026, 11, 22)),
    "two days": Period(date(2026, 11, 22), date(2026, 11, 23)),
    "November": Period(date(2026, 11, 1), date(2026, 11, 30)),
}


@pytest.fixture
def stack(shop):
    return the_stack(shop)


def a_late_payers_month():
    """Late payment was claimed on the day after an invoice came to nothing else."""
    begun = NOON - timedelta(days=40)
    books.store(books.issue_order_at(begun, buyer=HOTEL), books.PDF, books.XML)
    claim = LatePaymentClaim(id="P-1")
    books.store(books.issue_late_payment("FA-2026-000001", "P-1", claim=claim), books.PDF)
    close("atelier", DECEMBER)


@pytest.fixture(scope="module")
def parts(of_a_shop):
    """The month's bundles by the name of their period."""
    return dict(zip(PERIODS, of_a_shop(a_month, *PERIODS.values()), strict=True))


@pytest.fixture(scope="module")
def bundle(parts):
    return parts["all"]


@pytest.fixture(scope="module")
def late(of_a_shop):
    [bundle] = of_a_shop(a_late_payers_month, WHOLE)
    return bundle


def invoice(n):
    return f"invoice/2026/FA-2026-{n:06d}"


def test_closings_hold_with_signatures_sums_and_anchors(bundle, honest):
    files = members(bundle)
    key = honest.key.fingerprint

    assert found(bundle, anchors=anchors_of(bundle), fingerprints=[key]) == []
    assert json.loads(files["manifest.json"])["series"]["closing"]["documents"] == 12
    assert len(anchors_of(bundle)) == 12
    assert f"{CLOSING}.signature" in files


def test_a_fingerprint_may_be_written_as_people_write_them(bundle, honest):
    key = honest.key.fingerprint.upper()
    written = ":".join(key[i : i + 2] for i in range(0, len(key), 2))

    assert found(bundle, fingerprints=[written]) == []


def changed_sum(rows, name):
    """Change a sum of the first day in one place, and nothing that follows from it."""

    def change(files):
        closing = json.loads(files[f"{CLOSING}.json"])
        closing["body"][rows][0][name]["amount"] = "1.00"
        files[f"{CLOSING}.json"] = verify.canonical(closing)

    return change


def test_late_payment_notes_are_closed_beside_the_turnover(late):
    assert found(late) == []
    closings = [json.loads(d)["body"] for n, d in members(late).items() if is_closing(n)]
    [row] = [r for each in closings for r in each["totals"] if r["kind"] == "late_payment"][:1]
    assert (row["count"], row["total"]["amount"]) == (1, "40.41")
    assert closings[-1]["perpetual"][0]["net"]["amount"] == "120.00"


def is_closing(name):
    return name.startswith("closing/") and name.endswith(".json")


def test_a_late_payment_note_that_was_altered_is_named(late):
    name = "late_payment/2026/PR-2026-000001"

    def dearer(files):
        note = json.loads(files[f"{name}.json"])
        note["body"]["draft"]["amount"]["amount"] = "400.42"
        files[f"{name}.json"] = verify.canonical(note)

    assert "altered PR-2026-000001" in after(late, dearer)
    assert any(each.startswith("closing") for each in after(late, covered_up(dearer)))


def test_a_closing_from_before_there_were_late_payment_notes_is_read(late):
    first = next(d for n, d in members(late).items() if is_closing(n))
    body = json.loads(first)["body"]
    older = body | {"series": [each for each in body["series"] if each["kind"] != "late_payment"]}

    covered, now = verify.read_closing(older).covered, verify.read_closing(body).covered
    assert covered.pop("late_payment") == now.pop("late_payment")._replace(files=None)
    assert covered == now
    with pytest.raises(ValueError, match="no such closing"):
        verify.read_closing(body | {"series": body["series"][1:]})


SUMS = pytest.mark.parametrize(
    "change",
    [
        changed_sum("totals", "vat"),
        changed_sum("vat", "base"),
        changed_sum("perpetual", "received"),
    ],
    ids=["total", "VAT", "grand total"],
)


@SUMS
def test_a_changed_sum_is_named_by_its_closing(bundle, change):
    named = after(bundle, covered_up(change))

    assert "signature CL-2026-000001" in named
    assert "closing CL-2026-000001" in named


@SUMS
def test_a_sum_that_was_signed_wrong_does_not_add_up(bundle, honest, change):
    """Whoever has the key can sign what he likes, but not what the documents come to."""

    def sign_anew(files):
        change(files)
        seal = hashlib.sha256(files[f"{CLOSING}.json"]).hexdigest()
        files[f"{CLOSING}.signature"] = honest.sign(seal)

    named = after(bundle, covered_up(sign_anew))

    assert "closing CL-2026-000001" in named
    assert "signature CL-2026-000001" not in named


@pytest.mark.parametrize("change", ["gone", "altered"])
def test_a_signature_is_missed(bundle, change):
    name = f"{CLOSING}.signature"

    def edit(files):
        if change == "gone":
            del files[name]
        else:
            files[name] = bytes([files[name][0] ^ 1]) + files[name][1:]

    assert after(bundle, edit) == ["signature CL-2026-000001"]


def test_a_closing_that_was_dropped_is_named(bundle):
    assert "missing CL-2026-000003" in after(bundle, without("closing/2026/CL-2026-000003"))
    assert "missing CL-2026-000003" in after(
        bundle, covered_up(without("closing/2026/CL-2026-000003"))
    )


def test_a_cut_end_is_told_by_the_closing_that_counted_it(bundle):
    named = after(bundle, covered_up(without(invoice(4))))

    assert "truncated FA-2026-000004" in named
    assert "closing CL-2026-000004" in named


def cut_with_the_closings(files):
    """Cut off the last invoice, with every closing and anchor that ever knew of it."""
    gone = [f"closing/2026/CL-2026-{n:06d}" for n in range(4, 13)]
    without(invoice(4), *gone)(files)
    for name in [name for name in files if name.startswith("anchors/")]:
        if json.loads(files[name])["closing"]["n"] >= 4:
            del files[name]


def forget_anchors(files):
    manifest = json.loads(files["manifest.json"])
    there = {name: seal for name, seal in manifest["members"].items() if name in files}
    files["manifest.json"] = json.dumps(manifest | {"members": there}).encode()


def forged(change):
    """Let a forger correct all that is in the bundle, as well as he can."""

    def forge(files):
        change(files)
        forget_anchors(files)
        covered_up(lambda _: None)(files)

    return forge


def test_an_end_that_was_cut_off_everywhere_shows_only_by_what_was_mailed(bundle):
    last = anchors_of(bundle)[-1]

    assert after(bundle, forged(cut_with_the_closings)) == []
    named = after(bundle, forged(cut_with_the_closings), anchors=[last])
    assert {"truncated FA-2026-000004", "truncated CL-2026-000012"} <= set(named)


def test_anchors_in_the_bundle_tell_of_a_cut_end_too(bundle):
    def cut(files):
        without(invoice(4), *(f"closing/2026/CL-2026-{n:06d}" for n in range(4, 13)))(files)

    named = after(bundle, covered_up(cut))

    assert {"truncated FA-2026-000004", "truncated CL-2026-000012"} <= set(named)


def test_books_that_were_written_anew_show_by_key_and_anchor(
    stack, bundle, honest, monkeypatch, tmp_path
):
    """Everything in them holds: they are real books, of another story, by another key."""
    kept = {"anchors": anchors_of(bundle)[:1]}
    assert kept["anchors"][0]["key"]["fingerprint"] == honest.key.fingerprint

    forger = OwnSigner()
    monkeypatch.setattr(signing, "signer", lambda: forger)
    a_month("another")
    rewritten = exported(stack, tmp_path)

    assert found(rewritten) == []
    assert "anchor FA-2026-000001" in found(rewritten, **kept)
    assert "signature CL-2026-000001" in found(rewritten, fingerprints=[honest.key.fingerprint])


def test_books_of_two_keys_hold_for_who_was_told_of_both(stack, honest, monkeypatch, tmp_path):
    """As after "Another signing key": what the old one signed is verified by its public half."""
    after = OwnSigner()
    for day, signer in enumerate((honest, after)):
        monkeypatch.setattr(signing, "signer", lambda signer=signer: signer)
        books.store(books.issue_order_at(NOON + timedelta(days=day), id=f"{day}"), books.PDF)
        close("atelier", NOON + timedelta(days=day, hours=18))
    bundle = exported(stack, tmp_path)
    old, new = (each.key.fingerprint for each in (honest, after))

    assert found(bundle, fingerprints=[old, new], anchors=anchors_of(bundle)) == []
    assert found(bundle, fingerprints=[old]) == ["signature CL-2026-000002"]
    assert found(bundle, fingerprints=[new]) == ["signature CL-2026-000001"]


@pytest.mark.usefixtures("signer")
def test_files_that_were_late_for_days_before_a_part_begins_are_not_asked_of_it(stack, tmp_path):
    late = books.issue_order_at(NOON, id="late")
    for day in (1, 2):
        close("atelier", NOON + timedelta(days=day))
    books.store(late, books.PDF, books.XML)
    books.store(books.issue_order_at(NOON + timedelta(days=2), id="in-time"), books.PDF, books.XML)
    close("atelier", NOON + timedelta(days=4))

    for first in (None, date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23)):
        assert found(exported(stack, tmp_path, Period(first, None))) == []


def test_a_document_that_slipped_in_behind_a_closing_is_named(stack, signer, tmp_path):
    """Nobody can put one there but who goes round the condition on the head."""
    a_month()
    lifted = book().head(INVOICES)
    sunday = lifted.model_copy(update={"at": NOON + timedelta(days=3, minutes=1)})
    items.write(heads.move("Heads", INVOICES, lifted, sunday)["Put"])

    books.issue_order_at(sunday.at, id="behind")

    named = found(exported(stack, tmp_path), fingerprints=[signer.key.fingerprint])
    assert named == ["inserted FA-2026-000005"]


def test_a_file_that_was_exchanged_with_its_record_is_told_by_the_day(bundle):
    def exchange(files):
        pdf = b"%PDF-1.7 another"
        record = json.loads(files[f"{invoice(2)}.files.json"])
        record["pdf"] |= {"sha256": hashlib.sha256(pdf).hexdigest(), "size": len(pdf)}
        files[f"{invoice(2)}.files.json"] = verify.canonical(record)
        files[f"{invoice(2)}.pdf"] = pdf

    assert after(bundle, covered_up(exchange)) == ["closing CL-2026-000002"]


def test_a_late_file_that_was_exchanged_is_told_by_the_day_that_covers_it(bundle):
    def exchange(files):
        record = json.loads(files[f"{invoice(4)}.files.json"])
        files[f"{invoice(4)}.pdf"] = b"%PDF-1.7 another"
        pdf = hashlib.sha256(b"%PDF-1.7 another").hexdigest()
        record["pdf"] |= {"sha256": pdf, "size": 16}
        files[f"{invoice(4)}.files.json"] = verify.canonical(record)

    assert after(bundle, covered_up(exchange)) == ["closing CL-2026-000005"]


def test_an_anchor_whose_signature_is_none_is_told(bundle):
    [anchor, *_] = anchors_of(bundle)
    unsigned = anchor | {"signature": base64.b64encode(b"x" * 256).decode()}

    assert found(bundle, anchors=[unsigned]) == ["anchor the anchor of CL-2026-000001"]


def test_an_anchor_of_other_books_is_told(bundle):
    [anchor, *_] = anchors_of(bundle)

    assert found(bundle, anchors=[anchor | {"seller": "lampes"}]) != []
    assert found(bundle, anchors=[{"hello": "there"}]) == ["anchor an anchor"]


def test_a_period_holds_the_closings_that_ended_in_it(parts, honest):
    part = parts["two days"]

    assert found(part, fingerprints=[honest.key.fingerprint], anchors=anchors_of(part)) == []
    told = json.loads(members(part)["manifest.json"])["series"]
    assert (told["closing"]["first"], told["closing"]["last"]) == (
        "CL-2026-000002",
        "CL-2026-000003",
    )
    assert "truncated FA-2026-000003" in after(part, covered_up(without(invoice(3))))


def test_an_anchor_of_a_later_day_says_nothing_of_a_period(parts, bundle):
    assert found(parts["the first day"], anchors=anchors_of(bundle)) == []


def test_an_anchor_of_a_month_is_compared_with_a_period_that_ends_with_it(bundle, parts):
    [month] = [each for each in anchors_of(bundle) if each["level"] == "month"]
    another = month["series"]["invoice"] | {"hash": "0" * 64}
    changed = month | {"series": month["series"] | {"invoice": another}}

    assert found(parts["November"], anchors=[month]) == []
    assert found(parts["November"], anchors=[changed]) == ["anchor FA-2026-000004"]


def test_who_compared_with_nothing_from_outside_is_told_what_could_not_show(
    parts, honest, tmp_path, capsys
):
    whole, part = parts["all"], parts["the first day"]
    file, anchor = tmp_path / "checked.zip", tmp_path / "anchor.json"
    anchor.write_text(json.dumps(anchors_of(whole)[-1]))
    with_anchor = ["--anchor", str(anchor)]
    with_key = ["--fingerprint", honest.key.fingerprint]

    def told(bundle, words=()):
        file.write_bytes(bundle)
        assert verify.main([str(file), *words]) == 0
        text = capsys.readouterr().out
        return {name for name in ("--anchor", "--fingerprint") if name in text}

    assert told(whole) == {"--anchor", "--fingerprint"}
    assert told(whole, with_anchor) == {"--fingerprint"}
    assert told(whole, with_key) == {"--anchor"}
    assert told(whole, [*with_anchor, *with_key]) == set()
    assert told(part, with_anchor) == {"--anchor", "--fingerprint"}  # of a later day
