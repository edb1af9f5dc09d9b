"""From what a page shows to what the browser gets: HTML, files, and the headers that guard them."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from markupsafe import Markup

from invoicing import archive, settings
from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.templates import render
from invoicing.errors import LinkReplacedError, NotFoundError
from invoicing.ledger import Kind, Series, place
from invoicing.parties import Seller
from invoicing.views import browsers, pages


@dataclass(frozen=True, slots=True)
class Shown:
    """The body and the headers of an answer."""

    html: str
    headers: dict[str, str]


class PageApi(APIGatewayHttpResolver):
    """The resolver of a function that browsers call: whatever it answers is guarded."""

    def resolve(self, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  Powertools' own
        """Answer, with what keeps an address that opens a page from being passed on or kept."""
        answer = super().resolve(*args, **kwargs)
        return answer | {"headers": browsers.GUARDED | answer["headers"]}


def page_api() -> PageApi:
    """Make the resolver of an HTTP function that browsers call."""
    app = PageApi()

    def plain(status: HTTPStatus, template: pages.Plain) -> Response[str]:
        language = browsers.preferred_language(app.current_event.headers.get("accept-language"))
        return answer(status, pages.PlainPage(template=template, language=language))

    def not_found(_: NotFoundError) -> Response[str]:
        """Tell a wrong address nothing of what is or is not there."""
        return plain(HTTPStatus.NOT_FOUND, "not_found")

    def replaced(_: LinkReplacedError) -> Response[str]:
        """Tell an address that once was right just that."""
        return plain(HTTPStatus.GONE, "replaced")

    app.exception_handler(NotFoundError)(not_found)
    app.exception_handler(LinkReplacedError)(replaced)
    return app


def answer(status: HTTPStatus, page: pages.Page) -> Response[str]:
    """Answer with a page."""
    shown = show(page, checkout=_checkout_origin())
    return Response(status.value, body=shown.html, headers=shown.headers)


def _checkout_origin() -> str:
    """Give the origin of Stripe's payment pages, to which a page may lead."""
    return settings.optional("STRIPE_API_BASE") or "https://checkout.stripe.com"


def see_other(address: str) -> Response[str]:
    """Lead the browser of who posted something to a page."""
    return Response(HTTPStatus.SEE_OTHER.value, headers={"Location": address})


def file(seller: Seller, kind: Kind, number: str, file_type: archive.FileType) -> Response[bytes]:
    """Give a stored file of a document; NotFoundError while there is none."""
    where = place(seller.numbers, Series(seller=seller.id, kind=kind), number)
    stored = book().stored(where) if where else None
    found = getattr(stored, file_type, None)
    if not found:
        raise NotFoundError(number)
    headers = {"Content-Disposition": f'inline; filename="{number}.{file_type}"'}
    content_type = archive.CONTENT_TYPES[file_type]
    return Response(HTTPStatus.OK.value, content_type, shelf().read(found), headers)


def show(page: pages.Page, *, checkout: str) -> Shown:
    """Write a page; `checkout` is the origin that paying leads to, https://checkout.stripe.com."""
    style = render("pages/style.css.j2", language=page.language, theme=page.theme)
    html = render(
        f"pages/{page.template}.html.j2",
        language=page.language,
        page=page,
        style=Markup(style),  # noqa: S704  our own sheet, its only values are checked colours
    )
    return Shown(html=html, headers=browsers.headers(page, style=style, checkout=checkout))
