"""From a page in HTML to the PDF that is stored: PDF/A-3b (ISO 19005-3), the same bytes every time.

The renderer reaches nothing: no file, no network, no address inside the page; a picture is shown
only if it was handed over with the page. Fonts, stylesheet and the fetcher that refuses are made
once, at first use. The file is tagged, for who has it read to him. WeasyPrint writes an e-invoice's
metadata where no reader looks (a second rdf:RDF) and lists attachments twice; both are put right
before the file is written, with its own hook.
"""

import gc
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from invoicing.adapters import templates
from invoicing.adapters.paper import empty_boxes
from invoicing.adapters.paper.weasyprint_layer import no_https, weasyprint

STYLESHEET = "documents/print.css"
_LEVEL = 6  # of zlib

Relationship = Literal["Data", "Source", "Alternative", "Supplement", "Unspecified"]
"""What an attachment is to the page (ISO 19005-3, AFRelationship)."""

Level = Literal["MINIMUM", "BASIC WL", "BASIC", "EN 16931", "EXTENDED", "XRECHNUNG"]
"""How much of the invoice the XML holds, as Factur-X calls it."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    content: bytes
    description: str
    relationship: Relationship = "Data"
    facturx: Level | None = None  # this is the invoice itself, and the metadata say so


def facturx(
    xml: bytes, *, level: Level = "EN 16931", relationship: Relationship = "Data"
) -> Attached:
    """Attach the invoice's XML under the name that Factur-X gives it."""
    return Attached("factur-x.xml", xml, "Factur-X", relationship, level)


def render(  # noqa: PLR0913  all that a file is a function of
    html: str,
    *,
    title: str,
    identifier: bytes,
    at: datetime,
    attachments: Sequence[Attached] = (),
    images: Mapping[str, bytes] | None = None,
) -> bytes:
    """Lay a page out and write it; `identifier` and `at` (when it was issued) go into the file.

    `images` are the pictures that the page may show, by the address it names them with.
    """
    fetcher = _showing(images) if images else _fetcher()
    with _collector_at_rest():
        page = weasyprint().HTML(string=html, url_fetcher=fetcher)
        return _written(page, title, identifier, at, attachments)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let nobody look for garbage while a page is laid out: all of it is in use until the end."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def _written(
    page: Any,  # noqa: ANN401
    title: str,
    identifier: bytes,
    at: datetime,
    attachments: Sequence[Attached],
) -> bytes:
    document = page.render(font_config=_fonts(), stylesheets=[_stylesheet()])
    document.metadata.title = title
    document.metadata.created = document.metadata.modified = f"{at.astimezone(UTC):%FT%TZ}"
    ordered = sorted(attachments, key=lambda attached: attached.name)  # a PDF's names are a tree
    with empty_boxes.refused():
        pdf: bytes = document.write_pdf(
            pdf_variant="pdf/a-3b",
            pdf_tags=True,
            pdf_identifier=identifier,
            attachments=[_attachment(attached, at) for attached in ordered],
            finisher=_finisher(ordered),
        )
    return pdf


@cache
def _fetcher() -> Any:  # noqa: ANN401  WeasyPrint has no types
    """Refuse every address: what a page shows is in the page, and the fonts are the layer's."""
    return weasyprint().urls.URLFetcher(ssl_context=no_https(), allowed_protocols=())


def _showing(images: Mapping[str, bytes]) -> Any:  # noqa: ANN401
    """Refuse every address but those of the pictures that came with the page."""
    urls = weasyprint().urls
    fetcher = urls.URLFetcher(ssl_context=no_https(), allowed_protocols=())
    refuse = fetcher.fetch

    def fetch(url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401
        if url in images:
            return urls.URLFetcherResponse(url, images[url])
        return refuse(url, headers)

    fetcher.fetch = fetch
    return fetcher


@cache
def _fonts() -> Any:  # noqa: ANN401
    return weasyprint().text.fonts.FontConfiguration()


@cache
def _stylesheet() -> Any:  # noqa: ANN401
    text = (templates.root() / STYLESHEET).read_text()
    return weasyprint().CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher())


def _attachment(attached: Attached, at: datetime) -> Any:  # noqa: ANN401
    return weasyprint().Attachment(
        string=attached.content,
        name=attached.name,
        description=attached.description,
        relationship=attached.relationship,
        created=at,
        modified=at,
        url_fetcher=_fetcher(),
    )


def _finisher(attachments: Sequence[Attached]) -> Callable[[Any, Any], None]:
    invoices = [_description(each) for each in attachments if each.facturx]

    def finish(_: Any, pdf: Any) -> None:  # noqa: ANN401
        metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        metadata.stream = [_merged(metadata.stream[0], "".join(invoices).encode())]
        metadata.compress = False  # so that readers without a PDF library find it
        if "AF" in pdf.catalog:
            pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))
        for each in pdf.objects:
            if isinstance(each, dict) and each.get("Type") == "/Filespec":
                each["EF"]["UF"] = each["EF"]["F"]
            elif getattr(each, "compress", False):
                _compress(each)

    return finish


def _compress(stream: Any) -> None:  # noqa: ANN401
    """Compress as everybody does: WeasyPrint's utmost takes twice the time for half a percent."""
    stream.compress = False
    content = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    stream.stream = [zlib.compress(content, _LEVEL)]
    stream.extra["Filter"] = "/FlateDecode"


def _merged(xmp: bytes, more: bytes) -> bytes:
    """Put descriptions into the one rdf:RDF; write pdfaid as elements, which every reader knows."""
    part = rb'<rdf:Description rdf:about="" pdfaid:part="(\d)" pdfaid:conformance="(\w)" ?/>'
    elements = (
        rb'<rdf:Description rdf:about=""><pdfaid:part>\1</pdfaid:part>'
        rb"<pdfaid:conformance>\2</pdfaid:conformance></rdf:Description>"
    )
    xmp, rewritten = re.subn(part, elements, xmp)
    if rewritten != 1 or xmp.count(b"</rdf:RDF>") != 1:
        raise ValueError("WeasyPrint writes its metadata in another way than we know")
    return xmp.replace(b"</rdf:RDF>", more + b"</rdf:RDF>")


_EXTENSION = """
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{namespace}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
{properties}
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="{namespace}"><fx:DocumentType>INVOICE</fx:DocumentType>
<fx:DocumentFileName>{name}</fx:DocumentFileName><fx:Version>1.0</fx:Version>
<fx:ConformanceLevel>{level}</fx:ConformanceLevel></rdf:Description>
"""
_PROPERTY = """<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"""
_PROPERTIES = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER",
    "Version": "The actual version of the standard applying to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}


def _description(attached: Attached) -> str:
    """Describe an e-invoice in XMP: the values, and first the schema that PDF/A wants for them."""
    properties = [_PROPERTY.format(name=n, description=d) for n, d in _PROPERTIES.items()]
    return _EXTENSION.format(
        namespace="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
        properties="\n".join(properties),
        name=attached.name,
        level=attached.facturx,
    )
