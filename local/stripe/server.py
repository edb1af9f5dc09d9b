"""The stand-in as a server on this machine alone, for the local stack and inside tests."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, NotFound

from local.serving import serving
from local.stripe.accounts import Accounts, Surroundings
from local.stripe.api import Api
from local.stripe.control import Control
from local.stripe.pages import Pages
from local.stripe.webhooks import Deliveries
from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Contract, Resource, load

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

type Door = Callable[[Request], Response]


class StandIn:
    """A Stripe of one's own; `url` is the SDK's API base."""

    def __init__(self, contract: Contract) -> None:
        self.deliveries = Deliveries()
        self._shared = Surroundings(contract, self.deliveries)
        self.accounts = Accounts(self._shared)
        self._doors: dict[str, Door] = {
            "/v1/": Api(self.accounts).answer,
            "/c/pay/": Pages(self.accounts).answer,
            "/_control/": Control(self.accounts).answer,
        }

    @property
    def url(self) -> str:
        """Where it is reached: the API's base and the hosted page's origin."""
        return self._shared.origin

    @url.setter
    def url(self, url: str) -> None:
        self._shared.origin = url

    @property
    def violations(self) -> list[Resource]:
        """Every breach of Stripe's specification so far: a test asserts that there is none."""
        return self._shared.contract.violations

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request (WSGI)."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            return self._door(request.path)(request)
        except StripeError as error:
            return Response(json.dumps(error.body), error.status, content_type="application/json")
        except HTTPException as error:
            return Response(str(error), error.code)

    def _door(self, path: str) -> Door:
        for prefix, door in self._doors.items():
            if path.startswith(prefix):
                return door
        raise NotFound


@contextmanager
def running(*, port: int = 0, state: Path | None = None) -> Iterator[StandIn]:
    """Serve while the block runs; port 0 takes any that is free.

    What an earlier run left in the file `state` is taken up, and left there again at the end.
    """
    stand_in = StandIn(load())
    if state and state.exists():
        stand_in.accounts.restore(json.loads(state.read_text()))
    with serving(stand_in, port=port) as stand_in.url, stand_in.deliveries.sending():
        yield stand_in
    if state:
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(json.dumps(stand_in.accounts.as_json()))
