"""The wire between a worker and a service, with what may happen on it, and the SDK at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.simulation.world import SECOND, World

STALL = 15 * SECOND
LATE = 10 * SECOND
BACKOFF = 500

Effect = Callable[[], Any]
Failure = Callable[[], Exception]


@dataclass(frozen=True)
class Kind:
    """How calls to a service fail; None where they cannot fail so."""

    timed_out: Failure
    throttled: Failure | None = None
    conflict: Failure | None = None
    unreached: Failure | None = None  # SDKs tell "never sent" from "no answer"


class _Retry(Exception):  # noqa: N818  how one attempt ended
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def call(world: World, what: str, effect: Effect, kind: Kind, *, attempts: int) -> Any:  # noqa: ANN401  the service's answer
    """Make a call as the SDK does: what timed out or was throttled is sent again."""
    if not world.is_in_process:
        return _noted(world, what, effect)  # who prepares a run meets no weather
    for attempt in range(1, attempts + 1):
        world.calls += 1
        world.pause(world.below(world.weather.latency))
        try:
            answer = _once(world, what, effect, kind)
        except _Retry as lost:
            if attempt == attempts:
                raise lost.error from None
            world.pause(world.below(BACKOFF))
            continue
        world.pause(world.below(world.weather.latency))
        return answer
    raise AssertionError(attempts)


def _once(world: World, what: str, effect: Effect, kind: Kind) -> Any:  # noqa: ANN401  as above
    fate = _fate(world)
    if fate:
        world.counts[fate] += 1
    match fate:
        case "crash":
            if world.chance(0.5):
                _take_effect(world, what, effect, fate)
            world.note(f"{what} crash")
            world.die()
        case "lost_answer":
            _take_effect(world, what, effect, fate)
            raise _Retry(kind.timed_out())
        case "lost_request":
            world.note(f"{what} lost request")
            unreached = kind.unreached if world.chance(0.5) else None
            raise _Retry((unreached or kind.timed_out)())
        case "late_effect":
            delay = world.random.randrange(LATE)
            world.after(delay, lambda: _take_effect(world, what, effect, fate))
            raise _Retry(kind.timed_out())
        case "throttled" if kind.throttled:
            world.note(f"{what} throttled")
            raise _Retry(kind.throttled())
        case "conflict" if kind.conflict:
            world.note(f"{what} conflict")
            raise kind.conflict()
        case "stall":
            world.pause(world.random.randrange(STALL))
    return _noted(world, what, effect)


def _fate(world: World) -> str | None:
    left = world.random.random()
    for fate, chance in world.weather.fates:
        left -= chance
        if left < 0:
            return fate
    return None


def _noted(world: World, what: str, effect: Effect) -> Any:  # noqa: ANN401  as above
    try:
        answer = effect()
    except Exception as error:
        world.note(f"{what} {type(error).__name__}")
        raise
    world.note(f"{what} ok")
    return answer


def _take_effect(world: World, what: str, effect: Effect, how: str) -> None:
    """Let it happen unseen; nobody hears of a refusal either."""
    try:
        effect()
    except Exception as error:  # noqa: BLE001  the answer is lost, whatever it was
        world.note(f"{what} {how}: {type(error).__name__}")
    else:
        world.note(f"{what} {how}: done")
