"""From a page in HTML to the PDF that is stored: PDF/A-3b (ISO 19005-3), the same bytes every time.

The renderer reaches nothing: no file, no network, no address inside the page; a picture is shown
only if it was handed over with the page. Fonts, stylesheet and the fetcher that refuses are made
once, at first use. The file is tagged, for who has it read to him. WeasyPrint writes an e-invoice's
metadata where no reader looks (a second rdf:RDF) and lists attachments twice; both are put right
before the file is written, with its own hook.
"""

import gc
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from invoicing.adapters import template_files
from invoicing.adapters.paper import empty_boxes, xmp
from invoicing.adapters.paper.weasyprint_layer import no_https, weasyprint

STYLESHEET = "documents/print.css"
_LEVEL = 6  # of zlib

Relationship = Literal["Data", "Source", "Alternative", "Supplement", "Unspecified"]
"""What an attachment is to the page (ISO 19005-3, AFRelationship)."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside the PDF."""

    name: str
    content: bytes
    description: str
    relationship: Relationship = "Data"
    facturx: xmp.Level | None = None  # this is the invoice itself, and the metadata say so


def facturx(
    xml: bytes, *, level: xmp.Level = "EN 16931", relationship: Relationship = "Data"
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
    text = (template_files.root() / STYLESHEET).read_text()
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
    invoices = [xmp.description(each.name, each.facturx) for each in attachments if each.facturx]

    def finish(_: Any, pdf: Any) -> None:  # noqa: ANN401
        metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
        metadata.stream = [xmp.merged(metadata.stream[0], invoices)]
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
