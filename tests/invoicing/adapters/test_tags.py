"""What somebody hears who has a document read to him: the tags of the PDF (ISO 32000-1, 14.8)."""

import json
from collections.abc import Iterator
from io import BytesIO

import pypdf
import pytest
from pypdf.generic import DictionaryObject

from invoicing.adapters import template_files
from local.pictures import scenes

pytestmark = pytest.mark.usefixtures("shipped")


def elements(file: bytes) -> list[DictionaryObject]:
    """Give the elements of the tree in the order in which they are read."""
    root = pypdf.PdfReader(BytesIO(file)).root_object
    assert root["/MarkInfo"]["/Marked"]
    return [*_below(root["/StructTreeRoot"])]


def _below(element: DictionaryObject) -> Iterator[DictionaryObject]:
    for kid in element.get("/K", []):
        known = kid.get_object()
        if isinstance(known, DictionaryObject) and known.get("/Type") == "/StructElem":
            yield known
            yield from _below(known)


def named(tag: str, among: list[DictionaryObject]) -> list[DictionaryObject]:
    return [each for each in among if each["/S"] == f"/{tag}"]


@pytest.mark.parametrize("kind", scenes.KINDS)
def test_a_document_has_one_heading_and_every_cell_the_head_of_its_column_or_row(kind: str):
    heard = elements(scenes.KINDS[kind]("en").data)

    assert len(named("H1", heard)) == 1
    assert len(named("Table", heard)) <= 2  # lines and sums; what stands side by side is none
    assert named("TD", heard)
    assert all(each["/A"]["/Headers"] for each in named("TD", heard))


def test_the_lines_of_a_long_invoice_are_a_table_on_each_page():
    heard = elements(scenes.page(scenes.long(60)).data)

    assert len(named("Table", heard)) == 3 + 1
    assert len(named("TBody", heard)) == 3 + 1


def test_each_code_says_what_it_is_for():
    words = json.loads((template_files.root() / "documents/words/fr.json").read_text())
    heard = elements(scenes.page(scenes.invoice("fr")).data)

    codes = [each["/Alt"] for each in named("Figure", heard)]

    assert codes == [words[name] for name in ("online", "transfer", "authenticity")]
