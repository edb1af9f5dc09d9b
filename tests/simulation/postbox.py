"""SES in memory: what it accepted, whatever the caller was told."""

from dataclasses import dataclass
from typing import Any

from tests.simulation.answers import refused
from tests.simulation.world import World


@dataclass(frozen=True)
class Mail:
    """A mail that SES accepted."""

    id: str
    order: int  # among all writes of the run
    begun: int  # the same of the invocation's beginning
    notice: str  # its tag


class SES:
    """The way out, with the operation of the client as a method."""

    def __init__(self, world: World) -> None:
        self.accepted: list[Mail] = []
        self._world = world

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
        self.accepted.append(Mail(name, order, self._world.begun, tags["notice"]))
        if self._world.chance(weather.mail_failed):
            raise refused("InternalFailure", "SendEmail", status=500)
        return {} if self._world.chance(weather.mail_garbled) else {"MessageId": name}
