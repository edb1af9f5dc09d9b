"""fpdf2's tables, with the XML attached. PDF/A is not asked of it."""

import io
import os
from functools import partial
from typing import Any

import segno
from fpdf import FPDF  # type: ignore[import-untyped]
from fpdf.fonts import FontFace  # type: ignore[import-untyped]

from bench.renderers.worker import Work


class _Invoice(FPDF):  # type: ignore[misc]
    legal = ""

    def footer(self) -> None:
        """Write the seller's line and the page."""
        self.set_y(-15)
        self.set_font(size=7)
        self.cell(150, 4, self.legal)
        self.cell(24, 4, f"{self.page_no()} / {{nb}}", align="R")


def prepare(content: dict[str, Any]) -> Work:
    """There is nothing to keep: a font belongs to its document."""
    return partial(_draw, content)


def _draw(content: dict[str, Any]) -> bytes:
    document = _Invoice(format="A4")
    document.legal = content["legal"]
    document.set_margins(18, 16)
    for style, file in (("", "Regular"), ("B", "Bold")):
        document.add_font("Inter", style, f"{os.environ['FONTS']}/Inter-{file}.ttf")
    document.set_font("Inter", size=9)
    document.add_page()
    document.set_font(size=17, style="B")
    document.cell(0, 10, f"Facture {content['number']}", new_x="LMARGIN", new_y="NEXT")
    document.set_font(size=9, style="")
    facts = [f"{label} {value}" for label, value in content["facts"]]
    for line in (*content["seller"], "", *content["buyer"], "", *facts):
        document.cell(0, 4.6, line, new_x="LMARGIN", new_y="NEXT")
    _table(document, [content["head"], *content["lines"]], (82, 19, 28, 14, 31))
    _table(document, [["", ""], *content["sums"]], (143, 31))
    qr = io.BytesIO()
    segno.make_qr(content["page"], error="m").save(qr, kind="svg", border=0)
    document.image(qr, w=21)
    for note in content["notes"]:
        document.multi_cell(0, 4, note, new_x="LMARGIN", new_y="NEXT")
    document.embed_file(bytes=content["xml"].encode(), basename="factur-x.xml")
    return bytes(document.output())


def _table(document: FPDF, rows: list[list[str]], widths: tuple[int, ...]) -> None:
    align = ("LEFT", *("RIGHT" for _ in widths[1:]))
    style = {"borders_layout": "HORIZONTAL_LINES", "headings_style": FontFace(emphasis="")}
    with document.table(col_widths=widths, text_align=align, line_height=6, **style) as table:
        for line in rows:
            row = table.row()
            for cell in line:
                row.cell(cell)
