"""What an operator asks before a sale: how much, how fast, and whether anything is lost.

`python -m bench.operation load` and `chaos` (`make load`, `make chaos`) do one of them and tell it
in full. This machine is not AWS: what is measured here shows that nothing is lost, and what one
order costs in work; docs/capacity.md says what AWS's quotas then allow.
"""

import argparse
import sys
import tempfile
import threading
from pathlib import Path

from rich.console import Console

from bench import cold_starts, costs, ledger, load
from bench.capacity import READ_USD, WRITE_USD
from bench.load import Outcome
from bench.measures import Measure
from bench.tables import emulated
from local.chaos import Told, suffering
from local.demo.shop import SAMPLES, Shop
from local.emulator import YOUNG
from local.stack import Stack, running

_RATE, _COUNT, _BURST = 2.0, 60, 30  # orders a second, of a steady run, of a burst
_SEED = 1
_PERCENTS = (50, 95, 99)


def measures() -> list[Measure]:
    """Measure what a sale costs, load and chaos, and how functions start."""
    price = _costs()
    steady, burst = loaded()
    disturbed, told = disordered()
    how = (
        f"{_COUNT} orders at {_RATE:g}/s and a burst of {_BURST}, each looked for; "
        "the emulator runs ten functions at once, as a new account"
    )
    done = f"{told.killed} workers killed, {told.lost} answers lost, {told.restarts} restart"
    return [
        *price,
        Measure("load_lost", steady.lost + burst.lost, "orders", how, goal=0.0),
        *_waits("load", steady),
        Measure("chaos_lost", disturbed.lost, "orders", f"{_COUNT} orders, {done}", goal=0.0),
        *cold_starts.measures(),
    ]


def _costs() -> list[Measure]:
    with emulated() as emulator:
        units = {each.name: each.value or 0.0 for each in ledger.capacity_of(emulator)}
    written = units["write_units_5_lines"] + units["write_units_of_a_mail"]
    usd = 1000 * (written * WRITE_USD + units["read_units_5_lines"] * READ_USD)
    with tempfile.TemporaryDirectory() as folder, running(state_dir=Path(folder)) as stack:
        return costs.measures(stack, _opened(stack), usd)


def _waits(name: str, outcome: Outcome) -> list[Measure]:
    how = "from posting, at a steady rate, on this machine"
    accepted = [(f"{name}_accepted_p{p}_ms", outcome.accepted_ms(p)) for p in _PERCENTS]
    decided = [(f"{name}_decided_p{p}_ms", outcome.decided_ms(p)) for p in _PERCENTS]
    return [Measure(each, value, "ms", how) for each, value in accepted + decided]


def loaded() -> tuple[Outcome, Outcome]:
    """Post at a steady rate, then all at once."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(state_dir=Path(folder), settings=YOUNG) as stack,
    ):
        shop = _opened(stack)
        steady = load.outcome(stack, load.post(shop, "steady", load.steady(_COUNT, _RATE)))
        return steady, load.outcome(stack, load.post(shop, "burst", load.burst(_BURST)))


def disordered() -> tuple[Outcome, Told]:
    """Post while workers die, answers are lost and the emulator is begun again half-way."""
    with (
        tempfile.TemporaryDirectory() as folder,
        suffering(Path(folder), _SEED) as (stack, mischief),
    ):
        shop = _opened(stack)
        with mischief.losing_answers() as url, mischief:
            half_way = threading.Timer(_COUNT / _RATE / 2, mischief.restart)
            half_way.start()
            times = load.steady(_COUNT, _RATE)
            answers = load.post(Shop(url, shop.key), "chaos", times)
            half_way.join()
        return load.outcome(stack, answers), mischief.told


def _opened(stack: Stack) -> Shop:
    return Shop.opened(stack, SAMPLES / "seller.json", stripe_key=None)


def main() -> int:
    """Do one of them and tell it; 1 where an order was lost."""
    parser = argparse.ArgumentParser(prog="bench.operation")
    parser.add_argument("what", choices=("load", "chaos"))
    console = Console(highlight=False)
    if parser.parse_args().what == "load":
        outcomes = dict(zip((f"{_RATE:g} orders a second", "all at once"), loaded(), strict=True))
    else:
        disturbed, told = disordered()
        outcomes = {f"{told}": disturbed}
    for name, outcome in outcomes.items():
        console.print(_sentence(name, outcome))
    return 1 if sum(each.lost for each in outcomes.values()) else 0


def _sentence(name: str, outcome: Outcome) -> str:
    accepted = ", ".join(f"p{p} {outcome.accepted_ms(p):.0f}" for p in _PERCENTS)
    decided = ", ".join(f"p{p} {outcome.decided_ms(p):.0f}" for p in _PERCENTS)
    return (
        f"{name}: {len(outcome.posted)} accepted, {len(outcome.issued)} invoiced, "
        f"{len(outcome.held)} held, {outcome.refused} never accepted, {outcome.doubled} doubled, "
        f"{outcome.lost} lost, {outcome.in_doubt} mails in doubt; "
        f"accepted after ms {accepted}; invoiced after ms {decided}; "
        f"posted so often: {dict(load.attempts(outcome))}"
    )


if __name__ == "__main__":
    sys.exit(main())
