"""Typst: a template of its own language, compiled for each PDF; PDF/A-3b with the XML attached."""

import io
import json
import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import segno
import typst  # type: ignore[import-not-found]

from bench.renderers.worker import Work

_TEMPLATE = """
#let c = json("content.json")
#set document(title: c.number, date: datetime(year: 2026, month: 11, day: 21))
#set text(font: "Inter", size: 9pt, lang: "fr")
#set page(paper: "a4", margin: (x: 18mm, top: 16mm, bottom: 25mm),
  footer: context [#text(size: 7pt)[#c.legal #h(1fr) #counter(page).display("1 / 1", both: true)]])
#pdf.attach("factur-x.xml", relationship: "data", mime-type: "text/xml", description: "Factur-X")
#text(size: 17pt, weight: 700)[Facture #c.number]
#grid(columns: (1fr, 1fr), ..("seller", "buyer").map(who => c.at(who).join(linebreak())))
#for fact in c.facts [#fact.at(0) #fact.at(1) \\ ]
#table(columns: (82mm, 19mm, 28mm, 14mm, 31mm), align: (x, y) => if x == 0 { left } else { right },
  stroke: (x, y) => (top: 0.4pt + rgb("#d5dade")),
  table.header(..c.head), ..c.lines.flatten())
#align(right, table(columns: (50mm, 31mm), align: (left, right), stroke: none, ..c.sums.flatten()))
#image("qr.svg", width: 21mm)
#for note in c.notes [#text(size: 7.5pt)[#note] \\ ]
"""


def prepare(content: dict[str, Any]) -> Work:
    """Make the folder; what changes with each invoice is written when it is measured."""
    folder = Path(tempfile.mkdtemp())
    (folder / "invoice.typ").write_text(_TEMPLATE)
    return partial(_compile, content, folder)


def _compile(content: dict[str, Any], folder: Path) -> bytes:
    words = {key: each for key, each in content.items() if key not in {"html", "css", "invoice"}}
    (folder / "content.json").write_text(json.dumps(words))
    (folder / "factur-x.xml").write_text(content["xml"])
    qr = io.BytesIO()
    segno.make_qr(content["page"], error="m").save(qr, kind="svg", border=0)
    (folder / "qr.svg").write_bytes(qr.getvalue())
    pdf: bytes = typst.compile(
        str(folder / "invoice.typ"),
        font_paths=[os.environ["FONTS"]],
        ignore_system_fonts=True,
        pdf_standards=["a-3b"],
    )
    return pdf
