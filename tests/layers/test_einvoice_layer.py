"""The einvoice layer, as built: what was left out of it is not missed, and Lambda can load it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from layers import layer
from layers.einvoice import build
from layers.saxon import build as saxon

USE = """
import facturx, lxml, saxonche, sys
from invoicing.adapters.einvoices import einvoice_xml, schematron
from invoicing.einvoice import rules, terms
from tests.invoicing.einvoices import ORDERS, a_sample, an_invoice

assert all(module.__file__.startswith(sys.argv[1]) for module in (facturx, lxml))
assert saxonche.__file__.startswith(sys.argv[2])
for name in ORDERS:
    invoice = an_invoice(a_sample(name))
    xml = einvoice_xml.write(terms.of(invoice))
    assert invoice.draft.totals.due.amount == 0 or b"<ram:IBANID>" in xml
    assert schematron.findings(xml, rules.written(invoice.draft)["cii"]) == []
broken = xml.replace(b"<ram:GrandTotalAmount>", b"<ram:GrandTotalAmount>1")
assert schematron.findings(broken, ("en16931", "br_fr"))
print(len(ORDERS))
"""


@pytest.fixture(scope="module")
def python() -> Path:
    return build.build(layer.this_machine()) / "python"


@pytest.fixture(scope="module")
def saxon_python() -> Path:
    return saxon.build(layer.this_machine()) / "python"


def test_the_layers_alone_write_and_check_invoices(python: Path, saxon_python: Path):
    path = os.pathsep.join([str(python), str(saxon_python), "layers/invoicing", "."])

    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-B", "-c", USE, str(python), str(saxon_python)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert int(done.stdout) > 0


def test_no_library_wants_a_younger_glibc_than_lambda_has(python: Path):
    libraries = [*python.rglob("*.so"), *python.rglob("*.so.*")]
    wanted = {int(v) for lib in libraries for v in re.findall(rb"GLIBC_2\.(\d+)", lib.read_bytes())}

    assert libraries
    assert max(wanted) <= 34


def test_every_module_is_compiled_ahead(python: Path):
    modules = [file for file in python.rglob("*.py") if "lib2to3" not in file.parts]
    compiled = {file.name.split(".")[0] for file in python.rglob("*.pyc")}

    assert {file.stem for file in modules} <= compiled


def test_the_layer_leaves_room_for_the_others(python: Path):
    size = sum(file.stat().st_size for file in python.rglob("*") if file.is_file())

    assert size < 60_000_000
    print(f"einvoice layer: {size / 1e6:.0f} MB unzipped")  # noqa: T201
