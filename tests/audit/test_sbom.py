import json

import pytest

from audit import sbom
from layers import layer

ZLIB = {"zlib1g": ["1%3a1.2.13.dfsg-1", "ab" * 32]}


@pytest.fixture
def bill(tmp_path, monkeypatch):
    monkeypatch.setattr(sbom.build, "build", lambda _: tmp_path)
    file = tmp_path / "weasyprint.json"
    file.write_text(json.dumps({"components": [{"name": "weasyprint"}]}))
    return file


def test_the_libraries_of_debian_are_listed_beside_the_wheels(bill, monkeypatch):
    monkeypatch.setattr(layer, "manifest", lambda _: {"debian": ZLIB})

    assert sbom.main(bill) == 0

    wheel, library = json.loads(bill.read_text())["components"]
    assert wheel["name"] == "weasyprint"
    assert library["version"] == "1:1.2.13.dfsg-1"
    assert library["purl"] == "pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1?distro=bookworm"
    assert library["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]


def test_a_layer_without_libraries_has_no_list(bill, monkeypatch):
    monkeypatch.setattr(layer, "manifest", lambda _: {"debian": {}})

    assert sbom.main(bill) == sbom.INCOMPLETE
