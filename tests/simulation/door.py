"""The front door: a client calls until somebody answers."""

import base64
from typing import Any

from tests import doors
from tests.simulation import wiring
from tests.simulation.cloud import Cloud
from tests.simulation.world import SECOND, World

MOST_TRIES = 12
ANSWERED = 500  # below it somebody answered on purpose


class Door:
    """The HTTP API of the template, seen from outside."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    @property
    def world(self) -> World:
        """The run."""
        return self.cloud.world

    def call(self, method: str, path: str, **how: Any) -> doors.Answer | None:  # noqa: ANN401
        """Call as `doors.a_call` does; None if nobody ever answers."""
        function = wiring.route(method, path)
        assert function, path
        for attempt in range(MOST_TRIES):
            event = doors.a_call(method, path, **how)
            given = self.world.wait(
                lambda done, event=event: self.cloud.invoke(function, event, done)
            )
            if given is not None and given["statusCode"] < ANSWERED:
                return _answer(given)
            self.world.pause(SECOND * 2**attempt)
        return None


def _answer(given: dict[str, Any]) -> doors.Answer:
    headers = {name.lower(): value for name, value in given.get("headers", {}).items()}
    body = given.get("body") or ""
    raw = base64.b64decode(body) if given.get("isBase64Encoded") else body.encode()
    return doors.Answer(given["statusCode"], headers, raw)
