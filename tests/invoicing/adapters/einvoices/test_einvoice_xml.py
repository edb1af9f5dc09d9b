import logging
import os
import subprocess
import sys
from copy import deepcopy

from lxml import etree

from invoicing.adapters.einvoices import einvoice_xml
from invoicing.einvoice import terms
from tests.invoicing.einvoices import a_line, a_sample, an_invoice

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


def test_the_same_terms_make_the_same_bytes():
    given = terms.of(an_invoice(a_sample("french-business")))

    assert einvoice_xml.write(given) == einvoice_xml.write(deepcopy(given))


def test_bytes_do_not_depend_on_the_process():
    program = (
        "from tests.invoicing.einvoices import *\n"
        "from invoicing.einvoice import terms\n"
        "from invoicing.adapters.einvoices import einvoice_xml\n"
        "import hashlib\n"
        "xml = einvoice_xml.write(terms.of(an_invoice(a_sample('french-consumer'))))\n"
        "print(hashlib.sha256(xml).hexdigest())\n"
    )
    path = os.pathsep.join(["layers/invoicing", "."])
    prints = {
        subprocess.run(  # noqa: S603  this very Python
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(prints) == 1


def test_terms_are_not_changed_by_writing_them():
    given = terms.of(an_invoice())
    before = deepcopy(given)

    einvoice_xml.write(given)

    assert given == before


def test_text_is_escaped_and_kept():
    description = "A < B & C > D “é” ]]> <script>"
    given = terms.of(an_invoice(lines=[a_line("1", description=description)]))

    xml = etree.fromstring(einvoice_xml.write(given))

    name = xml.find(f".//{RAM}SpecifiedTradeProduct/{RAM}Name")
    assert name is not None
    assert name.text == description


def test_the_library_logs_nothing_of_the_invoice(caplog):
    caplog.set_level(logging.DEBUG)

    einvoice_xml.write(terms.of(an_invoice(a_sample("german-consumer"))))

    assert caplog.text == ""


def test_what_reads_pdfs_and_asks_servers_is_not_loaded_for_writing_and_is_there_for_others():
    program = (
        "import sys\n"
        "from invoicing.adapters.einvoices import einvoice_xml\n"
        "einvoice_xml._generator()\n"
        "print(*{'pypdf', 'requests', 'cryptography'} & set(sys.modules))\n"
        "import pypdf, requests\n"
        "print(pypdf.PdfReader.__module__, requests.get.__module__)\n"
    )
    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["layers/invoicing", "."])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "\npypdf._reader requests.api\n"
