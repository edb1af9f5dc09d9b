"""WeasyPrint as its documentation shows it, given our page, our stylesheet and our XML."""

from typing import Any

from bench.renderers.worker import Work


def prepare(content: dict[str, Any], **options: Any) -> Work:  # noqa: ANN401  of WeasyPrint
    """Import it now: what that takes is measured for itself."""
    from weasyprint import CSS, HTML, Attachment  # type: ignore[import-untyped]  # noqa: PLC0415

    def work() -> bytes:
        xml = Attachment(
            string=content["xml"], name="factur-x.xml", description="Factur-X", relationship="Data"
        )
        pdf: bytes = HTML(string=content["html"]).write_pdf(
            stylesheets=[CSS(string=content["css"])],
            pdf_variant="pdf/a-3b",
            attachments=[xml],
            **options,
        )
        return pdf

    return work
