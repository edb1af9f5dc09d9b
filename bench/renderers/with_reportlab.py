"""ReportLab's own flowing tables. It writes no PDF/A and no e-invoice."""

import io
import os
from functools import cache, partial
from typing import Any

import segno
from reportlab.graphics.shapes import Drawing, Rect  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from bench.renderers.worker import Work

_WIDTHS = [82 * mm, 19 * mm, 28 * mm, 14 * mm, 31 * mm]


@cache
def _styles() -> dict[str, Any]:
    for style in ("Regular", "Bold"):
        pdfmetrics.registerFont(
            TTFont(f"Inter-{style}", f"{os.environ['FONTS']}/Inter-{style}.ttf")
        )
    text = ParagraphStyle("text", fontName="Inter-Regular", fontSize=9, leading=13)
    title = ParagraphStyle("title", text, fontName="Inter-Bold", fontSize=17, leading=21)
    return {"text": text, "title": title}


def prepare(content: dict[str, Any]) -> Work:
    """Open the fonts before anything is measured."""
    return partial(_draw, content, _styles())


def _draw(content: dict[str, Any], styles: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    document = SimpleDocTemplate(target, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm)
    text = partial(Paragraph, style=styles["text"])
    parties = [[text("<br/>".join(content[who])) for who in ("seller", "buyer")]]
    lines = [[text(line[0]), *line[1:]] for line in content["lines"]]
    story = [
        Paragraph(f"Facture {content['number']}", styles["title"]),
        Table(parties, colWidths=[87 * mm, 87 * mm]),
        *(text(f"{label} {value}") for label, value in content["facts"]),
        Spacer(0, 6 * mm),
        Table([content["head"], *lines], colWidths=_WIDTHS, repeatRows=1, style=_ruled()),
        Spacer(0, 5 * mm),
        Table(content["sums"], colWidths=[50 * mm, 31 * mm], hAlign="RIGHT", style=_ruled()),
        _qr(content["page"]),
        *(text(note) for note in content["notes"]),
    ]
    footer = partial(_footer, content["legal"])
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return target.getvalue()


def _ruled() -> list[tuple[Any, ...]]:
    return [
        ("FONT", (0, 0), (-1, -1), "Inter-Regular", 9),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEABOVE", (0, 1), (-1, -1), 0.4, "#d5dade"),
    ]


def _footer(legal: str, canvas: Any, document: Any) -> None:  # noqa: ANN401  ReportLab has no types
    canvas.setFont("Inter-Regular", 7)
    canvas.drawString(18 * mm, 12 * mm, legal)
    canvas.drawRightString(192 * mm, 12 * mm, str(document.page))


def _qr(address: str) -> Any:  # noqa: ANN401
    rows = list(segno.make_qr(address, error="m").matrix)
    side = 21 * mm / len(rows)
    drawing = Drawing(21 * mm, 21 * mm)
    for y, row in enumerate(reversed(rows)):
        for x, dark in enumerate(row):
            if dark:
                drawing.add(Rect(x * side, y * side, side, side, strokeColor=None))
    return drawing
