"""What somebody may try who knows the verifier: nothing of it is said to hold."""

import hashlib
import io
import json
import struct
import zipfile
from datetime import date

import pytest

from cli.proof import verify
from cli.proof.bundle import Period
from tests.cli.proof.bundles import (
    a_month,
    after,
    anchors_of,
    covered_up,
    edited,
    found,
    members,
    packed,
)

FIRST = "invoice/2026/FA-2026-000001"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
FROM_THE_SECOND_DAY = Period(date(2026, 11, 22), None)


@pytest.fixture(scope="module")
def exports(of_a_shop):
    """A month's books whole and in parts; the file of the last invoice came late."""
    periods = {"whole": Period(), "November": NOVEMBER, "later": FROM_THE_SECOND_DAY}
    return dict(zip(periods, of_a_shop(a_month, *periods.values()), strict=True))


@pytest.fixture(scope="module")
def bundle(exports):
    return exports["whole"]


def closing(n):
    return f"closing/2026/CL-2026-{n:06d}"


def told_of(files, **said):
    """Have the manifest tell of all that is there, and whatever else."""
    manifest = json.loads(files["manifest.json"])
    documents = (*verify.KINDS, verify.CLOSING)
    lists = [n for n in files if n.partition("/")[0] not in documents and n != "manifest.json"]
    manifest["members"] = {name: hashlib.sha256(files[name]).hexdigest() for name in lists}
    files["manifest.json"] = json.dumps(manifest | said).encode()


# ------------------------------------------------------------------------------------ The ZIP file


def directory_of(data):
    at = data.rfind(b"PK\5\6")
    return at, struct.unpack("<L", data[at + 16 : at + 20])[0]


def with_two_directories(data):
    """Let the end tell of one directory, and another one stand before it."""
    at, start = directory_of(data)
    return data[:at] + data[start:at] + data[at:]


def with_a_locator(data):
    """Let those who always look for a ZIP64 directory find another one."""
    at, start = directory_of(data)
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, at - start, start)
    return data[:at] + end + struct.pack("<4sLQL", b"PK\6\7", 0, at, 1) + data[at:]


def with_one_file_twice(data):
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as file:
        file.filelist.append(file.getinfo(f"{FIRST}.pdf"))
        file.writestr("README.txt", "")
    return out.getvalue()


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (lambda data: data + b"\n", "something follows its end"),
        (with_two_directories, "its directory does not end where it says"),
        (with_a_locator, "its directory does not end where it says"),
        (with_one_file_twice, "its files overlap"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_in_which_others_would_find_something_else_is_none(
    bundle, tmp_path, capsys, forge, told
):
    file = tmp_path / "b.zip"
    file.write_bytes(forge(packed(members(bundle))))

    assert verify.main([f"{file}"]) == 2
    assert told in capsys.readouterr().err


def test_a_file_that_has_another_name_where_it_lies_is_named(bundle):
    name, other = f"{FIRST}.pdf".encode(), b"invoice/2026/FA-2026-000009.pdf"

    assert f"altered {FIRST}.pdf" in found(bundle.replace(name, other, 1))


def test_what_is_larger_than_any_is_not_unpacked(bundle):
    def grown(files):
        files[f"{FIRST}.json"] += b" " * verify.LARGEST_JSON

    assert f"altered {FIRST}.json" in after(bundle, grown)


@pytest.mark.parametrize(
    "name",
    [
        "Invoice/2026/FA-2026-000001.pdf",
        r"invoice\2026\FA-2026-000001.pdf",
        f"./{FIRST}.pdf",
        f"chain/../{FIRST}.pdf",
        "../../.bashrc",
        "/etc/cron.d/x",
        "FA-2026-000099.pdf",
        "anchors/2026-11-21.json.exe",
    ],
)
def test_a_name_that_no_bundle_has_is_named_whatever_the_manifest_tells(bundle, name):
    def add(files):
        files[name] = b"%PDF-1.7 another account"
        told_of(files)

    assert f"inserted {name}" in after(bundle, add)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("invoice/2026/FA-2026-000005.pdf", "FA-2026-000005"),
        ("invoice/2025/FA-2025-000007.pdf", "FA-2025-000007"),
        ("invoice/2026/FA-2026-000777.exe", "FA-2026-000777"),
        ("late_payment/2026/PR-2026-000001.pdf", "PR-2026-000001"),
        (f"{closing(13)}.signature", "CL-2026-000013"),
        (f"{FIRST}.signature", "FA-2026-000001"),
        (f"{closing(1)}.pdf", "CL-2026-000001"),
    ],
)
def test_a_file_without_its_document_is_named(bundle, name, number):
    def add(files):
        there = dict(files) | {name: b"%PDF-1.7 of no books"}
        kinds = ("closing", *verify.KINDS)
        order = {kind: place for place, kind in enumerate(kinds)}
        files.clear()
        for each in sorted(there, key=lambda each: (order.get(each.partition("/")[0], -1), each)):
            files[each] = there[each]

    assert f"inserted {number}" in after(bundle, add)


# ---------------------------------------------------------------------------- What nobody signed


def test_another_sellers_profile_is_named(bundle):
    def forge(files):
        files["seller.json"] = files["seller.json"].replace(b'"id":"atelier"', b'"id":"ghost"')
        told_of(files)

    assert "altered seller.json" in after(bundle, forge)


@pytest.mark.parametrize("said", [{"from": ""}, {"to": "9"}, {"seller": ["atelier"]}])
def test_a_manifest_that_says_no_day_and_no_seller_is_none(bundle, said):
    with pytest.raises(verify.NoBundleError):
        after(bundle, lambda files: told_of(files, **said))


def test_another_sellers_request_is_named(bundle):
    name = "requests/invoice-2026-00000.jsonl"

    def forge(files):
        files[name] = files[name].replace(b'"seller":"atelier"', b'"seller":"lampes"', 1)
        told_of(files)

    assert f"inserted {name}" in after(bundle, forge)


@pytest.mark.parametrize("head", [None, {"year": 2026, "n": 1}])
def test_a_head_that_stands_before_the_last_document_is_named(bundle, head):
    def forge(files):
        heads = json.loads(files["heads.json"])
        seal = hashlib.sha256(files[f"{FIRST}.json"]).hexdigest()
        heads["invoice"] = heads["invoice"] | head | {"hash": seal} if head else None
        files["heads.json"] = json.dumps(heads).encode()
        told_of(files)

    assert "altered heads.json" in after(bundle, forge)


def test_a_file_that_is_kept_at_another_sellers_place_is_named(bundle):
    elsewhere = edited(f"{FIRST}.files.json", b'"key":"atelier/', b'"key":"lampes/')

    assert "altered FA-2026-000001" in after(bundle, covered_up(elsewhere))


def test_an_anchor_under_another_day_is_named(bundle):
    def forge(files):
        files["anchors/2027-01-01.json"] = files["anchors/2026-11-21.json"]
        told_of(files)

    assert "anchor anchors/2027-01-01.json" in after(bundle, forge)


def test_what_a_bundle_says_moves_nothing_on_the_terminal(bundle, tmp_path, capsys):
    said = "atelier\nOK: all of it holds\x1b[8m"
    files = members(bundle)
    told_of(files, seller=said)
    file = tmp_path / "b.zip"
    file.write_bytes(packed(files))

    assert verify.main([f"{file}"]) == 1
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "OK: all of it holds" not in told.splitlines()


def test_a_key_that_signed_nothing_was_compared_with_nothing(bundle, honest, tmp_path, capsys):
    def forge(files):
        for name in [n for n in files if n.startswith(("closing/", "anchors/", "chain/closing"))]:
            del files[name]
        for name in ("heads.json", "manifest.json"):
            said = json.loads(files[name])
            said.get("series", said).pop("closing")
            files[name] = json.dumps(said).encode()
        told_of(files)
        covered_up(edited("invoice/2026/FA-2026-000004.json", b"Camille", b"Camilla"))(files)

    file, files = tmp_path / "b.zip", members(bundle)
    forge(files)
    file.write_bytes(packed(files))

    assert verify.main([f"{file}", "--fingerprint", honest.key.fingerprint]) == 0
    told = capsys.readouterr().out
    assert "no day is closed: no signature covers any of it" in told
    assert "Compared with no key from outside" in told


# ------------------------------------------------------------------------------ Parts of a life


def test_honest_parts_hold(exports, honest):
    for bundle in exports.values():
        assert (
            found(bundle, anchors=anchors_of(bundle), fingerprints=[honest.key.fingerprint]) == []
        )


def cut(*, documents, closings):
    """Take the first ones away, with all that tells of them."""

    def change(files):
        gone = [f"invoice/2026/FA-2026-{n:06d}" for n in range(1, documents + 1)]
        gone += [closing(n) for n in range(1, closings + 1)]
        for name in [name for name in files if name.partition(".")[0] in gone]:
            del files[name]
        for name in [name for name in files if name.startswith("anchors/")]:
            if json.loads(files[name])["closing"]["n"] <= closings:
                del files[name]
        told_of(files)
        covered_up(lambda _: None)(files)

    return change


@pytest.mark.parametrize(("documents", "closings"), [(2, 2), (0, 1)])
def test_a_part_whose_front_was_cut_off_is_told(exports, documents, closings):
    change = cut(documents=documents, closings=closings)
    first_left = f"CL-2026-{closings + 1:06d}"
    anchor_of_the_cut = anchors_of(exports["November"])[closings - 1]

    assert f"truncated {first_left}" in after(exports["November"], change)
    named = after(exports["November"], change, anchors=[anchor_of_the_cut])
    assert f"truncated CL-2026-{closings:06d}" in named


# ---------------------------------------------------------------- Whoever can sign his closings


def signed_anew(honest, edit):
    """Change the bodies of closings, and chain, sign and list all of them anew."""

    def change(files):
        previous = None
        names = sorted(n for n in files if n.startswith("closing/") and n.endswith(".json"))
        entries = [json.loads(files[name]) for name in names]
        edit([entry["body"] for entry in entries])
        for name, entry in zip(names, entries, strict=True):
            if previous:
                entry["previous"] = entry["body"]["before"]["hash"] = previous
            files[name] = verify.canonical(entry)
            previous = hashlib.sha256(files[name]).hexdigest()
            files[name.replace(".json", ".signature")] = honest.sign(previous)
        for name in [name for name in files if name.startswith("anchors/")]:
            del files[name]
        told_of(files)
        covered_up(lambda _: None)(files)

    return change


def invoices_of(body):
    return next(row for row in body["series"] if row["kind"] == "invoice")


def count_nothing(bodies):
    for body in bodies:
        invoices_of(body).update(count=0, first=None, files=None, late=None, missing=[])
        for rows in ("totals", "vat", "accounted_vat"):
            body[rows] = [row for row in body[rows] if row["kind"] != "invoice"]
        for row in body["perpetual"]:
            credited = row["credited"]["amount"]
            row["invoiced"]["amount"] = "0.00"
            row["net"]["amount"] = f"-{credited}" if float(credited) else "0.00"


def count_the_next_day_too(bodies):
    first, second = bodies[0], bodies[1]
    invoices_of(first)["last"] = invoices_of(second)["last"]


def named_twice(bodies):
    bodies[0]["series"].append(invoices_of(bodies[0]))


def of_another_month(bodies):
    next(body for body in bodies if body["level"] == "month")["period"] = "2025-03"


def of_the_last_year(bodies):
    bodies[0]["period"] = "9999-12-31"


def after_nothing(bodies):
    bodies[2]["before"]["n"] = 1


def in_two_currencies(bodies):
    bodies[0]["perpetual"][0]["invoiced"]["currency"] = "USD"


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (count_nothing, "closing CL-2026-000001"),
        (count_the_next_day_too, "closing CL-2026-000001"),
        (named_twice, "closing CL-2026-000001"),
        (of_another_month, "closing CL-2026-000011"),
        (of_the_last_year, "closing CL-2026-000001"),
        (after_nothing, "closing CL-2026-000003"),
        (in_two_currencies, "closing CL-2026-000001"),
    ],
)
def test_a_closing_that_was_signed_wrong_is_named(bundle, honest, edit, named):
    assert after(bundle, signed_anew(honest, lambda _: None)) == []
    assert named in after(bundle, signed_anew(honest, edit))


def test_what_came_after_a_closing_is_not_counted_by_it(bundle, honest):
    files = members(bundle)
    signed_anew(honest, count_the_next_day_too)(files)

    told = verify.verify(io.BytesIO(packed(files))).findings.kept

    late = "it counts FA-2026-000002, which came after its end"
    assert ("CL-2026-000001", late) in [(each.name, each.text) for each in told]
