"""Whatever is changed in a bundle shows, wherever it is."""

import hashlib
import io
import json
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.proof import verify
from invoicing.adapters.ledger import signing
from invoicing.adapters.operations.sellers_table import sellers
from tests import books
from tests.builders import NOON, a_seller
from tests.cli.proof.bundles import covered_up, exported, found, members, packed, sell
from tests.closers import OwnSigner, close
from tests.conftest import deploying
from tests.deployments import the_stack

# What is told there is of the writing, or what the books are compared with when they come back.
OF_THE_WRITING = {"made_at", "fingerprint", "from", "to"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    signer = OwnSigner()
    with pytest.MonkeyPatch.context() as patch, deploying(patch) as deployed:
        patch.setattr(signing, "signer", lambda: signer)
        sellers().save(a_seller())
        sell(3)
        books.store(books.issue_receipt(), books.PDF)
        books.store(books.issue_credit("FA-2026-000002", amount="20.00"), books.PDF, books.XML)
        close("atelier", NOON + timedelta(hours=48))
        return exported(the_stack(deployed), tmp_path_factory.mktemp("books"))


def test_any_byte_of_any_file(bundle):
    files = members(bundle)
    names = sorted(files.keys() - {"manifest.json"})

    @settings(max_examples=300)
    @given(st.sampled_from(names), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
    def changed(name, where, by):
        data = bytearray(files[name])
        data[int(where * len(data))] ^= by
        assert found(packed(files | {name: bytes(data)}))

    changed()


def test_any_file_that_is_gone(bundle):
    files = members(bundle)

    for name in files.keys() - {"manifest.json"}:
        assert found(packed({each: files[each] for each in files if each != name})), name


def test_any_figure_of_the_manifest(bundle):
    files = members(bundle)

    for path in leaves(json.loads(files["manifest.json"]), ()):
        manifest = json.loads(files["manifest.json"])
        change(manifest, path)
        with suppress(verify.NoBundleError):
            assert found(packed(files | {"manifest.json": json.dumps(manifest).encode()})), path


def leaves(values, path):
    for key, value in values.items():
        if key in OF_THE_WRITING:
            continue
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def change(values, path):
    *way, last = path
    for key in way:
        values = values[key]
    values[last] = values[last] + 1 if isinstance(values[last], int) else f"{values[last]}x"


def test_any_byte_of_the_zip_that_changes_what_is_read(bundle):
    before = contents(bundle)

    @settings(max_examples=500)
    @given(st.integers(0, len(bundle) - 1), st.integers(1, 255))
    def changed(where, by):
        altered = bytearray(bundle)
        altered[where] ^= by
        with suppress(verify.NoBundleError):
            assert found(bytes(altered)) or contents(bytes(altered)) == before

    changed()


def contents(bundle):
    archive = verify.Archive(io.BytesIO(bundle))
    return {member.name: archive.read(member) for member in archive}


def test_any_sealed_byte_that_a_later_seal_covers_though_all_lists_are_corrected(bundle):
    files = members(bundle)
    names = [f"invoice/2026/FA-2026-{n:06d}.json" for n in (1, 2)]

    @settings(max_examples=100)
    @given(st.sampled_from(names), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
    def forged(name, where, by):
        altered = dict(files)

        def edit(them):
            data = bytearray(them[name])
            data[int(where * len(data))] ^= by
            them[name] = bytes(data)

        covered_up(edit)(altered)
        assert found(packed(altered))

    forged()


NO_VALUES = [None, True, -1, 10**30, 1.5, "", "x", "sNaN", "1e999999999", [], [1], {}, {"a": 1}]


def test_no_value_makes_the_verifier_fail_in_a_way_of_its_own(bundle):
    """Though every list tells of it: whoever makes up a bundle is told what is wrong with it."""
    files = members(bundle)
    places = [
        (name, path)
        for name in sorted(files)
        if name.endswith(".json")
        for path in everywhere(json.loads(files[name]), ())
    ]

    @settings(max_examples=500)
    @given(st.sampled_from(places), st.sampled_from(NO_VALUES))
    def checked(place, value):
        name, path = place
        altered, values = dict(files), json.loads(files[name])
        inside = values
        for key in path[:-1]:
            inside = inside[key]
        inside[path[-1]] = value
        altered[name] = verify.canonical(values)
        manifest = json.loads(altered["manifest.json"])
        if isinstance(manifest["members"], dict) and name in manifest["members"]:
            manifest["members"][name] = hashlib.sha256(altered[name]).hexdigest()
            altered["manifest.json"] = json.dumps(manifest).encode()
        with suppress(verify.NoBundleError):
            verify.verify(io.BytesIO(packed(altered)))

    checked()


def everywhere(values, path):
    """Give the way to every value, of lists too."""
    if path:
        yield path
    if isinstance(values, list):
        values = dict(enumerate(values))
    for key, value in values.items() if isinstance(values, dict) else ():
        yield from everywhere(value, (*path, key))


@given(st.binary(max_size=300))
def test_no_file_makes_the_verifier_fail_in_a_way_of_its_own(data):
    with suppress(verify.NoBundleError):
        verify.verify(io.BytesIO(b"PK\1\2" + data + b"PK\5\6" + data))
