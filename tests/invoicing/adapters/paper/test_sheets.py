"""Documents as they are printed: whole, inside their margins, and with sums that pages carry on.

Rendered with the layer that ships, loaded from its place; the documents are those of the pictures.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any, get_args

import pypdf
import pytest
from PIL import Image

from invoicing import logos
from invoicing.adapters import template_files, templates
from invoicing.adapters.paper import pdf, renderer, sheets
from invoicing.invoices import Invoice
from invoicing.money import Money, total
from invoicing.parties import Language
from invoicing.views import documents
from local.pictures import scenes
from tests.builders import eur

WORDS = template_files.root() / "documents/words"
LANGUAGES = get_args(Language)
MILLIMETRE = 96 / 25.4  # CSS pixels
LEFT, RIGHT, FOOT = 18 * MILLIMETRE, 192 * MILLIMETRE, 292 * MILLIMETRE
UNBROKEN = "Donaudampfschifffahrt" * 9

pytestmark = pytest.mark.usefixtures("shipped")


def pages_of(file: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(file)).pages]


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def squeezed(text: str) -> str:
    """Take out what line breaks and kinds of spaces differ in."""
    return "".join(text.split())


# What is said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", scenes.KINDS)
def test_every_kind_in_every_language_is_one_page_that_says_who_and_how_much(
    kind: str, language: Language
):
    [page] = pages_of(scenes.KINDS[kind](language).data)

    assert "Atelier Lumière SAS" in page
    assert "SIREN 732 829 320" in page
    assert "1 / 1" in page
    assert re.search(r"(FA|AV|RC)-2026-00000\d", page)
    assert "{" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invoice_says_who_what_how_much_by_when_and_how_to_pay(language: Language):
    invoice = scenes.invoice(language)
    draft = invoice.draft
    [page] = pages_of(scenes.page(invoice).data)
    word = json.loads((WORDS / f"{language}.json").read_text())
    shown, figures = squeezed(page), digits(page)

    for known in (invoice.number, draft.buyer.name, draft.order, draft.seller.iban, "AGRIFRPP"):
        assert squeezed(str(known)) in shown
    for line in draft.lines:
        assert squeezed(line.description) in shown
        assert str(line.net.minor) in figures
    for vat in draft.vat:
        assert str(vat.base.minor) in figures
        assert str(vat.vat.minor) in figures
    for key in ("invoice", "to", "pay_until", "online", "transfer", "authenticity", "to_pay"):
        assert squeezed(word[key]) in shown
    for note in draft.notes:
        assert squeezed(note.text) in shown
    assert str(draft.totals.due.minor) in figures


@pytest.mark.parametrize(("length", "pages"), [(1, 1), (10, 1), (60, 3)])
def test_an_order_takes_no_more_pages_than_it_needs(length: int, pages: int):
    assert len(pages_of(scenes.page(scenes.long(length)).data)) == pages


# What pages carry on

CARRIED = re.compile(r"À reporter\s([\d\s]+,\d\d)\s€")
BROUGHT = re.compile(r"(?<!À )Report\s([\d\s]+,\d\d)\s€")


def amount(found: re.Pattern[str], page: str) -> Money | None:
    figures = found.search(page)
    return eur(f"{int(digits(figures[1])) / 100:.2f}") if figures else None


def nets(invoice: Invoice, page: str) -> Money:
    """Add up the lines that stand on a page."""
    there = [line.net for line in invoice.draft.lines if f"{line.sku}" in page]
    return total(there, "EUR")


@pytest.mark.parametrize("length", [10, 12, 29, 30, 31, 60, 200])
def test_each_page_carries_the_sum_of_its_lines_to_the_next(length: int):
    invoice = scenes.long(length)
    pages = pages_of(scenes.page(invoice).data)
    so_far = Money.zero("EUR")

    for n, page in enumerate(pages, start=1):
        assert amount(BROUGHT, page) == (so_far if n > 1 else None)
        so_far += nets(invoice, page)
        assert amount(CARRIED, page) == (so_far if n < len(pages) else None)
    assert so_far == invoice.draft.totals.lines


def test_what_follows_the_sums_on_a_page_of_its_own_brings_no_sum_forward():
    invoice = scenes.invoice(note="Merci. " * 70, of=scenes.seller(return_terms="Retour. " * 120))
    lines = scenes.long(9).draft.lines
    draft = invoice.draft.model_copy(update={"lines": lines, "notes": invoice.draft.notes * 9})
    pages = pages_of(scenes.page(invoice.model_copy(update={"draft": draft})).data)

    assert len(pages) > 1
    assert amount(CARRIED, pages[-1]) is None


# Where it stands


def texts(sheet: sheets.Sheet, template: sheets.Template) -> Iterator[tuple[int, Any]]:
    """Lay a sheet out and walk over every text, with the number of its page."""
    html = templates.render(f"documents/{template}.html.j2", language=sheet.language, sheet=sheet)
    page = pdf.weasyprint().HTML(string=html, url_fetcher=pdf._fetcher())  # noqa: SLF001  as it does
    style = {"font_config": pdf._fonts(), "stylesheets": [pdf._stylesheet()]}  # noqa: SLF001
    laid_out = page.render(**style)
    for number, page in enumerate(laid_out.pages, start=1):
        for box in page._page_box.descendants():  # noqa: SLF001  it is told nowhere else
            if type(box).__name__ == "TextBox" and box.text.strip():
                yield number, box


def outside(sheet: sheets.Sheet, template: sheets.Template = "invoice") -> list[str]:
    """Give what is cut off by the margins, or lies upon the foot of its page."""
    return [
        f"page {number}: {box.text}"
        for number, box in texts(sheet, template)
        if box.position_x < LEFT - 1
        or box.position_x + box.width > RIGHT + 1
        or box.position_y + box.height > FOOT
    ]


@pytest.mark.parametrize("name", scenes.ODD)
def test_no_text_leaves_its_page(name: str):
    assert outside(documents.sheet(scenes.invoice(**scenes.ODD[name]))) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("amount", ["0.01", "9999.99", "123456.78", "9999999.99", "8000000000.00"])
def test_no_sum_leaves_its_page_in_any_language(amount: str, language: Language):
    lines = [{"description": UNBROKEN, "sku": UNBROKEN, "price": amount, "quantity": "123.4567"}]
    invoice = scenes.invoice(language, lines=lines, allowances=[])

    assert outside(documents.sheet(invoice)) == []


def test_columns_of_figures_do_not_run_into_each_other():
    for price in ("99999.99", "999999.99", "999999999.99", "999999999999.99"):
        invoice = scenes.invoice(lines=[{"description": "Lustre", "price": price}] * 2)
        rows = defaultdict(list)
        for number, box in texts(documents.sheet(invoice), "invoice"):
            rows[number, round(box.position_y)].append((box.position_x, box.width))
        for boxes in rows.values():
            for (left, width), (right, _) in pairwise(sorted(boxes)):
                assert left + width <= right + 1


# The logo


def a_picture(colour: str = "navy") -> bytes:
    data = BytesIO()
    Image.new("RGBA", (600, 160), colour).save(data, "PNG")
    return data.getvalue()


def test_a_logo_stands_for_the_name_and_is_the_only_picture():
    picture = a_picture()
    invoice = scenes.invoice(of=scenes.seller(logo=logos.logo(picture, "png")))

    file = renderer.files(invoice, picture)[0].data
    [page] = pypdf.PdfReader(BytesIO(file)).pages

    [shown] = [each.image for each in page.images]
    assert shown is not None
    assert shown.size == (600, 160)
    assert file == renderer.files(invoice, picture)[0].data
    assert outside(documents.sheet(invoice)) == []


def test_no_document_is_printed_without_the_logo_that_belongs_to_it():
    with_logo = scenes.invoice(of=scenes.seller(logo=logos.logo(a_picture(), "png")))

    for invoice, picture in (
        (with_logo, None),
        (with_logo, a_picture("red")),
        (scenes.invoice(), a_picture()),
    ):
        with pytest.raises(ValueError, match="logo"):
            renderer.files(invoice, picture)


# Which templates they were

OF_VERSION = ("9", "63aba6b5ae9170b4")


def test_the_templates_change_only_with_their_version():
    """A stored document names the version that drew it, so one version has one look."""
    drawn_by = {".j2", ".css", ".json"}
    files = sorted((template_files.root() / "documents").rglob("*.*"))
    files = [each for each in files if each.suffix in drawn_by]
    contents = [f"{each.name}\n{each.read_text()}" for each in files]
    digest = hashlib.sha256("\n".join(contents).encode()).hexdigest()[:16]

    assert (renderer.TEMPLATE_VERSION, digest) == OF_VERSION
