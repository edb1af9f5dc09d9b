"""SES in memory: what it accepted, whatever the caller was told, and what it tells later."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.ses import an_event
from tests.simulation.answers import refused
from tests.simulation.world import MINUTE, SECOND, World

LATE = 3 * 60 * MINUTE  # longer than anybody waits for an event


@dataclass(frozen=True)
class Mail:
    """A mail that SES accepted."""

    id: str
    order: int  # among all writes of the run
    begun: int  # the same of the invocation's beginning
    notice: str  # its tag
    at: int  # milliseconds since 1970


class SES:
    """The way out, with the operation of the client as a method."""

    def __init__(self, world: World, publish: Callable[[str], object]) -> None:
        self.accepted: list[Mail] = []
        self.lost: set[str] = set()  # notices of which an event was lost or late
        self._world, self._publish = world, publish

    def send_email(
        self,
        *,
        Destination: dict[str, list[str]],  # noqa: N803  AWS's names
        Content: dict[str, Any],  # noqa: N803
        EmailTags: list[dict[str, str]],  # noqa: N803
        ConfigurationSetName: str,  # noqa: N803
    ) -> dict[str, Any]:
        assert ConfigurationSetName
        assert Content["Raw"]["Data"]
        weather = self._world.weather
        if self._world.chance(weather.mail_refused):
            raise refused("BadRequestException", "SendEmail")
        tags = {tag["Name"]: tag["Value"] for tag in EmailTags}
        name = f"mail-{len(self.accepted) + 1}"
        order = next(self._world.commits)
        assert Destination["ToAddresses"]
        self.accepted.append(Mail(name, order, self._world.begun, tags["notice"], self._world.now))
        for event in ("Send", self._world.random.choice(_ENDS)):
            self._tell(event, tags)
        if self._world.chance(weather.mail_failed):
            raise refused("InternalFailure", "SendEmail", status=500)
        return {} if self._world.chance(weather.mail_garbled) else {"MessageId": name}

    def _tell(self, event: str, tags: dict[str, str]) -> None:
        """Publish an event: in time, late, twice or never."""
        weather, random = self._world.weather, self._world.random
        late = self._world.chance(weather.event_late)
        if self._world.chance(weather.event_lost):
            self.lost.add(tags["notice"])
            return
        if late:
            self.lost.add(tags["notice"])
        record = an_event(event, notice=tags["notice"], attempt=int(tags["attempt"]))
        for _ in range(2 if self._world.chance(weather.event_twice) else 1):
            delay = random.randrange(LATE if late else 10 * SECOND)
            self._world.after(delay, lambda: self._publish(json.dumps(record)))


_ENDS = (*["Delivery"] * 37, "Bounce", "Complaint", "DeliveryDelay")
