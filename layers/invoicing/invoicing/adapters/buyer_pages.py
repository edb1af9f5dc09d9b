"""From what a page shows to what the browser gets: HTML and the headers that guard it."""

from dataclasses import dataclass

from markupsafe import Markup

from invoicing.adapters.templates import render
from invoicing.views import pages


@dataclass(frozen=True, slots=True)
class Shown:
    """The body and the headers of an answer."""

    html: str
    headers: dict[str, str]


def show(page: pages.Page, *, checkout: str) -> Shown:
    """Write a page; `checkout` is the origin that paying leads to, https://checkout.stripe.com."""
    style = render("pages/style.css.j2", language=page.language, theme=page.theme)
    html = render(
        f"pages/{page.template}.html.j2",
        language=page.language,
        page=page,
        style=Markup(style),  # noqa: S704  our own sheet, its only values are checked colours
    )
    return Shown(html=html, headers=pages.headers(page, style=style, checkout=checkout))
