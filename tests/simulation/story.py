"""One seed: what happens in a run, from the first order to the last reminder."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random

from tests.simulation.books import Books
from tests.simulation.cloud import Cloud
from tests.simulation.functions import within
from tests.simulation.invariants import violations
from tests.simulation.load import Load
from tests.simulation.weather import Weather
from tests.simulation.world import DAY, MINUTE, SECOND, EndlessError, World, instant, milliseconds

NEW_YEAR = (
    datetime(2026, 12, 31, 23, tzinfo=UTC),  # in Paris
    datetime(2027, 1, 1, 4, tzinfo=UTC),  # in Martinique
)
MIDSUMMER = datetime(2027, 6, 24, 10, tzinfo=UTC)
BUSY = 2 * MINUTE
SPANS = (5, 5, 5, 7, 7, 21, 21, 62)  # days; the last of them sees every reminder
RUSHES = (SECOND, 5 * SECOND, BUSY)
LEAD = 2 * SECOND  # from an order to its number
LATER = 2  # days, for what is still to be said when everything else is done
AT_WORK = 0.65  # the share of storms that meet reminders, which no midnight has
FIRST = 2  # minutes of a storm in which whoever runs each hour runs more often
LONGEST = 15  # minutes that a storm may last
MOST_CALLS = 60_000  # five times what the longest of many runs needs


@dataclass(frozen=True)
class Outcome:
    """What came of a seed."""

    cast: type[Load]
    seed: int
    violations: list[str]
    trace: list[str]  # all that happened, a line for each call
    trace_hash: str
    weather: Weather
    calls: int
    counts: Counter[str] = field(default_factory=Counter)


def play(seed: int, *, cast: type[Load] = Load) -> Outcome:
    """Play one seed with everybody outside; the stage must be set."""
    random = Random(seed)  # noqa: S311  a replay wants the same numbers again
    rush = random.choice(RUSHES)
    begin = milliseconds(random.choice((*NEW_YEAR, *NEW_YEAR, MIDSUMMER)))
    world = World(seed, start=begin - random.randrange(rush + LEAD))
    world.most_calls = MOST_CALLS
    cloud, weather = Cloud(world), world.weather
    with within(cloud):
        load = cast(cloud)
        books = Books(cloud, load.told, {each.id: each.zone for each in load.sellers})
        try:
            _first_day(load, rush)
            _later_days(load)
            found = violations(books)
        except EndlessError as endless:
            found = [str(endless)]
        world.end()
    counts = world.counts + Counter(documents=sum(map(len, books.documents.values())))
    counts += Counter(f"mails {each['state']}" for each in books.notices.values())
    return Outcome(cast, seed, found, world.trace, world.trace_hash, weather, world.calls, counts)


def _first_day(load: Load, rush: int) -> None:
    """Orders come in over the turn of the year, and the first money."""
    load.shops.post_orders(within=rush)
    load.world.after(rush + 20 * SECOND, lambda: _mingle(load))
    load.world.after(BUSY + 20 * SECOND, lambda: _mingle(load))
    _storm(load)


def _mingle(load: Load) -> None:
    """Let some pay, some give back and some decide, within a moment or within minutes."""
    within, share = load.world.random.choice(RUSHES), 0.3
    load.buyers.pay_some(within=within, share=share)
    load.shops.follow_up(within=within, share=share / 2)
    load.shops.decide(within=within, share=share)


def _later_days(load: Load) -> None:
    """On some days reminders meet payments."""
    random = load.world.random
    last = random.choice(SPANS)
    days = sorted(random.sample(range(1, last), k=random.randint(1, 3)))
    passed = 0
    for day in days:
        _pass(load, days=day - passed)
        passed = day
        load.schedules.begin()
        _mingle(load)
        load.world.after(MINUTE - 5 * SECOND, lambda: _mingle(load))
        _storm(load)
    _clear(load, days=last - passed)


def _pass(load: Load, *, days: int) -> None:
    """Let days go by, until somebody's second minute after midnight or when buyers work."""
    world, random = load.world, load.world.random
    then = world.now + days * DAY
    if random.random() < AT_WORK:
        then = _at_work(then)
    else:
        zone = random.choice(load.sellers).timezone
        evening = instant(then).astimezone(zone)
        midnight = datetime.combine(evening.date() + timedelta(days=1), time.min, zone)
        then = max(world.now, milliseconds(midnight) - MINUTE + random.randrange(5 * SECOND))
    world.run_until(then)


def _at_work(then: int) -> int:
    """Give the next moment at which reminders leave: a Tuesday, Wednesday or Thursday at noon.

    None of those that a story can reach is a holiday in France, where all buyers are.
    """
    noon = datetime.combine(instant(then).date(), time(11), UTC)
    while milliseconds(noon) < then or f"{noon:%a}" not in {"Tue", "Wed", "Thu"}:
        noon += timedelta(days=1)
    return milliseconds(noon)


def _storm(load: Load) -> None:
    """Let everything happen at once until it is quiet, or long enough."""
    for minute in range(LONGEST):
        (load.schedules.rush if minute < FIRST else load.schedules.tick)()
        load.world.run_until(load.world.now + MINUTE)
        if load.world.is_idle and minute:
            break


def _clear(load: Load, *, days: int) -> None:
    """After the storm the schedules run as they should, until everything is done."""
    world = load.world
    world.weather = world.weather.cleared()
    for passing in (days, LATER):  # what was issued after the first reminders has the second
        world.run_until(_at_work(world.now + passing * DAY))
        world.last_day = world.now
        load.schedules.begin()
        _settle(load)
        load.buyers.pay_some(within=MINUTE, share=0.3)  # also what was handed over
        _settle(load)


def _settle(load: Load) -> None:
    for _ in range(load.clearing):
        load.schedules.tick()
        load.world.run_until(load.world.now + MINUTE)
        if load.world.is_idle and not load.cloud.has_undone:
            break
