"""The PDF: an archive file (PDF/A-3b) with the invoice inside, the same bytes every time, and deaf.

Rendered with the layer that ships, loaded from its place.
"""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from PIL import Image

from invoicing.adapters import templates
from invoicing.adapters.paper import pdf, renderer
from invoicing.invoices import Invoice
from invoicing.views import documents
from layers import layer
from tests.invoicing.adapters import archival
from tests.invoicing.einvoices import (
    NOON,
    ORDERS,
    a_credit_note,
    a_line,
    a_sample,
    a_seller,
    an_invoice,
)

XML = b"<?xml version='1.0'?><invoice>12.00</invoice>"
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
INVOICING = layer.ROOT / "layers/invoicing"

pytestmark = pytest.mark.usefixtures("shipped")


def html_of(invoice: Invoice) -> str:
    return templates.render(
        "documents/invoice.html.j2",
        language=invoice.draft.language,
        sheet=documents.sheet(invoice),
    )


def rendered(html: str, *attachments: pdf.Attached) -> bytes:
    return pdf.render(
        html, title="FA-2026-000001", identifier=b"0" * 32, at=NOON, attachments=attachments
    )


def text_of(file: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(file)).pages)


@pytest.fixture(scope="module")
def file() -> bytes:
    return rendered(html_of(an_invoice()), pdf.facturx(XML))


@pytest.fixture
def opened(file: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(file)) as opened:
        yield opened


def test_importing_it_does_nothing(shipped: str):
    script = "import sys, invoicing.adapters.paper.pdf; print('weasyprint' in sys.modules)"
    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", script],
        env={"PYTHONPATH": os.pathsep.join([shipped, str(INVOICING)])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False\n"


def test_the_metadata_say_pdfa_3b_and_factur_x_in_the_one_rdf(opened: pikepdf.Pdf):
    raw = opened.Root.Metadata.read_bytes()
    metadata = opened.open_metadata()

    assert raw.count(b"<rdf:RDF") == raw.count(b"</rdf:RDF>") == 1
    assert (metadata[PDFAID + "part"], metadata[PDFAID + "conformance"]) == ("3", "B")
    assert metadata[FX + "DocumentType"] == "INVOICE"
    assert metadata[FX + "DocumentFileName"] == "factur-x.xml"
    assert metadata[FX + "Version"] == "1.0"
    assert metadata[FX + "ConformanceLevel"] == "EN 16931"
    assert b"pdfaExtension:schemas" in raw
    assert "/Filter" not in opened.Root.Metadata  # readers without a PDF library find it


def test_title_and_dates_are_told_alike_in_both_places(opened: pikepdf.Pdf):
    metadata = opened.open_metadata()

    assert metadata["dc:title"] == str(opened.docinfo.Title) == "FA-2026-000001"
    assert metadata["xmp:CreateDate"] == metadata["xmp:ModifyDate"] == "2026-11-21T12:00:00Z"
    assert str(opened.docinfo.CreationDate) == "D:20261121120000Z"


def test_the_invoice_is_attached_once_and_associated(opened: pikepdf.Pdf):
    names = opened.Root.Names.EmbeddedFiles.Names
    associated = [each.objgen for each in opened.Root.AF]
    attached = opened.Root.AF[0]

    assert [str(name) for name in names[::2]] == ["factur-x.xml"]
    assert associated == [each.objgen for each in names[1::2]]
    assert len(set(associated)) == len(associated)
    assert attached.AFRelationship == "/Data"
    assert str(attached.UF) == str(attached.F) == "factur-x.xml"
    assert attached.EF.F.objgen == attached.EF.UF.objgen
    assert attached.EF.F.Subtype in {"/text/xml", "/application/xml"}
    assert "/ModDate" in attached.EF.F.Params
    assert attached.EF.F.read_bytes() == XML


def test_attachments_are_named_in_order_with_their_own_relationship():
    more = pdf.Attached("conditions.txt", b"...", "Terms", "Supplement")
    xml = pdf.facturx(XML, level="EXTENDED", relationship="Alternative")

    with pikepdf.open(BytesIO(rendered("<p>x</p>", xml, more))) as opened:
        names = [str(name) for name in opened.Root.Names.EmbeddedFiles.Names[::2]]
        relationships = [str(each.AFRelationship) for each in opened.Root.AF]
        level = opened.open_metadata()[FX + "ConformanceLevel"]

    assert names == ["conditions.txt", "factur-x.xml"]
    assert relationships == ["/Supplement", "/Alternative"]
    assert level == "EXTENDED"


def test_colours_are_described_and_every_font_is_inside(opened: pikepdf.Pdf):
    fonts = [each for each in opened.objects if getattr(each, "Type", None) == "/FontDescriptor"]

    assert opened.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert opened.Root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
    assert {str(font.FontName).split("+")[1].split("-")[0] for font in fonts} == {"Inter"}
    assert all(font.FontFile2.read_bytes() for font in fonts)
    assert not opened.is_encrypted


def test_a_document_without_attachments_claims_none():
    with pikepdf.open(BytesIO(rendered("<p>x</p>"))) as opened:
        assert "/AF" not in opened.Root
        assert b"factur-x" not in opened.Root.Metadata.read_bytes()


AGAIN = """
import hashlib, sys
from tests.invoicing.adapters.paper.test_pdf import XML, html_of, rendered
from tests.invoicing.einvoices import an_invoice
from invoicing.adapters.paper import pdf
print(hashlib.sha256(rendered(html_of(an_invoice()), pdf.facturx(XML))).hexdigest())
"""


def test_the_same_invoice_gives_the_same_bytes_in_another_process(file: bytes, shipped: str):
    path = [shipped, str(INVOICING), str(layer.ROOT), *sys.path]
    done = subprocess.run(  # noqa: S603  this very Python
        [sys.executable, "-c", AGAIN],
        env={"PYTHONPATH": os.pathsep.join(path), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == hashlib.sha256(file).hexdigest()
    assert rendered(html_of(an_invoice()), pdf.facturx(XML)) == file


@pytest.mark.parametrize("name", ORDERS)
def test_an_ordinary_order_is_one_page_with_every_sum_on_it(name: str):
    invoice = an_invoice(a_sample(name))
    file = rendered(html_of(invoice))
    digits = "".join(letter for letter in text_of(file) if letter.isdigit())

    assert len(pypdf.PdfReader(BytesIO(file)).pages) == 1
    assert invoice.number.replace("FA-", "").replace("-", "") in digits
    for line in invoice.draft.lines:
        assert str(line.net.minor) in digits
    assert str(invoice.draft.totals.due.minor) in digits


def test_a_long_order_says_on_every_page_whose_it_is_and_how_far_it_goes():
    lines = [a_line("12.00", description=f"Lampe de bureau {n}") for n in range(60)]
    file = rendered(html_of(an_invoice(lines=lines)))
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(file)).pages]

    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        assert "FA-2026-000001" in page
        assert "SIREN 732 829 320" in page
        assert "Désignation" in page


class Ear(BaseHTTPRequestHandler):
    """Hears whether anybody asks."""

    heard: list[str]

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"heard")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def ear() -> Iterator[tuple[str, list[str]]]:
    heard: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("HisEar", (Ear,), {"heard": heard}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()


REACHING = [
    '<img src="{url}">',
    '<link rel="stylesheet" href="{url}">',
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">x</a>',
    '<style>@import "{url}";</style>',
    '<style>@font-face {{ font-family: F; src: url("{url}") }} p {{ font-family: F }}</style>',
    '<p style="background: url({url})">x</p>',
    '<object data="{url}"></object><embed src="{url}"><iframe src="{url}"></iframe>',
    '<svg><image href="{url}"/><use href="{url}#a"/></svg>',
]


@pytest.mark.parametrize("markup", REACHING)
def test_a_page_reaches_no_file_no_network_and_no_data_address(
    markup: str, ear: tuple[str, list[str]], tmp_path: Path
):
    address, heard = ear
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    plain = rendered("<p>x</p><p>x</p>")

    for url in (address, secret.as_uri(), str(secret), "data:text/plain,SECRET", "ftp://x/y"):
        file = rendered("<p>x</p>" + markup.format(url=url) + "<p>x</p>")
        with pikepdf.open(BytesIO(file)) as opened:
            assert "/EmbeddedFiles" not in opened.Root.get("/Names", {})
            streams = [o for o in opened.objects if isinstance(o, pikepdf.Stream)]
            assert not any(b"SECRET" in stream.read_bytes() for stream in streams)
        assert len(file) < len(plain) + 2_000

    assert heard == []


def test_a_picture_that_came_with_the_page_opens_no_other_address(ear: tuple[str, list[str]]):
    address, heard = ear
    markup = "".join(each.format(url=address) for each in REACHING)
    picture = BytesIO()
    Image.new("RGB", (3, 2)).save(picture, "PNG")

    def shown(html: str) -> list[Any]:
        file = pdf.render(
            f"<p>x</p>{html}",
            title="x",
            identifier=b"0" * 32,
            at=NOON,
            images={"logo:1": picture.getvalue()},
        )
        [page] = pypdf.PdfReader(BytesIO(file)).pages
        return [each.image for each in page.images]

    assert len(shown(f"<img src='logo:1'>{markup}")) == 1
    assert shown("<img src='logo:2'><img src='data:image/png;base64,iVBORw0KGgo='>") == []
    assert heard == []


HOSTILE = [
    "<script>alert(1)</script>",
    "</td></tr></table><h1>0,00",
    '"><img src="file:///etc/passwd">',
    "{{ 7 * 7 }} {% raw %}",
    "{label.__class__} {rate} {",
    "--ink: url(file:///etc/passwd)",
    "&lt;b&gt; \u200f png",
    "*/ } body { display: none } @import url(http://127.0.0.1); /*",
    "]]></svg><style>td { color: white }</style>",
    "\u200fabc\u200e 12,00",
    "{% include 'documents/words/fr.json' %}{{ sheet.letterhead }}",
    "T-shirt 🎉 «' \" `»",
    "x" * 70,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(text: str):
    buyer: dict[str, Any] = {"name": text, "contact": text, "reference": text}
    buyer["address"] = {"line1": text, "line2": text, "city": text, "country": "FR"}
    html = html_of(
        an_invoice(
            seller=a_seller(footer=text, return_terms=text, trading_name=text, name=text),
            buyer=buyer,
            lines=[a_line("120.00", description=text, sku=text)],
            charges=[{"reason": text, "amount": "1.00"}],
            allowances=[{"reason": text, "amount": "1.00"}],
            note=text,
            purchase_order=text,
        )
    )
    quiet = html_of(an_invoice())

    assert html.count("<script") == html.count("<img") == html.count("<style") == 0
    assert html.count("<table") <= quiet.count("<table")
    shown = text_of(rendered(html))
    assert "49" not in shown.split()
    assert text.rsplit(maxsplit=1)[-1] in shown.replace("\n", "")


# As an archive file with an invoice inside


def test_every_kind_of_document_is_an_archive_file_with_its_invoice_inside():
    authority = a_sample("german-authority")
    credit_note = a_credit_note(an_invoice(a_sample("french-business")), whole=True)

    for document in (an_invoice(authority), an_invoice(a_sample("deposit")), credit_note):
        assert archival.findings(renderer.files(document)[0].data) == []


def _without_association(opened: pikepdf.Pdf) -> None:
    del opened.Root.AF


def _associated_twice(opened: pikepdf.Pdf) -> None:
    opened.Root.AF = [*opened.Root.AF, *opened.Root.AF]


def _without_relationship(opened: pikepdf.Pdf) -> None:
    del opened.Root.AF[0].AFRelationship


def _without_colours(opened: pikepdf.Pdf) -> None:
    del opened.Root.OutputIntents


def _without_fonts(opened: pikepdf.Pdf) -> None:
    for each in opened.objects:
        if getattr(each, "Type", None) == "/FontDescriptor":
            del each.FontFile2


def _without_description(opened: pikepdf.Pdf) -> None:
    _replace(opened, b"pdfaSchema:namespaceURI>urn:factur-x", b"pdfaSchema:namespaceURI>urn:other")


def _without_level(opened: pikepdf.Pdf) -> None:
    _replace(opened, b"<pdfaid:conformance>B", b"<pdfaid:conformance>")


def _replace(opened: pikepdf.Pdf, found: bytes, put: bytes) -> None:
    metadata = opened.Root.Metadata.read_bytes()
    assert found in metadata
    opened.Root.Metadata.write(metadata.replace(found, put))


@pytest.mark.parametrize(
    ("breaks", "clause"),
    [
        (_without_association, "6.8 associated files"),
        (_associated_twice, "6.8 associated files"),
        (_without_relationship, "6.8 relationship"),
        (_without_colours, "6.2.3 output intent"),
        (_without_fonts, "6.2.11.4.1 embedded fonts"),
        (_without_description, "6.6.2.3.1 extension schema"),
        (_without_level, "6.6.4 version identification"),
    ],
)
def test_what_is_broken_is_found(file: bytes, breaks: Callable[[pikepdf.Pdf], None], clause: str):
    broken = BytesIO()
    with pikepdf.open(BytesIO(file)) as opened:
        breaks(opened)
        opened.save(broken)

    assert clause in archival.findings(broken.getvalue())


def test_the_file_beside_the_page_is_what_the_network_takes_and_the_one_inside_is_factur_x():
    page, beside = renderer.files(an_invoice(a_sample("german-authority")))

    with pikepdf.open(BytesIO(page.data)) as opened:
        inside = opened.Root.AF[0].EF.F.read_bytes()
        relationship = str(opened.Root.AF[0].AFRelationship)
    assert b"<ram:ID>urn:cen.eu:en16931:2017</ram:ID>" in inside
    assert b"xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>" in beside.data
    assert (beside.syntax, relationship) == ("ubl", "/Alternative")


def test_among_french_businesses_the_file_beside_the_page_is_the_one_inside_it():
    page, beside = renderer.files(an_invoice(a_sample("french-business")))

    with pikepdf.open(BytesIO(page.data)) as opened:
        assert opened.Root.AF[0].EF.F.read_bytes() == beside.data
        assert opened.Root.AF[0].AFRelationship == "/Data"
    assert beside.syntax == "cii"
