"""The template's schedules: each tick in time, late, twice or never."""

from tests.simulation import wiring
from tests.simulation.cloud import Cloud
from tests.simulation.world import DAY, HOUR, MINUTE, SECOND, instant

_UNITS = {"minute": MINUTE, "hour": HOUR, "day": DAY}


class Schedules:
    """All schedules of a run."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud, self._world = cloud, cloud.world
        self._next: dict[str, int] = {}

    def begin(self) -> None:
        """Let every schedule's turn come with the next tick."""
        self._next.clear()

    def tick(self) -> None:
        """Run every schedule whose turn has come; call it each minute."""
        now = self._world.now
        for event in wiring.events("ScheduleV2"):
            if now < self._next.get(event.function, 0):
                continue
            self._next[event.function] = now + _interval(event)
            self._schedule(event.function)

    def rush(self) -> None:
        """Run those that come each minute and, out of turn, every other one of the rest.

        So a simulated hour need not last one, and what meets whom is different each time.
        """
        for event in wiring.events("ScheduleV2"):
            if _interval(event) == MINUTE or self._world.chance(0.5):
                self._schedule(event.function)

    def _schedule(self, function: str) -> None:
        weather, now = self._world.weather, self._world.now
        if self._world.chance(weather.tick_lost):
            return
        for _ in range(2 if self._world.chance(weather.tick_twice) else 1):
            delay = self._world.random.randrange(5 * SECOND)
            self._world.after(delay, lambda: self.run(function, now))

    def run(self, function: str, at: int) -> None:
        """Run a scheduled function; its event says when it should have run."""
        event = {
            "version": "0",
            "id": "1",
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": "123456789012",
            "time": instant(at).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": "eu-west-3",
            "resources": [],
            "detail": "{}",
        }
        self._cloud.invoke(function, event, lambda _: None)


def _interval(event: wiring.Event) -> int:
    """Read rate(n unit); what has a time of day runs once a day."""
    expression: str = event.properties["ScheduleExpression"]
    if not expression.startswith("rate("):
        return DAY
    amount, unit = expression[5:-1].split()
    return int(amount) * _UNITS[unit.rstrip("s")]
