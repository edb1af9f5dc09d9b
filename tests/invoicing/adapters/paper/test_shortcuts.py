"""The shortcuts: the same bytes as without them, for one version alone."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from invoicing.adapters.paper import pdf
from layers import layer
from layers.weasyprint import build
from local.pictures import scenes

DRAW = """
import hashlib, logging, sys
logging.basicConfig(level="WARNING")
from invoicing.adapters.paper import renderer, shortcuts
from local.pictures import scenes
from tests.invoicing.einvoices import ORDERS, a_line, a_sample, an_invoice
if sys.argv[1] == "without":
    shortcuts.take = lambda _: None
else:
    shortcuts.VERSION = sys.argv[1]
many = [a_line("12.345", description=f"Lampe Œ Ł {n}", sku=f"L{n}") for n in range(45)]
for invoice in [*(an_invoice(a_sample(name)) for name in ORDERS), an_invoice(lines=many)]:
    [page, *_] = renderer.files(invoice)
    print(hashlib.sha256(page.data).hexdigest())
for kind in scenes.KINDS.values():
    print(hashlib.sha256(kind("de").data).hexdigest())
"""
TEMPLATES = layer.ROOT / "templates/documents"


def drawn(how: str) -> subprocess.CompletedProcess[str]:
    shipped = build.build(layer.this_machine()) / "python"
    path = [str(shipped), str(layer.ROOT / "layers/invoicing"), str(layer.ROOT)]
    return subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", DRAW, how],
        env={"PYTHONPATH": os.pathsep.join(path)},
        capture_output=True,
        text=True,
        check=True,
    )


@pytest.fixture(scope="module")
def without() -> str:
    return drawn("without").stdout


def test_every_document_is_the_same_to_the_byte_with_and_without_them(without: str):
    done = drawn("70.0")

    assert done.stdout == without
    assert len(set(without.split())) > 8
    assert done.stderr == ""


def test_another_version_of_weasyprint_goes_its_own_way_and_the_log_says_so(without: str):
    done = drawn("70.1")

    assert done.stdout == without
    assert "no shortcuts: they are for WeasyPrint 70.1" in done.stderr


@pytest.mark.parametrize("kind", scenes.KINDS)
def test_every_document_is_xml_so_that_it_is_read_at_once(kind: str, monkeypatch):
    pages = []
    monkeypatch.setattr(pdf, "render", lambda page, **_: pages.append(page) or b"")

    scenes.KINDS[kind]("de")

    assert [ET.fromstring(page).tag for page in pages] == ["html"]  # noqa: S314  ours


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*.*")), ids=lambda file: file.name)
def test_no_document_has_what_the_lean_rules_leave_out(file: Path):
    text = file.read_text()

    assert not re.search(r"<(ul|ol|li|dl|menu|input|select)\b|\bdir=|\bhidden\b", text)
    assert not re.search(r"footnote|list-item|::marker", text)
